package xpath

import "strings"

// path walks a path's steps from its base, from the root, or from the context.
func (c *Context) path(n *Node) []Item {
	steps := n.Steps
	var items []Item
	switch {
	case n.Absolute:
		items, steps = c.fromRoot(steps)
	case n.Base != nil:
		items = c.eval(n.Base).items
	case c.Item != nil:
		items = []Item{c.Item}
	}
	for i := range steps {
		items = c.step(items, &steps[i])
	}
	return items
}

// fromRoot begins an absolute path and gives the steps that are left. The first step
// is the root, whatever its name. Like ${name}, a path without predicates means the
// reader's own instances of the repeats that they share (ODK XForms specification,
// "Repeats": absolute references inside repeats): while its names are those of the
// reader's ancestors, it follows these.
func (c *Context) fromRoot(steps []Step) ([]Item, []Step) {
	root := c.Host.Root()
	if len(steps) == 0 || steps[0].Axis != "child" {
		return []Item{root}, steps
	}
	steps = steps[1:]
	var line []Item // the reader and its ancestors, without the root, innermost first
	for at := c.Current; at != nil && at != root; at = at.Parent() {
		line = append(line, at)
	}
	at := root
	for len(steps) > 1 && len(line) > 0 {
		next := line[len(line)-1]
		if steps[0].Axis != "child" || len(steps[0].Predicates) > 0 || steps[0].Test != next.Name() {
			break
		}
		at, steps, line = next, steps[1:], line[:len(line)-1]
	}
	return []Item{at}, steps
}

func (c *Context) step(from []Item, s *Step) []Item {
	var all []Item
	reverse := strings.HasPrefix(s.Axis, "ancestor") || strings.HasPrefix(s.Axis, "preceding")
	for _, item := range from {
		found := c.reach(item, s)
		for _, predicate := range s.Predicates {
			found = c.keep(found, predicate, reverse)
		}
		all = append(all, found...)
	}
	if len(from) > 1 && s.Axis != "child" && s.Axis != "self" {
		return distinct(all)
	}
	return all
}

// reach gives what a step reaches before its predicates filter it, or as much of it as the first will keep.
func (c *Context) reach(from Item, s *Step) []Item {
	if s.key != nil {
		if indexed, ok := from.(Indexed); ok {
			if found, ok := c.candidates(s.key, indexed, s.Test); ok {
				return found
			}
		}
	}
	return walk(from, s)
}

// keep filters items by a predicate: a number is a position (from the end on a reverse axis).
func (c *Context) keep(items []Item, predicate *Node, reverse bool) []Item {
	var kept []Item
	inner := *c
	inner.Size = len(items)
	for i, item := range items {
		inner.Item, inner.Position = item, i+1
		if reverse {
			inner.Position = len(items) - i
		}
		v := inner.eval(predicate)
		if v.kind == kindNumber && v.number == float64(inner.Position) || v.kind != kindNumber && v.Bool() {
			kept = append(kept, item)
		}
	}
	return kept
}

func distinct(items []Item) []Item {
	seen := make(map[Item]bool, len(items))
	kept := items[:0]
	for _, item := range items {
		if !seen[item] {
			seen[item] = true
			kept = append(kept, item)
		}
	}
	return kept
}

// union gives the items of both in document order, which is that of a walk from their root.
func union(a, b []Item) []Item {
	if len(a) == 0 || len(b) == 0 {
		return append(a, b...)
	}
	wanted, roots := map[Item]bool{}, []Item{}
	seen := map[Item]bool{}
	for _, item := range append(a[:len(a):len(a)], b...) {
		wanted[item] = true
		root := item
		for up := root.Parent(); up != nil; up = root.Parent() {
			root = up
		}
		if !seen[root] {
			seen[root] = true
			roots = append(roots, root)
		}
	}
	var all []Item
	take := func(item Item) {
		if wanted[item] {
			all = append(all, item)
		}
	}
	for _, root := range roots {
		take(root)
		descend(root, take)
	}
	return all
}

func (s *Step) admits(item Item) bool {
	prefix, wild := strings.CutSuffix(s.Test, "*")
	return s.Test == "node()" || wild && strings.HasPrefix(item.Name(), prefix) || s.Test == item.Name()
}

// Attributed is an Item with attributes.
type Attributed interface {
	Attributes(visit func(Item))
}

// walk gives the nodes of a step's axis and test, in document order.
func walk(from Item, s *Step) []Item {
	var found []Item
	take := func(item Item) {
		if s.admits(item) {
			found = append(found, item)
		}
	}
	switch s.Axis {
	case "child":
		if s.Test == "text()" {
			return []Item{from} // a leaf's text is the leaf
		}
		if strings.ContainsAny(s.Test, "*(") {
			from.Children("", take)
		} else {
			from.Children(s.Test, func(c Item) { found = append(found, c) })
		}
	case "self":
		take(from)
	case "parent":
		if parent := from.Parent(); parent != nil {
			take(parent)
		}
	case "descendant-or-self", "descendant":
		if s.Axis == "descendant-or-self" {
			take(from)
		}
		descend(from, take)
	case "ancestor-or-self", "ancestor":
		at := from
		if s.Axis == "ancestor" {
			at = from.Parent()
		}
		var line []Item
		for ; at != nil; at = at.Parent() {
			line = append(line, at)
		}
		for i := len(line) - 1; i >= 0; i-- {
			take(line[i])
		}
	case "following-sibling", "preceding-sibling":
		siblings(from, s.Axis == "following-sibling", take)
	case "following":
		for at := from; at != nil; at = at.Parent() {
			siblings(at, true, func(c Item) { take(c); descend(c, take) })
		}
	case "preceding":
		preceding(from, take)
	case "attribute":
		if attributed, ok := from.(Attributed); ok {
			attributed.Attributes(take)
		}
	}
	return found
}

func descend(from Item, take func(Item)) {
	from.Children("", func(c Item) {
		take(c)
		descend(c, take)
	})
}

// preceding visits what ends before from begins.
func preceding(from Item, take func(Item)) {
	if parent := from.Parent(); parent != nil {
		preceding(parent, take)
	}
	siblings(from, false, func(c Item) { take(c); descend(c, take) })
}

func siblings(of Item, after bool, take func(Item)) {
	parent := of.Parent()
	if parent == nil {
		return
	}
	passed := false
	parent.Children("", func(c Item) {
		if c == of {
			passed = true
		} else if passed == after {
			take(c)
		}
	})
}
