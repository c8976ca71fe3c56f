package survey

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Chosen is an assignment at the revision that its chooser saw.
type Chosen struct {
	ID       id.AssignmentID
	Revision int64
}

// Reassign gives assignments that are to be done, or whose submission has issues, to somebody else; what is
// asked of the former enumerator is asked of the new one. Their drafts are on their phone: they hand
// them on from there.
func (s *Service) Reassign(ctx context.Context, project id.ProjectID, actor id.UserID, chosen []Chosen, to id.UserID, reason string) ([]Assignment, error) {
	reason, err := cleanReason(reason, false)
	if err != nil {
		return nil, err
	}
	w, err := s.fieldwork(ctx, project, nil)
	if err != nil {
		return nil, err
	}
	first := map[id.SubmissionID]id.UserID{}
	if err := s.eachMatch(ctx, project, Filter{}, func(item ListItem) { first[item.ID] = item.Submitter }); err != nil {
		return nil, err
	}
	given := w.given()
	return s.changeAssignments(ctx, w, chosen, func(a *AssignmentItem) (*AssignmentEvent, error) {
		e := &AssignmentEvent{By: actor, Change: Reassigned, Old: string(a.Enumerator), New: string(to), Reason: reason}
		was := a.Enumerator
		if a.Enumerator = to; was == to {
			return nil, nil
		}
		switch {
		case !a.State.IsToDo() && a.State != AssignmentReturned:
			return nil, problem.New(problem.Conflict, "assignment.notToDo", a.State.Label())
		case a.BackCheck == "" && given.has(a):
			return nil, problem.New(problem.Conflict, "assignment.hasAlready")
		case a.BackCheck != "" && first[a.BackCheck] == to:
			return nil, problem.New(problem.Invalid, "assignment.ownCheck", Receipt(a.BackCheck))
		}
		given.add(a)
		return e, nil
	})
}

// SetDue gives assignments another day; zero is none.
func (s *Service) SetDue(ctx context.Context, project id.ProjectID, actor id.UserID, chosen []Chosen, due time.Time) ([]Assignment, error) {
	w, err := s.fieldwork(ctx, project, nil)
	if err != nil {
		return nil, err
	}
	return s.changeAssignments(ctx, w, chosen, func(a *AssignmentItem) (*AssignmentEvent, error) {
		if a.Due.Equal(due) {
			return nil, nil
		}
		e := &AssignmentEvent{By: actor, Change: DueChanged, Old: moment(a.Due), New: moment(due)}
		a.Due = due
		return e, nil
	})
}

func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.RFC3339)
}

// Withdraw takes assignments back that are to be done, for a reason. Drafts go on: what arrives is received.
func (s *Service) Withdraw(ctx context.Context, project id.ProjectID, actor id.UserID, chosen []Chosen, reason string) ([]Assignment, error) {
	reason, err := cleanReason(reason, true)
	if err != nil {
		return nil, err
	}
	w, err := s.fieldwork(ctx, project, nil)
	if err != nil {
		return nil, err
	}
	return s.changeAssignments(ctx, w, chosen, func(a *AssignmentItem) (*AssignmentEvent, error) {
		switch {
		case a.Withdrawn != nil:
			return nil, nil
		case !a.State.IsToDo():
			return nil, problem.New(problem.Conflict, "assignment.notToDo", a.State.Label())
		}
		a.Withdrawn = &Withdrawal{At: s.now().Truncate(time.Millisecond), By: actor, Reason: reason}
		return &AssignmentEvent{By: actor, Change: TakenBack, Reason: reason}, nil
	})
}

// GiveBack undoes the withdrawal of assignments.
func (s *Service) GiveBack(ctx context.Context, project id.ProjectID, actor id.UserID, chosen []Chosen) ([]Assignment, error) {
	w, err := s.fieldwork(ctx, project, nil)
	if err != nil {
		return nil, err
	}
	given := w.given()
	return s.changeAssignments(ctx, w, chosen, func(a *AssignmentItem) (*AssignmentEvent, error) {
		switch {
		case a.Withdrawn == nil:
			return nil, nil
		case given.has(a):
			return nil, problem.New(problem.Conflict, "assignment.hasAlready")
		}
		a.Withdrawn = nil
		given.add(a)
		return &AssignmentEvent{By: actor, Change: GivenBack}, nil
	})
}

