package survey_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// five are submissions of two versions and two people, a minute apart, the third approved.
func (w *world) five() (first, second survey.Form, subs []survey.Submission) {
	w.Helper()
	first = w.publish(visit(w))
	add := func(by id.UserID, f survey.Form, caseID id.CaseID, a map[string]any) {
		in := w.incoming(f, a)
		in.CaseID = caseID
		subs = append(subs, w.take(by, in))
	}
	add(bob, first, "hetang", answers("topics", "other", "other", "村口的Street路灯"))
	add(carol, first, "hetang", answers("meetings", []any{m{"subject": "修路灯的事", "speaker": "王大妈"}, m{"motions": []any{m{"motion": "换成LED灯"}}}}))
	add(bob, first, "yudong", full())
	second = w.publish(visit2(w))
	add(bob, second, "yudong", answers("topics", "other", "other", "饮水"))
	in := w.incoming(second, answers("basic/respondent", "路灯管理员"))
	in.Started, in.Ended = time.Time{}, time.Time{}
	subs = append(subs, w.take(carol, in))
	if _, err := w.Review(w.Context(), quzhou, rui, subs[2].ID, 1, survey.Approved, ""); err != nil {
		w.Fatal(err)
	}
	return first, second, subs
}

func (w *world) list(filter survey.Filter, after string, limit int) survey.Page {
	w.Helper()
	page, err := w.List(w.Context(), quzhou, filter, after, limit)
	if err != nil {
		w.Fatal(err)
	}
	return page
}

// numbers names submissions by their place among subs: "5 4".
func numbers(subs []survey.Submission, items []survey.ListItem) string {
	var all []string
	for _, item := range items {
		at := slices.IndexFunc(subs, func(s survey.Submission) bool { return s.ID == item.ID })
		all = append(all, string(rune('1'+at)))
	}
	return strings.Join(all, " ")
}

func TestList(t *testing.T) {
	everywhere(t, func(w *world) {
		f, _, subs := w.five()
		other := w.publish(book(w, "survey", "type|name|label\ntext|a|甲", "settings", "form_id|form_title\nother|另一份"))
		w.submit(other, m{"a": "路灯"})
		start := subs[0].Received
		for name, c := range map[string]struct {
			filter survey.Filter
			wanted string
		}{
			"form":              {survey.Filter{FormID: f.ID}, "5 4 3 2 1"},
			"no such form":      {survey.Filter{FormID: "nothing"}, ""},
			"version":           {survey.Filter{FormID: f.ID, Version: 1}, "3 2 1"},
			"case":              {survey.Filter{CaseID: "yudong"}, "4 3"},
			"submitter":         {survey.Filter{FormID: f.ID, Submitter: carol}, "5 2"},
			"from":              {survey.Filter{FormID: f.ID, From: start.Add(time.Minute)}, "5 4 3 2"},
			"to":                {survey.Filter{FormID: f.ID, To: start.Add(time.Minute)}, "1"},
			"from and to":       {survey.Filter{FormID: f.ID, From: start.Add(time.Minute), To: start.Add(3 * time.Minute)}, "3 2"},
			"state":             {survey.Filter{FormID: f.ID, States: []survey.ReviewState{survey.Approved}}, "3"},
			"text":              {survey.Filter{FormID: f.ID, Text: "路灯"}, "2"},
			"personal too":      {survey.Filter{FormID: f.ID, Text: "路灯", Personal: true}, "5 3 2 1"},
			"any case":          {survey.Filter{FormID: f.ID, Text: " led灯 "}, "2"},
			"blank":             {survey.Filter{FormID: f.ID, Text: " \t"}, "5 4 3 2 1"},
			"in a repeat":       {survey.Filter{FormID: f.ID, Text: "王大妈"}, ""},
			"personal therein":  {survey.Filter{FormID: f.ID, Text: "王大妈", Personal: true}, "3 2"},
			"the codes are not": {survey.Filter{FormID: f.ID, Text: "jiangshan"}, ""},
			"receipt":           {survey.Filter{Text: strings.ToLower(subs[3].Receipt())}, "4"},
			"without its dash":  {survey.Filter{Text: strings.ReplaceAll(subs[3].Receipt(), "-", "")[:7]}, "4"},
			"several":           {survey.Filter{FormID: f.ID, Version: 1, CaseID: "hetang", Submitter: bob, Text: "street", Personal: true}, "1"},
		} {
			if page := w.list(c.filter, "", 10); numbers(subs, page.Items) != c.wanted || page.Total != len(page.Items) || page.Next != "" {
				w.Errorf("%s: got %q of %d", name, numbers(subs, page.Items), page.Total)
			}
		}
		if all, err := w.List(w.Context(), hanyang, survey.Filter{}, "", 10); err != nil || all.Total != 0 {
			w.Error("another project's:", all, err)
		}
	})
}

