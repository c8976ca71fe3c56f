package charts

import (
	"context"
	"slices"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

// Delete puts a chart into the recycle bin.
func (s *Service) Delete(ctx context.Context, project id.ProjectID, actor id.UserID, chart id.ChartID, why string) (Saved, error) {
	c, err := s.changeable(ctx, project, chart)
	if err != nil {
		return Saved{}, err
	}
	c.Deleted = &id.Deletion{By: actor, At: s.now(), Why: why}
	return s.store.ReplaceChart(ctx, c)
}

// Restore brings a deleted chart back to where it was; one that is there stays as it is.
func (s *Service) Restore(ctx context.Context, project id.ProjectID, chart id.ChartID) (Saved, error) {
	c, err := s.read(ctx, project, chart)
	switch {
	case err != nil || c.Deleted == nil:
		return c, err
	case c.Deleted.Expired(s.now()):
		return Saved{}, problem.New(problem.NotFound, "bin.gone")
	case !c.ChangeableBy(account.ScopeOf(ctx)):
		return Saved{}, c.notTheirs()
	}
	c.Deleted = nil
	return s.store.ReplaceChart(ctx, c)
}

// Deleted are the charts in the recycle bin; of a limited member their own.
func (s *Service) Deleted(ctx context.Context, project id.ProjectID) ([]Saved, error) {
	all, err := s.store.Charts(ctx, project)
	if err != nil {
		return nil, err
	}
	return s.reached(ctx, slices.DeleteFunc(all, func(c Saved) bool {
		return c.Deleted == nil || c.Deleted.Expired(s.now()) || !c.ChangeableBy(account.ScopeOf(ctx))
	}))
}
