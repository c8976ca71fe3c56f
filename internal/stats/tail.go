package stats

import (
	"cmp"
	"math"
	"slices"
)

// NormalTail is the probability that a standard normal variable is at least z away from 0.
func NormalTail(z float64) float64 { return math.Erfc(math.Abs(z) / math.Sqrt2) }

// ChiSquareTail is the probability that a chi-square variable with so many degrees of freedom is at
// least x: the upper regularised incomplete gamma function (Press et al., Numerical Recipes, 6.2).
func ChiSquareTail(x float64, degrees int) float64 {
	a, x := float64(degrees)/2, x/2
	switch {
	case math.IsNaN(x) || degrees < 1:
		return math.NaN()
	case x <= 0:
		return 1
	case x < a+1:
		return 1 - gammaSeries(a, x)
	}
	return gammaFraction(a, x)
}

// Both converge within so many terms for all that is asked here.
const (
	terms     = 1000
	precision = 1e-14
)

func gammaFactor(a, x float64) float64 {
	gamma, _ := math.Lgamma(a)
	return math.Exp(a*math.Log(x) - x - gamma)
}

func gammaSeries(a, x float64) float64 {
	term := 1 / a
	sum := term
	for n := 1; n < terms && term > sum*precision; n++ {
		term *= x / (a + float64(n))
		sum += term
	}
	return sum * gammaFactor(a, x)
}

func gammaFraction(a, x float64) float64 {
	b := x + 1 - a
	c, d := 1/tiny, 1/b
	h := d
	for n := 1; n < terms; n++ {
		an := -float64(n) * (float64(n) - a)
		b += 2
		d = 1 / nonzero(an*d+b)
		c = nonzero(b + an/c)
		h *= d * c
		if math.Abs(d*c-1) < precision {
			break
		}
	}
	return h * gammaFactor(a, x)
}

const tiny = 1e-300

func nonzero(x float64) float64 {
	if math.Abs(x) < tiny {
		return tiny
	}
	return x
}

// StudentTail is the probability that Student's t with so many degrees of freedom is at least t away
// from 0: a regularised incomplete beta function (Press et al., 6.4).
func StudentTail(t, degrees float64) float64 {
	if math.IsNaN(t) || !(degrees > 0) {
		return math.NaN()
	}
	return beta(degrees/2, 0.5, degrees/(degrees+t*t))
}

func beta(a, b, x float64) float64 {
	if x <= 0 || x >= 1 {
		return min(max(x, 0), 1)
	}
	ga, _ := math.Lgamma(a)
	gb, _ := math.Lgamma(b)
	gab, _ := math.Lgamma(a + b)
	factor := math.Exp(gab - ga - gb + a*math.Log(x) + b*math.Log1p(-x))
	if x < (a+1)/(a+b+2) {
		return factor * betaFraction(a, b, x) / a
	}
	return 1 - factor*betaFraction(b, a, 1-x)/b
}

func betaFraction(a, b, x float64) float64 {
	c, d := 1.0, 1/nonzero(1-(a+b)*x/(a+1))
	h := d
	for n := 1; n < terms; n++ {
		m := float64(n)
		even := m * (b - m) * x / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / nonzero(1+even*d)
		c = nonzero(1 + even/c)
		h *= d * c
		odd := -(a + m) * (a + b + m) * x / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / nonzero(1+odd*d)
		c = nonzero(1 + odd/c)
		h *= d * c
		if math.Abs(d*c-1) < precision {
			break
		}
	}
	return h
}

// Welch compares the means of two samples whose spreads may differ (Welch 1947); p is two-sided, NaN
// when neither sample has any spread. The sizes may be those of as many independent values.
func Welch(n1, mean1, deviation1, n2, mean2, deviation2 float64) (t, p float64) {
	v1, v2 := deviation1*deviation1/n1, deviation2*deviation2/n2
	t = (mean1 - mean2) / math.Sqrt(v1+v2)
	degrees := (v1 + v2) * (v1 + v2) / (v1*v1/(n1-1) + v2*v2/(n2-1))
	return t, StudentTail(t, degrees)
}

// Holm adjusts the p-values of many tests so that the chance of any false finding stays below what
// they are compared with (Holm 1979). The order is kept. A NaN is of a test that could not be made: it
// stays one, and does not count.
func Holm(p []float64) []float64 {
	adjusted, most := slices.Clone(p), 0.0
	var order []int
	for i := range p {
		if !math.IsNaN(p[i]) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(i, j int) int { return cmp.Compare(p[i], p[j]) })
	for rank, i := range order {
		most = max(most, min(1, p[i]*float64(len(order)-rank)))
		adjusted[i] = most
	}
	return adjusted
}
