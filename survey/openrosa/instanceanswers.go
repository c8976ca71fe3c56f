package openrosa

import (
	"fmt"

	"tianye/survey/form"
)

// maxUnknown is how many places that the form does not have are named.
const maxUnknown = 20

// Answers gives what the instance holds as package instance wants it: a string a leaf, a
// map a group, a slice of maps a repeat; what is empty is left out. unknown are the
// places that the form does not have; their content stays in the XML alone.
func (i *Instance) Answers(d *form.Definition) (answers map[string]any, unknown []form.Path) {
	s := shaper{flat: d.XForm.Flat, names: map[*form.Field]map[string]*form.Field{}}
	answers = s.section("", d.Fields, i.root)
	if s.flat { // each section has met the others' questions
		return answers, nil
	}
	return answers, s.unknown
}

type shaper struct {
	flat    bool // groups have no element of their own: what they hold stands in their place
	unknown []form.Path
	names   map[*form.Field]map[string]*form.Field // of each section's fields, by their first
}

func (s *shaper) section(at form.Path, fields []*form.Field, from *element) map[string]any {
	answers := map[string]any{}
	byName := s.byName(fields)
	for _, c := range from.children {
		field := byName[c.name]
		switch {
		case field == nil && c.name == "meta", c.isTemplate():
		case field == nil, !field.Type.IsSection() && len(c.children) > 0:
			if len(s.unknown) < maxUnknown {
				s.unknown = append(s.unknown, at.Join(c.name))
			}
		default:
			s.put(at.Join(c.name), field, c, answers)
		}
	}
	if s.flat {
		s.unfold(at, fields, from, answers)
	}
	return answers
}

// unfold gives the groups what stands in their place.
func (s *shaper) unfold(at form.Path, fields []*form.Field, from *element, answers map[string]any) {
	for _, f := range fields {
		if f.Type == form.Group && f.Name != "meta" && from.child(f.Name) == nil {
			if inner := s.section(at.Join(f.Name), f.Fields, from); len(inner) > 0 {
				answers[f.Name] = inner
			}
		}
	}
}

func (s *shaper) byName(fields []*form.Field) map[string]*form.Field {
	if len(fields) == 0 {
		return nil
	}
	byName := s.names[fields[0]]
	if byName == nil {
		byName = make(map[string]*form.Field, len(fields))
		for _, f := range fields {
			byName[f.Name] = f
		}
		s.names[fields[0]] = byName
	}
	return byName
}

func (s *shaper) put(at form.Path, field *form.Field, from *element, answers map[string]any) {
	switch field.Type {
	case form.Group:
		if inner := s.section(at, field.Fields, from); len(inner) > 0 {
			answers[field.Name] = inner
		}
	case form.Repeat:
		list, _ := answers[field.Name].([]any)
		inner := s.section(form.Path(fmt.Sprintf("%s[%d]", at, len(list)+1)), field.Fields, from)
		answers[field.Name] = append(list, inner)
	default:
		if value := from.value(); value != "" {
			answers[field.Name] = value
		}
	}
}
