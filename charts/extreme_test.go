package charts_test

import (
	"encoding/json"
	"math"
	"testing"

	"tianye/charts"
	"tianye/internal/table"
)

// TestExtremeNumbers: whatever numbers a phone sends, also beyond all measure, every
// comparison of them is refused or drawn.
func TestExtremeNumbers(t *testing.T) {
	const most, least = math.MaxFloat64, math.SmallestNonzeroFloat64
	for _, xs := range [][]float64{{-most, most, 0, none}, {most, most, most, most}, {most, most, most, 1}, {least, 0, -least, none}, {1e99, -1e99, 1, 2}, {none, none, none, none}} {
		drawAll(t, &table.Table{Origins: origins(4), Variables: []table.Variable{
			{Name: "x", Label: "数", Type: table.Number}, {Name: "y", Label: "另一数", Type: table.Number}, {Name: "t", Label: "时间", Type: table.Time},
			{Name: "c", Label: "选择", Type: table.One, Values: values("1", "甲", "2", "乙")}},
			Columns: []table.Column{{Numbers: xs}, {Numbers: []float64{xs[3], xs[2], xs[1], xs[0]}}, {Numbers: xs}, {Codes: []int32{0, 1, 0, 1}}}}, nil)
	}
}

// TestNothingIsLeft: filters that let no row through are no mistake.
func TestNothingIsLeft(t *testing.T) {
	data := sample()
	for i, v := range map[int]string{0: "c", 3: "x", 5: "t", 7: "y"} {
		data.Variables[i].Name = v
	}
	drawAll(t, data, []charts.Filter{{Variable: "x", Values: []string{"1000.."}}})
}

// drawAll computes and draws every comparison of the variables x, y (numbers), t (a time) and c (a choice).
func drawAll(t *testing.T, data *table.Table, filters []charts.Filter) {
	t.Helper()
	s := charts.Spec{Title: "图", Filters: filters}
	for _, s.Kind = range []charts.Kind{charts.Bar, charts.Grouped, charts.Stacked, charts.Percent, charts.Line, charts.Pie, charts.Radar, charts.HeatMap, charts.BoxPlot, charts.Scatter} {
		if s.Second = ""; s.Kind == charts.Scatter {
			s.Second = "y"
		}
		for _, s.Statistic = range []charts.Statistic{charts.Count, charts.Share, charts.Mean, charts.Median, charts.Sum} {
			for _, s.Measure = range []string{"", "x", "c"} {
				for _, s.By = range []string{"", "x", "t", "c"} {
					for _, s.Split = range []string{"", "c"} {
						draw(t, data, s)
					}
				}
			}
		}
	}
}

func draw(t *testing.T, data *table.Table, s charts.Spec) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Errorf("%+v: %v", s, p)
		}
	}()
	r, err := charts.Compute(data, s, "zh", zone)
	if err != nil {
		return // refused in words
	}
	if _, err := json.Marshal(r); err != nil {
		t.Errorf("%+v: %v", s, err)
	}
	if _, err := charts.Option(r, s, charts.Look{Language: "zh"}); err != nil {
		t.Errorf("%+v: %v", s, err)
	}
}
