package charts

import (
	"math"
	"strconv"
	"strings"

	"tianye/internal/problem"
	"tianye/internal/table"
)

// addNotes says what a reader must know of how it was counted.
func (c *computation) addNotes() {
	if c.choice.variable != nil && c.choice.variable.Type == table.Many && c.result.Shares {
		c.note("“%s”为多选，各项占比之和可以超过 100%%。", "“%s” takes several answers: the shares may add up to more than 100%%.", c.choice.variable.Label)
	}
	if c.by.variable != nil && c.by.variable.Type == table.Many {
		c.note("“%s”为多选，一份可以计入多个组。", "“%s” takes several answers: one record may count in several groups.", c.by.variable.Label)
	}
	for i, x := range c.numbers {
		if math.IsNaN(x) {
			c.note("平均值和中位数不含“%s”。", "The mean and median leave out “%s”.", labelOf(c.measure.Values[i]))
		}
	}
	switch {
	case c.s.Kind == BoxPlot && c.split.variable == nil:
		c.note("箱体为四分位数，须线到 1.5 倍四分位距以内的最远值，圆点为其外的值。", "Boxes are quartiles; whiskers reach the furthest values within 1.5 interquartile ranges; dots are values outside.")
	case c.s.Kind == BoxPlot:
		c.note("箱体为四分位数，须线到 1.5 倍四分位距以内的最远值，其外的值没有画出。", "Boxes are quartiles; whiskers reach the furthest values within 1.5 interquartile ranges; values outside are not drawn.")
	}
}

// few is a number of rows of which a mean or share says little.
const few = 10

// smallNote warns of groups of few rows; "" when there are none.
func smallNote(r *Result, s Spec, w *words) string {
	if s.Statistic == Count || s.Statistic == Sum {
		return ""
	}
	var small []string
	for i := range r.Series {
		for k, cell := range r.Series[i].Cells {
			if n := max(cell.N, cell.Of); n > 0 && n < few && !cell.Hidden {
				small = append(small, r.Categories[k].Label+w.open+"n="+strconv.Itoa(n)+w.shut)
			}
		}
	}
	const listed = 4
	switch {
	case len(small) == 0:
		return ""
	case len(small) <= listed && len(r.Series) == 1:
		return w.say("样本不足 %d 的组请谨慎解读：%s。", "Groups of fewer than %d say little: %s.", few, strings.Join(small, w.say("、", ", ")))
	}
	return w.say("有 %[2]d 处样本不足 %[1]d，请谨慎解读。", "%[2]d of the numbers are of fewer than %[1]d and say little.", few, len(small))
}

// note adds a sentence to the result's.
func (c *computation) note(zh, en string, args ...any) {
	c.result.Notes = append(c.result.Notes, c.words.say(zh, en, args...))
}

// checkSize refuses what no picture of the kind can show.
func (c *computation) checkSize() error {
	r := c.result
	switch {
	case c.s.Kind == Radar && (len(r.Categories) < 3 || len(r.Categories) > maxAxes):
		return problem.New(problem.Invalid, "chart.problem.invalid").With("kind", "chart.problem.radar")
	case c.s.Kind == Pie && (len(r.Categories) > maxSlices || hasNegative(r)):
		return problem.New(problem.Invalid, "chart.problem.invalid").With("kind", "chart.problem.slices", maxSlices)
	case (c.s.Kind == Stacked || c.s.Kind == Percent) && hasNegative(r):
		return problem.New(problem.Invalid, "chart.problem.invalid").With("kind", "chart.problem.negative")
	case c.divided && c.split.variable != nil && len(r.Categories) > maxProducts:
		return problem.New(problem.Invalid, "chart.problem.invalid").With("split", "chart.problem.manyGroups", len(r.Categories), maxProducts)
	}
	return nil
}

// The most that a picture shows.
const (
	maxSlices   = 12
	maxAxes     = 20  // of a radar
	maxProducts = 120 // groups of By, each by those of Split
)

func hasNegative(r *Result) bool {
	for i := range r.Series {
		for _, cell := range r.Series[i].Cells {
			if cell.Value < 0 {
				return true
			}
		}
	}
	return false
}
