package survey

import (
	"context"
	"math"

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
		if c.field != nil && (c.field.Type == form.Calculate || c.field.Type == form.Hidden) {
			v, data = asNumbers(v, data)
		}
		t.Variables = append(t.Variables, v)
		t.Columns = append(t.Columns, data)
	}
	return t
}

func (c *keptColumn) variable(language string) table.Variable {
	v := table.Variable{Name: string(c.path), Label: string(c.path), Type: c.kind}
	labels := map[string]string{}
	if c.field != nil {
		own := LanguageFor(c.from, language)
		if label := c.field.Label.In(own, c.from); label != "" {
			v.Label = label
		}
		v.Personal = c.personal
		v.Ordered = isLikert(c.field.Appearance)
		if list := c.from.Lists[c.field.List]; list != nil {
			for _, choice := range list.Choices {
				labels[choice.Name] = choice.Label.In(own, c.from)
			}
		}
	}
	if c.kind != table.Number && c.kind != table.Time {
		v.Values = make([]table.Value, len(c.values))
		for i, code := range c.values {
			label := labels[code]
			if label == "" {
				label = code
			}
			v.Values[i] = table.Value{Code: code, Label: label}
		}
	}
	return v
}

// asNumbers turns a text column into numbers when every value is one: a
// calculation's type is known by its results only.
func asNumbers(v table.Variable, data table.Column) (table.Variable, table.Column) {
	if len(v.Values) == 0 {
		return v, data
	}
	numbers := make([]float64, len(v.Values))
	for i, value := range v.Values {
		if numbers[i] = parseNumber(value.Code); math.IsNaN(numbers[i]) {
			return v, data
		}
	}
	out := make([]float64, len(data.Codes))
	for row, code := range data.Codes {
		out[row] = math.NaN()
		if code != table.Missing {
			out[row] = numbers[code]
		}
	}
	v.Type, v.Values = table.Number, nil
	return v, table.Column{Numbers: out}
}
