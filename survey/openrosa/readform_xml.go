package openrosa

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"tianye/internal/problem"
)

// The limits of an XForm.
const (
	MaxForm         = 20 << 20 // bytes
	maxFormElements = 1_500_000
)

// prefixes are how the reader names what stands in a namespace, whatever the form itself calls it.
var prefixes = map[string]string{
	"http://www.w3.org/2002/xforms": "", "http://www.w3.org/1999/xhtml": "h", "http://www.w3.org/2001/xml-events": "ev",
	"http://www.w3.org/2001/XMLSchema": "xsd", namespaceJavaRosa: "jr", namespaceMeta: "orx",
	"http://www.opendatakit.org/xforms": "odk", namespaceEntities: "entities",
}

// xnode is an element of an XForm, or a text among elements.
type xnode struct {
	name     string // "h:title", "model"; "" of a text
	text     string // of a text
	attrs    []xattr
	children []*xnode
	line     int
	from, to int64 // where its content stands in the file
}

type xattr struct{ name, value string }

// attr is an attribute's value, "" without it.
func (n *xnode) attr(name string) string {
	for _, a := range n.attrs {
		if a.name == name {
			return a.value
		}
	}
	return ""
}

func (n *xnode) has(name string) bool {
	for _, a := range n.attrs {
		if a.name == name {
			return true
		}
	}
	return false
}

// local is the element's name without its prefix.
func (n *xnode) local() string { return n.name[strings.IndexByte(n.name, ':')+1:] }

// elements are the children that are no text.
func (n *xnode) elements() []*xnode {
	var all []*xnode
	for _, c := range n.children {
		if c.name != "" {
			all = append(all, c)
		}
	}
	return all
}

// child is the first child with a name, prefix aside, or nil.
func (n *xnode) child(local string) *xnode {
	if n == nil {
		return nil
	}
	for _, c := range n.children {
		if c.name != "" && c.local() == local {
			return c
		}
	}
	return nil
}

// plain is the text in an element and all below it.
func (n *xnode) plain() string {
	if len(n.children) == 1 && n.children[0].name == "" {
		return n.children[0].text
	}
	var b strings.Builder
	for _, c := range n.children {
		b.WriteString(c.text)
		b.WriteString(c.plain())
	}
	return b.String()
}

// xmlReader makes the tree of a form.
type xmlReader struct {
	decoder    *xml.Decoder
	open       []*xnode
	elements   int
	namespaces map[string]string // address by prefix, as the form declares them
	prefix     map[string]string // prefix by address
	text       []byte            // read of a text that may go on: comments and CDATA break it into very many pieces
	textLine   int
}

// parseForm makes the tree of a form's file. There is no DOCTYPE in a form: entities declared
// in one could make little much.
func parseForm(raw []byte) (root *xnode, namespaces map[string]string, err error) {
	r := &xmlReader{decoder: xml.NewDecoder(bytes.NewReader(raw)), namespaces: map[string]string{}, prefix: map[string]string{}}
	top := &xnode{}
	r.open = []*xnode{top}
	for {
		before := r.decoder.InputOffset()
		token, err := r.decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		line, _ := r.decoder.InputPos()
		if err != nil {
			return nil, nil, problem.New(problem.Malformed, "xform.notXML", line).Because(err)
		}
		if err := r.take(token, before, line); err != nil {
			return nil, nil, err
		}
	}
	roots := top.elements()
	if len(roots) != 1 {
		return nil, nil, problem.New(problem.Malformed, "xform.notXForm")
	}
	return roots[0], r.namespaces, nil
}

func (r *xmlReader) take(token xml.Token, before int64, line int) error {
	up := r.open[len(r.open)-1]
	r.endText(up, token)
	switch token := token.(type) {
	case xml.Directive:
		return problem.New(problem.Malformed, "xform.doctype", line)
	case xml.StartElement:
		if r.elements++; r.elements > maxFormElements || len(r.open) > maxDepth {
			return problem.New(problem.TooLarge, "xform.tooDeep", maxFormElements, maxDepth)
		}
		n := &xnode{line: line, from: r.decoder.InputOffset(), attrs: r.attributes(token.Attr)}
		n.name = r.named(token.Name)
		up.children = append(up.children, n)
		r.open = append(r.open, n)
	case xml.EndElement:
		up.to = before
		r.open = r.open[:len(r.open)-1]
	case xml.CharData:
		if len(r.text) == 0 {
			r.textLine = line
		}
		if len(r.open) > 1 {
			r.text = append(r.text, token...)
		}
	}
	return nil
}

// endText makes a child of the text that was read, unless the token goes on with it.
func (r *xmlReader) endText(up *xnode, token xml.Token) {
	switch token.(type) {
	case xml.StartElement, xml.EndElement:
		if len(r.text) > 0 {
			up.children = append(up.children, &xnode{text: string(r.text), line: r.textLine})
			r.text = r.text[:0]
		}
	}
}

func (r *xmlReader) attributes(attrs []xml.Attr) []xattr {
	if len(attrs) == 0 {
		return nil
	}
	for _, a := range attrs {
		if a.Name.Space == "xmlns" {
			if _, known := r.namespaces[a.Name.Local]; !known {
				r.namespaces[a.Name.Local] = a.Value
			}
			if _, known := r.prefix[a.Value]; !known {
				r.prefix[a.Value] = a.Name.Local
			}
		}
	}
	all := make([]xattr, 0, len(attrs))
	for _, a := range attrs {
		if a.Name.Space != "xmlns" {
			all = append(all, xattr{r.named(a.Name), a.Value})
		}
	}
	return all
}

// named is a name with the usual prefix of its namespace, else the form's own.
func (r *xmlReader) named(name xml.Name) string {
	prefix, usual := prefixes[name.Space]
	if !usual {
		prefix = r.prefix[name.Space]
	}
	if prefix == "" {
		return name.Local
	}
	return prefix + ":" + name.Local
}
