package instance

import "tianye/survey/xpath"

func appendNew(list []*field, more ...*field) []*field {
	for _, f := range more {
		known := false
		for _, old := range list {
			known = known || old == f
		}
		if !known {
			list = append(list, f)
		}
	}
	return list
}

// walkFields gives the fields on a step's axis from f.
func walkFields(f *field, s xpath.Step) []*field {
	admits := func(other *field) bool { return s.Test == "*" || s.Test == "node()" || s.Test == other.def.Name }
	var candidates []*field
	switch s.Axis {
	case "child":
		if s.Test == "text()" {
			return []*field{f}
		}
		candidates = f.children
	case "self":
		candidates = []*field{f}
	case "parent":
		if f.parent() != nil {
			candidates = []*field{f.parent()}
		}
	case "ancestor":
		candidates = f.line[:len(f.line)-1]
	case "ancestor-or-self":
		candidates = f.line
	case "descendant", "descendant-or-self":
		candidates = f.below(s.Axis == "descendant-or-self")
	case "following", "preceding":
		candidates = f.elsewhere(s.Axis == "following")
	case "following-sibling":
		if f.parent() != nil {
			candidates = f.otherInstances(f.parent().children[f.index+1:])
		}
	case "preceding-sibling":
		if f.parent() != nil {
			candidates = f.otherInstances(f.parent().children[:f.index])
		}
	}
	var all []*field
	for _, candidate := range candidates {
		if admits(candidate) {
			all = append(all, candidate)
		}
	}
	return all
}

// elsewhere gives the fields after or before f but those around and in it, and of the repeats
// that f is in all, for their other instances.
func (f *field) elsewhere(after bool) []*field {
	var repeat *field
	for _, above := range f.line {
		if repeat == nil && above.isRepeat() {
			repeat = above
		}
	}
	var all []*field
	passed := false
	for _, other := range f.line[0].below(false) {
		passed = passed || other == f
		if repeat != nil && other.isWithin(repeat) || passed == after && !f.isWithin(other) && !other.isWithin(f) {
			all = append(all, other)
		}
	}
	return all
}

// otherInstances adds a repeat to its siblings: an instance's siblings are the others too.
func (f *field) otherInstances(siblings []*field) []*field {
	if !f.isRepeat() {
		return siblings
	}
	return append([]*field{f}, siblings...)
}

// below gives all fields under f, in the form's order; with self, f first.
func (f *field) below(self bool) []*field {
	var all []*field
	if self {
		all = append(all, f)
	}
	for _, child := range f.children {
		all = append(all, child.below(true)...)
	}
	return all
}
