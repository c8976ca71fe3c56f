package survey

import "math"

// calendar tells working days. Days are counted since 1970-01-01.
type calendar struct {
	weekends bool
	off      map[int]bool
}

func (p Plan) calendar() calendar {
	c := calendar{p.Weekends, map[int]bool{}}
	for _, d := range p.DaysOff {
		if day, ok := d.day(); ok {
			c.off[day] = true
		}
	}
	return c
}

func (c calendar) works(day int) bool {
	weekday := ((day+4)%7 + 7) % 7 // 1970-01-01 was a Thursday; 0 is Sunday
	return !c.off[day] && (c.weekends || weekday != 0 && weekday != 6)
}

// days counts the working days from one day to another, both included.
func (c calendar) days(from, to int) int {
	n := 0
	for day := from; day <= to; day++ {
		if c.works(day) {
			n++
		}
	}
	return n
}

// longestBreak is after how many days without work a day counts for itself.
const longestBreak = 31

// worked is the working day to which what came on a day counts: the day itself, or the last one before.
func (c calendar) worked(day int) int {
	for back := range longestBreak {
		if c.works(day - back) {
			return day - back
		}
	}
	return day
}

// after gives the nth working day after a day; false when there is none within some years.
func (c calendar) after(day, n int) (int, bool) {
	for range maxPlanDays {
		if n == 0 {
			return day, true
		}
		if day++; c.works(day) {
			n--
		}
	}
	return day, n == 0
}

// course tells which share of all is to be there at the end of a day.
type course struct {
	calendar
	knots []knot // in order; the first is the day before the start
}

type knot struct {
	day   int
	share float64
}

// course is nil when the plan has no days.
func (p Plan) course() *course {
	start, ok := p.Start.day()
	end, ends := p.End.day()
	if !ok || !ends {
		return nil
	}
	c := &course{p.calendar(), []knot{{start - 1, 0}}}
	for _, w := range p.Course {
		if day, ok := w.Date.day(); ok {
			c.knots = append(c.knots, knot{day, w.Share})
		}
	}
	if last := &c.knots[len(c.knots)-1]; last.day == end {
		last.share = 1
	} else {
		c.knots = append(c.knots, knot{end, 1})
	}
	return c
}

// share goes evenly over the working days between two knots.
func (c *course) share(day int) float64 {
	for i, to := range c.knots[1:] {
		from := c.knots[i]
		if day >= to.day {
			continue
		}
		if day <= from.day {
			return from.share
		}
		all := c.days(from.day+1, to.day)
		if all == 0 {
			return from.share
		}
		return from.share + (to.share-from.share)*float64(c.days(from.day+1, day))/float64(all)
	}
	return c.knots[len(c.knots)-1].share
}

// apportion divides the whole of a share of several targets into whole numbers, which add up to it: each
// is rounded down, and those with the largest remainders get one more (Hamilton's method).
func apportion(targets []int, share float64) []int {
	total, given := 0, 0
	out, rest := make([]int, len(targets)), make([]float64, len(targets))
	for i, n := range targets {
		exact := float64(n) * share
		total += n
		out[i] = int(math.Floor(exact + 1e-9))
		rest[i] = exact - float64(out[i])
		given += out[i]
	}
	for whole := int(math.Round(float64(total) * share)); given < whole; given++ {
		best := 0
		for i := range rest {
			if rest[i] > rest[best]+1e-9 {
				best = i
			}
		}
		out[best]++
		rest[best] = -1
	}
	return out
}
