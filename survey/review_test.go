package survey_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

// team makes bob and carol enumerators and rui and alice readers of everything; dora reads what
// lies in 江山市, where hetang is.
func (w *world) team() {
	w.KnowTeam(func(context.Context, id.ProjectID) ([]survey.Teammate, error) {
		return []survey.Teammate{{User: alice, Reads: true, Mends: true}, {User: rui, Reads: true, Mends: true}, {User: bob, Mends: true}, {User: carol, Mends: true},
			{User: "dora", Reads: true, Limit: account.Limit{Attribute: "县", Values: []string{"江山市"}}}}, nil
	})
	w.ReachCases(func(ctx context.Context, _ id.ProjectID) (map[id.CaseID]bool, error) {
		if slices.Contains(account.ScopeOf(ctx).Limit.Values, "江山市") {
			return map[id.CaseID]bool{"hetang": true}, nil
		}
		return nil, nil
	})
}

// rule sets a form's review rule.
func (w *world) rule(f survey.Form, rule survey.ReviewRule) {
	w.Helper()
	f, err := w.Form(w.Context(), quzhou, f.ID)
	if err == nil {
		_, err = w.SetReviewRule(w.Context(), quzhou, f.ID, f.Revision, rule)
	}
	if err != nil {
		w.Fatal(err)
	}
}

// rows are how many submissions of a form count, and how many there are.
func (w *world) rows(f survey.Form) [2]int {
	w.Helper()
	counted, err := w.Table(w.Context(), quzhou, f.ID, "zh")
	if err != nil {
		w.Fatal(err)
	}
	whole, err := w.WholeTable(w.Context(), quzhou, f.ID, "zh")
	if err != nil {
		w.Fatal(err)
	}
	chosen, err := w.Select(w.Context(), quzhou, survey.Filter{FormID: f.ID, Counted: true})
	if err != nil || len(chosen) != counted.Len() {
		w.Fatalf("%d rows count, %d are selected, %v", counted.Len(), len(chosen), err)
	}
	for row, origin := range counted.Origins { // each row is still that of its submission
		at := slices.Index(whole.Origins, origin)
		for i := range counted.Columns {
			if a, b := cellOf(counted.Columns[i].Codes, row), cellOf(whole.Columns[i].Codes, at); a != b {
				w.Fatalf("%s of %s is %v, not %v", counted.Variables[i].Name, origin.ID, a, b)
			}
			if a, b := cellOf(counted.Columns[i].Numbers, row), cellOf(whole.Columns[i].Numbers, at); a != b && a == a {
				w.Fatalf("%s of %s is %v, not %v", counted.Variables[i].Name, origin.ID, a, b)
			}
		}
	}
	return [2]int{counted.Len(), whole.Len()}
}

func cellOf[T any](list []T, at int) (cell T) {
	if list != nil {
		cell = list[at]
	}
	return cell
}

func (w *world) decided(sub survey.Submission, state survey.ReviewState) survey.Submission {
	w.Helper()
	sub, err := w.Review(w.Context(), quzhou, rui, sub.ID, w.read(sub.ID).Revision, state, "看过")
	if err != nil {
		w.Fatal(err)
	}
	return sub
}

// sendBack returns a submission for a reason at one answer.
func (w *world) sendBack(sub survey.Submission) survey.Submission {
	w.Helper()
	sub, err := w.SendBack(w.Context(), quzhou, rui, sub.ID, w.read(sub.ID).Revision, []survey.Reason{{Path: "basic/members", Text: "人数请核对"}}, "")
	if err != nil {
		w.Fatal(err)
	}
	w.pass(time.Minute)
	return sub
}

// TestWhatCounts: under each rule, as submissions come, are decided, returned and mended.
func TestWhatCounts(t *testing.T) {
	everywhere(t, func(w *world) {
		w.team()
		f := w.publish(visit(w))
		var subs []survey.Submission
		for range 4 {
			subs = append(subs, w.submit(f, answers()))
		}
		expect := func(when string, want [2]int) {
			w.Helper()
			if got := w.rows(f); got != want {
				w.Errorf("%s: %d of %d count, want %d of %d", when, got[0], got[1], want[0], want[1])
			}
		}
		expect("without a rule", [2]int{4, 4})
		w.decided(subs[0], survey.HasIssues)
		expect("without a rule, one with issues", [2]int{4, 4})
		w.decided(subs[1], survey.Rejected)
		expect("without a rule, one rejected", [2]int{3, 4})
		w.sendBack(subs[2])
		expect("without a rule, one returned", [2]int{2, 4})
		w.rule(f, survey.ReviewRule{Mode: survey.HoldFlagged})
		expect("flagged ones wait", [2]int{1, 4})
		w.rule(f, survey.ReviewRule{Mode: survey.HoldAll})
		expect("all wait", [2]int{0, 4})
		w.decided(subs[3], survey.Approved)
		expect("one approved", [2]int{1, 4})
		w.decided(subs[2], survey.Approved)
		expect("the returned one approved", [2]int{2, 4})
		if sub := w.read(subs[2].ID); sub.Return != nil {
			t.Error("it is asked for still")
		}
		w.rule(f, survey.ReviewRule{Mode: survey.HoldNone})
		expect("no rule again", [2]int{3, 4})
		subs = append(subs, w.submit(f, answers()))
		expect("one more", [2]int{4, 5})
		if _, err := w.DeleteSubmission(t.Context(), quzhou, alice, subs[0].ID, ""); err != nil {
			t.Fatal(err)
		}
		expect("one less", [2]int{3, 4})
	})
}

