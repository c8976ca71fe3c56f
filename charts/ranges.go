package charts

import (
	"math"
	"strconv"
	"time"

	"tianye/internal/problem"
	"tianye/internal/table"
)

// byRange groups numbers into at most five ranges of the same width with round
// bounds. A range holds its lower bound and not its upper one; the last holds both.
// Whole numbers are said as such: 20–39, 40–59.
func byRange(v *table.Variable, numbers []float64, rows []int32) *dimension {
	d := &dimension{variable: v, rows: make([]int32, len(numbers)), missing: -1}
	low, high, whole := math.Inf(1), math.Inf(-1), true
	for _, row := range rows {
		if x := numbers[row]; !missing(x) {
			low, high, whole = min(low, x), max(high, x), whole && x == math.Trunc(x)
		}
	}
	for i := range d.rows {
		d.rows[i] = -1
	}
	if low > high {
		return d
	}
	start, step, n := niceRanges(low, high, whole)
	for _, row := range rows {
		if x := numbers[row]; !missing(x) {
			d.rows[row] = int32(max(0, min(n-1, int((x-start)/step))))
		}
	}
	for i := range n {
		from, to := start+float64(i)*step, start+float64(i+1)*step
		if low == high {
			from, to, whole, step = low, low+1, true, 1 // said as the one value
		}
		d.labels = append(d.labels, rangeLabel(from, to, step, whole))
	}
	return d
}

// niceRanges finds the narrowest round width of which at most five cover the values.
func niceRanges(low, high float64, whole bool) (start, step float64, n int) {
	step = math.Pow(10, math.Floor(math.Log10(max(high-low, math.Abs(high)*1e-9, 1e-9)/5))-1)
	if whole {
		step = max(1, math.Pow(10, math.Floor(math.Log10(step))))
	}
	for unit := step; ; unit *= 10 {
		for _, factor := range []float64{1, 2, 3, 4, 5, 6, 8} {
			step = unit * factor
			start = math.Floor(low/step) * step
			n = int((high-start)/step) + 1
			if !whole && n > 1 && start+float64(n-1)*step >= high {
				n-- // the last range holds its upper bound
			}
			if n <= 5 {
				return start, step, n
			}
		}
	}
}

func rangeLabel(from, to, step float64, whole bool) Label {
	code := rounded(from) + ".." + rounded(to)
	switch {
	case whole && step == 1:
		return Label{code, rounded(from)}
	case whole:
		return Label{code, rounded(from) + "–" + rounded(to-1)}
	}
	return Label{code, rounded(from) + "–" + rounded(to)}
}

// rounded writes a bound without the dust of its computation.
func rounded(x float64) string {
	if x == 0 {
		return "0"
	}
	digits := 10 - int(math.Floor(math.Log10(math.Abs(x))))
	scale := math.Pow(10, float64(max(0, min(15, digits))))
	return strconv.FormatFloat(math.Round(x*scale)/scale+0, 'f', -1, 64)
}

// maxMoments bounds the days, weeks or months of a chart.
const maxMoments = 1000

const daySeconds = 24 * 60 * 60

// byTime groups moments into the days, weeks or months of a place; those without
// any row in between are groups too.
func byTime(v *table.Variable, seconds []float64, rows []int32, interval string, location *time.Location, w *words) (*dimension, error) {
	d := &dimension{variable: v, rows: make([]int32, len(seconds)), missing: -1}
	days := make([]int64, len(seconds))
	first, last := int64(math.MaxInt64), int64(math.MinInt64)
	for _, row := range rows {
		if s := seconds[row]; math.Abs(s) < 1e12 {
			_, offset := time.Unix(int64(s), 0).In(location).Zone()
			days[row] = int64(math.Floor((s + float64(offset)) / daySeconds))
			first, last = min(first, days[row]), max(last, days[row])
		}
	}
	for i := range d.rows {
		d.rows[i] = -1
	}
	if first > last {
		return d, nil
	}
	unit := unitOf(interval, int(last-first))
	from := unit.index(first)
	n := unit.index(last) - from + 1
	if n > maxMoments {
		return nil, problem.New(problem.Invalid, "chart.problem.invalid").With("interval", "chart.problem.tooManyMoments", int(n), maxMoments)
	}
	for _, row := range rows {
		if math.Abs(seconds[row]) < 1e12 {
			d.rows[row] = int32(unit.index(days[row]) - from)
		}
	}
	year := dayTime(first).Year() != dayTime(last).Year()
	for i := range n {
		d.labels = append(d.labels, unit.label(from+i, year, w))
	}
	return d, nil
}

func dayTime(day int64) time.Time { return time.Unix(day*daySeconds, 0).UTC() }

// unit is an interval of time: index numbers the intervals by the days in them.
type unit struct {
	index func(day int64) int64
	label func(index int64, year bool, w *words) Label
}

var units = map[string]unit{
	"day": {func(day int64) int64 { return day }, func(i int64, year bool, w *words) Label {
		return Label{dayTime(i).Format(time.DateOnly), w.day(dayTime(i), year)}
	}},
	// The first of January 1970 was a Thursday; weeks begin on Monday.
	"week": {func(day int64) int64 { return floorDiv(day+3, 7) }, func(i int64, year bool, w *words) Label {
		monday := dayTime(i*7 - 3)
		return Label{monday.Format(time.DateOnly), w.week(monday, year)}
	}},
	"month": {func(day int64) int64 { t := dayTime(day); return int64(t.Year()*12 + int(t.Month()) - 1) }, func(i int64, year bool, w *words) Label {
		t := time.Date(int(i/12), time.Month(i%12+1), 1, 0, 0, 0, 0, time.UTC)
		return Label{t.Format("2006-01"), w.month(t, year)}
	}},
}

// unitOf gives the interval asked for, or one that suits a span of days.
func unitOf(interval string, span int) unit {
	switch {
	case interval != "":
		return units[interval]
	case span < 31:
		return units["day"]
	case span < 200:
		return units["week"]
	}
	return units["month"]
}

func floorDiv(a, b int64) int64 {
	if a < 0 {
		return -((-a + b - 1) / b)
	}
	return a / b
}
