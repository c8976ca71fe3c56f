package web

import (
	"cmp"
	"context"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/instance"
)

// keepCases introduces the cases to the submissions whose forms make and change them as
// entities of the list "cases".
func keepCases(surveys *survey.Service, cases *casebase.Service) {
	surveys.KeepCases(func(ctx context.Context, project id.ProjectID, actor id.UserID, caseID id.CaseID, e instance.Entity) error {
		missing := problem.New(problem.NotFound, "submission.noCase")
		if e.Create {
			if err := cases.Register(ctx, actor, project, caseID, cmp.Or(e.Label, e.ID), e.Properties); err != nil {
				return err
			}
		}
		var err error
		switch {
		case e.Update:
			err = amendCase(ctx, cases, project, actor, caseID, e)
		case !e.Create:
			_, err = cases.Get(ctx, project, caseID)
		}
		if problem.Is(err, problem.NotFound) {
			return missing
		}
		return err
	})
}

// amendCase lays what a form says over a case. When the client had an older revision of it than
// there is, what others wrote since may be lost: then it is a conflict, though done.
func amendCase(ctx context.Context, cases *casebase.Service, project id.ProjectID, actor id.UserID, caseID id.CaseID, e instance.Entity) error {
	before, err := cases.Get(ctx, project, caseID)
	if err != nil {
		return err
	}
	err = cases.Amend(ctx, actor, project, caseID, e.Label, e.Properties)
	if err == nil && 0 < e.Base && e.Base < before.Revision {
		err = problem.New(problem.Conflict, "submission.caseStale", e.Base, before.Revision)
	}
	return err
}
