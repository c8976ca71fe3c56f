package charts

import (
	"slices"
	"strconv"
	"time"

	"tianye/internal/problem"
	"tianye/internal/table"
)

// The limits of what people type, in characters.
const (
	maxTitle   = 200
	maxLine    = 1000
	maxFilters = 20
	maxValues  = 1000 // of a filter, or choices
)

// find gives a variable by its name; nil when there is none of that name.
func find(t *table.Table, name string) *table.Variable {
	if at := t.Find(name); name != "" && at >= 0 {
		return &t.Variables[at]
	}
	return nil
}

// Validate checks a Spec against the table that it is for. The error is a problem
// whose details say the field of the Spec by its JSON name.
func (s Spec) Validate(t *table.Table) error {
	p := problem.New(problem.Invalid, "chart.problem.invalid")
	s.validateVariables(t, p)
	s.validateFilters(t, p)
	s.validateTexts(p)
	if len(p.Details) == 0 { // the rest makes sense of known variables only
		s.validateChoice(t, p)
	}
	if len(p.Details) > 0 {
		return p
	}
	return nil
}

func (s Spec) validateVariables(t *table.Table, p *problem.Problem) {
	for _, given := range []struct {
		field, name string
		allowed     []table.Type // nil: any
	}{
		{"measure", s.Measure, nil},
		{"second", s.Second, []table.Type{table.Number}},
		{"by", s.By, nil},
		{"split", s.Split, []table.Type{table.One, table.Text}},
	} {
		v := find(t, given.name)
		switch {
		case given.name == "":
		case v == nil:
			p.With(given.field, "chart.problem.noVariable", given.name)
		case given.allowed != nil && !slices.Contains(given.allowed, v.Type) && given.field == "split":
			p.With("split", "chart.problem.splitType", v.Label)
		case given.allowed != nil && !slices.Contains(given.allowed, v.Type):
			p.With("second", "chart.problem.secondType", v.Label)
		}
	}
	if s.By != "" && s.By == s.Split {
		p.With("split", "chart.problem.splitIsBy")
	}
	switch v := find(t, s.Measure); {
	case len(s.Choices) > 0 && !isSelect(v):
		p.With("choices", "chart.problem.choices")
	case len(s.Choices) > maxValues:
		p.With("choices", "chart.problem.manyValues", v.Label, maxValues)
	}
}

func (s Spec) validateFilters(t *table.Table, p *problem.Problem) {
	if len(s.Filters) > maxFilters {
		p.With("filters", "chart.problem.manyFilters", maxFilters)
	}
	for _, f := range s.Filters {
		v := find(t, f.Variable)
		switch {
		case v == nil:
			p.With("filters", "chart.problem.noVariable", f.Variable)
		case len(f.Values) > maxValues:
			p.With("filters", "chart.problem.manyValues", v.Label, maxValues)
		case len(f.Values) == 0:
			p.With("filters", "chart.problem.emptyFilter", v.Label)
		case v.Type == table.Number || v.Type == table.Time:
			for _, text := range f.Values {
				if _, ok := parseInterval(text, v.Type == table.Time, time.UTC); ok {
					continue
				}
				if v.Type == table.Time {
					p.With("filters", "chart.problem.badDates", v.Label, text)
				} else {
					p.With("filters", "chart.problem.badNumbers", v.Label, text)
				}
			}
		}
	}
}

func (s Spec) validateTexts(p *problem.Problem) {
	for _, given := range []struct {
		field, text string
		most        int
	}{{"title", s.Title, maxTitle}, {"sourceLine", s.SourceLine, maxLine}, {"note", s.Note, maxLine}} {
		if tooLong(given.text, given.most) {
			p.With(given.field, "chart.problem.tooLong", given.most)
		}
	}
	if s.Base != "" && s.Base != Answered && s.Base != All {
		p.With("base", "chart.problem.unknown", string(s.Base))
	}
	if s.Sort != Natural && s.Sort != Ascending && s.Sort != Descending {
		p.With("sort", "chart.problem.unknown", string(s.Sort))
	}
	if _, known := units[s.Interval]; s.Interval != "" && !known {
		p.With("interval", "chart.problem.unknown", s.Interval)
	}
}

func (s Spec) validateChoice(t *table.Table, p *problem.Problem) {
	if s.Kind != Scatter && s.Kind != BoxPlot && !slices.Contains(Statistics(t, s), s.Statistic) {
		p.With("statistic", "chart.problem.statistic")
	}
	if slices.Contains(Kinds(t, s), s.Kind) {
		return
	}
	switch s.Kind {
	case Radar:
		p.With("kind", "chart.problem.radar")
	case HeatMap:
		p.With("kind", "chart.problem.heatmap")
	case Pie:
		p.With("kind", "chart.problem.pie")
	case BoxPlot:
		p.With("kind", "chart.problem.boxplot")
	case Scatter:
		p.With("kind", "chart.problem.scatter")
	case Stacked, Percent:
		p.With("kind", "chart.problem.stacked")
	default:
		p.With("kind", "chart.problem.kind")
	}
}

func isSelect(v *table.Variable) bool {
	return v != nil && (v.Type == table.One || v.Type == table.Many)
}

// dontKnow are codes that questionnaires use for 不知道, 拒答 and the like; beside a
// scale they are no steps of it.
var dontKnow = []float64{-9, -8, -7, -1, 77, 88, 97, 98, 99, 777, 888, 997, 998, 999}

// scale gives the number of each code of a select whose codes are all numbers, NaN
// for a code of dontKnow beyond a scale of at most 11 steps; nil when it is no scale.
func scale(v *table.Variable) (numbers []float64, least, most float64) {
	if v == nil || v.Type != table.One || len(v.Values) < 2 {
		return nil, 0, 0
	}
	least, most = inf, -inf
	for _, value := range v.Values {
		x, err := strconv.ParseFloat(value.Code, 64)
		if err != nil || x != x || x > 1e9 || x < -1e9 {
			return nil, 0, 0
		}
		numbers = append(numbers, x)
		if !slices.Contains(dontKnow, x) {
			least, most = min(least, x), max(most, x)
		}
	}
	if least >= most {
		return nil, 0, 0
	}
	for i, x := range numbers {
		switch {
		case !slices.Contains(dontKnow, x):
		case least >= 0 && most <= 11:
			numbers[i] = nan
		default: // an ordinary number among such
			least, most = min(least, x), max(most, x)
		}
	}
	return numbers, least, most
}
