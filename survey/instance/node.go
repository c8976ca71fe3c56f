package instance

import (
	"strconv"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// node is a field in one place of an instance: a question, a group, a repeat as a
// whole (series, below it its instances), or one instance of a repeat.
type node struct {
	field    *field
	parent   *node
	below    []*node // of a section one for each child field; of a series its instances
	value    string
	series   bool
	own      bool  // its relevant expression's last result
	relevant bool  // own, and all above
	kept     bool  // a volatile calculation's value from when it was filled in
	seeded   bool  // seed is drawn
	due      uint8 // the kinds of vertices for which it is to be evaluated
	at       int   // of an instance of a repeat, its place in the series from 1
	seed     int64 // by which a select's choices are shuffled when the form gives none
}

// Name is the field's name.
func (n *node) Name() string { return n.field.def.Name }

// Text is the answer; what is not relevant reads as unanswered.
func (n *node) Text() string {
	switch {
	case !n.relevant:
		return ""
	case len(n.below) == 0:
		return n.value
	}
	var b strings.Builder
	for _, child := range n.below {
		b.WriteString(child.Text())
	}
	return b.String()
}

// Parent is the section around it; a series is not a node for expressions.
func (n *node) Parent() xpath.Item {
	if up := n.section(); up != nil {
		return up
	}
	return nil
}

func (n *node) section() *node {
	up := n.parent
	if up != nil && up.series {
		return up.parent
	}
	return up
}

// Children visits the relevant nodes below.
func (n *node) Children(name string, visit func(xpath.Item)) {
	if n.series || n.field.byName == nil {
		return
	}
	if name != "" {
		if f := n.field.byName[name]; f != nil {
			n.below[f.index].show(visit)
		}
		return
	}
	for _, child := range n.below {
		child.show(visit)
	}
}

func (n *node) show(visit func(xpath.Item)) {
	switch {
	case !n.relevant:
	case n.series:
		for _, child := range n.below {
			visit(child)
		}
	default:
		visit(n)
	}
}

// Place is its place among the relevant siblings of its name, from 1.
func (n *node) Place() int { return max(n.at, 1) }

// Attributes visits the root's attributes: id and version. Its fields have none.
func (n *node) Attributes(visit func(xpath.Item)) {
	for _, one := range n.field.attributes {
		visit(one)
	}
}

// path is the node's path, with positions.
func (n *node) path() form.Path {
	if n.parent == nil {
		return ""
	}
	if n.parent.series {
		return n.parent.path() + form.Path("["+strconv.Itoa(n.at)+"]")
	}
	return n.parent.path().Join(n.field.def.Name)
}

// setRelevant brings the node and all below it up to date; it tells whether anything changed.
func (n *node) setRelevant(above bool) bool {
	relevant := above && n.own
	if relevant == n.relevant {
		return false
	}
	n.relevant = relevant
	for _, child := range n.below {
		child.setRelevant(relevant)
	}
	return true
}

// each visits the nodes of a field under n, in document order; a repeat's series rather than its instances.
func (n *node) each(f *field, visit func(*node)) {
	at := n
	for depth := len(at.field.line); depth < len(f.line); depth++ {
		if at.series {
			for _, one := range at.below {
				one.each(f, visit)
			}
			return
		}
		at = at.below[f.line[depth].index]
	}
	visit(at)
}
