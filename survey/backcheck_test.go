package survey_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// TestASampleIsDrawnAgain: the same seed draws the same, of every enumerator at least so many.
func TestASampleIsDrawnAgain(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	for i := range 30 {
		w.sendFor(f, map[bool]id.UserID{true: carol, false: bob}[i < 3], id.CaseID(id.Derived(fmt.Sprint(i))), answers())
	}
	bad := w.sendFor(f, carol, hetang, answers())
	w.review(bad.ID, survey.Rejected)
	draw := func(s survey.Sample) map[id.SubmissionID]id.UserID {
		t.Helper()
		s.FormID = f.ID
		items, err := w.Sample(t.Context(), quzhou, s)
		if err != nil {
			t.Fatal(err)
		}
		drawn := map[id.SubmissionID]id.UserID{}
		for _, item := range items {
			drawn[item.ID] = item.Submitter
		}
		return drawn
	}
	first := draw(survey.Sample{Share: 0.2, Least: 2, Seed: "a"})
	if again := draw(survey.Sample{Share: 0.2, Least: 2, Seed: "a"}); fmt.Sprint(again) != fmt.Sprint(first) || len(first) != 6 {
		t.Errorf("%v, then %v", first, again)
	}
	if other := draw(survey.Sample{Share: 0.2, Least: 2, Seed: "b"}); fmt.Sprint(other) == fmt.Sprint(first) {
		t.Error("another seed draws the same")
	}
	carols := 0
	for submission, by := range first {
		if by == carol {
			carols++
		}
		if submission == bad.ID {
			t.Error("what was rejected is checked")
		}
	}
	if carols < 2 {
		t.Errorf("%d of carol's", carols)
	}
	if n := len(draw(survey.Sample{Count: 100, Seed: "a"})); n != 30 {
		t.Errorf("%d of 30", n)
	}
	if n := len(draw(survey.Sample{Least: 5, Seed: "a"})); n != 8 {
		t.Errorf("%d: three are all of carol's", n)
	}
	_, err := w.Sample(t.Context(), quzhou, survey.Sample{FormID: f.ID, Share: math.NaN()})
	want(t, err, problem.Invalid, "assignment.sampleSize")
}

// TestABackCheck is done by another enumerator, and does not do the first visit's work.
func TestABackCheck(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		first := w.give(survey.NewAssignment{FormID: f.ID, CaseID: hetang, Enumerator: bob})[0]
		sub := w.sendFor(f, bob, hetang, answers("basic/respondent", "王大妈", "topics", "road water", "trust", "low"))
		check := w.give(survey.NewAssignment{FormID: f.ID, Enumerator: carol, BackCheck: sub.ID})[0]
		if a := w.item(check.ID); check.Fate != survey.WillMake || a.CaseID != hetang || a.State != survey.AssignmentOpen {
			w.Errorf("%+v", a)
		}
		if got := w.give(survey.NewAssignment{FormID: f.ID, Enumerator: rui, BackCheck: sub.ID})[0]; got.Fate != survey.IsThere {
			w.Errorf("checked twice: %+v", got)
		}
		_, err := w.Reassign(w.Context(), quzhou, alice, []survey.Chosen{{ID: check.ID, Revision: 1}}, bob, "")
		want(w, err, problem.Invalid, "assignment.ownCheck")
		w.pass(time.Hour)
		second := w.sendFor(f, carol, hetang, answers("basic/respondent", "李大爷", "topics", "water road", "trust", "high", "basic/members", "32"))
		if a := w.item(check.ID); a.Submission != second.ID || a.State != survey.AssignmentDone {
			w.Errorf("%+v", a)
		}
		if a := w.item(first.ID); a.Submission != sub.ID {
			w.Errorf("the back-check does the first visit's work: %+v", a)
		}
		if p, err := w.Progress(w.Context(), quzhou, survey.ProgressQuery{Plan: survey.Plan{FormID: f.ID}, Location: zone}); err != nil || p.Basis != survey.ByAssignment || p.Total.Done != 1 {
			w.Errorf("by %s %+v, %v", p.Basis, p.Total, err)
		}
		if list, err := w.List(w.Context(), quzhou, survey.Filter{NoChecks: true}, "", 9); err != nil || list.Total != 1 || list.Items[0].ID != sub.ID {
			w.Errorf("%+v, %v", list.Items, err)
		}
		checks, err := w.BackChecks(w.Context(), quzhou)
		if err != nil || len(checks) != 1 || checks[second.ID] != check.ID {
			w.Errorf("%v, %v", checks, err)
		}
		for tolerance, wanted := range map[float64]string{0: "[basic/respondent 1/1 basic/county 0/1 basic/members 1/1 topics 0/1 trust 1/1]",
			0.05: "[basic/respondent 1/1 basic/county 0/1 basic/members 0/1 topics 0/1 trust 1/1]"} {
			questions, pairs, err := w.Disagreement(w.Context(), quzhou, f.ID, tolerance)
			var said []string
			for _, q := range questions {
				said = append(said, fmt.Sprintf("%s %d/%d", q.Path, len(q.Different), q.Compared))
				if q.Free() != (q.Path == "basic/respondent") || len(q.Different) == 1 && q.Different[0] != check.ID {
					w.Errorf("%+v", q)
				}
			}
			if err != nil || pairs != 1 || fmt.Sprint(said) != wanted {
				w.Errorf("%d pairs, %v, %v", pairs, said, err)
			}
		}
		if counted, all, err := w.Counts(w.Context(), quzhou, f.ID); err != nil || counted != 1 || all != 2 {
			w.Errorf("%d of %d count, %v", counted, all, err)
		}
		table, err := w.Table(w.Context(), quzhou, f.ID, "zh")
		if err != nil || table.Len() != 1 || table.Origins[0].ID != string(sub.ID) {
			w.Errorf("%+v, %v", table.Origins, err)
		}
		w.review(sub.ID, survey.Rejected)
		if a := w.item(first.ID); a.State != survey.AssignmentOpen {
			w.Errorf("only the back-check is left: %+v", a)
		}
	})
}

