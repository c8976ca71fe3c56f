package openrosa

import (
	"cmp"
	"path"
	"slices"
	"strings"

	"tianye/survey/form"
)

// control is what the body has for an element of the instance.
type control struct {
	node  *xnode // input, select …, group, repeat
	group *xnode // of a repeat: the group around it, which has its label
	order int
}

// questionControls are the elements that ask.
var questionControls = map[string]bool{"input": true, "select": true, "select1": true, "upload": true, "range": true, "odk:rank": true,
	"rank": true, "trigger": true, "secret": true, "textarea": true}

var actionElements = map[string]bool{"setvalue": true, "odk:setgeopoint": true, "odk:recordaudio": true, "setgeopoint": true}

// walkBody finds the controls in a section of the body and what they do.
func (r *formReader) walkBody(section *xnode, context string) {
	for _, n := range section.elements() {
		switch {
		case n.name == "group":
			r.walkGroup(n, context)
		case n.name == "repeat":
			r.walkRepeat(n, nil, context)
		case questionControls[n.name]:
			place := r.ref(n, context)
			r.addControl(place, &control{node: n})
			for _, c := range n.elements() {
				if actionElements[c.name] {
					r.actions = append(r.actions, action{node: c, trigger: place, context: place})
				}
			}
		case actionElements[n.name]:
			r.actions = append(r.actions, action{node: n, context: context})
		case n.name == "label" || n.name == "hint":
		default:
			r.warn(n, "", "xform.unknownElement", n.name)
		}
	}
}

// walkGroup takes a group that only holds a repeat as the repeat's label.
func (r *formReader) walkGroup(n *xnode, context string) {
	place := r.ref(n, context)
	var repeat *xnode
	others := 0
	for _, c := range n.elements() {
		switch c.name {
		case "label", "hint":
		case "repeat":
			repeat = c
			others++
		default:
			others++
		}
	}
	if repeat != nil && others == 1 && (place == "" || place == r.ref(repeat, context)) {
		r.walkRepeat(repeat, n, context)
		return
	}
	if place != "" {
		r.addControl(place, &control{node: n})
		r.walkBody(n, place)
		return
	}
	if place = r.sectionOf(n, context); place != "" {
		r.addControl(place, &control{node: n})
	} else {
		r.loose = append(r.loose, n)
	}
	r.walkBody(n, context)
}

// sectionOf finds the section that a group without a path is for: the outermost that all its
// questions are in and that has no group yet. ODK Build writes such groups.
func (r *formReader) sectionOf(group *xnode, context string) string {
	var names []string
	first := true
	r.eachPlace(group, context, func(place string) {
		in := strings.Split(path.Dir(place), "/")
		if first {
			names, first = in, false
		}
		for i := range names {
			if i >= len(in) || in[i] != names[i] {
				names = names[:i]
				break
			}
		}
	})
	for i := 3; i <= len(names); i++ { // below "" and the root
		if place := strings.Join(names[:i], "/"); r.controls[place] == nil {
			return place
		}
	}
	return ""
}

// eachPlace visits the paths of the outermost controls below an element that have one.
func (r *formReader) eachPlace(n *xnode, context string, visit func(place string)) {
	for _, c := range n.elements() {
		isControl := questionControls[c.name] || c.name == "group" || c.name == "repeat"
		if place := r.ref(c, context); isControl && place != "" {
			visit(place)
		} else if isControl {
			r.eachPlace(c, context, visit)
		}
	}
}

func (r *formReader) walkRepeat(n, group *xnode, context string) {
	place := r.ref(n, context)
	r.addControl(place, &control{node: n, group: group})
	r.walkBody(n, cmp.Or(place, context))
}

// ref is the path of the element that a control is for, "" when it names none.
func (r *formReader) ref(n *xnode, context string) string {
	if id := n.attr("bind"); id != "" {
		if place := r.bindIDs[id]; place != "" {
			return place
		}
		r.warn(n, "bind", "xform.noBind", id)
	}
	source := cmp.Or(n.attr("ref"), n.attr("nodeset"))
	if source == "" {
		return ""
	}
	return absolute(source, context)
}

