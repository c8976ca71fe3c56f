package casebase

import (
	"context"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// What is done for a limited member reaches some of a project's cases (account.Scope, in the
// context). Everything here reads one case by read, many by those that chooses lets through or by
// a view, and writes what admit takes: for such a member the other cases do not exist.

// read gives a case, one in the trash too; one beyond the scope is not found.
func (s *Service) read(ctx context.Context, project id.ProjectID, caseID id.CaseID) (Case, error) {
	c, err := s.store.ReadCase(ctx, project, caseID)
	if err == nil && !within(account.ScopeOf(ctx).Limit, c.Attributes) {
		return Case{}, problem.New(problem.NotFound, "store.notFound") // as the store says it
	}
	return c, err
}

// within tells whether a case with these attributes is within a limit.
func within(limit account.Limit, attributes []Attribute) bool {
	if limit.IsZero() {
		return true
	}
	a, _ := Edit{Attributes: attributes}.Attribute(limit.Attribute)
	return limit.Allows(a.Value)
}

// admit refuses a case that would be beyond the scope of who writes it.
func admit(ctx context.Context, e Edit) error {
	limit := account.ScopeOf(ctx).Limit
	if within(limit, e.Attributes) {
		return nil
	}
	return problem.New(problem.Forbidden, "scope.outside", limit.Attribute, strings.Join(limit.Values, "、"))
}

// Reach gives the cases within the scope, those in the trash too; nil when there is no limit.
func (s *Service) Reach(ctx context.Context, project id.ProjectID) (map[id.CaseID]bool, error) {
	limit := account.ScopeOf(ctx).Limit
	if limit.IsZero() {
		return nil, nil
	}
	k, err := s.following(ctx, project)
	if err != nil {
		return nil, err
	}
	defer k.mu.Unlock()
	return k.view(limit).reach, nil
}

// view is what a limit leaves of a project's cases; the zero limit everything.
type view struct {
	table      *table.Table
	attributes []AttributeSummary
	reach      map[id.CaseID]bool
}

// view gives the view of a limit, made anew when a case has changed: some milliseconds for
// thousands of cases.
func (k *kept) view(limit account.Limit) *view {
	key := strings.Join(append([]string{limit.Attribute}, limit.Values...), "\x00")
	v := k.views[key]
	if v == nil {
		v = k.build(limit)
		k.views[key] = v
	}
	return v
}
