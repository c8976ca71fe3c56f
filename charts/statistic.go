package charts

import (
	"math"
	"slices"
)

// beyond is what no number of a survey comes to. A slip of the finger does, and the
// squares and differences of such are no numbers any more.
const beyond = 1e100

// missing tells whether a number is none that can be computed with: not a number, or
// beyond all that is meant.
func missing(x float64) bool { return !(math.Abs(x) <= beyond) }

func sum(values []float64) float64 {
	total := 0.0
	for _, v := range values {
		total += v
	}
	return total
}

// quantile is that of sorted values by linear interpolation between the closest
// ranks: method 7 of Hyndman and Fan, "Sample Quantiles in Statistical Packages"
// (1996), which R and Excel's QUARTILE.INC use. There must be a value.
func quantile(sorted []float64, p float64) float64 {
	at := p * float64(len(sorted)-1)
	low := int(at)
	if low+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

// maxOutliers bounds the values outside the whiskers that are drawn of a box.
const maxOutliers = 100

// box is Tukey's: the quartiles, whiskers to the furthest values within 1.5
// interquartile ranges of them, and the distinct values outside. It sorts values.
func box(values []float64) (five [5]float64, outliers []float64) {
	slices.Sort(values)
	q1, q3 := quantile(values, 0.25), quantile(values, 0.75)
	low, high := q1-1.5*(q3-q1), q3+1.5*(q3-q1)
	first, _ := slices.BinarySearch(values, low)
	after, _ := slices.BinarySearchFunc(values, high, func(v, limit float64) int {
		if v <= limit {
			return -1
		}
		return 1
	})
	outside := slices.Compact(slices.Concat(values[:first], values[after:]))
	step := max(1, (len(outside)+maxOutliers-1)/maxOutliers)
	for i := 0; i < len(outside); i += step {
		outliers = append(outliers, outside[i])
	}
	// By interpolation a quartile may lie beyond the last value within its fence.
	return [5]float64{min(values[first], q1), q1, quantile(values, 0.5), q3, max(values[after-1], q3)}, outliers
}

// pearson is the product-moment correlation; it has none when either does not vary.
func pearson(x, y []float64) (float64, bool) {
	if len(x) < 3 {
		return 0, false
	}
	n := float64(len(x))
	meanX, meanY := sum(x)/n, sum(y)/n
	var xx, yy, xy float64
	for i := range x {
		dx, dy := x[i]-meanX, y[i]-meanY
		xx, yy, xy = xx+dx*dx, yy+dy*dy, xy+dx*dy
	}
	r := xy / math.Sqrt(xx*yy)
	return max(-1, min(1, r)), !math.IsNaN(r) && !math.IsInf(r, 0)
}