// TestTablesGivenOutStay: what counts changes after a table was given out.
func TestTablesGivenOutStay(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	first, second := w.submit(f, answers("basic/members", "11")), w.submit(f, answers("basic/members", "12"))
	w.decided(first, survey.Rejected)
	before, err := w.Table(t.Context(), quzhou, f.ID, "zh")
	if err != nil || before.Len() != 1 {
		t.Fatal(before, err)
	}
	w.decided(second, survey.Rejected)
	w.decided(first, survey.Approved)
	members := before.Find("basic/members")
	if before.Origins[0].ID != string(second.ID) || before.Columns[members].Numbers[0] != 12 || w.rows(f) != [2]int{1, 2} {
		t.Errorf("%+v", before.Columns[members])
	}
	middle, err := w.Table(t.Context(), quzhou, f.ID, "zh")
	if err != nil {
		t.Fatal(err)
	}
	for i := range 3 { // the table grows
		w.submit(f, answers("basic/members", fmt.Sprint(20+i)))
		if got := w.rows(f); got != [2]int{2 + i, 3 + i} {
			t.Errorf("%d more: %v", i+1, got)
		}
	}
	if middle.Len() != 1 || len(middle.Columns[members].Numbers) != 1 || middle.Columns[members].Numbers[0] != 11 {
		t.Errorf("%+v", middle.Columns[members])
	}
}

// TestRandomShare: the same submissions wait on every process, near the share that is asked for.
func TestRandomShare(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	for i := range 400 {
		sub := survey.Submission{ID: id.SubmissionID(id.Derived(fmt.Sprint(i))), ProjectID: quzhou, FormID: f.ID, Version: 1, Submitter: bob, Received: w.now, State: survey.Received, Answers: answers()}
		if err := w.Store.CreateSubmission(t.Context(), sub); err != nil {
			t.Fatal(err)
		}
	}
	held := func(share float64) map[id.SubmissionID]bool {
		w.rule(f, survey.ReviewRule{Mode: survey.HoldShare, Share: share})
		ids, err := w.other().Select(t.Context(), quzhou, survey.Filter{Queue: survey.QueueHeld})
		if err != nil {
			t.Fatal(err)
		}
		return ids
	}
	tenth, third, all := held(0.1), held(0.3), held(1)
	if len(tenth) < 20 || len(tenth) > 65 || len(third) < 85 || len(third) > 155 || len(all) != 400 {
		t.Errorf("%d, %d and %d of 400 wait", len(tenth), len(third), len(all))
	}
	for sub := range tenth {
		if !third[sub] {
			t.Errorf("%s waited for 10 %% and does not for 30 %%", sub)
		}
	}
}

func TestRefusedRules(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	for _, rule := range []survey.ReviewRule{{Mode: "some"}, {}, {Mode: survey.HoldShare}, {Mode: survey.HoldShare, Share: 1.01}, {Mode: survey.HoldShare, Share: -1}} {
		if _, err := w.SetReviewRule(t.Context(), quzhou, f.ID, f.Revision, rule); !problem.Is(err, problem.Invalid) {
			t.Errorf("%+v: %v", rule, err)
		}
	}
	if _, err := w.SetReviewRule(t.Context(), quzhou, f.ID, f.Revision-1, survey.ReviewRule{Mode: survey.HoldAll}); !problem.Is(err, problem.Conflict) {
		t.Error(err)
	}
}

