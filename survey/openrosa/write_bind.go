package openrosa

import (
	"maps"
	"slices"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// binds writes the binds of a field and all below it, and beside each what clients do with
// the field when the form is opened.
func (w *formWriter) binds(n *formNode) {
	if a := w.bind(n); len(a) > 0 && !n.flat {
		w.start("bind", "nodeset", n.path)
		w.attributes(a)
		w.end()
	}
	w.actions(n)
	for _, child := range n.children {
		w.binds(child)
	}
	if n.entity != nil {
		w.entityBinds(n)
	}
}

func (w *formWriter) actions(n *formNode) {
	if n.field.DynamicDefault != nil {
		w.setDefault(n, "odk-instance-first-load")
	}
	switch n.field.Type {
	case form.StartGeopoint:
		w.start("odk:setgeopoint", "ref", n.path, "event", "odk-instance-first-load")
		w.end()
	case form.BackgroundAudio:
		w.start("odk:recordaudio", "ref", n.path, "event", "odk-instance-load")
		if quality := n.field.Parameters["quality"]; quality != "" {
			w.attribute("odk:quality", quality)
		}
		w.end()
	}
}

// setDefault writes the action that evaluates a dynamic default.
func (w *formWriter) setDefault(n *formNode, event string) {
	w.start("setvalue", "ref", n.path, "event", event, "value", w.replace(inImages(n.field, n.field.DynamicDefault.Source), n))
	w.end()
}

// bind gives the attributes of a field's bind.
func (w *formWriter) bind(n *formNode) attributes {
	f := n.field
	k := kinds[f.Type]
	var a attributes
	a.setIf("type", k.bind)
	a.setIf("jr:preload", k.preload)
	a.setIf("jr:preloadParams", k.params)
	if f.Type == form.Note {
		a.set("readonly", "true()")
	}
	calculation := f.Calculation
	if len(f.Triggers) > 0 {
		calculation = nil // it stands in the action
	}
	for _, e := range []struct {
		name string
		e    *xpath.Expr
	}{
		{"readonly", f.ReadOnly}, {"required", f.Required}, {"relevant", f.Relevant},
		{"constraint", f.Constraint}, {"calculate", calculation},
	} {
		if e.e != nil {
			a.set(e.name, w.replace(e.e.Source, n))
		}
	}
	a.setIf("jr:constraintMsg", w.message(n, "jr:constraintMsg", f.ConstraintMessage, messageNeedsItext(f.ConstraintMessage)))
	a.setIf("jr:requiredMsg", w.message(n, "jr:requiredMsg", f.RequiredMessage, messageNeedsItext(f.RequiredMessage)))
	a.setIf("jr:noAppErrorString", w.message(n, "jr:noAppErrorString", f.NoAppError, localised(f.NoAppError)))
	a.setIf("entities:saveto", f.SaveTo)
	if f.Type != form.BackgroundAudio {
		for _, p := range bindParameters {
			a.setIf(p.attribute, f.Parameters[p.name])
		}
	}
	if f.Type == form.Audit {
		for _, name := range slices.Sorted(maps.Keys(f.Parameters)) {
			a.set("odk:"+name, f.Parameters[name])
		}
	}
	w.setAll(&a, f.Bind, n)
	return a.filled()
}
