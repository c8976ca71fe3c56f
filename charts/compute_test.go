package charts_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"tianye/charts"
	"tianye/internal/table"
)

var update = flag.Bool("update", false, "write testdata anew")

// What follows was counted by hand from the table in sample_test.go.
func TestStatistics(t *testing.T) {
	for _, c := range []struct {
		name     string
		spec     charts.Spec
		n, total int
		want     []string
	}{
		{"mean", charts.Spec{Measure: "score", By: "field", Statistic: charts.Mean, Kind: charts.Bar}, 6, 8,
			[]string{": gov=7.25,4 village=8,2 community=-,0"}},
		{"median", charts.Spec{Measure: "score", By: "field", Statistic: charts.Median, Kind: charts.Bar}, 6, 8,
			[]string{": gov=7,4 village=8,2 community=-,0"}},
		{"sum: nothing is nought", charts.Spec{Measure: "score", By: "field", Statistic: charts.Sum, Kind: charts.Bar}, 6, 8,
			[]string{": gov=29,4 village=16,2 community=0,0"}},
		{"count: who answered; a choice of nobody stays", charts.Spec{Measure: "score", By: "field", Statistic: charts.Count, Kind: charts.Bar}, 6, 8,
			[]string{": gov=4,4 village=2,2 community=0,0"}},
		{"rows", charts.Spec{By: "field", Split: "gender", Statistic: charts.Count, Kind: charts.Grouped}, 6, 8,
			[]string{"f: gov=2,2 village=1,1 community=0,0", "m: gov=1,1 village=2,2 community=0,0"}},
		{"no groups", charts.Spec{Measure: "score", Statistic: charts.Mean, Kind: charts.Bar}, 7, 8, []string{": =6.857,7"}},
		{"text", charts.Spec{Measure: "town", By: "gender", Statistic: charts.Count, Kind: charts.Bar}, 7, 8, []string{": f=4,4 m=3,3"}},

		{"choices of those who answered", charts.Spec{Measure: "satisfied", Statistic: charts.Share, Kind: charts.Bar}, 7, 8,
			[]string{": 1=0.1429,1/7 2=0.1429,1/7 3=0.1429,1/7 4=0.1429,1/7 5=0.2857,2/7 99=0.1429,1/7"}},
		{"choices of all", charts.Spec{Measure: "satisfied", Statistic: charts.Share, Base: charts.All, Kind: charts.Bar}, 8, 8,
			[]string{": 1=0.125,1/8 2=0.125,1/8 3=0.125,1/8 4=0.125,1/8 5=0.25,2/8 99=0.125,1/8 #noanswer=0.125,1/8"}},
		{"several choices: none chosen is an answer", charts.Spec{Measure: "wants", Statistic: charts.Share, Kind: charts.Bar}, 7, 8,
			[]string{": a=0.4286,3/7 b=0.4286,3/7 c=0.4286,3/7"}},
		{"several choices by group", charts.Spec{Measure: "wants", By: "field", Statistic: charts.Share, Kind: charts.Grouped}, 6, 8,
			[]string{"a: gov=0.5,2/4 village=0.5,1/2 community=-,0", "b: gov=0.5,2/4 village=0.5,1/2 community=-,0", "c: gov=0,0/4 village=1,2/2 community=-,0"}},
		{"several choices by group, of all", charts.Spec{Measure: "wants", By: "field", Statistic: charts.Share, Base: charts.All, Kind: charts.HeatMap}, 7, 8,
			[]string{"a: gov=0.5,2/4 village=0.3333,1/3 community=-,0", "b: gov=0.5,2/4 village=0.3333,1/3 community=-,0",
				"c: gov=0,0/4 village=0.6667,2/3 community=-,0", "#noanswer: gov=0,0/4 village=0.3333,1/3 community=-,0"}},
		{"a row in several groups", charts.Spec{Measure: "score", By: "wants", Statistic: charts.Mean, Kind: charts.Bar}, 5, 8,
			[]string{": a=9,3 b=7.5,2 c=6,2"}},
		{"choices by series", charts.Spec{Measure: "satisfied", Split: "gender", Statistic: charts.Count, Kind: charts.Grouped}, 6, 8,
			[]string{"f: 1=1,1 2=0,0 3=0,0 4=1,1 5=1,1 99=0,0", "m: 1=0,0 2=1,1 3=1,1 4=0,0 5=1,1 99=0,0"}},
		{"groups, series and choices", charts.Spec{Measure: "wants", By: "field", Split: "gender", Statistic: charts.Share, Kind: charts.Grouped}, 5, 8,
			[]string{"a: gov f=1,2/2 gov m=0,0/1 village f=0,0/1 village m=1,1/1 community f=-,0 community m=-,0",
				"b: gov f=0.5,1/2 gov m=0,0/1 village f=1,1/1 village m=0,0/1 community f=-,0 community m=-,0",
				"c: gov f=0,0/2 gov m=0,0/1 village f=1,1/1 village m=1,1/1 community f=-,0 community m=-,0"}},

		{"share of some choices", charts.Spec{Measure: "satisfied", Choices: []string{"4", "5"}, By: "gender", Statistic: charts.Share, Kind: charts.Bar}, 6, 8,
			[]string{": f=0.6667,2/3 m=0.3333,1/3"}},
		{"share of some choices, of all", charts.Spec{Measure: "satisfied", Choices: []string{"4", "5"}, By: "gender", Statistic: charts.Share, Base: charts.All, Kind: charts.Bar}, 7, 8,
			[]string{": f=0.5,2/4 m=0.3333,1/3"}},
		{"scale: 99 is no step", charts.Spec{Measure: "satisfied", By: "field", Statistic: charts.Mean, Kind: charts.Bar}, 5, 8,
			[]string{": gov=3.667,3 village=4,2 community=-,0"}},

		{"how rows divide", charts.Spec{By: "field", Statistic: charts.Share, Kind: charts.Pie}, 7, 8,
			[]string{": gov=0.5714,4/7 village=0.4286,3/7 community=0,0/7"}},
		{"how all rows divide", charts.Spec{By: "field", Statistic: charts.Share, Base: charts.All, Kind: charts.Bar}, 8, 8,
			[]string{": gov=0.5,4/8 village=0.375,3/8 community=0,0/8 #noanswer=0.125,1/8"}},
		{"to 100 %", charts.Spec{By: "field", Split: "gender", Statistic: charts.Count, Kind: charts.Percent}, 6, 8,
			[]string{"f: gov=0.6667,2/3 village=0.3333,1/3 community=-,0", "m: gov=0.3333,1/3 village=0.6667,2/3 community=-,0"}},

		{"months of a place", charts.Spec{By: "received", Interval: "month", Statistic: charts.Count, Kind: charts.Line}, 7, 8,
			[]string{": 2026-03=5,5 2026-04=2,2"}},
		{"weeks, with gaps", charts.Spec{By: "received", Interval: "week", Statistic: charts.Count, Kind: charts.Line}, 7, 8,
			[]string{": 2026-03-02=2,2 2026-03-09=0,0 2026-03-16=2,2 2026-03-23=0,0 2026-03-30=2,2 2026-04-06=0,0 2026-04-13=0,0 2026-04-20=1,1"}},
		{"a gap has no mean", charts.Spec{Measure: "score", By: "received", Interval: "week", Statistic: charts.Mean, Kind: charts.Line}, 6, 8,
			[]string{": 2026-03-02=9,2 2026-03-09=-,0 2026-03-16=6.5,2 2026-03-23=-,0 2026-03-30=9,1 2026-04-06=-,0 2026-04-13=-,0 2026-04-20=5,1"}},
		{"ranges", charts.Spec{By: "score", Statistic: charts.Count, Kind: charts.Bar}, 7, 8,
			[]string{": 2..4=1,1 4..6=1,1 6..8=2,2 8..10=2,2 10..12=1,1"}},
		{"texts by the alphabet", charts.Spec{By: "town", Statistic: charts.Count, Kind: charts.Bar}, 7, 8, []string{": 柯城=2,2 龙游=2,2 衢江=3,3"}},

		{"filter a choice", charts.Spec{By: "town", Statistic: charts.Count, Kind: charts.Bar, Filters: []charts.Filter{{Variable: "gender", Values: []string{"f"}}}}, 4, 4,
			[]string{": 龙游=1,1 衢江=3,3"}},
		{"filter numbers and several choices", charts.Spec{By: "gender", Statistic: charts.Count, Kind: charts.Bar,
			Filters: []charts.Filter{{Variable: "score", Values: []string{"..3", "8..9"}}, {Variable: "wants", Values: []string{"a", "c"}}}}, 3, 3,
			[]string{": f=2,2 m=1,1"}},
		{"filter days of a place", charts.Spec{By: "gender", Statistic: charts.Count, Kind: charts.Bar,
			Filters: []charts.Filter{{Variable: "received", Values: []string{"2026-03-03..2026-03-31"}}}}, 4, 4, []string{": f=2,2 m=2,2"}},

		{"greatest first, nothing last", charts.Spec{Measure: "score", By: "field", Statistic: charts.Mean, Kind: charts.Bar, Sort: charts.Descending}, 6, 8,
			[]string{": village=8,2 gov=7.25,4 community=-,0"}},
		{"least first, nothing last", charts.Spec{Measure: "score", By: "field", Statistic: charts.Mean, Kind: charts.Bar, Sort: charts.Ascending}, 6, 8,
			[]string{": gov=7.25,4 village=8,2 community=-,0"}},
		{"by the sum of the series; no answer stays last", charts.Spec{Measure: "satisfied", Statistic: charts.Share, Base: charts.All, Kind: charts.Bar, Sort: charts.Ascending}, 8, 8,
			[]string{": 1=0.125,1/8 2=0.125,1/8 3=0.125,1/8 4=0.125,1/8 99=0.125,1/8 5=0.25,2/8 #noanswer=0.125,1/8"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := compute(t, sample(), c.spec)
			if got := show(r); !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
			if r.N != c.n || r.Total != c.total {
				t.Errorf("n = %d of %d, want %d of %d", r.N, r.Total, c.n, c.total)
			}
		})
	}
}

