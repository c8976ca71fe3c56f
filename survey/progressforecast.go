package survey

import (
	"math"
	"slices"

	"tianye/internal/problem"
	"tianye/internal/stats"
)

// Forecast says when all will be there if work goes on as it did on the last working days. The pace
// is the median of what came on each, so that one day of catching up does not promise too much; the
// interval is that of the median by order statistics (David and Nagaraja, "Order Statistics", 2003, 7.1),
// the narrowest whose confidence is not below forecastConfidence.
type Forecast struct {
	Remaining        int     // of the targets
	Days             int     // so many working days were looked at
	Rate             float64 // a working day
	Low, High        float64 // the interval of Rate
	Confidence       float64 // of the interval
	Finish           Date    // "" when it cannot be said: see Why
	Earliest, Latest Date    // by High and Low; Latest is "" when it is years away
	Why              problem.Text
}

const (
	forecastDays       = 14 // working days that are looked at
	forecastLeast      = 5
	forecastConfidence = 0.8
)

func (t *tally) forecast(remaining, target int) Forecast {
	f := Forecast{Remaining: remaining}
	switch {
	case target == 0:
		f.Why = problem.Say("progress.whyNoTarget")
		return f
	case remaining == 0:
		f.Why = problem.Say("progress.whyDone")
		return f
	}
	counts := t.lastDays()
	f.Days = len(counts)
	if f.Days < forecastLeast {
		f.Why = problem.Say("progress.whyFew", f.Days, forecastLeast)
		return f
	}
	f.Rate = stats.Median(counts)
	f.Low, f.High, f.Confidence = medianInterval(counts)
	if f.Rate == 0 {
		f.Why = problem.Say("progress.whyStill", f.Days)
		return f
	}
	cal := t.plan.calendar()
	by := func(rate float64) Date {
		if rate <= 0 {
			return ""
		}
		day, ok := cal.after(t.today, int(min(math.Ceil(float64(remaining)/rate), maxPlanDays)))
		if !ok {
			return ""
		}
		return dateOf(day)
	}
	f.Finish, f.Earliest, f.Latest = by(f.Rate), by(f.High), by(f.Low)
	if f.Finish == "" {
		f.Why = problem.Say("progress.whySlow")
	}
	return f
}

// lastDays is what came on each of the last working days that are over, from the first on which
// anything came. What came on a day off counts to the working day before it.
func (t *tally) lastDays() []float64 {
	cal := t.plan.calendar()
	worked, first := map[int]int{}, math.MaxInt
	for day, n := range t.days {
		on := cal.worked(day)
		worked[on] += n
		first = min(first, on)
	}
	last := t.today
	if t.live { // today is not over
		last--
	}
	var counts []float64
	for day := last; day >= first && len(counts) < forecastDays; day-- {
		if cal.works(day) {
			counts = append(counts, float64(worked[day]))
		}
	}
	return counts
}

// medianInterval gives the values between which the median of what the counts were drawn from lies.
func medianInterval(counts []float64) (low, high, confidence float64) {
	sorted := slices.Sorted(slices.Values(counts))
	n := len(sorted)
	k, tail, below := 0, 0.0, 0.0 // below: that at most k values lie below the median
	for chosen := math.Pow(0.5, float64(n)); ; k++ {
		below += chosen
		if 1-2*below < forecastConfidence {
			break
		}
		tail = below
		chosen *= float64(n-k) / float64(k+1)
	}
	k = max(k-1, 0)
	return sorted[k], sorted[n-1-k], 1 - 2*tail
}
