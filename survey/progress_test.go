package survey_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// boardWorld has a form, and six cases in two counties and two fields; one case is in no county.
type boardWorld struct {
	*world
	form   survey.Form
	places map[id.CaseID]survey.BoardPlace
}

func newBoardWorld(w *world) *boardWorld {
	w.Helper()
	w.now = time.Date(2026, 4, 1, 9, 0, 0, 0, zone) // a Wednesday
	f := &boardWorld{world: w, form: w.publish(visit(w)), places: map[id.CaseID]survey.BoardPlace{
		"a1": {"江山市", "农村"}, "a2": {"江山市", "农村"}, "a3": {"江山市", "社区"}, "k1": {"开化县", "农村"}, "k2": {"开化县", "社区"}, "x": {"", "社区"}}}

	return f
}

func onDay(date string) time.Time {
	t, err := time.ParseInLocation(time.DateOnly, date, zone)
	if err != nil {
		panic(err)
	}
	return t
}

// sent stores a submission of a case on a day, at nine, and reviews it at once when a state is given.
func (f *boardWorld) sent(date string, by id.UserID, caseID id.CaseID, state survey.ReviewState) survey.Submission {
	f.Helper()
	f.now = onDay(date).Add(9 * time.Hour)
	f.world.sent++
	s := survey.Submission{ID: id.SubmissionID(id.Derived(fmt.Sprint(f.world.sent))), ProjectID: quzhou, FormID: f.form.ID, Version: 1, InstanceID: fmt.Sprint("uuid:", f.world.sent),
		CaseID: caseID, Submitter: by, Started: f.now.Add(-time.Duration(10+f.world.sent) * time.Minute), Ended: f.now, Received: f.now, State: survey.Received, Answers: answers()}
	if state != "" {
		s.State = state
		s.Events = []survey.Event{{At: f.now, By: rui, State: state}}
	}
	if err := f.Store.CreateSubmission(f.Context(), s); err != nil {
		f.Fatal(err)
	}
	return s
}

func (f *boardWorld) progress(p survey.Plan, today string) survey.Progress {
	f.Helper()
	f.now = onDay(today).Add(17 * time.Hour)
	p.FormID, p.ProjectID = f.form.ID, quzhou
	got, err := f.Progress(f.Context(), quzhou, survey.ProgressQuery{Plan: p, Places: f.places, Location: zone})
	if err != nil {
		f.Fatal(err)
	}
	return got
}

// byGroup wants 4, 2, 2 and 2 of the cells from Wednesday the 1st to Tuesday the 14th of April: ten working days.
var byGroup = survey.Plan{Rows: "县", Columns: "领域", Basis: survey.ByGroup, Start: "2026-04-01", End: "2026-04-14", Targets: []survey.Target{
	{"开化县", "农村", 2}, {"开化县", "社区", 2}, {"江山市", "农村", 4}, {"江山市", "社区", 2}}}

// TestBoardOfUniqueValues: attributes that tell every case apart make no board of millions of cells.
func TestBoardOfUniqueValues(t *testing.T) {
	f := newBoardWorld(here(t))
	p := survey.Plan{Rows: "门牌号", Columns: "户主编号", Basis: survey.ByGroup}
	for i := range 200 {
		n := fmt.Sprint(i)
		f.places[id.CaseID(n)] = survey.BoardPlace{Row: "门牌" + n, Column: "户主" + n}
		p.Targets = append(p.Targets, survey.Target{Row: "门牌" + n, Column: "户主" + n, Count: 2})
	}
	f.sent("2026-04-01", bob, "7", survey.Approved)
	got := f.progress(p, "2026-04-02")
	cells := 0
	for _, row := range got.Cells {
		cells += len(row)
	}
	if !got.Folded || len(got.Columns) != 1 || cells > 300 {
		t.Fatalf("folded %t: %d columns, %d cells", got.Folded, len(got.Columns), cells)
	}
	at := slices.Index(got.Rows, "门牌7")
	if c := got.RowTotals[at]; c.Target != 2 || c.Counted != 1 || got.Total.Target != 400 || got.Total.Approved != 1 || got.Newest[0].Row != "门牌7" {
		t.Errorf("%+v of %+v", c, got.Total)
	}
}

