package instance

import (
	"sort"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// checkTexts looks up the ${name} of labels, hints and messages.
func (c *checker) checkTexts() {
	for _, f := range c.p.fields {
		for _, t := range []struct {
			column string
			text   form.Text
		}{
			{"label", f.def.Label}, {"hint", f.def.Hint}, {"guidance_hint", f.def.GuidanceHint},
			{"constraint_message", f.def.ConstraintMessage}, {"required_message", f.def.RequiredMessage},
		} {
			c.checkText(place{f, t.column}, t.text)
		}
	}
}

func (c *checker) checkText(at place, text form.Text) {
	column := at.column
	languages := make([]string, 0, len(text))
	for language := range text {
		languages = append(languages, language)
	}
	sort.Strings(languages)
	for _, language := range languages {
		if at.column = column; language != "" {
			at.column = column + "::" + language
		}
		for rest := text[language]; ; {
			_, name, after, ok := nextReference(rest)
			if !ok {
				break
			}
			if f := c.lookUp(at, name); f != nil && f.def.Type.IsSection() {
				c.doubt(at, "xpath.sectionInText", name)
			}
			rest = after
		}
	}
}

// checkDoubts looks for what is allowed and hardly ever meant.
func (c *checker) checkDoubts(at place, e *xpath.Expr) {
	e.Walk(func(n *xpath.Node) {
		switch {
		case n.Kind == xpath.KindText:
			if _, name, _, ok := nextReference(n.Text); ok && c.p.byName[name] != nil {
				c.doubt(at, "xpath.quotedReference", reference(name))
			}
		case n.Kind == xpath.KindOp && len(n.Args) == 2:
			c.checkOperands(at, n)
		case n.Kind == xpath.KindCall && n.Text == "selected":
			c.checkChoice(at, n.Args[0], n.Args[1])
		case n.Kind == xpath.KindCall && n.Text == "regex":
			if p := n.Args[1]; p.Kind == xpath.KindText && !xpath.IsPattern(p.Text) {
				c.refuse(at, "xpath.badPattern", p.Text)
			}
		}
	})
}

func (c *checker) checkOperands(at place, n *xpath.Node) {
	for k, arg := range n.Args {
		other := n.Args[1-k]
		f := c.fieldOf(at, arg)
		if f == nil {
			continue
		}
		c.checkOutside(at, arg, f)
		switch n.Text {
		case "=", "!=":
			if f.def.Type == form.SelectMultiple && other.Kind == xpath.KindText && other.Text != "" {
				c.doubt(at, "xpath.useSelected", f.def.Name, reference(f.def.Name))
			}
			c.checkChoice(at, arg, other)
		case "<", "<=", ">", ">=":
			if isDated(f.def.Type) && other.Kind == xpath.KindNumber {
				c.doubt(at, "xpath.dateAndNumber", f.def.Name)
			}
			c.checkNumeric(at, f)
		case "+", "-", "*", "div", "mod":
			c.checkNumeric(at, f)
		}
	}
}

func isDated(t form.Type) bool {
	return t == form.Date || t == form.DateTime || t == form.Today || t == form.Start || t == form.End
}

// checkNumeric doubts arithmetic with answers that are no numbers.
func (c *checker) checkNumeric(at place, f *field) {
	switch f.def.Type {
	case form.TextQuestion, form.Note, form.SelectMultiple, form.Rank, form.Geopoint, form.Image, form.File, form.Acknowledge, form.Time, form.Group, form.Repeat:
		c.doubt(at, "xpath.notNumeric", f.def.Name)
	}
}

// checkChoice doubts the comparison of a select with a text that is no choice of its.
func (c *checker) checkChoice(at place, question, value *xpath.Node) {
	f := c.fieldOf(at, question)
	if f == nil || f.list == nil || value.Kind != xpath.KindText || value.Text == "" {
		return
	}
	if _, ok := f.list.byName[value.Text]; !ok {
		c.doubt(at, "xpath.noSuchChoice", value.Text, f.def.Name)
	}
}

// checkOutside doubts a single value read from a repeat that the reader is not in.
func (c *checker) checkOutside(at place, n *xpath.Node, f *field) {
	if n.Kind != xpath.KindRef {
		return
	}
	for _, above := range f.line {
		if above.isRepeat() && above != f && !at.field.isWithin(above) {
			c.doubt(at, "xpath.manyValues", f.def.Name, above.def.Name)
			return
		}
	}
}

// fieldOf is the field that a plain reference, or ., means.
func (c *checker) fieldOf(at place, n *xpath.Node) *field {
	switch {
	case n.Kind == xpath.KindRef:
		return c.p.targets[n]
	case n.IsAbsolute():
		if names := n.Names(); names != nil {
			return c.p.find(names)
		}
	case n.Kind == xpath.KindPath && n.Base == nil && len(n.Steps) == 1 && n.Steps[0].Axis == "self" && at.column == "constraint":
		return at.field
	}
	return nil
}
