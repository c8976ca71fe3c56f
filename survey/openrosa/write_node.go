package openrosa

import (
	"cmp"
	"slices"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// formNode is a field in its place.
type formNode struct {
	field    *form.Field
	parent   *formNode // nil of the root
	children []*formNode
	path     string // "/data/household/name"
	flat     bool   // a section without an element of its own: its children stand in its parent
	entity   *form.Entity
	hidden   bool // the group of metadata: in no body
}

// typeSurvey is the root's.
const typeSurvey form.Type = "survey"

// plant makes the tree of nodes: the definition's fields and the metadata.
func (w *formWriter) plant() {
	w.root = &formNode{field: &form.Field{Name: cmp.Or(w.d.XForm.Name, "data"), Type: typeSurvey}}
	w.root.path = "/" + w.root.field.Name
	w.byName[w.root.field.Name] = w.root
	w.grow(w.root, w.d.Fields)
	if fields := w.metadata(); len(fields) > 0 {
		w.meta(w.root, fields)
	}
	for i := range w.d.Entities {
		e := &w.d.Entities[i]
		w.meta(w.root.at(e.Path), nil).entity = e
	}
}

// at is the node at a definition's path.
func (n *formNode) at(path form.Path) *formNode {
	for _, name := range path.Names() {
		if i := slices.IndexFunc(n.children, func(c *formNode) bool { return c.field.Name == name }); i >= 0 {
			n = n.children[i]
		}
	}
	return n
}

// meta is the group of metadata that ends a section, made when it is asked for.
func (w *formWriter) meta(parent *formNode, fields []*form.Field) *formNode {
	if last := len(parent.children) - 1; last >= 0 && parent.children[last].hidden {
		return parent.children[last]
	}
	w.grow(parent, []*form.Field{{Name: "meta", Type: form.Group, Fields: fields}})
	meta := parent.children[len(parent.children)-1]
	meta.hidden = true
	return meta
}

func (w *formWriter) grow(parent *formNode, fields []*form.Field) {
	for _, f := range fields {
		if f.Added {
			asked := *f
			asked.Label = form.Text{"": "Specify other."}
			f = &asked
		}
		n := &formNode{field: f, parent: parent, path: parent.path + "/" + f.Name}
		if n.flat = (w.d.XForm.Flat || f.Flat) && f.Name != "meta" && len(f.Fields) > 0; n.flat {
			n.path = parent.path
		}
		parent.children = append(parent.children, n)
		w.byName[n.path] = n // what another tool's form names so
		if _, twice := w.byName[f.Name]; twice {
			w.byName[f.Name] = nil
		} else {
			w.byName[f.Name] = n
		}
		if !f.Type.IsSection() {
			for _, trigger := range f.Triggers {
				w.triggered[trigger] = append(w.triggered[trigger], n)
			}
		}
		w.grow(n, f.Fields)
	}
}

func (w *formWriter) metadata() []*form.Field {
	var fields []*form.Field
	if w.d.Audit != nil {
		fields = append(fields, w.d.Audit)
	}
	if !w.d.XForm.OmitInstanceID {
		fields = append(fields, &form.Field{Name: "instanceID", Type: form.Calculate,
			ReadOnly: &xpath.Expr{Source: "true()"}, Bind: map[string]string{"jr:preload": cmp.Or(w.d.XForm.InstanceIDPreload, "uid")}})
	}
	if w.d.InstanceName != nil {
		fields = append(fields, &form.Field{Name: "instanceName", Type: form.Calculate, Calculation: w.d.InstanceName})
	}
	return fields
}
