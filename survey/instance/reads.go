package instance

import (
	"slices"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// read is a field that an expression reads, in the same instance of top as the
// reader's. Other tells that it is read of another instance of a repeat than the reader's own
// (indexed-repeat, a predicate), dot that it is the reader itself, as . or current(),
// presence that its answer does not matter.
type read struct {
	field, top           *field
	other, dot, presence bool
}

// reader follows one expression over the form instead of over an instance: which
// fields can each path reach?
type reader struct {
	c     *checker
	at    place
	says  place // where complaints stand
	reads []read
}

// reach is a node-set of the form: the fields that it may hold, all in the reader's instance
// of top. Foreign nodes are a secondary instance's.
type reach struct {
	fields  []*field
	top     *field
	foreign bool
	other   bool
	dot     bool
}

func (c *checker) checkExpressions() {
	c.reads = map[*vertex][]read{}
	for _, f := range c.p.fields {
		if f.def.Itemset != nil && f.def.Itemset.Root.Kind == xpath.KindRef {
			c.checkRepeatSelect(f)
		}
		f.def.Expressions(func(column string, e *xpath.Expr) {
			at := place{field: f, column: column}
			if f.meta {
				at = place{field: c.p.root, column: "instance_name"}
			}
			c.checkExpression(at, f, e)
		})
		c.checkSelect(f)
	}
	for i := range c.p.def.Entities {
		c.checkEntity(&c.p.def.Entities[i])
	}
}

func (c *checker) checkEntity(entity *form.Entity) {
	f := c.p.find(entity.Path.Names())
	if f == nil {
		f = c.p.root
	}
	for _, one := range []struct {
		column string
		e      *xpath.Expr
	}{{"label", entity.Label}, {"entity_id", entity.EntityID}, {"create_if", entity.CreateIf}, {"update_if", entity.UpdateIf}} {
		if one.e != nil {
			c.checkExpression(place{field: f, column: one.column, entity: entity}, f, one.e)
		}
	}
}

// checkExpression looks through one expression of a field, and notes what it reads.
func (c *checker) checkExpression(at place, f *field, e *xpath.Expr) {
	r := &reader{c: c, at: place{field: f, column: at.column}, says: at}
	context := reach{fields: []*field{f}, top: f.above(), dot: true}
	if e == f.def.ChoiceFilter {
		context = reach{foreign: true}
		if f.around != nil {
			context = reach{fields: []*field{c.p.targets[f.def.Itemset.Root].parent()}, top: c.p.root, other: true}
		}
		r.checkColumns(f, e)
	}
	r.value(e.Root, context)
	c.checkDoubts(at, f, e)
	e.Prepare()
	c.addVertex(f, e, r.reads)
}

// checkRepeatSelect finds the repeat whose instances are the choices of a select.
func (c *checker) checkRepeatSelect(f *field) {
	target := c.resolve(place{field: f, column: "type"}, f.def.Itemset.Root)
	if target == nil {
		return
	}
	f.around = target.repeat()
}

// checkSelect looks for the choices of a select, and reads the seed by which they are shuffled.
func (c *checker) checkSelect(f *field) {
	def := f.def
	if !def.Type.HasChoices() {
		return
	}
	known := def.List == "" || def.File != "" || def.Itemset != nil || c.p.declares(def.List) ||
		def.Type == form.SelectOneExternal // their lists are in itemsets.csv
	if !known && !isSearch(def.Appearance) {
		c.refuse(place{field: f, column: "type"}, "xpath.unknownList", def.List)
	}
	if source := def.Parameters["seed"]; source != "" {
		if e, err := xpath.Parse(source); err == nil {
			f.seed = e
			c.checkExpression(place{field: f, column: "parameters"}, f, e)
		}
	}
}

// isSearch tells whether choices come from KoBo's and Collect's search() function.
func isSearch(appearance string) bool { return strings.Contains(appearance, "search(") }

// value follows a node whose value is used: the whole of what it reaches is read.
func (r *reader) value(n *xpath.Node, context reach) reach {
	got := r.follow(n, context)
	for _, f := range got.fields {
		r.readAll(f, got)
	}
	return got
}

func (r *reader) readAll(f *field, as reach) {
	r.reads = append(r.reads, read{field: f, top: as.top, other: as.other, dot: as.dot})
	for _, child := range f.children {
		r.readAll(child, as)
	}
}

// presence follows a node of which only existence and place matter.
func (r *reader) presence(n *xpath.Node, context reach) reach {
	got := r.follow(n, context)
	for _, f := range got.fields {
		r.reads = append(r.reads, read{field: f, top: got.top, other: got.other, dot: got.dot, presence: true})
	}
	return got
}

func (r *reader) follow(n *xpath.Node, context reach) reach {
	switch n.Kind {
	case xpath.KindRef:
		f := r.c.resolve(r.says, n)
		if f == nil || strings.HasPrefix(n.Text, xpath.LastSaved) {
			return reach{foreign: true}
		}
		return reach{fields: []*field{f}, top: r.at.field.shared(f)}
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
	if key, _ := n.Misuse(); key != "" {
		for _, arg := range n.Args {
			r.value(arg, context)
		}
		return reach{}
	}
	switch n.Text {
	case "current":
		return reach{fields: []*field{r.at.field}, top: r.at.field.above(), dot: true}
	case "once": // reads its own field's last value
		r.reads = append(r.reads, read{field: r.at.field, top: r.at.field.above(), dot: true})
	case "instance", "pulldata":
		r.checkInstance(n)
		for _, arg := range n.Args {
			r.value(arg, context)
		}
		return reach{foreign: true}
	case "randomize":
		for _, seed := range n.Args[1:] {
			r.value(seed, context)
		}
		return r.follow(n.Args[0], context)
	case "count", "position", "name", "local-name":
		for _, arg := range n.Args {
			r.presence(arg, context)
		}
		return reach{}
	case "jr:choice-name":
		r.value(n.Args[0], context)
		for _, f := range r.named(n.Args[1], context).fields {
			r.choices(f)
		}
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
		got.other, got.top = true, r.c.p.root
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

// choicesColumn marks a reader of what another's choices come from; it does not look further.
const choicesColumn = "itemset of another"

// choices reads what the choices of a select come from, where these are answers.
func (r *reader) choices(f *field) {
	if f.def.Itemset == nil || r.at.column == choicesColumn {
		return
	}
	of := &reader{c: r.c, at: place{field: f, column: choicesColumn}, says: r.says}
	of.value(f.def.Itemset.Root, reach{fields: []*field{f}, top: f.above(), dot: true})
	for _, read := range of.reads {
		read.top, read.dot = r.c.p.root, false
		r.reads = append(r.reads, read)
	}
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
		r.c.doubt(r.says, "xpath.notAField", source(n))
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
	for _, s := range steps {
		if s.Axis == xpath.AxisAbsolute || s.Axis == xpath.AxisRelative {
			return r.adjacent(n, s)
		}
	}
	switch {
	case n.Absolute:
		got = reach{fields: []*field{r.c.p.root}, top: r.own(n)}
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
	for k, s := range steps {
		next := reach{top: got.top, other: got.other, dot: got.dot && s.Axis == "self"}
		for _, f := range got.fields {
			next.fields = appendNew(next.fields, walkFields(f, s)...)
			next.other = next.other || f.isRepeat() && strings.HasSuffix(s.Axis, "-sibling") || s.Axis == "following" || s.Axis == "preceding"
		}
		if len(got.fields) > 0 && len(next.fields) == 0 && s.Axis != "attribute" && s.Axis != "namespace" {
			r.dead(n, s)
			return reach{}
		}
		if !n.Absolute || k+2 >= len(got.top.line) { // else it still goes down to top
			next.top = risen(next, s)
		}
		got = r.predicates(next, s.Predicates)
	}
	return got
}

// own is the innermost section on the way of an absolute path that is the reader's own: see
// xpath's evaluation of absolute paths.
func (r *reader) own(n *xpath.Node) *field {
	at, line := r.c.p.root, r.at.field.above().line
	if len(n.Steps) == 0 || n.Steps[0].Axis != "child" {
		return at
	}
	for k, s := range n.Steps[1:] {
		if k+2 >= len(n.Steps) || k+1 >= len(line) || s.Axis != "child" || len(s.Predicates) > 0 || s.Test != line[k+1].def.Name {
			break
		}
		at = line[k+1]
	}
	return at
}

// risen is the outermost section that a step has come to.
func risen(got reach, s xpath.Step) *field {
	top := got.top
	for _, f := range got.fields {
		switch s.Axis {
		case "following", "preceding":
			return f.line[0]
		case "following-sibling", "preceding-sibling":
			f = f.parent()
		}
		if len(f.line) < len(top.line) {
			top = f
		}
	}
	return top
}

// shared is the innermost section that both are in, which is the reader's own for a reference.
func (f *field) shared(target *field) *field {
	at := f.above()
	for len(at.line) > 1 && (at == target || !target.isWithin(at)) {
		at = at.parent()
	}
	return at
}

// adjacent judges a reference that follows another operand, with or without a slash. The path
// that an XForm has for it is relative when reader and field share a repeat: that decides
// whether the whole is XPath. If it is, it still leads nowhere.
func (r *reader) adjacent(n *xpath.Node, s xpath.Step) reach {
	nowhere := reach{foreign: true}
	f := r.c.lookUp(r.says, s.Test)
	if f == nil {
		return nowhere
	}
	shared := r.at.field.shared(f)
	inRepeat := false
	for _, above := range shared.line {
		inRepeat = inRepeat || above.isRepeat()
	}
	relative := inRepeat && r.says.column != "choice_filter" // there it begins with current()
	switch {
	case s.Axis == xpath.AxisRelative && !relative:
		left := "…"
		if n.Base != nil && n.Base.Kind == xpath.KindRef {
			left = reference(n.Base.Text)
		}
		r.c.refuse(r.says, "xpath.division", "/", left+" div "+reference(s.Test))
	case s.Axis == xpath.AxisAbsolute && inRepeat:
		r.c.refuse(r.says, "xpath.unexpected", reference(s.Test))
	default:
		r.c.doubt(r.says, "xpath.adjacent", reference(s.Test))
	}
	return nowhere
}

// dead complains of a path that leads nowhere.
func (r *reader) dead(n *xpath.Node, s xpath.Step) {
	switch name := n.BareName(); {
	case name != "" && r.c.p.byName[name] != nil:
		r.c.doubt(r.says, "xpath.bareName", name, reference(name))
	case name != "":
		r.c.doubt(r.says, "xpath.unquotedText", name)
	case n.Base != nil && n.Base.Kind == xpath.KindRef && s.Axis == "child":
		r.c.doubt(r.says, "xpath.divisionPath", source(n), reference(n.Base.Text)+" div "+s.Test)
	case r.c.p.byName[s.Test] != nil:
		r.c.doubt(r.says, "xpath.wrongPath", source(n), s.Test, reference(s.Test))
	default:
		r.c.doubt(r.says, "xpath.deadPath", source(n))
	}
}

// checkInstance doubts instance('x') and pulldata('x', …) of what the form does not have.
func (r *reader) checkInstance(n *xpath.Node) {
	if n.Args[0].Kind != xpath.KindText || r.c.p.declares(n.Args[0].Text) {
		return
	}
	r.c.doubt(r.says, "xpath.unknownInstance", n.Args[0].Text)
}

// checkColumns doubts bare names in a choice_filter that are no column of the list.
func (r *reader) checkColumns(f *field, e *xpath.Expr) {
	l := r.c.p.def.Lists[f.def.List]
	if f.def.Type == form.SelectOneExternal {
		l = r.c.p.def.ExternalLists[f.def.List]
	}
	if l == nil || f.def.File != "" || f.def.Itemset != nil {
		return
	}
	for _, n := range e.References() {
		name := n.BareName()
		if name == "" || name == "name" || name == "label" || hasColumn(l, name) {
			continue
		}
		if r.c.p.byName[name] != nil {
			r.c.doubt(r.says, "xpath.bareName", name, reference(name))
		} else {
			r.c.doubt(r.says, "xpath.unknownColumn", name, f.def.List)
		}
	}
}

func hasColumn(l *form.ChoiceList, name string) bool {
	if slices.Contains(l.Columns, name) {
		return true
	}
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
