package openrosa

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tianye/survey/form"
)

// primaryInstance writes the empty form: what a client fills in.
func (w *formWriter) primaryInstance() {
	w.start("instance")
	w.start(w.root.field.Name)
	x := w.d.XForm
	var a attributes
	for _, name := range slices.Sorted(maps.Keys(x.Attributes)) {
		a.set(name, x.Attributes[name])
	}
	a.set("id", w.d.FormID)
	a.setIf("xmlns", x.InstanceNamespace)
	a.setIf("version", w.d.Version)
	a.setIf("odk:prefix", x.Prefix)
	a.setIf("odk:delimiter", x.Delimiter)
	w.attributes(a)
	w.instances(w.root, false)
	w.end()
	w.end()
}

func (w *formWriter) attributes(a attributes) {
	for i := 0; i < len(a); i += 2 {
		w.attribute(a[i], a[i+1])
	}
}

// instances writes the elements of a section's children. A repeat stands there twice, first as the
// template of further ones; within a repeat's first instance (inRepeat) there are no templates.
func (w *formWriter) instances(of *formNode, inRepeat bool) {
	if of.entity != nil {
		w.entityInstance(of.entity)
	}
	for _, n := range of.children {
		switch {
		case n.flat:
			w.instances(n, inRepeat)
		case n.field.Type == form.Repeat && !inRepeat:
			w.template(n)
			w.instance(n, true)
		default:
			w.instance(n, inRepeat)
		}
	}
}

func (w *formWriter) instance(n *formNode, inRepeat bool) {
	f := n.field
	w.start(f.Name)
	var a attributes
	w.setAll(&a, f.Attributes, n)
	w.attributes(a)
	if f.Type.IsSection() {
		w.instances(n, inRepeat)
	} else {
		w.text(inImages(f, cmp.Or(f.DefaultAsWritten, f.Default)))
	}
	w.end()
}

// inImages puts an image's default where clients look for it.
func inImages(f *form.Field, value string) string {
	const folder = "jr://images/"
	if f.Type == form.Image && value != "" && !strings.Contains(value, folder) {
		return folder + value
	}
	return value
}

func (w *formWriter) template(n *formNode) {
	w.start(n.field.Name, "jr:template", "")
	for _, child := range n.children {
		if child.field.Type == form.Repeat {
			w.template(child)
		} else {
			w.instance(child, false)
		}
	}
	w.end()
}

// external writes a secondary instance that a file fills, or that another tool's form brought along.
func (w *formWriter) external(e form.External) {
	w.start("instance", "id", e.ID)
	if e.Source != "" {
		w.attribute("src", e.Source)
	}
	if e.XML != "" {
		w.raw(e.XML)
	}
	w.end()
}

// lists are the choice lists in the workbook's order.
func (w *formWriter) lists() []*form.ChoiceList {
	lists := make([]*form.ChoiceList, 0, len(w.d.Lists))
	for _, list := range w.d.Lists {
		lists = append(lists, list)
	}
	slices.SortFunc(lists, func(a, b *form.ChoiceList) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return strings.Compare(a.Name, b.Name)
	})
	return lists
}

// choices writes a list as a secondary instance, unless its choices stand in the question.
func (w *formWriter) choices(list *form.ChoiceList) {
	if w.inline[list.Name] {
		return
	}
	inItext := w.inItext[list.Name]
	w.start("instance", "id", list.Name)
	w.start("root")
	for i, c := range list.Choices {
		w.start("item")
		if inItext {
			w.leaf("itextId", list.Name+"-"+strconv.Itoa(i))
		}
		w.leaf("name", c.Name)
		if label := bare(labelOf(c)); label != "" && !inItext {
			w.leaf("label", label)
		}
		for _, column := range list.Columns {
			if value := c.Columns[column]; value != "" {
				w.leaf(column, value)
			}
		}
		w.end()
	}
	w.end()
	w.end()
}
