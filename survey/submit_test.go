package survey_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
	"tianye/survey"
	"tianye/survey/form"
)

// full has something of everything.
func full() map[string]any {
	return answers("basic/respondent", "王大妈", "basic/day", "2026-04-11", "topics", "road other", "other", "路灯", "trust", "high",
		"contact", m{"phone": "13800000000", "kin": []any{m{"kin_name": "王小明"}}},
		"meetings", []any{m{"attended": "12", "subject": "修路", "speaker": "王大妈", "motions": []any{m{"motion": "甲"}, m{"motion": "乙"}}},
			m{"attended": "8", "subject": "饮水"}})
}

func TestSubmit(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		in := w.incoming(f, full())
		received := w.now
		sub := w.take(bob, in)
		got := w.read(sub.ID)
		wanted := full()
		wanted["total"], wanted["code"] = "20", "A31"
		if !reflect.DeepEqual(got.Answers, wanted) {
			w.Errorf("answers %#v", got.Answers)
		}
		if got.Submitter != bob || got.Version != 1 || got.State != survey.Received || got.Revision != 1 || !got.Received.Equal(received) ||
			!got.Started.Equal(in.Started) || !got.Ended.Equal(in.Ended) || got.DeviceID != "phone" || len(got.Events) != 0 {
			w.Errorf("%+v", got)
		}
		if _, err := w.Submission(w.Context(), hanyang, sub.ID); !problem.Is(err, problem.NotFound) {
			w.Error("another project reads it:", err)
		}
	})
}

func TestRulesOfTheForm(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	deep := any("x")
	for range 500 {
		deep = m{"basic": deep}
	}
	for name, c := range map[string]struct {
		answers map[string]any
		where   string
		key     string
	}{
		"required":        {m{"basic": m{"members": "3"}}, "basic/county", "xpath.required"},
		"own sentence":    {answers("basic/members", "2"), "basic/members", "survey.ownMessage"},
		"type":            {answers("basic/members", "三"), "basic/members", "xpath.notAnInteger"},
		"unknown choice":  {answers("topics", "road sky"), "topics", "xpath.unknownChoice"},
		"relevant":        {answers("topics", "other"), "other", "xpath.required"},
		"unknown name":    {answers("nobody", "x"), "nobody", "xpath.unknownAnswer"},
		"of another kind": {answers("meetings", m{"attended": "1"}), "meetings", "xpath.notASection"},
		"too long":        {answers("other", strings.Repeat("长", 50_001)), "other", "xpath.tooLongAnswer"},
		"too many":        {answers("meetings", make([]any, 1001)), "meetings", "xpath.tooManyRepeats"},
		"in a repeat":     {answers("meetings", []any{m{}, m{"attended": "x"}}), "meetings[2]/attended", "xpath.notAnInteger"},
		"deep":            {answers("other", deep), "other", "xpath.notAValue"},
	} {
		_, err := w.Submit(t.Context(), quzhou, bob, w.incoming(f, c.answers))
		details := want(t, err, problem.Invalid, "survey.breaksRules")
		if details[c.where].Key != c.key {
			t.Errorf("%s: %v", name, details)
		}
		if name == "own sentence" && details[c.where].Args[0] != "jiangshan 的党员人数不能少于 3 人" {
			t.Error(details[c.where])
		}
		want(t, w.Check(t.Context(), quzhou, bob, w.incoming(f, c.answers)), problem.Invalid, "survey.breaksRules")
	}
	if page, err := w.List(t.Context(), quzhou, survey.Filter{}, "", 10); err != nil || page.Total != 0 {
		t.Error(page, err)
	}
}

func TestWhatIsNotPublishedTakesNothing(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	other := w.upload(book(t, "survey", "type|name|label\ntext|a|甲", "settings", "form_id|form_title\nother|另一份"))
	for _, version := range []int{-1, 0, 2, 1 << 40} {
		in := w.incoming(f, answers())
		in.Version = version
		_, err := w.Submit(t.Context(), quzhou, bob, in)
		want(t, err, problem.NotFound, "survey.noVersion")
		want(t, w.Check(t.Context(), quzhou, bob, in), problem.NotFound, "survey.noVersion")
	}
	_, err := w.Submit(t.Context(), quzhou, bob, survey.Incoming{InstanceID: "uuid:1", FormID: other.ID, Version: 1})
	want(t, err, problem.NotFound, "survey.noVersion")
	_, err = w.Submit(t.Context(), hanyang, bob, w.incoming(f, answers()))
	want(t, err, problem.NotFound, "store.notFound")
}

