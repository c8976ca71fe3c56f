package openrosa

import (
	"slices"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// action is what a form does by itself when something happens.
type action struct {
	node    *xnode
	trigger string // the path of the question in whose control it stands
	context string
}

// target is the path of the element that an action changes.
func (r *formReader) target(a action) string { return r.ref(a.node, a.context) }

func (a action) events() []string {
	event := a.node.attr("event")
	if event == "" {
		event = a.node.attr("ev:event")
	}
	return strings.Fields(event)
}

// indexActions finds what each action changes.
func (r *formReader) indexActions() {
	r.acting = map[string][]action{}
	for _, a := range r.actions {
		place := r.target(a)
		r.acting[place] = append(r.acting[place], a)
	}
}

// located tells whether an action puts the place where the client is into an element.
func (r *formReader) located(place string, triggered bool) bool {
	return slices.ContainsFunc(r.acting[place], func(a action) bool {
		return a.node.local() == "setgeopoint" && (a.trigger != "") == triggered
	})
}

// applyActions makes dynamic defaults and triggers of the actions.
func (r *formReader) applyActions() {
	for _, a := range r.actions {
		place := r.target(a)
		if strings.Contains(place, "/@") { // an entity's id: the client makes it
			continue
		}
		n := r.nodes[place]
		if n == nil {
			r.warn(a.node, "ref", "xform.noNode", a.node.attr("ref"))
			continue
		}
		switch a.node.local() {
		case "recordaudio":
			if quality := a.node.attr("odk:quality"); quality != "" {
				put(&n.field.Parameters, "quality", quality)
			}
		case "setgeopoint":
			if a.trigger != "" {
				r.addTrigger(n.field, a)
			}
		default:
			r.setValue(n.field, a)
		}
	}
}

// setValue takes an action that sets a value once, or at each change of another answer.
func (r *formReader) setValue(f *form.Field, a action) {
	value := r.expression(a.node, "value", a.node.attr("value"))
	if literal := strings.TrimSpace(a.node.plain()); literal != "" && !a.node.has("value") {
		value = r.expression(a.node, "", quoted(literal))
	}
	for _, event := range a.events() {
		switch event {
		case "odk-instance-first-load", "odk-new-repeat", "xforms-ready", "odk-instance-load", "jr-insert":
			if event == "xforms-ready" || event == "odk-instance-load" || event == "jr-insert" {
				r.warn(a.node, "event", "xform.otherEvent", event)
			}
			if value != nil {
				f.DynamicDefault = value
			}
		case "xforms-value-changed":
			if a.trigger == "" {
				r.warn(a.node, "event", "xform.unknownEvent", event)
				continue
			}
			if len(f.Triggers) > 0 && source(f.Calculation) != source(value) || len(f.Triggers) == 0 && f.Calculation != nil {
				r.warn(a.node, "ref", "xform.secondValue", f.Name)
				continue
			}
			f.Calculation = value
			r.addTrigger(f, a)
		default:
			r.warn(a.node, "event", "xform.unknownEvent", event)
		}
	}
}

func source(e *xpath.Expr) string {
	if e == nil {
		return ""
	}
	return e.Source
}

func (r *formReader) addTrigger(f *form.Field, a action) {
	name := r.nameAt(a.trigger)
	if name == "" {
		r.warn(a.node, "", "xform.noNode", a.trigger)
		return
	}
	f.Triggers = append(f.Triggers, name)
}

// quoted writes a text as an expression.
func quoted(text string) string {
	if strings.Contains(text, "'") {
		return `"` + strings.ReplaceAll(text, `"`, "'") + `"`
	}
	return "'" + text + "'"
}
