package charts

import (
	"context"
	"slices"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// What is done for a limited member (account.Scope, in the context) reaches the charts that name
// nothing beyond the limit: everything here gives one chart by read, many by reached.

// Reach tells whether what a Spec names is within the scope of a context. The tables that tell it
// are other domains'.
type Reach func(ctx context.Context, project id.ProjectID, spec Spec) (bool, error)

// ReachSpecs introduces what tells it. It is called before the service is used; without it a
// limited member reaches no chart.
func (s *Service) ReachSpecs(reach Reach) { s.reach = reach }

// read gives a chart, one in the recycle bin too; one beyond the scope is not found.
func (s *Service) read(ctx context.Context, project id.ProjectID, chart id.ChartID) (Saved, error) {
	c, err := s.store.Chart(ctx, project, chart)
	if err != nil {
		return Saved{}, err
	}
	within, err := s.within(ctx, c)
	if err == nil && !within {
		err = problem.New(problem.NotFound, "store.notFound") // as the store says it
	}
	if err != nil {
		return Saved{}, err
	}
	return c, nil
}

// reached takes the charts beyond the scope off a list.
func (s *Service) reached(ctx context.Context, list []Saved) ([]Saved, error) {
	if account.ScopeOf(ctx).Limit.IsZero() {
		return list, nil
	}
	var kept []Saved
	for _, c := range list {
		within, err := s.within(ctx, c)
		if err != nil {
			return nil, err
		}
		if within {
			kept = append(kept, c)
		}
	}
	return kept, nil
}

func (s *Service) within(ctx context.Context, c Saved) (bool, error) {
	if account.ScopeOf(ctx).Limit.IsZero() {
		return true, nil
	}
	if s.reach == nil {
		return false, nil
	}
	return s.reach(ctx, c.ProjectID, c.Spec)
}

// ChangeableBy tells whether a chart may be changed, moved, deleted and restored from a scope: a
// limited member sees part of the project, and leaves what others made of the whole as it is.
func (c Saved) ChangeableBy(scope account.Scope) bool {
	return scope.Limit.IsZero() || c.Maker == scope.User
}

func (c Saved) notTheirs() error {
	return problem.New(problem.Forbidden, "chart.problem.notTheirs", c.Spec.Title)
}

// changeable gives a chart to change; one that the scope may only see is Forbidden.
func (s *Service) changeable(ctx context.Context, project id.ProjectID, chart id.ChartID) (Saved, error) {
	c, err := s.Chart(ctx, project, chart)
	if err == nil && !c.ChangeableBy(account.ScopeOf(ctx)) {
		err = c.notTheirs()
	}
	if err != nil {
		return Saved{}, err
	}
	return c, nil
}

// Within tells whether a table has all that a Spec names: its variables, and the codes of those
// that have a dictionary. One that names more tells of other rows than the table's.
func (s Spec) Within(t *table.Table) bool {
	has := func(name string, codes []string) bool {
		v := find(t, name)
		if v == nil || v.Type == table.Number || v.Type == table.Time {
			return v != nil || name == ""
		}
		return !slices.ContainsFunc(codes, func(code string) bool {
			return !slices.ContainsFunc(v.Values, func(known table.Value) bool { return known.Code == code })
		})
	}
	for _, f := range s.Filters {
		if !has(f.Variable, f.Values) {
			return false
		}
	}
	return has(s.Measure, s.Choices) && has(s.Second, nil) && has(s.By, nil) && has(s.Split, nil)
}
