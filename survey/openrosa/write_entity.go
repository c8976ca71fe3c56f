package openrosa

import "tianye/survey/form"

// entitiesVersion is the version of the ODK Entities specification that the form needs.
func (w *formWriter) entitiesVersion() string {
	for _, e := range w.d.Entities {
		if e.Repeat != "" {
			return "2025.1.0"
		}
	}
	return "2024.1.0"
}

// entityInstance writes the element that makes a submission an entity: what it may do (create,
// update) and what it must know to do it offline (baseVersion, trunkVersion, branchId).
func (w *formWriter) entityInstance(e *form.Entity) {
	w.start("entity", "dataset", e.Dataset, "id", "")
	if e.EntityID != nil {
		for _, a := range [][2]string{{"update", "1"}, {"baseVersion", ""}, {"trunkVersion", ""}, {"branchId", ""}} {
			w.attribute(a[0], a[1])
		}
	}
	if e.CreateIf != nil || e.UpdateIf == nil && e.EntityID == nil {
		w.attribute("create", "1")
	}
	if e.Label != nil {
		w.leaf("label", "")
	}
	w.end()
}

// entityBinds writes the calculations of an entity's element.
func (w *formWriter) entityBinds(meta *formNode) {
	e := meta.entity
	n := &formNode{field: &form.Field{Name: "entity"}, parent: meta, path: meta.path + "/entity"}
	if e.CreateIf != nil {
		w.entityBind(n, "/@create", e.CreateIf.Source)
	}
	w.start("bind", "nodeset", n.path+"/@id", "type", "string", "readonly", "true()")
	if e.EntityID != nil {
		w.attribute("calculate", w.replace(e.EntityID.Source, n))
	}
	w.end()
	if e.CreateIf != nil || e.EntityID == nil {
		w.start("setvalue", "ref", n.path+"/@id", "event", "odk-instance-first-load", "type", "string", "readonly", "true()", "value", "uuid()")
		w.end()
	}
	if e.UpdateIf != nil {
		w.entityBind(n, "/@update", e.UpdateIf.Source)
	}
	if e.EntityID != nil {
		known := "instance('" + e.Dataset + "')/root/item[name=" + e.EntityID.Source + "]"
		w.entityBind(n, "/@baseVersion", known+"/__version")
		w.entityBind(n, "/@trunkVersion", known+"/__trunkVersion")
		w.entityBind(n, "/@branchId", known+"/__branchId")
	}
	if e.Label != nil {
		w.entityBind(n, "/label", e.Label.Source)
	}
}

func (w *formWriter) entityBind(n *formNode, part, calculation string) {
	w.start("bind", "nodeset", n.path+part, "calculate", w.replace(calculation, n), "type", "string", "readonly", "true()")
	w.end()
}