// TestReturnAndMend: it is asked for, mended on the phone, looked at again, and its reviewer is told.
func TestReturnAndMend(t *testing.T) {
	everywhere(t, func(w *world) {
		w.team()
		f := w.publish(visit(w))
		in := w.incoming(f, answers())
		sub := w.take(bob, in)
		w.submit(f, answers())
		_, err := w.SendBack(t.Context(), quzhou, rui, sub.ID, sub.Revision, nil, " ")
		want(t, err, problem.Invalid, "review.reasonNeeded")
		_, err = w.SendBack(t.Context(), quzhou, rui, sub.ID, sub.Revision, []survey.Reason{{Path: "no/such", Text: "?"}}, "")
		want(t, err, problem.Invalid, "survey.noField")
		_, err = w.SendBack(t.Context(), quzhou, rui, sub.ID, 9, nil, "请看")
		want(t, err, problem.Conflict, "survey.submissionChanged")
		sub = w.sendBack(sub)
		if sub.State != survey.HasIssues || sub.Return.To != bob || sub.Return.By != rui || sub.Events[0].To != bob || sub.Events[0].Reasons[0].Text != "人数请核对" {
			t.Fatalf("%+v", sub)
		}
		returned, err := w.Returned(t.Context(), quzhou, bob)
		if err != nil || len(returned) != 1 || returned[0].ID != sub.ID {
			t.Fatal(returned, err)
		}
		if others, err := w.Returned(t.Context(), quzhou, carol); err != nil || len(others) != 0 {
			t.Error(others, err)
		}
		if page := w.list(survey.Filter{Queue: survey.QueueReturned}, "", 10); page.Total != 1 || !page.Items[0].Returned || page.ByQueue[survey.QueueReturned] != 1 {
			t.Errorf("%+v", page)
		}
		mend := w.incoming(f, answers("basic/members", "32"))
		mend.DeprecatedID = in.InstanceID
		after := w.take(bob, mend)
		if after.ID != sub.ID || after.Return != nil || after.State != survey.Edited {
			t.Fatalf("%+v", after)
		}
		page := w.list(survey.Filter{Queue: survey.QueueMended}, "", 10)
		if page.Total != 1 || !page.Items[0].Waits || !page.Items[0].Counts {
			t.Errorf("%+v", page)
		}
		if left, err := w.Returned(t.Context(), quzhou, bob); err != nil || len(left) != 0 {
			t.Error(left, err)
		}
		former, err := w.Former(t.Context(), quzhou, sub.ID)
		if err != nil || len(former) != 2 || former[0].Answers["basic"].(map[string]any)["members"] != "31" {
			t.Errorf("%+v %v", former, err)
		}
		for who, key := range map[id.UserID]string{bob: "review.toldReturned", rui: "review.toldMended"} {
			list, _, err := w.Notices(t.Context(), who, []id.ProjectID{quzhou}, "", 10)
			if err != nil || len(list) != 1 || list[0].Text.Key != key || !list[0].Unread || list[0].Path == "" {
				t.Errorf("%s: %+v, %v", who, list, err)
			}
		}
		w.decided(sub, survey.Approved)
		if page := w.list(survey.Filter{Queue: survey.QueueMended}, "", 10); page.Total != 0 {
			t.Errorf("%+v", page)
		}
	})
}

// TestWhatCannotBeReturned came from nobody who could mend it.
func TestWhatCannotBeReturned(t *testing.T) {
	w := here(t)
	w.team()
	f := w.publish(visit(w))
	for _, by := range []id.UserID{"app", ""} {
		sub := w.take(by, w.incoming(f, answers()))
		_, err := w.SendBack(t.Context(), quzhou, rui, sub.ID, sub.Revision, nil, "请核对")
		want(t, err, problem.Invalid, "review.noReturn")
		if able, err := w.Returnable(t.Context(), sub); err != nil || able {
			t.Error(able, err)
		}
	}
}

// TestCorrectedHere: what is corrected at the desk need not be mended any more.
func TestCorrectedHere(t *testing.T) {
	w := here(t)
	w.team()
	f := w.publish(visit(w))
	sub := w.sendBack(w.submit(f, answers()))
	sub, err := w.Correct(t.Context(), quzhou, rui, sub.ID, sub.Revision, survey.Correction{Answers: map[form.Path]string{"basic/members": "40"}, Reason: "电话核实"})
	if err != nil || sub.Return != nil || sub.State != survey.Edited {
		t.Errorf("%+v %v", sub, err)
	}
}

// TestNeighbours goes through a list in both directions, also from what is in it no longer.
func TestNeighbours(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	var subs []survey.Submission
	for range 4 {
		subs = append(subs, w.submit(f, answers()))
	}
	w.decided(subs[1], survey.Approved)
	waiting := survey.Filter{Queue: survey.QueueWaiting}
	for i, want := range []survey.Neighbours{ // the newest is the first
		{Previous: subs[2].ID, Place: 3, Total: 3}, {Previous: subs[2].ID, Next: subs[0].ID, Total: 3},
		{Previous: subs[3].ID, Next: subs[0].ID, Place: 2, Total: 3}, {Next: subs[2].ID, Place: 1, Total: 3}} {
		if got, err := w.Neighbours(t.Context(), quzhou, waiting, w.read(subs[i].ID)); err != nil || got != want {
			t.Errorf("%d: %+v, %v, want %+v", i, got, err, want)
		}
	}
}
