package survey

import (
	"context"
	"math"
	"regexp"
	"slices"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Plan says what fieldwork with a form is to bring, where and until when: one document a form.
type Plan struct {
	FormID    id.FormID
	ProjectID id.ProjectID
	Rows      string     // the case attribute of the board's rows: 县
	Columns   string     // that of its columns: 领域; "" for one column
	Basis     Basis      // what is to come
	Each      int        // of ByCase: so many submissions of every case
	Targets   []Target   // of ByGroup
	Start     Date       // the first day of fieldwork and the last; "" when none is set
	End       Date       //
	Weekends  bool       // Saturdays and Sundays are working days
	DaysOff   []Date     // further days on which nobody works, in order
	Course    []Waypoint // the plan's own course, in order; nil: even over the working days
	At        time.Time
	By        id.UserID
	Revision  int64 `bson:"-"`
}

// Basis is what a plan's targets are.
type Basis string

// The bases of plans.
const (
	ByGroup      Basis = "groups"      // as many as was said for every row, or every cell
	ByCase       Basis = "cases"       // so many of every case; more of one does not make up for another
	ByAssignment Basis = "assignments" // what was assigned, by its due days
)

// Bases are all of them.
var Bases = []Basis{ByGroup, ByCase, ByAssignment}

// WholeRow stands for the column of a Target that is for all columns together.
const WholeRow = "*"

// Target is how many submissions are to come from a cell of the board, or from a whole row.
type Target struct {
	Row, Column string
	Count       int
}

// Date is a day of the calendar, as 2026-06-12; "" is none.
type Date string

// Waypoint is a day by whose end a share of all (0 to 1) is to be there.
type Waypoint struct {
	Date  Date
	Share float64
}

// The limits of plans.
const (
	maxTargets   = 2000
	maxTarget    = 1_000_000
	maxDaysOff   = 400
	maxWaypoints = 100
	maxPlanDays  = 5 * 366
	maxPlaceName = 200 // characters
)

var dateRule = regexp.MustCompile(`^(19|20|21)\d\d-\d\d-\d\d$`)

// day is a day's number since 1970-01-01.
func (d Date) day() (int, bool) {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil || !dateRule.MatchString(string(d)) {
		return 0, false
	}
	return int(t.Unix() / 86400), true
}

func dateOf(day int) Date {
	return Date(time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly))
}

// Validate tells what is wrong with a plan.
func (p Plan) Validate() error {
	wrong := problem.New(problem.Invalid, "progress.planInvalid")
	if !slices.Contains(Bases, p.Basis) {
		wrong.With("basis", "progress.basisUnknown")
	}
	if p.Rows == "" || utf8.RuneCountInString(p.Rows) > maxPlaceName || utf8.RuneCountInString(p.Columns) > maxPlaceName || p.Rows == p.Columns {
		wrong.With("rows", "progress.attributesInvalid")
	}
	if p.Basis == ByCase && (p.Each < 1 || p.Each > 1000) {
		wrong.With("each", "progress.eachInvalid")
	}
	p.checkTargets(wrong)
	p.checkDays(wrong)
	return ifAny(wrong)
}

func (p Plan) checkTargets(wrong *problem.Problem) {
	if len(p.Targets) > maxTargets {
		wrong.With("targets", "progress.targetsMany", maxTargets)
	}
	total := 0
	for _, t := range p.Targets {
		total += max(0, t.Count)
		if t.Count < 0 || t.Count > maxTarget || utf8.RuneCountInString(t.Row) > maxPlaceName || utf8.RuneCountInString(t.Column) > maxPlaceName {
			wrong.With("targets", "progress.targetInvalid", t.Row, t.Column, maxTarget)
		}
	}
	if p.Basis == ByGroup && total == 0 {
		wrong.With("targets", "progress.targetsNone")
	}
}

func (p Plan) checkDays(wrong *problem.Problem) {
	start, startOK := p.Start.day()
	end, endOK := p.End.day()
	switch {
	case p.Start == "" && p.End == "":
		if len(p.Course) > 0 {
			wrong.With("course", "progress.courseNoDays")
		}
		return
	case !startOK || !endOK:
		wrong.With("end", "progress.daysNeeded")
		return
	case end < start || end-start > maxPlanDays:
		wrong.With("end", "progress.daysOrder")
		return
	}
	if len(p.DaysOff) > maxDaysOff || len(p.Course) > maxWaypoints {
		wrong.With("course", "progress.planLong", maxDaysOff, maxWaypoints)
	}
	for _, d := range p.DaysOff {
		if _, ok := d.day(); !ok {
			wrong.With("daysOff", "progress.dayInvalid", string(d))
		}
	}
	if p.calendar().days(start, end) == 0 {
		wrong.With("end", "progress.noWorkingDay")
	}
	last, share := start-1, 0.0
	for _, w := range p.Course {
		day, ok := w.Date.day()
		if !ok || day <= last || day > end || math.IsNaN(w.Share) || w.Share < share || w.Share > 1 {
			wrong.With("course", "progress.waypointInvalid", string(w.Date))
			return
		}
		last, share = day, w.Share
	}
}

// PlanStore keeps plans and outlines; it is part of Store. Those that put replace the revision that
// was read, and at revision 0 insert; problem.Conflict when another came first.
type PlanStore interface {
	Plan(ctx context.Context, project id.ProjectID, form id.FormID) (Plan, error)
	PutPlan(ctx context.Context, p Plan) error
	Outline(ctx context.Context, project id.ProjectID) (Outline, error)
	PutOutline(ctx context.Context, o Outline) error
}

// Plan gives a form's plan; when nobody has made one it is empty, of revision 0.
func (s *Service) Plan(ctx context.Context, project id.ProjectID, formID id.FormID) (Plan, error) {
	if _, err := s.Form(ctx, project, formID); err != nil {
		return Plan{}, err
	}
	p, err := s.store.Plan(ctx, project, formID)
	if problem.Is(err, problem.NotFound) {
		return Plan{FormID: formID, ProjectID: project}, nil
	}
	return p, err
}

// SetPlan puts a plan in place of the revision that was read. The same again changes nothing.
func (s *Service) SetPlan(ctx context.Context, actor id.UserID, p Plan) (before Plan, err error) {
	if before, err = s.Plan(ctx, p.ProjectID, p.FormID); err != nil {
		return before, err
	}
	if p.Columns == "" {
		for i := range p.Targets {
			p.Targets[i].Column = WholeRow
		}
	}
	p.Targets = slices.DeleteFunc(p.Targets, func(t Target) bool { return t.Count == 0 || p.Basis != ByGroup })
	p.DaysOff = slices.Compact(slices.Sorted(slices.Values(p.DaysOff)))
	if err := p.Validate(); err != nil {
		return before, err
	}
	p.At, p.By = s.now().Truncate(time.Millisecond), actor
	return before, s.store.PutPlan(ctx, p)
}