func TestBoard(t *testing.T) {
	f := newBoardWorld(here(t))
	f.sent("2026-04-01", bob, "a1", survey.Approved)
	f.sent("2026-04-01", bob, "a1", "")
	f.sent("2026-04-02", bob, "a2", survey.HasIssues)
	f.sent("2026-04-02", carol, "k1", survey.Approved)
	f.sent("2026-04-03", carol, "k1", "")
	f.sent("2026-04-03", carol, "k1", "") // the third of two
	f.sent("2026-04-03", carol, "k2", survey.Rejected)
	f.sent("2026-04-03", bob, "", "")   // of no case
	f.sent("2026-04-09", bob, "a3", "") // later than is asked for
	p := f.progress(byGroup, "2026-04-07")
	// Half of 10 working days is over: 1, 2, 3, 6, 7 April. Half of 2, 2, 4, 2 is 1, 1, 2, 1.
	if got := fmt.Sprint(p.Rows, p.Columns); got != "[开化县 江山市 ] [农村 社区 ]" {
		t.Fatalf("laid out as %s", got)
	}
	for _, c := range []struct {
		name      string
		got, want survey.Count
	}{
		{"开化县农村", p.Cells[0][0], survey.Count{Target: 2, Expected: 1, Counted: 2, Done: 3, Approved: 1}},
		{"开化县社区", p.Cells[0][1], survey.Count{Target: 2, Expected: 1, Rejected: 1, Late: 1}},
		{"江山市农村", p.Cells[1][0], survey.Count{Target: 4, Expected: 2, Counted: 2, Done: 2, Approved: 1, Returned: 1}},
		{"江山市社区", p.Cells[1][1], survey.Count{Target: 2, Expected: 1, Late: 1}},
		{"no case", p.RowTotals[2], survey.Count{Done: 1}},
		{"江山市", p.RowTotals[1], survey.Count{Target: 6, Expected: 3, Counted: 2, Done: 2, Approved: 1, Returned: 1, Late: 1}},
		{"农村", p.ColumnTotals[0], survey.Count{Target: 6, Expected: 3, Counted: 4, Done: 5, Approved: 2, Returned: 1}},
		{"all", p.Total, survey.Count{Target: 10, Expected: 5, Counted: 4, Done: 6, Approved: 2, Returned: 1, Rejected: 1, Late: 1}},
	} {
		if c.got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, c.got, c.want)
		}
	}
	if p.Total.Extra() != 2 || p.Total.Percent() != 40 || p.Total.Waiting() != 4 || !p.HasExpected || p.ByDuty {
		t.Errorf("%d beyond, %d %%, %d wait", p.Total.Extra(), p.Total.Percent(), p.Total.Waiting())
	}
	if len(p.Newest) != 7 || p.Newest[0].Row != "开化县" && p.Newest[0].Row != "" || p.Newest[0].At.Before(onDay("2026-04-03")) {
		t.Errorf("the newest: %+v", p.Newest)
	}
	first, last := p.Course[0], p.Course[len(p.Course)-1]
	if first.Date != "2026-03-31" || first.Expected != 0 || last.Date != "2026-04-14" || last.Expected != 10 || last.Counted != -1 {
		t.Errorf("from %+v to %+v", first, last)
	}
	if at := p.Course[7]; at.Date != "2026-04-07" || at.Expected != 5 || at.Counted != 6 {
		t.Errorf("course: %+v", at)
	}
}

// TestPeople: bob has 11, 12 and 18 minutes, carol 14, 15, 16 and 17.
func TestPeople(t *testing.T) {
	f := newBoardWorld(here(t))
	for i, by := range []id.UserID{bob, bob, bob, carol, carol, carol, carol, ""} {
		f.sent(fmt.Sprintf("2026-04-0%d", 1+i%3), by, "a1", map[int]survey.ReviewState{0: survey.Approved, 3: survey.HasIssues, 4: survey.Rejected}[i])
	}
	p := f.progress(byGroup, "2026-04-07")
	want := []survey.PersonCount{
		{User: bob, Done: 3, Approved: 1, Last: onDay("2026-04-03").Add(9 * time.Hour), Minutes: 12},
		{User: carol, Done: 2, Returned: 1, Rejected: 1, Last: onDay("2026-04-03").Add(9 * time.Hour), Minutes: 15.5},
		{User: "", Done: 1, Last: onDay("2026-04-02").Add(9 * time.Hour), Minutes: 18},
	}
	for i, w := range want {
		got := p.People[i]
		got.Last = got.Last.In(zone)
		if got != w {
			t.Errorf("%+v, want %+v", got, w)
		}
	}
}

