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
	s := r.survey
	column := s.find(row, "default")
	cell := row.at(column)
	switch {
	case cell == "":
	case isDynamic(cell, f.Type):
		f.DynamicDefault = r.parse(s, row, column, cell)
	default:
		value, ok := literal(cell, f.Type)
		if !ok {
			s.warn(row.number, column, "xlsform.defaultWrong", cell, string(f.Type))
		}
		f.Default = value
		if value != cell {
			f.DefaultAsWritten = cell
		}
	}
}

const xmlName = `(?:[\pL_\x{3001}-\x{303F}][\pL\pM\p{Nd}_.·-]*)`

// word is one word of an expression, by kind: numbers and dates, arithmetic, other signs and literals,
// references, calls, other names, anything else.
var word = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`(-?\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:(?:\+|-)\d{2}:\d{2}|Z)?)?|\d{2}:\d{2}:\d{2}(?:(?:\+|-)\d{2}:\d{2}|Z)?|-?\d+\.\d*|-?\.\d+|-?\d+)`,
	`([*+-]| mod | div |\|)`,
	`(=|!=|<|>| and | or |\(|\)|\.\.|\.|/|"[^"]*"|'[^']*'|,|\s+)`,
	`(\$\{(?:last-saved#)?` + xmlName + `\})`,
	`(` + xmlName + `(?::` + xmlName + `)?\()`,
	`(` + xmlName + `(?::` + xmlName + `)?(?:\[|://)?)`,
	`((?s:.))`,
}, "|") + `)`)

// isDynamic tells whether a default is an expression: when there is arithmetic, a reference or
// a function call in it. In dates and places a hyphen is no subtraction.
func isDynamic(cell string, t form.Type) bool {
	for rest := cell; rest != ""; {
		m := word.FindStringSubmatch(rest)
		if m == nil {
			return false
		}
		switch {
		case m[2] == "-" && (t == form.Date || t == form.DateTime || t == form.Geopoint || t == form.Geotrace || t == form.Geoshape):
			return false
		case m[2] != "" || m[4] != "" || m[5] != "":
			return true
		}
		rest = rest[len(m[0]):]
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
		date, _, _ := strings.Cut(strings.Replace(cell, " ", "T", 1), "T") // a cell that Excel keeps as a date carries a time
		if !parses(date, "2006-01-02") {
			return cell, false
		}
		return date, true
	case form.Time:
		if !parses(cell, "15:04", "15:04:05", "15:04:05Z07:00") {
			return cell, false
		}
		return cell, true
	case form.DateTime:
		moment := strings.Replace(cell, " ", "T", 1)
		if parses(moment, "2006-01-02") {
			return moment + "T00:00:00.000", true
		}
		if !parses(moment, "2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02T15:04:05Z07:00") {
			return cell, false
		}
		return moment, true
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
