package survey_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
	"tianye/survey/instance"
)

// TestEditInSeveralRequests: the files of an edit take the place of the first instance's in
// whichever request they come, and are not replaced themselves.
func TestEditInSeveralRequests(t *testing.T) {
	everywhere(t, func(w *world) {
		w.visits()
		first, edit := visited("uuid:1", "", "王大妈", "3"), visited("uuid:2", "uuid:1", "王大妈", "4")
		if _, err := w.receive(first, "a.jpg picture", "audit.csv log"); err != nil {
			w.Fatal(err)
		}
		if _, err := w.receive(edit, "a.jpg picture"); err != nil {
			w.Fatal(err)
		}
		log := w.files("audit.csv longer log")
		for range 2 {
			sub, err := receive(w.Context(), w.Service, edit, log)
			if err != nil || sub.Revision != 3 || len(sub.Attachments) != 2 || sub.Attachments[1].Hash != log[0].Hash {
				w.Fatalf("%+v %v", sub, err)
			}
		}
		for _, file := range []string{"audit.csv third log", "a.jpg other"} {
			_, err := w.receive(edit, file)
			want(w, err, problem.Conflict, "openrosa.otherFile")
		}
		_, err := w.receive(visited("uuid:3", "uuid:2", "王大妈", "5"), "a.jpg one", "a.jpg another")
		want(w, err, problem.Conflict, "openrosa.otherFile")
		// What belongs to the first instance comes late and gives way as well.
		if _, err := w.receive(first, "late.jpg late"); err != nil {
			w.Fatal(err)
		}
		sub, err := w.receive(edit, "late.jpg better")
		if err != nil || len(sub.Attachments) != 3 {
			w.Error(sub, err)
		}
	})
}

// TestEditThatWasStopped: where an instance was noted to belong before its edit was refused
// does not keep it from another submission.
func TestEditThatWasStopped(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.visits()
		one, err := w.receive(visited("uuid:1", "", "王大妈", "3"))
		if err != nil {
			w.Fatal(err)
		}
		other, err := w.receive(visited("uuid:a", "", "李大爷", "4"))
		if err != nil {
			w.Fatal(err)
		}
		edit := id.SubmissionID(id.Derived(string(quzhou), string(f.ID), "uuid:2"))
		if err := w.Store.KeepEdition(w.Context(), quzhou, edit, one.ID); err != nil {
			w.Fatal(err)
		}
		_, err = w.receive(visited("uuid:3", "uuid:2", "李大爷", "5"))
		want(w, err, problem.NotFound, "openrosa.noDeprecated")
		for range 2 {
			sub, err := w.receive(visited("uuid:2", "uuid:a", "李大爷", "5"))
			if err != nil || sub.ID != other.ID || sub.Revision != 2 {
				w.Fatal(sub, err)
			}
		}
		sub, err := w.receive(visited("uuid:3", "uuid:2", "李大爷", "6"))
		if err != nil || sub.ID != other.ID || sub.Revision != 3 {
			w.Error(sub, err)
		}
	})
}

// TestCorrectedInstance: the instance of a submission that was corrected here is the corrected one.
func TestCorrectedInstance(t *testing.T) {
	w := here(t)
	w.visits()
	first := visited("uuid:1", "", "王大妈", "3")
	sub, err := w.receive(first, "a.jpg picture")
	if err != nil {
		t.Fatal(err)
	}
	xml := func() string {
		t.Helper()
		raw, err := w.InstanceXML(t.Context(), quzhou, sub.ID)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	if sub, err = w.Review(t.Context(), quzhou, rui, sub.ID, sub.Revision, survey.Approved, ""); err != nil {
		t.Fatal(err)
	}
	village := id.CaseID("village")
	if sub, err = w.Correct(t.Context(), quzhou, rui, sub.ID, sub.Revision, survey.Correction{Case: &village, Reason: "荷塘村"}); err != nil {
		t.Fatal(err)
	}
	if got := xml(); got != string(first) {
		t.Errorf("nothing was corrected: %s", got)
	}
	if _, err = w.Correct(t.Context(), quzhou, rui, sub.ID, sub.Revision, survey.Correction{Answers: map[form.Path]string{"count": "5"}, Reason: "记错了"}); err != nil {
		t.Fatal(err)
	}
	if got := xml(); !strings.Contains(got, "<count>5</count>") || !strings.Contains(got, "uuid:1") {
		t.Error(got)
	}
}

// registering publishes a form that makes a case of each person, and gives what is made.
func registering(w *world) *[]instance.Entity {
	w.Helper()
	var made []instance.Entity
	w.KeepCases(func(_ context.Context, _ id.ProjectID, _ id.UserID, _ id.CaseID, e instance.Entity) error {
		made = append(made, e)
		return nil
	})
	w.publish(book(w, "survey", "type | name | label | save_to\nbegin repeat | people | 人\ntext | who | 谁 | 姓名\nend repeat",
		"entities", "list_name | label\ncases | ${who}", "settings", "form_id | version\nregister | 1"))
	return &made
}

func registered(instance string, people int) []byte {
	var b strings.Builder
	for n := range people {
		fmt.Fprintf(&b, `<people><who>%d</who><meta><entity dataset="cases" id="%[1]d" create="1"><label>%[1]d</label></entity></meta></people>`, n)
	}
	return []byte(`<data id="register" version="1">` + b.String() + `<meta><instanceID>` + instance + `</instanceID></meta></data>`)
}

// TestRefusedMakesNoCase: what is refused for its files has done nothing to the cases.
func TestRefusedMakesNoCase(t *testing.T) {
	w := here(t)
	made := registering(w)
	_, err := w.receive(registered("uuid:1", 2), "a.jpg one", "a.jpg another")
	want(t, err, problem.Conflict, "openrosa.otherFile")
	if len(*made) != 0 {
		t.Errorf("made %v", *made)
	}
	if sub, err := w.receive(registered("uuid:1", 2), "a.jpg one"); err != nil || len(*made) != 2 || sub.CaseID == "" || (*made)[1].Properties["姓名"] != "1" {
		t.Error(sub, *made, err)
	}
}

// TestManyEntities: one instance makes no more than a thousand cases, and says so.
func TestManyEntities(t *testing.T) {
	w := here(t)
	made := registering(w)
	sub, err := w.receive(registered("uuid:1", 1100))
	if err != nil || len(*made) != 1000 || sub.State != survey.HasIssues {
		t.Fatal(len(*made), sub.State, err)
	}
	var keys []string
	for _, found := range sub.Events[0].Found {
		keys = append(keys, found.Text.Key)
	}
	if !strings.Contains(strings.Join(keys, " "), "openrosa.manyEntities") {
		t.Error(keys)
	}
}
