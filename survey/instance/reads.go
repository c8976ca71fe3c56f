package instance

import (
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// read is a field that an expression reads. Other tells that it is read of another
// instance of a repeat than the reader's own (indexed-repeat, a predicate), dot that it is
// the reader itself, as . or current(), presence that its answer does not matter.
type read struct {
	field                *field
	other, dot, presence bool
}

// reader follows one expression over the form instead of over an instance: which
// fields can each path reach?
type reader struct {
	c     *checker
	at    place
	reads []read
}

// reach is a node-set of the form: the fields that it may hold. Foreign nodes are a list's.
type reach struct {
	fields  []*field
	foreign bool
	other   bool
	dot     bool
}

func (c *checker) checkExpressions() {
	c.reads = map[*vertex][]read{}
	for _, f := range c.p.fields {
		f.def.Expressions(func(column string, e *xpath.Expr) {
			r := &reader{c: c, at: place{f, column}}
			context := reach{fields: []*field{f}, dot: true}
			if e == f.def.ChoiceFilter {
				context = reach{foreign: true}
				r.checkColumns(f, e)
			}
			r.value(e.Root, context)
			c.checkDoubts(r.at, e)
			c.addVertex(f, column, e, r.reads)
		})
		if f.def.Type.HasChoices() && f.list == nil && f.def.List != "" {
			c.refuse(place{f, "type"}, "xpath.unknownList", f.def.List)
		}
	}
	if e := c.p.def.InstanceName; e != nil {
		r := &reader{c: c, at: place{c.p.root, "instance_name"}}
		r.value(e.Root, reach{fields: []*field{c.p.root}})
	}
}

// value follows a node whose value is used: the whole of what it reaches is read.
func (r *reader) value(n *xpath.Node, context reach) reach {
	got := r.follow(n, context)
	for _, f := range got.fields {
		r.readAll(f, got)
	}
	return got
}

func (r *reader) readAll(f *field, as reach) {
	r.reads = append(r.reads, read{f, as.other, as.dot, false})
	for _, child := range f.children {
		r.readAll(child, as)
	}
}

// presence follows a node of which only existence and place matter.
func (r *reader) presence(n *xpath.Node, context reach) reach {
	got := r.follow(n, context)
	for _, f := range got.fields {
		r.reads = append(r.reads, read{f, got.other, got.dot, true})
	}
	return got
}

func (r *reader) follow(n *xpath.Node, context reach) reach {
	switch n.Kind {
	case xpath.KindRef:
		if f := r.c.resolve(r.at, n); f != nil {
			return reach{fields: []*field{f}}
		}
		return reach{foreign: true}
	case xpath.KindPath:
		return r.path(n, context)
	case xpath.KindFilter:
		got := r.presence(n.Args[0], context)
		return r.predicates(got, n.Args[1:])
	case xpath.KindCall:
		return r.call(n, context)
	}
	for _, arg := range n.Args {
		r.value(arg, context)
	}
	return reach{}
}

func (r *reader) call(n *xpath.Node, context reach) reach {
	switch n.Text {
	case "current":
		return reach{fields: []*field{r.at.field}, dot: true}
	case "instance":
		r.checkInstance(n)
		return reach{foreign: true}
	case "count", "position", "name", "local-name":
		for _, arg := range n.Args {
			r.presence(arg, context)
		}
		return reach{}
	case "jr:choice-name":
		r.value(n.Args[0], context)
		r.named(n.Args[1], context)
		return reach{}
	case "indexed-repeat":
		for i, arg := range n.Args[1:] {
			if i%2 == 0 {
				r.named(arg, context)
				r.presence(arg, context)
			} else {
				r.value(arg, context)
			}
		}
		got := r.named(n.Args[0], context)
		got.other = true
		return got
	}
	if len(n.Args) == 0 && (n.Text == "string" || n.Text == "number" || n.Text == "string-length" || n.Text == "normalize-space") {
		for _, f := range context.fields {
			r.readAll(f, context)
		}
	}
	for _, arg := range n.Args {
		r.value(arg, context)
	}
	return reach{}
}

// named follows an argument that names one field, and keeps which.
func (r *reader) named(n *xpath.Node, context reach) reach {
	got := r.follow(n, context)
	if len(got.fields) == 1 {
		r.c.p.targets[n] = got.fields[0]
		if n.Target == nil {
			n.Target = got.fields[0].path.Names()
		}
	} else if !got.foreign {
		r.c.refuse(r.at, "xpath.notAField", source(n))
	}
	return got
}

func (r *reader) predicates(got reach, predicates []*xpath.Node) reach {
	for _, predicate := range predicates {
		r.value(predicate, got)
		for _, f := range got.fields {
			got.other = got.other || f.isRepeat() && r.at.field.isWithin(f)
		}
	}
	return got
}

func (r *reader) path(n *xpath.Node, context reach) reach {
	got := context
	steps := n.Steps
	switch {
	case n.Absolute:
		got = reach{fields: []*field{r.c.p.root}}
		if len(steps) > 0 && steps[0].Axis == "child" {
			steps = steps[1:]
		}
	case n.Base != nil:
		got = r.follow(n.Base, context)
	}
	if got.foreign {
		for _, s := range steps {
			r.predicates(got, s.Predicates)
		}
		return got
	}
	for _, s := range steps {
		next := reach{other: got.other, dot: got.dot && s.Axis == "self"}
		for _, f := range got.fields {
			next.fields = appendNew(next.fields, walkFields(f, s)...)
			next.other = next.other || f.isRepeat() && strings.HasSuffix(s.Axis, "-sibling")
		}
		if len(got.fields) > 0 && len(next.fields) == 0 && s.Axis != "attribute" {
			r.dead(n, s)
			return reach{}
		}
		got = r.predicates(next, s.Predicates)
	}
	return got
}

// dead complains of a path that leads nowhere.
func (r *reader) dead(n *xpath.Node, s xpath.Step) {
	switch name := n.BareName(); {
	case name != "" && r.c.p.byName[name] != nil:
		r.c.refuse(r.at, "xpath.bareName", name, reference(name))
	case name != "":
		r.c.doubt(r.at, "xpath.unquotedText", name)
	case r.c.p.byName[s.Test] != nil:
		r.c.refuse(r.at, "xpath.wrongPath", source(n), s.Test, reference(s.Test))
	case n.Absolute:
		r.c.refuse(r.at, "xpath.deadPath", source(n))
	default:
		r.c.doubt(r.at, "xpath.deadPath", source(n))
	}
}

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

// checkInstance complains of instance('x') of a list that is not there.
func (r *reader) checkInstance(n *xpath.Node) {
	if id := n.Args[0]; id.Kind == xpath.KindText && r.c.p.lists[id.Text] == nil {
		r.c.refuse(r.at, "xpath.unknownList", id.Text)
	}
}

// checkColumns doubts bare names in a choice_filter that are no column of the list.
func (r *reader) checkColumns(f *field, e *xpath.Expr) {
	if f.list == nil {
		return
	}
	for _, n := range e.References() {
		name := n.BareName()
		if name == "" || name == "name" || name == "label" || hasColumn(f.list.def, name) {
			continue
		}
		if r.c.p.byName[name] != nil {
			r.c.doubt(r.at, "xpath.bareName", name, reference(name))
		} else {
			r.c.doubt(r.at, "xpath.unknownColumn", name, f.def.List)
		}
	}
}

func hasColumn(l *form.ChoiceList, name string) bool {
	for _, choice := range l.Choices {
		if _, ok := choice.Columns[name]; ok {
			return true
		}
	}
	return false
}

// reference writes ${name}.
func reference(name string) string { return "${" + name + "}" }

// source writes a reference or path briefly, for complaints.
func source(n *xpath.Node) string {
	if n.Kind == xpath.KindRef {
		return reference(n.Text)
	}
	text := ""
	if n.Base != nil {
		text = source(n.Base)
	}
	for i, s := range n.Steps {
		if i > 0 || n.Absolute || n.Base != nil {
			text += "/"
		}
		switch {
		case s.Axis == "parent" && s.Test == "node()":
			text += ".."
		case s.Axis == "self" && s.Test == "node()":
			text += "."
		case s.Axis != "descendant-or-self":
			text += s.Test
		}
	}
	return text
}
