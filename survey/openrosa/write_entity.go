package openrosa

import (
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// entitiesVersion is the version of the ODK Entities specification that the form needs, "" for none.
func (w *formWriter) entitiesVersion() string {
	if version := w.d.XForm.EntitiesVersion; version != "" || len(w.d.Entities) == 0 {
		return version
	}
	if len(w.d.Entities) > 1 || w.d.Entities[0].Repeat != "" {
		return "2025.1.0"
	}
	return "2024.1.0"
}

// entityInstance writes the element that makes a submission an entity: what it may do (create,
// update) and what it must know to do it offline (baseVersion, trunkVersion, branchId).
func (w *formWriter) entityInstance(e *form.Entity) {
	w.start("entity", "dataset", e.Dataset, "id", "")
	if e.EntityID == nil || e.CreateIf != nil {
		w.attribute("create", "1")
	}
	if e.EntityID != nil {
		w.attributes(attributes{"update", "1", "baseVersion", "", "trunkVersion", "", "branchId", ""})
	}
	if e.Label != nil {
		w.leaf("label", "")
	}
	w.end()
}

// entityNode is the entity's element as a place from which ${name} is written.
func entityNode(meta *formNode) *formNode {
	return &formNode{field: &form.Field{Name: "entity", Type: form.Group}, parent: meta, path: meta.path + "/entity"}
}

// entityBinds writes the calculations of an entity's element.
func (w *formWriter) entityBinds(meta *formNode) {
	e := meta.entity
	n := entityNode(meta)
	w.entityBind(n, "@create", e.CreateIf)
	w.entityBind(n, "@update", e.UpdateIf)
	if e.EntityID != nil {
		known := "instance('" + e.Dataset + "')/root/item[name=" + e.EntityID.Source + "]/"
		w.entityBind(n, "@baseVersion", &xpath.Expr{Source: known + "__version"})
		w.entityBind(n, "@trunkVersion", &xpath.Expr{Source: known + "__trunkVersion"})
		w.entityBind(n, "@branchId", &xpath.Expr{Source: known + "__branchId"})
		w.entityBind(n, "@id", e.EntityID)
	} else {
		w.start("bind", "nodeset", n.path+"/@id", "type", "string", "readonly", "true()")
		w.end()
		w.setEntityID(n, "odk-instance-first-load")
	}
	w.entityBind(n, "label", e.Label)
}

// setEntityID writes the action that gives a new entity its id.
func (w *formWriter) setEntityID(n *formNode, event string) {
	w.start("setvalue", "ref", n.path+"/@id", "event", event, "value", "uuid()")
	w.end()
}

func (w *formWriter) entityBind(n *formNode, part string, calculation *xpath.Expr) {
	if calculation == nil {
		return
	}
	from := &formNode{field: &form.Field{Name: part}, parent: n}
	w.start("bind", "nodeset", n.path+"/"+part, "calculate", w.replace(calculation.Source, from), "type", "string", "readonly", "true()")
	w.end()
}
