package openrosa

import (
	"cmp"
	"slices"

	"tianye/survey/form"
)

// controls writes the controls of a section's children.
func (w *formWriter) controls(of *formNode) {
	for _, n := range of.children {
		switch {
		case n.hidden:
		case n.field.Type == form.Group:
			if n.field.Body["bodyless"] == "" {
				w.group(n)
			}
		case n.field.Type == form.Repeat:
			w.repeat(n)
		default:
			w.question(n)
		}
	}
}

func (w *formWriter) group(n *formNode) {
	f := n.field
	var a attributes
	if !n.flat {
		a.set("ref", n.path)
	}
	w.setAll(&a, f.Body, n)
	a.setIf("appearance", f.Appearance)
	w.start("group", a...)
	if len(f.Label) > 0 || f.Appearance == "label" {
		w.label(n)
	}
	w.controls(n)
	w.end()
}

func (w *formWriter) repeat(n *formNode) {
	f := n.field
	w.start("group", "ref", n.path)
	w.label(n)
	var a attributes
	a.set("nodeset", n.path)
	w.setAll(&a, f.Body, n)
	a.setIf("appearance", w.replace(f.Appearance, n))
	if f.RepeatCount != nil {
		a.set("jr:count", w.replace(f.RepeatCount.Source, n))
	}
	w.start("repeat", a...)
	w.controls(n)
	w.repeatDefaults(n)
	w.end()
	w.end()
}

// repeatDefaults writes the dynamic defaults of a repeat's fields, and the ids of its entities, which each new
// instance has evaluated.
func (w *formWriter) repeatDefaults(of *formNode) {
	for _, n := range of.children {
		if n.field.Type == form.Repeat {
			continue
		}
		if n.field.DynamicDefault != nil {
			w.setDefault(n, "odk-new-repeat")
		}
		if n.entity != nil && n.entity.EntityID == nil {
			w.setEntityID(entityNode(n), "odk-new-repeat")
		}
		w.repeatDefaults(n)
	}
}

// question writes a question's control, if it has one: what is calculated is shown only when it has a label or a hint.
func (w *formWriter) question(n *formNode) {
	f := n.field
	k := kinds[f.Type]
	calculated := f.Calculation != nil || len(f.Triggers) > 0 || f.Bind["calculate"] != ""
	if k.control == "" || calculated && len(f.Label) == 0 && len(f.Hint) == 0 {
		return
	}
	control := cmp.Or(f.Body["tag"], k.control)
	var a attributes
	a.set("ref", n.path)
	a.setIf("mediatype", k.media)
	a.setIf("appearance", w.replace(f.Appearance, n))
	w.setAll(&a, f.Body, n)
	for _, p := range bodyParameters {
		a.setIf(p.attribute, f.Parameters[p.name])
	}
	if f.Type == form.SelectOneExternal && f.ChoiceFilter != nil {
		a.set("query", w.itemNodes(n, f.List))
	}
	w.start(control, a...)
	hinted := len(f.Hint) > 0 || len(f.GuidanceHint) > 0
	if len(f.Label) > 0 || len(f.Media) > 0 || hinted || f.Appearance == "label" {
		w.label(n)
	}
	if hinted {
		w.hint(n)
	}
	if f.Type != form.SelectOneExternal && (listOf(f) != "" || f.Itemset != nil) {
		w.options(n)
	}
	w.tags(f)
	w.triggeredActions(n)
	w.end()
}

// tags writes what an OSM question asks of a map's element.
func (w *formWriter) tags(f *form.Field) {
	for _, tag := range f.Tags {
		w.start("tag", "key", tag.Name)
		w.label(&formNode{field: &form.Field{Name: tag.Name, Label: tag.Label, Media: tag.Media}, path: "/" + tag.Name})
		w.end()
	}
}

// triggeredActions writes what a change of the answer calculates or locates.
func (w *formWriter) triggeredActions(n *formNode) {
	for _, action := range []string{"setvalue", "odk:setgeopoint"} {
		for _, target := range append(slices.Clone(w.triggered[n.field.Name]), w.triggered[n.path]...) {
			if (target.field.Type == form.BackgroundPoint) != (action == "odk:setgeopoint") {
				continue
			}
			w.start(action, "ref", target.path, "event", "xforms-value-changed")
			if c := target.field.Calculation; c != nil {
				w.attribute("value", w.replace(c.Source, n))
			}
			w.end()
		}
	}
}
