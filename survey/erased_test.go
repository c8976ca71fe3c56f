package survey_test

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/survey"
)

// TestRetentionWaits: a day that was set by mistake erases nothing for a week.
func TestRetentionWaits(t *testing.T) {
	w := here(t)
	_, first, _ := w.persons()
	project := account.Project{ID: quzhou, Privacy: account.Privacy{RetainUntil: w.now.Add(-time.Hour), RetainSet: w.now}}
	for _, erased := range []bool{false, true} {
		if _, err := w.Sweep(t.Context(), []account.Project{project}); err != nil || w.read(first.ID).Erased.IsZero() == erased {
			t.Error(erased, err)
		}
		w.pass(7 * 24 * time.Hour)
	}
}

// TestErasedStaysErased: a client sends the same again, with its picture; and what is left can be corrected.
func TestErasedStaysErased(t *testing.T) {
	w := here(t)
	w.publish(book(w, "survey", "type | name | label | personal | required\ntext | who | 谁 | yes | yes\ninteger | count | 几次\nimage | photo | 照片 | yes", "settings", "form_id | version\nvisits | 1"))
	raw := visited("uuid:1", "", "王大妈", "3")
	sub, err := w.receive(raw, "a.jpg face", "audit.csv log")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := w.EraseAll(t.Context(), quzhou); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if again, err := w.receive(raw, "a.jpg face", "audit.csv log"); err != nil || len(again.Attachments) != 0 || len(w.read(sub.ID).Attachments) != 0 {
		t.Errorf("the erased picture came back: %+v %v", again, err)
	}
	sub = w.read(sub.ID)
	if sub, err = w.Correct(t.Context(), quzhou, alice, sub.ID, sub.Revision, survey.Correction{Reason: "数错了", Answers: corrections{"count": "4"}}); err != nil || sub.Answers["count"] != "4" {
		t.Error(sub.Answers, err)
	}
	if n, err := w.EraseAll(t.Context(), quzhou); n != 0 || err != nil {
		t.Error("erased again", n, err)
	}
}

// TestErasedFileNames: a file goes in whose name the person is, and so does the reason of a deletion.
func TestErasedFileNames(t *testing.T) {
	w := here(t)
	f := w.publish(book(w, "survey", people, "settings", "form_id|form_title\npeople|住户"))
	in := w.incoming(f, m{"name": "王小明", "house": "王小明身份证.jpg"})
	in.Files = []survey.Attachment{w.attach("王小明身份证.jpg", "card")}
	sub := w.take(bob, in)
	if _, err := w.DeleteSubmission(t.Context(), quzhou, alice, sub.ID, "王小明要求"); err != nil {
		t.Fatal(err)
	}
	text := regexp.MustCompile("王小明")
	found, _, err := w.Mentions(t.Context(), quzhou, text, "zh", 10)
	if err != nil || len(found) != 1 || len(found[0].Places) != 3 {
		t.Fatalf("%+v %v", found, err)
	}
	if _, err := w.EraseMentions(t.Context(), quzhou, []id.SubmissionID{sub.ID}, text); err != nil {
		t.Fatal(err)
	}
	if sub, err = w.RestoreSubmission(t.Context(), quzhou, sub.ID); err != nil || len(sub.Attachments) != 0 || sub.Answers["house"] != nil {
		t.Errorf("%+v %v", sub, err)
	}
	if found, _, _ := w.Mentions(t.Context(), quzhou, text, "zh", 10); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

// TestErasedEntities: what was said of entities before a question became personal goes with it.
func TestErasedEntities(t *testing.T) {
	w := here(t)
	f := w.publish(book(w, "survey", strings.ReplaceAll(peopleSurvey, "| yes", ""), "entities", peopleEntities, "settings", "form_id\nregister"))
	sub := w.submit(f, m{"who": "王芳", "village": "荷塘", "contact": m{"phone": "13800000000"}})
	w.publish(book(w, "survey", peopleSurvey, "entities", peopleEntities, "settings", "form_id|version\nregister|2"))
	if n, err := w.EraseAll(t.Context(), quzhou); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if after := w.dump(sub.ID); strings.Contains(after, "王芳") || strings.Contains(after, "1380") || !strings.Contains(after, `"village":"荷塘"`) {
		t.Error(after)
	}
}

// publishing publishes a version of a form while its submissions are read, and submits one of it.
type publishing struct {
	survey.Store
	once func()
}

func (p *publishing) StreamSubmissions(ctx context.Context, project id.ProjectID, f id.FormID, each func(*survey.Submission) error) error {
	if once := p.once; once != nil {
		p.once = nil
		once()
	}
	return p.Store.StreamSubmissions(ctx, project, f, each)
}

// TestPublishedMeanwhile: submissions of a version that is newer than the look at the form are read too.
func TestPublishedMeanwhile(t *testing.T) {
	w := here(t)
	w.publish(book(w, "survey", people, "settings", "form_id|form_title\npeople|住户"))
	newer := func(version string) func() {
		return func() {
			f := w.publish(book(w, "survey", people, "settings", "form_id|form_title|version\npeople|住户|"+version))
			w.submit(f, m{"name": "王小明"})
		}
	}
	store := &publishing{Store: w.Store, once: newer("2")}
	s := survey.New(store, func() time.Time { return w.now })
	if found, _, err := s.Mentions(t.Context(), quzhou, regexp.MustCompile("王小明"), "zh", 10); err != nil || len(found) != 1 {
		t.Error(found, err)
	}
	store.once = newer("3")
	if n, err := s.EraseAll(t.Context(), quzhou); n != 2 || err != nil {
		t.Error(n, err)
	}
}

// TestPseudonymOfNumber: it stays text, whatever number it looks like.
func TestPseudonymOfNumber(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", "type|name|label|personal\ninteger|card|证号|pseudonym", "settings", "form_id\ncards"))
	want := 0
	for n := range 400 { // one of about 70 is digits with one E
		w.submit(f, m{"card": strconv.Itoa(n)})
		if name := survey.NewPseudonyms("s", quzhou).Of("answer", strconv.Itoa(n)); regexp.MustCompile(`^\d+E?\d+$`).MatchString(name) {
			want++
		}
	}
	raw := string(w.export(survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.CSV, Secret: "s"}))
	if got := len(regexp.MustCompile(`(?m),\d+E?\d+\r?$`).FindAllString(raw, -1)); want == 0 || got != want {
		t.Errorf("%d of %d", got, want)
	}
}

