package account

import (
	"context"
	"slices"

	"tianye/internal/id"
)

// Scope is how far somebody reaches in a project whose membership, or token, is limited. It
// travels in the context of what is done in their name: casebase and survey hold every reading
// and writing to it, so that no page can forget to. A context without one reaches everything.
type Scope struct {
	User  id.UserID // whose own submissions without a case are within it
	Limit Limit
}

type scopeKey struct{}

// WithScope gives a context in which nothing beyond the scope can be reached.
func WithScope(ctx context.Context, scope Scope) context.Context {
	if scope.Limit.IsZero() {
		return ctx
	}
	return context.WithValue(ctx, scopeKey{}, scope)
}

// ScopeOf gives a context's scope; its Limit is zero when there is none.
func ScopeOf(ctx context.Context) Scope {
	scope, _ := ctx.Value(scopeKey{}).(Scope)
	return scope
}

// Allows tells whether a case with this value of the limit's attribute is within the limit.
func (l Limit) Allows(value string) bool { return l.IsZero() || slices.Contains(l.Values, value) }
