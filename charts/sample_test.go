package charts_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"tianye/charts"
	"tianye/internal/id"
	"tianye/internal/table"
)

var zone = time.FixedZone("UTC+8", 8*60*60)

var none = math.NaN()

func values(pairs ...string) (list []table.Value) {
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, table.Value{Code: pairs[i], Label: pairs[i+1]})
	}
	return list
}

func origins(n int) (list []id.Origin) {
	for i := range n {
		list = append(list, id.Origin{Kind: id.KindSubmission, ID: fmt.Sprint("s", i)})
	}
	return list
}

func moment(text string) float64 {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, zone)
	if err != nil {
		panic(err)
	}
	return float64(t.Unix())
}

// sample is eight answers, small enough to count by hand; nobody is of the field
// community, and row 7 does not know how satisfied it is.
//
//	row  gender field    satisfied score wants received      town
//	0    f      gov      5         10    a b   03-02 Mon     衢江
//	1    f      gov      4         8     a     03-03         衢江
//	2    m      gov      2         6     none  03-16 Mon     柯城
//	3    m      village  3         7     -     03-17         柯城
//	4    f      village  -         -     b c   03-31 23:30   龙游
//	5    m      village  5         9     a c   04-01 00:30   龙游
//	6    f      -        1         3     c     -             衢江
//	7    -      gov      99        5     b     04-20 Mon     -
func sample() *table.Table {
	return &table.Table{
		Name: "visits", Origins: origins(8),
		Variables: []table.Variable{
			{Name: "gender", Label: "性别", Type: table.One, Values: values("f", "女", "m", "男")},
			{Name: "field", Label: "领域", Type: table.One, Values: values("gov", "机关", "village", "农村", "community", "社区")},
			{Name: "satisfied", Label: "满意程度", Type: table.One, Ordered: true,
				Values: values("1", "很不满意", "2", "不太满意", "3", "一般", "4", "比较满意", "5", "非常满意", "99", "不清楚")},
			{Name: "score", Label: "总体评分", Type: table.Number, Unit: "分"},
			{Name: "wants", Label: "希望改进", Type: table.Many, Values: values("a", "养老", "b", "停车", "c", "卫生")},
			{Name: "received", Label: "收到时间", Type: table.Time},
			{Name: "town", Label: "乡镇", Type: table.Text, Values: values("衢江", "衢江", "柯城", "柯城", "龙游", "龙游")},
			{Name: "hours", Label: "参与小时", Type: table.Number},
		},
		Columns: []table.Column{
			{Codes: []int32{0, 0, 1, 1, 0, 1, 0, -1}},
			{Codes: []int32{0, 0, 0, 1, 1, 1, -1, 0}},
			{Codes: []int32{4, 3, 1, 2, -1, 4, 0, 5}},
			{Numbers: []float64{10, 8, 6, 7, none, 9, 3, 5}},
			{Sets: [][]int32{{0, 1}, {0}, {}, nil, {1, 2}, {0, 2}, {2}, {1}}},
			{Numbers: []float64{moment("2026-03-02 09:00"), moment("2026-03-03 09:00"), moment("2026-03-16 09:00"), moment("2026-03-17 09:00"),
				moment("2026-03-31 23:30"), moment("2026-04-01 00:30"), none, moment("2026-04-20 09:00")}},
			{Codes: []int32{0, 0, 1, 1, 2, 2, 0, -1}},
			{Numbers: []float64{5, 4, 5, 4, 2, none, 1, 3}},
		},
	}
}

func compute(t *testing.T, data *table.Table, s charts.Spec) *charts.Result {
	t.Helper()
	r, err := charts.Compute(data, s, "zh", zone)
	if err != nil {
		t.Fatalf("%+v: %v", s, err)
	}
	return r
}

// show writes a result as "series: category value n/of; …", for comparison with what
// was counted by hand.
func show(r *charts.Result) (lines []string) {
	for i := range r.Series {
		line := r.Series[i].Code + ":"
		for k, c := range r.Series[i].Cells {
			value := fmt.Sprintf("%.4g", c.Value)
			if c.Empty {
				value = "-"
			}
			line += fmt.Sprintf(" %s=%s,%d", r.Categories[k].Code, value, c.N)
			if c.Of > 0 {
				line += fmt.Sprintf("/%d", c.Of)
			}
		}
		lines = append(lines, line)
	}
	return lines
}

// kinds is a Spec of the sample for every kind and most statistics.
func kinds() map[string]charts.Spec {
	return map[string]charts.Spec{
		"bar":     {Measure: "score", By: "field", Statistic: charts.Mean, Kind: charts.Bar},
		"answers": {Measure: "wants", Statistic: charts.Share, Kind: charts.Bar, Sort: charts.Descending},
		"grouped": {Measure: "score", By: "field", Split: "gender", Statistic: charts.Median, Kind: charts.Grouped},
		"stacked": {By: "received", Interval: "month", Split: "gender", Statistic: charts.Count, Kind: charts.Stacked},
		"percent": {Measure: "satisfied", By: "field", Statistic: charts.Share, Base: charts.All, Kind: charts.Percent},
		"line":    {By: "received", Interval: "week", Statistic: charts.Count, Kind: charts.Line},
		"radar":   {Measure: "satisfied", By: "town", Statistic: charts.Mean, Kind: charts.Radar},
		"heatmap": {Measure: "wants", By: "field", Statistic: charts.Share, Kind: charts.HeatMap},
		"boxplot": {Measure: "score", By: "gender", Statistic: charts.Median, Kind: charts.BoxPlot},
		"scatter": {Measure: "score", Second: "hours", Split: "gender", Kind: charts.Scatter},
		"pie":     {By: "town", Statistic: charts.Count, Kind: charts.Pie},
	}
}
