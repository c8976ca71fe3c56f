package xpath

import (
	"math"
	"time"
)

// dateCalls are the functions of dates and times.
var dateCalls = map[string]function{
	"today": func(c *Context, _ []*Node) Value { return Text(c.Host.Now().Format(DateLayout)) },
	"now":   func(c *Context, _ []*Node) Value { return Text(c.Host.Now().Format(DateTimeLayout)) },
	"date": func(c *Context, a []*Node) Value {
		return c.written(a[0], func(t time.Time) string { return t.Format(DateLayout) })
	},
	"date-time": func(c *Context, a []*Node) Value {
		return c.written(a[0], func(t time.Time) string { return t.Format(DateTimeLayout) })
	},
	"format-date":      formatted,
	"format-date-time": formatted,
	"decimal-date-time": func(c *Context, a []*Node) Value {
		if t, ok := c.moment(c.eval(a[0])); ok {
			return Number(days(t))
		}
		return Number(math.NaN())
	},
	"decimal-time": func(c *Context, a []*Node) Value {
		s := c.text(a[0])
		if fraction, ok := ParseTime(s); ok {
			return Number(fraction)
		}
		if t, ok := ParseDateTime(s, c.zone()); ok {
			d := days(t)
			return Number(d - math.Floor(d))
		}
		return Number(math.NaN())
	},
}

// moment reads a value as a date or dateTime; a number is days since 1970-01-01.
func (c *Context) moment(v Value) (time.Time, bool) {
	if v.kind != kindNumber {
		if t, ok := parseMoment(v.String(), c.zone()); ok {
			return t, true
		}
	}
	if v.kind == kindBool {
		return time.Time{}, false
	}
	return moment(c.number(v), c.zone())
}

// written writes a moment, or "" for what is none.
func (c *Context) written(arg *Node, write func(time.Time) string) Value {
	if t, ok := c.moment(c.eval(arg)); ok {
		return Text(write(t))
	}
	return Text("")
}

func formatted(c *Context, a []*Node) Value {
	format := c.text(a[1])
	return c.written(a[0], func(t time.Time) string { return formatDate(t, format, c.Host.Chinese()) })
}
