package store

import (
	"context"
	"io"

	"tianye/casebase"
	"tianye/internal/id"
)

var cases = &Collection{Name: "cases", History: true, Indexes: []Index{{Name: "deleted", Fields: []string{"deleted"}}}}

// Cases keeps cases.
type Cases struct{ b Backend }

// NewCases makes the cases' store on a backend.
func NewCases(b Backend) *Cases { return &Cases{b} }

var _ casebase.Store = (*Cases)(nil)

// readCase puts what the envelope knows into the case.
func readCase(d Document) (casebase.Case, error) {
	c, err := read(cases, d, func(c *casebase.Case, revision int64) { c.Revision = revision })
	c.ID, c.ProjectID = id.CaseID(d.ID), id.ProjectID(d.Project)
	if c.Deleted && c.Deletion.At.IsZero() { // put there by a program that did not note how
		c.Deletion = id.Deletion{By: c.UpdatedBy, At: c.UpdatedAt}
	}
	return c, err
}

func (s *Cases) InsertCase(ctx context.Context, c casebase.Case) (casebase.Case, error) {
	c.Revision = 1
	return c, insert(ctx, s.b, cases, c.ProjectID, string(c.ID), c)
}

func (s *Cases) ReadCase(ctx context.Context, project id.ProjectID, caseID id.CaseID) (casebase.Case, error) {
	d, err := s.b.Get(ctx, cases, string(project), string(caseID))
	if err != nil {
		return casebase.Case{}, err
	}
	return readCase(d)
}

func (s *Cases) ReplaceCase(ctx context.Context, c casebase.Case) (casebase.Case, error) {
	if err := replace(ctx, s.b, cases, c.ProjectID, string(c.ID), c.Revision, c); err != nil {
		return casebase.Case{}, err
	}
	c.Revision++
	return c, nil
}

func (s *Cases) FormerCases(ctx context.Context, project id.ProjectID, caseID id.CaseID) ([]casebase.Case, error) {
	revisions, err := s.b.Revisions(ctx, cases, string(project), string(caseID))
	if err != nil {
		return nil, err
	}
	former := make([]casebase.Case, len(revisions))
	for i, d := range revisions {
		if former[i], err = readCase(d); err != nil {
			return nil, err
		}
	}
	return former, nil
}

func (s *Cases) ForgetCase(ctx context.Context, project id.ProjectID, caseID id.CaseID) error {
	return s.b.Forget(ctx, cases, string(project), string(caseID))
}

func (s *Cases) FollowCases(project id.ProjectID) casebase.Changes {
	follower := Follow(cases, string(project), 0)
	return func(ctx context.Context, each func(casebase.Case) error) error {
		return follower.Next(ctx, s.b, func(d Document) error {
			if d.Deleted { // purged
				return each(casebase.Case{ID: id.CaseID(d.ID), ProjectID: project})
			}
			c, err := readCase(d)
			if err != nil {
				return err
			}
			return each(c)
		})
	}
}

func (s *Cases) PutAttachment(ctx context.Context, project id.ProjectID, r io.Reader, limit int64) (string, int64, error) {
	return s.b.PutBlob(ctx, string(project), r, limit)
}

func (s *Cases) OpenAttachment(ctx context.Context, project id.ProjectID, hash string) (io.ReadCloser, int64, error) {
	return s.b.OpenBlob(ctx, string(project), hash)
}
