package xpath

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
	reverse := s.Axis == "ancestor" || s.Axis == "ancestor-or-self" || s.Axis == "preceding-sibling"
	for _, item := range from {
		found := walk(item, s)
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

func (s *Step) admits(item Item) bool {
	return s.Test == "*" || s.Test == "node()" || s.Test == item.Name()
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
		name := s.Test
		if name == "*" || name == "node()" {
			name = ""
		}
		from.Children(name, func(c Item) { found = append(found, c) })
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
	}
	return found
}

func descend(from Item, take func(Item)) {
	from.Children("", func(c Item) {
		take(c)
		descend(c, take)
	})
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
