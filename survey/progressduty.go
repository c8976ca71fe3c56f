package survey

import (
	"context"
	"slices"

	"tianye/internal/id"
)

// duties are a form's assignments within reach, without those that were withdrawn.
func (s *Service) duties(ctx context.Context, project id.ProjectID, formID id.FormID) ([]AssignmentItem, error) {
	all, err := s.allAssignments(ctx, project)
	if err != nil || !slices.ContainsFunc(all, func(a *Assignment) bool { return a.FormID == formID }) {
		return nil, err
	}
	items, err := s.Assignments(ctx, project, AssignmentFilter{FormID: formID})
	return slices.DeleteFunc(items, func(a AssignmentItem) bool { return a.State == AssignmentWithdrawn }), err
}

// takeDuties notes the assignments before the submissions are gone over.
func (t *tally) takeDuties(duties []AssignmentItem) {
	t.checks = map[id.SubmissionID]bool{}
	for _, a := range duties {
		switch {
		case a.BackCheck == "":
			t.duties = append(t.duties, a)
		case a.Submission != "":
			t.checks[a.Submission] = true
		}
	}
}

// addDuties counts the assignments; ByAssignment they are the targets.
func (t *tally) addDuties() {
	for i := range t.duties {
		a := &t.duties[i]
		made := t.dayAt(a.Made)
		if made > t.today {
			continue
		}
		cell := t.noPlace()
		if place, known := t.places[a.CaseID]; known {
			cell = t.cellOf(place)
		}
		p := t.person(a.Enumerator)
		p.Assigned++
		isDone := (a.State == AssignmentDone || a.State == AssignmentApproved) && t.dayAt(a.Received) <= t.today
		due, overdue := 0, false
		if !a.Due.IsZero() {
			due = t.dayAt(a.Due)
			overdue = !isDone && (due < t.today || due == t.today && !t.live)
		}
		if overdue {
			t.cells[cell].Late++
			p.Late++
		}
		if t.plan.Basis == ByAssignment {
			t.addTarget(&t.cells[cell], a, due, isDone)
		}
	}
}

func (t *tally) addTarget(c *Count, a *AssignmentItem, due int, isDone bool) {
	c.Target++
	if isDone {
		c.Counted++
		t.days[t.dayAt(a.Received)]++
	}
	if a.Due.IsZero() {
		return
	}
	t.due = append(t.due, due)
	if due <= t.today {
		c.Expected++
		if due >= t.since {
			c.NewExpected++
		}
	}
}
