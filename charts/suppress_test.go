package charts_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"tianye/charts"
	"tianye/internal/id"
	"tianye/internal/table"
)

// crowd is a table of so many rows for each pair of a field and a gender; amount counts up.
func crowd(counts map[string]int) *table.Table {
	t := &table.Table{Variables: []table.Variable{{Name: "field", Label: "领域", Type: table.One}, {Name: "gender", Label: "性别", Type: table.One},
		{Name: "amount", Label: "数", Type: table.Number}, {Name: "other", Label: "另一数", Type: table.Number}}, Columns: make([]table.Column, 4)}
	for i, codes := range []string{"abcd", "fm"} {
		for _, c := range codes {
			t.Variables[i].Values = append(t.Variables[i].Values, table.Value{Code: string(c), Label: string(c)})
		}
	}
	for f, field := range "abcd" {
		for g, gender := range "fm" {
			for range counts[string([]rune{field, gender})] {
				n := float64(len(t.Origins))
				t.Origins = append(t.Origins, id.Origin{Kind: id.KindSubmission, ID: fmt.Sprint(n)})
				t.Columns[0].Codes = append(t.Columns[0].Codes, int32(f))
				t.Columns[1].Codes = append(t.Columns[1].Codes, int32(g))
				t.Columns[2].Numbers, t.Columns[3].Numbers = append(t.Columns[2].Numbers, n), append(t.Columns[3].Numbers, 2*n)
			}
		}
	}
	return t
}

