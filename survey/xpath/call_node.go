package xpath

import "math"

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
	"name":           nameOf,
	"local-name":     nameOf,
	"count-selected": func(c *Context, a []*Node) Value { return Number(float64(len(fields(c.text(a[0]))))) },
	"selected": func(c *Context, a []*Node) Value {
		chosen, wanted := fields(c.text(a[0])), fields(c.text(a[1]))
		if len(wanted) == 0 {
			return Bool(len(chosen) == 0)
		}
		return Bool(len(wanted) == 1 && contains(chosen, wanted[0]))
	},
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

// position counts a node among its siblings of the same name, from 1.
func position(items []Item) Value {
	if len(items) == 0 {
		return Number(math.NaN())
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
