package survey_test

import (
	"context"
	"testing"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// TestBeyondTheScopeIsNothing: a limited member reaches the submissions of the limit's cases and their
// own without a case; nobody's of another case, in the recycle bin neither. The pages' walk shows the rest.
func TestBeyondTheScopeIsNothing(t *testing.T) {
	w := here(t)
	f := w.publish(book(w, "survey", treeSurvey, "entities", treeEntities, "settings", "form_id\nplant"))
	near, far := id.CaseID(id.Derived("near")), id.CaseID(id.Derived("far"))
	send := func(actor id.UserID, c id.CaseID) survey.Submission {
		t.Helper()
		in := w.incoming(f, m{"kind": "樟", "height": "7"})
		in.CaseID = c
		sub, err := w.Submit(t.Context(), quzhou, actor, in)
		if err != nil {
			t.Fatal(err)
		}
		return sub
	}
	within := []survey.Submission{send(carol, near), send(bob, "")}
	beyond := []survey.Submission{send(carol, far), send(bob, far), send(carol, "")}
	ctx := account.WithScope(t.Context(), account.Scope{User: bob, Limit: account.Limit{Attribute: "县", Values: []string{"江山市"}}})
	if o, err := w.Overview(ctx, quzhou, "", 1, zone); err != nil || o.Total != 1 {
		t.Errorf("without cases to tell it is %d, %v", o.Total, err)
	}
	w.ReachCases(func(context.Context, id.ProjectID) (map[id.CaseID]bool, error) {
		return map[id.CaseID]bool{near: true}, nil
	})
	selected, err := w.Select(ctx, quzhou, survey.Filter{})
	if err != nil || len(selected) != 2 || !selected[within[0].ID] || !selected[within[1].ID] {
		t.Errorf("%v, %v", selected, err)
	}
	for _, c := range []context.Context{ctx, t.Context()} {
		narrow, err := w.Table(c, quzhou, f.ID, "zh")
		if n := map[bool]int{true: 2, false: 5}[c == ctx]; err != nil || narrow.Len() != n {
			t.Errorf("%d rows, not %d: %v", narrow.Len(), n, err)
		}
	}
	for _, sub := range append(within, beyond...) {
		if _, err := w.DeleteSubmission(t.Context(), quzhou, alice, sub.ID, "重复"); err != nil {
			t.Fatal(err)
		}
	}
	if bin, err := w.BinnedSubmissions(ctx, quzhou, id.BinMark{}, 10); err != nil || len(bin) != 2 {
		t.Errorf("%d in the bin, %v", len(bin), err)
	}
	for _, sub := range beyond {
		if _, err := w.RestoreSubmission(ctx, quzhou, sub.ID); !problem.Is(err, problem.NotFound) {
			t.Errorf("restored: %v", err)
		}
		if _, err := w.RestoreSubmission(t.Context(), quzhou, sub.ID); err != nil {
			t.Fatal(err)
		}
		for name, try := range map[string]func() error{
			"submission": func() error { _, err := w.Submission(ctx, quzhou, sub.ID); return err },
			"former":     func() error { _, err := w.Former(ctx, quzhou, sub.ID); return err },
			"xml":        func() error { _, err := w.InstanceXML(ctx, quzhou, sub.ID); return err },
			"file":       func() error { _, _, err := w.OpenAttachment(ctx, quzhou, sub.ID, "a.jpg"); return err },
			"review":     func() error { _, err := w.Review(ctx, quzhou, rui, sub.ID, 3, survey.Approved, ""); return err },
			"correct": func() error {
				_, err := w.Correct(ctx, quzhou, rui, sub.ID, 3, survey.Correction{Case: &near, Reason: "核对"})
				return err
			},
			"delete": func() error { _, err := w.DeleteSubmission(ctx, quzhou, rui, sub.ID, ""); return err },
		} {
			if err := try(); !problem.Is(err, problem.NotFound) || problem.From(err).Text.Key != "store.notFound" {
				t.Errorf("%s beyond the scope: %v", name, err)
			}
		}
	}
}
