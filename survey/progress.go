package survey

import (
	"context"
	"slices"
	"time"

	"tianye/internal/id"
)

// BoardPlace is where a case stands on the board: the values of the plan's two attributes.
type BoardPlace struct{ Row, Column string }

// ProgressQuery says of what a Progress is to tell.
type ProgressQuery struct {
	Plan     Plan                     // with a Basis of "" one is chosen
	Places   map[id.CaseID]BoardPlace // of the living cases within reach: cases are another domain's
	Since    time.Time                // what is counted as new came, or was decided, on this day or later; zero: nothing is
	Until    time.Time                // the last day that counts; zero: today
	Location *time.Location
}

// Progress is how far fieldwork with a form has come, as far as who asks reaches: by the rows and
// columns of a plan, by day and by person.
type Progress struct {
	Basis         Basis
	Today         Date // the last day that counts
	HasExpected   bool // there is something to be expected by a day
	ByDuty        bool // Late counts assignments whose day is past; else what is missing of what was expected
	Folded        bool // there were too many columns: all are in one
	Rows, Columns []string
	Cells         [][]Count // by row and column
	RowTotals     []Count
	ColumnTotals  []Count
	Total         Count
	Course        []CourseDay
	Forecast      Forecast
	People        []PersonCount // those with the most first
	Newest        []NewArrival  // the last first
}

// Count is how far a cell, a row, a column or all of a board has come. Numbers of submissions; with a
// plan ByAssignment Target, Expected and Counted are of assignments.
type Count struct {
	Target   int
	Expected int // by the last day
	Counted  int // of Target: what has come of it; Done less what is beyond the target
	Done     int // came, and is neither returned nor rejected
	Approved int // of Done
	Returned int // waits to be mended
	Rejected int
	Late     int // see Progress.ByDuty
	Flagged  int // of Done and Returned: quality checks or its coming raise doubts that nobody has settled

	NewExpected, NewDone, NewApproved, NewReturned int // since ProgressQuery.Since
}

// Extra is how many are done beyond the target.
func (c Count) Extra() int { return max(0, c.Done-c.Counted) }

// Waiting is how many are done and not approved.
func (c Count) Waiting() int { return c.Done - c.Approved }

// Percent is what has come of the target, rounded down: 100 is all.
func (c Count) Percent() int {
	if c.Target == 0 {
		return 0
	}
	return 100 * c.Counted / c.Target
}

func (c *Count) add(o Count) {
	c.Target += o.Target
	c.Expected += o.Expected
	c.Counted += o.Counted
	c.Done += o.Done
	c.Approved += o.Approved
	c.Returned += o.Returned
	c.Rejected += o.Rejected
	c.Late += o.Late
	c.Flagged += o.Flagged
	c.NewExpected += o.NewExpected
	c.NewDone += o.NewDone
	c.NewApproved += o.NewApproved
	c.NewReturned += o.NewReturned
}

// CourseDay is what was expected, and what had come of the targets, at the end of a day.
type CourseDay struct {
	Date     Date
	Expected float64
	Counted  int // -1 on days to come
}

// PersonCount is how far one enumerator has come.
type PersonCount struct {
	User     id.UserID // "" is what came by public links
	Assigned int
	Late     int // assignments whose day is past
	Done     int
	Approved int
	Returned int
	Rejected int
	Last     time.Time // when the last submission came
	Minutes  float64   // the median of what filling in took; NaN when unknown

	NewDone, NewApproved, NewReturned int
}

// NewArrival is one of the newest submissions. It names nobody.
type NewArrival struct {
	Row, Column string
	At          time.Time
}

// mostNewest is how many of the newest arrivals are told.
const mostNewest = 8

// Progress reckons how far fieldwork with a form has come. It goes once over the form's table.
func (s *Service) Progress(ctx context.Context, project id.ProjectID, q ProgressQuery) (Progress, error) {
	if _, err := s.Form(ctx, project, q.Plan.FormID); err != nil {
		return Progress{}, err
	}
	reached, err := s.scope(ctx, project)
	if err != nil {
		return Progress{}, err
	}
	duties, err := s.duties(ctx, project, q.Plan.FormID)
	if err != nil {
		return Progress{}, err
	}
	if q.Plan.Basis == "" {
		q.Plan.Basis, q.Plan.Each = ByCase, 1
		if slices.ContainsFunc(duties, func(a AssignmentItem) bool { return a.BackCheck == "" }) {
			q.Plan.Basis = ByAssignment
		}
	}
	t := newTally(q, reached, s.now())
	t.takeDuties(duties)
	if t.flags, err = s.OpenFlags(ctx, project); err != nil {
		return Progress{}, err
	}
	if err := s.tallySubmissions(ctx, project, t); err != nil {
		return Progress{}, err
	}
	t.addDuties()
	return t.result(), nil
}

func (s *Service) tallySubmissions(ctx context.Context, project id.ProjectID, t *tally) error {
	k := s.keptFor(project)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, project, k); err != nil {
		return err
	}
	if f := k.forms[t.plan.FormID]; f != nil {
		t.addSubmissions(f)
	}
	return nil
}
