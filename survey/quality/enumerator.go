package quality

import (
	"math"

	"tianye/internal/id"
	"tianye/internal/stats"
)

// Enumerator is an enumerator's work with a form in figures. NaN is unknown.
type Enumerator struct {
	ID       id.UserID
	Count    int     // of submissions
	Minutes  float64 // the median
	DontKnow float64 // the share of answers "I don't know" where it is offered
	Round    float64 // the share of whole numbers that end in 0 or 5
	Numbers  int     // of how many
}

// Enumerators are the figures of all enumerators, by their ids.
func Enumerators(in Input) []Enumerator {
	v := look(in)
	offered, taken := v.unknowing()
	count := v.roundness()
	var all []Enumerator
	for _, g := range v.byEnumerator() {
		e := Enumerator{ID: g.enumerator, Count: len(g.rows), DontKnow: math.NaN(), Round: math.NaN()}
		var minutes []float64
		asked, unknown := 0, 0
		for _, row := range g.rows {
			if s := v.Rows[row].taken(); s > 0 {
				minutes = append(minutes, s/60)
			}
			asked, unknown = asked+offered[row], unknown+taken[row]
		}
		e.Minutes = stats.Median(minutes)
		if asked > 0 {
			e.DontKnow = float64(unknown) / float64(asked)
		}
		n, ended := count(g.rows)
		if e.Numbers = n; n > 0 {
			e.Round = float64(ended) / float64(n)
		}
		all = append(all, e)
	}
	return all
}
