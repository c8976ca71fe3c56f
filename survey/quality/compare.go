package quality

import (
	"math"
	"slices"

	"tianye/internal/problem"
	"tianye/internal/stats"
)

func collect(rows []int, value func(row int) float64) []float64 {
	values := make([]float64, 0, len(rows))
	for _, row := range rows {
		if x := value(row); !math.IsNaN(x) {
			values = append(values, x)
		}
	}
	return values
}

// means compares two means. Long tails are cut at the outliers' distance, so that one mistyped
// number makes nobody differ.
func (v *view) means(d *difference, value func(row int) float64, own, others []int, effect float64) {
	unknown := func(row int) bool { return math.IsNaN(value(row)) }
	own, others = slices.DeleteFunc(slices.Clone(own), unknown), slices.DeleteFunc(slices.Clone(others), unknown)
	a, b := collect(own, value), collect(others, value)
	if len(a) < 2 || len(b) < 2 {
		return
	}
	middle := stats.Median(b)
	reach := 3.5 * stats.WideSpread(b, middle)
	for _, values := range [][]float64{a, b} {
		for i, x := range values {
			values[i] = min(max(x, middle-reach), middle+reach)
		}
	}
	mean, deviation := stats.Moments(a)
	usual, spread := stats.Moments(b)
	if !(spread > 0) {
		return
	}
	m, n := v.telling(own, others, b), v.telling(others, others, b)
	_, d.p = stats.Welch(m, mean, deviation, n, usual, spread)
	size := (mean - usual) / spread
	d.size, d.told = round(size, 1), math.Abs(size) >= effect
	d.text = problem.Say("quality.say.peersMean", len(a), number(mean, 2), len(b), number(usual, 2), number(math.Abs(size), 1))
}

// shares compares two distributions over choices.
func (v *view) shares(d *difference, own, others []int) {
	n := len(d.q.variable.Values)
	a, b := make([]float64, n), make([]float64, n)
	for _, row := range own {
		a[d.q.column.Codes[row]]++
	}
	for _, row := range others {
		b[d.q.column.Codes[row]]++
	}
	x, degrees, distance := 0.0, -1, 0.0
	widest, at := 0.0, 0
	for i := range a {
		if a[i]+b[i] == 0 {
			continue
		}
		degrees++
		all := (a[i] + b[i]) / float64(len(own)+len(others))
		ea, eb := all*float64(len(own)), all*float64(len(others))
		x += (a[i]-ea)*(a[i]-ea)/ea + (b[i]-eb)*(b[i]-eb)/eb
		apart := math.Abs(a[i]/float64(len(own)) - b[i]/float64(len(others)))
		if distance += apart / 2; apart > widest || apart == widest && d.q.variable.Values[i].Code < d.q.variable.Values[at].Code {
			widest, at = apart, i
		}
	}
	if degrees < 1 {
		return
	}
	indicator := collect(others, func(row int) float64 {
		if d.q.column.Codes[row] == int32(at) {
			return 1
		}
		return 0
	})
	effect := max(float64(len(own))/v.telling(own, others, indicator), float64(len(others))/v.telling(others, others, indicator))
	d.p = stats.ChiSquareTail(x/effect, degrees) // Rao and Scott 1984
	d.size, d.told = round(distance, 1), distance >= wideShare
	d.text = problem.Say("quality.say.peersShare", len(own), number(100*a[at]/float64(len(own)), 0), len(others), number(100*b[at]/float64(len(others)), 0), d.q.variable.Values[at].Label)
}

// telling is how many independent submissions rows are worth. How alike those of one case are is told
// by the values of the others (the intraclass correlation, by analysis of variance).
func (v *view) telling(rows, others []int, values []float64) float64 {
	squares := 0.0
	for _, n := range v.clusters(rows, nil) {
		squares += n.count * n.count
	}
	n := float64(len(rows))
	return n / (1 + (squares/n-1)*v.alikeness(others, values))
}

// cluster is a case's rows: how many, and the sum of their values.
type cluster struct{ count, sum float64 }

// clusters are the rows of each case; one without a case is one of its own.
func (v *view) clusters(rows []int, values []float64) map[string]cluster {
	all := map[string]cluster{}
	for i, row := range rows {
		key := string(v.Rows[row].Case)
		if key == "" {
			key = "\x00" + string(v.Rows[row].Submission)
		}
		c := all[key]
		c.count++
		if values != nil {
			c.sum += values[i]
		}
		all[key] = c
	}
	return all
}

// alikeness is the intraclass correlation of values by case, from 0 to 1.
func (v *view) alikeness(rows []int, values []float64) float64 {
	clusters := v.clusters(rows, values)
	n, k, mean := float64(len(rows)), float64(len(clusters)), stats.Mean(values)
	if k < 2 || n <= k {
		return 0
	}
	between, all, squares := 0.0, 0.0, 0.0
	for _, c := range clusters {
		between += c.count * math.Pow(c.sum/c.count-mean, 2)
		squares += c.count * c.count
	}
	for _, x := range values {
		all += (x - mean) * (x - mean)
	}
	within := (all - between) / (n - k)
	between /= k - 1
	size := (n - squares/n) / (k - 1)
	if !(between+(size-1)*within > 0) {
		return 0
	}
	return min(max((between-within)/(between+(size-1)*within), 0), 1)
}