func TestListItems(t *testing.T) {
	w := here(t)
	f, _, subs := w.five()
	page := w.list(survey.Filter{FormID: f.ID, Text: "路灯", Personal: true}, "", 10)
	third, last := page.Items[1], page.Items[0]
	if third.Excerpt != "路灯" || page.Items[2].Excerpt != "修路灯的事" || page.Items[3].Excerpt != "村口的Street路灯" || last.Excerpt != "路灯管理员" {
		t.Errorf("%+v", page.Items)
	}
	if third.FormID != f.ID || third.Version != 1 || third.CaseID != "yudong" || third.Submitter != bob || !third.Received.Equal(subs[2].Received) ||
		third.Minutes != 20 || third.State != survey.Approved || !math.IsNaN(last.Minutes) || last.Version != 2 {
		t.Errorf("%+v\n%+v", third, last)
	}
	// The counts are of all that the filter selects but for its state: what the tabs show.
	page = w.list(survey.Filter{FormID: f.ID, States: []survey.ReviewState{survey.Received}}, "", 2)
	if page.Total != 4 || page.ByState[survey.Received] != 4 || page.ByState[survey.Approved] != 1 || len(page.ByState) != 2 || len(page.Items) != 2 {
		t.Errorf("%+v", page)
	}
}

// TestPersonalLater: what a later version calls personal is personal in all answers to it.
func TestPersonalLater(t *testing.T) {
	w := here(t)
	questions := replaceAll(t, visitSurvey, "text | subject | 主题 | Subject", "text | subject | 主题 | Subject | | | | | | | yes")
	f := w.publish(visit(t))
	w.submit(f, answers("meetings", []any{m{"subject": "王家的低保"}}))
	if w.list(survey.Filter{Text: "低保"}, "", 1).Total != 1 {
		t.Error("is not found")
	}
	f = w.publish(book(t, "survey", questions, "choices", visitChoices, "settings", visitSettings))
	w.submit(f, answers())
	if w.list(survey.Filter{Text: "低保"}, "", 1).Total != 0 || w.list(survey.Filter{Text: "低保", Personal: true}, "", 1).Total != 1 {
		t.Error("is found by who may not read it")
	}
	w.publish(visit(t))
	if w.list(survey.Filter{Text: "低保"}, "", 1).Total != 0 {
		t.Error("what was given as personal data is so no longer")
	}
}

// TestCorrectedTextIsNotFound: the search knows what is answered now.
func TestCorrectedTextIsNotFound(t *testing.T) {
	w := here(t)
	sub := w.submit(w.publish(visit(t)), answers("topics", "other", "other", "修路", "meetings", []any{m{"subject": "修桥"}}))
	before := w.list(survey.Filter{Text: "修"}, "", 1)
	if _, err := w.Correct(t.Context(), quzhou, alice, sub.ID, 1, survey.Correction{Answers: corrections{"meetings[1]/subject": "饮水", "other": "用电"}, Reason: "记错了"}); err != nil {
		t.Fatal(err)
	}
	if before.Total != 1 || w.list(survey.Filter{Text: "修"}, "", 1).Total != 0 || w.list(survey.Filter{Text: "饮水"}, "", 1).Total != 1 || w.list(survey.Filter{Text: "用电"}, "", 1).Total != 1 {
		t.Error("what was answered before is found")
	}
}