func TestByCase(t *testing.T) {
	f := newBoardWorld(here(t))
	f.sent("2026-04-01", bob, "a1", "")
	f.sent("2026-04-03", bob, "a1", "")
	f.sent("2026-04-06", bob, "a1", "")
	f.sent("2026-04-06", bob, "k1", "")
	p := f.progress(survey.Plan{Rows: "县"}, "2026-04-07") // nobody made a plan: one of every case
	if want := (survey.Count{Target: 6, Counted: 2, Done: 4}); p.Total != want || p.Basis != survey.ByCase || p.HasExpected {
		t.Errorf("%+v, want %+v", p.Total, want)
	}
	if p.Forecast.Finish != "" || p.Forecast.Why.Key != "progress.whyFew" {
		t.Errorf("%+v", p.Forecast)
	}
	p = f.progress(survey.Plan{Rows: "县", Basis: survey.ByCase, Each: 2}, "2026-04-07")
	if want := (survey.Count{Target: 12, Counted: 3, Done: 4}); p.Total != want {
		t.Errorf("two of every case: %+v, want %+v", p.Total, want)
	}
	if at := p.Course[2]; at.Date != "2026-04-03" || at.Counted != 2 {
		t.Errorf("the third is beyond the target: %+v", p.Course)
	}
}

