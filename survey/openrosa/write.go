package openrosa

import (
	"io"
	"maps"
	"slices"

	"tianye/survey/form"
)

// The namespaces of every XForm.
var namespaces = []string{
	"xmlns", "http://www.w3.org/2002/xforms",
	"xmlns:h", "http://www.w3.org/1999/xhtml",
	"xmlns:ev", "http://www.w3.org/2001/xml-events",
	"xmlns:xsd", "http://www.w3.org/2001/XMLSchema",
	"xmlns:jr", "http://openrosa.org/javarosa",
	"xmlns:orx", "http://openrosa.org/xforms",
	"xmlns:odk", "http://www.opendatakit.org/xforms",
}

// WriteForm writes the XForm of a definition. Nothing is written when a ${name} in it
// means no field, or several; the error is then a *problem.Problem.
func WriteForm(out io.Writer, d *form.Definition) error {
	w := newFormWriter(d)
	w.form()
	if w.failed != nil {
		return w.failed
	}
	_, err := out.Write(append(w.out, '\n'))
	return err
}

// formWriter is one form being written.
type formWriter struct {
	xmlWriter
	d         *form.Definition
	root      *formNode
	byName    map[string]*formNode   // nil for a name that several have
	triggered map[string][]*formNode // by the name of the question whose change calculates them
	itext     itext
	inItext   map[string]bool // lists whose choices have their texts in itext
	inline    map[string]bool // lists whose choices stand in the question: those of search()
	failed    error
}

func newFormWriter(d *form.Definition) *formWriter {
	w := &formWriter{d: d, byName: map[string]*formNode{},
		triggered: map[string][]*formNode{}, inItext: map[string]bool{}, inline: map[string]bool{}}
	w.out = append(make([]byte, 0, 1<<16), `<?xml version="1.0"?>`...)
	w.plant()
	w.collectTexts()
	return w
}

func (w *formWriter) form() {
	w.start("h:html", namespaces...)
	for _, prefix := range slices.Sorted(maps.Keys(w.d.XForm.Namespaces)) {
		if !slices.Contains(namespaces, "xmlns:"+prefix) && (prefix != "entities" || len(w.d.Entities) == 0) {
			w.attribute("xmlns:"+prefix, w.d.XForm.Namespaces[prefix])
		}
	}
	if w.entitiesVersion() != "" {
		w.attribute("xmlns:entities", namespaceEntities)
	}
	w.start("h:head")
	w.leaf("h:title", w.d.Title)
	w.model()
	w.end()
	w.start("h:body")
	if w.d.Style != "" {
		w.attribute("class", w.d.Style)
	}
	w.controls(w.root)
	w.end()
	w.end()
}

func (w *formWriter) model() {
	w.start("model", "odk:xforms-version", "1.0.0")
	if w.entitiesVersion() != "" {
		w.attribute("entities:entities-version", w.entitiesVersion())
	}
	w.submission()
	w.translations()
	w.primaryInstance()
	for _, e := range w.d.Externals {
		w.external(e)
	}
	for _, list := range w.lists() {
		w.choices(list)
	}
	w.binds(w.root)
	w.end()
}

func (w *formWriter) submission() {
	x := w.d.XForm
	var a attributes
	if x.SubmissionURL != "" {
		a.set("action", x.SubmissionURL)
		a.set("method", "post")
	}
	a.setIf("base64RsaPublicKey", x.PublicKey)
	a.setIf("orx:auto-send", x.AutoSend)
	a.setIf("orx:auto-delete", x.AutoDelete)
	a.setIf("odk:client-editable", x.ClientEditable)
	if len(a) > 0 {
		w.start("submission", a...)
		w.end()
	}
}

// attributes are names and values in turn.
type attributes []string

// set adds an attribute, or gives it another value.
func (a *attributes) set(name, value string) {
	for i := 0; i < len(*a); i += 2 {
		if (*a)[i] == name {
			(*a)[i+1] = value
			return
		}
	}
	*a = append(*a, name, value)
}

// filled are the attributes that have a value.
func (a attributes) filled() attributes {
	var filled attributes
	for i := 0; i < len(a); i += 2 {
		filled.setIf(a[i], a[i+1])
	}
	return filled
}

func (a *attributes) setIf(name, value string) {
	if value != "" {
		a.set(name, value)
	}
}

// setAll adds a map's, in the names' order, their references replaced. The attribute tag is none: of
// a control it is the element's name.
func (w *formWriter) setAll(a *attributes, more map[string]string, from *formNode) {
	for _, name := range slices.Sorted(maps.Keys(more)) {
		if name != "tag" {
			a.set(name, w.replace(more[name], from))
		}
	}
}
