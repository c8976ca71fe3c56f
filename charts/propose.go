package charts

import (
	"math"
	"slices"

	"tianye/internal/table"
)

var nan, inf = math.NaN(), math.Inf(1)

// Statistics gives those that make sense of the measure, the best first.
func Statistics(t *table.Table, s Spec) []Statistic {
	v := find(t, s.Measure)
	switch {
	case v == nil && s.By != "":
		return []Statistic{Count, Share}
	case v == nil || v.Type == table.Text || v.Type == table.Time:
		return []Statistic{Count}
	case v.Type == table.Number:
		return []Statistic{Mean, Median, Sum, Count}
	}
	if numbers, _, _ := scale(v); numbers != nil && len(s.Choices) == 0 {
		return []Statistic{Share, Count, Mean, Median}
	}
	return []Statistic{Share, Count}
}

// shape is what of a Spec decides which kinds make sense.
type shape struct {
	by      *table.Variable
	choices bool // the measure's choices are a dimension
	series  bool // there is more than one series
	numeric bool // every row has a number: box plots
	stacks  bool // the values of the series are parts of a whole
	slices  bool // the values of the categories are
}

func shapeOf(t *table.Table, s Spec) shape {
	v := find(t, s.Measure)
	numbers, _, _ := scale(v)
	counted := s.Statistic == Count || s.Statistic == Share
	h := shape{by: find(t, s.By)}
	h.choices = isSelect(v) && len(s.Choices) == 0 && counted
	h.series = s.Split != "" || h.choices && s.By != ""
	h.numeric = v != nil && v.Type == table.Number || numbers != nil && len(s.Choices) == 0
	many := h.choices && v.Type == table.Many // its choices overlap
	total := s.Statistic == Count || s.Statistic == Sum
	h.stacks = h.series && (total || h.choices && s.By != "") && !(many && s.By != "")
	h.slices = !h.series && (h.by != nil || h.choices) && (total || h.choices || v == nil) &&
		s.Statistic != Mean && s.Statistic != Median && !many && (h.by == nil || h.by.Type != table.Many)
	return h
}

// Kinds gives those that make sense for what is chosen, the best first: what Validate
// accepts.
func Kinds(t *table.Table, s Spec) []Kind {
	if s.Second != "" {
		first, second := find(t, s.Measure), find(t, s.Second)
		if first == nil || second == nil || first.Type != table.Number || second.Type != table.Number {
			return nil
		}
		return []Kind{Scatter}
	}
	h := shapeOf(t, s)
	var kinds []Kind
	if h.series {
		kinds = h.manySeries()
	} else {
		kinds = h.oneSeries()
	}
	if h.by != nil && h.by.Type == table.Time {
		kinds = slices.DeleteFunc(kinds, func(k Kind) bool { return k == Radar || k == Pie })
		kinds = slices.Insert(kinds, 0, Line)
	} else if h.by != nil && h.by.Type != table.Many || h.by == nil && h.choices && find(t, s.Measure).Type == table.One {
		kinds = append(kinds, Line)
	}
	if h.by != nil && (h.by.Type == table.Number || len(h.by.Values) >= 3) {
		kinds = append(kinds, Radar)
	}
	if h.numeric {
		kinds = append(kinds, BoxPlot)
	}
	return kinds
}

func (h shape) oneSeries() []Kind {
	if h.slices {
		return []Kind{Bar, Pie}
	}
	return []Kind{Bar}
}

func (h shape) manySeries() []Kind {
	kinds := []Kind{Grouped, HeatMap}
	switch {
	case h.stacks && h.choices && h.by != nil: // how the answers divide in each group
		kinds = []Kind{Percent, Stacked, Grouped, HeatMap}
	case h.stacks:
		kinds = []Kind{Grouped, Stacked, Percent, HeatMap}
	}
	return kinds
}

// Propose gives a sensible Spec of a measure and what it is compared by, "" for
// neither; the title is left to people.
func Propose(t *table.Table, measure, by string) Spec {
	s := Spec{Measure: measure, By: by, Base: Answered}
	if len(t.Origins) > 0 {
		s.Source.Kind = t.Origins[0].Kind
	}
	v := find(t, by)
	if measure != "" && (v == nil || v.Type == table.Many || v.Type == table.Text) {
		s.Sort = Descending
	}
	if m := find(t, measure); m != nil && by == "" && (m.Ordered || m.Type == table.Number) {
		s.Sort = Natural
	}
	return Fit(t, s)
}

// Fit puts what makes sense in place of what no longer does, for instance after
// another measure was chosen: choices, second variable, statistic and kind.
func Fit(t *table.Table, s Spec) Spec {
	if !isSelect(find(t, s.Measure)) {
		s.Choices = nil
	}
	if len(Kinds(t, s)) == 0 {
		s.Second = ""
	}
	if list := Statistics(t, s); !slices.Contains(list, s.Statistic) {
		s.Statistic = list[0]
	}
	if list := Kinds(t, s); !slices.Contains(list, s.Kind) {
		s.Kind = list[0]
	}
	return s
}
