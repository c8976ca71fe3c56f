package charts

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"tianye/internal/table"
)

// evaluate makes each cell's number of its rows.
func (c *computation) evaluate() {
	cells := c.distribute()
	n := len(c.result.Categories)
	buffer := make([]float64, 0, len(c.members))
	for i := range c.result.Series {
		c.result.Series[i].Cells = cells[i*n : (i+1)*n]
	}
	for k := range cells {
		cell := &cells[k]
		cell.N = len(cell.rows)
		switch c.s.Statistic {
		case Count:
			cell.Value = float64(cell.N)
		case Share:
			cell.Of = c.bases[c.base(k)]
			cell.Empty = cell.Of == 0
			if !cell.Empty {
				cell.Value = float64(cell.N) / float64(cell.Of)
			}
		default:
			buffer = buffer[:0]
			for _, row := range cell.rows {
				buffer = append(buffer, c.value(row))
			}
			c.measureCell(cell, buffer)
		}
		if missing(cell.Value) { // a sum beyond all numbers
			cell.Value, cell.Empty = 0, true
		}
	}
}

// distribute sorts the members into cells, series by series, by counting.
func (c *computation) distribute() []Cell {
	total := len(c.by.labels) * len(c.split.labels) * len(c.choice.labels)
	ends := make([]int32, total+1)
	for _, m := range c.members {
		ends[m.cell+1]++
	}
	for k := range total {
		ends[k+1] += ends[k]
	}
	rows := make([]int32, len(c.members))
	next := slices.Clone(ends[:total])
	for _, m := range c.members {
		rows[next[m.cell]] = m.row
		next[m.cell]++
	}
	cells := make([]Cell, total)
	for k := range cells {
		cells[k].rows = rows[ends[k]:ends[k+1]:ends[k+1]]
	}
	return cells
}

func (c *computation) measureCell(cell *Cell, values []float64) {
	cell.Empty = len(values) == 0 && c.s.Statistic != Sum
	switch {
	case len(values) == 0:
	case c.s.Kind == BoxPlot:
		five, outliers := box(values)
		cell.Box, cell.Outliers, cell.Value = &five, outliers, five[2]
	case c.s.Statistic == Mean:
		cell.Value = sum(values) / float64(len(values))
	case c.s.Statistic == Median:
		slices.Sort(values)
		cell.Value = quantile(values, 0.5)
	default:
		cell.Value = sum(values)
	}
}

// toPercent divides each category's values by their sum over the series.
func (c *computation) toPercent() {
	for k := range c.result.Categories {
		whole, n := 0.0, 0
		for i := range c.result.Series {
			cell := c.result.Series[i].Cells[k]
			whole, n = whole+cell.Value, n+cell.N
		}
		for i := range c.result.Series {
			cell := &c.result.Series[i].Cells[k]
			cell.Of, cell.Empty = n, whole == 0
			if whole != 0 {
				cell.Value /= whole
			}
		}
	}
}

