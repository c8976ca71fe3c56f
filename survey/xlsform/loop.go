package xlsform

import (
	"errors"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// maxLooped is how many fields a loop may be written out to: loops in loops multiply.
const maxLooped = 20000

// count tells how many fields there are, those within sections too.
func count(fields []*form.Field) int {
	n := len(fields)
	for _, f := range fields {
		n += count(f.Fields)
	}
	return n
}

// expand writes a loop out: a group for each choice of its list, with the loop's questions in each, in which
// %(name)s and %(label)s stand for the choice.
func (r *reader) expand(s *section) {
	template := s.field.Fields
	s.field.Fields = nil
	list := r.definition.Lists[s.list]
	if list == nil {
		return
	}
	if fields := len(list.Choices) * count(template); fields > maxLooped {
		r.survey.fail(s.row, r.survey.column("type"), "xlsform.loopTooLarge", fields, maxLooped)
		return
	}
	if len(list.Choices) > 1 {
		r.checkLoopedRepeats(s, template)
	}
	for i := range list.Choices {
		c := &list.Choices[i]
		if c.Name == noneName {
			continue
		}
		group := &form.Field{Name: c.Name, Type: form.Group, Label: c.Label, Media: c.Media, Row: s.row, Personal: s.field.Personal}
		if !isName(c.Name) {
			r.survey.fail(s.row, r.survey.column("type"), "xlsform.loopName", c.Name)
			return
		}
		if len(c.Label) == 0 {
			r.survey.fail(s.row, r.survey.column("type"), "xlsform.loopLabel", c.Name)
			return
		}
		for _, f := range template {
			l := &looped{reader: r, choice: c, row: f.Row}
			group.Fields = append(group.Fields, l.field(f))
			if l.wrong != "" {
				r.survey.fail(f.Row, -1, "xlsform.loopPercent", l.wrong)
				return
			}
		}
		s.field.Fields = append(s.field.Fields, group)
	}
}

// checkLoopedRepeats refuses repeats in a loop: each would be there several times under one name.
func (r *reader) checkLoopedRepeats(s *section, fields []*form.Field) {
	for _, f := range fields {
		if f.Type == form.Repeat {
			r.survey.fail(f.Row, r.survey.column("name"), "xlsform.duplicateRepeat", f.Name, f.Row)
		}
		r.checkLoopedRepeats(s, f.Fields)
	}
}

// looped writes one field for one choice.
type looped struct {
	*reader
	choice *form.Choice
	row    int
	wrong  string // a text in which a % is none of ours
}

var errPercent = errors.New("a % that stands for nothing")

func (l *looped) field(f *form.Field) *form.Field {
	copied := *f
	copied.Label, copied.Hint, copied.GuidanceHint = l.text(f.Label), l.text(f.Hint), l.text(f.GuidanceHint)
	copied.ConstraintMessage, copied.RequiredMessage, copied.NoAppError = l.text(f.ConstraintMessage), l.text(f.RequiredMessage), l.text(f.NoAppError)
	copied.Appearance, copied.Default = l.string(f.Appearance, ""), l.string(f.Default, "")
	copied.Bind, copied.Body, copied.Attributes = l.all(f.Bind), l.all(f.Body), l.all(f.Attributes)
	for _, e := range []**xpath.Expr{&copied.Relevant, &copied.Required, &copied.ReadOnly, &copied.Constraint, &copied.Calculation,
		&copied.DynamicDefault, &copied.ChoiceFilter, &copied.RepeatCount} {
		if *e != nil {
			*e = l.parse(l.survey, row{number: l.row}, -1, l.string((*e).Source, ""))
		}
	}
	copied.Fields = nil
	for _, child := range f.Fields { // what is deeper is copied as it stands
		copied.Fields = append(copied.Fields, clone(child))
	}
	return &copied
}

// clone copies a field so deeply that what is found out about its expressions is its own.
func clone(f *form.Field) *form.Field {
	copied := *f
	for _, e := range []**xpath.Expr{&copied.Relevant, &copied.Required, &copied.ReadOnly, &copied.Constraint, &copied.Calculation,
		&copied.DynamicDefault, &copied.ChoiceFilter, &copied.RepeatCount, &copied.Itemset} {
		if *e != nil {
			*e = mustParse((*e).Source)
		}
	}
	copied.Fields = nil
	for _, child := range f.Fields {
		copied.Fields = append(copied.Fields, clone(child))
	}
	return &copied
}

// mustParse reads an expression again, or one made of expressions that were read.
func mustParse(source string) *xpath.Expr {
	e, err := xpath.Parse(source)
	if err != nil {
		return nil
	}
	return e
}

func (l *looped) text(t form.Text) form.Text {
	if t == nil {
		return nil
	}
	written := form.Text{}
	for language, s := range t {
		written[language] = l.string(s, language)
	}
	return written
}

func (l *looped) all(m map[string]string) map[string]string {
	if m == nil {
		return nil
	}
	written := map[string]string{}
	for name, value := range m {
		written[name] = l.string(value, "")
	}
	return written
}

// string writes what stands in a text for the choice, in a language.
func (l *looped) string(s, language string) string {
	if !strings.Contains(s, "%") {
		return s
	}
	var b strings.Builder
	for rest := s; ; {
		before, after, found := strings.Cut(rest, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		value, rest2, err := l.place(after, language)
		if err != nil {
			l.wrong = s
			return s
		}
		b.WriteString(value)
		rest = rest2
	}
}

// place understands what follows a "%".
func (l *looped) place(after, language string) (value, rest string, err error) {
	if rest, ok := strings.CutPrefix(after, "%"); ok {
		return "%", rest, nil
	}
	key, rest, ok := strings.Cut(strings.TrimPrefix(after, "("), ")s")
	if !ok || !strings.HasPrefix(after, "(") {
		return "", "", errPercent
	}
	switch key {
	case "name":
		return l.choice.Name, rest, nil
	case "label":
		return l.choice.Label.In(language, l.definition), rest, nil
	}
	if column, has := l.choice.Columns[key]; has {
		return column, rest, nil
	}
	return "", "", errPercent
}
