package ooxml

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
)

const (
	maxDepth = 256
	maxNodes = 1_500_000 // a book of a thousand pages has a third of that
)

// node is an element of a part. Its name is our prefix for the namespace, then the
// local name ("w:p"); attributes of the relationships namespace keep "r:".
type node struct {
	name string
	attr []xml.Attr
	kids []*node
	text string
}

// prefixes covers the transitional and the strict namespaces of ISO/IEC 29500.
var prefixes = map[string]string{
	"http://schemas.openxmlformats.org/wordprocessingml/2006/main":           "w",
	"http://purl.oclc.org/ooxml/wordprocessingml/main":                       "w",
	"http://schemas.openxmlformats.org/drawingml/2006/main":                  "a",
	"http://purl.oclc.org/ooxml/drawingml/main":                              "a",
	"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp",
	"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing":             "wp",
	"http://schemas.openxmlformats.org/markup-compatibility/2006":            "mc",
	"http://schemas.openxmlformats.org/officeDocument/2006/math":             "m",
	"http://purl.oclc.org/ooxml/officeDocument/math":                         "m",
	"http://schemas.openxmlformats.org/officeDocument/2006/relationships":    "r",
	"http://purl.oclc.org/ooxml/officeDocument/relationships":                "r",
	"http://schemas.openxmlformats.org/drawingml/2006/chart":                 "c",
	"http://purl.oclc.org/ooxml/drawingml/chart":                             "c",
	"urn:schemas-microsoft-com:vml":                                          "v",
}

// parseXML gives the root element. A document type is refused: OOXML has none, and
// it is how entities are smuggled in.
func parseXML(raw []byte) (*node, error) {
	d := xml.NewDecoder(bytes.NewReader(raw))
	top := &node{}
	stack := []*node{top}
	texts := [][]byte{nil} // of those on the stack: comments and elements may cut a text into a million pieces
	count := 0
	for {
		token, err := d.Token()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
		}
		parent := stack[len(stack)-1]
		switch t := token.(type) {
		case xml.Directive:
			return nil, fmt.Errorf("%w: it declares a document type", ErrDamaged)
		case xml.StartElement:
			if count++; count > maxNodes || len(stack) > maxDepth {
				return nil, fmt.Errorf("%w: %d elements, %d deep", ErrLimit, count, len(stack))
			}
			child := element(t)
			parent.kids = append(parent.kids, child)
			stack, texts = append(stack, child), append(texts, nil)
		case xml.EndElement:
			last := len(stack) - 1
			parent.text = string(texts[last])
			stack, texts = stack[:last], texts[:last]
		case xml.CharData:
			switch parent.name {
			case "w:t", "m:t", "w:instrText":
				texts[len(texts)-1] = append(texts[len(texts)-1], t...)
			}
		}
	}
	if len(top.kids) == 0 {
		return nil, fmt.Errorf("%w: an empty part", ErrDamaged)
	}
	return top.kids[0], nil
}

func element(t xml.StartElement) *node {
	n := &node{name: prefixes[t.Name.Space] + ":" + t.Name.Local}
	if len(t.Attr) > 0 {
		n.attr = make([]xml.Attr, len(t.Attr))
	}
	for i, a := range t.Attr {
		if prefixes[a.Name.Space] == "r" {
			a.Name.Local = "r:" + a.Name.Local
		}
		n.attr[i] = a
	}
	return n
}

// kid is the first child of a name, nil when there is none or n is nil.
func (n *node) kid(name string) *node {
	if n != nil {
		for _, k := range n.kids {
			if k.name == name {
				return k
			}
		}
	}
	return nil
}

// at is the value of an attribute, empty when there is none or n is nil.
func (n *node) at(name string) string {
	if n != nil {
		for _, a := range n.attr {
			if a.Name.Local == name {
				return a.Value
			}
		}
	}
	return ""
}

// on reads a switch such as <w:b/>: there, and not switched off.
func (n *node) on() bool {
	if n == nil {
		return false
	}
	switch n.at("val") {
	case "0", "false", "off", "none":
		return false
	}
	return true
}