// rebuilding counts how often tables are made anew.
type rebuilding struct {
	survey.Store
	times int
}

func (r *rebuilding) SubmissionChanges(project id.ProjectID) func(context.Context, func(*survey.Submission) error) error {
	r.times++
	return r.Store.SubmissionChanges(project)
}

// TestRebuiltOnce: an erasure makes the tables anew, what happens to the submission later does not.
func TestRebuiltOnce(t *testing.T) {
	w := here(t)
	f, first, _ := w.persons()
	store := &rebuilding{Store: w.Store}
	s := survey.New(store, func() time.Time { return w.now })
	w.table(s, f, "zh")
	if _, err := w.EraseAll(t.Context(), quzhou); err != nil {
		t.Fatal(err)
	}
	w.table(s, f, "zh")
	if store.times != 2 {
		t.Errorf("%d times after the erasure", store.times)
	}
	sub := w.read(first.ID)
	if _, err := w.Review(t.Context(), quzhou, rui, sub.ID, sub.Revision, survey.Approved, ""); err != nil {
		t.Fatal(err)
	}
	if w.table(s, f, "zh"); store.times != 2 {
		t.Errorf("%d times after the review", store.times)
	}
}

// TestErasureKeepsPlaces: of what was asked for by a quota nothing is left, the place is held all the same.
func TestErasureKeepsPlaces(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", strings.Replace(residentSurvey, "性别 | yes", "性别 | yes | yes", 1), "choices", residentChoices, "settings", "form_title | form_id\n居民议事 | resident"))
	l, err := w.MakeLink(t.Context(), quzhou, alice, f.ID, survey.LinkSettings{Title: "议事", Quotas: []survey.Quota{{Conditions: []survey.QuotaCondition{{Path: "sex", Choices: []string{"f"}}}, Limit: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	first, over := w.sent1(l, "uuid:first", "f", "old", survey.LinkEntry{}), w.sent1(l, "uuid:over", "f", "old", survey.LinkEntry{})
	if n, err := w.EraseAll(t.Context(), quzhou); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	if sub := w.read(first.ID); sub.Answers["sex"] != nil || len(sub.OverQuota) > 0 {
		t.Errorf("%+v", sub)
	}
	if len(w.read(over.ID).OverQuota) != 1 {
		t.Error("what came over the quota is within it now")
	}
	w.pass(time.Hour) // nor do idle places go to others
	if third := w.sent1(l, "uuid:third", "f", "old", survey.LinkEntry{}); len(third.OverQuota) != 1 {
		t.Error("two in one place")
	}
}
