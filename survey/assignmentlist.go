package survey

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// keptAssignments are a project's assignments in memory, brought up to date by what changed since they
// were last asked for. What was given out never changes: an assignment is replaced whole.
type keptAssignments struct {
	mu      sync.Mutex
	changes func(ctx context.Context, each func(*Assignment) error) error
	byID    map[id.AssignmentID]*Assignment
}

func (s *Service) keptAssignmentsOf(project id.ProjectID) *keptAssignments {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.assigned[project]
	if k == nil {
		k = &keptAssignments{changes: s.store.AssignmentChanges(project), byID: map[id.AssignmentID]*Assignment{}}
		s.assigned[project] = k
	}
	return k
}

// allAssignments are a project's, in no order.
func (s *Service) allAssignments(ctx context.Context, project id.ProjectID) ([]*Assignment, error) {
	k := s.keptAssignmentsOf(project)
	k.mu.Lock()
	defer k.mu.Unlock()
	err := k.changes(ctx, func(a *Assignment) error {
		if k.byID[a.ID] = a; a.FormID == "" { // purged
			delete(k.byID, a.ID)
		}
		return nil
	})
	all := make([]*Assignment, 0, len(k.byID))
	for _, a := range k.byID {
		all = append(all, a)
	}
	return all, err
}

// AssignmentFilter selects assignments; what is zero does not select.
type AssignmentFilter struct {
	Enumerator id.UserID
	Former     bool // with Enumerator: those too that were theirs and were handed on
	FormID     id.FormID
	CaseID     id.CaseID
	Cases      map[id.CaseID]bool // any of them
	State      AssignmentState
	Late       bool      // only what is late
	Due        time.Time // at that moment or before
	BackChecks bool      // only those
}

func (f *AssignmentFilter) chooses(a *AssignmentItem) bool {
	if f.Enumerator != "" && a.Enumerator != f.Enumerator {
		if to, _ := a.HandedTo(f.Enumerator); !f.Former || to == "" {
			return false
		}
	}
	return (f.FormID == "" || a.FormID == f.FormID) && (f.CaseID == "" || a.CaseID == f.CaseID) && (f.Cases == nil || f.Cases[a.CaseID]) &&
		(f.State == "" || a.State == f.State) && (!f.Late || a.Late) && (f.Due.IsZero() || !a.Due.IsZero() && !a.Due.After(f.Due)) &&
		(!f.BackChecks || a.BackCheck != "")
}

// Assignments lists what a filter selects, by the day on which it is due; what has no day comes last.
func (s *Service) Assignments(ctx context.Context, project id.ProjectID, filter AssignmentFilter) ([]AssignmentItem, error) {
	w, err := s.fieldwork(ctx, project, nil)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(w.items, func(a AssignmentItem) bool { return !filter.chooses(&a) }), nil
}

// Assignment gives one; one beyond the scope is not found, nor is one whose form is in the recycle bin.
func (s *Service) Assignment(ctx context.Context, project id.ProjectID, assignment id.AssignmentID) (Assignment, error) {
	a, err := s.reachedAssignment(ctx, project, assignment)
	if err == nil {
		_, err = s.Form(ctx, project, a.FormID)
	}
	if err != nil {
		return Assignment{}, err
	}
	return a, nil
}

// reachedAssignment is Assignment, of forms in the recycle bin too.
func (s *Service) reachedAssignment(ctx context.Context, project id.ProjectID, assignment id.AssignmentID) (Assignment, error) {
	a, err := s.store.Assignment(ctx, project, assignment)
	if err != nil {
		return Assignment{}, err
	}
	reached, err := s.scope(ctx, project)
	if err == nil && !reached.has(a.CaseID, a.Enumerator) {
		err = problem.New(problem.NotFound, "store.notFound") // as the store says it
	}
	if err != nil {
		return Assignment{}, err
	}
	return a, nil
}

// AssignmentItem gives one with its state.
func (s *Service) AssignmentItem(ctx context.Context, project id.ProjectID, assignment id.AssignmentID) (AssignmentItem, error) {
	w, err := s.fieldwork(ctx, project, nil)
	if err != nil {
		return AssignmentItem{}, err
	}
	at := slices.IndexFunc(w.items, func(a AssignmentItem) bool { return a.ID == assignment })
	if at < 0 {
		return AssignmentItem{}, problem.New(problem.NotFound, "store.notFound")
	}
	return w.items[at], nil
}

