package casebase

import (
	"context"
	"maps"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Register makes a case under an id that a form made, or leaves the one that has it as it is.
func (s *Service) Register(ctx context.Context, actor id.UserID, project id.ProjectID, caseID id.CaseID, title string, values map[string]string) error {
	attributes, err := s.typed(ctx, project, values)
	if err != nil {
		return err
	}
	edit, err := Edit{Title: title, Attributes: attributes}.Normal()
	if err != nil {
		return err
	}
	c := s.fresh(actor, project, edit, []Attachment{})
	c.ID = caseID
	_, err = s.create(ctx, c)
	if problem.Is(err, problem.Conflict) {
		_, err = s.read(ctx, project, caseID)
	}
	return err
}

// Amend lays what a form says over a case: its title, unless that is "", and attributes;
// one without a value is taken away.
func (s *Service) Amend(ctx context.Context, actor id.UserID, project id.ProjectID, caseID id.CaseID, title string, values map[string]string) error {
	attributes, err := s.typed(ctx, project, values)
	if err != nil {
		return err
	}
	_, err = s.change(ctx, actor, project, caseID, func(c *Case) error {
		if c.Deleted {
			return problem.New(problem.NotFound, "case.deleted", c.Title)
		}
		if title != "" {
			c.Title = title
		}
		c.Edit = c.Edit.with(Edit{Attributes: attributes})
		var err error
		c.Edit, err = c.Edit.Normal()
		return err
	})
	return err
}

// typed makes attributes of values by name: of the type that the project's cases have
// there, when the value is of it.
func (s *Service) typed(ctx context.Context, project id.ProjectID, values map[string]string) ([]Attribute, error) {
	types, err := s.types(ctx, project)
	if err != nil {
		return nil, err
	}
	var attributes []Attribute
	for _, name := range slices.Sorted(maps.Keys(values)) {
		a := Attribute{Name: name, Type: types[name], Value: values[name]}
		if _, wrong := a.normal(); wrong != "" {
			a.Type = TypeText
		}
		attributes = append(attributes, a)
	}
	return attributes, nil
}
