// Package table is where the domains meet: labelled columns and rows, each row
// with its Origin. survey and casebase give Tables, charts takes one.
package table

import (
	"math"

	"tianye/internal/id"
)

// Type is how a variable's values are kept and may be used.
type Type string

// The types.
const (
	Number Type = "number" // Numbers; NaN is missing
	Time   Type = "time"   // Numbers: seconds since 1970-01-01 UTC; NaN is missing
	Text   Type = "text"   // Codes into Values; free text, each distinct one once
	One    Type = "one"    // Codes into Values: one choice
	Many   Type = "many"   // Sets of codes into Values: several choices
)

// Value is one entry of a variable's dictionary.
type Value struct {
	Code  string `json:"code"`
	Label string `json:"label"`
}

// Variable describes one column.
type Variable struct {
	Name     string  `json:"name"` // unique in its table: a field's path, an attribute's name
	Label    string  `json:"label"`
	Type     Type    `json:"type"`
	Values   []Value `json:"values,omitempty"` // of Text, One and Many
	Unit     string  `json:"unit,omitempty"`
	Ordered  bool    `json:"ordered,omitempty"`  // the order of Values means something (Likert)
	Ranked   bool    `json:"ranked,omitempty"`   // a One of what was put first of several
	Ticked   bool    `json:"-"`                  // a One with the one value that it was acknowledged
	Personal bool    `json:"personal,omitempty"` // left out of evidence and exports unless a role may ask
	Known    int     `json:"-"`                  // so many of Values, the first, are known whatever the rows say: choices of a form
}

// Missing is the code of no answer in Column.Codes.
const Missing int32 = -1

// Column holds one variable's values, one a row; which slice is used follows
// from Variable.Type. In Sets nil is no answer, empty is "none chosen".
type Column struct {
	Numbers []float64
	Codes   []int32
	Sets    [][]int32
}

// Table is a set of columns of the same length. It is read-only once given out.
type Table struct {
	Name      string
	Variables []Variable
	Columns   []Column
	Origins   []id.Origin // one a row
}

// Len is the number of rows.
func (t *Table) Len() int { return len(t.Origins) }

// Find gives the position of the named variable, or -1.
func (t *Table) Find(name string) int {
	for i := range t.Variables {
		if t.Variables[i].Name == name {
			return i
		}
	}
	return -1
}

// IsMissing tells whether a row has no value in a column.
func (t *Table) IsMissing(column, row int) bool {
	c := &t.Columns[column]
	switch t.Variables[column].Type {
	case Number, Time:
		return math.IsNaN(c.Numbers[row])
	case Many:
		return c.Sets[row] == nil
	default:
		return c.Codes[row] == Missing
	}
}
