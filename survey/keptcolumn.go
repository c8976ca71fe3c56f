package survey

import (
	"math"
	"slices"
	"strings"
	"time"

	"tianye/internal/table"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// keptColumn is a question's column, or a meta variable's.
type keptColumn struct {
	path     form.Path // a question's path, or a meta variable's name
	kind     table.Type
	sources  []source // the question in each version that has it, the newest last; none for meta variables
	personal bool     // in any version: answers given as personal data stay so
	data     table.Column
	codes    map[string]int32
	values   []table.Value // by code; their labels are the codes
	known    int           // so many of values are the newest version's choices
	numbers  []float64     // of values, of as many from the first as are numbers
	shared   int           // the rows that tables given out show: rows are appended behind them, and what changes among them is copied first
}

type source struct {
	field *form.Field
	from  *form.Definition
}

func newKeptColumn(path form.Path, kind table.Type) *keptColumn {
	return &keptColumn{path: path, kind: kind, codes: map[string]int32{}}
}

func columnType(t form.Type) table.Type {
	switch t {
	case form.Note, form.Group:
		return ""
	case form.Integer, form.Decimal, form.Range, form.Repeat:
		return table.Number
	case form.SelectOne, form.Acknowledge:
		return table.One
	case form.SelectMultiple, form.Rank:
		return table.Many
	case form.Date, form.DateTime, form.Start, form.End, form.Today:
		return table.Time
	default:
		return table.Text
	}
}

// adopt makes the column what a newer version says: of its type, its choices first
// and in its order. The rows that there are stay what they were answered.
func (c *keptColumn) adopt(kind table.Type, field *form.Field, d *form.Definition) {
	c.sources = append(c.sources, source{field, d})
	c.personal = c.personal || field.Personal
	fresh := newKeptColumn(c.path, kind)
	if list := d.Lists[field.List]; list != nil {
		for _, choice := range list.Choices {
			fresh.code(choice.Name)
		}
	}
	c.known = len(fresh.values)
	if kind == c.kind && len(fresh.values) <= len(c.values) && slices.Equal(fresh.values, c.values[:len(fresh.values)]) {
		return
	}
	for row := range len(c.data.Numbers) + len(c.data.Codes) + len(c.data.Sets) {
		fresh.appendMissing()
		fresh.put(row, c.lexical(row))
	}
	c.kind, c.data, c.codes, c.values, c.numbers, c.shared = kind, fresh.data, fresh.codes, fresh.values, nil, 0
}

func (c *keptColumn) code(value string) int32 {
	code, ok := c.codes[value]
	if !ok {
		code = int32(len(c.values))
		c.codes[value] = code
		c.values = append(c.values, table.Value{Code: value, Label: value})
	}
	return code
}

func (c *keptColumn) appendMissing() {
	switch c.kind {
	case table.Number, table.Time:
		c.data.Numbers = append(c.data.Numbers, math.NaN())
	case table.Many:
		c.data.Sets = append(c.data.Sets, nil)
	default:
		c.data.Codes = append(c.data.Codes, table.Missing)
	}
}

// put sets a row from an answer's lexical form; "" is no answer.
func (c *keptColumn) put(row int, value string) {
	switch c.kind {
	case table.Number, table.Time:
		n := parseNumber(value)
		if c.kind == table.Time {
			n = parseTime(value)
		}
		if before := c.data.Numbers[row]; before != n && !(math.IsNaN(before) && math.IsNaN(n)) {
			c.own(row)
			c.data.Numbers[row] = n
		}
	case table.Many:
		var set []int32
		for name := range strings.FieldsSeq(value) {
			set = append(set, c.code(name))
		}
		if !slices.Equal(c.data.Sets[row], set) {
			c.own(row)
			c.data.Sets[row] = set
		}
	default:
		code := table.Missing
		if value != "" {
			code = c.code(value)
		}
		if c.data.Codes[row] != code {
			c.own(row)
			c.data.Codes[row] = code
		}
	}
}

// own makes sure that changing a row is not seen in tables given out before.
func (c *keptColumn) own(row int) {
	if row < c.shared {
		c.data = table.Column{Numbers: slices.Clone(c.data.Numbers), Codes: slices.Clone(c.data.Codes), Sets: slices.Clone(c.data.Sets)}
		c.shared = 0
	}
}

// lexical gives a row's answer as put takes it.
func (c *keptColumn) lexical(row int) string {
	switch c.kind {
	case table.Number:
		if n := c.data.Numbers[row]; !math.IsNaN(n) {
			return xpath.FormatNumber(n)
		}
	case table.Time:
		if n := c.data.Numbers[row]; !math.IsNaN(n) {
			return time.UnixMilli(int64(math.Round(n * 1000))).UTC().Format(time.RFC3339Nano)
		}
	case table.Many:
		var names []string
		for _, code := range c.data.Sets[row] {
			names = append(names, c.values[code].Code)
		}
		return strings.Join(names, " ")
	default:
		if code := c.data.Codes[row]; code != table.Missing {
			return c.values[code].Code
		}
	}
	return ""
}

// parseNumber reads a number's lexical form; NaN is none.
func parseNumber(value string) float64 {
	n := xpath.ParseNumber(strings.TrimPrefix(value, "+"))
	if math.IsInf(n, 0) {
		return math.NaN()
	}
	return n
}

// parseTime gives seconds since 1970; NaN is none.
func parseTime(value string) float64 {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, value); err == nil {
			return float64(t.UnixMilli()) / 1000
		}
	}
	return math.NaN()
}
