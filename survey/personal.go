package survey

import (
	"context"
	"strings"

	"tianye/internal/id"
	"tianye/survey/form"
)

// Personal are the questions and sections of a form that are personal data in any of
// its versions: answers given as personal data stay so, and those given before
// somebody thought of it become so.
type Personal map[form.Path]bool

// PersonalIn finds what is personal data in versions of a form.
func PersonalIn(versions ...*form.Definition) Personal {
	personal := Personal{}
	for _, d := range versions {
		d.Walk(func(path form.Path, f *form.Field) { personal[path] = personal[path] || f.Personal })
	}
	return personal
}

// Personal finds what is personal data in a form.
func (s *Service) Personal(ctx context.Context, project id.ProjectID, formID id.FormID) (Personal, error) {
	f, err := s.store.Form(ctx, project, formID)
	if err != nil {
		return nil, err
	}
	versions, err := s.definitions(ctx, f)
	return PersonalIn(versions...), err
}

// definitions are those of all versions of a form.
func (s *Service) definitions(ctx context.Context, f Form) ([]*form.Definition, error) {
	versions := make([]*form.Definition, len(f.Versions))
	for i := range versions {
		d, err := s.Definition(ctx, f.ProjectID, f.ID, i+1)
		if err != nil {
			return nil, err
		}
		versions[i] = d
	}
	return versions, nil
}

// Has tells whether the answer at a path, or a section around it, is personal data.
func (p Personal) Has(path form.Path) bool {
	var plain form.Path
	for _, segment := range path.Names() {
		name, _, _ := strings.Cut(segment, "[")
		if plain = plain.Join(name); p[plain] {
			return true
		}
	}
	return false
}

// Without gives a copy of the answers without those that are personal data. A
// personal section takes all that is in it.
func (p Personal) Without(d *form.Definition, answers map[string]any) map[string]any {
	return p.without("", d.Fields, answers)
}

func (p Personal) without(prefix form.Path, fields []*form.Field, answers map[string]any) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		path := prefix.Join(f.Name)
		value, ok := answers[f.Name]
		if !ok || p[path] {
			continue
		}
		switch f.Type {
		case form.Group:
			inner := p.without(path, f.Fields, Section(value))
			if len(inner) == 0 {
				continue
			}
			value = inner
		case form.Repeat:
			list := []any{}
			for _, inner := range Instances(value) {
				list = append(list, p.without(path, f.Fields, inner))
			}
			value = list
		}
		out[f.Name] = value
	}
	return out
}
