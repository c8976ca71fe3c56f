package survey_test

import (
	"fmt"
	"testing"

	"tianye/internal/id"
	"tianye/survey"
)

// sentDaily sends so many on each working day from the 1st of April (a Wednesday) on.
func (f *boardWorld) sentDaily(counts ...int) {
	f.Helper()
	at := 0
	for date := onDay("2026-04-01"); at < len(counts); date = date.AddDate(0, 0, 1) {
		if date.Weekday() == 0 || date.Weekday() == 6 {
			continue
		}
		for range counts[at] {
			f.sent(date.Format("2006-01-02"), bob, "a1", "")
		}
		at++
	}
}

// TestForecast: the median of 3, 1, 4, 1, 5, 9, 2, 6, 5, 3 is 3.5; of ten days the third and the eighth in
// order, 2 and 5, are its interval of 89 % (1 - 2 × 56/1024).
func TestForecast(t *testing.T) {
	f := newBoardWorld(here(t))
	f.sentDaily(3, 1, 4, 1, 5, 9, 2, 6, 5, 3) // 39 by Tuesday the 14th
	plan := survey.Plan{Rows: "县", Basis: survey.ByGroup, Targets: []survey.Target{{Row: "江山市", Column: survey.WholeRow, Count: 60}}}
	got := f.progress(plan, "2026-04-15").Forecast
	want := survey.Forecast{Remaining: 21, Days: 10, Rate: 3.5, Low: 2, High: 5, Confidence: 1 - 2*56.0/1024,
		Finish: "2026-04-23", Earliest: "2026-04-22", Latest: "2026-04-30"} // 6, 5 and 11 working days after the 15th
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v, want %+v", got, want)
	}
	plan.DaysOff = []survey.Date{"2026-04-20"}
	if got := f.progress(plan, "2026-04-15").Forecast; got.Finish != "2026-04-24" {
		t.Errorf("with a day off: %+v", got)
	}
	plan.DaysOff, plan.Weekends = nil, true // then the four days of two weekends had nothing: of 14 days the middle ones are 2 and 3
	if got := f.progress(plan, "2026-04-15").Forecast; got.Days != 14 || got.Rate != 2.5 {
		t.Errorf("with weekends: %+v", got)
	}
}

func TestForecastCannotBeSaid(t *testing.T) {
	for _, c := range []struct {
		name   string
		counts []int
		target int
		why    string
	}{
		{"no target", []int{3, 3, 3, 3, 3, 3}, 0, "progress.whyNoTarget"},
		{"all is there", []int{3, 3, 3, 3, 3, 3}, 18, "progress.whyDone"},
		{"four days", []int{3, 3, 3, 3}, 18, "progress.whyFew"},
		{"mostly nothing", []int{3, 0, 0, 0, 0, 9, 0}, 18, "progress.whyStill"},
		{"for ever", []int{1, 1, 1, 1, 1, 1, 1}, 900_000, "progress.whySlow"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newBoardWorld(here(t))
			f.sentDaily(c.counts...)
			day := map[int]string{4: "2026-04-07", 6: "2026-04-09", 7: "2026-04-10"}[len(c.counts)]
			plan := survey.Plan{Rows: "县", Basis: survey.ByGroup, Targets: []survey.Target{{Row: "江山市", Column: survey.WholeRow, Count: c.target}}}
			if got := f.progress(plan, day).Forecast; got.Finish != "" || got.Why.Key != c.why {
				t.Errorf("%+v, want %s", got, c.why)
			}
		})
	}
}

// TestWeekendCounts: what came on Saturday counts to Friday's pace, and nothing is lost.
func TestWeekendCounts(t *testing.T) {
	f := newBoardWorld(here(t))
	for _, date := range []string{"2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06", "2026-04-07", "2026-04-08", "2026-04-09"} {
		f.sent(date, bob, "a1", "")
		f.sent(date, bob, "a1", "")
	}
	plan := survey.Plan{Rows: "县", Basis: survey.ByGroup, Targets: []survey.Target{{Row: "江山市", Column: survey.WholeRow, Count: 20}}}
	if got := f.progress(plan, "2026-04-10").Forecast; got.Days != 5 || got.Rate != 2 || got.High != 6 || got.Remaining != 6 || got.Finish != "2026-04-15" {
		t.Errorf("%+v", got)
	}
}

// TestOwnCourse: a quarter by the 8th, the rest by the 14th.
func TestOwnCourse(t *testing.T) {
	f := newBoardWorld(here(t))
	plan := byGroup
	plan.Course = []survey.Waypoint{{Date: "2026-04-08", Share: 0.25}}
	for date, want := range map[string]int{"2026-03-31": 0, "2026-04-03": 1, "2026-04-08": 3, "2026-04-10": 6, "2026-04-14": 10, "2026-05-01": 10} {
		// 1, 2, 3, 6, 7, 8 April are six days for 2.5; 9, 10, 13, 14 are four for 7.5.
		if got := f.progress(plan, date).Total.Expected; got != want {
			t.Errorf("by %s %d, want %d", date, got, want)
		}
	}
}

// TestByAssignment: three assignments in one county, one done, one overdue, one withdrawn in the other.
func TestByAssignment(t *testing.T) {
	f := newBoardWorld(here(t))
	assign := func(caseID id.CaseID, by id.UserID, due string, withdrawn bool) {
		a := survey.Assignment{ID: id.AssignmentID(id.New(f.now)), ProjectID: quzhou, FormID: f.form.ID, CaseID: caseID, Enumerator: by, Made: onDay("2026-04-01"), By: alice,
			Due: onDay(due).AddDate(0, 0, 1).Add(-1e9)}
		if withdrawn {
			a.Withdrawn = &survey.Withdrawal{At: onDay("2026-04-02"), By: alice}
		}
		if err := f.Store.CreateAssignment(f.Context(), a); err != nil {
			f.Fatal(err)
		}
	}
	assign("a1", bob, "2026-04-03", false)
	assign("a2", bob, "2026-04-06", false)
	assign("a3", carol, "2026-04-20", false)
	assign("k1", carol, "2026-04-03", true)
	f.sent("2026-04-02", bob, "a1", survey.Approved)
	p := f.progress(survey.Plan{Rows: "县", Columns: "领域"}, "2026-04-07")
	if want := (survey.Count{Target: 3, Expected: 2, Counted: 1, Done: 1, Approved: 1, Late: 1}); p.Total != want || p.Basis != survey.ByAssignment || !p.ByDuty || !p.HasExpected {
		t.Errorf("%+v, want %+v", p.Total, want)
	}
	if want := (survey.Count{Target: 2, Expected: 2, Counted: 1, Done: 1, Approved: 1, Late: 1}); p.RowTotals[0].Target != 3 || p.Cells[0][0] != want {
		t.Errorf("%v %+v, want %+v", p.Rows, p.Cells[0][0], want)
	}
	if bobs := p.People[0]; bobs.User != bob || bobs.Assigned != 2 || bobs.Late != 1 || bobs.Done != 1 {
		t.Errorf("%+v", p.People)
	}
	if at := p.Course[len(p.Course)-1]; at.Date != "2026-04-20" || at.Expected != 3 {
		t.Errorf("%+v", at)
	}
}
