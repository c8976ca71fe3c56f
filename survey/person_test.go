package survey_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/survey"
	"tianye/survey/form"
)

const people = `type | name | label | personal
text | name | 姓名 | yes
text | note | 备注 |
integer | phone | 号码 |
image | face | 头像 | yes
image | house | 房屋 |
begin repeat | family | 家人 |
text | who | 谁 |
end repeat`

// persons are two submissions, the first corrected, with files.
func (w *world) persons() (survey.Form, survey.Submission, survey.Submission) {
	f := w.publish(book(w, "survey", people, "settings", "form_id|form_title\npeople|住户"))
	in := w.incoming(f, m{"name": "王小明", "note": "王小明说路灯坏了", "phone": "1380000", "face": "face.jpg", "house": "house.jpg",
		"family": []any{m{"who": "王小明的母亲"}}})
	in.Files = []survey.Attachment{w.attach("face.jpg", "face"), w.attach("house.jpg", "house")}
	first := w.take(bob, in)
	first, err := w.Correct(w.Context(), quzhou, alice, first.ID, first.Revision, survey.Correction{Reason: "王小明来电",
		Answers: map[form.Path]string{"name": "王晓明", "note": "王小明和李四说路灯坏了"}})
	if err != nil {
		w.Fatal(err)
	}
	return f, first, w.submit(f, m{"name": "李四", "note": "没有意见"})
}

// dump is everything that the store has of a submission, former revisions too.
func (w *world) dump(sub id.SubmissionID) string {
	w.Helper()
	former, err := w.Former(w.Context(), quzhou, sub)
	if err != nil {
		w.Fatal(err)
	}
	raw, err := json.Marshal(append(former, w.read(sub)))
	if err != nil {
		w.Fatal(err)
	}
	return string(raw)
}

// TestPersonErased: found everywhere, and erased everywhere, in memory and in the past too; what says
// nothing of the person stays.
func TestPersonErased(t *testing.T) { everywhere(t, erasePerson) }

func erasePerson(w *world) {
	f, first, second := w.persons()
	other := w.other()
	w.table(other, f, "zh")
	text := regexp.MustCompile("王小明")
	found, more, err := w.Mentions(w.Context(), quzhou, text, "zh", 10)
	if err != nil || more || len(found) != 1 || found[0].ID != first.ID || len(found[0].Places) != 5 {
		w.Fatalf("%+v %v %v", found, more, err)
	}
	if _, more, _ := w.Mentions(w.Context(), quzhou, regexp.MustCompile("四|王"), "zh", 1); !more {
		w.Error("there are more")
	}
	if n, err := w.EraseMentions(w.Context(), quzhou, []id.SubmissionID{first.ID}, text); n != 1 || err != nil {
		w.Fatal(n, err)
	}
	after := w.dump(first.ID)
	for _, secret := range []string{"王小明", "王晓明", "face.jpg"} {
		if strings.Contains(after, secret) {
			w.Errorf("%s is left: %s", secret, after)
		}
	}
	sub := w.read(first.ID)
	if sub.Erased.IsZero() || sub.Answers["note"] != "■和李四说路灯坏了" || sub.Answers["phone"] != "1380000" || len(sub.Attachments) != 1 || sub.State != first.State ||
		!strings.Contains(after, "■的母亲") || !strings.Contains(w.dump(second.ID), "李四") {
		w.Errorf("too much or too little: %s", after)
	}
	for _, s := range []*survey.Service{w.Service, other} {
		if raw := fmt.Sprintf("%+v", *w.table(s, f, "zh")); strings.Contains(raw, "王小明") || !strings.Contains(raw, "■") {
			w.Errorf("in memory: %s", raw)
		}
	}
	if found, _, _ := w.Mentions(w.Context(), quzhou, text, "zh", 10); len(found) != 0 {
		w.Errorf("found again: %+v", found)
	}
	if _, err := w.EraseMentions(w.Context(), quzhou, []id.SubmissionID{second.ID}, regexp.MustCompile("没有")); err != nil || w.read(second.ID).Answers["name"] != nil {
		w.Error("the personal answers stay", err)
	}
}

// TestRetention: nothing before the day, everything after it, once, wherever it is stopped.
func TestRetention(t *testing.T) { everywhere(t, retain) }

func retain(w *world) {
	_, first, second := w.persons()
	project := account.Project{ID: quzhou, Privacy: account.Privacy{RetainUntil: w.now.Add(time.Hour)}}
	told := map[id.ProjectID]int{}
	sweep := func(ctx context.Context) error {
		erased, err := w.Sweep(ctx, []account.Project{{ID: "other"}, project})
		for p, n := range erased {
			told[p] += n
		}
		return err
	}
	if err := sweep(w.Context()); err != nil || !w.read(first.ID).Erased.IsZero() {
		w.Fatal("too early", err)
	}
	w.pass(2 * time.Hour)
	stopped, stop := context.WithCancel(w.Context())
	stop()
	if err := sweep(stopped); err != nil && !errors.Is(err, context.Canceled) {
		w.Fatal(err)
	}
	for range 2 { // twice is once
		if err := sweep(w.Context()); err != nil {
			w.Fatal(err)
		}
	}
	if len(told) != 1 || told[quzhou] != 2 {
		w.Errorf("told of %v", told)
	}
	for _, sub := range []id.SubmissionID{first.ID, second.ID} {
		if after := w.dump(sub); strings.Contains(after, "王晓明") || strings.Contains(after, `"name":"`) || w.read(sub).Erased.IsZero() {
			w.Errorf("left: %s", after)
		}
	}
	revision := w.read(first.ID).Revision
	if err := sweep(w.Context()); err != nil || w.read(first.ID).Revision != revision || w.read(second.ID).Answers["note"] != "没有意见" {
		w.Error("erased again", err, fmt.Sprint(w.read(second.ID).Answers))
	}
	// What became personal later goes too.
	w.publish(book(w, "survey", strings.Replace(people, "备注 |", "备注 | yes", 1), "settings", "form_id|form_title|version\npeople|住户|2"))
	if err := sweep(w.Context()); err != nil || w.read(second.ID).Answers["note"] != nil {
		w.Error("a question that became personal stays", err)
	}
}
