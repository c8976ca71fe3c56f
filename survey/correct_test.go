package survey_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

type corrections = map[form.Path]string

func TestCorrect(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		sub := w.submit(f, full())
		at := w.now
		after, err := w.Correct(w.Context(), quzhou, alice, sub.ID, 1, survey.Correction{Answers: corrections{
			"meetings[2]/attended": "9", "meetings[1]/motions[2]/motion": "丙", "basic/members": "32", "topics": "road", "contact/kin[1]/kin_name": "", "other": "路灯",
		}, Reason: "  核对台账 "})
		if err != nil {
			w.Fatal(err)
		}
		var changes []string
		for _, c := range after.Events[0].Changes {
			changes = append(changes, c.String())
		}
		// What depends on them is among the changes, in the form's order; an answer that no longer
		// is relevant goes.
		wanted := []string{`basic/members: "31" -> "32"`, `topics: "road other" -> "road"`, `other: "路灯" -> ""`, `contact/kin[1]/kin_name: "王小明" -> ""`,
			`meetings[1]/motions[2]/motion: "乙" -> "丙"`, `meetings[2]/attended: "8" -> "9"`, `total: "20" -> "21"`, `code: "A31" -> "A32"`}
		if !slices.Equal(changes, wanted) {
			w.Errorf("changes\n%s", strings.Join(changes, "\n"))
		}
		if e := after.Events[0]; e.By != alice || e.Comment != "核对台账" || e.State != survey.Edited || !e.At.Equal(at) {
			w.Errorf("%+v", e)
		}
		got := w.read(sub.ID)
		if got.Revision != 2 || after.Revision != 2 || got.State != survey.Edited || !reflect.DeepEqual(got.Answers, after.Answers) || !reflect.DeepEqual(got.Events[0].Changes, after.Events[0].Changes) {
			w.Errorf("%+v", got)
		}
		former, err := w.Former(w.Context(), quzhou, sub.ID)
		if err != nil || len(former) != 1 || former[0].Revision != 1 || !reflect.DeepEqual(former[0].Answers, sub.Answers) {
			w.Errorf("former %+v %v", former, err)
		}
	})
}

