package store

import (
	"context"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

var forms = &Collection{Name: "forms", History: true, Indexes: []Index{
	{Name: "name", Fields: []string{"name"}, Unique: true}}}

// Surveys keeps forms and submissions.
type Surveys struct{ b Backend }

// NewSurveys makes the surveys' store on a backend.
func NewSurveys(b Backend) *Surveys { return &Surveys{b} }

var _ survey.Store = (*Surveys)(nil)

func formRevision(f *survey.Form, revision int64) {
	f.Revision = revision
	if f.Draft != nil {
		for i := range f.Draft.Warnings {
			restore(f.Draft.Warnings[i].Text.Args)
		}
	}
}

// restore makes texts again of those arguments that were texts: a body keeps their
// content, not their type.
func restore(args []any) {
	for i, arg := range args {
		inner, ok := arg.(map[string]any)
		if !ok {
			continue
		}
		text := problem.Text{}
		text.Key, _ = inner["key"].(string)
		text.Args, _ = inner["args"].([]any)
		restore(text.Args)
		args[i] = text
	}
}

func (s *Surveys) CreateForm(ctx context.Context, f survey.Form) error {
	return insert(ctx, s.b, forms, f.ProjectID, string(f.ID), f)
}

func (s *Surveys) Form(ctx context.Context, project id.ProjectID, form id.FormID) (survey.Form, error) {
	return get(ctx, s.b, forms, project, string(form), formRevision)
}

func (s *Surveys) FormByName(ctx context.Context, project id.ProjectID, name string) (survey.Form, error) {
	found, err := all(ctx, s.b, forms, project, Query{Where: []Condition{Equal("name", name)}, Limit: 1}, formRevision)
	if err == nil && len(found) == 0 {
		err = NotFound()
	}
	if err != nil {
		return survey.Form{}, err
	}
	return found[0], nil
}

func (s *Surveys) Forms(ctx context.Context, project id.ProjectID) ([]survey.Form, error) {
	return all(ctx, s.b, forms, project, Query{}, formRevision)
}

func (s *Surveys) FormChanges(project id.ProjectID) func(context.Context, func(id.FormID, bool, survey.ReviewRule) error) error {
	follower := Follow(forms, string(project), 0)
	return func(ctx context.Context, each func(id.FormID, bool, survey.ReviewRule) error) error {
		return follower.Next(ctx, s.b, func(d Document) error {
			var rule survey.ReviewRule
			if value, err := d.Body.LookupErr("review"); err == nil {
				if err := value.Unmarshal(&rule); err != nil {
					return err
				}
			}
			_, err := d.Body.LookupErr("deleted", "at")
			return each(id.FormID(d.ID), d.Deleted || err == nil, rule)
		})
	}
}

func (s *Surveys) ReplaceForm(ctx context.Context, f survey.Form) error {
	return replace(ctx, s.b, forms, f.ProjectID, string(f.ID), f.Revision, f)
}
