package survey

import (
	"context"

	"tianye/internal/id"
	"tianye/survey/form"
)

// personalPaths are the questions that are personal data in any version: one column
// holds the answers of all versions.
func (s *Service) personalPaths(ctx context.Context, project id.ProjectID, f *Form) (map[form.Path]bool, error) {
	paths := map[form.Path]bool{}
	for number := range len(f.Versions) {
		program, err := s.Program(ctx, project, f.ID, number+1)
		if err != nil {
			return nil, err
		}
		program.Definition.Walk(func(path form.Path, field *form.Field) { paths[path] = paths[path] || field.Personal })
	}
	return paths, nil
}

// WithoutPersonal gives a copy of the answers without those that are personal data.
// A personal section takes all that is in it.
func WithoutPersonal(d *form.Definition, answers map[string]any) map[string]any {
	return withoutPersonal(d.Fields, answers)
}

func withoutPersonal(fields []*form.Field, answers map[string]any) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		value, ok := answers[f.Name]
		if !ok || f.Personal {
			continue
		}
		switch f.Type {
		case form.Group:
			value = withoutPersonal(f.Fields, Section(value))
		case form.Repeat:
			list := []any{}
			for _, inner := range Instances(value) {
				list = append(list, withoutPersonal(f.Fields, inner))
			}
			value = list
		}
		out[f.Name] = value
	}
	return out
}
