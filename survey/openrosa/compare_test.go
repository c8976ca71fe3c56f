package openrosa_test

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"
)

// facts is what an XForm says, each fact under its place: the title, the model's attributes, the
// instances' elements, texts by language, id and form, binds by nodeset, actions, controls. White space, the
// order of attributes, prefixes and the order of binds, texts and secondary instances are no facts.
type facts struct {
	places []string // in the document's order
	values map[string]string
}

func (f *facts) add(place, value string) {
	for base, n := place, 2; ; n++ {
		if _, twice := f.values[place]; !twice {
			break
		}
		place = fmt.Sprintf("%s #%d", base, n)
	}
	f.places = append(f.places, place)
	f.values[place] = value
}

// differences says in what two XForms differ, in the document's order; nothing when they mean the same.
func differences(got, want []byte) ([]string, error) {
	g, err := factsOf(got)
	if err != nil {
		return nil, fmt.Errorf("got: %w", err)
	}
	w, err := factsOf(want)
	if err != nil {
		return nil, fmt.Errorf("want: %w", err)
	}
	var found []string
	for _, place := range w.places {
		if value, there := g.values[place]; !there {
			found = append(found, fmt.Sprintf("%s: missing %q", place, w.values[place]))
		} else if value != w.values[place] {
			found = append(found, fmt.Sprintf("%s: got %q want %q", place, value, w.values[place]))
		}
	}
	for _, place := range g.places {
		if _, there := w.values[place]; !there {
			found = append(found, fmt.Sprintf("%s: not wanted %q", place, g.values[place]))
		}
	}
	return found, nil
}

// node is an element, or a text among elements.
type node struct {
	name     xml.Name
	attrs    []xml.Attr
	children []*node
	text     string // of a text node
}

func parseXForm(data []byte) (*node, error) {
	decoder := xml.NewDecoder(strings.NewReader(string(data)))
	root := &node{}
	open := []*node{root}
	for {
		t, err := decoder.Token()
		if err == io.EOF {
			return root, nil
		}
		if err != nil {
			return nil, err
		}
		top := open[len(open)-1]
		switch t := t.(type) {
		case xml.StartElement:
			n := &node{name: t.Name, attrs: slices.Clone(t.Attr)}
			top.children = append(top.children, n)
			open = append(open, n)
		case xml.EndElement:
			open = open[:len(open)-1]
		case xml.CharData:
			if s := spaced(string(t)); s != "" {
				top.children = append(top.children, &node{text: s})
			}
		}
	}
}

func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

func (n *node) attr(name string) string {
	for _, a := range n.attrs {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// find gives the first element with a name, below.
func (n *node) find(name string) *node {
	for _, c := range n.children {
		if c.name.Local == name {
			return c
		}
		if found := c.find(name); found != nil {
			return found
		}
	}
	return nil
}

// content is what stands in an element, as one line.
func (n *node) content() string {
	var out []string
	for _, c := range n.children {
		if c.text != "" {
			out = append(out, c.text)
		} else {
			out = append(out, "<"+named(c.name)+" "+strings.Join(c.attributes(), " ")+">"+c.content())
		}
	}
	return strings.Join(out, " ")
}

// attributes are an element's, sorted, without declarations of namespaces.
func (n *node) attributes() []string {
	var out []string
	for _, a := range n.attrs {
		if a.Name.Space != "xmlns" && a.Name.Local != "xmlns" {
			out = append(out, named(a.Name)+"="+spaced(a.Value))
		}
	}
	slices.Sort(out)
	return out
}

// named is a name with its namespace's address, XForms' own left out.
func named(name xml.Name) string {
	if name.Space == "" || name.Space == "http://www.w3.org/2002/xforms" {
		return name.Local
	}
	return "{" + name.Space + "}" + name.Local
}

func factsOf(data []byte) (*facts, error) {
	root, err := parseXForm(data)
	if err != nil {
		return nil, err
	}
	f := &facts{values: map[string]string{}}
	model, body, title := root.find("model"), root.find("body"), root.find("title")
	if model == nil || body == nil || title == nil {
		return nil, fmt.Errorf("no XForm: model, body or title is missing")
	}
	f.add("title", title.content())
	f.addAttributes("model", model)
	for _, c := range model.children {
		switch c.name.Local {
		case "itext":
			f.addTexts(c)
		case "instance":
			f.addTree(strings.TrimSpace("instance "+c.attr("id")), c)
		case "bind":
			f.addAttributes("bind "+c.attr("nodeset"), c)
		default: // submission, setvalue, odk:setgeopoint, odk:recordaudio
			f.addTree(strings.TrimSpace(named(c.name)+" "+c.attr("ref")), c)
		}
	}
	f.addTree("body", body)
	return f, nil
}

func (f *facts) addAttributes(place string, n *node) {
	f.add(place, "")
	for _, a := range n.attributes() {
		name, value, _ := strings.Cut(a, "=")
		if strings.HasPrefix(a, "{") { // an address may hold a =
			end := strings.IndexByte(a, '}')
			name, value, _ = strings.Cut(a[end:], "=")
			name = a[:end] + name
		}
		f.add(place+" @"+name, value)
	}
}

// addTree adds an element and all below it, in order.
func (f *facts) addTree(place string, n *node) {
	f.addAttributes(place, n)
	for i, c := range n.children {
		if c.text != "" {
			f.add(fmt.Sprintf("%s/text()[%d]", place, i+1), c.text)
		} else {
			f.addTree(fmt.Sprintf("%s/%s[%d]", place, named(c.name), i+1), c)
		}
	}
}

func (f *facts) addTexts(itext *node) {
	for _, translation := range itext.children {
		language := translation.attr("lang")
		f.addAttributes("itext "+language, translation)
		for _, text := range translation.children {
			place := "itext " + language + " " + text.attr("id")
			f.add(place, "")
			for _, value := range text.children {
				f.add(place+" form="+value.attr("form"), value.content())
			}
		}
	}
}
