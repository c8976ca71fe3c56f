package xpath

import (
	"math"
	"strconv"
	"strings"
)

// numberCalls are the functions of numbers.
var numberCalls = map[string]function{
	"number":  func(c *Context, a []*Node) Value { return Number(c.number(c.optional(a))) },
	"int":     one(math.Trunc),
	"round":   round,
	"floor":   one(math.Floor),
	"ceiling": one(math.Ceil),
	"abs":     one(math.Abs),
	"sqrt":    one(math.Sqrt),
	"exp":     one(math.Exp),
	"exp10":   one(func(f float64) float64 { return math.Pow(10, f) }),
	"log":     one(math.Log),
	"log10":   one(math.Log10),
	"sin":     one(math.Sin),
	"cos":     one(math.Cos),
	"tan":     one(math.Tan),
	"asin":    one(math.Asin),
	"acos":    one(math.Acos),
	"atan":    one(math.Atan),
	"atan2":   func(c *Context, a []*Node) Value { return Number(math.Atan2(c.num(a[0]), c.num(a[1]))) },
	"pow":     func(c *Context, a []*Node) Value { return Number(math.Pow(c.num(a[0]), c.num(a[1]))) },
	"pi":      func(*Context, []*Node) Value { return Number(math.Pi) },
	"random":  func(c *Context, _ []*Node) Value { return Number(c.Host.Random()) },
	"min":     extreme(math.Min),
	"max":     extreme(math.Max),
	"sum": func(c *Context, a []*Node) Value {
		total := 0.0
		for _, s := range c.flat(a) {
			if s != "" { // as JavaRosa: what is unanswered adds nothing
				total += c.numberOf(s)
			}
		}
		return Number(total)
	},
}

func one(f func(float64) float64) function {
	return func(c *Context, a []*Node) Value { return Number(f(c.num(a[0]))) }
}

// extreme is min and max: NaN among nothing, and when one is no number.
func extreme(pick func(a, b float64) float64) function {
	return func(c *Context, a []*Node) Value {
		texts := c.flat(a)
		if len(texts) == 0 {
			return Number(math.NaN())
		}
		best := c.numberOf(texts[0])
		for _, s := range texts[1:] {
			f := c.numberOf(s)
			if best = pick(best, f); math.IsNaN(f) {
				return Number(f)
			}
		}
		return Number(best)
	}
}

// round takes a number of decimals; a negative one rounds to tens, hundreds …
func round(c *Context, a []*Node) Value {
	f, places := c.num(a[0]), 0.0
	if len(a) > 1 {
		places = math.Trunc(c.num(a[1]))
	}
	switch {
	case math.IsNaN(places) || math.Abs(places) > 30 && !math.IsInf(f, 0):
		return Number(math.NaN())
	case math.IsNaN(f) || math.IsInf(f, 0) || f == 0:
		return Number(f)
	}
	return Number(shift(roundHalfUp(shift(f, int(places))), -int(places)))
}

// shift moves a number's decimal point. It works on the digits that one would write, so
// that 1.005 by two places is 100.5, and not a little less.
func shift(f float64, places int) float64 {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	power, _ := strconv.Atoi(exponent)
	shifted, _ := strconv.ParseFloat(mantissa+"e"+strconv.Itoa(power+places), 64)
	return shifted
}
