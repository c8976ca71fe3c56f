package openrosa

import (
	"maps"
	"slices"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// readMeta takes the metadata of the form, or the entity of a section.
func (r *formReader) readMeta(n *readNode) {
	hasID := false
	for _, meta := range n.element.elements() {
		if meta.local() != "meta" {
			continue
		}
		place := n.path + "/meta"
		for _, e := range meta.elements() {
			bind := r.takeBind(place + "/" + e.local())
			switch {
			case e.local() == "entity":
				r.entity(n, e, place+"/entity")
			case n != r.root:
				r.warn(e, "", "xform.unknownMeta", e.name)
			case e.local() == "instanceID":
				hasID = true
				if preload := bind.attr("jr:preload"); preload != "uid" {
					r.d.XForm.InstanceIDPreload = preload
				}
			case e.local() == "instanceName":
				r.d.InstanceName = r.expression(bind, "calculate", bind.attr("calculate"))
			case e.local() == "audit":
				r.audit(e, place+"/audit")
			case e.local() != "deprecatedID": // the client fills it in
				r.warn(e, "", "xform.unknownMeta", e.name)
			}
		}
	}
	if n == r.root {
		r.d.XForm.OmitInstanceID = !hasID
	}
}

// takeBind gives the bind of an element of the metadata, an empty one without.
func (r *formReader) takeBind(place string) *xnode {
	if bind := r.binds[place]; bind != nil {
		if r.nodes[place] == nil {
			r.nodes[place] = &readNode{field: &form.Field{}, element: &xnode{}, path: place}
		}
		return bind
	}
	return &xnode{name: "bind"}
}

// audit takes the log that the form asks for, which may have all that a field has.
func (r *formReader) audit(e *xnode, place string) {
	f := &form.Field{Name: "audit", Type: form.Audit, Default: strings.TrimSpace(e.plain()), Row: e.line}
	for _, a := range e.attrs {
		put(&f.Attributes, a.name, a.value)
	}
	n := &readNode{field: f, element: e, path: place}
	r.nodes[place] = n
	r.takeTexts(n)
	bind := r.takeBind(place)
	own := *bind
	own.attrs = nil
	for _, a := range bind.attrs {
		if name, isODK := strings.CutPrefix(a.name, "odk:"); isODK {
			put(&f.Parameters, name, a.value)
		} else {
			own.attrs = append(own.attrs, a)
		}
	}
	r.applyBind(n, &own)
	r.d.Audit = f
}

// entity takes the declaration that a submission makes or changes an entity.
func (r *formReader) entity(n *readNode, e *xnode, place string) {
	entity := form.Entity{Dataset: e.attr("dataset"), Path: n.formPath(r.root), Row: e.line}
	for at := n; at != nil && entity.Repeat == ""; at = at.parent {
		if at.field.Type == form.Repeat {
			entity.Repeat = at.field.Name
		}
	}
	for part, into := range map[string]**xpath.Expr{"/label": &entity.Label, "/@id": &entity.EntityID, "/@create": &entity.CreateIf, "/@update": &entity.UpdateIf} {
		bind := r.takeBind(place + part)
		source := bind.attr("calculate")
		if n := r.nodes[absolute(source, place+part)]; n != nil && r.byName[n.field.Name] == 1 {
			source = "${" + n.field.Name + "}" // the id stands in a predicate too, where a path means something else
		}
		*into = r.expression(bind, "calculate", source)
	}
	for _, part := range []string{"/@baseVersion", "/@trunkVersion", "/@branchId"} {
		r.takeBind(place + part) // they follow from the id
	}
	if create := e.attr("create"); entity.CreateIf == nil && entity.EntityID != nil && (create == "1" || create == "true") {
		entity.CreateIf = r.expression(e, "create", "true()")
	}
	r.d.Entities = append(r.d.Entities, entity)
}

// saveTo notes to which list the properties below a section belong: the innermost entity's.
func (r *formReader) saveTo(n *readNode, dataset string, datasets map[form.Path]string) {
	if own := datasets[n.formPath(r.root)]; own != "" {
		dataset = own
	}
	for _, child := range n.children {
		if child.field.SaveTo != "" {
			child.field.SaveToList = dataset
		}
		r.saveTo(child, dataset, datasets)
	}
}

// formPath is the path as definitions have it.
func (n *readNode) formPath(root *readNode) form.Path {
	return form.Path(strings.TrimPrefix(strings.TrimPrefix(n.path, root.path), "/"))
}

// checkUnused says what of the form nothing refers to.
func (r *formReader) checkUnused() {
	for _, place := range slices.Sorted(maps.Keys(r.binds)) {
		if r.nodes[place] == nil && place != r.root.path {
			r.warn(r.binds[place], "nodeset", "xform.noNode", place)
		}
	}
	for _, place := range slices.Sorted(maps.Keys(r.controls)) {
		if r.nodes[place] == nil {
			r.refuse(r.controls[place].node, "ref", "xform.noNode", place)
		}
	}
	unused := 0
	var first *xnode
	for _, id := range slices.Sorted(maps.Keys(r.texts)) {
		if t := r.texts[id]; !t.used {
			if unused++; first == nil {
				first = t.node
			}
		}
	}
	if unused > 0 {
		r.warn(first, "id", "xform.unusedTexts", unused, first.attr("id"))
	}
}
