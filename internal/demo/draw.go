package demo

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// weighted is a choice and how often it is taken.
type weighted struct {
	code   string
	weight float64
}

// weigh reads "code weight code weight …".
func weigh(text string) []weighted {
	words := strings.Fields(text)
	var list []weighted
	for i := 0; i+1 < len(words); i += 2 {
		w, _ := strconv.ParseFloat(words[i+1], 64)
		list = append(list, weighted{words[i], w})
	}
	return list
}

func (g *generator) chance(p float64) bool { return g.Float64() < p }

// choose draws one.
func (g *generator) choose(list []weighted) string {
	total := 0.0
	for _, w := range list {
		total += w.weight
	}
	at := g.Float64() * total
	for _, w := range list {
		if at -= w.weight; at < 0 {
			return w.code
		}
	}
	return list[len(list)-1].code
}

// rank draws n different ones, the likely ones first.
func (g *generator) rank(list []weighted, n int) []string {
	rest := slices.Clone(list)
	var drawn []string
	for len(drawn) < n && len(rest) > 0 {
		code := g.choose(rest)
		drawn = append(drawn, code)
		rest = slices.DeleteFunc(rest, func(w weighted) bool { return w.code == code })
	}
	return drawn
}

// seconds draws a duration below n seconds.
func (g *generator) seconds(n int) time.Duration { return time.Duration(g.IntN(n)) * time.Second }

// near draws around a mean, to the nearest whole number between low and high.
func (g *generator) near(mean, deviation float64, low, high int) int {
	return min(max(int(math.Round(mean+deviation*g.NormFloat64())), low), high)
}

// waiting draws an exponential time (or count) with a mean: many small ones, a few large.
func (g *generator) waiting(mean float64, high int) int {
	return min(int(mean*g.ExpFloat64()+0.3), high)
}

// decimal writes a number with at most two digits.
func decimal(v float64) string { return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64) }
