package xlsform

import (
	"math/big"
	"regexp"
	"strings"

	"tianye/survey/form"
)

// checkRange fills in what a range leaves unsaid and refuses one that has no steps.
func (r *reader) checkRange(row row, f *form.Field, given parameters) {
	for name, value := range map[string]string{"start": "1", "end": "10", "step": "1"} {
		given[name] = or(given[name], value)
	}
	ticks := given["tick_interval"] != "" || given["placeholder"] != "" || given["tick_labelset"] != ""
	if f.Appearance != "" && ticks {
		for _, word := range strings.Fields(f.Appearance) {
			if word != "vertical" && word != "no-ticks" {
				r.failParameter(row, "xlsform.rangeAppearance", f.Appearance)
				return
			}
		}
	}
	numbers := map[string]*big.Rat{}
	for _, name := range parameterNames[form.Range][:5] {
		if given[name] == "" {
			continue
		}
		n, ok := decimal(given[name])
		if !ok {
			r.failParameter(row, "xlsform.parameterNumber", name, given[name])
			return
		}
		numbers[name] = n
	}
	for _, n := range numbers {
		if !n.IsInt() {
			setIn(&f.Bind, "type", "decimal")
		}
	}
	g := scale{reader: r, row: row, given: given, start: numbers["start"], end: numbers["end"], step: numbers["step"]}
	if g.checkInterval("step", g.step) && g.checkInterval("tick_interval", numbers["tick_interval"]) {
		g.check(f, numbers["tick_interval"], numbers["placeholder"])
	}
}

var decimalForm = regexp.MustCompile(`^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]{1,3})?$`)

func decimal(s string) (*big.Rat, bool) {
	if !decimalForm.MatchString(s) || len(s) > 100 {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// scale is a range being checked; it may run downwards.
type scale struct {
	*reader
	row              row
	given            parameters
	start, end, step *big.Rat
}

// checkInterval checks that a distance is one, and no longer than the range.
func (g scale) checkInterval(name string, n *big.Rat) bool {
	if n == nil {
		return true
	}
	width := new(big.Rat).Sub(g.end, g.start)
	width.Abs(width)
	switch {
	case n.Sign() == 0:
		g.failParameter(g.row, "xlsform.rangeZero", name)
	case n.Cmp(width) > 0:
		g.failParameter(g.row, "xlsform.rangeStepTooBig", name, g.given[name], g.given["start"], g.given["end"])
	default:
		return true
	}
	return false
}

// fits tells whether a distance is a multiple of an interval.
func fits(distance, interval *big.Rat) bool { return new(big.Rat).Quo(distance, interval).IsInt() }

func (g scale) holds(n *big.Rat) bool {
	low, high := g.start, g.end
	if low.Cmp(high) > 0 {
		low, high = high, low
	}
	return n.Cmp(low) >= 0 && n.Cmp(high) <= 0
}

// check checks the marks and labels of a range.
func (g scale) check(f *form.Field, interval, placeholder *big.Rat) {
	if interval != nil && !fits(interval, g.step) {
		g.failParameter(g.row, "xlsform.rangeMultiple", "tick_interval")
	}
	if placeholder != nil {
		if !fits(new(big.Rat).Sub(placeholder, g.start), g.step) {
			g.failParameter(g.row, "xlsform.rangeMultiple", "placeholder")
		}
		if !g.holds(placeholder) {
			g.failParameter(g.row, "xlsform.rangeOutside", "placeholder")
		}
	}
	if g.given["tick_labelset"] != "" {
		g.checkLabels(f, interval)
	}
}

// checkLabels checks the list whose choices label a range's marks.
func (g scale) checkLabels(f *form.Field, interval *big.Rat) {
	list := g.definition.Lists[g.given["tick_labelset"]]
	if list == nil {
		g.failParameter(g.row, "xlsform.rangeLabels", g.given["tick_labelset"])
		return
	}
	if interval == nil {
		interval = g.step
	}
	bare := strings.Contains(f.Appearance, "no-ticks")
	ends := map[string]bool{}
	for _, c := range list.Choices {
		n, ok := decimal(strings.ToLower(c.Name))
		switch {
		case !ok:
			g.failParameter(g.row, "xlsform.parameterNumber", "tick_labelset", c.Name)
			return
		case !g.holds(n):
			g.failParameter(g.row, "xlsform.rangeOutside", c.Name)
			return
		case !fits(new(big.Rat).Sub(n, g.start), interval):
			g.failParameter(g.row, "xlsform.rangeMultiple", c.Name)
			return
		}
		ends[n.String()] = true
	}
	if bare && (len(ends) != 2 || !ends[g.start.String()] || !ends[g.end.String()]) {
		g.failParameter(g.row, "xlsform.rangeBare", g.given["tick_labelset"])
	}
}
