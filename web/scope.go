package web

import (
	"context"
	"strings"

	"tianye/casebase"
	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// narrow makes the request reach no further than the membership or the token does: the domains hold
// what is done with its context to the limit.
func (r *Request) narrow() {
	if !r.Limit.IsZero() {
		r.within(account.WithScope(r.context(), account.Scope{User: r.User.ID, Limit: r.Limit}))
		r.Request = r.Request.WithContext(r.context())
	}
}

// limitValues says the values of the limit.
func (r *Request) limitValues() string {
	return strings.Join(r.Limit.Values, say(r, "submission.listComma"))
}

// reachSpecs introduces the tables to the saved charts: one that names an attribute, a value to
// filter by or a choice that only cases beyond the limit and their submissions have is beyond it too.
func reachSpecs(saved *charts.Service, surveys *survey.Service, cases *casebase.Service) {
	saved.ReachSpecs(func(ctx context.Context, project id.ProjectID, spec charts.Spec) (bool, error) {
		attributes, err := cases.Table(ctx, project)
		if err != nil || spec.Source.Kind == id.KindCase {
			return err == nil && spec.Within(attributes), err
		}
		t, err := submissionTable(ctx, surveys, project, spec, "")
		if problem.Is(err, problem.NotFound) { // the form is in the recycle bin
			return false, nil
		}
		if err != nil {
			return false, err
		}
		used := usedBy(spec)
		return spec.Within(t.Join(survey.VarCase, attributes, ofCase, func(name string) bool { return used[name] })), nil
	})
}
