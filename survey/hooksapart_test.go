package survey_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

// TestWebhookGivesUpOne: what the receiver never takes is given up after a day; all else is told meanwhile.
func TestWebhookGivesUpOne(t *testing.T) {
	for _, status := range []int{http.StatusUnprocessableEntity, http.StatusInternalServerError} {
		w := here(t)
		f, r := w.publish(visit(w)), newReceiver(w)
		w.hook(r, false)
		h := w.hooks(w.Service)
		w.pass(time.Second)
		bad := w.submit(f, answers())
		r.refuses = func(one told) int {
			if one.Submission.ID == string(bad.ID) {
				return status
			}
			return http.StatusOK
		}
		w.round(h)
		var last survey.Submission
		for range 40 {
			w.pass(time.Hour)
			last = w.submit(f, answers())
			w.round(h)
			w.pass(time.Minute)
			w.round(h)
		}
		if hook, err := w.Webhook(w.Context(), quzhou); err != nil || !hook.On {
			t.Fatalf("%d for one turned all off: %+v %v", status, hook, err)
		}
		if got := r.events(bad, last); !strings.Contains(got, "created2") || strings.Count(got, "created1") < 5 {
			t.Errorf("%d: %s", status, got)
		}
		all, waiting, err := w.HookDeliveries(w.Context(), quzhou, 100)
		if err != nil || waiting != 0 {
			t.Fatal(waiting, err)
		}
		first := all[len(all)-1]
		if first.Submission != bad.ID || first.Pending || first.Status != status || first.Failed.Key != "webhook.answered" || first.Done.Sub(first.First) < 24*time.Hour {
			t.Errorf("%+v", first)
		}
	}
}

// TestWebhookRefusedStandInNobodysWay: more refused ones than a round tells, and what waits for them.
func TestWebhookRefusedStandInNobodysWay(t *testing.T) {
	w := here(t)
	f, r := w.publish(visit(w)), newReceiver(w)
	w.hook(r, false)
	h := w.hooks(w.Service)
	w.pass(time.Second)
	r.status = http.StatusUnprocessableEntity
	for i := range 110 {
		sub := w.submit(f, answers())
		if i < 100 {
			w.pass(time.Millisecond)
			w.approve(sub)
		}
	}
	for range 6 { // the pause is half an hour by then
		w.pass(11 * time.Minute)
		w.round(h)
	}
	r.status, r.got = http.StatusOK, nil
	w.pass(time.Second)
	fresh := w.submit(f, answers())
	w.round(h)
	if got := r.events(fresh); !strings.Contains(got, "created1") {
		t.Fatalf("a new one waits behind those that are not due: %q", got)
	}
	for range 3 {
		w.pass(time.Hour)
		w.round(h)
	}
	if len(r.got) != 211 {
		t.Errorf("%d were told in the end", len(r.got))
	}
	seen := map[string]bool{}
	for _, one := range r.got {
		if one.HookEvent == survey.HookReviewed && !seen[one.Submission.ID] {
			t.Fatal("reviewed before it was created")
		}
		seen[one.Submission.ID] = true
	}
}

// TestWebhookReviewed: what arrives with issues was reviewed by nobody; what has issues and is returned was.
func TestWebhookReviewed(t *testing.T) {
	w := here(t)
	w.team()
	f, r := w.visits(), newReceiver(w)
	w.hook(r, false)
	h := w.hooks(w.Service)
	w.pass(time.Second)
	sub, err := w.receive(visited("uuid:1", "", "王大妈", "50"), "a.jpg picture")
	if err != nil || sub.State != survey.HasIssues {
		t.Fatal(sub.State, err)
	}
	w.round(h)
	w.round(h)
	if got := r.events(sub); got != "created1" {
		t.Errorf("arrived: %q", got)
	}

	w = here(t)
	w.team()
	f, r = w.publish(visit(w)), newReceiver(w)
	w.hook(r, false)
	h = w.hooks(w.Service)
	w.pass(time.Second)
	second := w.submit(f, answers())
	w.pass(time.Second)
	w.decided(second, survey.HasIssues)
	w.pass(time.Second)
	w.sendBack(second)
	for range 3 {
		w.round(h)
	}
	if got := r.events(second); got != "created1 reviewed1 reviewed1" {
		t.Errorf("returned: %q", got)
	}
}

// TestWebhooksOfProjectsAreApart: nobody waits for another project's slow receiver, or falls with what fails
// of it; of one project what cannot be told stands in nobody's way.
func TestWebhooksOfProjectsAreApart(t *testing.T) {
	w := here(t)
	f, slow, quick := w.publish(visit(w)), newReceiver(w), newReceiver(w)
	begun, goOn := make(chan bool), make(chan bool)
	slow.refuses = func(told) int {
		begun <- true
		<-goOn
		return http.StatusOK
	}
	come := make(chan bool, 1)
	quick.refuses = func(told) int {
		come <- true
		return http.StatusOK
	}
	for project, url := range map[id.ProjectID]string{"aaa": quick.URL, "zzz": quick.URL, quzhou: slow.URL} {
		if _, _, err := w.SaveWebhook(w.Context(), project, alice, survey.HookEdit{URL: url, Events: survey.HookEvents, On: true, Answers: project == quzhou}); err != nil {
			t.Fatal(err)
		}
	}
	w.pass(time.Second)
	w.submit(f, answers())
	theirs, _, err := w.Upload(w.Context(), "zzz", alice, visit(w), "走访.xlsx", "")
	if err == nil {
		theirs, err = w.Publish(w.Context(), "zzz", alice, theirs.ID, theirs.Revision)
	}
	if err == nil {
		_, err = w.Submit(w.Context(), "zzz", bob, w.incoming(theirs, answers()))
	}
	if err != nil {
		t.Fatal(err)
	}
	h := w.hooks(w.Service)
	h.Open = func(_ context.Context, project id.ProjectID) (bool, error) {
		if project == "aaa" {
			panic("of one project")
		}
		return true, nil
	}
	done := make(chan error)
	go func() { done <- h.Round(w.Context()) }()
	<-begun
	<-come // while the other one still answers
	close(goOn)
	if err := <-done; err == nil || !strings.Contains(err.Error(), "of one project") {
		t.Error(err)
	}
	if len(slow.got) != 1 || len(quick.got) != 1 {
		t.Error(len(slow.got), len(quick.got))
	}

	slow.refuses = nil
	failing := w.submit(f, answers())
	w.pass(time.Second)
	fine := w.submit(f, answers())
	times := 0
	h.Secret = func(context.Context) (string, error) {
		if times++; times == 1 {
			panic("of one message")
		}
		return serverSecret, nil
	}
	_ = h.Round(w.Context())
	if got := slow.events(failing, fine); got != "created created2" {
		t.Errorf("one that cannot be made holds up the others: %q", got)
	}
	w.pass(time.Minute)
	_ = h.Round(w.Context())
	if got := slow.events(failing, fine); got != "created created2 created1" {
		t.Errorf("%q", got)
	}
}
