package survey_test

import (
	"context"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
	"tianye/survey/quality"
)

// checked makes the checks as another process would, and again here: nothing is written twice.
func (w *world) checked() map[id.SubmissionID]int {
	w.Helper()
	if err := w.NewChecker().Check(w.Context(), quzhou); err != nil {
		w.Fatal(err)
	}
	before := w.allFlags()
	if err := w.other().NewChecker().Check(w.Context(), quzhou); err != nil {
		w.Fatal(err)
	}
	if after := w.allFlags(); fmt.Sprint(after) != fmt.Sprint(before) {
		w.Fatalf("another process wrote something else:\n%v\n%v", before, after)
	}
	open, err := w.OpenFlags(w.Context(), quzhou)
	if err != nil {
		w.Fatal(err)
	}
	return open
}

// allFlags gives the stored flags with their revisions.
func (w *world) allFlags() map[string]survey.Flags {
	w.Helper()
	all := map[string]survey.Flags{}
	err := w.Store.FlagChanges(quzhou)(w.Context(), func(f *survey.Flags) error {
		if !f.Checked.IsZero() {
			all[f.ID] = *f
		}
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
	return all
}

func (w *world) flags(submission id.SubmissionID) survey.Flags {
	w.Helper()
	f, err := w.Flags(w.Context(), quzhou, submission)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// person is somebody's answers.
func person(name, phone string, more ...any) map[string]any {
	return answers(append([]any{"basic/respondent", name, "contact", m{"phone": phone}}, more...)...)
}

func wrong(check quality.Check, path, note string) survey.Verdict {
	return survey.Verdict{Check: check, Path: form.Path(path), IsFalse: true, Note: note}
}

// judgeBadly says to a submission's flags what cannot be said.
func (w *world) judgeBadly(sub id.SubmissionID) {
	w.Helper()
	_, err := w.JudgeFlag(w.Context(), quzhou, rui, string(sub), wrong(quality.Night, "", ""))
	want(w, err, problem.NotFound, "quality.noFlag")
	_, err = w.JudgeFlag(w.Context(), quzhou, rui, string(sub), wrong(quality.SamePerson, "basic/respondent", strings.Repeat("长", 501)))
	want(w, err, problem.Invalid, "quality.noteLong")
}

func TestFlags(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		first := w.submit(f, person("王大妈", "13800001111"))
		w.submit(f, person("李大爷", "13800002222"))
		if open := w.checked(); len(open) != 0 || len(w.allFlags()) != 0 {
			t.Fatalf("nothing is odd: %v", open)
		}
		twin := w.submit(f, person("王 大妈", "+86 138 0000 1111"))
		open := w.checked()
		if len(open) != 2 || open[first.ID] != 1 || open[twin.ID] != 1 {
			t.Fatalf("%v", open)
		}
		flags := w.flags(twin.ID)
		if len(flags.Flags) != 1 || flags.Flags[0].Check != quality.SamePerson || flags.Flags[0].Path != "basic/respondent" || !slices.Equal(flags.Flags[0].With, []id.SubmissionID{first.ID}) {
			t.Fatalf("%+v", flags)
		}
		if said := fmt.Sprint(w.allFlags()); strings.Contains(said, "大妈") || strings.Contains(said, "1380000") {
			t.Errorf("tells personal data: %s", said)
		}
		checker := w.NewChecker()
		if err := checker.Check(w.Context(), quzhou); err != nil {
			t.Fatal(err)
		}

		w.judgeBadly(twin.ID)
		judged, err := w.JudgeFlag(w.Context(), quzhou, rui, string(twin.ID), wrong(quality.SamePerson, "basic/respondent", " 是母女，同名 "))
		if err != nil || judged.Verdicts[0].Note != "是母女，同名" || judged.Verdicts[0].By != rui || judged.Open() != 0 {
			t.Fatalf("%+v %v", judged, err)
		}
		w.submit(f, person("张三", "13800003333")) // a run that changes nothing of it
		if open := w.checked(); len(open) != 1 || open[first.ID] != 1 {
			t.Errorf("a false alarm is open again: %v", open)
		}
		if _, err := w.JudgeFlag(w.Context(), quzhou, rui, string(first.ID), survey.Verdict{Check: quality.SamePerson, Path: "basic/respondent"}); err != nil {
			t.Fatal(err)
		}
		if open := w.checked(); open[first.ID] != 1 {
			t.Errorf("what is true is open no longer: %v", open)
		}

		sub := w.read(twin.ID)
		if _, err := w.Correct(w.Context(), quzhou, rui, twin.ID, sub.Revision, survey.Correction{Answers: map[form.Path]string{"basic/members": "44"}, Reason: "核实"}); err != nil {
			t.Fatal(err)
		}
		if open := w.checked(); len(open) != 2 {
			t.Errorf("the answers were changed, so it is looked at anew: %v", open)
		}
		report, err := w.Quality(w.Context(), quzhou, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.Index(quality.Checks, quality.SamePerson)
		if c := report.Checks[at]; c.Open != 2 || c.Judged != 2 || c.False != 1 || c.FalseShare() != 50 || report.Count != 4 || report.Flagged != 2 || len(report.Items) != 2 || report.Items[0].ID != string(twin.ID) {
			t.Errorf("%+v", report)
		}
	})
}

// TestFlagsGoWithTheirSubmission: into the bin and back they are kept, with what is purged they go.
func TestFlagsGoWithTheirSubmission(t *testing.T) {
	everywhere(t, func(w *world) {
		w.now = w.now.AddDate(100, 0, 0) // long after the store’s stamps, by which the bin goes too
		w.project()
		f := w.publish(visit(w))
		first := w.submit(f, person("王大妈", "13800001111"))
		twin := w.submit(f, person("王大妈", "13800001111"))
		w.checked()
		if _, err := w.JudgeFlag(w.Context(), quzhou, rui, string(twin.ID), wrong(quality.SamePerson, "basic/respondent", "王大妈的女儿")); err != nil {
			t.Fatal(err)
		}
		if found, _, err := w.Mentions(w.Context(), quzhou, regexp.MustCompile("的女儿"), "zh", 10); err != nil || len(found) != 1 || found[0].ID != twin.ID {
			t.Errorf("a note is not found: %+v %v", found, err)
		}
		if _, err := w.EraseMentions(w.Context(), quzhou, []id.SubmissionID{twin.ID}, regexp.MustCompile("王大妈")); err != nil {
			t.Fatal(err)
		}
		if v := w.flags(twin.ID).Verdicts; len(v) != 1 || strings.Contains(v[0].Note, "王大妈") || !strings.Contains(v[0].Note, "女儿") {
			t.Errorf("%+v", v)
		}
		if open := w.checked(); len(open) != 0 {
			t.Errorf("an erased person is still known: %v", open)
		}
		if _, err := w.DeleteSubmission(w.Context(), quzhou, alice, twin.ID, ""); err != nil {
			t.Fatal(err)
		}
		w.checked()
		if all := w.allFlags(); len(all[string(twin.ID)].Verdicts) != 1 {
			t.Errorf("what was said is lost with what is only in the bin: %v", all)
		}
		w.pass(id.BinLength + 2*time.Hour)
		if err := w.Bin.Sweep(w.Context(), w.now); err != nil {
			t.Fatal(err)
		}
		if all := w.allFlags(); len(all) != 1 || all[string(first.ID)].ID == "" {
			t.Errorf("after the purge: %v", all)
		}
		if _, err := w.DeleteForm(w.Context(), quzhou, alice, f.ID, ""); err != nil {
			t.Fatal(err)
		}
		w.pass(id.BinLength + 2*time.Hour)
		if err := w.Bin.Sweep(w.Context(), w.now); err != nil || len(w.allFlags()) != 0 {
			t.Error(w.allFlags(), err)
		}
	})
}

func TestQualitySettings(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	w.submit(f, person("王大妈", "13800001111"))
	twin := w.submit(f, person("王大妈", "13800001111"))
	if open := w.checked(); len(open) != 2 {
		t.Fatal(open)
	}
	for name, settings := range map[string]quality.Settings{
		"fastZ":         {Values: map[string]float64{"fastZ": 0}},
		"straightItems": {Values: map[string]float64{"straightItems": 7.5}},
		"boxes":         {Boxes: []quality.Box{{Area: "江山市", South: 29, North: 28, West: 118, East: 119}}},
	} {
		_, err := w.SetQuality(t.Context(), quzhou, f.ID, f.Revision, settings)
		if details := want(t, err, problem.Invalid, "quality.settingsInvalid"); details[name].Key == "" {
			t.Errorf("%s: %v", name, details)
		}
	}
	_, err := w.SetQuality(t.Context(), quzhou, f.ID, f.Revision, quality.Settings{Off: []quality.Check{"luck"}})
	want(t, err, problem.Malformed, "quality.checkUnknown")
	_, err = w.SetQuality(t.Context(), quzhou, f.ID, f.Revision, quality.Settings{Values: map[string]float64{"luck": 1}})
	want(t, err, problem.Malformed, "quality.checkUnknown")
	off := quality.Settings{Off: []quality.Check{quality.SamePerson}, Values: map[string]float64{"nightFrom": 8.5, "nightTo": 10}}
	changed, err := w.SetQuality(t.Context(), quzhou, f.ID, f.Revision, off)
	if err != nil || len(changed.Quality.Off) != 1 {
		t.Fatal(changed, err)
	}
	_, err = w.SetQuality(t.Context(), quzhou, f.ID, f.Revision, quality.Settings{})
	want(t, err, problem.Conflict, "survey.formChanged")
	if open := w.checked(); len(open) != 2 || w.flags(twin.ID).Flags[0].Check != quality.Night {
		t.Errorf("%v %+v", open, w.flags(twin.ID))
	}
}

// TestMissingFilesHaveTime: a client sends them one by one.
func TestMissingFilesHaveTime(t *testing.T) {
	w := here(t)
	w.visits()
	sub, err := w.receive(visited("uuid:photo", "", "村口", "2"))
	if err != nil {
		t.Fatal(err)
	}
	checker := w.NewChecker()
	check := func() int {
		t.Helper()
		if err := checker.Check(t.Context(), quzhou); err != nil {
			t.Fatal(err)
		}
		return w.flags(sub.ID).Open()
	}
	if n := check(); n != 0 {
		t.Error("too early")
	}
	w.pass(3 * time.Hour)
	if n := check(); n != 1 || w.flags(sub.ID).Flags[0].Check != quality.Media || w.flags(sub.ID).Flags[0].Path != "photo" {
		t.Errorf("%+v", w.flags(sub.ID))
	}
}

// TestFlagsWithinTheScope: a limited member learns nothing of other counties' submissions.
func TestFlagsWithinTheScope(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	places := map[id.CaseID]string{"near": "江山市", "far": "开化县"}
	w.ReachCases(func(context.Context, id.ProjectID) (map[id.CaseID]bool, error) {
		return map[id.CaseID]bool{"near": true}, nil
	})
	w.LocateCases(func(context.Context, id.ProjectID, id.FormID) (map[id.CaseID]string, error) {
		return maps.Clone(places), nil
	})
	in := func(c id.CaseID, by id.UserID, a map[string]any) survey.Submission {
		sent := w.incoming(f, a)
		sent.CaseID = c
		return w.take(by, sent)
	}
	near, far := in("near", bob, person("王大妈", "13800001111")), in("far", carol, person("王大妈", "13800001111"))
	in("far", bob, person("李大爷", "13800002222"))
	w.checked()
	limited := account.WithScope(t.Context(), account.Scope{User: rui, Limit: account.Limit{Attribute: "县", Values: []string{"江山市"}}})
	report, err := w.Quality(limited, quzhou, f.ID)
	if err != nil || report.Count != 1 || len(report.Items) != 1 || len(report.Items[0].Flags.Flags[0].With) != 0 || len(report.Enumerators) != 1 || report.Enumerators[0].Count != 1 {
		t.Errorf("%+v %v", report, err)
	}
	if flags, err := w.Flags(limited, quzhou, near.ID); err != nil || len(flags.Flags) != 1 || len(flags.Flags[0].With) != 0 {
		t.Errorf("%+v %v", flags, err)
	}
	if _, err := w.Flags(limited, quzhou, far.ID); !problem.Is(err, problem.NotFound) {
		t.Error(err)
	}
	verdict := wrong(quality.SamePerson, "basic/respondent", "")
	if _, err := w.JudgeFlag(limited, quzhou, rui, string(far.ID), verdict); !problem.Is(err, problem.NotFound) {
		t.Error(err)
	}
	if _, err := w.JudgeFlag(limited, quzhou, rui, string(near.ID), verdict); err != nil {
		t.Error(err)
	}
	for who, lines := range map[context.Context]string{
		limited:     "[江山市 bob 1 0]",
		t.Context(): "[开化县 bob 1 0] [开化县 carol 1 1] [江山市 bob 1 0]",
	} {
		daily, err := w.DailyQuality(who, quzhou, w.now.Add(-time.Hour), w.now)
		var got []string
		for _, line := range daily {
			got = append(got, fmt.Sprint([]any{line.Area, line.Enumerator, line.Arrived, line.Flagged}))
		}
		if strings.Join(got, " ") != lines || err != nil {
			t.Errorf("%v %v", got, err)
		}
	}
}

// TestBackChecksAreMeantToBeAlike: who is visited again to check the first visit is no second person.
func TestBackChecksAreMeantToBeAlike(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	first := w.sendFor(f, bob, hetang, person("王大妈", "13800001111"))
	w.give(survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: carol, BackCheck: first.ID})
	w.sendFor(f, carol, hetang, person("王大妈", "13800001111"))
	if open := w.checked(); len(open) != 0 {
		t.Errorf("%v", open)
	}
	third := w.sendFor(f, bob, hetang, person("王大妈", "13800001111"))
	if open := w.checked(); len(open) != 3 || open[third.ID] != 1 {
		t.Errorf("%v", open)
	}
}

// TestTooFastByTheLog: the log of filling in goes before the clock.
func TestTooFastByTheLog(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", "type|name|label\ntext|a|甲\naudit|audit|", "settings", "form_id\nlogged"))
	in := w.incoming(f, m{"a": "1"})
	log, err := w.Attach(t.Context(), quzhou, survey.AuditFile, "text/csv", strings.NewReader("event,node,start,end\nquestion,/data/a,1000,2000\n"), survey.MaxAttachment)
	if err != nil {
		t.Fatal(err)
	}
	in.Files = []survey.Attachment{log}
	logged := w.take(bob, in)
	w.submit(f, m{"a": "1"}) // as long by the clock, without a log
	if open := w.checked(); len(open) != 1 || w.flags(logged.ID).Flags[0].Check != quality.TooFast {
		t.Errorf("%v %+v", open, w.flags(logged.ID))
	}
}

// TestFlagsOfEnumerators: a false alarm holds while the difference is as large; the notes are erased with the person
// whom they name.
func TestFlagsOfEnumerators(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(book(w, "survey", "type | name | label\ninteger | income | 收入", "settings", "form_id|form_title\nincome|收入"))
		send := func(by id.UserID, n, from, step int) {
			for i := range n {
				w.pass(time.Minute)
				w.take(by, w.incoming(f, m{"income": fmt.Sprint(from + step*i)}))
			}
		}
		send(carol, 60, 101, 1)
		send(bob, 20, 101, 1)
		send(bob, 30, 200, 5)
		w.checked()
		which := survey.FlagsOf(f.ID, bob)
		now := func() survey.Flags { return w.allFlags()[which] }
		flags := now()
		if len(flags.Flags) == 0 || flags.Open() != len(flags.Flags) {
			t.Fatalf("%+v", flags)
		}
		for _, flag := range flags.Flags {
			if _, err := w.JudgeFlag(w.Context(), quzhou, rui, which, wrong(flag.Check, string(flag.Path), "王大妈家的收入他也取整")); err != nil {
				t.Fatal(err)
			}
		}
		send(bob, 1, 300, 5)
		w.checked()
		if got := now(); got.Open() != 0 {
			t.Errorf("one more of the same: %+v", got)
		}
		send(bob, 60, 300, 5)
		w.checked()
		if got := now(); got.Open() == 0 {
			t.Errorf("he rounds far more than what was called a false alarm: %+v", got)
		}
		if _, err := w.EraseMentions(w.Context(), quzhou, nil, regexp.MustCompile("王大妈")); err != nil {
			t.Fatal(err)
		}
		for _, v := range now().Verdicts {
			if strings.Contains(v.Note, "王大妈") || !strings.Contains(v.Note, "■家的收入") {
				t.Errorf("the note says %q", v.Note)
			}
		}
	})
}
