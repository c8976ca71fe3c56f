package instance

import (
	"math/bits"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// Complaint is what is wrong, or with Warning doubtful, in a definition, and where.
type Complaint struct {
	Row     int       // in the survey sheet; 0 for the settings
	Column  string    // XLSForm's name of the column
	Path    form.Path // the field's; "" for the settings
	Text    problem.Text
	Warning bool
}

// Program is a definition made ready to be filled in. It is safe for concurrent use.
type Program struct {
	def     *form.Definition
	root    *field
	fields  []*field
	byName  map[string][]*field
	lists   map[string]*list
	targets map[*xpath.Node]*field // what a reference, or an argument that names a field, means
	order   []*vertex
	defers  []*field // those with a dynamic default
	chinese bool
	filled  []*field // preloads that tell when an instance was filled in, the best first
}

// field is a form.Field in its place.
type field struct {
	def      *form.Field
	path     form.Path
	line     []*field // from the root to the field itself
	index    int      // among its siblings
	children []*field
	byName   map[string]*field
	list     *list
	calc     *vertex
	volatile bool   // the calculation depends on when, by whom or in which order it was run
	readers  bitset // the vertices that read the field's own value
	affected bitset // those concerned when the field or all below it comes or goes
}

func (f *field) parent() *field {
	if len(f.line) < 2 {
		return nil
	}
	return f.line[len(f.line)-2]
}

func (f *field) isRepeat() bool { return f.def.Type == form.Repeat }

// isWithin tells whether f is other or below it.
func (f *field) isWithin(other *field) bool {
	depth := len(other.line) - 1
	return depth < len(f.line) && f.line[depth] == other
}

// bitset is a set of vertices by their place in the order.
type bitset []uint64

func (b bitset) add(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) addAll(other bitset) {
	for i, word := range other {
		b[i] |= word
	}
}

// next gives the first member from i on, or -1.
func (b bitset) next(i int) int {
	for w := i / 64; w < len(b); w++ {
		word := b[w]
		if w == i/64 {
			word &= ^uint64(0) << (i % 64)
		}
		if word != 0 {
			return w*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// Compile resolves the references of a definition (setting each Node.Target), orders
// its calculations and looks for what is wrong or doubtful. With an error among the
// complaints there is no program.
func Compile(def *form.Definition) (*Program, []Complaint) {
	p := &Program{def: def, byName: map[string][]*field{}, lists: map[string]*list{}, targets: map[*xpath.Node]*field{}, chinese: isChinese(def.DefaultLanguage)}
	for name, l := range def.Lists {
		p.lists[name] = newList(def, l)
	}
	p.root = &field{def: &form.Field{Name: "data", Type: form.Group, Fields: def.Fields}}
	p.root.line = []*field{p.root}
	p.plant(p.root)
	c := &checker{p: p}
	c.checkNames()
	c.checkExpressions()
	c.checkTexts()
	if !c.failed {
		c.order()
	}
	if c.failed {
		return nil, c.complaints
	}
	return p, c.complaints
}

func isChinese(language string) bool {
	l := strings.ToLower(language)
	return strings.Contains(l, "(zh") || strings.HasPrefix(l, "zh") || strings.Contains(l, "中文") || strings.Contains(l, "chinese")
}

// plant makes the fields below f.
func (p *Program) plant(f *field) {
	f.byName = make(map[string]*field, len(f.def.Fields))
	for i, def := range f.def.Fields {
		child := &field{def: def, path: f.path.Join(def.Name), index: i, list: p.lists[def.List]}
		child.line = append(append(make([]*field, 0, len(f.line)+1), f.line...), child)
		f.children = append(f.children, child)
		if f.byName[def.Name] == nil {
			f.byName[def.Name] = child
		}
		p.fields = append(p.fields, child)
		p.byName[def.Name] = append(p.byName[def.Name], child)
		if def.DynamicDefault != nil {
			p.defers = append(p.defers, child)
		}
		if def.Type.IsSection() {
			p.plant(child)
		}
	}
}

// find gives the field at names from the root, or nil.
func (p *Program) find(names []string) *field {
	at := p.root
	for _, name := range names {
		if at = at.byName[name]; at == nil {
			return nil
		}
	}
	return at
}

// checker looks through one definition.
type checker struct {
	p          *Program
	complaints []Complaint
	failed     bool
	vertices   []*vertex
	reads      map[*vertex][]read
}

// place is where an expression stands.
type place struct {
	field  *field
	column string
}

func (c *checker) refuse(at place, key string, args ...any) {
	c.failed = true
	c.complain(at, false, problem.Say(key, args...))
}

func (c *checker) doubt(at place, key string, args ...any) {
	c.complain(at, true, problem.Say(key, args...))
}

func (c *checker) complain(at place, warning bool, text problem.Text) {
	c.complaints = append(c.complaints, Complaint{Row: at.field.def.Row, Column: at.column, Path: at.field.path, Text: text, Warning: warning})
}

func (c *checker) checkNames() {
	var check func(f *field)
	check = func(f *field) {
		for _, child := range f.children {
			if f.byName[child.def.Name] != child {
				c.refuse(place{child, "name"}, "xpath.sameName", child.def.Name)
			}
			check(child)
		}
	}
	check(c.p.root)
}

// resolve finds what ${name} means and keeps it in the tree.
func (c *checker) resolve(at place, ref *xpath.Node) *field {
	if f := c.p.targets[ref]; f != nil {
		return f
	}
	f := c.lookUp(at, ref.Text)
	if f == nil {
		return nil
	}
	c.p.targets[ref] = f
	if ref.Target == nil {
		ref.Target = f.path.Names()
	}
	return f
}

// lookUp finds the one field of a name, or complains.
func (c *checker) lookUp(at place, name string) *field {
	found := c.p.byName[name]
	switch len(found) {
	case 1:
		return found[0]
	case 0:
		if near := c.nearest(name); near != "" {
			c.refuse(at, "xpath.unknownFieldNear", name, near)
		} else {
			c.refuse(at, "xpath.unknownField", name)
		}
	default:
		c.refuse(at, "xpath.ambiguousField", name, string(found[0].path), string(found[1].path))
	}
	return nil
}

func (c *checker) nearest(name string) string {
	best, least := "", 3
	for _, f := range c.p.fields {
		if d := xpath.Distance(strings.ToLower(name), strings.ToLower(f.def.Name)); d < least {
			best, least = f.def.Name, d
		}
	}
	if least*2 > len([]rune(name)) {
		return ""
	}
	return best
}
