package casebase

import (
	"context"
	"math"
	"slices"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/table"
)

// The variables that every case has; no attribute may have their names.
const (
	variableTitle = "title"
	variableState = "state"
)

// Table gives the cases of a project as a Table, one row a case in the order of
// titles: variables "title" (Text), "state" (One, Ordered; codes are States) and one for every
// attribute under its own name (Number, Time, One or Text). Labels of "title", "state" and the
// states are keys of the message catalogues. A value that is not of its attribute's
// type is missing. It is the same Table until a case changes.
func (s *Service) Table(ctx context.Context, project id.ProjectID) (*table.Table, error) {
	k, err := s.following(ctx, project)
	if err != nil {
		return nil, err
	}
	defer k.mu.Unlock()
	return k.view(account.ScopeOf(ctx).Limit).table, nil
}

// build makes a view.
func (k *kept) build(limit account.Limit) *view {
	rows, reach := make([]*Summary, 0, len(k.byID)), map[id.CaseID]bool{}
	for _, c := range k.byID {
		if !within(limit, c.Attributes) {
			continue
		}
		reach[c.ID] = true
		if !c.Deleted {
			rows = append(rows, c)
		}
	}
	slices.SortFunc(rows, Sort{By: SortTitle}.compare)
	attributes := summarise(rows)
	t := &table.Table{Name: "cases", Origins: make([]id.Origin, len(rows))}
	titles, states := newDictionary(table.Text, len(rows)), newDictionary(table.One, len(rows))
	for _, state := range States {
		states.values = append(states.values, table.Value{Code: string(state), Label: state.Label().Key})
		states.codes[string(state)] = int32(len(states.values) - 1)
	}
	for row, c := range rows {
		t.Origins[row] = id.Origin{Kind: id.KindCase, ID: string(c.ID)}
		titles.set(row, c.Title)
		states.set(row, string(c.State))
	}
	titles.addTo(t, variableTitle, "case.variable.title")
	states.addTo(t, variableState, "case.variable.state")
	t.Variables[1].Ordered = true
	addAttributes(t, attributes, rows)
	return &view{t, attributes, reach}
}

// addAttributes adds a column for every attribute.
func addAttributes(t *table.Table, attributes []AttributeSummary, rows []*Summary) {
	position := make(map[string]int, len(attributes))
	numbers := make([][]float64, len(attributes)) // of numbers and dates
	texts := make([]*dictionary, len(attributes)) // of the others
	for i, a := range attributes {
		position[a.Name] = i
		switch a.Type {
		case TypeNumber, TypeDate:
			numbers[i] = slices.Repeat([]float64{math.NaN()}, len(rows))
		case TypeChoice:
			texts[i] = newDictionary(table.One, len(rows))
		default:
			texts[i] = newDictionary(table.Text, len(rows))
		}
	}
	for row, c := range rows {
		for at, a := range c.Attributes {
			i := position[a.Name]
			switch {
			case texts[i] != nil:
				texts[i].set(row, a.Value)
			case a.Type == attributes[i].Type:
				numbers[i][row] = c.numbers[at]
			}
		}
	}
	for i, a := range attributes {
		if texts[i] != nil {
			texts[i].addTo(t, a.Name, a.Name)
			continue
		}
		kind := table.Number
		if a.Type == TypeDate {
			kind = table.Time
		}
		t.Variables = append(t.Variables, table.Variable{Name: a.Name, Label: a.Name, Type: kind})
		t.Columns = append(t.Columns, table.Column{Numbers: numbers[i]})
	}
}

// dictionary is a column of codes being filled.
type dictionary struct {
	kind   table.Type
	values []table.Value
	codes  map[string]int32
	column []int32
}

func newDictionary(kind table.Type, rows int) *dictionary {
	d := &dictionary{kind: kind, codes: map[string]int32{}, column: make([]int32, rows)}
	for row := range d.column {
		d.column[row] = table.Missing
	}
	return d
}

func (d *dictionary) code(value string) int32 {
	code, known := d.codes[value]
	if !known {
		code = int32(len(d.values))
		d.codes[value] = code
		d.values = append(d.values, table.Value{Code: value, Label: value})
	}
	return code
}

func (d *dictionary) set(row int, value string) { d.column[row] = d.code(value) }

func (d *dictionary) addTo(t *table.Table, name, label string) {
	t.Variables = append(t.Variables, table.Variable{Name: name, Label: label, Type: d.kind, Values: d.values})
	t.Columns = append(t.Columns, table.Column{Codes: d.column})
}
