package survey_test

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

func TestRefusedWorkbookTakesNothing(t *testing.T) {
	w := here(t)
	bad := book(t, "survey", replaceAll(t, visitSurvey, "select_one county", "select_one nowhere"), "choices", visitChoices, "settings", visitSettings)
	f, complaints, err := w.Upload(t.Context(), quzhou, alice, bad, "bad.xlsx", "")
	if err != nil || f.ID != "" {
		t.Fatal(f, err)
	}
	at := slices.IndexFunc(complaints, func(c survey.Complaint) bool { return c.IsError })
	if at < 0 || complaints[at].Sheet != "survey" || complaints[at].Cell != "A4" || complaints[at].Column != "type" {
		t.Errorf("complaints %+v", complaints)
	}
	if forms, err := w.Forms(t.Context(), quzhou); err != nil || len(forms) != 0 {
		t.Errorf("forms %v %v", forms, err)
	}
	before := w.publish(visit(t))
	if _, _, err := w.Upload(t.Context(), quzhou, alice, bad, "bad.xlsx", before.ID); err != nil {
		t.Fatal(err)
	}
	if after, err := w.Form(t.Context(), quzhou, before.ID); err != nil || after.Draft != nil || after.Revision != before.Revision {
		t.Errorf("after %+v, %v", after, err)
	}
	_, _, err = w.Upload(t.Context(), quzhou, alice, make([]byte, survey.MaxWorkbook+1), "big.xlsx", "")
	want(t, err, problem.TooLarge, "survey.workbookTooLarge")
}

func TestWarningsAreKeptAsSentences(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.upload(book(w, "survey", replaceAll(w, visitSurvey, "| personal\n", "| personel\n"), "choices", visitChoices, "settings", visitSettings))
		var said []string
		for _, c := range f.Draft.Warnings {
			said = append(said, message.Sprint(message.English, c.Text))
		}
		all := strings.Join(said, "\n")
		if !strings.Contains(all, "personel") || !strings.Contains(all, "“personal”") || strings.Contains(all, "map[") {
			w.Error(all)
		}
	})
}

func TestDraftBelongsToItsForm(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	other := book(t, "survey", "type|name|label\ntext|a|甲", "settings", "form_id|form_title\nother|另一份")
	_, _, err := w.Upload(t.Context(), quzhou, alice, other, "other.xlsx", f.ID)
	want(t, err, problem.Invalid, "survey.otherForm")
	_, _, err = w.Upload(t.Context(), hanyang, alice, visit(t), "visit.xlsx", f.ID)
	want(t, err, problem.NotFound, "store.notFound")
	g := w.upload(other)
	if forms, err := w.Forms(t.Context(), quzhou); err != nil || len(forms) != 2 || g.Name != "other" || g.ID == f.ID {
		t.Error(forms, err)
	}
}

func TestPublish(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.upload(visit(w))
		if f.Title != "走访记录" || f.Current() != nil || f.Draft.Questions != 14 {
			w.Errorf("draft %+v %+v", f, f.Draft)
		}
		seen := f.Revision
		w.upload(visit(w))
		_, err := w.Publish(w.Context(), quzhou, alice, f.ID, seen)
		want(w, err, problem.Conflict, "survey.formChanged")
		f = w.publish(visit(w))
		_, err = w.Publish(w.Context(), quzhou, alice, f.ID, f.Revision)
		want(w, err, problem.NotFound, "survey.noDraft")
		_, err = w.Draft(w.Context(), quzhou, f.ID)
		want(w, err, problem.NotFound, "survey.noDraft")

		w.pass(time.Hour)
		f = w.upload(visit2(w))
		if f.Title != "走访记录" {
			w.Errorf("the title of what is filled in is %s already", f.Title)
		}
		if d, err := w.Draft(w.Context(), quzhou, f.ID); err != nil || d.Find("households") == nil {
			w.Error("preview", err)
		}
		f = w.publish(visit2(w))
		if len(f.Versions) != 2 || f.Draft != nil || f.Title != "走访记录（新）" {
			w.Fatalf("%+v", f)
		}
		second := *f.Current()
		if second.Number != 2 || second.Name != "2026-2" || second.By != alice || second.Questions != 15 || !second.Published.Equal(w.now) {
			w.Errorf("%+v", second)
		}
		for _, s := range []*survey.Service{w.Service, w.other()} {
			w.stillThere(s, f)
		}
	})
}

