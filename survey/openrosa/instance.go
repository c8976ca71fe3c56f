package openrosa

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"slices"
	"strings"

	"tianye/internal/problem"
)

// The limits of an instance's XML.
const (
	MaxInstance  = 5 << 20 // bytes
	maxDepth     = 100     // elements within one another
	maxElements  = 250_000
	maxHeadValue = 1000 // characters of an identifier or name in the head
)

const (
	namespaceJavaRosa = "http://openrosa.org/javarosa"
	namespaceEntities = "http://www.opendatakit.org/xforms/entities"
	namespaceMeta     = "http://openrosa.org/xforms"
)

// Head is what an instance says of itself (OpenRosa metadata schema).
type Head struct {
	Root         string // the root element's name
	FormID       string // its attribute id
	Version      string // its attribute version
	InstanceID   string
	DeprecatedID string // the instance that an edit takes the place of
	Name         string // instanceName
}

// Instance is a filled-in copy as a client sent it.
type Instance struct {
	Head
	Encrypted bool
	Audit     string // the name of the log's file
	root      *element
}

type element struct {
	space, name string
	text        []byte // of a leaf
	children    []*element
	attributes  []xml.Attr
}

// ReadInstance reads an instance's XML; Answers then shapes what it holds by its form.
// What is no instance is a problem.Malformed, or problem.TooLarge.
func ReadInstance(raw []byte) (*Instance, error) {
	if len(raw) > MaxInstance {
		return nil, problem.New(problem.TooLarge, "openrosa.instanceTooLarge", MaxInstance>>20)
	}
	root, err := parse(raw)
	if err != nil {
		return nil, err
	}
	i := &Instance{root: root, Head: Head{Root: root.name, FormID: root.attribute("id"), Version: root.attribute("version")}}
	i.Encrypted = root.attribute("encrypted") == "yes" || root.child("base64EncryptedKey") != nil
	if meta := root.child("meta"); meta != nil {
		i.readMeta(meta)
	}
	for _, value := range []string{i.Root, i.FormID, i.Version, i.InstanceID, i.DeprecatedID, i.Name, i.Audit} {
		if len([]rune(value)) > maxHeadValue {
			return nil, problem.New(problem.Malformed, "openrosa.headTooLong", maxHeadValue)
		}
	}
	if i.FormID == "" {
		return nil, problem.New(problem.Malformed, "openrosa.noFormID")
	}
	return i, nil
}

// parse makes the tree of a document without a DOCTYPE: none is needed, and entities
// declared in one could make little much.
func parse(raw []byte) (*element, error) {
	decoder := xml.NewDecoder(bytes.NewReader(raw))
	var open []*element
	var root *element
	count := 0
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && root != nil && len(open) == 0 {
			return root, nil
		}
		if err != nil {
			line, _ := decoder.InputPos()
			return nil, problem.New(problem.Malformed, "openrosa.notXML", line).Because(err)
		}
		switch token := token.(type) {
		case xml.Directive:
			return nil, problem.New(problem.Malformed, "openrosa.doctype")
		case xml.StartElement:
			if count++; count > maxElements || len(open) >= maxDepth {
				return nil, problem.New(problem.TooLarge, "openrosa.instanceTooDeep", maxElements, maxDepth)
			}
			e := &element{space: token.Name.Space, name: token.Name.Local, attributes: token.Attr}
			switch {
			case len(open) > 0:
				up := open[len(open)-1]
				up.children = append(up.children, e)
			case root != nil:
				return nil, problem.New(problem.Malformed, "openrosa.secondRoot")
			default:
				root = e
			}
			open = append(open, e)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if len(open) > 0 && len(open[len(open)-1].children) == 0 {
				e := open[len(open)-1]
				e.text = append(e.text, token...)
			}
		}
	}
}

// child gives the first child of a name, whatever its namespace: clients write meta with
// OpenRosa's and without.
func (e *element) child(name string) *element {
	for _, c := range e.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// attribute is the value of an attribute without a namespace, "" without it.
func (e *element) attribute(name string) string {
	for _, a := range e.attributes {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// isTemplate tells whether the element is what new instances of a repeat are made of.
func (e *element) isTemplate() bool {
	return slices.ContainsFunc(e.attributes, func(a xml.Attr) bool { return a.Name.Space == namespaceJavaRosa && a.Name.Local == "template" })
}

// value is the text of a leaf; the white space of an element laid out over lines is none.
func (e *element) value() string {
	if len(e.children) > 0 || len(bytes.TrimSpace(e.text)) == 0 {
		return ""
	}
	return string(e.text)
}

func (i *Instance) readMeta(meta *element) {
	for _, c := range meta.children {
		text := strings.TrimSpace(c.value())
		switch c.name {
		case "instanceID":
			i.InstanceID = text
		case "deprecatedID":
			i.DeprecatedID = text
		case "instanceName":
			i.Name = text
		case "audit":
			i.Audit = text
		}
	}
}
