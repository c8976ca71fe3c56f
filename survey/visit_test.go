package survey_test

import (
	"strings"
	"testing"
	"time"

	"tianye/internal/problem"
	"tianye/survey"
)

// TestVisitsAreNotedOnce: what a phone sends again changes nothing, whatever was done with the assignment since.
func TestVisitsAreNotedOnce(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		made := w.give(survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob})[0]
		at := w.now.Add(-365 * 24 * time.Hour) // the phone's clock
		first := survey.Visit{ID: "uuid:v1", At: at, Outcome: survey.NotHome, Note: " 门锁着 ", Place: &survey.VisitPlace{Latitude: 28.7, Longitude: 118.6, Accuracy: 12}}
		if a, added, err := w.AddVisit(w.Context(), quzhou, bob, made.ID, first); err != nil || !added || a.Revision != 2 {
			w.Fatal(a, added, err)
		}
		if a, added, err := w.AddVisit(w.Context(), quzhou, bob, made.ID, first); err != nil || added || a.Revision != 2 {
			w.Errorf("again: %+v, %t, %v", a, added, err)
		}
		v := w.item(made.ID).Visits[0]
		if v.Note != "门锁着" || v.By != bob || !v.At.Equal(at) || !v.Received.Equal(w.now) || v.Place == nil || v.Place.Accuracy != 12 {
			w.Errorf("%+v", v)
		}
		for _, name := range []string{"uuid:v2", "uuid:v3"} {
			if a := w.item(made.ID); a.WantsReplacement() {
				w.Errorf("after %d visits", len(a.Visits))
			}
			if _, _, err := w.AddVisit(w.Context(), quzhou, bob, made.ID, survey.Visit{ID: name, At: w.now, Outcome: survey.NotHome}); err != nil {
				w.Fatal(err)
			}
		}
		a := w.item(made.ID)
		if !a.WantsReplacement() || a.NotHome() != survey.ReplaceAfter {
			w.Errorf("%d", a.NotHome())
		}
		if _, err := w.Withdraw(w.Context(), quzhou, alice, []survey.Chosen{{ID: a.ID, Revision: a.Revision}}, "换一户"); err != nil {
			w.Fatal(err)
		}
		if _, added, err := w.AddVisit(w.Context(), quzhou, bob, made.ID, survey.Visit{ID: "uuid:v4", At: w.now, Outcome: survey.Moved}); err != nil || !added {
			w.Errorf("what comes after the withdrawal: %t, %v", added, err)
		}
		if w.item(made.ID).WantsReplacement() {
			w.Error("of a withdrawn one")
		}
	})
}

func TestVisitsThatSayNothing(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	made := w.give(survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob})[0]
	good := survey.Visit{ID: "v", At: w.now, Outcome: survey.Refused}
	for where, change := range map[string]func(*survey.Visit){
		"id":      func(v *survey.Visit) { v.ID = "a\nb" },
		"at":      func(v *survey.Visit) { v.At = time.Time{} },
		"outcome": func(v *survey.Visit) { v.Outcome = "gone" },
		"note":    func(v *survey.Visit) { v.Note = strings.Repeat("门", 501) },
		"place":   func(v *survey.Visit) { v.Place = &survey.VisitPlace{Latitude: 91} },
	} {
		v := good
		change(&v)
		_, _, err := w.AddVisit(t.Context(), quzhou, bob, made.ID, v)
		if details := want(t, err, problem.Invalid, "assignment.visitInvalid"); details[where].Key == "" {
			t.Errorf("%s: %v", where, details)
		}
	}
	_, _, err := w.AddVisit(t.Context(), quzhou, bob, made.ID, survey.Visit{ID: "v", At: w.now, Outcome: survey.Other})
	want(t, err, problem.Invalid, "assignment.visitInvalid")
}
