package survey

import (
	"slices"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// targets are those of the plan that are within reach: of others a limited member is not told.
func (t *tally) targets() []Target {
	if t.plan.Basis == ByCase {
		var all []Target
		for _, p := range t.places {
			all = append(all, Target{p.Row, p.Column, t.plan.Each})
		}
		return all
	}
	if t.plan.Basis != ByGroup || t.reached == nil {
		return t.plan.Targets
	}
	return slices.DeleteFunc(slices.Clone(t.plan.Targets), func(target Target) bool {
		switch limit := t.reached.Limit; limit.Attribute {
		case t.plan.Rows:
			return !limit.Allows(target.Row)
		case t.plan.Columns:
			return target.Column == WholeRow || !limit.Allows(target.Column)
		}
		return true
	})
}

// mostCells is how many cells a board may have: beyond that there are only its rows.
const mostCells = 20_000

// layOut finds the rows and columns: in the order of the plan, the others by name after them.
func (t *tally) layOut(targets []Target) {
	var rows, columns []string
	if t.plan.Basis == ByGroup {
		for _, target := range targets {
			rows = append(rows, target.Row)
			if target.Column != WholeRow {
				columns = append(columns, target.Column)
			}
		}
	}
	otherRows, otherColumns := map[string]bool{}, map[string]bool{}
	for _, p := range t.places {
		otherRows[p.Row], otherColumns[p.Column] = true, true
	}
	t.rows, t.rowAt = inOrder(rows, otherRows)
	t.columns, t.column = inOrder(columns, otherColumns)
	if len(t.columns) > 1 && len(t.rows)*len(t.columns) > mostCells {
		t.folded, t.columns, t.column = true, []string{""}, nil // all names are then of column 0
	}
	t.cells, t.whole = make([]Count, len(t.rows)*len(t.columns)), make([]Count, len(t.rows))
}

// inOrder gives names each once, further ones by their sound, and "" last.
func inOrder(names []string, more map[string]bool) ([]string, map[string]int) {
	at := map[string]int{}
	var out, rest []string
	for _, name := range names {
		if _, known := at[name]; !known && name != "" {
			at[name] = len(out)
			out = append(out, name)
		}
	}
	for name := range more {
		if _, known := at[name]; !known && name != "" {
			rest = append(rest, name)
		}
	}
	collate.New(language.Chinese).SortStrings(rest)
	for _, name := range append(rest, "") {
		at[name] = len(out)
		out = append(out, name)
	}
	return out, at
}
