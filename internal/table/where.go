package table

import (
	"slices"

	"tianye/internal/id"
)

// Where gives t with those rows only that keep wants. Of a dictionary it has the Known values
// and those that its rows use: what only the other rows say is not told.
func (t *Table) Where(keep func(row int) bool) *Table {
	var rows []int32
	out := &Table{Name: t.Name, Origins: []id.Origin{}}
	for row, origin := range t.Origins {
		if keep(row) {
			rows = append(rows, int32(row))
			out.Origins = append(out.Origins, origin)
		}
	}
	for i, v := range t.Variables {
		column := pick(v.Type, &t.Columns[i], rows)
		if v.Type != Number && v.Type != Time {
			v.Values = column.compact(v.Values, v.Known)
		}
		out.Variables = append(out.Variables, v)
		out.Columns = append(out.Columns, column)
	}
	return out
}

// compact takes the values that no row uses, but for the known ones, off a dictionary. The column
// is the caller's own; its sets are shared and copied.
func (c *Column) compact(values []Value, known int) []Value {
	used := make([]bool, len(values))
	for _, code := range c.Codes {
		if code != Missing {
			used[code] = true
		}
	}
	for _, set := range c.Sets {
		for _, code := range set {
			used[code] = true
		}
	}
	var left []Value
	renamed := make([]int32, len(values)) // codes, by the former ones
	for code, value := range values {
		if code < known || used[code] {
			renamed[code] = int32(len(left))
			left = append(left, value)
		}
	}
	for row, code := range c.Codes {
		if code != Missing {
			c.Codes[row] = renamed[code]
		}
	}
	for row, set := range c.Sets {
		own := slices.Clone(set)
		for i, code := range own {
			own[i] = renamed[code]
		}
		c.Sets[row] = own
	}
	return left
}