// sort puts the categories in the order asked for: by the sum of counts and sums over
// the series, otherwise by the first series. Groups of time keep theirs.
func (c *computation) sort() {
	r := c.result
	if c.s.Sort == Natural || r.Time || len(r.Series) == 0 {
		return
	}
	keys := make([]float64, len(r.Categories))
	for k := range keys {
		for i := range r.Series {
			if i == 0 || !r.Shares && (c.s.Statistic == Count || c.s.Statistic == Sum) {
				keys[k] += r.Series[i].Cells[k].Value
			}
		}
		if r.Series[0].Cells[k].Empty {
			keys[k] = nan
		}
	}
	order := make([]int, len(keys))
	for k := range order {
		order[k] = k
	}
	movable := order[:len(order)-c.categories.last]
	slices.SortStableFunc(movable, func(a, b int) int {
		x, y := keys[a], keys[b]
		switch {
		case math.IsNaN(x) || math.IsNaN(y): // those without a number come last
			return cmp.Compare(boolean(math.IsNaN(x)), boolean(math.IsNaN(y)))
		case c.s.Sort == Descending:
			return cmp.Compare(y, x)
		}
		return cmp.Compare(x, y)
	})
	r.Categories = reorder(r.Categories, order)
	for i := range r.Series {
		r.Series[i].Cells = reorder(r.Series[i].Cells, order)
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func reorder[T any](list []T, order []int) []T {
	out := make([]T, len(list))
	for i, from := range order {
		out[i] = list[from]
	}
	return out
}

// maxPoints bounds the points of a scatter that are drawn.
const maxPoints = 4000

// scatter makes a point of every row that has both numbers; Split makes the series.
func (c *computation) scatter() *Result {
	r, t := c.result, c.t
	yAt, xAt := t.Find(c.s.Measure), t.Find(c.s.Second)
	xs, ys := t.Columns[xAt].Numbers, t.Columns[yAt].Numbers
	r.Measure, r.Second, r.Unit = t.Variables[yAt].Label, t.Variables[xAt].Label, t.Variables[yAt].Unit
	split, _ := c.group(c.s.Split, maxSeries, keptSeries) // of One and Text: never an error
	r.Series = make([]Series, len(split.labels))
	for i, label := range split.labels {
		r.Series[i].Label = label
	}
	if split.variable != nil {
		r.Split = split.variable.Label
	}
	var x, y []float64
	var buffer []int32
	for _, row := range c.rows {
		if buffer = split.of(row, buffer); len(buffer) == 0 || missing(xs[row]) || missing(ys[row]) {
			continue
		}
		x, y = append(x, xs[row]), append(y, ys[row])
		r.Series[buffer[0]].rows = append(r.Series[buffer[0]].rows, row)
	}
	r.N = len(x)
	title := c.pointTitle()
	for i := range r.Series {
		s := &r.Series[i]
		for _, row := range thinned(s.rows, xs, ys, r.N) {
			s.Points = append(s.Points, Point{X: xs[row], Y: ys[row], Label: title(row), row: row})
		}
	}
	if r.N > maxPoints {
		c.note("图中画出约 %s 个点，相关系数按全部 %s 个计算。", "About %s of the points are drawn; the correlation is of all %s.", thousands(maxPoints), thousands(r.N))
	}
	if value, ok := pearson(x, y); ok {
		r.Correlation = &value
		c.note("皮尔逊相关系数 r = %s，n = %s。", "Pearson's r = %s, n = %s.", strconv.FormatFloat(value, 'f', 3, 64), thousands(r.N))
	}
	return r
}

// thinned takes every so many-th row, so that about maxPoints of all n remain, and
// those furthest out.
func thinned(rows []int32, xs, ys []float64, n int) []int32 {
	step := (n + maxPoints - 1) / maxPoints
	if step <= 1 || len(rows) == 0 {
		return rows
	}
	var kept []int32
	for i := 0; i < len(rows); i += step {
		kept = append(kept, rows[i])
	}
	for _, numbers := range [][]float64{xs, ys} {
		compare := func(a, b int32) int { return cmp.Compare(numbers[a], numbers[b]) }
		kept = append(kept, slices.MinFunc(rows, compare), slices.MaxFunc(rows, compare))
	}
	slices.Sort(kept)
	return slices.Compact(kept)
}

// pointTitle names a row: a case by its title, a submission by its case's.
func (c *computation) pointTitle() func(row int32) string {
	for _, name := range []string{"title", "case:title", "_case"} {
		if at := c.t.Find(name); at >= 0 && c.t.Variables[at].Type == table.Text {
			codes, values := c.t.Columns[at].Codes, c.t.Variables[at].Values
			return func(row int32) string {
				if codes[row] == table.Missing {
					return ""
				}
				return values[codes[row]].Label
			}
		}
	}
	return func(int32) string { return "" }
}
