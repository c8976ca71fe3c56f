package charts_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"tianye/charts"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/internal/table"
)

func TestRefusals(t *testing.T) {
	bar := func(change func(*charts.Spec)) charts.Spec {
		s := charts.Spec{Measure: "score", By: "field", Statistic: charts.Mean, Kind: charts.Bar}
		change(&s)
		return s
	}
	for _, c := range []struct {
		spec  charts.Spec
		where string
		key   string
	}{
		{bar(func(s *charts.Spec) { s.Measure = "gone" }), "measure", "chart.problem.noVariable"},
		{bar(func(s *charts.Spec) { s.By = "gone" }), "by", "chart.problem.noVariable"},
		{bar(func(s *charts.Spec) { s.Split = "score" }), "split", "chart.problem.splitType"},
		{bar(func(s *charts.Spec) { s.Split = "field" }), "split", "chart.problem.splitIsBy"},
		{bar(func(s *charts.Spec) { s.Second = "town" }), "second", "chart.problem.secondType"},
		{bar(func(s *charts.Spec) { s.Choices = []string{"4"} }), "choices", "chart.problem.choices"},
		{bar(func(s *charts.Spec) { s.Statistic = charts.Share }), "statistic", "chart.problem.statistic"},
		{bar(func(s *charts.Spec) { s.Interval = "year" }), "interval", "chart.problem.unknown"},
		{bar(func(s *charts.Spec) { s.Base = "some" }), "base", "chart.problem.unknown"},
		{bar(func(s *charts.Spec) { s.Sort = "random" }), "sort", "chart.problem.unknown"},
		{bar(func(s *charts.Spec) { s.Title = strings.Repeat("长", 201) }), "title", "chart.problem.tooLong"},
		{bar(func(s *charts.Spec) { s.Filters = make([]charts.Filter, 21) }), "filters", "chart.problem.manyFilters"},
		{bar(func(s *charts.Spec) {
			s.Filters = []charts.Filter{{Variable: "gender", Values: make([]string, 1001)}}
		}), "filters", "chart.problem.manyValues"},
		{bar(func(s *charts.Spec) { s.Filters = []charts.Filter{{Variable: "gender"}} }), "filters", "chart.problem.emptyFilter"},
		{bar(func(s *charts.Spec) {
			s.Filters = []charts.Filter{{Variable: "score", Values: []string{"three"}}}
		}), "filters", "chart.problem.badNumbers"},
		{bar(func(s *charts.Spec) {
			s.Filters = []charts.Filter{{Variable: "received", Values: []string{"2026-02-30.."}}}
		}), "filters", "chart.problem.badDates"},
		{bar(func(s *charts.Spec) { s.Kind = charts.Stacked }), "kind", "chart.problem.stacked"},
		{bar(func(s *charts.Spec) { s.Kind = charts.Pie }), "kind", "chart.problem.pie"},
		{bar(func(s *charts.Spec) { s.Kind = charts.HeatMap }), "kind", "chart.problem.heatmap"},
		{bar(func(s *charts.Spec) { s.Kind = charts.Scatter }), "kind", "chart.problem.scatter"},
		{bar(func(s *charts.Spec) { s.Kind, s.Split = charts.Bar, "gender" }), "kind", "chart.problem.kind"},
		{bar(func(s *charts.Spec) { s.Kind, s.By = charts.Radar, "gender" }), "kind", "chart.problem.radar"},
		{bar(func(s *charts.Spec) { s.Kind, s.Measure, s.Statistic = charts.BoxPlot, "town", charts.Count }), "kind", "chart.problem.boxplot"},
		{charts.Spec{Measure: "wants", By: "field", Statistic: charts.Share, Kind: charts.Percent}, "kind", "chart.problem.stacked"},
	} {
		var p *problem.Problem
		if err := c.spec.Validate(sample()); !errors.As(err, &p) || p.Kind != problem.Invalid {
			t.Errorf("%s: %v", c.key, err)
			continue
		}
		found := slices.ContainsFunc(p.Details, func(d problem.Detail) bool { return d.Where == c.where && d.Text.Key == c.key })
		if !found {
			t.Errorf("want %s: %s, got %v", c.where, c.key, p)
		}
		for _, d := range p.Details {
			for _, language := range []message.Language{message.Chinese, message.English} {
				if said := message.Sprint(language, d.Text); said == d.Text.Key || strings.Contains(said, "{") {
					t.Errorf("%s in %s: %q", d.Text.Key, language, said)
				}
			}
		}
	}
}