func TestInstanceID(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	for _, name := range []string{"", strings.Repeat("长", 101), "uuid:\x00", "uuid:\n1", "\x7f"} {
		in := w.incoming(f, answers())
		in.InstanceID = name
		_, err := w.Submit(t.Context(), quzhou, bob, in)
		want(t, err, problem.Malformed, "survey.instanceID")
	}
	in := w.incoming(f, answers())
	in.InstanceID, in.DeviceID = strings.Repeat("长", 100), strings.Repeat("机", 1000)
	if sub := w.read(w.take(bob, in).ID); len([]rune(sub.DeviceID)) != 100 || sub.InstanceID != in.InstanceID {
		t.Errorf("%+v", sub)
	}
}

// TestTheSameAgain: sent again by an impatient hand or a bad network, it is the same submission,
// also when the form's rules would refuse it by now.
func TestTheSameAgain(t *testing.T) {
	everywhere(t, func(w *world) {
		rule := "| ${county} 的党员人数不能少于 3 人\ndate | until | 截止 | Until | | | . >= today()"
		f := w.publish(book(w, "survey", replaceAll(w, visitSurvey, "| ${county} 的党员人数不能少于 3 人", rule),
			"choices", visitChoices, "settings", visitSettings))
		in := w.incoming(f, answers("basic/until", "2026-04-12"))
		first := w.take(bob, in)
		w.pass(48 * time.Hour)
		if err := w.Check(w.Context(), quzhou, bob, in); err != nil {
			w.Error(err)
		}
		again := w.take(bob, in)
		if again.ID != first.ID || again.Revision != 1 || !again.Received.Equal(first.Received) {
			w.Errorf("%+v", again)
		}
		late := in
		late.InstanceID = "uuid:late"
		_, err := w.Submit(w.Context(), quzhou, bob, late)
		want(w, err, problem.Invalid, "survey.breaksRules")

		_, err = w.Submit(w.Context(), quzhou, carol, in)
		want(w, err, problem.Conflict, "survey.otherContent")
		for name, change := range map[string]func(*survey.Incoming){
			"answers": func(in *survey.Incoming) { in.Answers = answers("basic/members", "32") },
			"case":    func(in *survey.Incoming) { in.CaseID = "other" },
		} {
			changed := in
			change(&changed)
			if _, err = w.Submit(w.Context(), quzhou, bob, changed); !problem.Is(err, problem.Conflict) {
				w.Errorf("%s: %v", name, err)
			}
		}
		corrected, err := w.Correct(w.Context(), quzhou, alice, first.ID, 1, survey.Correction{Answers: map[form.Path]string{"basic/members": "40"}, Reason: "核对台账"})
		if err != nil {
			w.Fatal(err)
		}
		if again = w.take(bob, in); again.Revision != corrected.Revision || again.State != survey.Edited {
			w.Errorf("after a correction: %+v", again)
		}
		if page, err := w.List(w.Context(), quzhou, survey.Filter{}, "", 10); err != nil || page.Total != 1 {
			w.Error(page, err)
		}
	})
}

func TestTheSameAtOnce(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	in := w.incoming(f, full())
	var wait sync.WaitGroup
	for range 8 {
		s := w.other()
		wait.Go(func() {
			if sub, err := s.Submit(t.Context(), quzhou, bob, in); err != nil || sub.Revision != 1 {
				t.Error(sub, err)
			}
		})
	}
	wait.Wait()
	if former, err := w.Former(t.Context(), quzhou, w.take(bob, in).ID); err != nil || len(former) != 0 {
		t.Error(former, err)
	}
}

func (w *world) attach(name, content string) survey.Attachment {
	w.Helper()
	a, err := w.Attach(w.Context(), quzhou, name, "image/jpeg", strings.NewReader(content), survey.MaxAttachment)
	if err != nil {
		w.Fatal(err)
	}
	return a
}

