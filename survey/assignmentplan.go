package survey

import (
	"context"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// MaxNewAssignments is how many can be made at once.
const MaxNewAssignments = 10_000

// NewAssignment is one that somebody wants to be made; cases and people are other domains', and were
// judged by the caller.
type NewAssignment struct {
	FormID     id.FormID
	CaseID     id.CaseID // of a back-check: the checked submission's
	Enumerator id.UserID
	Due        time.Time
	Note       string
	BackCheck  id.SubmissionID
	Again      bool
}

// AssignmentFate is what making does with a NewAssignment.
type AssignmentFate string

// The fates.
const (
	WillMake AssignmentFate = "make"
	IsThere  AssignmentFate = "there" // the same is given already
	IsDone   AssignmentFate = "done"  // the form has been filled in for the case
	IsTaken  AssignmentFate = "taken" // somebody else has it to do; only when those are to be spared
)

// PlannedAssignment is a NewAssignment with what making it does.
type PlannedAssignment struct {
	NewAssignment
	Fate AssignmentFate
	ID   id.AssignmentID // that is to be made, or is there
	Has  id.UserID       // of IsTaken: who has it
}

// PlanAssignments says what MakeAssignments would do. What somebody else has to do is made all the same
// unless those are to be spared. A first visit is never doubled: neither while the same is open, nor
// when the case has its answers, but for a further visit.
func (s *Service) PlanAssignments(ctx context.Context, project id.ProjectID, wanted []NewAssignment, spareTaken bool) ([]PlannedAssignment, error) {
	if len(wanted) == 0 {
		return nil, problem.New(problem.Invalid, "assignment.nothing")
	}
	if len(wanted) > MaxNewAssignments {
		return nil, problem.New(problem.TooLarge, "assignment.many", len(wanted), MaxNewAssignments)
	}
	wanted, err := s.checkNew(ctx, project, wanted)
	if err != nil {
		return nil, err
	}
	keys := make([]work, len(wanted))
	for i, n := range wanted {
		keys[i] = (&Assignment{FormID: n.FormID, CaseID: n.CaseID, Enumerator: n.Enumerator}).work()
	}
	// The ids before what is there: what somebody makes in between is there, and not made again by another id.
	used, err := s.allAssignments(ctx, project)
	if err != nil {
		return nil, err
	}
	w, err := s.fieldwork(ctx, project, keys)
	if err != nil {
		return nil, err
	}
	p := newTaskPlanner(w, used, spareTaken)
	planned := make([]PlannedAssignment, len(wanted))
	for i, n := range wanted {
		planned[i] = p.plan(project, n)
	}
	return planned, nil
}

// checkNew refuses what cannot be made, and completes back-checks.
func (s *Service) checkNew(ctx context.Context, project id.ProjectID, wanted []NewAssignment) ([]NewAssignment, error) {
	reached, err := s.scope(ctx, project)
	if err != nil {
		return nil, err
	}
	forms, err := s.Forms(ctx, project)
	if err != nil {
		return nil, err
	}
	open := map[id.FormID]bool{}
	for _, f := range forms {
		open[f.ID] = f.Current() != nil
	}
	checked, err := s.toBeChecked(ctx, project, wanted)
	if err != nil {
		return nil, err
	}
	out := make([]NewAssignment, len(wanted))
	for i, n := range wanted {
		n.Note = strings.TrimSpace(n.Note)
		first, found := checked[n.BackCheck]
		if n.BackCheck != "" {
			n.CaseID = first.CaseID
		}
		switch {
		case !open[n.FormID]:
			return nil, problem.New(problem.Invalid, "assignment.noForm").With("form", "assignment.noForm")
		case n.Enumerator == "":
			return nil, problem.New(problem.Invalid, "assignment.nobody").With("enumerator", "assignment.nobody")
		case n.BackCheck != "" && !found:
			return nil, problem.New(problem.NotFound, "submission.none")
		case n.BackCheck != "" && first.Submitter == n.Enumerator:
			return nil, problem.New(problem.Invalid, "assignment.ownCheck", Receipt(n.BackCheck)).With("enumerator", "assignment.ownCheck", Receipt(n.BackCheck))
		case n.BackCheck == "" && !reached.has(n.CaseID, n.Enumerator):
			return nil, problem.New(problem.Invalid, "submission.noCase").With("case", "submission.noCase")
		case utf8.RuneCountInString(n.Note) > MaxNote:
			return nil, problem.New(problem.Invalid, "assignment.noteLong", MaxNote).With("note", "assignment.noteLong", MaxNote)
		}
		out[i] = n
	}
	return out, nil
}

// toBeChecked are the submissions for which back-checks are wanted, within the scope.
func (s *Service) toBeChecked(ctx context.Context, project id.ProjectID, wanted []NewAssignment) (map[id.SubmissionID]ListItem, error) {
	found := map[id.SubmissionID]ListItem{}
	asked := map[id.SubmissionID]bool{}
	for _, n := range wanted {
		if n.BackCheck != "" {
			asked[n.BackCheck] = true
		}
	}
	if len(asked) == 0 {
		return found, nil
	}
	return found, s.eachMatch(ctx, project, Filter{}, func(item ListItem) {
		if asked[item.ID] {
			found[item.ID] = item
		}
	})
}

// task is what must not be given twice.
type task struct {
	form  id.FormID
	of    id.CaseID
	by    id.UserID       // of a first visit
	check id.SubmissionID // of a back-check: whoever does it
}

func (n *NewAssignment) task() task {
	if n.BackCheck != "" {
		return task{form: n.FormID, check: n.BackCheck}
	}
	return task{form: n.FormID, of: n.CaseID, by: n.Enumerator}
}

func (a *Assignment) task() task {
	return (&NewAssignment{FormID: a.FormID, CaseID: a.CaseID, Enumerator: a.Enumerator, BackCheck: a.BackCheck}).task()
}

// taskPlanner plans one after the other; what it has planned is there for the next.
type taskPlanner struct {
	work  *fieldwork
	ids   map[id.AssignmentID]bool
	there map[task]AssignmentItem // not withdrawn
	has   map[work]id.UserID      // who has a case to do
	spare bool
}

func newTaskPlanner(w *fieldwork, used []*Assignment, spare bool) *taskPlanner {
	p := &taskPlanner{work: w, ids: map[id.AssignmentID]bool{}, there: map[task]AssignmentItem{}, has: map[work]id.UserID{}, spare: spare}
	for _, a := range used {
		p.ids[a.ID] = true
	}
	for _, a := range w.items {
		if a.Withdrawn != nil {
			continue
		}
		if known, twice := p.there[a.task()]; !twice || !known.State.IsToDo() {
			p.there[a.task()] = a
		}
		if a.CaseID != "" && a.BackCheck == "" && a.State.IsToDo() {
			p.has[a.work()] = a.Enumerator
		}
	}
	return p
}

func (p *taskPlanner) plan(project id.ProjectID, n NewAssignment) PlannedAssignment {
	out := PlannedAssignment{NewAssignment: n, Fate: WillMake}
	key := (&Assignment{FormID: n.FormID, CaseID: n.CaseID, Enumerator: n.Enumerator}).work()
	known, there := p.there[n.task()]
	if n.BackCheck == "" && (n.Again || n.CaseID == "") {
		there = there && known.State.IsToDo()
	}
	has, taken := p.has[key]
	switch {
	case there:
		out.Fate, out.ID = IsThere, known.ID
	case n.BackCheck == "" && n.CaseID != "" && !n.Again && p.answered(key):
		out.Fate = IsDone
	case n.BackCheck == "" && p.spare && taken && has != n.Enumerator:
		out.Fate, out.Has = IsTaken, has
	default:
		out.ID = p.freeID(project, n)
		p.there[n.task()] = AssignmentItem{Assignment: Assignment{ID: out.ID}, State: AssignmentOpen}
		if n.CaseID != "" && n.BackCheck == "" {
			p.has[key] = n.Enumerator
		}
	}
	return out
}

// answered tells whether there are answers that are no back-check's.
func (p *taskPlanner) answered(key work) bool {
	for _, item := range p.work.sent[key] {
		if !p.work.checks[item.ID] {
			return true
		}
	}
	return false
}

// freeID derives the id from the task, so that two who make the same at once make it once.
func (p *taskPlanner) freeID(project id.ProjectID, n NewAssignment) id.AssignmentID {
	t := n.task()
	for round := 0; ; round++ {
		made := id.AssignmentID(id.Derived(string(project), "assignment", string(t.form), string(t.of), string(t.by), string(t.check), strconv.Itoa(round)))
		if !p.ids[made] {
			p.ids[made] = true
			return made
		}
	}
}

// MakeAssignments makes what PlanAssignments says, one by one: when it is broken off, the same again
// makes the rest.
func (s *Service) MakeAssignments(ctx context.Context, project id.ProjectID, actor id.UserID, wanted []NewAssignment, spareTaken bool) ([]PlannedAssignment, error) {
	planned, err := s.PlanAssignments(ctx, project, wanted, spareTaken)
	if err != nil {
		return nil, err
	}
	now := s.now().Truncate(time.Millisecond)
	for i, p := range planned {
		if p.Fate != WillMake {
			continue
		}
		err := s.store.CreateAssignment(ctx, Assignment{ID: p.ID, ProjectID: project, FormID: p.FormID, CaseID: p.CaseID, Enumerator: p.Enumerator,
			Due: p.Due, Note: p.Note, BackCheck: p.BackCheck, Again: p.Again, Made: now, By: actor, Revision: 1})
		if problem.Is(err, problem.Conflict) { // somebody made the same meanwhile
			planned[i].Fate, err = IsThere, nil
		}
		if err != nil {
			return planned[:i], err
		}
	}
	return planned, nil
}

// CountFate tells how many have a fate.
func CountFate(planned []PlannedAssignment, fate AssignmentFate) int {
	n := 0
	for _, p := range planned {
		if p.Fate == fate {
			n++
		}
	}
	return n
}