// What only the numbers show is refused when they are computed.
func TestRefusalsOfNumbers(t *testing.T) {
	data := sample()
	data.Columns[data.Find("received")].Numbers[0] = 0 // 1970: a phone whose clock is wrong
	data.Columns[data.Find("score")].Numbers[0] = -1
	for key, s := range map[string]charts.Spec{
		"chart.problem.tooManyMoments": {By: "received", Interval: "day", Statistic: charts.Count, Kind: charts.Line},
		"chart.problem.slices":         {Measure: "score", By: "gender", Statistic: charts.Sum, Kind: charts.Pie, Filters: []charts.Filter{{Variable: "score", Values: []string{"..0"}}}},
		"chart.problem.negative": {Measure: "score", By: "gender", Split: "field", Statistic: charts.Sum, Kind: charts.Stacked,
			Filters: []charts.Filter{{Variable: "score", Values: []string{"..0"}}}},
		"chart.problem.radar": {By: "town", Statistic: charts.Count, Kind: charts.Radar, Filters: []charts.Filter{{Variable: "gender", Values: []string{"f"}}}},
	} {
		_, err := charts.Compute(data, s, "zh", zone)
		if err == nil || !strings.Contains(err.Error(), key) {
			t.Errorf("%s: %v", key, err)
		}
	}
	many := table.Variable{Name: "village", Label: "村", Type: table.One}
	for range 60 {
		many.Values = append(many.Values, values("v", "村")...)
	}
	data.Variables, data.Columns = append(data.Variables, many), append(data.Columns, table.Column{Codes: make([]int32, 8)})
	_, err := charts.Compute(data, charts.Spec{Measure: "satisfied", By: "village", Split: "field", Statistic: charts.Share, Kind: charts.Percent}, "zh", zone)
	if err == nil || !strings.Contains(err.Error(), "chart.problem.manyGroups") {
		t.Error(err)
	}
}

func TestProposals(t *testing.T) {
	for _, c := range []struct {
		measure, by string
		statistic   charts.Statistic
		kind        charts.Kind
	}{
		{"score", "field", charts.Mean, charts.Bar},
		{"satisfied", "field", charts.Share, charts.Percent},
		{"wants", "", charts.Share, charts.Bar},
		{"wants", "field", charts.Share, charts.Grouped},
		{"", "received", charts.Count, charts.Line},
		{"", "town", charts.Count, charts.Bar},
		{"town", "gender", charts.Count, charts.Bar},
	} {
		s := charts.Propose(sample(), c.measure, c.by)
		if s.Statistic != c.statistic || s.Kind != c.kind {
			t.Errorf("%s by %s: %s as %s", c.measure, c.by, s.Statistic, s.Kind)
		}
	}
}

// Everything that is offered is accepted, computed and drawn; everything else refused.
func TestOfferedIsAccepted(t *testing.T) {
	data := sample()
	names := []string{""}
	for _, v := range data.Variables {
		names = append(names, v.Name)
	}
	for _, measure := range names {
		for _, by := range names {
			for _, split := range []string{"", "gender"} {
				s := charts.Propose(data, measure, by)
				s.Split = split
				offered(t, data, s)
			}
		}
	}
}

func offered(t *testing.T, data *table.Table, s charts.Spec) {
	if s.By == s.Split && s.By != "" {
		return
	}
	all := []charts.Kind{charts.Bar, charts.Grouped, charts.Stacked, charts.Percent, charts.Line, charts.Radar, charts.HeatMap, charts.BoxPlot, charts.Scatter, charts.Pie}
	for _, statistic := range charts.Statistics(data, s) {
		s.Statistic = statistic
		for _, kind := range all {
			s.Kind = kind
			err := s.Validate(data)
			if is := slices.Contains(charts.Kinds(data, s), kind); is != (err == nil) {
				t.Errorf("%+v: offered %v, %v", s, is, err)
			} else if is {
				r := compute(t, data, s)
				if _, err := charts.Option(r, s, charts.Look{Language: "en"}); err != nil {
					t.Errorf("%+v: %v", s, err)
				}
			}
		}
	}
}