func TestFiles(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(book(w, "survey", visitSurvey+"file | minutes | 纪要 | Minutes", "choices", visitChoices, "settings", visitSettings))
		photo, minutes := w.attach("a.jpg", "照片"), w.attach("b.pdf", "纪要")
		in := w.incoming(f, answers("photo", "a.jpg", "minutes", "b.pdf"))
		for name, c := range map[string]struct {
			files  []survey.Attachment
			where  string
			detail string
		}{
			"missing": {[]survey.Attachment{photo}, "minutes", "survey.fileMissing"},
			"unnamed": {[]survey.Attachment{photo, minutes, w.attach("c.jpg", "别的")}, "c.jpg", "survey.fileUnnamed"},
			"twice":   {[]survey.Attachment{photo, minutes, w.attach("a.jpg", "另一张")}, "a.jpg", "survey.fileUnnamed"},
		} {
			in.Files = c.files
			_, err := w.Submit(w.Context(), quzhou, bob, in)
			if details := want(w, err, problem.Invalid, "survey.filesMismatch"); len(details) != 1 || details[c.where].Key != c.detail {
				w.Errorf("%s: %v", name, details)
			}
		}
		in.Files = []survey.Attachment{photo, minutes}
		sub := w.take(bob, in)
		in.Files = []survey.Attachment{minutes, photo}
		if again := w.take(bob, in); again.ID != sub.ID {
			w.Error("in another order it is another submission")
		}
		a, r, err := w.OpenAttachment(w.Context(), quzhou, sub.ID, "a.jpg")
		if text(w, r, err) != "照片" || a.Size != 6 || a.ContentType != "image/jpeg" {
			w.Error(a)
		}
		_, _, err = w.OpenAttachment(w.Context(), quzhou, sub.ID, "c.jpg")
		want(w, err, problem.NotFound, "survey.noAttachment")
		in.Files = []survey.Attachment{minutes, w.attach("a.jpg", "另一张")}
		_, err = w.Submit(w.Context(), quzhou, bob, in)
		want(w, err, problem.Conflict, "survey.otherContent")
	})
}

// TestEvaluatedByItsVersion: a submission begun before a new version was published is judged by
// the version that it was made with, now and when it is corrected.
func TestEvaluatedByItsVersion(t *testing.T) {
	w := here(t)
	first := w.publish(visit(t))
	old := w.incoming(first, answers("topics", "water"))
	second := w.publish(visit2(t))
	sub := w.take(bob, old)
	if _, err := w.Correct(t.Context(), quzhou, alice, sub.ID, 1, survey.Correction{Answers: map[form.Path]string{"topics": "water road"}, Reason: "漏选"}); err != nil {
		t.Error(err)
	}
	if _, err := w.Correct(t.Context(), quzhou, alice, sub.ID, 2, survey.Correction{Answers: map[form.Path]string{"households": "3"}, Reason: "补填"}); !problem.Is(err, problem.Invalid) {
		t.Error("a question of a later version:", err)
	}
	_, err := w.Submit(t.Context(), quzhou, bob, w.incoming(second, answers("topics", "water")))
	want(t, err, problem.Invalid, "survey.breaksRules")
	if w.submit(second, answers("households", "3")).Version != 2 {
		t.Error("version")
	}
}

// TestControlCharacters: what a phone's keyboard can let slip is kept and harms nothing.
func TestControlCharacters(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		odd := "a\x00b\x1b\u202e\ufffe\r\n\"'<&"
		sub := w.submit(f, answers("topics", "other", "other", odd, "meetings", []any{m{"subject": odd}}))
		if got := w.read(sub.ID); got.Answers["other"] != odd {
			w.Errorf("%q", got.Answers["other"])
		}
		for _, format := range []survey.Format{survey.CSV, survey.XLSX, survey.JSONLines} {
			if out := w.export(survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: format}); len(out) == 0 {
				w.Error(format)
			}
		}
	})
}

// FuzzSubmit: whatever is sent, it is stored as the form says or refused in words; what is
// stored is the same when it comes again, and can be read, listed and exported.
func FuzzSubmit(f *testing.F) {
	for _, a := range []map[string]any{full(), answers(), answers("nobody", 1, "meetings", []any{nil, "x", m{}})} {
		raw, err := json.Marshal(a)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(raw))
	}
	f.Add(`{"basic": {"county": "jiangshan", "members": 31.0, "day": true}, "trust": null, "contact": []}`)
	f.Add(strings.Repeat(`{"basic":`, 9000) + "1" + strings.Repeat("}", 9000))
	b, err := sqlite.Open(f.Context(), f.TempDir(), store.Collections)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { b.Close() })
	w := newWorld(f, b)
	published := w.publish(visit(f))
	f.Fuzz(func(t *testing.T, raw string) {
		w.TB = t
		var a map[string]any
		if json.Unmarshal([]byte(raw), &a) != nil {
			return
		}
		in := w.incoming(published, a)
		in.InstanceID = fmt.Sprintf("%x", raw[:min(len(raw), 50)])
		sub, err := w.Submit(t.Context(), quzhou, bob, in)
		if err != nil {
			if kind := problem.From(err).Kind; kind != problem.Invalid && kind != problem.Conflict {
				t.Fatal(err)
			}
			return
		}
		if again, err := w.Submit(t.Context(), quzhou, bob, in); err != nil || again.Digest != sub.Digest {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(w.read(sub.ID).Answers, sub.Answers) {
			t.Error("stored otherwise")
		}
		if page, err := w.List(t.Context(), quzhou, survey.Filter{FormID: published.ID, Text: "1"}, "", 1); err != nil || len(page.ByState) == 0 && page.Total > 0 {
			t.Error(page, err)
		}
	})
}
