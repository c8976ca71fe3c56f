package store

import (
	"context"
	"fmt"

	"tianye/internal/id"
	"tianye/survey"
)

var (
	forms = &Collection{Name: "forms", History: true, Indexes: []Index{
		{Name: "name", Fields: []string{"name"}, Unique: true}}}
	formVersions = &Collection{Name: "formVersions", History: true}
)

// Surveys keeps forms and submissions.
type Surveys struct{ b Backend }

// NewSurveys makes the surveys' store on a backend.
func NewSurveys(b Backend) *Surveys { return &Surveys{b} }

var _ survey.Store = (*Surveys)(nil)

func formRevision(f *survey.Form, revision int64) { f.Revision = revision }

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

func (s *Surveys) ReplaceForm(ctx context.Context, f survey.Form) error {
	return replace(ctx, s.b, forms, f.ProjectID, string(f.ID), f.Revision, f)
}

func versionKey(form id.FormID, number int) string { return fmt.Sprintf("%s-%06d", form, number) }

// PutVersion writes a definition, also over one whose publication was not finished.
func (s *Surveys) PutVersion(ctx context.Context, v survey.FormVersion) error {
	key := versionKey(v.FormID, v.Number)
	err := insert(ctx, s.b, formVersions, v.ProjectID, key, v)
	if !IsExists(err) {
		return err
	}
	d, err := s.b.Get(ctx, formVersions, string(v.ProjectID), key)
	if err != nil {
		return err
	}
	return replace(ctx, s.b, formVersions, v.ProjectID, key, d.Revision, v)
}

func (s *Surveys) Version(ctx context.Context, project id.ProjectID, form id.FormID, number int) (survey.FormVersion, error) {
	return get(ctx, s.b, formVersions, project, versionKey(form, number), func(*survey.FormVersion, int64) {})
}
