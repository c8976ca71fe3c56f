package charts_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"tianye/charts"
	"tianye/internal/table"
)

// large is 100,000 answers.
func large() *table.Table {
	const rows = 100_000
	random := rand.New(rand.NewPCG(1, 2))
	score, again, received := make([]float64, rows), make([]float64, rows), make([]float64, rows)
	field, likert, village := make([]int32, rows), make([]int32, rows), make([]int32, rows)
	wants := make([][]int32, rows)
	start := float64(time.Date(2026, 3, 1, 0, 0, 0, 0, zone).Unix())
	for i := range rows {
		field[i], likert[i], village[i] = random.Int32N(5), random.Int32N(6)-1, random.Int32N(500)
		score[i], again[i] = random.NormFloat64(), random.NormFloat64()
		received[i] = start + random.Float64()*120*86400
		if i%20 == 0 {
			score[i] = math.NaN()
		}
		wants[i] = []int32{}
		for c := range int32(9) {
			if random.IntN(3) == 0 {
				wants[i] = append(wants[i], c)
			}
		}
	}
	var villages, nine []table.Value
	for i := range 500 {
		villages = append(villages, values(fmt.Sprint("v", i), fmt.Sprintf("第%d村", i))...)
	}
	for i := range 9 {
		nine = append(nine, values(fmt.Sprint(i), fmt.Sprint("选项", i))...)
	}
	return &table.Table{Origins: origins(rows),
		Variables: []table.Variable{
			{Name: "score", Label: "评分", Type: table.Number}, {Name: "again", Label: "另一评分", Type: table.Number},
			{Name: "received", Label: "收到时间", Type: table.Time},
			{Name: "field", Label: "领域", Type: table.One, Values: nine[:5]}, {Name: "likert", Label: "满意度", Type: table.One, Values: nine[:5]},
			{Name: "village", Label: "村", Type: table.Text, Values: villages}, {Name: "wants", Label: "希望", Type: table.Many, Values: nine}},
		Columns: []table.Column{{Numbers: score}, {Numbers: again}, {Numbers: received}, {Codes: field}, {Codes: likert}, {Codes: village}, {Sets: wants}},
	}
}

// BenchmarkCompute100k is to stay below 50 ms for each.
func BenchmarkCompute100k(b *testing.B) {
	data := large()
	for _, c := range []struct {
		name string
		spec charts.Spec
	}{
		{"mean by One", charts.Spec{Measure: "score", By: "field", Statistic: charts.Mean, Kind: charts.Bar}},
		{"share of Many by One split by One", charts.Spec{Measure: "wants", By: "field", Split: "likert", Statistic: charts.Share, Kind: charts.Grouped}},
		{"mean by Many split by One", charts.Spec{Measure: "score", By: "wants", Split: "field", Statistic: charts.Mean, Kind: charts.Grouped}},
		{"median by Text of 500", charts.Spec{Measure: "score", By: "village", Statistic: charts.Median, Kind: charts.Bar}},
		{"box by One", charts.Spec{Measure: "score", By: "field", Kind: charts.BoxPlot}},
		{"count by week split by One", charts.Spec{By: "received", Interval: "week", Split: "field", Statistic: charts.Count, Kind: charts.Stacked}},
		{"mean by range, filtered", charts.Spec{Measure: "score", By: "again", Statistic: charts.Mean, Kind: charts.Bar,
			Filters: []charts.Filter{{Variable: "wants", Values: []string{"1", "2"}}, {Variable: "received", Values: []string{"2026-03-15..2026-05-31"}}}}},
		{"scatter", charts.Spec{Measure: "score", Second: "again", Split: "field", Kind: charts.Scatter}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if _, err := charts.Compute(data, c.spec, "zh", zone); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
