package survey

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// Table gives a form's submissions that count as labelled columns and rows; labels in the form's
// language nearest to the one asked for. It is kept in memory and costs what changed
// since the last call; a table given out never changes.
func (s *Service) Table(ctx context.Context, project id.ProjectID, formID id.FormID, language string) (*table.Table, error) {
	return s.table(ctx, project, formID, language, false)
}

// WholeTable is Table with what does not count as well.
func (s *Service) WholeTable(ctx context.Context, project id.ProjectID, formID id.FormID, language string) (*table.Table, error) {
	return s.table(ctx, project, formID, language, true)
}

func (s *Service) table(ctx context.Context, project id.ProjectID, formID id.FormID, language string, whole bool) (*table.Table, error) {
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return nil, err
	}
	k := s.keptFor(project)
	choices, err := s.fileChoices(ctx, k, f) // before the lock: a list may be made of what is kept
	if err != nil {
		return nil, err
	}
	reached, err := s.scope(ctx, project)
	if err != nil {
		return nil, err
	}
	flags, err := s.OpenFlags(ctx, project)
	if err != nil {
		return nil, err
	}
	given, err := s.allAssignments(ctx, project)
	if err != nil {
		return nil, err
	}
	t, err := s.snapshot(ctx, k, f, language, choices, func(kept *keptForm) []int32 {
		if whole {
			return nil
		}
		return kept.counted(k.rules[f.ID], flags, k.checks(given))
	})
	if err != nil {
		return nil, err
	}
	return reached.narrow(t), nil
}

// snapshot gives those rows of a form's table that which names; nil is all.
func (s *Service) snapshot(ctx context.Context, k *keptProject, f Form, language string, choices map[*form.Definition]Choices,
	which func(*keptForm) []int32) (*table.Table, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, f.ProjectID, k); err != nil {
		return nil, err
	}
	kept := k.form(f.ID)
	return kept.snapshot(language, choices, which(kept)), nil
}

// fileChoices are the choices of those versions of a form that have some in files.
func (s *Service) fileChoices(ctx context.Context, k *keptProject, f Form) (map[*form.Definition]Choices, error) {
	k.mu.Lock()
	err := s.know(ctx, f.ProjectID, f.ID, k.form(f.ID), len(f.Versions))
	versions := k.form(f.ID).versions
	k.mu.Unlock()
	choices, made := map[*form.Definition]Choices{}, map[string][]byte{}
	for i, d := range versions[:min(len(versions), len(f.Versions))] {
		if err == nil && (len(d.Externals) > 0 || len(d.ExternalLists) > 0) {
			choices[d], err = s.choicesOf(ctx, f, i+1, made)
		}
	}
	return choices, err
}

func (f *keptForm) snapshot(language string, choices map[*form.Definition]Choices, rows []int32) *table.Table {
	n := len(f.origins)
	t := &table.Table{Origins: f.origins[:n:n]}
	var some *narrowed
	if rows != nil {
		some = f.narrow(rows)
		t.Origins = some.origins
	}
	for _, c := range f.columns {
		v, data := c.variable(language, choices), c.data
		if some != nil {
			data = some.columns[c]
		} else {
			c.shared = n
		}
		switch {
		case c.isNumbers():
			v.Type, v.Values, data = table.Number, nil, c.asNumbers(data.Codes)
		case v.Ranked:
			v.Type, data = table.One, firsts(data.Sets)
		}
		t.Variables = append(t.Variables, v)
		t.Columns = append(t.Columns, data)
	}
	return t
}

func (c *keptColumn) variable(language string, choices map[*form.Definition]Choices) table.Variable {
	v := table.Variable{Name: string(c.path), Label: string(c.path), Type: c.kind, Personal: c.personal}
	if c.kind != table.Number && c.kind != table.Time {
		v.Values, v.Known = c.values[:len(c.values):len(c.values)], c.known
	}
	isOwn := false
	own := func() {
		if !isOwn {
			v.Values, isOwn = slices.Clone(v.Values), true
		}
	}
	for _, s := range c.sources { // a later version's words go before an earlier one's
		spoken := LanguageFor(s.from, language)
		if label := s.field.Label.In(spoken, s.from); label != "" {
			v.Label = label
		}
		v.Ordered, v.Ranked, v.Ticked = isLikert(s.field.Appearance), s.field.Type == form.Rank, s.field.Type == form.Acknowledge
		if v.Values == nil || !s.field.Type.HasChoices() {
			continue
		}
		list := s.from.Lists[s.field.List]
		if known, ok := choices[s.from]; ok && (list == nil || s.field.File != "") {
			own()
			for code, value := range v.Values {
				v.Values[code].Label = cmp.Or(known.Label(c.path, value.Code, spoken), value.Label)
			}
			continue
		}
		if list == nil {
			continue
		}
		own()
		for _, choice := range list.Choices {
			code, known := c.codes[choice.Name] // not when it was a select once and is a text now
			if label := choice.Label.In(spoken, s.from); known && label != "" {
				v.Values[code].Label = label
			}
		}
	}
	return v
}

// isNumbers tells whether every value of a calculation is a number: its type is known
// by its results only. "007" is none; NaN is a number that is missing: of a sum with
// an unanswered part. Each value is read once.
func (c *keptColumn) isNumbers() bool {
	if len(c.sources) == 0 || len(c.values) == 0 {
		return false
	}
	if t := c.sources[len(c.sources)-1].field.Type; t != form.Calculate && t != form.Hidden {
		return false
	}
	for _, value := range c.values[len(c.numbers):] {
		n := parseNumber(value.Code)
		if xpath.FormatNumber(n) != value.Code && !strings.HasSuffix(value.Code, "Infinity") {
			return false
		}
		c.numbers = append(c.numbers, n)
	}
	return true
}

func (c *keptColumn) asNumbers(codes []int32) table.Column {
	out := make([]float64, len(codes))
	for row, code := range codes {
		out[row] = math.NaN()
		if code != table.Missing {
			out[row] = c.numbers[code]
		}
	}
	return table.Column{Numbers: out}
}

// firsts are what was ranked first: everyone ranks all choices, so that to count them says nothing.
func firsts(sets [][]int32) table.Column {
	out := make([]int32, len(sets))
	for row, set := range sets {
		out[row] = table.Missing
		if len(set) > 0 {
			out[row] = set[0]
		}
	}
	return table.Column{Codes: out}
}
