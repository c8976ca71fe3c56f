package xpath

import (
	"math"
	"strings"
)

type function func(c *Context, args []*Node) Value

// builtin is a function with the numbers of arguments that it takes.
type builtin struct {
	arity
	call function
}

// builtins are the functions by name.
var builtins = map[string]builtin{}

func init() {
	for _, group := range []map[string]function{logicCalls(), textCalls, numberCalls, nodeCalls, dateCalls, geoCalls, secureCalls} {
		for name, call := range group {
			builtins[name] = builtin{arities[name], call}
		}
	}
}

// logicCalls are the functions of conditions; a function, because they evaluate what calls them.
func logicCalls() map[string]function {
	return map[string]function{
		"if": func(c *Context, a []*Node) Value {
			if c.eval(a[0]).Bool() {
				return c.eval(a[1])
			}
			return c.eval(a[2])
		},
		"coalesce": func(c *Context, a []*Node) Value {
			for _, arg := range a {
				if v := c.eval(arg); v.String() != "" {
					return v
				}
			}
			return Text("")
		},
		"once": func(c *Context, a []*Node) Value {
			if s := c.Current.Text(); s != "" {
				return Text(s)
			}
			return c.eval(a[0])
		},
		"depend":  func(c *Context, a []*Node) Value { return c.eval(a[0]) },
		"true":    func(*Context, []*Node) Value { return Bool(true) },
		"false":   func(*Context, []*Node) Value { return Bool(false) },
		"not":     func(c *Context, a []*Node) Value { return Bool(!c.eval(a[0]).Bool()) },
		"boolean": func(c *Context, a []*Node) Value { return Bool(c.eval(a[0]).Bool()) },
		"boolean-from-string": func(c *Context, a []*Node) Value {
			s := c.text(a[0])
			return Bool(s == "true" || s == "1")
		},
		"checklist":          checklist,
		"weighted-checklist": weightedChecklist,
	}
}

// text evaluates an argument to a text.
func (c *Context) text(n *Node) string { return c.eval(n).String() }

// num evaluates an argument to a number.
func (c *Context) num(n *Node) float64 { return c.number(c.eval(n)) }

// optional evaluates the only argument, or gives the context node without one.
func (c *Context) optional(args []*Node) Value {
	if len(args) == 0 {
		return Items(c.Item)
	}
	return c.eval(args[0])
}

// flat evaluates arguments to texts: all nodes of a node-set, one text of anything else.
func (c *Context) flat(args []*Node) []string {
	var all []string
	for _, arg := range args {
		all = append(all, c.eval(arg).texts()...)
	}
	return all
}

// ticks are the numbers that a checklist counts: 1 for what is true, a number above 0, or a node with one.
func (c *Context) ticks(arg *Node) []float64 {
	v := c.eval(arg)
	if v.kind != kindItems {
		if c.number(v) > 0 || v.kind == kindText && v.text == "true" {
			return []float64{1}
		}
		return []float64{0}
	}
	var all []float64
	for _, item := range v.items {
		tick := 0.0
		if s := item.Text(); s == "true" || c.numberOf(s) > 0 {
			tick = 1
		}
		all = append(all, tick)
	}
	return all
}

func (c *Context) within(least, most *Node, total float64) Value {
	low, high := c.num(least), c.num(most)
	return Bool((low == -1 || total >= low) && (high == -1 || total <= high))
}

func checklist(c *Context, a []*Node) Value {
	total := 0.0
	for _, arg := range a[2:] {
		for _, tick := range c.ticks(arg) {
			total += tick
		}
	}
	return c.within(a[0], a[1], total)
}

func weightedChecklist(c *Context, a []*Node) Value {
	total := 0.0
	for i := 2; i+1 < len(a); i += 2 {
		weights := c.eval(a[i+1]).texts()
		for j, tick := range c.ticks(a[i]) {
			if len(weights) > 0 && tick > 0 {
				total += c.numberOf(weights[min(j, len(weights)-1)])
			}
		}
	}
	return c.within(a[0], a[1], total)
}

// roundHalfUp rounds to whole numbers, halves towards positive infinity (XPath 1.0, section 4.4).
func roundHalfUp(f float64) float64 {
	below := math.Floor(f)
	if f-below >= 0.5 {
		return below + 1
	}
	return below
}

// fields splits a select's answer into its values.
func fields(s string) []string { return strings.Fields(s) }