// Infinite numbers are no answers, and a sum beyond all numbers is none.
func TestBeyondNumbers(t *testing.T) {
	r := compute(t, numbers(math.Inf(1), 2, math.Inf(-1)), charts.Spec{Measure: "x", Statistic: charts.Mean, Kind: charts.Bar})
	if got := show(r)[0]; got != ": =2,1" {
		t.Error(got)
	}
	r = compute(t, numbers(math.MaxFloat64, 2, -1e200), charts.Spec{Measure: "x", Statistic: charts.Mean, Kind: charts.Bar})
	if got := show(r)[0]; got != ": =2,1" {
		t.Error(got)
	}
	r = compute(t, numbers(1e100, 1e100), charts.Spec{Measure: "x", Statistic: charts.Sum, Kind: charts.Bar})
	if got := show(r)[0]; got != ": =-,2" {
		t.Error(got)
	}
}

func TestPlaceOfADay(t *testing.T) {
	s := charts.Spec{By: "received", Interval: "month", Statistic: charts.Count, Kind: charts.Line}
	r, err := charts.Compute(sample(), s, "en", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	if got := show(r)[0]; got != ": 2026-03=6,6 2026-04=1,1" { // half past midnight in Quzhou is still March in Greenwich
		t.Error(got)
	}
	if r.Categories[0].Label != "March" {
		t.Error(r.Categories)
	}
}

func TestScaleSaysWhatItLeavesOut(t *testing.T) {
	r := compute(t, sample(), charts.Spec{Measure: "satisfied", By: "field", Statistic: charts.Mean, Kind: charts.Bar})
	if r.Range == nil || *r.Range != [2]float64{1, 5} || !strings.Contains(r.Notes[0], "不清楚") {
		t.Errorf("range %v, notes %q", r.Range, r.Notes)
	}
}

func TestSmallGroupsAreSaid(t *testing.T) {
	r := compute(t, sample(), charts.Spec{Measure: "score", By: "field", Statistic: charts.Mean, Kind: charts.Bar})
	if want := []string{"样本不足 10 的组请谨慎解读：机关（n=4）、农村（n=2）。"}; !slices.Equal(r.Notes, want) {
		t.Errorf("%q", r.Notes)
	}
	r = compute(t, sample(), charts.Spec{Measure: "wants", By: "field", Statistic: charts.Share, Kind: charts.HeatMap})
	if !strings.Contains(strings.Join(r.Notes, ""), "有 6 处样本不足 10") {
		t.Errorf("%q", r.Notes)
	}
}

func numbers(list ...float64) *table.Table {
	return &table.Table{Origins: origins(len(list)), Variables: []table.Variable{{Name: "x", Label: "数", Type: table.Number}},
		Columns: []table.Column{{Numbers: list}}}
}

// The expectations are R's: quantile(x, type = 7), boxplot.stats with those quartiles.
func TestBox(t *testing.T) {
	for _, c := range []struct {
		given, outliers []float64
		want            [5]float64
	}{
		{[]float64{4, 1, 3, 2}, nil, [5]float64{1, 1.75, 2.5, 3.25, 4}},
		{[]float64{1, 2, 3, 4, 100}, []float64{100}, [5]float64{1, 2, 3, 4, 4}},
		{[]float64{-50, 5, 5, 5, 5, 5, 60, 60}, []float64{-50, 60}, [5]float64{5, 5, 5, 18.75, 18.75}},
		{[]float64{7}, nil, [5]float64{7, 7, 7, 7, 7}},
	} {
		r := compute(t, numbers(c.given...), charts.Spec{Measure: "x", Kind: charts.BoxPlot})
		cell := r.Series[0].Cells[0]
		if *cell.Box != c.want || !slices.Equal(cell.Outliers, c.outliers) || cell.Value != c.want[2] || cell.N != len(c.given) {
			t.Errorf("%v: got %v %v, want %v %v", c.given, *cell.Box, cell.Outliers, c.want, c.outliers)
		}
	}
}

func TestScatter(t *testing.T) {
	data := numbers(2, 4, 5, none, 4, 5)
	data.Variables = append(data.Variables, table.Variable{Name: "z", Label: "另", Type: table.Number},
		table.Variable{Name: "title", Label: "标题", Type: table.Text, Values: values("a", "甲村")})
	data.Columns = append(data.Columns, table.Column{Numbers: []float64{1, 2, 3, 9, 4, 5}}, table.Column{Codes: []int32{0, 0, 0, 0, 0, -1}})
	r := compute(t, data, charts.Spec{Measure: "x", Second: "z", Kind: charts.Scatter})
	if r.N != 5 || r.Total != 6 || len(r.Series[0].Points) != 5 || r.Correlation == nil || math.Abs(*r.Correlation-0.7745966692414834) > 1e-12 {
		t.Errorf("%+v, r = %v", r, r.Correlation)
	}
	if p := r.Series[0].Points[3]; p.X != 4 || p.Y != 4 || p.Label != "甲村" {
		t.Errorf("%+v", p)
	}
	if got := r.Evidence(data, "3", ""); len(got) != 1 || got[0].ID != "s4" {
		t.Errorf("evidence of the point: %v", got)
	}
	if got := r.Evidence(data, "", ""); len(got) != 5 {
		t.Errorf("evidence of all: %v", got)
	}
}

func TestScatterThins(t *testing.T) {
	n := 100_000
	data := numbers(make([]float64, n)...)
	second := make([]float64, n)
	for i := range second {
		second[i], data.Columns[0].Numbers[i] = float64(i), float64(i%7)
	}
	data.Columns[0].Numbers[54_321] = 1000
	data.Variables = append(data.Variables, table.Variable{Name: "z", Label: "另", Type: table.Number})
	data.Columns = append(data.Columns, table.Column{Numbers: second})
	r := compute(t, data, charts.Spec{Measure: "x", Second: "z", Kind: charts.Scatter})
	points := r.Series[0].Points
	furthest := slices.ContainsFunc(points, func(p charts.Point) bool { return p.Y == 1000 })
	if r.N != n || len(points) < 3000 || len(points) > 4100 || !furthest || len(r.Evidence(data, "", "")) != n {
		t.Errorf("n = %d, %d points, the furthest among them: %v", r.N, len(points), furthest)
	}
}

// Evidence gives as many rows as the number says, and those.
func TestEvidence(t *testing.T) {
	data := sample()
	for name, s := range kinds() {
		r := compute(t, data, s)
		for i := range r.Series {
			for k, cell := range r.Series[i].Cells {
				if got := r.Evidence(data, r.Categories[k].Code, r.Series[i].Code); len(got) != cell.N {
					t.Errorf("%s, %s, %s: %d rows, n = %d", name, r.Categories[k].Code, r.Series[i].Code, len(got), cell.N)
				}
			}
		}
	}
	r := compute(t, data, charts.Spec{Measure: "wants", By: "field", Statistic: charts.Share, Kind: charts.HeatMap})
	for _, c := range []struct{ category, series, want string }{
		{"gov", "b", "[{submission s0} {submission s7}]"}, {"village", "", "[{submission s4} {submission s5}]"},
		{"", "c", "[{submission s4} {submission s5}]"}, {"community", "a", "[]"}, {"nothing", "", "[]"},
	} {
		if got := fmt.Sprint(r.Evidence(data, c.category, c.series)); got != c.want {
			t.Errorf("%s, %s: %s, want %s", c.category, c.series, got, c.want)
		}
	}
}

// Of seventy villages the thirty biggest are shown, the others together and last.
func TestLongLists(t *testing.T) {
	villages := table.Variable{Name: "village", Label: "村", Type: table.Text}
	var codes []int32
	for v := range 70 {
		villages.Values = append(villages.Values, values(fmt.Sprint("v", v), fmt.Sprintf("第%d村", v))...)
		for range v + 1 {
			codes = append(codes, int32(v))
		}
	}
	data := &table.Table{Origins: origins(len(codes)), Variables: []table.Variable{villages}, Columns: []table.Column{{Codes: codes}}}
	r := compute(t, data, charts.Spec{By: "village", Statistic: charts.Count, Kind: charts.Bar, Sort: charts.Descending})
	cells := r.Series[0].Cells
	if len(cells) != 31 || r.Categories[0].Code != "v69" || cells[0].N != 70 || r.Categories[30].Code != charts.CodeOther || cells[30].N != 40*41/2 {
		t.Errorf("%v", show(r))
	}
	if r.Categories[30].Label != "其他（40 项）" || len(r.Evidence(data, charts.CodeOther, "")) != 820 {
		t.Errorf("%v", r.Categories[30])
	}
	split := compute(t, data, charts.Spec{Split: "village", Statistic: charts.Count, Kind: charts.Grouped})
	if len(split.Series) != 12 || split.Series[11].Code != charts.CodeOther {
		t.Errorf("%d series", len(split.Series))
	}
}

func TestRanges(t *testing.T) {
	for _, c := range []struct {
		given []float64
		want  []string
	}{
		{[]float64{0, 1, 2, 3}, []string{"0", "1", "2", "3"}},
		{[]float64{18, 90}, []string{"0–19", "20–39", "40–59", "60–79", "80–99"}},
		{[]float64{0.5, 29.9}, []string{"0–6", "6–12", "12–18", "18–24", "24–30"}},
		{[]float64{0.1, 0.31}, []string{"0.1–0.15", "0.15–0.2", "0.2–0.25", "0.25–0.3", "0.3–0.35"}},
		{[]float64{-7, 12}, []string{"-10–-6", "-5–-1", "0–4", "5–9", "10–14"}},
		{[]float64{4.5, 4.5}, []string{"4.5"}},
		{[]float64{none}, nil},
	} {
		r := compute(t, numbers(c.given...), charts.Spec{By: "x", Statistic: charts.Count, Kind: charts.Bar})
		var got []string
		for _, l := range r.Categories {
			got = append(got, l.Label)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%v: %q, want %q", c.given, got, c.want)
		}
	}
}

// The results of every kind, as the page and the store see them.
func TestResultsGolden(t *testing.T) {
	for name, s := range kinds() {
		got, err := json.MarshalIndent(compute(t, sample(), s), "", " ")
		if err != nil {
			t.Fatal(err)
		}
		file := filepath.Join("testdata", name+".json")
		if *update {
			if err := os.WriteFile(file, append(got, '\n'), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.TrimSpace(string(want)) != string(got) {
			t.Errorf("%s is not as in %s (see what changed after go test -update): %s", name, file, got)
		}
	}
}
