package xpath

// children are the nodes directly below n: base, arguments, predicates.
func (n *Node) children() []*Node {
	if n.Kind != KindPath {
		return n.Args
	}
	var all []*Node
	if n.Base != nil {
		all = append(all, n.Base)
	}
	for _, s := range n.Steps {
		all = append(all, s.Predicates...)
	}
	return all
}

// Walk visits every node of the expression, a node before what it holds.
func (e *Expr) Walk(visit func(*Node)) {
	var walk func(*Node)
	walk = func(n *Node) {
		visit(n)
		for _, child := range n.children() {
			walk(child)
		}
	}
	walk(e.Root)
}

// Calls tells whether the expression calls one of the functions.
func (e *Expr) Calls(names ...string) bool {
	found := false
	e.Walk(func(n *Node) { found = found || n.Kind == KindCall && contains(names, n.Text) })
	return found
}

// References are the nodes that read answers by name or path: every ${name}
// (KindRef), every absolute path, and every relative path that begins with a bare name,
// in the order of the source.
func (e *Expr) References() []*Node {
	var all []*Node
	e.Walk(func(n *Node) {
		if n.Kind == KindRef || n.IsAbsolute() || n.BareName() != "" {
			all = append(all, n)
		}
	})
	return all
}

// IsAbsolute tells whether the node is a path from the instance's root: /data/a.
func (n *Node) IsAbsolute() bool { return n.Kind == KindPath && n.Absolute }

// BareName is the first name of a relative path that begins with one (age of age/x), or "".
func (n *Node) BareName() string {
	if n.Kind != KindPath || n.Absolute || n.Base != nil || len(n.Steps) == 0 {
		return ""
	}
	first := n.Steps[0]
	if first.Axis != "child" || first.Test == "*" || first.Test == "node()" || first.Test == "text()" {
		return ""
	}
	return first.Test
}

// Names are the names of a path whose steps are all plain child names (no
// predicates), without the first, which is the root's; nil for any other path.
func (n *Node) Names() []string {
	if n.Kind != KindPath || len(n.Steps) < 2 {
		return nil
	}
	var names []string
	for _, s := range n.Steps {
		if s.Axis != "child" || s.Test == "*" || s.Test == "node()" || s.Test == "text()" || len(s.Predicates) > 0 {
			return nil
		}
		names = append(names, s.Test)
	}
	return names[1:]
}
