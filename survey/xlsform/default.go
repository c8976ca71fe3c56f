package xlsform

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"tianye/survey/form"
)

// setDefault reads a default: a literal, or an expression that is evaluated once.
func (r *reader) setDefault(row row, f *form.Field) {
	s, column := r.survey, r.survey.find("default")
	cell := row.at(column)
	switch {
	case cell == "":
	case isDynamic(cell, f.Type):
		f.DynamicDefault = r.expression(s, row, column)
	default:
		value, ok := literal(cell, f.Type)
		if !ok {
			s.fail(row.number, column, "xlsform.defaultWrong", cell, string(f.Type))
		}
		f.Default = value
	}
}

var (
	// call is a function's name and its bracket; XPath's names of functions are ASCII and in small letters.
	call = regexp.MustCompile(`(^|[^\p{L}\p{N}_.:-])([a-z][a-z0-9-]*:)?[a-z][a-z0-9-]*\(`)
	// arithmetic is an operator after something and before something.
	arithmetic = regexp.MustCompile(`[^\s(+*-]\s*([+*-]|\b(div|mod)\b)\s*[^\s)]`)
)

// isDynamic tells whether a default is an expression. A reference or a function call
// makes it one, and in numbers arithmetic too. pyxform also takes "甲 - 乙" in a text for a subtraction,
// whose answer would always be NaN; here it is what it seems.
func isDynamic(cell string, t form.Type) bool {
	if strings.Contains(cell, "${") || call.MatchString(cell) {
		return true
	}
	switch t {
	case form.Integer, form.Decimal, form.Range, form.Calculate:
		_, err := strconv.ParseFloat(cell, 64)
		return err != nil && arithmetic.MatchString(cell)
	}
	return false
}

var integerLiteral = regexp.MustCompile(`^-?[0-9]{1,15}$`)

// literal checks a default that is no expression and gives it in its type's lexical form.
func literal(cell string, t form.Type) (string, bool) {
	switch t {
	case form.Integer:
		return cell, integerLiteral.MatchString(cell)
	case form.Decimal, form.Range:
		n, err := strconv.ParseFloat(cell, 64)
		return cell, err == nil && !math.IsInf(n, 0) && !math.IsNaN(n)
	case form.Date:
		date, _, _ := strings.Cut(cell, "T") // a cell that Excel keeps as a date may carry a time
		return date, parses(date, "2006-01-02")
	case form.Time:
		return cell, parses(cell, "15:04", "15:04:05", "15:04:05Z07:00")
	case form.DateTime:
		if parses(cell, "2006-01-02") {
			return cell + "T00:00:00.000", true
		}
		return cell, parses(cell, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z07:00")
	}
	return cell, true
}

// parses tells whether s has one of the layouts; fractions of a second are taken after seconds.
func parses(s string, layouts ...string) bool {
	for _, layout := range layouts {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}
