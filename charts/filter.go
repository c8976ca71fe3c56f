package charts

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tianye/internal/table"
)

// interval is a filter's "from..to", both included.
type interval struct{ from, to float64 }

// parseInterval reads "3..5", "..5", "3..", "3"; of dates the days of a place, from
// the first moment of one to the last of the other.
func parseInterval(text string, dates bool, location *time.Location) (interval, bool) {
	from, to, isRange := strings.Cut(text, "..")
	if !isRange {
		to = from
	}
	if strings.TrimSpace(from) == "" && strings.TrimSpace(to) == "" {
		return interval{}, false
	}
	low, ok := parseBound(from, math.Inf(-1), dates, 0, location)
	high, ok2 := parseBound(to, math.Inf(1), dates, 1, location)
	if dates {
		high = math.Nextafter(high, math.Inf(-1))
	}
	return interval{low, high}, ok && ok2
}

func parseBound(text string, open float64, date bool, days int, location *time.Location) (float64, bool) {
	text = strings.TrimSpace(text)
	if text == "" {
		return open, true
	}
	if date {
		day, err := time.ParseInLocation(time.DateOnly, text, location)
		return float64(day.AddDate(0, 0, days).Unix()), err == nil
	}
	x, err := strconv.ParseFloat(text, 64)
	return x, err == nil && !math.IsNaN(x)
}

// filtered gives the rows that all filters let through. The filters are valid.
func filtered(t *table.Table, filters []Filter, location *time.Location) []int32 {
	rows := make([]int32, t.Len())
	for i := range rows {
		rows[i] = int32(i)
	}
	for _, f := range filters {
		at := t.Find(f.Variable)
		keep := f.test(&t.Variables[at], &t.Columns[at], location)
		rows = slices.DeleteFunc(rows, func(row int32) bool { return !keep(row) })
	}
	return rows
}

func (f Filter) test(v *table.Variable, c *table.Column, location *time.Location) func(row int32) bool {
	if v.Type == table.Number || v.Type == table.Time {
		var intervals []interval
		for _, text := range f.Values {
			i, _ := parseInterval(text, v.Type == table.Time, location)
			intervals = append(intervals, i)
		}
		return func(row int32) bool {
			x := c.Numbers[row]
			return slices.ContainsFunc(intervals, func(i interval) bool { return x >= i.from && x <= i.to })
		}
	}
	wanted := chosen(v, f.Values)
	return func(row int32) bool { return wanted.has(v, c, row) }
}

// maxSaid bounds the values of a filter that are said one by one.
const maxSaid = 8

// say tells people which rows a filter keeps.
func (f Filter) say(t *table.Table, w *words) string {
	v := find(t, f.Variable)
	var labels []string
	for _, code := range f.Values {
		if i := slices.IndexFunc(v.Values, func(value table.Value) bool { return value.Code == code }); i >= 0 {
			code = labelOf(v.Values[i])
		}
		labels = append(labels, strings.Replace(code, "..", "–", 1))
	}
	if n := len(labels); n > maxSaid {
		labels = append(labels[:maxSaid], w.say("等共 %d 项", "%d in all", n))
	}
	return v.Label + w.open + strings.Join(labels, w.say("、", ", ")) + w.shut
}

// codeSet tells of each code of a dictionary whether it is meant.
type codeSet []bool

func chosen(v *table.Variable, codes []string) codeSet {
	wanted := make(map[string]bool, len(codes))
	for _, code := range codes {
		wanted[code] = true
	}
	set := make(codeSet, len(v.Values))
	for i, value := range v.Values {
		set[i] = wanted[value.Code]
	}
	return set
}

// has tells whether a row has one of the codes.
func (s codeSet) has(v *table.Variable, c *table.Column, row int32) bool {
	if v.Type != table.Many {
		return c.Codes[row] != table.Missing && s[c.Codes[row]]
	}
	for _, code := range c.Sets[row] {
		if s[code] {
			return true
		}
	}
	return false
}
