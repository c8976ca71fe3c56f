package xlsform

import (
	"errors"
	"maps"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// expression reads a cell that holds an expression; nil when it is empty or wrong.
func (r *reader) expression(s *sheet, row row, column int) *xpath.Expr {
	cell := row.at(column)
	if cell == "" {
		return nil
	}
	switch strings.ToLower(cell) { // words that the standard allows wherever a condition is asked for
	case "yes", "true":
		return r.parse(s, row, column, "true()")
	case "no", "false":
		return r.parse(s, row, column, "false()")
	}
	source := straighten(cell)
	if source != cell {
		s.warn(row.number, column, "xlsform.smartQuotes")
	}
	return r.parse(s, row, column, source)
}

func (r *reader) parse(s *sheet, row row, column int, source string) *xpath.Expr {
	e, err := xpath.Parse(source)
	if err == nil {
		return e
	}
	syntax := &xpath.SyntaxError{}
	errors.As(err, &syntax) // Parse has no other errors
	s.fail(row.number, column, "xlsform.expression", syntax.Position+1, problem.Say(syntax.Key, syntax.Args...))
	return nil
}

// truth reads a cell that holds yes, no or an expression; no is nil.
func (r *reader) truth(row row, key string) *xpath.Expr {
	column := r.survey.find(key)
	switch cell := row.at(column); {
	case isYes(cell):
		return r.parse(r.survey, row, column, "true()")
	case isNo(cell):
		return nil
	case isName(cell) || strings.ContainsAny(cell, "√✓✔☑"):
		complaint := "xlsform.yesOrCondition"
		if key == "required" {
			complaint = "xlsform.requiredWord"
		}
		r.survey.fail(row.number, column, complaint, key, cell)
		return nil
	}
	return r.expression(r.survey, row, column)
}

// straighten makes straight quotation marks of curly ones, as the reference converter
// does, but leaves those within a quoted text: concat('“', ${name}, '”').
func straighten(source string) string {
	if !strings.ContainsAny(source, "“”‘’") {
		return source
	}
	var b strings.Builder
	var open rune
	for _, c := range source {
		straight := c
		switch c {
		case '“', '”':
			straight = '"'
		case '‘', '’':
			straight = '\''
		}
		switch {
		case open == 0 && (straight == '"' || straight == '\''):
			open = c // what opened it tells what shuts it
			c = straight
		case open != 0 && shuts(open, c):
			open = 0
			c = straight
		}
		b.WriteRune(c)
	}
	return b.String()
}

// shuts tells whether a quotation mark ends what another began.
func shuts(open, c rune) bool {
	switch open {
	case '“', '”':
		return c == '“' || c == '”' || c == '"'
	case '‘', '’':
		return c == '‘' || c == '’' || c == '\''
	}
	return c == open
}

// checkTexts complains of a "${" in a text that is no reference, and in choices of a
// reference to nothing; in the survey sheet the engine looks those up.
func (r *reader) checkTexts() {
	names := map[string]bool{}
	r.definition.Walk(func(_ form.Path, f *form.Field) { names[f.Name] = true })
	for _, s := range []*sheet{r.survey, r.choices} {
		for _, row := range s.rows {
			for i, c := range s.columns {
				if cell := row.at(i); c.kind == known && isText(c.key) && strings.Contains(cell, "${") {
					s.checkText(row, i, cell, names, s == r.choices)
				}
			}
		}
	}
}

func (s *sheet) checkText(row row, column int, text string, names map[string]bool, lookUp bool) {
	for {
		_, rest, found := strings.Cut(text, "${")
		if !found {
			return
		}
		name, rest, closed := strings.Cut(rest, "}")
		name = trim(name)
		switch {
		case !closed || !isName(name):
			s.fail(row.number, column, "xlsform.badReference")
			return
		case lookUp && !names[name]:
			s.fail(row.number, column, "xlsform.unknownReference", name, s.didYouMean(name, maps.Keys(names)))
		}
		text = rest
	}
}
