package xlsform

import (
	"errors"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/xpath"
)

// expression reads a cell that holds an expression, yes or no; nil when it is empty or wrong.
func (r *reader) expression(s *sheet, row row, column int) *xpath.Expr {
	cell := row.at(column)
	switch {
	case cell == "":
		return nil
	case isYes(cell), strings.ContainsAny(cell, "√✓✔☑") && len([]rune(cell)) == 1, cell == "必填":
		return r.parse(s, row, column, "true()")
	case isNo(cell):
		return r.parse(s, row, column, "false()")
	}
	return r.parse(s, row, column, cell)
}

// parseCell reads a cell that holds an expression, in which yes and no mean nothing.
func (r *reader) parseCell(s *sheet, row row, column int) *xpath.Expr {
	if cell := row.at(column); cell != "" {
		return r.parse(s, row, column, cell)
	}
	return nil
}

func (r *reader) parse(s *sheet, row row, column int, source string) *xpath.Expr {
	if len(r.walk.stack) > 0 && r.inner().kind == loop && strings.Contains(source, "%") {
		return &xpath.Expr{Source: source} // read when the loop is written out
	}
	e, err := xpath.Parse(source)
	if err == nil {
		return e
	}
	syntax := &xpath.SyntaxError{}
	errors.As(err, &syntax) // Parse has no other errors
	if syntax.Key == "xpath.unknownAxis" {
		// A column's header taken for a path, "label::English": other tools let it pass, and it finds nothing.
		if e, err = xpath.Parse(strings.ReplaceAll(source, "::", ":")); err == nil {
			s.warn(row.number, column, "xlsform.expression", syntax.Position+1, problem.Say(syntax.Key, syntax.Args...))
			e.Source = source
			return e
		}
	}
	s.fail(row.number, column, "xlsform.expression", syntax.Position+1, problem.Say(syntax.Key, syntax.Args...))
	return nil
}
