package survey

import (
	"tianye/survey/form"
)

// WithoutPersonal gives a copy of the answers without those that are personal data.
// A personal section takes all that is in it.
func WithoutPersonal(d *form.Definition, answers map[string]any) map[string]any {
	return withoutPersonal("", d.Fields, answers, personalPaths(d))
}

// personalPaths are the questions and sections that are personal data in any of a
// form's versions: answers given as personal data stay so.
func personalPaths(versions ...*form.Definition) map[form.Path]bool {
	paths := map[form.Path]bool{}
	for _, d := range versions {
		d.Walk(func(path form.Path, f *form.Field) { paths[path] = paths[path] || f.Personal })
	}
	return paths
}

func withoutPersonal(prefix form.Path, fields []*form.Field, answers map[string]any, personal map[form.Path]bool) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		path := prefix.Join(f.Name)
		value, ok := answers[f.Name]
		if !ok || personal[path] {
			continue
		}
		switch f.Type {
		case form.Group:
			inner := withoutPersonal(path, f.Fields, Section(value), personal)
			if len(inner) == 0 {
				continue
			}
			value = inner
		case form.Repeat:
			list := []any{}
			for _, inner := range Instances(value) {
				list = append(list, withoutPersonal(path, f.Fields, inner, personal))
			}
			value = list
		}
		out[f.Name] = value
	}
	return out
}