// TestWeek: what was approved on Monday was still waiting in the week before.
func TestWeek(t *testing.T) {
	f := newBoardWorld(here(t))
	f.sent("2026-04-01", bob, "a1", survey.Approved)
	f.sent("2026-04-07", bob, "a2", survey.HasIssues)
	s := f.sent("2026-04-08", carol, "k1", "")
	s.Revision, s.State, s.Events = 1, survey.Approved, []survey.Event{{At: onDay("2026-04-13"), By: rui, State: survey.Approved}}
	if err := f.Store.ReplaceSubmission(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	f.now = onDay("2026-04-15")
	plan := byGroup
	plan.FormID = f.form.ID
	week := func(monday string) survey.Count {
		p, err := f.Progress(t.Context(), quzhou, survey.ProgressQuery{Plan: plan, Places: f.places, Location: zone, Since: onDay(monday), Until: onDay(monday).AddDate(0, 0, 6)})
		if err != nil {
			t.Fatal(err)
		}
		return p.Total
	}
	// By Friday 3 April 3 of 10 days are over, by the 10th 8.
	if got, want := week("2026-04-06"), (survey.Count{Target: 10, Expected: 8, Counted: 2, Done: 2, Approved: 1, Returned: 1, Late: 6, NewExpected: 5, NewDone: 1, NewReturned: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got, want := week("2026-04-13"), (survey.Count{Target: 10, Expected: 10, Counted: 2, Done: 2, Approved: 2, Returned: 1, Late: 8, NewExpected: 2, NewApproved: 1}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

// TestProgressReach: a limited member's board holds their county only, its targets too.
func TestProgressReach(t *testing.T) {
	f := newBoardWorld(here(t))
	f.sent("2026-04-01", bob, "a1", "")
	f.sent("2026-04-01", carol, "k1", "")
	f.sent("2026-04-01", carol, "", "")
	f.now = onDay("2026-04-07")
	near := map[id.CaseID]bool{"a1": true, "a2": true, "a3": true}
	f.ReachCases(func(context.Context, id.ProjectID) (map[id.CaseID]bool, error) { return near, nil })
	places := map[id.CaseID]survey.BoardPlace{}
	for c := range near {
		places[c] = f.places[c]
	}
	for _, c := range []struct {
		attribute string
		values    []string
		target    int
	}{{"县", []string{"江山市"}, 6}, {"领域", []string{"社区"}, 4}, {"乡", []string{"清湖"}, 0}} {
		ctx := account.WithScope(t.Context(), account.Scope{User: bob, Limit: account.Limit{Attribute: c.attribute, Values: c.values}})
		plan := byGroup
		plan.FormID = f.form.ID
		p, err := f.Progress(ctx, quzhou, survey.ProgressQuery{Plan: plan, Places: places, Location: zone})
		if err != nil {
			t.Fatal(err)
		}
		if p.Total.Target != c.target || p.Total.Done != 1 || len(p.People) != 1 || len(p.Newest) != 1 {
			t.Errorf("%s: %+v, %+v", c.attribute, p.Total, p.People)
		}
		for _, row := range p.Rows {
			if row == "开化县" && c.attribute == "县" {
				t.Errorf("%s: tells of %s", c.attribute, row)
			}
		}
	}
}

func TestPlanIsKept(t *testing.T) {
	everywhere(t, func(w *world) {
		f := newBoardWorld(w)
		plan := byGroup
		plan.FormID, plan.ProjectID = f.form.ID, quzhou
		plan.Targets = append([]survey.Target{{"江山市", "", 0}}, plan.Targets...)
		plan.DaysOff, plan.Course = []survey.Date{"2026-04-06", "2026-04-03", "2026-04-06"}, []survey.Waypoint{{"2026-04-08", 0.25}}
		if empty, err := w.Plan(w.Context(), quzhou, f.form.ID); err != nil || empty.Revision != 0 {
			w.Fatal(empty, err)
		}
		if _, err := w.SetPlan(w.Context(), alice, plan); err != nil {
			w.Fatal(err)
		}
		got, err := w.Plan(w.Context(), quzhou, f.form.ID)
		if err != nil || got.Revision != 1 || len(got.Targets) != 4 || got.Course[0].Share != 0.25 || fmt.Sprint(got.DaysOff) != "[2026-04-03 2026-04-06]" || got.By != alice {
			w.Fatal(got, err)
		}
		if _, err := w.SetPlan(w.Context(), alice, plan); !problem.Is(err, problem.Conflict) {
			w.Errorf("over another's plan: %v", err)
		}
		if _, err := w.SetPlan(w.Context(), alice, got); err != nil {
			w.Error(err)
		}
		if _, err := w.Plan(w.Context(), hanyang, f.form.ID); !problem.Is(err, problem.NotFound) {
			w.Errorf("the plan of another project: %v", err)
		}
		outline := survey.Outline{ProjectID: quzhou, File: "衢州.geojson", Shapes: []survey.Shape{{"江山市", [][]float64{{118, 28, 119, 28, 119, 29, 118, 28}}}}}
		for range 2 {
			if err := w.SetOutline(w.Context(), alice, outline); err != nil {
				w.Fatal(err)
			}
		}
		kept, err := w.Outline(w.Context(), quzhou)
		if err != nil || kept.Revision != 2 || kept.Shapes[0].Rings[0][3] != 28 || kept.By != alice {
			w.Errorf("%+v, %v", kept, err)
		}
	})
}

func TestPlanIsRefused(t *testing.T) {
	for name, change := range map[string]func(*survey.Plan){
		"basis":   func(p *survey.Plan) { p.Basis = "" },
		"rows":    func(p *survey.Plan) { p.Rows = p.Columns },
		"each":    func(p *survey.Plan) { p.Basis = survey.ByCase },
		"targets": func(p *survey.Plan) { p.Targets = []survey.Target{{"江山市", "农村", -1}} },
		"end":     func(p *survey.Plan) { p.End = "2026-03-31" },
		"daysOff": func(p *survey.Plan) { p.DaysOff = []survey.Date{"2026-02-30"} },
		"course":  func(p *survey.Plan) { p.Course = []survey.Waypoint{{"2026-04-08", 0.5}, {"2026-04-09", 0.4}} },
	} {
		p := byGroup
		change(&p)
		details := want(t, p.Validate(), problem.Invalid, "progress.planInvalid")
		if _, told := details[name]; !told || len(details) != 1 {
			t.Errorf("%s: %v", name, details)
		}
	}
	if err := byGroup.Validate(); err != nil {
		t.Error(err)
	}
}

// TestPlanGoesWithItsForm: nothing of a plan is left when its form is purged for good.
func TestPlanGoesWithItsForm(t *testing.T) {
	everywhere(t, func(w *world) {
		f := newBoardWorld(w)
		w.now = w.now.AddDate(100, 0, 0) // long after the store's stamps, by which the bin goes too
		plan := byGroup
		plan.FormID, plan.ProjectID = f.form.ID, quzhou
		if _, err := w.SetPlan(w.Context(), alice, plan); err != nil {
			w.Fatal(err)
		}
		if _, err := w.DeleteForm(w.Context(), quzhou, alice, f.form.ID, "试用"); err != nil {
			w.Fatal(err)
		}
		if _, err := w.Plan(w.Context(), quzhou, f.form.ID); !problem.Is(err, problem.NotFound) {
			w.Errorf("the plan of a form in the recycle bin: %v", err)
		}
		w.project()
		w.pass(id.BinLength + 2*time.Hour)
		if err := w.Bin.Sweep(w.Context(), w.now); err != nil {
			w.Fatal(err)
		}
		if _, err := w.Store.Plan(w.Context(), quzhou, f.form.ID); !problem.Is(err, problem.NotFound) {
			w.Errorf("the plan is still there: %v", err)
		}
	})
}
