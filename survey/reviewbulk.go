package survey

import (
	"context"
	"slices"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// MaxBulk is how many submissions one bulk action takes.
const MaxBulk = 1000

// SeenSubmission is a submission as somebody saw it.
type SeenSubmission struct {
	ID       id.SubmissionID
	Revision int64
}

// Bulk is what was decided for many submissions at once, so that it can be taken back.
type Bulk struct {
	ID        string
	ProjectID id.ProjectID
	By        id.UserID
	At        time.Time
	State     ReviewState // HasIssues with Returns: they were returned
	Returns   bool
	Items     []BulkItem
	Undone    time.Time `bson:",omitzero"`
	Revision  int64     `bson:"-"`
}

// BulkItem is one of them: its revision after the decision, and its state before.
type BulkItem struct {
	Submission id.SubmissionID
	Revision   int64
	Before     ReviewState
}

// BulkStore keeps bulk actions.
type BulkStore interface {
	CreateBulk(ctx context.Context, b Bulk) error
	ReplaceBulk(ctx context.Context, b Bulk) error
	Bulk(ctx context.Context, project id.ProjectID, bulk string) (Bulk, error)
	LastBulk(ctx context.Context, project id.ProjectID, by id.UserID) (Bulk, error)
}

// Decision is what is decided for many submissions: a review state, or to return them.
type Decision struct {
	State   ReviewState
	Returns bool
	Comment string
}

func (d Decision) check() (Decision, error) {
	var err error
	if d.Returns {
		d.State = HasIssues
	}
	d.Comment, err = decision(d.State, d.Comment)
	return d, err
}

// BulkPlan is what a decision would do.
type BulkPlan struct {
	Do      []ListItem
	Changed int // by somebody since they were chosen, or gone
	Same    int // they are in the state already
	Asked   int // they wait for somebody to mend them
	Stuck   int // they cannot be returned
}

// Skipped is how many would be left as they are.
func (p BulkPlan) Skipped() int { return p.Changed + p.Same + p.Asked + p.Stuck }

// PlanBulk tells what a decision would do with the chosen submissions.
func (s *Service) PlanBulk(ctx context.Context, project id.ProjectID, d Decision, chosen []SeenSubmission) (BulkPlan, error) {
	if len(chosen) == 0 {
		return BulkPlan{}, problem.New(problem.Invalid, "review.chooseSome")
	}
	if len(chosen) > MaxBulk {
		return BulkPlan{}, problem.New(problem.Invalid, "review.manyChosen", MaxBulk)
	}
	menders, err := s.menders(ctx, project)
	if err != nil {
		return BulkPlan{}, err
	}
	wanted := map[id.SubmissionID]int64{}
	for _, c := range chosen {
		wanted[c.ID] = c.Revision
	}
	var p BulkPlan
	found := 0
	err = s.eachMatch(ctx, project, Filter{}, func(item ListItem) {
		revision, isWanted := wanted[item.ID]
		if !isWanted {
			return
		}
		found++
		switch {
		case item.Revision != revision:
			p.Changed++
		case item.Returned:
			p.Asked++
		case d.Returns && !menders[item.Submitter]:
			p.Stuck++
		case !d.Returns && item.State == d.State:
			p.Same++
		default:
			p.Do = append(p.Do, item)
		}
	})
	p.Changed += len(wanted) - found
	slices.SortFunc(p.Do, newestFirst)
	return p, err
}

// ReviewMany decides for the chosen submissions, each of them as Review and SendBack would; those
// that cannot be, or that somebody changed, are skipped.
func (s *Service) ReviewMany(ctx context.Context, project id.ProjectID, actor id.UserID, d Decision, chosen []SeenSubmission) (Bulk, BulkPlan, error) {
	d, err := d.check()
	if err != nil {
		return Bulk{}, BulkPlan{}, err
	}
	p, err := s.PlanBulk(ctx, project, d, chosen)
	if err != nil {
		return Bulk{}, p, err
	}
	b := Bulk{ID: id.New(s.now()), ProjectID: project, By: actor, At: s.now().Truncate(time.Millisecond), State: d.State, Returns: d.Returns, Revision: 1}
	for _, item := range p.Do {
		b.Items = append(b.Items, BulkItem{item.ID, item.Revision + 1, item.State})
	}
	if len(b.Items) == 0 {
		return b, p, nil
	}
	// First what it takes to undo it: stopped anywhere, what was done is known by its event.
	if err := s.store.CreateBulk(ctx, b); err != nil {
		return Bulk{}, p, err
	}
	done := make([]BulkItem, 0, len(b.Items))
	for _, item := range b.Items {
		err := s.decideOne(ctx, b, d, item)
		if problem.Is(err, problem.Conflict) || problem.Is(err, problem.NotFound) || problem.Is(err, problem.Invalid) {
			p.Changed++
			continue
		}
		if err != nil {
			return b, p, err
		}
		done = append(done, item)
	}
	b.Items = done
	if err := s.store.ReplaceBulk(ctx, b); err != nil {
		return b, p, err
	}
	b.Revision++
	return b, p, nil
}

func (s *Service) decideOne(ctx context.Context, b Bulk, d Decision, item BulkItem) error {
	sub, err := s.seen(ctx, b.ProjectID, item.Submission, item.Revision-1)
	if err != nil {
		return err
	}
	if d.Returns {
		if !sub.Erased.IsZero() {
			return problem.New(problem.Invalid, "review.noReturn", sub.Receipt())
		}
		_, err = s.sendBack(ctx, sub, Return{At: b.At, By: b.By, To: sub.Submitter, Comment: d.Comment})
		return err
	}
	_, err = s.decide(ctx, sub, Event{At: b.At, By: b.By, State: d.State, Comment: d.Comment})
	return err
}

// UndoBulk puts what a bulk action of one's own decided back into its former state, unless somebody
// changed it since; it tells how many are back. Done again it does nothing more.
func (s *Service) UndoBulk(ctx context.Context, project id.ProjectID, actor id.UserID, bulk string) (Bulk, int, error) {
	b, err := s.store.Bulk(ctx, project, bulk)
	if err == nil && b.By != actor {
		err = problem.New(problem.NotFound, "review.noBulk")
	}
	if err != nil {
		return Bulk{}, 0, err
	}
	back := 0
	for _, item := range b.Items {
		sub, err := s.seen(ctx, project, item.Submission, item.Revision)
		if err == nil && sub.lastBy(b) {
			_, err = s.decide(ctx, sub, Event{At: s.now().Truncate(time.Millisecond), By: actor, State: item.Before, Undo: true})
			if err == nil {
				back++
			}
		}
		if err != nil && !problem.Is(err, problem.Conflict) && !problem.Is(err, problem.NotFound) {
			return b, back, err
		}
	}
	if b.Undone.IsZero() {
		b.Undone = s.now().Truncate(time.Millisecond)
		err = s.store.ReplaceBulk(ctx, b)
	}
	return b, back, err
}

// lastBy tells whether the last that happened to a submission is a bulk action.
func (s *Submission) lastBy(b Bulk) bool {
	if len(s.Events) == 0 {
		return false
	}
	last := s.Events[len(s.Events)-1]
	return last.By == b.By && last.At.Equal(b.At) && last.State == b.State
}

// LastBulk gives one's last bulk action that was not undone; a zero Bulk when there is none.
func (s *Service) LastBulk(ctx context.Context, project id.ProjectID, actor id.UserID) (Bulk, error) {
	b, err := s.store.LastBulk(ctx, project, actor)
	if problem.Is(err, problem.NotFound) || !b.Undone.IsZero() {
		return Bulk{}, nil
	}
	return b, err
}
