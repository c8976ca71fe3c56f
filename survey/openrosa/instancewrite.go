package openrosa

import (
	"bufio"
	"encoding/xml"
	"io"

	"tianye/survey/form"
)

// WriteInstance writes answers, shaped as package instance gives them, as an instance of
// the form: what ReadInstance reads. Root "" is the form's own root element.
func WriteInstance(w io.Writer, d *form.Definition, h Head, answers map[string]any) error {
	out := &instanceWriter{bufio.NewWriter(w), d.XForm.Flat}
	root := h.Root
	if root == "" {
		root = d.XForm.Name
	}
	if root == "" {
		root = "data"
	}
	out.WriteString(`<?xml version="1.0" encoding="UTF-8"?>` + "\n<" + root + ` xmlns:orx="` + namespaceMeta + `" id="`)
	out.text(h.FormID)
	if h.Version != "" {
		out.WriteString(`" version="`)
		out.text(h.Version)
	}
	out.WriteString(`">`)
	out.section(d.Fields, answers)
	out.WriteString("<orx:meta>")
	for _, m := range [][2]string{{"instanceID", h.InstanceID}, {"deprecatedID", h.DeprecatedID}, {"instanceName", h.Name}} {
		if m[1] != "" {
			out.leaf("orx:"+m[0], m[1])
		}
	}
	out.WriteString("</orx:meta></" + root + ">\n")
	return out.Flush()
}

type instanceWriter struct {
	*bufio.Writer
	flat bool
}

func (w *instanceWriter) text(s string) { _ = xml.EscapeText(w, []byte(s)) } // Flush tells the error

func (w *instanceWriter) leaf(name, value string) {
	if value == "" {
		w.WriteString("<" + name + "/>")
		return
	}
	w.WriteString("<" + name + ">")
	w.text(value)
	w.WriteString("</" + name + ">")
}

func (w *instanceWriter) section(fields []*form.Field, answers map[string]any) {
	for _, f := range fields {
		switch f.Type {
		case form.Group:
			inner, _ := answers[f.Name].(map[string]any)
			if w.flat && f.Name != "meta" {
				w.section(f.Fields, inner)
			} else {
				w.nest(f, inner)
			}
		case form.Repeat:
			list, _ := answers[f.Name].([]any)
			for _, one := range list {
				inner, _ := one.(map[string]any)
				w.nest(f, inner)
			}
		default:
			value, _ := answers[f.Name].(string)
			w.leaf(f.Name, value)
		}
	}
}

func (w *instanceWriter) nest(f *form.Field, inner map[string]any) {
	w.WriteString("<" + f.Name + ">")
	w.section(f.Fields, inner)
	w.WriteString("</" + f.Name + ">")
}
