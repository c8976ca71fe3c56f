package xpath

// Indexed is an Item that finds children by a column's value, faster than by asking each.
type Indexed interface {
	Item
	// Lookup gives the children called child of which a child called column has the text
	// (or which have none, for ""), in document order.
	Lookup(child, column, text string) []Item
}

// lookUp gives the children of a name with the value in a column.
func lookUp(from Item, child, column, text string) []Item {
	if indexed, ok := from.(Indexed); ok {
		return indexed.Lookup(child, column, text)
	}
	var found []Item
	from.Children(child, func(item Item) {
		if hasCell(item, column, text) {
			found = append(found, item)
		}
	})
	return found
}

func hasCell(item Item, column, text string) bool {
	none, has := true, false
	item.Children(column, func(cell Item) {
		none = false
		has = has || cell.Text() == text
	})
	return has || none && text == ""
}

// key is a condition of a filter that an index answers: a column's text is that of value,
// which does not depend on the item filtered.
type key struct {
	column string
	value  *Node
}

// Prepare finds what can be looked up in the expression's predicates. It must be called
// before the expression is evaluated by several goroutines, if at all.
func (e *Expr) Prepare() {
	e.Walk(func(n *Node) {
		for i := range n.Steps {
			s := &n.Steps[i]
			if s.Axis == "child" && len(s.Predicates) > 0 {
				s.key = s.Predicates[0].key()
			}
		}
	})
}

// key finds a key in a filter; nil when each item must be asked.
func (n *Node) key() *key {
	if n.Kind != KindOp || dependsOnPlace(n) {
		return nil
	}
	return n.keyIn()
}

func (n *Node) keyIn() *key {
	if n.Kind != KindOp {
		return nil
	}
	switch n.Text {
	case "and":
		if k := n.Args[0].keyIn(); k != nil {
			return k
		}
		return n.Args[1].keyIn()
	case "=":
		for i, arg := range n.Args {
			if column := arg.column(); column != "" && !n.Args[1-i].dependsOnItem() {
				return &key{column, n.Args[1-i]}
			}
		}
	}
	return nil
}

// column is the name when the node is a bare one, or "".
func (n *Node) column() string {
	if len(n.Steps) == 1 && len(n.Steps[0].Predicates) == 0 {
		return n.BareName()
	}
	return ""
}

// dependsOnPlace tells whether a filter's outcome changes with the items before and after.
func dependsOnPlace(n *Node) bool {
	if n.Kind == KindCall && len(n.Args) == 0 && (n.Text == "position" || n.Text == "last") {
		return true
	}
	for _, child := range n.children() {
		if dependsOnPlace(child) {
			return true
		}
	}
	return false
}

// dependsOnItem tells whether an expression within a filter may read the item filtered.
func (n *Node) dependsOnItem() bool {
	switch n.Kind {
	case KindPath:
		if n.Base == nil && !n.Absolute {
			return true
		}
	case KindCall:
		switch n.Text {
		case "string", "number", "string-length", "normalize-space", "name", "local-name":
			if len(n.Args) == 0 {
				return true
			}
		case "random", "uuid":
			return true
		}
	}
	if n.Kind == KindPath { // its predicates have contexts of their own
		return n.Base != nil && n.Base.dependsOnItem()
	}
	if n.Kind == KindFilter {
		return n.Args[0].dependsOnItem()
	}
	for _, child := range n.children() {
		if child.dependsOnItem() {
			return true
		}
	}
	return false
}

// candidates gives the items among which a key leaves those wanted, if it can.
func (c *Context) candidates(k *key, from Indexed, child string) ([]Item, bool) {
	v := c.eval(k.value)
	var text string
	switch {
	case v.kind == kindText:
		text = v.text
	case v.kind == kindItems && len(v.items) == 1:
		text = v.items[0].Text()
	case v.kind != kindItems || len(v.items) > 1:
		return nil, false
	}
	return from.Lookup(child, k.column, text), true
}

// Candidates gives the children of from, called child, among which a filter of from's
// children leaves those wanted, if an index tells; current is on whose behalf it filters.
func (e *Expr) Candidates(host Host, from Indexed, child string, current Item) ([]Item, bool) {
	k := e.Root.key()
	if k == nil {
		return nil, false
	}
	c := Context{Host: host, Item: current, Current: current, Position: 1, Size: 1}
	return c.candidates(k, from, child)
}
