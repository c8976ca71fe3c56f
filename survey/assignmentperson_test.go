package survey_test

import (
	"regexp"
	"strings"
	"testing"

	"tianye/internal/id"
	"tianye/survey"
)

// TestNotesOfAPersonAreErased wherever they stand at an assignment, in the recycle bin's forms too.
func TestNotesOfAPersonAreErased(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		made := w.give(survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob, Note: "找王大妈"}, survey.NewAssignment{FormID: f.ID, CaseID: qinghu, Enumerator: bob, Note: "找村支书"})
		if _, _, err := w.AddVisit(w.Context(), quzhou, bob, made[0].ID, survey.Visit{ID: "v", At: w.now, Outcome: survey.NotHome, Note: "王大妈去女儿家了"}); err != nil {
			w.Fatal(err)
		}
		if _, err := w.Withdraw(w.Context(), quzhou, alice, []survey.Chosen{{ID: made[0].ID, Revision: 2}}, "王大妈不愿意"); err != nil {
			w.Fatal(err)
		}
		if _, err := w.DeleteForm(w.Context(), quzhou, alice, f.ID, ""); err != nil {
			w.Fatal(err)
		}
		text := regexp.MustCompile("王大妈")
		found, more, err := w.AssignmentMentions(w.Context(), quzhou, text, 10)
		if err != nil || more || len(found) != 1 || found[0].ID != made[0].ID || len(found[0].Notes) != 4 {
			w.Fatalf("%+v, %t, %v", found, more, err)
		}
		if n, err := w.EraseAssignmentMentions(w.Context(), quzhou, []id.AssignmentID{made[0].ID}, text); err != nil || n != 1 {
			w.Fatal(n, err)
		}
		if found, _, err = w.AssignmentMentions(w.Context(), quzhou, text, 10); err != nil || len(found) != 0 {
			w.Errorf("%+v, %v", found, err)
		}
		a, err := w.Store.Assignment(w.Context(), quzhou, made[0].ID)
		if err != nil || a.Note != "找■" || a.Visits[0].Note != "■去女儿家了" || strings.Contains(a.Withdrawn.Reason+a.Events[0].Reason, "王") {
			w.Errorf("%+v, %v", a, err)
		}
	})
}
