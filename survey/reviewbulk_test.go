package survey_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

func textOf(key string) problem.Text { return problem.Say(key) }

// seen are submissions as they are now.
func (w *world) seenNow(subs ...survey.Submission) (seen []survey.SeenSubmission) {
	w.Helper()
	for _, sub := range subs {
		seen = append(seen, survey.SeenSubmission{ID: sub.ID, Revision: w.read(sub.ID).Revision})
	}
	return seen
}

func (w *world) states(subs ...survey.Submission) string {
	w.Helper()
	var all []string
	for _, sub := range subs {
		all = append(all, string(w.read(sub.ID).State))
	}
	return strings.Join(all, " ")
}

// TestBulk decides for many, leaves what somebody changed, and is taken back.
func TestBulk(t *testing.T) {
	everywhere(t, func(w *world) {
		w.team()
		f := w.publish(visit(w))
		var subs []survey.Submission
		for range 5 {
			subs = append(subs, w.submit(f, answers()))
		}
		app := w.take("app", w.incoming(f, answers()))
		seen := w.seenNow(append(subs, app)...)
		w.decided(subs[0], survey.HasIssues) // somebody else, meanwhile
		w.sendBack(subs[1])
		w.decided(subs[2], survey.Approved)
		seen[1], seen[2] = w.seenNow(subs[1])[0], w.seenNow(subs[2])[0]
		if last, err := w.LastBulk(t.Context(), quzhou, alice); err != nil || last.ID != "" {
			t.Errorf("%+v, %v", last, err)
		}
		b, plan, err := w.ReviewMany(t.Context(), quzhou, alice, survey.Decision{State: survey.Approved}, seen)
		if err != nil || len(b.Items) != 3 || plan.Changed != 1 || plan.Asked != 1 || plan.Same != 1 || plan.Stuck != 0 {
			t.Fatalf("%+v, %+v, %v", b, plan, err)
		}
		all := append(subs, app)
		if got := w.states(all...); got != "hasIssues hasIssues approved approved approved approved" {
			t.Error(got)
		}
		if last, err := w.LastBulk(t.Context(), quzhou, alice); err != nil || last.ID != b.ID {
			t.Errorf("%+v, %v", last, err)
		}
		w.pass(time.Minute)
		w.decided(subs[4], survey.Rejected) // since
		if _, _, err := w.UndoBulk(t.Context(), quzhou, rui, b.ID); !problem.Is(err, problem.NotFound) {
			t.Errorf("another's: %v", err)
		}
		if _, back, err := w.UndoBulk(t.Context(), quzhou, alice, b.ID); err != nil || back != 2 {
			t.Errorf("%d are back, %v", back, err)
		}
		if _, back, err := w.UndoBulk(t.Context(), quzhou, alice, b.ID); err != nil || back != 0 {
			t.Errorf("once more %d are back, %v", back, err)
		}
		if got := w.states(all...); got != "hasIssues hasIssues approved received rejected received" {
			t.Error(got)
		}
		if last, err := w.LastBulk(t.Context(), quzhou, alice); err != nil || last.ID != "" {
			t.Errorf("%+v, %v", last, err)
		}
		w.pass(time.Minute)
		b, plan, err = w.ReviewMany(t.Context(), quzhou, alice, survey.Decision{Returns: true, Comment: "请补照片"}, w.seenNow(all...))
		if err != nil || len(b.Items) != 4 || plan.Stuck != 1 || plan.Asked != 1 {
			t.Fatalf("%+v, %+v, %v", b, plan, err)
		}
		if returned, err := w.Returned(t.Context(), quzhou, bob); err != nil || len(returned) != 5 {
			t.Error(len(returned), err)
		}
		if _, back, err := w.UndoBulk(t.Context(), quzhou, alice, b.ID); err != nil || back != 4 {
			t.Errorf("%d are back, %v", back, err)
		}
		if returned, err := w.Returned(t.Context(), quzhou, bob); err != nil || len(returned) != 1 {
			t.Error(len(returned), err)
		}
	})
}

func TestRefusedBulk(t *testing.T) {
	w := here(t)
	w.team()
	f := w.publish(visit(w))
	sub := w.submit(f, answers())
	for _, d := range []survey.Decision{{State: survey.Rejected}, {State: "edited", Comment: "?"}, {Returns: true}} {
		if _, _, err := w.ReviewMany(t.Context(), quzhou, alice, d, w.seenNow(sub)); !problem.Is(err, problem.Invalid) {
			t.Errorf("%+v: %v", d, err)
		}
	}
	approve := survey.Decision{State: survey.Approved}
	_, _, err := w.ReviewMany(t.Context(), quzhou, alice, approve, nil)
	want(t, err, problem.Invalid, "review.chooseSome")
	var many []survey.SeenSubmission
	for i := range survey.MaxBulk + 1 {
		many = append(many, survey.SeenSubmission{ID: id.SubmissionID(fmt.Sprint(i)), Revision: 1})
	}
	_, _, err = w.ReviewMany(t.Context(), quzhou, alice, approve, many)
	want(t, err, problem.Invalid, "review.manyChosen")
	if b, plan, err := w.ReviewMany(t.Context(), quzhou, alice, approve, many[:3]); err != nil || len(b.Items) != 0 || plan.Changed != 3 {
		t.Errorf("%+v, %+v, %v", b, plan, err)
	}
}

// TestBulkUndoneStands: what is taken back stands where it stood: in the queues in which it was.
func TestBulkUndoneStands(t *testing.T) {
	undone := func(w *world, sub survey.Submission) {
		w.Helper()
		standing := func() survey.Standing {
			st, err := w.Standing(w.Context(), w.read(sub.ID))
			if err != nil {
				w.Fatal(err)
			}
			return st
		}
		before := standing()
		b, _, err := w.ReviewMany(w.Context(), quzhou, alice, survey.Decision{State: survey.Approved}, w.seenNow(sub))
		if err != nil {
			w.Fatal(err)
		}
		if _, back, err := w.UndoBulk(w.Context(), quzhou, alice, b.ID); err != nil || back != 1 {
			w.Fatal(back, err)
		}
		if after := standing(); after != before || !before.Waits || !before.Held {
			w.Errorf("%+v, was %+v", after, before)
		}
	}
	holdAll := func(w *world, f survey.Form) {
		w.Helper()
		f, err := w.Form(w.Context(), quzhou, f.ID)
		if err == nil {
			_, err = w.SetReviewRule(w.Context(), quzhou, f.ID, f.Revision, survey.ReviewRule{Mode: survey.HoldAll})
		}
		if err != nil {
			w.Fatal(err)
		}
	}
	t.Run("mended", func(t *testing.T) {
		w := here(t)
		w.team()
		f := w.publish(visit(w))
		holdAll(w, f)
		sub := w.submit(f, answers())
		w.sendBack(sub)
		w.take(bob, w.mending(f, w.read(sub.ID), answers()))
		undone(w, sub)
	})
	t.Run("arrived with issues", func(t *testing.T) {
		w := here(t)
		w.team()
		holdAll(w, w.visits())
		sub, err := w.receive(visited("uuid:1", "", "王大妈", "50"), "a.jpg picture")
		if err != nil || sub.State != survey.HasIssues {
			t.Fatal(sub.State, err)
		}
		undone(w, sub)
	})
}
