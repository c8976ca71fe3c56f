package stats_test

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"tianye/internal/stats"
)

func near(t *testing.T, name string, got, want float64) {
	t.Helper()
	if !(math.Abs(got-want) <= 1e-6*max(1, math.Abs(want))) {
		t.Errorf("%s: %.9g, want %.9g", name, got, want)
	}
}

func TestRobust(t *testing.T) {
	values := []float64{7, 1, 4, 100, 3, 2, 5, 6}
	near(t, "median", stats.Median(values), 4.5)
	near(t, "quartile", stats.Quantile(values, 0.25), 2.75)
	near(t, "last", stats.Quantile(values, 1), 100)
	near(t, "spread", stats.Spread(values, 4.5), 1.482602*2)
	near(t, "wide spread of what is mostly the same", stats.WideSpread([]float64{0, 0, 0, 0, 4}, 0), 1.253314*0.8)
	near(t, "skew", stats.QuartileSkew([]float64{1, 2, 3, 4, 100}), 0)
	near(t, "skew to the right", stats.QuartileSkew([]float64{1, 2, 3, 10, 100}), 0.75)
	if values[0] != 7 || !math.IsNaN(stats.Median(nil)) {
		t.Error("changed what it was given, or knows the median of nothing")
	}
	mean, deviation := stats.Moments([]float64{2, 4, 4, 4, 5, 5, 7, 9})
	near(t, "mean", mean, 5)
	near(t, "deviation", deviation, math.Sqrt(32.0/7))
}

// TestTails compares with R 4.3: 2*pnorm(-z), pchisq(x, k, lower=FALSE), 2*pt(-t, k).
func TestTails(t *testing.T) {
	near(t, "normal", stats.NormalTail(1.959963985), 0.05)
	for _, c := range []struct {
		x    float64
		k    int
		want float64
	}{{3.841458821, 1, 0.05}, {0.5, 3, 0.918891411654676}, {18.30703805, 10, 0.05}, {20, 4, 11 * math.Exp(-10)}, {0, 2, 1}} {
		near(t, "chi-square", stats.ChiSquareTail(c.x, c.k), c.want)
	}
	for _, c := range []struct{ t, k, want float64 }{{12.7062047364, 1, 0.05}, {2.2281388520, 10, 0.05}, {-2.2281388520, 10, 0.05}, {0, 5, 1}, {1.9623415, 1000, 0.05}} {
		near(t, "student", stats.StudentTail(c.t, c.k), c.want)
	}
	statistic, p := stats.Welch(10, 20, 2, 12, 17, 4)
	near(t, "welch t", statistic, 3/math.Sqrt(0.4+16.0/12))
	if !(p > 0.03 && p < 0.04) {
		t.Errorf("welch p %v", p)
	}
}

// TestTailsBySimulation: what is rarer than one in twenty is rarer than one in twenty.
func TestTailsBySimulation(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	beyond, runs := 0, 20000
	for range runs {
		sum, squares := 0.0, 0.0
		for range 6 {
			z := random.NormFloat64()
			sum, squares = sum+z, squares+z*z
		}
		mean := sum / 6
		if stats.StudentTail(mean/math.Sqrt((squares-6*mean*mean)/5/6), 5) < 0.05 {
			beyond++
		}
	}
	if share := float64(beyond) / float64(runs); share < 0.045 || share > 0.055 {
		t.Errorf("%v of the tests", share)
	}
}

func TestHolm(t *testing.T) {
	got := stats.Holm([]float64{0.04, 0.01, 0.03, 0.005})
	for i, want := range []float64{0.06, 0.03, 0.06, 0.02} {
		near(t, "holm", got[i], want)
	}
	if got := stats.Holm([]float64{math.NaN(), 0.01, math.NaN(), 0.03}); !math.IsNaN(got[0]) || !math.IsNaN(got[2]) || got[1] != 0.02 || got[3] != 0.03 {
		t.Errorf("with tests that could not be made: %v", got)
	}
	if len(stats.Holm(nil)) != 0 || slices.Max(stats.Holm([]float64{0.9, 0.8})) != 1 {
		t.Error("none, or more than certain")
	}
}