// shownCells writes a result's cells: a number, - for none, # for hidden.
func shownCells(r *charts.Result) string {
	var lines []string
	for _, s := range r.Series {
		line := s.Code + ":"
		for _, c := range s.Cells {
			switch {
			case c.Hidden && (c.N != 0 || c.Value != 0 || !c.Empty || c.Box != nil):
				line += " LEAK"
			case c.Hidden:
				line += " #"
			case c.Empty:
				line += " -"
			default:
				line += fmt.Sprintf(" %.4g", c.Value)
			}
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; ")
}

func TestSuppress(t *testing.T) {
	small := map[string]int{"af": 9, "am": 8, "bf": 3, "bm": 7, "cf": 6, "cm": 12}
	for name, c := range map[string]struct {
		counts map[string]int
		spec   charts.Spec
		k      int
		want   string
		hidden int
		n      int
	}{
		"nothing small":               {map[string]int{"af": 9, "bf": 5}, charts.Spec{By: "field", Statistic: charts.Count, Kind: charts.Bar}, 5, ": 9 5 0 0", 0, 14},
		"the next smallest goes too":  {map[string]int{"af": 9, "bf": 3, "cf": 6}, charts.Spec{By: "field", Statistic: charts.Count, Kind: charts.Bar}, 5, ": 9 # # 0", 2, 18},
		"two small hide each other":   {map[string]int{"af": 9, "bf": 3, "cf": 2}, charts.Spec{By: "field", Statistic: charts.Count, Kind: charts.Bar}, 5, ": 9 # # 0", 2, 14},
		"two of one row each":         {map[string]int{"af": 1, "bf": 1, "cf": 40}, charts.Spec{By: "field", Statistic: charts.Count, Kind: charts.Bar}, 5, ": # # # 0", 3, 42},
		"a pie of such":               {map[string]int{"af": 1, "bf": 1, "cf": 40, "df": 9}, charts.Spec{By: "field", Statistic: charts.Count, Kind: charts.Pie}, 5, ": 40 11", 3, 51},
		"another threshold":           {map[string]int{"af": 9, "bf": 3, "cf": 6}, charts.Spec{By: "field", Statistic: charts.Count, Kind: charts.Bar}, 3, ": 9 3 6 0", 0, 18},
		"a total that is small":       {map[string]int{"bf": 3}, charts.Spec{By: "field", Statistic: charts.Count, Kind: charts.Bar}, 5, ": 0 # 0 0", 1, 0},
		"rows and columns":            {small, charts.Spec{By: "field", Split: "gender", Statistic: charts.Count, Kind: charts.Grouped}, 5, "f: 9 # # 0; m: 8 # # 0", 4, 45},
		"a mean of few":               {small, charts.Spec{Measure: "amount", By: "field", Split: "gender", Statistic: charts.Mean, Kind: charts.Grouped}, 5, "f: 4 # # -; m: 12.5 # # -", 4, 45},
		"a share of few":              {map[string]int{"af": 20, "am": 20, "bf": 2, "bm": 2, "cf": 10, "cm": 11}, charts.Spec{Measure: "gender", By: "field", Choices: []string{"f"}, Statistic: charts.Share, Kind: charts.Bar}, 5, ": 0.5 # # -", 2, 65},
		"all but few":                 {map[string]int{"af": 38, "am": 2, "bf": 10, "bm": 10, "cf": 5, "cm": 5}, charts.Spec{Measure: "gender", By: "field", Choices: []string{"f"}, Statistic: charts.Share, Kind: charts.Bar}, 5, ": # 0.5 # -", 2, 70},
		"percent":                     {small, charts.Spec{By: "field", Split: "gender", Statistic: charts.Count, Kind: charts.Percent}, 5, "f: 0.5294 # # -; m: 0.4706 # # -", 4, 45},
		"a pie gathers what it hides": {map[string]int{"af": 9, "bf": 3, "cf": 6}, charts.Spec{By: "field", Statistic: charts.Count, Kind: charts.Pie}, 5, ": 9 0 9", 2, 18},
		"a box":                       {map[string]int{"af": 9, "bf": 3, "cf": 6}, charts.Spec{Measure: "amount", By: "field", Statistic: charts.Median, Kind: charts.BoxPlot}, 5, ": 4 # # -", 2, 18},
	} {
		t.Run(name, func(t *testing.T) {
			tab := crowd(c.counts)
			r, err := charts.Compute(tab, c.spec, "zh", time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			before := shownCells(r)
			got := charts.Suppress(r, c.spec, c.k, "zh")
			if shownCells(got) != c.want || got.Hidden != c.hidden || got.N != c.n {
				t.Errorf("%s, %d hidden, n=%d; want %s, %d, %d", shownCells(got), got.Hidden, got.N, c.want, c.hidden, c.n)
			}
			if shownCells(r) != before {
				t.Error("the result itself was changed")
			}
			if again := charts.Suppress(got, c.spec, c.k, "zh"); shownCells(again) != shownCells(got) {
				t.Errorf("twice is another: %s", shownCells(again))
			}
			evidence := 0
			for _, category := range got.Categories {
				if got.IsHidden(category.Code, "") {
					evidence += len(got.Evidence(tab, category.Code, "f"))
				}
			}
			if c.hidden > 0 && evidence > 0 {
				t.Errorf("%d rows behind what is hidden", evidence)
			}
			if said := strings.Contains(strings.Join(got.Notes, ""), "隐去"); said != (c.hidden > 0) {
				t.Errorf("notes %q", got.Notes)
			}
			if strings.Contains(strings.Join(got.Notes, ""), "n=3") {
				t.Errorf("a note tells: %q", got.Notes)
			}
			var book bytes.Buffer
			if err := charts.WriteXLSX(&book, got, c.spec, charts.Look{Language: "zh"}); err != nil {
				t.Error(err)
			}
			if _, err := charts.Option(got, c.spec, charts.Look{Language: "zh"}); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestSuppressScatter: no point is one row's, and none has a name.
func TestSuppressScatter(t *testing.T) {
	tab := crowd(map[string]int{"af": 120, "bf": 7})
	spec := charts.Spec{Measure: "amount", Second: "other", Split: "field", Kind: charts.Scatter}
	r, err := charts.Compute(tab, spec, "zh", time.UTC)
	if err != nil {
		t.Fatal(err)
	}
	got := charts.Suppress(r, spec, 5, "zh")
	points := 0
	for _, s := range got.Series {
		points += len(s.Points)
		for _, p := range s.Points {
			if p.Label != "" || p.X != 2*p.Y {
				t.Errorf("%+v", p)
			}
		}
	}
	if points < 10 || points > 13 || got.Correlation == nil || len(got.Evidence(tab, "0", "a")) != 0 || r.Series[0].Points[0].X != 0 {
		t.Errorf("%d points, correlation %v", points, got.Correlation)
	}
	few, _ := charts.Compute(crowd(map[string]int{"af": 4}), spec, "zh", time.UTC)
	if got := charts.Suppress(few, spec, 5, "zh"); got.N != 0 || got.Correlation != nil || strings.Contains(strings.Join(got.Notes, ""), "n = 4") {
		t.Errorf("few points: %+v", got)
	}
}
