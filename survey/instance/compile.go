package instance

import (
	"strings"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// Complaint is what is wrong, or with Warning doubtful, in a definition, and where.
type Complaint struct {
	Sheet   string    // survey, settings or entities
	Row     int       // in the sheet; 0 for the settings
	Column  string    // XLSForm's name of the column
	Path    form.Path // the field's; "" for the settings
	Text    problem.Text
	Warning bool
}

// Program is a definition made ready to be filled in. It is safe for concurrent use.
type Program struct {
	def         *form.Definition
	root        *field
	fields      []*field // with the meta block's
	byName      map[string][]*field
	choiceLists map[string]*list
	lists       map[*field]*list       // what the choices of selects come from, where it is there
	sources     map[string]*entry      // secondary instances but the choice lists, where they are there
	unknowable  map[*field]bool        // calculations that read what is not there
	targets     map[*xpath.Node]*field // what a reference, or an argument that names a field, means
	order       []*vertex
	filled      []*field // preloads that tell when an instance was filled in, the best first
}

// field is a form.Field in its place.
type field struct {
	def        *form.Field
	path       form.Path
	line       []*field // from the root to the field itself
	index      int      // among its siblings
	children   []*field
	byName     map[string]*field
	attributes []*entry // of the root
	meta       bool     // of the meta block, which no view and no answers have
	calc       *vertex
	volatile   bool        // the calculation depends on when, by whom or in which order it was run
	readers    []watcher   // who reads the field's own value
	affected   []watcher   // who is concerned when the field or all below it comes or goes
	inner      []*vertex   // of a repeat: of the fields below it
	fires      []*field    // those whose Triggers name the field
	seed       *xpath.Expr // of a select whose choices are shuffled by a seed
	around     *field      // of a select from a repeat: the innermost repeat that its Itemset's question is in, or the root
}

func (f *field) parent() *field {
	if len(f.line) < 2 {
		return nil
	}
	return f.line[len(f.line)-2]
}

// repeat is the innermost repeat that f is in, or is; the root without one.
func (f *field) repeat() *field {
	for at := len(f.line) - 1; at > 0; at-- {
		if f.line[at].isRepeat() {
			return f.line[at]
		}
	}
	return f.line[0]
}

func (f *field) isRepeat() bool { return f.def.Type == form.Repeat }

// isWithin tells whether f is other or below it.
func (f *field) isWithin(other *field) bool {
	depth := len(other.line) - 1
	return depth < len(f.line) && f.line[depth] == other
}

// Compile resolves the references of a definition (setting each Node.Target), orders
// its calculations and looks for what is wrong or doubtful. With an error among the
// complaints there is no program.
func Compile(def *form.Definition) (*Program, []Complaint) {
	p := &Program{
		def: def, byName: map[string][]*field{}, choiceLists: map[string]*list{}, sources: map[string]*entry{},
		targets: map[*xpath.Node]*field{},
	}
	for name, l := range def.Lists {
		p.choiceLists[name] = newList(def, l)
	}
	fields := def.Fields
	if block := metaBlock(def); block != nil {
		fields = append(fields[:len(fields):len(fields)], block)
	}
	p.root = &field{def: &form.Field{Name: rootName(def), Type: form.Group, Fields: fields}}
	p.root.line = []*field{p.root}
	p.root.attributes = []*entry{{name: "id", text: def.FormID}, {name: "version", text: def.Version}}
	p.plant(p.root)
	c := &checker{p: p}
	c.checkNames()
	c.checkExternals()
	c.checkTriggers()
	c.checkExpressions()
	c.checkTexts()
	c.checkAppearances()
	if def.XForm.PublicKey != "" {
		c.doubt(place{field: p.root, column: "public_key"}, "survey.publicKey")
	}
	c.order() // with other errors too, to tell all at once
	if c.failed {
		return nil, c.complaints
	}
	p.link()
	return p, c.complaints
}

func rootName(def *form.Definition) string {
	if def.XForm.Name != "" {
		return def.XForm.Name
	}
	return "data"
}

// metaBlock is the meta element that every instance has, as expressions may read it; nil
// when a field has its name.
func metaBlock(def *form.Definition) *form.Field {
	for _, f := range def.Fields {
		if f.Name == "meta" {
			return nil
		}
	}
	block := &form.Field{Name: "meta", Type: form.Group}
	if !def.XForm.OmitInstanceID {
		block.Fields = append(block.Fields, &form.Field{Name: "instanceID", Type: form.Calculate})
	}
	if def.InstanceName != nil {
		block.Fields = append(block.Fields, &form.Field{Name: "instanceName", Type: form.Calculate, Calculation: def.InstanceName})
	}
	if def.Audit != nil {
		block.Fields = append(block.Fields, &form.Field{Name: def.Audit.Name, Type: form.Calculate})
	}
	return block
}

func isChinese(language string) bool {
	l := strings.ToLower(language)
	return strings.Contains(l, "(zh") || strings.HasPrefix(l, "zh") || strings.Contains(l, "中文") || strings.Contains(l, "chinese")
}

// plant makes the fields below f.
func (p *Program) plant(f *field) {
	f.byName = make(map[string]*field, len(f.def.Fields))
	for i, def := range f.def.Fields {
		child := &field{def: def, path: f.path.Join(def.Name), index: i}
		child.meta = f.meta || f == p.root && i >= len(p.def.Fields)
		child.line = append(append(make([]*field, 0, len(f.line)+1), f.line...), child)
		f.children = append(f.children, child)
		if f.byName[def.Name] == nil {
			f.byName[def.Name] = child
		}
		p.fields = append(p.fields, child)
		p.byName[def.Name] = append(p.byName[def.Name], child)
		p.byName["/"+p.root.def.Name+"/"+string(child.path)] = []*field{child}
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

// place is where an expression stands: in the survey sheet, for the root's field in the
// settings; of an entity in its row.
type place struct {
	field  *field
	column string
	entity *form.Entity
}

func (c *checker) refuse(at place, key string, args ...any) {
	c.failed = true
	c.complain(at, false, problem.Say(key, args...))
}

func (c *checker) doubt(at place, key string, args ...any) {
	c.complain(at, true, problem.Say(key, args...))
}

func (c *checker) complain(at place, warning bool, text problem.Text) {
	complaint := Complaint{Sheet: "survey", Row: at.field.def.Row, Column: at.column, Path: at.field.path, Text: text, Warning: warning}
	switch {
	case at.entity != nil:
		complaint.Sheet, complaint.Row = "entities", at.entity.Row
	case at.field == c.p.root:
		complaint.Sheet = "settings"
	}
	c.complaints = append(c.complaints, complaint)
}

func (c *checker) checkNames() {
	var check func(f *field)
	check = func(f *field) {
		for _, child := range f.children {
			if f.byName[child.def.Name] != child {
				c.refuse(place{field: child, column: "name"}, "xpath.sameName", child.def.Name)
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
	f := c.lookUp(at, strings.TrimPrefix(ref.Text, xpath.LastSaved))
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
	if len(found) > 1 && found[len(found)-1].meta {
		found = found[:len(found)-1] // a question of one's own goes before the meta block's
	}
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