// stillThere: both versions and their workbooks are as they were published.
func (w *world) stillThere(s *survey.Service, f survey.Form) {
	w.Helper()
	for number, households := range []bool{false, true} {
		p, err := s.Program(w.Context(), quzhou, f.ID, number+1)
		if err != nil || (p.Definition.Find("households") != nil) != households {
			w.Errorf("version %d: %v", number+1, err)
		}
		if a, r, err := s.Workbook(w.Context(), quzhou, f.ID, number+1); a.Name != "走访.xlsx" || !strings.HasPrefix(text(w, r, err), "PK") {
			w.Error("workbook", a, err)
		}
	}
	for _, number := range []int{-1, 0, 3} {
		_, err := s.Program(w.Context(), quzhou, f.ID, number)
		want(w, err, problem.NotFound, "survey.noVersion")
	}
	_, err := s.Program(w.Context(), hanyang, f.ID, 1)
	want(w, err, problem.NotFound, "store.notFound")
	_, _, err = s.Workbook(w.Context(), quzhou, f.ID, 0)
	want(w, err, problem.NotFound, "survey.noVersion")
}

// TestPublishInterrupted: stopped after the definition was stored, nothing is published; another
// draft may come, and is what the version then is.
func TestPublishInterrupted(t *testing.T) {
	everywhere(t, func(w *world) {
		b := &broken{w.Store, errors.New("power is gone")}
		f := w.upload(visit(w))
		if _, err := survey.New(b, func() time.Time { return w.now }).Publish(w.Context(), quzhou, alice, f.ID, f.Revision); err != b.err {
			w.Fatal(err)
		}
		if got, err := w.Form(w.Context(), quzhou, f.ID); err != nil || got.Revision != f.Revision || got.Current() != nil || got.Draft == nil {
			w.Errorf("%+v %v", got, err)
		}
		_, err := w.Submit(w.Context(), quzhou, bob, survey.Incoming{InstanceID: "uuid:early", FormID: f.ID, Version: 1, Answers: answers()})
		want(w, err, problem.NotFound, "survey.noVersion")
		f = w.publish(visit2(w))
		if p, err := w.Program(w.Context(), quzhou, f.ID, 1); err != nil || len(f.Versions) != 1 || p.Definition.Find("households") == nil {
			w.Error(err, f.Versions)
		}
	})
}

// TestPublishTogether: of those who publish the same draft at once, one does.
func TestPublishTogether(t *testing.T) {
	w := here(t)
	f := w.upload(visit(t))
	results := make([]error, 8)
	var wait sync.WaitGroup
	for i := range results {
		wait.Go(func() { _, results[i] = w.other().Publish(t.Context(), quzhou, alice, f.ID, f.Revision) })
	}
	wait.Wait()
	published := 0
	for _, err := range results {
		if err == nil {
			published++
		} else {
			want(t, err, problem.Conflict, "survey.formChanged")
		}
	}
	if f, err := w.Form(t.Context(), quzhou, f.ID); err != nil || published != 1 || len(f.Versions) != 1 {
		t.Error(published, f.Versions, err)
	}
}

func TestUploadTogether(t *testing.T) {
	w := here(t)
	workbook := visit(t)
	var wait sync.WaitGroup
	for range 6 {
		wait.Go(func() {
			if _, _, err := w.Upload(t.Context(), quzhou, alice, workbook, "a.xlsx", ""); err != nil && problem.From(err).Text.Key != "survey.formChanged" {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if forms, err := w.Forms(t.Context(), quzhou); err != nil || len(forms) != 1 {
		t.Error(len(forms), err)
	}
}

func TestLanguageFor(t *testing.T) {
	d := &form.Definition{DefaultLanguage: "中文 (zh)", Languages: []string{"中文 (zh)", "English (en)", "fr"}}
	for asked, want := range map[string]string{"zh": "中文 (zh)", "en": "English (en)", "FR": "fr", "de": "中文 (zh)"} {
		if got := survey.LanguageFor(d, asked); got != want {
			t.Errorf("%s: got %s", asked, got)
		}
	}
}

// TestFormThatShowsNothing: a workbook or an XForm without questions is warned of, and not published.
func TestFormThatShowsNothing(t *testing.T) {
	w := here(t)
	f := w.upload(book(t, "survey", "type|name|label|calculation\ncalculate|a||1 + 1", "settings", "form_id|form_title\nnone|空"))
	if len(f.Draft.Warnings) != 1 || f.Draft.Warnings[0].Text.Key != "xlsform.emptySurvey" {
		t.Error(f.Draft.Warnings)
	}
	_, err := w.Publish(t.Context(), quzhou, alice, f.ID, f.Revision)
	want(t, err, problem.Invalid, "survey.noQuestions")
	_, complaints, err := survey.Check([]byte(`<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>x</h:title><model><instance><data id="x"><a/></data></instance><bind nodeset="/data/a" type="int" calculate="1 + 1"/></model></h:head><h:body/></h:html>`), "x.xml")
	if err != nil || len(complaints) != 1 || complaints[0].IsError || complaints[0].Text.Key != "survey.noQuestions" {
		t.Error(complaints, err)
	}
}
