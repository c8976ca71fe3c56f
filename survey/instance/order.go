package instance

import (
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// vertexKind is what a vertex decides.
type vertexKind int

const (
	decidesRelevance vertexKind = iota // of a field, or of a repeat as a whole
	decidesCount                       // how many instances a repeat has
	decidesValue
)

// vertex is an expression whose result others may read; vertices are evaluated in
// the order of their dependencies.
type vertex struct {
	kind  vertexKind
	field *field
	expr  *xpath.Expr
	place int // in Program.order
	// chained: it reads its own field in other instances, so that all are evaluated, in their order
	chained bool
}

// watcher is a vertex that reads a field, in the same instance of top as itself.
type watcher struct {
	v   *vertex
	top *field
}

// volatileCalls make a calculation's value one of the moment when it was filled in.
var volatileCalls = []string{"today", "now", "random", "uuid", "once"}

func (c *checker) addVertex(f *field, e *xpath.Expr, reads []read) {
	v := &vertex{field: f, expr: e}
	switch {
	case e == f.def.Relevant:
		v.kind = decidesRelevance
	case e == f.def.RepeatCount && f.isRepeat():
		v.kind = decidesCount
	case e == f.def.Calculation && !f.def.Type.IsSection() && len(f.def.Triggers) == 0:
		v.kind = decidesValue
		f.calc = v
		f.volatile = e.Calls(volatileCalls...)
	default:
		return
	}
	c.vertices = append(c.vertices, v)
	c.reads[v] = reads
}

// column is the vertex's column in the survey sheet.
func (v *vertex) column() string {
	if v.field.meta {
		return "instance_name"
	}
	return [...]string{"relevant", "repeat_count", "calculation"}[v.kind]
}

// order sorts the vertices, the needed first, else in the form's order, and notes
// for every field who reads it.
func (c *checker) order() {
	needs := c.needs()
	state := make(map[*vertex]int, len(c.vertices)) // 1: being placed, 2: placed
	var stack []*vertex
	var place func(v *vertex)
	place = func(v *vertex) {
		if state[v] == 1 {
			c.cycle(stack, v)
		}
		if state[v] != 0 {
			return
		}
		state[v] = 1
		stack = append(stack, v)
		for _, need := range needs[v] {
			place(need)
		}
		stack = stack[:len(stack)-1]
		state[v] = 2
		v.place = len(c.p.order)
		c.p.order = append(c.p.order, v)
	}
	for _, v := range c.vertices {
		place(v)
	}
	c.watch()
}

// needs gives the vertices that must be evaluated before each.
func (c *checker) needs() map[*vertex][]*vertex {
	of := make(map[*field]map[vertexKind]*vertex, len(c.vertices))
	for _, v := range c.vertices {
		if of[v.field] == nil {
			of[v.field] = map[vertexKind]*vertex{}
		}
		of[v.field][v.kind] = v
	}
	needs := make(map[*vertex][]*vertex, len(c.vertices))
	for _, v := range c.vertices {
		seen := map[*vertex]bool{}
		add := func(f *field, kinds ...vertexKind) {
			for _, kind := range kinds {
				if need := of[f][kind]; need != nil && !seen[need] {
					seen[need] = true
					needs[v] = append(needs[v], need)
				}
			}
		}
		for _, above := range v.field.line[:len(v.field.line)-1] {
			add(above, decidesRelevance, decidesCount)
		}
		if v.kind != decidesRelevance {
			add(v.field, decidesRelevance)
		}
		for _, r := range c.reads[v] {
			if r.field == v.field && v.kind == decidesValue && (r.other || r.dot) {
				v.chained = v.chained || r.other
				continue // another instance's value, or its own last one
			}
			for _, above := range r.field.line {
				add(above, decidesRelevance, decidesCount)
			}
			if !r.presence {
				add(r.field, decidesValue)
			}
		}
	}
	return needs
}

func (c *checker) cycle(stack []*vertex, again *vertex) {
	start := 0
	for i, v := range stack {
		if v == again {
			start = i
		}
	}
	var names []string
	for _, v := range append(stack[start:len(stack):len(stack)], again) {
		names = append(names, reference(v.field.def.Name))
	}
	at := place{field: again.field, column: again.column()}
	if again.field.meta {
		at.field = c.p.root
	}
	if len(names) == 2 {
		c.refuse(at, "xpath.ownValue", names[0])
		return
	}
	c.refuse(at, "xpath.cycle", strings.Join(names, " → "))
}

// watch fills in every field's readers and affected, and every repeat's inner.
func (c *checker) watch() {
	presence := map[*field][]watcher{}
	for _, v := range c.p.order {
		for _, r := range c.reads[v] {
			if w := (watcher{v, r.top}); r.presence {
				presence[r.field] = addWatcher(presence[r.field], w)
			} else {
				r.field.readers = addWatcher(r.field.readers, w)
			}
		}
		presence[v.field] = addWatcher(presence[v.field], watcher{v, v.field.above()})
		for _, around := range v.field.line[:len(v.field.line)-1] {
			if around.isRepeat() {
				around.inner = append(around.inner, v)
			}
		}
	}
	for i := len(c.p.fields) - 1; i >= 0; i-- { // what is below comes before what is above
		f := c.p.fields[i]
		f.affected = outermost(presence[f], f.readers, f.children)
	}
	for _, kind := range []form.Type{form.End, form.Start, form.Today} {
		for _, f := range c.p.fields {
			if f.def.Type == kind && len(f.line) == 2 {
				c.p.filled = append(c.p.filled, f)
			}
		}
	}
}

// above is the field itself, of a repeat the section around it.
func (f *field) above() *field {
	if f.isRepeat() {
		return f.parent()
	}
	return f
}

// addWatcher adds a watcher to a list that is filled vertex by vertex; of a vertex, the outermost stays.
func addWatcher(list []watcher, w watcher) []watcher {
	if last := len(list) - 1; last >= 0 && list[last].v == w.v {
		if len(w.top.line) < len(list[last].top.line) {
			list[last] = w
		}
		return list
	}
	return append(list, w)
}

// outermost joins a field's watchers with those of all below it.
func outermost(presence, readers []watcher, children []*field) []watcher {
	if len(children) == 0 && len(presence) == 0 {
		return readers
	}
	at := map[*vertex]int{}
	var all []watcher
	take := func(list []watcher) {
		for _, w := range list {
			if k, known := at[w.v]; !known {
				at[w.v] = len(all)
				all = append(all, w)
			} else if len(w.top.line) < len(all[k].top.line) {
				all[k] = w
			}
		}
	}
	take(presence)
	take(readers)
	for _, child := range children {
		take(child.affected)
	}
	return all
}
