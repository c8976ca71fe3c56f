package xpath

import (
	"math"
	"strconv"
	"strings"
)

// Item is a node that expressions read: a node of an instance, a choice of a list
// or one of its columns. Items are compared with ==. What is not relevant is not
// among anybody's Children.
type Item interface {
	Name() string
	Text() string                             // the answer; of a section, all below it joined; "" without an answer
	Parent() Item                             // nil at the root
	Children(name string, visit func(c Item)) // those of a name, or all for ""; in document order
}

type valueKind int

const (
	kindNumber valueKind = iota
	kindText
	kindBool
	kindItems
)

// Value is what an expression comes to: a number, a text, a boolean or a node-set.
type Value struct {
	kind   valueKind
	number float64
	text   string
	yes    bool
	items  []Item
}

// Number makes a number.
func Number(f float64) Value { return Value{kind: kindNumber, number: f} }

// Text makes a text.
func Text(s string) Value { return Value{kind: kindText, text: s} }

// Bool makes a boolean.
func Bool(yes bool) Value { return Value{kind: kindBool, yes: yes} }

// Items makes a node-set of items in document order.
func Items(items ...Item) Value { return Value{kind: kindItems, items: items} }

// String converts as XPath's string(): of a node-set, the first node's text.
func (v Value) String() string {
	switch v.kind {
	case kindNumber:
		return FormatNumber(v.number)
	case kindBool:
		return strconv.FormatBool(v.yes)
	case kindItems:
		if len(v.items) == 0 {
			return ""
		}
		return v.items[0].Text()
	}
	return v.text
}

// Bool converts as XPath's boolean(), but that a node-set is true when it holds an
// answer: an unanswered question and an absent one are the same.
func (v Value) Bool() bool {
	switch v.kind {
	case kindNumber:
		return v.number != 0 && !math.IsNaN(v.number)
	case kindBool:
		return v.yes
	case kindItems:
		for _, item := range v.items {
			if item.Text() != "" {
				return true
			}
		}
		return false
	}
	return v.text != ""
}

// texts are the texts of all nodes, or the one text of any other value.
func (v Value) texts() []string {
	if v.kind != kindItems {
		return []string{v.String()}
	}
	all := make([]string, len(v.items))
	for i, item := range v.items {
		all[i] = item.Text()
	}
	return all
}

// FormatNumber writes a number as XPath does: no exponent, no needless point, NaN, Infinity.
func FormatNumber(f float64) string {
	switch {
	case math.IsNaN(f):
		return "NaN"
	case math.IsInf(f, 1):
		return "Infinity"
	case math.IsInf(f, -1):
		return "-Infinity"
	case f == 0:
		return "0"
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}

// ParseNumber reads XPath's lexical form of numbers: white space around it, a minus
// sign, digits, one point; NaN for everything else, "" included.
func ParseNumber(s string) float64 {
	s = strings.Trim(s, " \t\r\n")
	digits := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == '-' && i == 0:
		case c == '.' && !strings.Contains(s[:i], "."):
		default:
			return math.NaN()
		}
	}
	if digits == 0 {
		return math.NaN()
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil && !math.IsInf(f, 0) {
		return math.NaN()
	}
	return f
}

// Items are the nodes of a node-set; none of any other value.
func (v Value) Items() []Item { return v.items }