func TestRefusedCorrections(t *testing.T) {
	w := here(t)
	f := w.publish(visit(t))
	sub := w.submit(f, full())
	good := corrections{"basic/members": "32"}
	for name, c := range map[string]struct {
		revision    int64
		corrections corrections
		reason      string
		kind        problem.Kind
		key         string
	}{
		"no reason":        {1, good, " \n", problem.Invalid, "survey.reasonNeeded"},
		"too long a one":   {1, good, strings.Repeat("因", 1001), problem.Invalid, "survey.reasonNeeded"},
		"an old revision":  {0, good, "x", problem.Conflict, "survey.submissionChanged"},
		"a future one":     {2, good, "x", problem.Conflict, "survey.submissionChanged"},
		"nothing":          {1, nil, "x", problem.Invalid, "survey.nothingChanged"},
		"the same":         {1, corrections{"basic/members": "31"}, "x", problem.Invalid, "survey.nothingChanged"},
		"breaks a rule":    {1, corrections{"basic/members": "2"}, "x", problem.Invalid, "survey.breaksRules"},
		"takes a required": {1, corrections{"basic/county": ""}, "x", problem.Invalid, "survey.breaksRules"},
		"no such file":     {1, corrections{"photo": "a.jpg"}, "x", problem.Invalid, "survey.filesMismatch"},
	} {
		_, err := w.Correct(t.Context(), quzhou, alice, sub.ID, c.revision, survey.Correction{Answers: c.corrections, Reason: c.reason})
		if !problem.Is(err, c.kind) || problem.From(err).Text.Key != c.key {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, path := range []form.Path{"", "/", "nobody", "basic", "basic/", "basic/nobody", "/basic/members", "basic/members/x", "basic[1]/members", "basic/members[1]",
		"meetings", "meetings[1]", "meetings/attended", "meetings[0]/attended", "meetings[-1]/attended", "meetings[3]/attended", "meetings[01]/attended",
		"meetings[+1]/attended", "meetings[1]]/attended", "meetings[1/attended", "meetings[1][1]/attended", "meetings[99999999999999999999]/attended", "meetings[]/attended",
		"total", "code", "total/x", "meetings[2]/motions[1]/motion", "[1]", "basic/../basic/members"} {
		_, err := w.Correct(t.Context(), quzhou, alice, sub.ID, 1, survey.Correction{Answers: corrections{path: "1"}, Reason: "试探"})
		if details := want(t, err, problem.Invalid, "survey.noField"); len(details) != 1 {
			t.Errorf("%q: %v", path, err)
		}
	}
	if got := w.read(sub.ID); got.Revision != 1 || !reflect.DeepEqual(got.Answers, sub.Answers) {
		t.Errorf("%+v", got)
	}
	_, err := w.Correct(t.Context(), hanyang, alice, sub.ID, 1, survey.Correction{Answers: good, Reason: "x"})
	want(t, err, problem.NotFound, "store.notFound")
}

// TestCorrectCase gives a submission a case, another, and none; by it, it is found.
func TestCorrectCase(t *testing.T) {
	everywhere(t, func(w *world) {
		sub := w.submit(w.publish(visit(w)), answers())
		before := sub.CaseID
		for i, c := range []id.CaseID{"hetang", "yudong", ""} {
			after, err := w.Correct(w.Context(), quzhou, alice, sub.ID, int64(i+1), survey.Correction{Case: &c, Reason: "选错了"})
			if err != nil {
				w.Fatal(err)
			}
			got := w.read(sub.ID)
			if got.CaseID != c || got.State != survey.Edited || !reflect.DeepEqual(got.Answers, sub.Answers) || !slices.Equal(got.Events[i].Changes, []survey.Change{{Path: survey.VarCase, Old: string(before), New: string(c)}}) {
				w.Errorf("%+v", got)
			}
			if page := w.list(survey.Filter{CaseID: c, Queue: survey.QueueWaiting}, "", 1); page.Total != 1 {
				w.Errorf("%q finds %d", c, page.Total)
			}
			before = after.CaseID
		}
		_, err := w.Correct(w.Context(), quzhou, alice, sub.ID, 4, survey.Correction{Case: &before, Reason: "再选"})
		want(w, err, problem.Invalid, "survey.nothingChanged")
	})
}

// TestCorrectionMakesSections: a group without answers is not stored; a correction fills it.
func TestCorrectionMakesSections(t *testing.T) {
	w := here(t)
	sub := w.submit(w.publish(visit(t)), answers())
	after, err := w.Correct(t.Context(), quzhou, alice, sub.ID, 1, survey.Correction{Answers: corrections{"contact/phone": "138"}, Reason: "补填"})
	if err != nil || !reflect.DeepEqual(after.Answers["contact"], m{"phone": "138"}) {
		t.Error(after.Answers, err)
	}
}

// TestCorrectionKeepsFiles: a picture that becomes irrelevant is no answer any longer, but its former
// revision still shows it, and the answer can come back.
func TestCorrectionKeepsFiles(t *testing.T) {
	everywhere(t, func(w *world) {
		in := w.incoming(w.publish(visit(w)), answers("photo", "a.jpg"))
		in.Files = []survey.Attachment{w.attach("a.jpg", "照片")}
		sub := w.take(bob, in)
		sub, err := w.Correct(w.Context(), quzhou, alice, sub.ID, 1, survey.Correction{Answers: corrections{"basic/members": "500"}, Reason: "核对"})
		if err != nil || sub.Answers["photo"] != nil {
			w.Fatal(sub.Answers, err)
		}
		if _, r, err := w.OpenAttachment(w.Context(), quzhou, sub.ID, "a.jpg"); text(w, r, err) != "照片" {
			w.Error("the former picture")
		}
		sub, err = w.Correct(w.Context(), quzhou, alice, sub.ID, 2, survey.Correction{Answers: corrections{"basic/members": "50", "photo": "a.jpg"}, Reason: "改回"})
		if err != nil || sub.Answers["photo"] != "a.jpg" {
			w.Error(sub.Answers, err)
		}
	})
}

// TestCorrectedByTheDayItCame: a rule about today is judged by the day of the answer.
func TestCorrectedByTheDayItCame(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", "type|name|label|constraint\ndate|until|截止|. >= today()\ntext|a|甲", "settings", "form_id|form_title\nf|问卷"))
	w.now = time.Date(2026, 4, 12, 0, 30, 0, 0, zone) // the day before, in UTC
	sub := w.submit(f, m{"until": "2026-04-12"})
	w.pass(30 * 24 * time.Hour)
	if _, err := w.Correct(t.Context(), quzhou, alice, sub.ID, 1, survey.Correction{Answers: corrections{"a": "x"}, Reason: "补填"}); err != nil {
		t.Error(err)
	}
	if _, err := w.Correct(t.Context(), quzhou, alice, sub.ID, 2, survey.Correction{Answers: corrections{"until": "2026-04-11"}, Reason: "改"}); !problem.Is(err, problem.Invalid) {
		t.Error("judged in another zone:", err)
	}
}

// TestOneCorrectionOfTwo: of those who saw the same state one is first, on whatever process.
func TestOneCorrectionOfTwo(t *testing.T) {
	w := here(t)
	sub := w.submit(w.publish(visit(t)), answers())
	results := make([]error, 6)
	var wait sync.WaitGroup
	for i := range results {
		s := w.other()
		wait.Go(func() {
			if i%2 == 0 {
				_, results[i] = s.Correct(t.Context(), quzhou, alice, sub.ID, 1, survey.Correction{Answers: corrections{"basic/members": fmt.Sprint(40 + i)}, Reason: "核对"})
			} else {
				_, results[i] = s.Review(t.Context(), quzhou, rui, sub.ID, 1, survey.Approved, "")
			}
		})
	}
	wait.Wait()
	done := 0
	for _, err := range results {
		if err == nil {
			done++
		} else {
			want(t, err, problem.Conflict, "survey.submissionChanged")
		}
	}
	if got := w.read(sub.ID); done != 1 || got.Revision != 2 || len(got.Events) != 1 {
		t.Error(done, got.Revision, got.Events)
	}
}

func TestReview(t *testing.T) {
	everywhere(t, func(w *world) {
		sub := w.submit(w.publish(visit(w)), full())
		for _, c := range []struct {
			state   survey.ReviewState
			comment string
			key     string
		}{
			{survey.HasIssues, " ", "survey.commentNeeded"}, {survey.Rejected, "", "survey.commentNeeded"},
			{survey.Approved, strings.Repeat("好", 1001), "survey.commentNeeded"},
			{survey.Edited, "x", "survey.stateUnknown"}, {"", "x", "survey.stateUnknown"}, {"done", "x", "survey.stateUnknown"},
		} {
			_, err := w.Review(w.Context(), quzhou, rui, sub.ID, 1, c.state, c.comment)
			want(w, err, problem.Invalid, c.key)
		}
		steps := []struct {
			state   survey.ReviewState
			comment string
		}{{survey.HasIssues, " 人数与台账不符 "}, {survey.Received, ""}, {survey.Approved, ""}, {survey.Rejected, "重复"}}
		for i, step := range steps {
			var err error
			if sub, err = w.Review(w.Context(), quzhou, rui, sub.ID, int64(i+1), step.state, step.comment); err != nil {
				w.Fatal(err)
			}
		}
		_, err := w.Review(w.Context(), quzhou, rui, sub.ID, 1, survey.Approved, "")
		want(w, err, problem.Conflict, "survey.submissionChanged")
		got := w.read(sub.ID)
		if got.State != survey.Rejected || got.Revision != 5 || len(got.Events) != 4 {
			w.Fatalf("%+v", got)
		}
		for i, e := range got.Events {
			if e.By != rui || e.State != steps[i].state || e.Comment != strings.TrimSpace(steps[i].comment) || len(e.Changes) != 0 {
				w.Errorf("%d: %+v", i, e)
			}
		}
		former, err := w.Former(w.Context(), quzhou, sub.ID)
		if err != nil || len(former) != 4 || former[0].Revision != 4 || former[3].State != survey.Received {
			w.Error(len(former), err)
		}
	})
}
