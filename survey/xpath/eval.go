package xpath

import (
	"math"
	"time"
)

// Host is what an expression is evaluated in: an instance of a form.
type Host interface {
	Root() Item
	// Reference gives what ${name} means to the reader at from.
	Reference(ref *Node, from Item) []Item
	// Indexed is indexed-repeat's: the field's nodes where each repeat's instance is the one of the number.
	Indexed(field *Node, repeats []*Node, numbers []int, from Item) []Item
	List(id string) Item                     // instance('id'); nil when there is none
	ChoiceName(field *Node, v string) string // the label of the choice v of the select field
	Itext(id string) string                  // the form's text of that id, in the language shown
	Property(name string) string             // what the client knows: deviceid, username, email …
	Version() string                         // the form's
	Now() time.Time                          // its location is the form's zone
	Random() float64                         // from 0, below 1
	Chinese() bool                           // the language of format-date's names
}

// Context is where an expression stands: what . is, whose question reads, and
// within a predicate the position and the size of what is filtered.
type Context struct {
	Host     Host
	Item     Item
	Current  Item
	Position int
	Size     int
}

// Evaluate gives the expression's value for the node at, which is both . and current().
func (e *Expr) Evaluate(host Host, at Item) Value {
	c := Context{Host: host, Item: at, Current: at, Position: 1, Size: 1}
	return c.eval(e.Root)
}

// EvaluateFor gives the value for a choice item, the one at position among size, on
// behalf of the question at current: a choice_filter.
func (e *Expr) EvaluateFor(host Host, item, current Item, position, size int) Value {
	c := Context{Host: host, Item: item, Current: current, Position: position, Size: size}
	return c.eval(e.Root)
}

func (c *Context) eval(n *Node) Value {
	switch n.Kind {
	case KindNumber:
		return Number(n.Number)
	case KindText:
		return Text(n.Text)
	case KindOp:
		return c.operate(n)
	case KindCall:
		if known, ok := builtins[n.Text]; ok && known.admits(len(n.Args)) {
			return known.call(c, n.Args)
		}
		return Text("") // Misuse tells
	case KindRef:
		return Items(c.Host.Reference(n, c.Current)...)
	case KindPath:
		return Items(c.path(n)...)
	case KindFilter:
		items := c.eval(n.Args[0]).items
		for _, predicate := range n.Args[1:] {
			items = c.keep(items, predicate, false)
		}
		return Items(items...)
	}
	return Text("") // a tree that Parse never makes
}

func (c *Context) operate(n *Node) Value {
	switch n.Text {
	case "or":
		return Bool(c.eval(n.Args[0]).Bool() || c.eval(n.Args[1]).Bool())
	case "and":
		return Bool(c.eval(n.Args[0]).Bool() && c.eval(n.Args[1]).Bool())
	case "|":
		return Items(union(c.eval(n.Args[0]).items, c.eval(n.Args[1]).items)...)
	case "neg":
		return Number(-c.number(c.eval(n.Args[0])))
	case "=", "!=", "<", "<=", ">", ">=":
		return Bool(c.compare(n.Text, c.eval(n.Args[0]), c.eval(n.Args[1])))
	}
	a, b := c.number(c.eval(n.Args[0])), c.number(c.eval(n.Args[1]))
	switch n.Text {
	case "+":
		return Number(a + b)
	case "-":
		return Number(a - b)
	case "*":
		return Number(a * b)
	case "div":
		return Number(a / b)
	}
	return Number(math.Mod(a, b))
}

// Number converts as XPath's number(), dates to days.
func (v Value) Number(host Host) float64 {
	c := Context{Host: host}
	return c.number(v)
}

// number converts as XPath's number(); of dates and dateTimes, the days since 1970-01-01.
func (c *Context) number(v Value) float64 {
	switch v.kind {
	case kindNumber:
		return v.number
	case kindBool:
		if v.yes {
			return 1
		}
		return 0
	}
	return c.numberOf(v.String())
}

func (c *Context) numberOf(s string) float64 {
	f := ParseNumber(s)
	if math.IsNaN(f) && len(s) >= len(DateLayout) && s[4] == '-' {
		if t, ok := parseMoment(s, c.zone()); ok {
			return days(t)
		}
	}
	return f
}

func (c *Context) zone() *time.Location { return c.Host.Now().Location() }

// compare follows XPath 1.0, section 3.4, but that an empty node-set compares as
// the empty text: a question that is not relevant reads as unanswered.
func (c *Context) compare(op string, a, b Value) bool {
	if a.kind == kindBool && b.kind == kindItems {
		b = Bool(b.Bool())
	}
	if b.kind == kindBool && a.kind == kindItems {
		a = Bool(a.Bool())
	}
	if len(a.items) <= 1 && len(b.items) <= 1 { // by far the most
		return c.compareSingle(op, a.single(), b.single())
	}
	for _, x := range singles(a) {
		for _, y := range singles(b) {
			if c.compareSingle(op, x, y) {
				return true
			}
		}
	}
	return false
}

// single is the text of a node-set of one node or none as a value, or the value itself.
func (v Value) single() Value {
	if v.kind != kindItems {
		return v
	}
	return Text(v.String())
}

// singles are a node-set's texts as values, or the value itself.
func singles(v Value) []Value {
	if v.kind != kindItems {
		return []Value{v}
	}
	if len(v.items) == 0 {
		return []Value{Text("")}
	}
	all := make([]Value, len(v.items))
	for i, item := range v.items {
		all[i] = Text(item.Text())
	}
	return all
}

func (c *Context) compareSingle(op string, a, b Value) bool {
	if op == "=" || op == "!=" {
		var same bool
		switch {
		case a.kind == kindBool || b.kind == kindBool:
			same = a.Bool() == b.Bool()
		case a.kind == kindNumber || b.kind == kindNumber:
			same = c.number(a) == c.number(b)
		default:
			same = a.text == b.text
		}
		return same == (op == "=")
	}
	x, y := c.number(a), c.number(b)
	switch op {
	case "<":
		return x < y
	case "<=":
		return x <= y
	case ">":
		return x > y
	}
	return x >= y
}
