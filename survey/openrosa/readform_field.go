package openrosa

import (
	"regexp"
	"strings"

	"tianye/survey/form"
)

// grow makes the nodes below one of the primary instance.
func (r *formReader) grow(n *readNode) {
	for _, e := range n.element.elements() {
		name := e.local()
		if name == "meta" {
			continue
		}
		place := n.path + "/" + name
		c := r.controls[place]
		isRepeat := e.has("jr:template") || c != nil && c.node.name == "repeat"
		if known := r.nodes[place]; known != nil {
			for _, a := range e.attrs { // of a repeat's first instance, which comes after the template
				if known.field.Attributes[a.name] == "" && a.name != "jr:template" {
					put(&known.field.Attributes, a.name, a.value)
				}
			}
			if !isRepeat || !known.element.has("jr:template") {
				r.warn(e, "", "xform.elementTwice", place)
			}
			continue
		}
		f := &form.Field{Name: name, Row: e.line}
		for _, a := range e.attrs {
			if a.name != "jr:template" && a.name != "xmlns" {
				put(&f.Attributes, a.name, a.value)
			}
		}
		child := &readNode{field: f, element: e, parent: n, path: place}
		r.nodes[place] = child
		r.byName[name]++
		n.children = append(n.children, child)
		switch {
		case isRepeat:
			f.Type = form.Repeat
		case len(e.elements()) > 0, c != nil && c.node.name == "group":
			f.Type = form.Group
		}
		if f.Type.IsSection() {
			r.grow(child)
		}
	}
}

// fill takes what bind and body say of a node and all below it.
func (r *formReader) fill(n *readNode) {
	f := n.field
	bind, c := r.binds[n.path], r.controls[n.path]
	if bind == nil {
		bind = &xnode{name: "bind", line: f.Row}
	}
	if !f.Type.IsSection() {
		f.Default = strings.TrimSpace(n.element.plain())
		f.Type = r.typeOf(n, bind, c)
		if f.Type == form.Image {
			f.Default = strings.TrimPrefix(f.Default, "jr://images/")
		}
	}
	if c != nil {
		r.applyControl(n, c)
	} else {
		r.takeTexts(n)
	}
	r.applyBind(n, bind)
	r.readMeta(n)
	for _, child := range n.children {
		r.fill(child)
		f.Fields = append(f.Fields, child.field)
	}
}

// takeTexts takes the texts that itext has for what the body does not show: an expression may say them.
func (r *formReader) takeTexts(n *readNode) {
	f := n.field
	f.Label, f.Media = r.itext(n.path+":label", "", n.path), r.media(n.path+":label")
	f.Hint, f.GuidanceHint = r.itext(n.path+":hint", "", n.path), r.itext(n.path+":hint", "guidance", n.path)
}

// typeOf finds a question's type from its bind and its control.
func (r *formReader) typeOf(n *readNode, bind *xnode, c *control) form.Type {
	data := strings.TrimPrefix(bind.attr("type"), "xsd:")
	if c == nil {
		return r.hiddenType(n, bind)
	}
	switch c.node.name {
	case "select":
		return form.SelectMultiple
	case "select1":
		return form.SelectOne
	case "odk:rank", "rank":
		return form.Rank
	case "range":
		return form.Range
	case "upload":
		return uploadType(c.node.attr("mediatype"))
	case "trigger":
		if r.located(n.path, true) {
			return form.BackgroundPoint
		}
		return form.Acknowledge
	case "secret", "textarea":
		r.warn(c.node, "", "xform.otherControl", c.node.name)
		return form.TextQuestion
	}
	if c.node.has("query") {
		return form.SelectOneExternal
	}
	if t, known := inputTypes[data]; known {
		return t
	}
	switch data {
	case "", "string", "select1", "select":
	default:
		r.warn(bind, "type", "xform.unknownType", data)
	}
	if strings.TrimSpace(bind.attr("readonly")) == "true()" && bind.attr("calculate") == "" && n.field.Default == "" && len(r.acting[n.path]) == 0 {
		return form.Note
	}
	return form.TextQuestion
}

// inputTypes are the types of what is typed in, by the bind's.
var inputTypes = map[string]form.Type{
	"int": form.Integer, "integer": form.Integer, "long": form.Integer, "short": form.Integer,
	"decimal": form.Decimal, "double": form.Decimal, "float": form.Decimal,
	"date": form.Date, "time": form.Time, "dateTime": form.DateTime, "barcode": form.Barcode,
	"geopoint": form.Geopoint, "geotrace": form.Geotrace, "geoshape": form.Geoshape, "binary": form.File,
}

