package web

import (
	"fmt"
	"math"
	"strings"
	"time"

	"tianye/survey"
)

// gauge is the bar of a cell: what has come and what was expected, of 100.
type gauge struct {
	Approved, Counted, Expected int
	HasExpected, Behind         bool
}

// Gauge draws a count.
func (p *progressPage) Gauge(c survey.Count) *gauge {
	if c.Target == 0 {
		return nil
	}
	of := func(n int) int { return min(100, int(math.Round(100*float64(n)/float64(c.Target)))) }
	return &gauge{of(min(c.Approved, c.Counted)), of(c.Counted), of(c.Expected), p.Progress.HasExpected, c.Counted < c.Expected}
}

// drawing is the course of the work, in the units of its picture.
type drawing struct {
	Width, Height     int
	Left, Right       float64
	Top, Bottom       float64
	Expected, Counted string // points of lines
	Area              string // below what has come
	Levels, Days      []tick
	Target, Today     float64 // where the line of all, and that of today, are
	HasExpected       bool
	Last              tick // what has come by today
	Wanted            tick // what was expected by today
}

// tick is a mark of an axis, or a place with a label.
type tick struct {
	X, Y  float64
	Label string
}

// Drawing draws the course; nil when there is nothing to draw yet.
func (p *progressPage) Drawing() *drawing {
	days := p.Progress.Course
	if len(days) < 2 {
		return nil
	}
	d := &drawing{Width: 960, Height: 260, Left: 62, Right: 944, Top: 16, Bottom: 226, HasExpected: p.Progress.HasExpected}
	most := float64(p.Progress.Total.Target)
	for _, day := range days {
		most = max(most, float64(day.Counted), day.Expected)
	}
	step := niceStep(most)
	top := step * math.Ceil(most/step)
	x := func(i int) float64 { return d.Left + (d.Right-d.Left)*float64(i)/float64(len(days)-1) }
	y := func(n float64) float64 { return d.Bottom - (d.Bottom-d.Top)*n/top }
	var expected, counted strings.Builder
	last := 0
	for i, day := range days {
		fmt.Fprintf(&expected, "%.1f,%.1f ", x(i), y(day.Expected))
		if day.Counted >= 0 {
			last = i
			fmt.Fprintf(&counted, "%.1f,%.1f ", x(i), y(float64(day.Counted)))
		}
	}
	d.Expected, d.Counted = expected.String(), counted.String()
	d.Area = fmt.Sprintf("%.1f,%.1f %s%.1f,%.1f", x(0), d.Bottom, d.Counted, x(last), d.Bottom)
	d.Today, d.Target = x(last), y(float64(p.Progress.Total.Target))
	d.Last = tick{x(last), y(float64(days[last].Counted)), fmt.Sprint(days[last].Counted)}
	d.Wanted = tick{x(last), y(days[last].Expected), fmt.Sprint(int(math.Round(days[last].Expected)))}
	for n := 0.0; n <= top+step/2; n += step {
		d.Levels = append(d.Levels, tick{d.Left, y(n), fmt.Sprint(int(n))})
	}
	d.Days = p.dayTicks(days, x)
	return d
}

// niceStep is 1, 2 or 5 times a power of ten, at most five of which are needed.
func niceStep(most float64) float64 {
	for power := 1.0; ; power *= 10 {
		for _, n := range []float64{1, 2, 5} {
			if n*power*5 >= most {
				return n * power
			}
		}
	}
}

// dayTicks labels some days: the first of months when there are several, else Mondays.
func (p *progressPage) dayTicks(days []survey.CourseDay, x func(int) float64) []tick {
	var months, weeks []tick
	for i, day := range days {
		t, err := time.Parse(time.DateOnly, string(day.Date))
		if err != nil {
			continue
		}
		if t.Day() == 1 {
			months = append(months, tick{X: x(i), Label: t.Format("2006-01")})
		}
		if t.Weekday() == time.Monday {
			weeks = append(weeks, tick{X: x(i), Label: t.Format("01-02")})
		}
	}
	ticks := months
	if len(months) < 3 && len(weeks) > 0 {
		ticks = weeks
	}
	const room = 9 // labels
	if every := (len(ticks) + room - 1) / room; every > 1 {
		var some []tick
		for i := 0; i < len(ticks); i += every {
			some = append(some, ticks[i])
		}
		return some
	}
	return ticks
}