// BackChecks tells which submissions were sent to check others, and by which assignment: they say a
// second time what has been said.
func (s *Service) BackChecks(ctx context.Context, project id.ProjectID) (map[id.SubmissionID]id.AssignmentID, error) {
	w, err := s.fieldwork(ctx, project, nil)
	if err != nil {
		return nil, err
	}
	checks := map[id.SubmissionID]id.AssignmentID{}
	for _, a := range w.items {
		if a.BackCheck != "" && a.Submission != "" {
			checks[a.Submission] = a.ID
		}
	}
	return checks, nil
}

// fieldwork is a project's assignments within the scope, with what was sent.
type fieldwork struct {
	items  []AssignmentItem
	sent   map[work][]sentItem // in the order of their coming; rejected ones left out
	checks map[id.SubmissionID]bool
}

// work is what can be done: a form filled in for a case, or by somebody for none.
type work struct {
	form id.FormID
	of   id.CaseID
	by   id.UserID // when of is ""
}

func (a *Assignment) work() work {
	if a.CaseID != "" {
		return work{form: a.FormID, of: a.CaseID}
	}
	return work{form: a.FormID, by: a.Enumerator}
}

// fieldwork joins the assignments with the submissions, and with those of more work.
func (s *Service) fieldwork(ctx context.Context, project id.ProjectID, more []work) (*fieldwork, error) {
	all, err := s.allAssignments(ctx, project)
	if err != nil {
		return nil, err
	}
	reached, err := s.scope(ctx, project)
	if err != nil {
		return nil, err
	}
	w := &fieldwork{sent: map[work][]sentItem{}, checks: map[id.SubmissionID]bool{}}
	for _, key := range more {
		w.sent[key] = nil
	}
	for _, a := range all {
		if reached.has(a.CaseID, a.Enumerator) {
			w.items = append(w.items, AssignmentItem{Assignment: *a})
			w.sent[a.work()] = nil
		}
	}
	gone, err := s.collectSent(ctx, project, reached, w.sent, all)
	if err != nil {
		return nil, err
	}
	w.items = slices.DeleteFunc(w.items, func(a AssignmentItem) bool { return gone.forms[a.FormID] })
	w.claim(gone.checks)
	now := s.now()
	for i := range w.items {
		w.items[i].judge(now)
	}
	slices.SortFunc(w.items, func(a, b AssignmentItem) int {
		if a.Due.IsZero() != b.Due.IsZero() {
			if a.Due.IsZero() {
				return 1
			}
			return -1
		}
		return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID))
	})
	return w, nil
}

// claim gives every assignment the submission that did it: to a first visit the latest of the case that is no
// back-check; without a case each submission does one assignment, the first that it can.
func (w *fieldwork) claim(checks map[id.AssignmentID]id.SubmissionID) {
	taken := map[id.SubmissionID]bool{}
	for _, submission := range checks {
		w.checks[submission], taken[submission] = true, true
	}
	var caseless []*AssignmentItem
	for i := range w.items {
		a, earlier := &w.items[i], id.SubmissionID("")
		switch list := w.sent[a.work()]; {
		case a.BackCheck != "":
			a.takeFirst(list, func(item sentItem) bool { return item.ID == checks[a.ID] })
		case a.CaseID == "":
			caseless = append(caseless, a)
		default:
			for _, item := range list {
				switch {
				case w.checks[item.ID]:
				case a.Again && !item.Received.After(a.Made):
					earlier = item.ID
				default:
					a.take(item) // the last stays
				}
			}
		}
		a.Earlier = earlier
		taken[a.Submission] = true
	}
	slices.SortFunc(caseless, func(a, b *AssignmentItem) int { return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID)) })
	for _, a := range caseless {
		if a.Withdrawn == nil {
			a.takeFirst(w.sent[a.work()], func(item sentItem) bool { return !taken[item.ID] && !item.Received.Before(a.Made) })
			taken[a.Submission] = true
		}
	}
}

func (a *AssignmentItem) takeFirst(list []sentItem, fits func(sentItem) bool) {
	if at := slices.IndexFunc(list, fits); at >= 0 {
		a.take(list[at])
	}
}

func (a *AssignmentItem) take(item sentItem) {
	a.Submission, a.Received = item.ID, item.Received
	switch item.State {
	case HasIssues:
		a.State = AssignmentReturned
	case Approved:
		a.State = AssignmentApproved
	default:
		a.State = AssignmentDone
	}
}

// judge says the state when nothing was sent, or it was withdrawn.
func (a *AssignmentItem) judge(now time.Time) {
	past := !a.Due.IsZero() && now.After(a.Due)
	switch {
	case a.Withdrawn != nil:
		a.State = AssignmentWithdrawn
	case a.Submission != "":
	case len(a.Visits) > 0:
		a.State = AssignmentVisited
	case past:
		a.State = AssignmentLate
	default:
		a.State = AssignmentOpen
	}
	a.Late = past && a.State.IsToDo()
}
