package xpath

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"strings"
)

// nodeCalls are the functions of node-sets, of selects and of repeats.
var nodeCalls = map[string]function{
	"count": func(c *Context, a []*Node) Value { return Number(float64(len(c.eval(a[0]).items))) },
	"count-non-empty": func(c *Context, a []*Node) Value {
		n := 0
		for _, item := range c.eval(a[0]).items {
			if item.Text() != "" {
				n++
			}
		}
		return Number(float64(n))
	},
	"position": func(c *Context, a []*Node) Value {
		if len(a) == 0 {
			return Number(float64(c.Position))
		}
		return position(c.eval(a[0]).items)
	},
	"last":    func(c *Context, _ []*Node) Value { return Number(float64(c.Size)) },
	"current": func(c *Context, _ []*Node) Value { return Items(c.Current) },
	"instance": func(c *Context, a []*Node) Value {
		if list := c.Host.List(c.text(a[0])); list != nil {
			return Items(list)
		}
		return Items()
	},
	"name": nameOf,
	"local-name": func(c *Context, a []*Node) Value {
		name := nameOf(c, a).text
		return Text(name[strings.IndexByte(name, ':')+1:])
	},
	"namespace-uri":  func(*Context, []*Node) Value { return Text("") }, // nothing has one
	"lang":           func(*Context, []*Node) Value { return Bool(false) },
	"id":             func(*Context, []*Node) Value { return Items() },
	"pulldata":       pullData,
	"randomize":      randomize,
	"jr:itext":       func(c *Context, a []*Node) Value { return Text(c.Host.Itext(c.text(a[0]))) },
	"property":       func(c *Context, a []*Node) Value { return Text(c.Host.Property(c.text(a[0]))) },
	"version":        func(c *Context, _ []*Node) Value { return Text(c.Host.Version()) },
	"count-selected": func(c *Context, a []*Node) Value { return Number(float64(len(fields(c.text(a[0]))))) },
	"selected":       selected,
	"is-selected":    selected,
	"selected-at": func(c *Context, a []*Node) Value {
		chosen, at := fields(c.text(a[0])), c.num(a[1])
		if at >= 0 && at < float64(len(chosen)) {
			return Text(chosen[int(at)])
		}
		return Text("")
	},
	"jr:choice-name": func(c *Context, a []*Node) Value { return Text(c.Host.ChoiceName(a[1], c.text(a[0]))) },
	"indexed-repeat": func(c *Context, a []*Node) Value {
		var repeats []*Node
		var numbers []int
		for i := 1; i+1 < len(a); i += 2 {
			number := c.num(a[i+1])
			if math.IsNaN(number) || math.Abs(number) > math.MaxInt32 {
				return Items()
			}
			repeats, numbers = append(repeats, a[i]), append(numbers, int(number))
		}
		return Items(c.Host.Indexed(a[0], repeats, numbers, c.Current)...)
	},
}

func selected(c *Context, a []*Node) Value {
	chosen, wanted := fields(c.text(a[0])), fields(c.text(a[1]))
	if len(wanted) == 0 {
		return Bool(len(chosen) == 0)
	}
	return Bool(len(wanted) == 1 && contains(chosen, wanted[0]))
}

// pullData is instance(a)/root/item[c = d]/b, the first of them, as text.
func pullData(c *Context, a []*Node) Value {
	list := c.Host.List(c.text(a[0]))
	wanted, column, value := c.text(a[1]), c.text(a[2]), c.text(a[3])
	if list == nil {
		return Text("")
	}
	found, done := "", false
	list.Children("root", func(root Item) {
		for _, item := range lookUp(root, "item", column, value) {
			item.Children(wanted, func(cell Item) {
				if !done {
					found, done = cell.Text(), true
				}
			})
		}
	})
	return Text(found)
}

// randomize shuffles as JavaRosa and Enketo do: the inside-out Fisher–Yates shuffle, with
// the Park–Miller generator when there is a seed.
func randomize(c *Context, a []*Node) Value {
	next := c.Host.Random
	if len(a) > 1 {
		next = ParkMiller(c.seed(c.eval(a[1])))
	}
	return Items(Shuffle(c.eval(a[0]).items, next)...)
}

// Shuffle gives the items in an order that next, from 0 and below 1, decides.
func Shuffle[T any](items []T, next func() float64) []T {
	shuffled := make([]T, len(items))
	for i, item := range items {
		j := min(int(next()*float64(i+1)), i)
		shuffled[i] = shuffled[j]
		shuffled[j] = item
	}
	return shuffled
}

// ParkMiller is the "minimal standard" generator of random numbers from 0, below 1.
func ParkMiller(seed int64) func() float64 {
	const modulus = 1<<31 - 1
	if seed %= modulus; seed <= 0 {
		seed += modulus - 1
	}
	return func() float64 {
		seed = seed * 16807 % modulus
		return float64(seed-1) / (modulus - 1)
	}
}

// seed makes a generator's seed of a value: a number's whole part; of a text that is
// no number, the first 64 bits of its SHA-256; 0 of an empty one.
func (c *Context) seed(v Value) int64 {
	f := c.number(v)
	switch {
	case math.IsNaN(f) && v.String() == "":
		return 0
	case math.IsNaN(f):
		sum := sha256.Sum256([]byte(v.String()))
		return int64(binary.BigEndian.Uint64(sum[:8]))
	case f >= math.MaxInt64:
		return math.MaxInt64
	case f <= math.MinInt64:
		return math.MinInt64
	}
	return int64(f)
}

// Seed is the seed that a value makes for ParkMiller.
func (v Value) Seed(host Host) int64 {
	c := Context{Host: host}
	return c.seed(v)
}

// Placed is an Item that knows its place among its siblings of the same name, from 1.
type Placed interface{ Place() int }

// position counts a node among its siblings of the same name, from 1.
func position(items []Item) Value {
	if len(items) == 0 {
		return Number(math.NaN())
	}
	if placed, ok := items[0].(Placed); ok {
		return Number(float64(placed.Place()))
	}
	at, counted, found := items[0], 0, 1
	if parent := at.Parent(); parent != nil {
		parent.Children(at.Name(), func(c Item) {
			if counted++; c == at {
				found = counted
			}
		})
	}
	return Number(float64(found))
}

func nameOf(c *Context, a []*Node) Value {
	if items := c.optional(a).items; len(items) > 0 {
		return Text(items[0].Name())
	}
	return Text("")
}
