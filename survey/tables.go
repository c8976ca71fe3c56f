package survey

import (
	"context"
	"math"
	"slices"

	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/survey/form"
)

// Table gives a form's submissions as labelled columns and rows, in the order of
// their coming; labels in the form's language nearest to the one asked for. It is
// kept in memory and costs what changed since the last call.
func (s *Service) Table(ctx context.Context, project id.ProjectID, formID id.FormID, language string) (*table.Table, error) {
	if _, err := s.store.Form(ctx, project, formID); err != nil {
		return nil, err
	}
	k := s.keptFor(project)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, project, k); err != nil {
		return nil, err
	}
	f := k.forms[formID]
	if f == nil {
		f = newKeptForm()
	}
	return f.snapshot(language), nil
}

func (f *keptForm) snapshot(language string) *table.Table {
	n := len(f.origins)
	t := &table.Table{Origins: f.origins[:n:n]}
	for _, c := range f.columns {
		c.shared = true
		v, data := c.variable(language), c.data
		if c.isNumbers() {
			v.Type, v.Values, data = table.Number, nil, c.asNumbers()
		}
		t.Variables = append(t.Variables, v)
		t.Columns = append(t.Columns, data)
	}
	return t
}

func (c *keptColumn) variable(language string) table.Variable {
	v := table.Variable{Name: string(c.path), Label: string(c.path), Type: c.kind}
	if c.kind != table.Number && c.kind != table.Time {
		v.Values = c.values[:len(c.values):len(c.values)]
	}
	if c.field == nil {
		return v
	}
	own := LanguageFor(c.from, language)
	if label := c.field.Label.In(own, c.from); label != "" {
		v.Label = label
	}
	v.Personal = c.personal
	v.Ordered = isLikert(c.field.Appearance)
	if list := c.from.Lists[c.field.List]; list != nil && v.Values != nil {
		v.Values = slices.Clone(v.Values)
		for _, choice := range list.Choices {
			if label := choice.Label.In(own, c.from); label != "" {
				v.Values[c.codes[choice.Name]].Label = label
			}
		}
	}
	return v
}

// isNumbers tells whether every value of a calculation is a number: its type is known
// by its results only. Each value is read once.
func (c *keptColumn) isNumbers() bool {
	if c.field == nil || c.field.Type != form.Calculate && c.field.Type != form.Hidden {
		return false
	}
	for _, value := range c.values[len(c.numbers):] {
		n := parseNumber(value.Code)
		if math.IsNaN(n) {
			return false
		}
		c.numbers = append(c.numbers, n)
	}
	return len(c.values) > 0
}

func (c *keptColumn) asNumbers() table.Column {
	out := make([]float64, len(c.data.Codes))
	for row, code := range c.data.Codes {
		out[row] = math.NaN()
		if code != table.Missing {
			out[row] = c.numbers[code]
		}
	}
	return table.Column{Numbers: out}
}
