package survey_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/survey"
	"tianye/survey/quality"
)

// TestFlaggedOnesWait until their flags are called false alarms, or somebody approves them.
func TestFlaggedOnesWait(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		w.rule(f, survey.ReviewRule{Mode: survey.HoldFlagged})
		first, second := w.submit(f, answers()), w.submit(f, answers())
		w.submit(f, answers())
		if got := w.rows(f); got != [2]int{3, 3} {
			t.Error(got)
		}
		for _, sub := range []survey.Submission{first, second} {
			flags := survey.Flags{ID: string(sub.ID), ProjectID: quzhou, FormID: f.ID, Submission: sub.ID, Checked: w.now,
				Flags: []survey.Flag{{Check: quality.Night, Submission: sub.ID, Text: problem.Say("quality.say.media")}}}
			if err := w.Store.CreateFlags(t.Context(), flags); err != nil {
				t.Fatal(err)
			}
		}
		if page := w.list(survey.Filter{Queue: survey.QueueFlagged}, "", 10); w.rows(f) != [2]int{1, 3} || page.Total != 2 || !page.Items[0].Waits || !page.Items[0].Held {
			t.Errorf("%v, %+v", w.rows(f), page)
		}
		if _, err := w.JudgeFlag(t.Context(), quzhou, rui, string(first.ID), survey.Verdict{Check: quality.Night, IsFalse: true}); err != nil {
			t.Fatal(err)
		}
		if got := w.rows(f); got != [2]int{2, 3} {
			t.Errorf("after a false alarm %v", got)
		}
		w.decided(second, survey.Approved)
		if got := w.rows(f); got != [2]int{3, 3} {
			t.Errorf("after an approval %v", got)
		}
	})
}

// TestReviewWithinTheScope: a limited reviewer decides, returns, comments on and counts what lies within it.
func TestReviewWithinTheScope(t *testing.T) {
	w := here(t)
	w.team()
	f := w.publish(visit(w))
	in := w.incoming(f, answers())
	in.CaseID = "hetang"
	near, far := w.take(bob, in), w.submit(f, answers())
	ctx := account.WithScope(t.Context(), account.Scope{User: "dora", Limit: account.Limit{Attribute: "县", Values: []string{"江山市"}}})
	b, plan, err := w.ReviewMany(ctx, quzhou, "dora", survey.Decision{State: survey.Approved}, w.seenNow(near, far))
	if err != nil || len(b.Items) != 1 || plan.Changed != 1 || w.states(near, far) != "approved received" {
		t.Errorf("%+v, %+v, %v", b, plan, err)
	}
	if _, err := w.SendBack(ctx, quzhou, "dora", far.ID, 1, nil, "请核对"); !problem.Is(err, problem.NotFound) {
		t.Error(err)
	}
	if _, err := w.Comment(ctx, quzhou, "dora", far.ID, "请核对", nil); !problem.Is(err, problem.NotFound) {
		t.Error(err)
	}
	if counted, all, err := w.Counts(ctx, quzhou, f.ID); err != nil || counted != 1 || all != 1 {
		t.Error(counted, all, err)
	}
	if n, err := w.Neighbours(ctx, quzhou, survey.Filter{}, near); err != nil || n != (survey.Neighbours{Place: 1, Total: 1}) {
		t.Errorf("%+v, %v", n, err)
	}
	far = w.sendBack(far)
	bobs := account.WithScope(t.Context(), account.Scope{User: bob, Limit: account.Limit{Attribute: "县", Values: []string{"开化县"}}})
	if returned, err := w.Returned(bobs, quzhou, bob); err != nil || len(returned) != 1 { // his own, without a case
		t.Error(returned, err)
	}
	w.sendBack(near)
	if returned, err := w.Returned(bobs, quzhou, bob); err != nil || len(returned) != 1 {
		t.Error(returned, err)
	}
}

// TestReasonsAreErased with the person whom they name.
func TestReasonsAreErased(t *testing.T) {
	w := here(t)
	w.team()
	f := w.publish(visit(w))
	sub := w.submit(f, answers("basic/respondent", "王大妈"))
	_, err := w.SendBack(t.Context(), quzhou, rui, sub.ID, 1, []survey.Reason{{Path: "basic/members", Text: "王大妈说的是人数"}}, "再问问王大妈")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile("王大妈")
	found, _, err := w.Mentions(t.Context(), quzhou, name, "zh", 10)
	if err != nil || len(found) != 1 || len(found[0].Places) != 3 {
		t.Fatalf("%+v, %v", found, err)
	}
	if _, err := w.EraseMentions(t.Context(), quzhou, []id.SubmissionID{sub.ID}, name); err != nil {
		t.Fatal(err)
	}
	after := w.read(sub.ID)
	if said := after.Return.Comment + after.Return.Reasons[0].Text + after.Events[0].Comment + after.Events[0].Reasons[0].Text; strings.Contains(said, "王大妈") || strings.Count(said, survey.Blot) != 4 {
		t.Error(said)
	}
}

// TestNoticesGoWithTheirProject when it is purged, and bulk actions too.
func TestNoticesGoWithTheirProject(t *testing.T) {
	everywhere(t, func(w *world) {
		w.now = time.Now() // documents tell when they were stored
		w.team()
		w.project()
		f := w.publish(visit(w))
		sub := w.submit(f, answers())
		b, _, err := w.ReviewMany(t.Context(), quzhou, alice, survey.Decision{Returns: true, Comment: "请核对"}, w.seenNow(sub))
		if err != nil {
			t.Fatal(err)
		}
		accounts := store.NewAccounts(w.Backend)
		p, err := accounts.Project(t.Context(), quzhou)
		if err == nil {
			p.Deleted = &id.Deletion{By: alice, At: w.now}
			err = accounts.ReplaceProject(t.Context(), p)
		}
		if err != nil {
			t.Fatal(err)
		}
		rest := store.BlobRest
		store.BlobRest = 0
		defer func() { store.BlobRest = rest }()
		if err := w.Bin.Sweep(t.Context(), w.now.Add(id.BinLength+2*time.Hour)); err != nil {
			t.Fatal(err)
		}
		if n, err := w.Store.CountUnread(t.Context(), bob, nil); err != nil || n != 0 {
			t.Error(n, err)
		}
		if _, err := w.Store.Bulk(t.Context(), quzhou, b.ID); !problem.Is(err, problem.NotFound) {
			t.Error(err)
		}
	})
}