func uploadType(media string) form.Type {
	kind, _, _ := strings.Cut(media, "/")
	switch kind {
	case "image":
		return form.Image
	case "audio":
		return form.Audio
	case "video":
		return form.Video
	case "osm":
		return form.OSM
	}
	return form.File
}

// hiddenType is the type of what the body does not show.
func (r *formReader) hiddenType(n *readNode, bind *xnode) form.Type {
	if preload := bind.attr("jr:preload"); preload != "" {
		for t, k := range kinds {
			if k.preload == preload && k.params == bind.attr("jr:preloadParams") {
				return t
			}
		}
	}
	for _, a := range r.acting[n.path] {
		switch {
		case a.node.name == "odk:recordaudio":
			return form.BackgroundAudio
		case a.node.local() == "setgeopoint" && a.trigger == "":
			return form.StartGeopoint
		case a.node.local() == "setgeopoint":
			return form.BackgroundPoint
		case a.trigger != "":
			return form.Calculate
		}
	}
	switch {
	case bind.attr("calculate") != "":
		return form.Calculate
	case len(bind.attrs) == 0:
		return form.UnknownBind
	}
	return form.Hidden
}

// addBind keeps a bind by what it is for.
func (r *formReader) addBind(n *xnode) {
	source := n.attr("nodeset")
	if source == "" {
		source = n.attr("ref")
	}
	root := ""
	if len(r.instances) > 0 && len(r.instances[0].elements()) > 0 {
		root = "/" + r.instances[0].elements()[0].local()
	}
	place := absolute(source, root)
	switch {
	case place == "":
		r.refuse(n, "nodeset", "xform.nodeset", source)
	case r.binds[place] != nil:
		r.warn(n, "nodeset", "xform.secondBind", place)
		r.binds[place].attrs = append(r.binds[place].attrs, n.attrs...)
	default:
		r.binds[place] = n
	}
	if id := n.attr("id"); id != "" {
		r.bindIDs[id] = place
	}
}

// applyBind takes what the bind says.
func (r *formReader) applyBind(n *readNode, bind *xnode) {
	f := n.field
	k := kinds[f.Type]
	preloaded := k.preload != "" && k.preload == bind.attr("jr:preload")
	for _, a := range bind.attrs {
		switch a.name {
		case "nodeset", "ref", "id", "type":
		case "relevant":
			f.Relevant = r.expression(bind, a.name, a.value)
		case "required":
			f.Required = r.expression(bind, a.name, a.value)
		case "readonly":
			if f.Type != form.Note {
				f.ReadOnly = r.expression(bind, a.name, a.value)
			}
		case "constraint":
			f.Constraint = r.expression(bind, a.name, a.value)
		case "calculate":
			f.Calculation = r.expression(bind, a.name, a.value)
		case "jr:constraintMsg":
			f.ConstraintMessage = r.message(bind, a.name, a.value, n.path)
		case "jr:requiredMsg":
			f.RequiredMessage = r.message(bind, a.name, a.value, n.path)
		case "jr:noAppErrorString":
			f.NoAppError = r.message(bind, a.name, a.value, n.path)
		case "entities:saveto":
			if f.SaveTo = a.value; !isProperty(a.value) {
				r.refuse(bind, a.name, "xform.property", a.value)
			}
		case "jr:preload", "jr:preloadParams":
			if !preloaded {
				put(&f.Bind, a.name, a.value)
			}
		default:
			if name := parameterOf(bindParameters, a.name); name != "" && f.Type != form.BackgroundAudio {
				put(&f.Parameters, name, a.value)
			} else {
				put(&f.Bind, a.name, a.value)
			}
		}
	}
	if data := strings.TrimPrefix(bind.attr("type"), "xsd:"); data != k.bind {
		put(&f.Bind, "type", data)
	}
}

// isProperty tells whether an entity may have a property of the name: name, label and what
// begins with __ are the list's own (ODK Entities specification, "Declaring entities").
func isProperty(name string) bool {
	lower := strings.ToLower(name)
	return lower != "name" && lower != "label" && !strings.HasPrefix(name, "__") && property.MatchString(name)
}

var property = regexp.MustCompile(`^[\pL_][\pL\pM\pN_.-]*$`)
