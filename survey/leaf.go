package survey

import (
	"fmt"

	"tianye/survey/form"
)

// EachLeaf visits the answered questions of an instance in the form's order;
// paths carry the positions of repeats: "members[2]/age".
func EachLeaf(d *form.Definition, answers map[string]any, visit func(path form.Path, f *form.Field, value string)) {
	eachLeaf("", d.Fields, answers, visit)
}

func eachLeaf(prefix form.Path, fields []*form.Field, answers map[string]any, visit func(form.Path, *form.Field, string)) {
	for _, f := range fields {
		path := prefix.Join(f.Name)
		switch f.Type {
		case form.Group:
			if inner := Section(answers[f.Name]); inner != nil {
				eachLeaf(path, f.Fields, inner, visit)
			}
		case form.Repeat:
			for i, inner := range Instances(answers[f.Name]) {
				eachLeaf(form.Path(fmt.Sprintf("%s[%d]", path, i+1)), f.Fields, inner, visit)
			}
		default:
			if value, ok := answers[f.Name].(string); ok && value != "" {
				visit(path, f, value)
			}
		}
	}
}

// Section gives a group's answers, nil when there are none.
func Section(value any) map[string]any {
	m, _ := value.(map[string]any)
	return m
}

// Instances gives a repeat's answers, one map an instance.
func Instances(value any) []map[string]any {
	switch list := value.(type) {
	case []map[string]any:
		return list
	case []any:
		out := make([]map[string]any, 0, len(list))
		for _, v := range list {
			out = append(out, Section(v))
		}
		return out
	}
	return nil
}
