package table

import (
	"math"
	"slices"
)

// Join gives t with columns of other added, for the rows of other whose Origin's ID
// the named dictionary variable of t holds: a submission gets its case's
// attributes. Added variables are named prefix + their own name; want chooses them,
// by that name, since each costs a column. Rows without a partner are missing.
func (t *Table) Join(key string, other *Table, prefix string, want func(name string) bool) *Table {
	at := t.Find(key)
	if at < 0 {
		return t
	}
	partners := make(map[string]int32, other.Len())
	for row, origin := range other.Origins {
		partners[origin.ID] = int32(row)
	}
	values := t.Variables[at].Values
	partnerOf := make([]int32, len(values)) // by code of the key
	for code, value := range values {
		partnerOf[code] = Missing
		if row, ok := partners[value.Code]; ok {
			partnerOf[code] = row
		}
	}
	rows := make([]int32, t.Len()) // of other, by row of t
	for row, code := range t.Columns[at].Codes {
		rows[row] = Missing
		if code != Missing {
			rows[row] = partnerOf[code]
		}
	}
	out := &Table{Name: t.Name, Variables: slices.Clip(t.Variables), Columns: slices.Clip(t.Columns), Origins: t.Origins}
	for i, v := range other.Variables {
		v.Name = prefix + v.Name
		if want(v.Name) {
			out.Variables = append(out.Variables, v)
			out.Columns = append(out.Columns, pick(v.Type, &other.Columns[i], rows))
		}
	}
	return out
}

func pick(kind Type, from *Column, rows []int32) Column {
	switch kind {
	case Number, Time:
		numbers := make([]float64, len(rows))
		for i, row := range rows {
			numbers[i] = math.NaN()
			if row != Missing {
				numbers[i] = from.Numbers[row]
			}
		}
		return Column{Numbers: numbers}
	case Many:
		sets := make([][]int32, len(rows))
		for i, row := range rows {
			if row != Missing {
				sets[i] = from.Sets[row]
			}
		}
		return Column{Sets: sets}
	}
	codes := make([]int32, len(rows))
	for i, row := range rows {
		codes[i] = Missing
		if row != Missing {
			codes[i] = from.Codes[row]
		}
	}
	return Column{Codes: codes}
}

// Relabel gives t with a variable's label and those of its values replaced: where
// one domain holds another's ids, the caller knows what people call them.
func (t *Table) Relabel(name, label string, labelOf func(code string) string) *Table {
	at := t.Find(name)
	if at < 0 {
		return t
	}
	out := &Table{Name: t.Name, Variables: slices.Clone(t.Variables), Columns: t.Columns, Origins: t.Origins}
	v := &out.Variables[at]
	v.Label = label
	if v.Values = slices.Clone(v.Values); labelOf == nil {
		return out
	}
	for i := range v.Values {
		if text := labelOf(v.Values[i].Code); text != "" {
			v.Values[i].Label = text
		}
	}
	return out
}
