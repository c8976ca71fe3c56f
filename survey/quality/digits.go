package quality

import (
	"math"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/stats"
	"tianye/internal/table"
	"tianye/survey/form"
)

const (
	leastDifferent = 15  // different answers that a question has whose last digits are looked at
	uniform        = 0.2 // the share of 0 and 5 among last digits when nobody rounds
)

// digits finds enumerators whose whole numbers end in 0 or 5 more often than their peers': numbers
// that are estimated, or made up, are round (terminal digit preference; Bredl, Winker and Kötschau
// 2012). Participants round too: so the peers are the measure, and chance alone where there are none.
func (v *view) digits() {
	groups := v.byEnumerator()
	least, excess := int(v.Settings.Value("digitsCount")), v.Settings.Value("digitsExcess")/100
	count := v.roundness()
	type seen struct {
		who         id.UserID
		n, others   int
		share, peer float64
	}
	var all []seen
	var p []float64
	for _, g := range groups {
		n, ended := count(g.rows)
		if n < least {
			continue
		}
		s := seen{who: g.enumerator, n: n, share: float64(ended) / float64(n), peer: uniform}
		m, endedToo := count(g.others)
		if s.others = m; m < least {
			expected := uniform * float64(n)
			x := math.Pow(float64(ended)-expected, 2)/expected + math.Pow(float64(ended)-expected, 2)/(float64(n)-expected)
			p = append(p, stats.ChiSquareTail(x, 1))
		} else {
			s.peer = float64(endedToo) / float64(m)
			both := float64(ended+endedToo) / float64(n+m)
			z := 0.0
			if both > 0 && both < 1 { // else all do the same
				z = (s.share - s.peer) / math.Sqrt(both*(1-both)*(1/float64(n)+1/float64(m)))
			}
			p = append(p, stats.ChiSquareTail(z*z, 1))
		}
		all = append(all, s)
	}
	for i, adjusted := range stats.Holm(p) {
		s := all[i]
		if s.share-s.peer < excess || !(adjusted < certain) {
			continue
		}
		text := problem.Say("quality.say.digits", s.n, number(100*s.share, 0), number(100*s.peer, 0))
		if s.others < least {
			text = problem.Say("quality.say.digitsAlone", s.n, number(100*s.share, 0), number(100*s.peer, 0))
		}
		v.flags = append(v.flags, Flag{Check: Digits, Enumerator: s.who, Text: text, Value: round(100*s.share, 0)})
	}
}

// roundness gives what counts the whole numbers of two digits and more in rows, and those of them
// that end in 0 or 5, over the questions with many different ones.
func (v *view) roundness() func(rows []int) (n, ended int) {
	var questions []*question
	for i := range v.questions {
		q := &v.questions[i]
		if q.field.Type != form.Integer || q.variable.Type != table.Number {
			continue
		}
		different := map[float64]bool{}
		for row := range v.Rows {
			if x := q.column.Numbers[row]; math.Abs(x) >= 10 {
				different[x] = true
			}
		}
		if len(different) >= leastDifferent {
			questions = append(questions, q)
		}
	}
	return func(rows []int) (n, ended int) {
		for _, q := range questions {
			for _, row := range rows {
				x := math.Abs(q.column.Numbers[row])
				if !(x >= 10) || x != math.Trunc(x) || x > 1e15 {
					continue
				}
				if n++; math.Mod(x, 5) == 0 {
					ended++
				}
			}
		}
		return n, ended
	}
}
