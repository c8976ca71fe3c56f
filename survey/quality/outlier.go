package quality

import (
	"math"
	"slices"

	"tianye/internal/problem"
	"tianye/internal/stats"
	"tianye/internal/table"
	"tianye/survey/form"
)

const (
	leastNumbers = 30  // below so many answers nothing is called far away
	skewed       = 0.2 // Bowley's skewness from which logarithms are compared
)

// outliers finds numbers that lie far from the others': the modified z-score (Iglewicz and Hoaglin
// 1993), careful with numbers that lie skew, as incomes do.
func (v *view) outliers() {
	most := v.Settings.Value("outlierZ")
	for i := range v.questions {
		q := &v.questions[i]
		if q.variable.Type != table.Number || q.field.Type != form.Integer && q.field.Type != form.Decimal { // a slider is never mistyped
			continue
		}
		var values []float64
		var rows []int
		for row := range v.Rows {
			if !q.missing(row) {
				values, rows = append(values, q.column.Numbers[row]), append(rows, row)
			}
		}
		if len(values) < leastNumbers {
			continue
		}
		scores := modifiedZ(values)
		usual := stats.Median(values)
		for at, z := range scores {
			if !(math.Abs(z) > most) {
				continue
			}
			text := problem.Say("quality.say.outlier", number(values[at], 4), number(usual, 4), len(values), number(math.Abs(z), 1))
			value := values[at]
			if q.variable.Personal {
				text, value = problem.Say("quality.say.outlierPersonal", number(math.Abs(z), 1)), 1
			}
			v.flag(rows[at], Outlier, q.path, value, text)
		}
	}
}

// modifiedZ is how many robust standard deviations each value lies from the median. What is too large
// must be so on the logarithm as well, and what is too small is told by the logarithm where the
// numbers trail off to the right; where some are negative there is none.
func modifiedZ(values []float64) []float64 {
	z := standardised(values)
	if slices.Min(values) < 0 {
		return z
	}
	logs := make([]float64, len(values))
	for i, x := range values {
		logs[i] = math.Log1p(x)
	}
	skew := isSkew(values)
	for i, l := range standardised(logs) {
		if z[i] > 0 {
			z[i] = min(z[i], l)
		} else if skew {
			z[i] = l
		}
	}
	return z
}

// standardised gives NaNs when all values are the same.
func standardised(values []float64) []float64 {
	middle := stats.Median(values)
	spread := stats.WideSpread(values, middle)
	z := make([]float64, len(values))
	for i, x := range values {
		z[i] = (x - middle) / spread
	}
	return z
}

// isSkew tells whether the numbers trail off to the right. Where half of them are the same, as with
// counts of rare things, quartiles say nothing: then the mean does.
func isSkew(values []float64) bool {
	if stats.Quantile(values, 0.75) > stats.Quantile(values, 0.25) {
		return stats.QuartileSkew(values) > skewed || tailed(values)
	}
	return tailed(values)
}

// tailed tells whether the upper tail, up to one in twenty, is twice as long as the lower.
func tailed(values []float64) bool {
	middle := stats.Median(values)
	return stats.Quantile(values, 0.95)-middle > 2*(middle-stats.Quantile(values, 0.05))
}
