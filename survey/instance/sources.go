package instance

import (
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// checkExternals reads the secondary instances that stand in the form.
func (c *checker) checkExternals() {
	for _, external := range c.p.def.Externals {
		if external.XML == "" {
			continue
		}
		top, err := readXML([]byte(external.XML))
		if err != nil {
			c.doubt(place{field: c.p.root, column: "externals"}, "xpath.badInstance", external.ID, err.Error())
			continue
		}
		top.numberItems()
		c.p.sources[external.ID] = top
	}
}

// link finds what the choices of selects come from, and what calculations read that is not there.
func (p *Program) link() {
	type chosen struct{ id, value, label string }
	made := map[chosen]*list{}
	external := map[string]*list{}
	p.lists, p.unknowable = map[*field]*list{}, map[*field]bool{}
	for _, f := range p.fields {
		def := f.def
		if f.calc != nil && (p.lacks(f.def.Calculation) || p.asksClient(f.def.Calculation)) {
			p.unknowable[f] = true
		}
		if !def.Type.HasChoices() {
			continue
		}
		source := def.List
		if def.Itemset != nil {
			source = nodesOf(def.Itemset)
		}
		switch {
		case def.Type == form.SelectOneExternal && p.def.ExternalLists[def.List] != nil:
			if external[def.List] == nil {
				external[def.List] = newList(p.def, p.def.ExternalLists[def.List])
			}
			p.lists[f] = external[def.List]
		case def.File == "" && p.choiceLists[source] != nil:
			p.lists[f] = p.choiceLists[source]
		case p.sources[source] != nil:
			value, label := itemNames(def)
			key := chosen{source, value, label}
			if made[key] == nil {
				made[key] = newFileList(p.def.DefaultLanguage, p.sources[source], value, label)
			}
			p.lists[f] = made[key]
		}
	}
}

// itemNames are the names of the children that are an item's value and label.
func itemNames(def *form.Field) (value, label string) {
	value, label = "name", "label"
	if strings.HasSuffix(strings.ToLower(def.File), ".geojson") {
		value, label = "id", "title"
	}
	if name := def.Parameters["value"]; name != "" {
		value = name
	}
	if name := def.Parameters["label"]; name != "" {
		label = name
	}
	return value, label
}

// instance gives what instance(id) means, or nil.
func (p *Program) instance(id string) *entry {
	if l := p.choiceLists[id]; l != nil {
		l.ready()
		return l.top
	}
	return p.sources[id]
}

// isLastSaved tells whether a secondary instance is the instance saved last.
func (p *Program) isLastSaved(id string) bool {
	for _, external := range p.def.Externals {
		if external.ID == id {
			return external.Source == "jr://instance/last-saved"
		}
	}
	return id == lastSaved
}

// declares tells whether the form has a secondary instance, be its content there or not.
func (p *Program) declares(id string) bool {
	for _, external := range p.def.Externals {
		if external.ID == id {
			return true
		}
	}
	return id == lastSaved || p.choiceLists[id] != nil
}

// lacks tells whether an expression reads a secondary instance that is not there.
func (p *Program) lacks(e *xpath.Expr) bool {
	missing := false
	e.Walk(func(n *xpath.Node) {
		if n.Kind == xpath.KindCall && (n.Text == "instance" || n.Text == "pulldata") && len(n.Args) > 0 {
			id := n.Args[0]
			missing = missing || id.Kind == xpath.KindText && p.choiceLists[id.Text] == nil && p.sources[id.Text] == nil
		}
	})
	return missing
}

// asksClient tells whether an expression reads what only the client knows: the instance saved last,
// its properties, the instance's id.
func (p *Program) asksClient(e *xpath.Expr) bool {
	asks := false
	e.Walk(func(n *xpath.Node) {
		target := p.targets[n]
		asks = asks || n.Kind == xpath.KindRef && strings.HasPrefix(n.Text, xpath.LastSaved) ||
			n.Kind == xpath.KindRef && target != nil && target.meta && target.calc == nil
	})
	return asks || e.Calls("property")
}
