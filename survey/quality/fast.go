package quality

import (
	"math"
	"time"

	"tianye/internal/problem"
	"tianye/internal/stats"
)

// leastPeers is how many values a check wants before it compares one with the others.
const leastPeers = 20

// maxTaken is the longest that an interview is believed to take: a draft that was open longer was
// put aside.
const maxTaken = 24 * time.Hour

// taken is how long a row's interview took, in seconds; 0 when nobody knows. The log of filling in
// goes before the clock: a form that lay open overnight was not filled in for a night.
func (r Row) taken() float64 {
	if r.Active > 0 {
		return r.Active.Seconds()
	}
	if r.Started.IsZero() || r.Ended.IsZero() {
		return 0
	}
	d := r.Ended.Sub(r.Started)
	if d < 0 || d > maxTaken {
		return 0
	}
	return d.Seconds()
}

// tooFast compares the logarithm of an interview's time with the form's median, in robust standard
// deviations, and the seconds a question with a floor. One that was broken off early, with less than
// half of the questions that others answer, is not compared with whole ones.
func (v *view) tooFast() {
	var logs, counts []float64
	for row, r := range v.Rows {
		if s := r.taken(); s > 0 {
			logs, counts = append(logs, math.Log(s)), append(counts, float64(v.answered[row]))
		}
	}
	middle, usual := stats.Median(logs), stats.Median(counts)
	spread := stats.Spread(logs, middle)
	compares := len(logs) >= leastPeers && spread > 0
	z, floor := v.Settings.Value("fastZ"), v.Settings.Value("fastSeconds")
	for row, r := range v.Rows {
		s, n := r.taken(), v.answered[row]
		if s <= 0 || n == 0 {
			continue
		}
		minutes, each := number(s/60, 1), s/float64(n)
		switch {
		case compares && float64(n) >= usual/2 && (math.Log(s)-middle)/spread < -z:
			v.flag(row, TooFast, "", round(s, 0), problem.Say("quality.say.tooFast", minutes, number(math.Exp(middle)/60, 1), len(logs)))
		case each < floor:
			v.flag(row, TooFast, "", round(s, 0), problem.Say("quality.say.tooFastFloor", minutes, n, number(each, 1), number(floor, 1)))
		}
	}
}