// givenTasks are those that are not withdrawn.
type givenTasks struct{ all, toDo map[task]bool }

func (w *fieldwork) given() givenTasks {
	g := givenTasks{map[task]bool{}, map[task]bool{}}
	for i := range w.items {
		if w.items[i].Withdrawn == nil {
			g.add(&w.items[i])
		}
	}
	return g
}

func (g givenTasks) add(a *AssignmentItem) {
	g.all[a.task()] = true
	g.toDo[a.task()] = g.toDo[a.task()] || a.State.IsToDo() || a.State == AssignmentWithdrawn
}

// has tells whether the same is given: of a further visit, and without a case, what is done is no hindrance.
func (g givenTasks) has(a *AssignmentItem) bool {
	if a.BackCheck == "" && (a.Again || a.CaseID == "") {
		return g.toDo[a.task()]
	}
	return g.all[a.task()]
}

func cleanReason(reason string, needed bool) (string, error) {
	reason = strings.TrimSpace(reason)
	if n := utf8.RuneCountInString(reason); n > MaxNote || n == 0 && needed {
		return "", problem.New(problem.Invalid, "assignment.reasonNeeded", MaxNote).With("reason", "assignment.reasonNeeded", MaxNote)
	}
	return reason, nil
}

// changeAssignments changes those that were chosen, all or, when one cannot be changed, none; change gives no event
// for what is as it is to be, so that the same again is well. When somebody else comes first while
// they are written, those before are changed, and it says so.
func (s *Service) changeAssignments(ctx context.Context, w *fieldwork, chosen []Chosen, change func(*AssignmentItem) (*AssignmentEvent, error)) ([]Assignment, error) {
	if len(chosen) == 0 {
		return nil, problem.New(problem.Invalid, "assignment.noneChosen")
	}
	if len(chosen) > MaxNewAssignments {
		return nil, problem.New(problem.TooLarge, "assignment.many", len(chosen), MaxNewAssignments)
	}
	places := map[id.AssignmentID]int{}
	for i, a := range w.items {
		places[a.ID] = i
	}
	var changed []AssignmentItem
	for _, c := range chosen {
		at, found := places[c.ID]
		if !found {
			return nil, problem.New(problem.NotFound, "assignment.none")
		}
		a := w.items[at]
		event, err := change(&a)
		if err != nil {
			return nil, err
		}
		if event == nil {
			continue
		}
		if a.Revision != c.Revision {
			return nil, problem.New(problem.Conflict, "assignment.changed")
		}
		event.At = s.now().Truncate(time.Millisecond)
		a.Events = append(slices.Clip(a.Events), *event)
		changed = append(changed, a)
	}
	var done []Assignment
	for _, a := range changed {
		err := s.askInstead(ctx, a)
		if err == nil {
			err = s.store.ReplaceAssignment(ctx, a.Assignment)
		}
		if problem.Is(err, problem.Conflict) {
			return done, problem.New(problem.Conflict, "assignment.changedSome", len(done), len(changed)).Because(err)
		}
		if err != nil {
			return done, err
		}
		a.Revision++
		done = append(done, a.Assignment)
	}
	return done, nil
}

// askInstead asks the new enumerator for what the former one was asked to mend. It comes before the
// assignment is written: stopped between the two, the same again does the rest.
func (s *Service) askInstead(ctx context.Context, a AssignmentItem) error {
	if a.State != AssignmentReturned {
		return nil
	}
	sub, err := s.read(ctx, a.ProjectID, a.Submission)
	if err != nil || sub.Return == nil || sub.Return.To == a.Enumerator {
		return err
	}
	asked, change := *sub.Return, a.Events[len(a.Events)-1]
	asked.To = a.Enumerator
	sub.Return = &asked
	sub.Events = append(slices.Clip(sub.Events), Event{At: change.At, By: change.By, State: sub.State, Comment: asked.Comment, To: asked.To, Reasons: asked.Reasons})
	if sub, err = s.replace(ctx, sub); err == nil {
		s.tell(ctx, sub, "review.toldReturned", "return", asked.To)
	}
	return err
}