// TestPagesAreStable: what arrives while someone leafs through does not move what was there.
func TestPagesAreStable(t *testing.T) {
	everywhere(t, func(w *world) {
		f := w.publish(visit(w))
		var wanted []id.SubmissionID
		for i := range 9 {
			at := w.now
			sub := w.submit(f, answers())
			if wanted = append(wanted, sub.ID); i%3 > 0 {
				w.now = at // several in the same millisecond
			}
		}
		var got []id.SubmissionID
		for after := ""; ; {
			page := w.list(survey.Filter{}, after, 2)
			for _, item := range page.Items {
				got = append(got, item.ID)
			}
			w.pass(time.Hour)
			w.submit(f, answers())
			if after = page.Next; after == "" || len(got) > 50 {
				break
			}
		}
		if len(got) != 9 {
			w.Errorf("met %d", len(got))
		}
		slices.Sort(got)
		slices.Sort(wanted)
		if !slices.Equal(got, wanted) {
			w.Errorf("met %v, want %v", got, wanted)
		}
		for _, cursor := range []string{"x", ".", "abc.", "1." + string(got[0]) + "0", "-.!", strings.Repeat("z", 40) + "." + string(got[0])} {
			_, err := w.List(w.Context(), quzhou, survey.Filter{}, cursor, 2)
			want(w, err, problem.Malformed, "survey.cursor")
		}
	})
}

func TestOverview(t *testing.T) {
	w := here(t)
	if o, err := w.Overview(t.Context(), quzhou, "", 7, zone); err != nil || o.Total != 0 || len(o.Days) != 0 || o.Most() != 0 {
		t.Error(o, err)
	}
	f := w.publish(visit(t))
	w.now = time.Date(2026, 4, 12, 0, 10, 0, 0, zone) // still the 11th in UTC
	w.submit(f, answers())
	w.submit(f, answers())
	w.now = time.Date(2026, 4, 15, 23, 59, 0, 0, zone)
	sub := w.submit(f, answers())
	w.take(carol, w.incoming(f, answers())) // the 16th
	if _, err := w.Review(t.Context(), quzhou, rui, sub.ID, 1, survey.Approved, ""); err != nil {
		t.Fatal(err)
	}
	o, err := w.Overview(t.Context(), quzhou, "", 6, zone)
	if err != nil {
		t.Fatal(err)
	}
	var counts []int
	for _, d := range o.Days {
		counts = append(counts, d.Count)
	}
	if !slices.Equal(counts, []int{0, 2, 0, 0, 1, 1}) || o.Days[1].Date != time.Date(2026, 4, 12, 0, 0, 0, 0, zone) {
		t.Errorf("days %+v", o.Days)
	}
	if o.Total != 4 || o.ByState[survey.Approved] != 1 || o.ByState[survey.Received] != 3 || !o.Last.Equal(w.now.Add(-time.Minute)) || o.Most() != 2 || o.Share(o.Days[4]) != 50 {
		t.Errorf("%+v", o)
	}
	w.now = w.now.AddDate(0, 0, 3)
	if o, err = w.Overview(t.Context(), quzhou, "", 5, zone); err != nil || o.Ended || o.To() != time.Date(2026, 4, 19, 0, 0, 0, 0, zone) || o.Days[0].Count != 1 || o.Days[1].Count != 1 {
		t.Error("days up to today:", o, err)
	}
	w.now = w.now.AddDate(0, 0, 30)
	if o, err = w.Overview(t.Context(), quzhou, carol, 2, zone); err != nil || o.Total != 1 || !o.Ended || len(o.Days) != 2 || o.Days[1].Count != 1 {
		t.Error(o, err)
	}
}
