package instance

import (
	"math"
	"time"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// never tells whether a condition can never hold: it is constant, or compares a select
// with what is no choice, or asks two different things of one answer.
func (c *checker) never(reader *field, n *xpath.Node) bool {
	if isConstant(n) {
		return !(&xpath.Expr{Root: n}).Evaluate(nowhere{}, nil).Bool()
	}
	if n.Kind != xpath.KindOp && n.Kind != xpath.KindCall || len(n.Args) != 2 {
		return false
	}
	switch n.Text {
	case "or":
		return c.never(reader, n.Args[0]) && c.never(reader, n.Args[1])
	case "and":
		return c.never(reader, n.Args[0]) || c.never(reader, n.Args[1]) || c.contradicts(reader, conjuncts(n, nil))
	case "=":
		for k, arg := range n.Args {
			if f := c.fieldOf(place{}, reader, arg); f != nil && c.lacksChoice(f, n.Args[1-k]) {
				return true
			}
		}
	case "selected":
		f := c.fieldOf(place{}, reader, n.Args[0])
		return f != nil && c.lacksChoice(f, n.Args[1])
	}
	return false
}

func conjuncts(n *xpath.Node, all []*xpath.Node) []*xpath.Node {
	if n.Kind == xpath.KindOp && n.Text == "and" {
		return conjuncts(n.Args[1], conjuncts(n.Args[0], all))
	}
	return append(all, n)
}

// demand is what a conjunction asks of one answer.
type demand struct {
	text        *string
	least, most float64
	over, under bool // the bounds themselves do not do
}

// contradicts tells whether conditions ask of one answer what cannot be together: two texts, or a
// number above another and below a smaller one.
func (c *checker) contradicts(reader *field, conditions []*xpath.Node) bool {
	demands := map[*field]*demand{}
	for _, n := range conditions {
		if len(n.Args) != 2 || !isComparison(n) && n.Text != "selected" {
			continue
		}
		for k, arg := range n.Args {
			f := c.fieldOf(place{}, reader, arg)
			if f == nil || !isSingle(reader, f) || n.Text == "selected" && (k > 0 || f.def.Type != form.SelectOne) {
				continue
			}
			d := demands[f]
			if d == nil {
				d = &demand{least: math.Inf(-1), most: math.Inf(1)}
				demands[f] = d
			}
			if d.clashes(n.Text, n.Args[1-k], k == 1) {
				return true
			}
		}
	}
	return false
}

// isSingle tells whether a reference means one answer to the reader, not those of a repeat's instances.
func isSingle(reader, f *field) bool {
	for _, above := range f.line {
		if above.isRepeat() && !reader.isWithin(above) {
			return false
		}
	}
	return true
}

// clashes adds a comparison with a value, in which the answer stands on the right when turned.
func (d *demand) clashes(sign string, value *xpath.Node, turned bool) bool {
	if value.Kind == xpath.KindText && (sign == "=" || sign == "selected") {
		clash := d.text != nil && *d.text != value.Text
		d.text = &value.Text
		return clash
	}
	if value.Kind != xpath.KindNumber {
		return false
	}
	if turned {
		sign = map[string]string{"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}[sign]
	}
	f := value.Number
	if (sign == ">" || sign == ">=" || sign == "=") && (f > d.least || f == d.least && sign == ">") {
		d.least, d.over = f, sign == ">"
	}
	if (sign == "<" || sign == "<=" || sign == "=") && (f < d.most || f == d.most && sign == "<") {
		d.most, d.under = f, sign == "<"
	}
	return d.least > d.most || d.least == d.most && (d.over || d.under)
}

// isConstant tells whether an expression reads nothing.
func isConstant(n *xpath.Node) bool {
	constant := true
	(&xpath.Expr{Root: n}).Walk(func(n *xpath.Node) {
		switch n.Kind {
		case xpath.KindRef, xpath.KindPath:
			constant = false
		case xpath.KindCall:
			switch n.Text {
			case "true", "false":
			case "not", "boolean", "boolean-from-string", "if", "number", "string", "int", "round", "abs", "concat", "coalesce", "string-length":
				constant = constant && len(n.Args) > 0
			default:
				constant = false
			}
		}
	})
	return constant
}

// nowhere is where constants are evaluated.
type nowhere struct{}

func (nowhere) Root() xpath.Item                                                   { return nil }
func (nowhere) Reference(*xpath.Node, xpath.Item) []xpath.Item                     { return nil }
func (nowhere) List(string) xpath.Item                                             { return nil }
func (nowhere) ChoiceName(*xpath.Node, string) string                              { return "" }
func (nowhere) Itext(string) string                                                { return "" }
func (nowhere) Property(string) string                                             { return "" }
func (nowhere) Version() string                                                    { return "" }
func (nowhere) Now() time.Time                                                     { return time.Time{} }
func (nowhere) Random() float64                                                    { return 0 }
func (nowhere) Chinese() bool                                                      { return false }
func (nowhere) Indexed(*xpath.Node, []*xpath.Node, []int, xpath.Item) []xpath.Item { return nil }
