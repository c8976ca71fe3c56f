// Package stats has the statistics that several domains use: robust location and spread, tails of
// the usual distributions, and the correction for many tests at once. Pure functions on numbers.
package stats

import (
	"math"
	"slices"
)

// Median is the middle of values, in any order; NaN of none. The values are not changed.
func Median(values []float64) float64 { return Quantile(values, 0.5) }

// Quantile is the value below which a share p of the values lies, interpolated linearly (Hyndman
// and Fan 1996, type 7); NaN of none. The values are not changed.
func Quantile(values []float64, p float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Clone(values)
	slices.Sort(sorted)
	at := p * float64(len(sorted)-1)
	low := int(at)
	if low+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[low] + (at-float64(low))*(sorted[low+1]-sorted[low])
}

// The factors that make a spread one of a normal distribution's standard deviation.
const (
	normalMAD     = 1.482602 // of the median absolute deviation
	normalMeanDev = 1.253314 // of the mean absolute deviation
)

// Spread is the median absolute deviation from a centre, scaled to a normal distribution's standard
// deviation; NaN of no values.
func Spread(values []float64, centre float64) float64 {
	return normalMAD * Median(distances(values, centre))
}

// WideSpread is the larger of Spread and the mean absolute deviation, scaled likewise: it is not 0
// when more than half of the values are the same (Iglewicz and Hoaglin 1993 take the mean then), and
// is careful with long tails.
func WideSpread(values []float64, centre float64) float64 {
	d := distances(values, centre)
	return max(normalMAD*Median(d), normalMeanDev*Mean(d))
}

func distances(values []float64, centre float64) []float64 {
	d := make([]float64, len(values))
	for i, v := range values {
		d[i] = math.Abs(v - centre)
	}
	return d
}

// Mean is the arithmetic mean; NaN of none.
func Mean(values []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += v
	}
	return sum / float64(len(values))
}

// Moments are the mean and the standard deviation of a sample (n−1); the latter is NaN below two.
func Moments(values []float64) (mean, deviation float64) {
	mean = Mean(values)
	squares := 0.0
	for _, v := range values {
		squares += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(squares / float64(len(values)-1))
}

// QuartileSkew is Bowley's skewness, from −1 to 1: how unevenly the quartiles lie about the median;
// 0 when they are the same.
func QuartileSkew(values []float64) float64 {
	low, middle, high := Quantile(values, 0.25), Median(values), Quantile(values, 0.75)
	if high <= low {
		return 0
	}
	return (high + low - 2*middle) / (high - low)
}
