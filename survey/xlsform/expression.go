package xlsform

import (
	"errors"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/xpath"
)

// expression reads a cell that holds an expression; nil when it is empty or wrong.
func (r *reader) expression(s *sheet, row row, column int) *xpath.Expr {
	cell := row.at(column)
	if cell == "" {
		return nil
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

// checkReferences complains of ${name} in a text where no field has the name; those
// in expressions are the engine's to judge.
func (r *reader) checkReferences() {
	for _, s := range []*sheet{r.survey, r.choices} {
		for _, row := range s.rows {
			for i, c := range s.columns {
				if c.kind == known && isText(c.key) {
					r.checkText(s, row, i)
				}
			}
		}
	}
}

func (r *reader) checkText(s *sheet, row row, column int) {
	rest := row.at(column)
	for {
		_, after, found := strings.Cut(rest, "${")
		if !found {
			return
		}
		name, after, closed := strings.Cut(after, "}")
		name = trim(name)
		switch {
		case !closed || !isName(name):
			s.fail(row.number, column, "xlsform.badReference")
			return
		case !r.named[name]:
			names := make([]string, 0, len(r.named))
			for n := range r.named {
				names = append(names, n)
			}
			s.fail(row.number, column, "xlsform.unknownReference", name, didYouMean(name, names))
		}
		rest = after
	}
}
