package openrosa

import (
	"strings"

	"tianye/survey/form"
)

// relative is the path to a field from another that is in the same repeat: " ../name "; ""
// when no repeat holds both, and the path is absolute.
func (w *formWriter) relative(target, from *formNode, how manner) string {
	repeat := shared(from, target, func(n *formNode) bool { return n.field.Type == form.Repeat })
	if repeat == nil {
		return ""
	}
	top := shared(from, target, func(n *formNode) bool { return n.field.Type.IsSection() })
	if how.withRepeat && repeat == target.repeat() && (repeat.repeat() == nil || from.repeat() != repeat) {
		top = repeat.parent
	}
	path := target.below(top)
	if !strings.HasSuffix(path, target.field.Name) {
		path = "/" + target.field.Name // of a section without an element of its own
	}
	prefix := " "
	if how.current {
		prefix = " current()/"
	}
	steps := 0
	for n := from; n != top; n = n.parent {
		steps++
	}
	return prefix + strings.Repeat("/..", steps)[1:] + path + " "
}

// shared is the innermost section of a kind that holds both.
func shared(a, b *formNode, wanted func(*formNode) bool) *formNode {
	for p := a.parent; p != nil; p = p.parent {
		if wanted(p) && b.isBelow(p) {
			return p
		}
	}
	return nil
}

func (n *formNode) isBelow(section *formNode) bool {
	for p := n.parent; p != nil; p = p.parent {
		if p == section {
			return true
		}
	}
	return false
}

// repeat is the innermost repeat that a node is in, or nil.
func (n *formNode) repeat() *formNode {
	for p := n.parent; p != nil; p = p.parent {
		if p.field.Type == form.Repeat {
			return p
		}
	}
	return nil
}

// below is the path to a node from a section above it: "/group/name".
func (n *formNode) below(section *formNode) string {
	path := ""
	for ; n != section; n = n.parent {
		if !n.flat {
			path = "/" + n.field.Name + path
		}
	}
	return path
}
