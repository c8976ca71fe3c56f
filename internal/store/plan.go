package store

import (
	"context"

	"tianye/internal/id"
	"tianye/survey"
)

// plans are named by their forms; a project's outline is named by the project.
var (
	plans    = &Collection{Name: "plans", History: true}
	outlines = &Collection{Name: "outlines"}
)

func (s *Surveys) Plan(ctx context.Context, project id.ProjectID, form id.FormID) (survey.Plan, error) {
	return get(ctx, s.b, plans, project, string(form), func(p *survey.Plan, revision int64) { p.Revision = revision })
}

func (s *Surveys) PutPlan(ctx context.Context, p survey.Plan) error {
	if p.Revision == 0 {
		return insert(ctx, s.b, plans, p.ProjectID, string(p.FormID), p)
	}
	return replace(ctx, s.b, plans, p.ProjectID, string(p.FormID), p.Revision, p)
}

func (s *Surveys) Outline(ctx context.Context, project id.ProjectID) (survey.Outline, error) {
	return get(ctx, s.b, outlines, project, string(project), func(o *survey.Outline, revision int64) { o.Revision = revision })
}

func (s *Surveys) PutOutline(ctx context.Context, o survey.Outline) error {
	if o.Revision == 0 {
		return insert(ctx, s.b, outlines, o.ProjectID, string(o.ProjectID), o)
	}
	return replace(ctx, s.b, outlines, o.ProjectID, string(o.ProjectID), o.Revision, o)
}