func (r *formReader) addControl(place string, c *control) {
	switch {
	case place == "":
		r.refuse(c.node, "", "xform.noRef", c.node.name)
	case r.controls[place] != nil:
		r.warn(c.node, "ref", "xform.secondControl", place)
	default:
		r.order++
		c.order = r.order
		r.controls[place] = c
	}
}

// reorder puts the questions of each section into the body's order; what is not shown keeps its place.
func (r *formReader) reorder(n *readNode) {
	var shown []*readNode
	for _, c := range n.children {
		if r.controls[c.path] != nil {
			shown = append(shown, c)
		}
	}
	slices.SortStableFunc(shown, func(a, b *readNode) int { return r.controls[a.path].order - r.controls[b.path].order })
	for i, c := range n.children {
		if r.controls[c.path] != nil {
			n.children[i], shown = shown[0], shown[1:]
		}
		r.reorder(c)
	}
}

// applyControl takes what the body says of a field.
func (r *formReader) applyControl(n *readNode, c *control) {
	f := n.field
	labels := c.node
	if c.group != nil {
		labels = c.group
		for _, a := range c.group.attrs {
			if a.name != "ref" && a.name != "nodeset" && !c.node.has(a.name) {
				r.bodyAttribute(n, c.group, a)
			}
		}
	}
	var aside form.Text
	f.Label, aside, f.Media = r.label(labels.child("label"), n.path)
	f.Hint, f.GuidanceHint, f.HintMedia = r.label(labels.child("hint"), n.path)
	if len(f.GuidanceHint) == 0 {
		f.GuidanceHint = aside
	}
	for _, a := range c.node.attrs {
		r.bodyAttribute(n, c.node, a)
	}
	switch c.node.name {
	case "secret":
		f.Appearance = strings.TrimSpace(f.Appearance + " masked")
	case "textarea":
		f.Appearance = strings.TrimSpace(f.Appearance + " multiline")
	}
	if c.node.name == "group" || c.node.name == "repeat" {
		return
	}
	for _, child := range c.node.elements() {
		switch {
		case child.name == "label" || child.name == "hint" || child.name == "item" || child.name == "itemset" || actionElements[child.name]:
		case child.name == "tag":
			label, _, _ := r.label(child.child("label"), n.path)
			f.Tags = append(f.Tags, form.Choice{Name: child.attr("key"), Label: label})
		default:
			r.warn(child, "", "xform.unknownElement", child.name)
		}
	}
	if f.Type.HasChoices() && f.Type != form.SelectOneExternal || c.node.child("itemset") != nil {
		r.choicesOf(n, c.node)
	}
}

// bodyAttribute takes one attribute of a control.
func (r *formReader) bodyAttribute(n *readNode, at *xnode, a xattr) {
	f := n.field
	switch a.name {
	case "ref", "nodeset", "bind":
	case "appearance":
		f.Appearance = a.value
	case "mediatype":
		if a.value != kinds[f.Type].media {
			put(&f.Body, a.name, a.value)
		}
	default:
		name := parameterOf(bodyParameters, a.name)
		switch {
		case a.name == "jr:count" && f.Type == form.Repeat:
			f.RepeatCount = r.expression(at, a.name, a.value)
			return
		case a.name == "query" && f.Type == form.SelectOneExternal && r.query(n, at, a.value):
			return
		case name != "" && !f.Type.IsSection():
			put(&f.Parameters, name, a.value)
			return
		}
		put(&f.Body, a.name, a.value)
	}
}

// parameterOf is the parameter that an attribute stands for.
func parameterOf(attributes []struct{ name, attribute string }, attribute string) string {
	for _, a := range attributes {
		if a.attribute == attribute {
			return a.name
		}
	}
	return ""
}
