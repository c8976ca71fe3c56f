package casebase

import (
	"context"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

// Delete puts a case into the recycle bin. Its submissions stay, and say that it is there.
func (s *Service) Delete(ctx context.Context, actor id.UserID, project id.ProjectID, caseID id.CaseID, why string) (Case, error) {
	return s.change(ctx, actor, project, caseID, func(c *Case) error {
		if !c.Deleted {
			c.Deleted, c.Deletion = true, id.Deletion{By: actor, At: s.now(), Why: why}
		}
		return nil
	})
}

// Restore takes a case out of the recycle bin; its submissions are about it as before.
func (s *Service) Restore(ctx context.Context, actor id.UserID, project id.ProjectID, caseID id.CaseID) (Case, error) {
	return s.change(ctx, actor, project, caseID, func(c *Case) error {
		if c.Deleted && c.Deletion.Expired(s.now()) {
			return problem.New(problem.NotFound, "bin.gone")
		}
		c.Deleted, c.Deletion = false, id.Deletion{}
		return nil
	})
}

// Binned are the cases in the recycle bin that are within the scope.
func (s *Service) Binned(ctx context.Context, project id.ProjectID) ([]id.Binned, error) {
	k, err := s.following(ctx, project)
	if err != nil {
		return nil, err
	}
	defer k.mu.Unlock()
	limit := account.ScopeOf(ctx).Limit
	var out []id.Binned
	for _, c := range k.byID {
		if c.Deleted && !c.Deletion.Expired(s.now()) && within(limit, c.Attributes) {
			out = append(out, id.Binned{Kind: id.KindCase, ID: string(c.ID), Title: c.Title, Deletion: c.Deletion})
		}
	}
	return out, nil
}
