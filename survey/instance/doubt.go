package instance

import (
	"math"
	"sort"
	"strings"

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
			{"constraint_message", f.def.ConstraintMessage}, {"required_message", f.def.RequiredMessage}, {"noAppErrorString", f.def.NoAppError},
		} {
			c.checkText(place{field: f, column: t.column}, t.text)
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
			if f := c.lookUp(at, strings.TrimPrefix(name, xpath.LastSaved)); f != nil && f.def.Type.IsSection() {
				c.doubt(at, "xpath.sectionInText", name)
			}
			rest = after
		}
	}
}

// checkDoubts looks for what is allowed and hardly ever meant.
func (c *checker) checkDoubts(at place, f *field, e *xpath.Expr) {
	e.Walk(func(n *xpath.Node) {
		switch {
		case n.Kind == xpath.KindText:
			c.checkQuoted(at, n.Text)
		case n.Kind == xpath.KindOp && len(n.Args) == 2:
			c.checkOperands(at, f, n)
		case n.Kind == xpath.KindCall:
			c.checkCall(at, f, n)
		}
	})
	if e == f.def.Relevant && c.never(f, e.Root) {
		c.doubt(at, "xpath.neverRelevant")
	}
}

// checkQuoted looks up what a quoted text refers to: the reference converter does so.
func (c *checker) checkQuoted(at place, text string) {
	for rest := text; ; {
		_, name, after, ok := nextReference(rest)
		if !ok {
			return
		}
		if f := c.lookUp(at, strings.TrimPrefix(name, xpath.LastSaved)); f != nil {
			c.doubt(at, "xpath.quotedReference", reference(name))
		}
		rest = after
	}
}

func (c *checker) checkCall(at place, f *field, n *xpath.Node) {
	if key, args := n.Misuse(); key != "" {
		c.doubt(at, key, args...)
		return
	}
	switch n.Text {
	case "selected", "is-selected":
		c.checkChoice(at, f, n.Args[0], n.Args[1])
	case "regex":
		if p := n.Args[1]; p.Kind == xpath.KindText && !xpath.IsPattern(p.Text) {
			c.doubt(at, "xpath.badPattern", p.Text)
		}
	}
}

func isComparison(n *xpath.Node) bool {
	switch n.Text {
	case "=", "!=", "<", "<=", ">", ">=":
		return n.Kind == xpath.KindOp
	}
	return false
}

func (c *checker) checkOperands(at place, reader *field, n *xpath.Node) {
	if isComparison(n) && n.Text != "=" && n.Text != "!=" && (isComparison(n.Args[0]) || isComparison(n.Args[1])) {
		c.doubt(at, "xpath.chained")
	}
	for k, arg := range n.Args {
		other := n.Args[1-k]
		f := c.fieldOf(at, reader, arg)
		if f == nil {
			continue
		}
		c.checkOutside(at, reader, arg, f)
		if isComparison(n) {
			c.checkKinds(at, f, other)
		}
		switch n.Text {
		case "=", "!=":
			if f.def.Type == form.SelectMultiple && other.Kind == xpath.KindText && other.Text != "" {
				c.doubt(at, "xpath.useSelected", f.def.Name, reference(f.def.Name))
			}
			c.checkChoice(at, reader, arg, other)
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

// checkKinds doubts the comparison of a number with a text that is none.
func (c *checker) checkKinds(at place, f *field, other *xpath.Node) {
	switch f.def.Type {
	case form.Integer, form.Decimal, form.Range:
		if other.Kind == xpath.KindText && other.Text != "" && math.IsNaN(xpath.ParseNumber(other.Text)) {
			c.doubt(at, "xpath.numberAndText", f.def.Name, other.Text)
		}
	}
}

func isDated(t form.Type) bool {
	return t == form.Date || t == form.DateTime || t == form.Today || t == form.Start || t == form.End
}

// checkNumeric doubts arithmetic with answers that are no numbers.
func (c *checker) checkNumeric(at place, f *field) {
	switch t := f.def.Type; {
	case t.IsAttachment(), t.IsSection(), t == form.TextQuestion, t == form.Note, t == form.SelectMultiple, t == form.Rank, t == form.Geopoint,
		t == form.Geotrace, t == form.Geoshape, t == form.Acknowledge, t == form.Time:
		c.doubt(at, "xpath.notNumeric", f.def.Name)
	}
}

// checkChoice doubts the comparison of a select with a text that is no choice of its.
func (c *checker) checkChoice(at place, reader *field, question, value *xpath.Node) {
	if f := c.fieldOf(at, reader, question); f != nil && c.lacksChoice(f, value) {
		c.doubt(at, "xpath.noSuchChoice", value.Text, f.def.Name)
	}
}

// lacksChoice tells whether a value is a text that no choice of the select has for name.
func (c *checker) lacksChoice(f *field, value *xpath.Node) bool {
	if value.Kind != xpath.KindText || value.Text == "" || !f.def.Type.HasChoices() || f.def.File != "" || f.def.Itemset != nil || isSearch(f.def.Appearance) {
		return false
	}
	l := c.p.choiceLists[f.def.List]
	if l == nil {
		return false
	}
	l.named()
	_, known := l.byName[value.Text]
	return !known
}

// checkOutside doubts a single value read from a repeat that the reader is not in.
func (c *checker) checkOutside(at place, reader *field, n *xpath.Node, f *field) {
	if n.Kind != xpath.KindRef {
		return
	}
	for _, above := range f.line {
		if above.isRepeat() && above != f && !reader.isWithin(above) {
			c.doubt(at, "xpath.manyValues", f.def.Name, above.def.Name)
			return
		}
	}
}

// fieldOf is the field that a plain reference, or ., means.
func (c *checker) fieldOf(at place, reader *field, n *xpath.Node) *field {
	switch {
	case n.Kind == xpath.KindRef:
		return c.p.targets[n]
	case n.IsAbsolute():
		if names := n.Names(); names != nil {
			return c.p.find(names)
		}
	case n.Kind == xpath.KindPath && n.Base == nil && len(n.Steps) == 1 && n.Steps[0].Axis == "self" && at.column == "constraint":
		return reader
	}
	return nil
}
