package casebase

import (
	"context"
	"slices"
	"sync"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Service holds the rules of cases. Who may do what is the caller's to check.
type Service struct {
	store Store
	clock func() time.Time

	mu   sync.Mutex
	kept map[id.ProjectID]*kept
}

// New makes a Service on a store; clock gives the present time.
func New(store Store, clock func() time.Time) *Service {
	return &Service{store: store, clock: clock, kept: map[id.ProjectID]*kept{}}
}

// now is the time as every store keeps it: UTC, in milliseconds.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Millisecond) }

// Create makes a case.
func (s *Service) Create(ctx context.Context, actor id.UserID, project id.ProjectID, edit Edit) (Case, error) {
	edit, err := edit.Normal()
	if err != nil {
		return Case{}, err
	}
	return s.create(ctx, s.fresh(actor, project, edit, []Attachment{}))
}

// create stores a new case.
func (s *Service) create(ctx context.Context, c Case) (Case, error) {
	if err := admit(ctx, c.Edit); err != nil {
		return Case{}, err
	}
	return s.store.InsertCase(ctx, c)
}

// fresh is a case that has not been stored yet.
func (s *Service) fresh(actor id.UserID, project id.ProjectID, edit Edit, attachments []Attachment) Case {
	now := s.now()
	return Case{
		ID: id.CaseID(id.New(now)), ProjectID: project, Edit: edit, Attachments: attachments,
		CreatedBy: actor, CreatedAt: now, UpdatedBy: actor, UpdatedAt: now,
	}
}

// Get gives a case as it is now, or NotFound; one in the trash is not found.
func (s *Service) Get(ctx context.Context, project id.ProjectID, caseID id.CaseID) (Case, error) {
	c, err := s.read(ctx, project, caseID)
	if err == nil && c.Deleted {
		return Case{}, problem.New(problem.NotFound, "case.deleted", c.Title)
	}
	return c, err
}

// Save replaces what people write in a case. Expected is the revision that they
// began from; when somebody else has written since, the error is a *Conflict with
// everything that is needed to bring both together. Saving the same again, or
// nothing new, changes nothing.
func (s *Service) Save(ctx context.Context, actor id.UserID, project id.ProjectID, caseID id.CaseID, expected int64, edit Edit) (Case, error) {
	edit, err := edit.Normal()
	if err != nil {
		return Case{}, err
	}
	return s.change(ctx, actor, project, caseID, func(c *Case) error {
		if c.Deleted {
			return newConflict("case.conflict.deleted", edit, Case{}, *c)
		}
		if equal(c.Edit, edit) {
			return nil
		}
		if c.Revision != expected {
			// An attachment or a restoring counts as a revision, but disturbs no text.
			base, err := s.Revision(ctx, project, caseID, expected)
			if err != nil || !equal(base.Edit, c.Edit) {
				return newConflict("case.conflict", edit, base, *c)
			}
		}
		c.Edit = edit
		return nil
	})
}

// attempts is how often a step is tried again when others keep changing the case.
const attempts = 10

// change reads a case, changes it and writes it, again when somebody came between.
// What comes out as it was is not written.
func (s *Service) change(ctx context.Context, actor id.UserID, project id.ProjectID, caseID id.CaseID, step func(*Case) error) (Case, error) {
	for range attempts {
		c, err := s.read(ctx, project, caseID)
		if err != nil {
			return Case{}, err
		}
		next := c
		if err := step(&next); err != nil {
			return Case{}, err
		}
		if equal(next.Edit, c.Edit) && slices.Equal(next.Attachments, c.Attachments) && next.Deleted == c.Deleted && next.Deletion.Why == c.Deletion.Why {
			return c, nil
		}
		if err := admit(ctx, next.Edit); err != nil {
			return Case{}, err
		}
		next.UpdatedBy, next.UpdatedAt = actor, s.now()
		saved, err := s.store.ReplaceCase(ctx, next)
		if !problem.Is(err, problem.Conflict) {
			return saved, err
		}
	}
	return Case{}, problem.New(problem.Unavailable, "case.busy")
}

func equal(a, b Edit) bool {
	return a.Title == b.Title && a.State == b.State && a.Text == b.Text && slices.Equal(a.Attributes, b.Attributes)
}

// Revision says who left a case how, and when.
type Revision struct {
	Revision   int64
	By         id.UserID
	At         time.Time
	Title      string
	State      State
	Characters int // of the text, without spaces
	Deleted    bool
}

func (c Case) revision() Revision {
	return Revision{c.Revision, c.UpdatedBy, c.UpdatedAt, c.Title, c.State, characters(c.Text), c.Deleted}
}

// Revisions lists all revisions of a case, the present one first; also of one in the trash.
func (s *Service) Revisions(ctx context.Context, project id.ProjectID, caseID id.CaseID) ([]Revision, error) {
	current, err := s.read(ctx, project, caseID)
	if err != nil {
		return nil, err
	}
	former, err := s.store.FormerCases(ctx, project, caseID)
	if err != nil {
		return nil, err
	}
	list := []Revision{current.revision()}
	for _, c := range former {
		if c.Revision < current.Revision {
			list = append(list, c.revision())
		}
	}
	return list, nil
}

// Revision gives a case as it was at a revision, or NotFound.
func (s *Service) Revision(ctx context.Context, project id.ProjectID, caseID id.CaseID, revision int64) (Case, error) {
	current, err := s.read(ctx, project, caseID)
	if err != nil || current.Revision == revision {
		return current, err
	}
	former, err := s.store.FormerCases(ctx, project, caseID)
	if err != nil {
		return Case{}, err
	}
	for _, c := range former {
		if c.Revision == revision {
			return c, nil
		}
	}
	return Case{}, problem.New(problem.NotFound, "case.revision.none", current.Title, revision)
}