// TestAnswersAreComparedByTheirTypes, with a shorter form of other sections.
func TestAnswersAreComparedByTheirTypes(t *testing.T) {
	w := here(t)
	long := w.publish(visit(w))
	short := w.publish(book(w, "survey", `
type | name | label
text | respondent | 受访人
integer | members | 党员人数
begin group | more | 更多
select_multiple topic | topics | 议题
date | day | 走访日期
text | phone | 电话
text | elsewhere | 别处没有的
end group
begin repeat | meetings | 会议
text | subject | 主题
end repeat
`, "choices", visitChoices, "settings", "form_title | form_id\n回访 | check"))
	d1, err := w.Definition(t.Context(), quzhou, long.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	d2, err := w.Definition(t.Context(), quzhou, short.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	first := answers("basic/respondent", "Wang  Dama", "basic/day", "2026-04-01", "topics", "road water", "meetings", []any{m{"subject": "修路"}, m{"subject": "饮水"}})
	second := m{"respondent": "wang dama", "members": "30", "more": m{"topics": "water road", "phone": "138", "elsewhere": "x"}, "meetings": []any{m{"subject": "修路"}}}
	said := map[string]bool{}
	compared := survey.CompareAnswers(d1, first, d2, second, 0.02)
	for _, c := range compared {
		said[string(c.Path)+"<"+string(c.First)] = c.Same
	}
	wanted := map[string]bool{"respondent<basic/respondent": true, "members<basic/members": false, "more/topics<topics": true, "more/day<basic/day": false,
		"more/phone<contact/phone": false, "meetings[1]/subject<meetings[1]/subject": true, "meetings[2]/subject<meetings[2]/subject": false}
	if fmt.Sprint(said) != fmt.Sprint(wanted) {
		t.Errorf("%v\nwant %v", said, wanted)
	}
	if same, of := survey.Agreement(compared); same != 1 || of != 3 {
		t.Errorf("%d of %d that are not free text", same, of)
	}
	if same, of := survey.Agreement(survey.CompareAnswers(d1, first, d2, second, 0.04)); same != 2 || of != 3 {
		t.Errorf("30 and 31 within four in a hundred: %d of %d", same, of)
	}
}

// TestWhatResidentsSentIsNotChecked: nobody knows whom to ask again.
func TestWhatResidentsSentIsNotChecked(t *testing.T) {
	w := here(t)
	f, l := w.open(nil, "")
	w.sent1(l, "uuid:r1", "f", "old", survey.LinkEntry{Agreed: w.now})
	drawn, err := w.Sample(t.Context(), quzhou, survey.Sample{FormID: f.ID, Share: 1})
	if err != nil || len(drawn) != 0 {
		t.Errorf("%+v, %v", drawn, err)
	}
}

// TestBoardWithNothingButBackChecks: they are no plan; the board goes by cases.
func TestBoardWithNothingButBackChecks(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	sub := w.sendFor(f, bob, hetang, answers())
	w.give(survey.NewAssignment{FormID: f.ID, Enumerator: carol, BackCheck: sub.ID})
	p, err := w.Progress(t.Context(), quzhou, survey.ProgressQuery{Plan: survey.Plan{FormID: f.ID, Rows: "县"}, Places: map[id.CaseID]survey.BoardPlace{hetang: {Row: "江山市"}}, Location: zone})
	if want := (survey.Count{Target: 1, Counted: 1, Done: 1}); err != nil || p.Basis != survey.ByCase || p.Total != want {
		t.Errorf("by %s %+v, %v", p.Basis, p.Total, err)
	}
}

// TestByReceipts: each is found once, however its number is written.
func TestByReceipts(t *testing.T) {
	w := here(t)
	f := w.publish(visit(w))
	first, second := w.sendFor(f, bob, hetang, answers()), w.sendFor(f, bob, "", answers())
	again := strings.ToLower(strings.ReplaceAll(second.Receipt(), "-", ""))
	list, err := w.ByReceipts(t.Context(), quzhou, f.ID, []string{second.Receipt(), first.Receipt(), again})
	if err != nil || len(list) != 2 || list[0].ID != second.ID || list[1].ID != first.ID {
		t.Errorf("%+v, %v", list, err)
	}
	_, err = w.ByReceipts(t.Context(), quzhou, f.ID, []string{first.Receipt(), "none"})
	want(t, err, problem.Invalid, "assignment.noReceipt")
	many := make([]string, 1001)
	for i := range many {
		many[i] = fmt.Sprint(i)
	}
	_, err = w.ByReceipts(t.Context(), quzhou, f.ID, many)
	want(t, err, problem.Invalid, "assignment.manyReceipts")
}
