package openrosa

import (
	"cmp"
	"path"
	"regexp"
	"strconv"
	"strings"

	"tianye/survey/form"
)

var searchCall = regexp.MustCompile(`search\(.*?\)`)

// isSearch tells whether a select's choices come from the client's search() function, which
// replaces those that stand in the question.
func isSearch(f *form.Field) bool {
	return f.Type.HasChoices() && f.Type != form.SelectOneExternal && strings.Contains(f.Appearance, "search(") && searchCall.MatchString(f.Appearance)
}

// options writes where a select's choices come from.
func (w *formWriter) options(n *formNode) {
	f := n.field
	if isSearch(f) {
		w.items(n)
		return
	}
	value, label := "name", "label"
	var nodes string
	switch {
	case hasReference(itemsetOf(f)):
		nodes, value = w.answers(n)
		label = value
	case f.Itemset != nil:
		nodes = f.Itemset.Source
	case path.Ext(f.File) == ".geojson":
		nodes, value, label = w.itemNodes(n, f.List), "id", "title"
	default:
		nodes = w.itemNodes(n, listOf(f))
		if f.File == "" && w.inItext[listOf(f)] {
			label = "jr:itext(itextId)"
		}
	}
	if f.Type.HasChoices() || f.Itemset != nil {
		value, label = cmp.Or(f.Parameters["value"], value), cmp.Or(f.Parameters["label"], label)
	}
	w.start("itemset", "nodeset", w.randomised(n, nodes))
	w.start("value", "ref", value)
	w.end()
	w.start("label", "ref", label)
	w.end()
	w.end()
}

// listOf is the list of a field's choices: of a range the names of its marks, of a place's question
// the known places.
func listOf(f *form.Field) string {
	return cmp.Or(f.List, f.Parameters["tick_labelset"], f.Parameters["reference-geometry"])
}

// itemsetOf is the expression that gives a field's choices, where no list does.
func itemsetOf(f *form.Field) string {
	if f.Itemset != nil {
		return f.Itemset.Source
	}
	return f.Parameters["reference-geometry"]
}

// itemNodes is the path to the choices of a list that pass the filter.
func (w *formWriter) itemNodes(n *formNode, list string) string {
	nodes := "instance('" + list + "')/root/item"
	if f := n.field.ChoiceFilter; f != nil {
		nodes += "[" + w.replaceIn(f.Source, n, manner{current: true}) + "]"
	}
	return nodes
}

// answers is the path to the instances of a repeat, which are choices by the answer that
// the select names (of a place's question, that names the repeat: by the one called geometry), and that answer's name.
func (w *formWriter) answers(n *formNode) (nodes, name string) {
	f := n.field
	nodes, name = strings.TrimSpace(w.replaceIn(itemsetOf(f), n, manner{withRepeat: true})), "geometry"
	if f.Type.HasChoices() {
		nodes, name = path.Split(nodes)
		nodes = strings.TrimSuffix(nodes, "/")
	}
	filter := "./" + name + " != ''" // an instance without the answer is no choice
	if f.ChoiceFilter != nil {
		filter = w.replaceIn(f.ChoiceFilter.Source, n, manner{current: true, withRepeat: true})
		filter = strings.ReplaceAll(strings.ReplaceAll(filter, "current()/"+nodes, "."), nodes, ".")
	}
	return nodes + "[" + filter + "]", name
}

func (w *formWriter) randomised(n *formNode, nodes string) string {
	if n.field.Parameters["randomize"] != "true" {
		return nodes
	}
	if seed := n.field.Parameters["seed"]; seed != "" {
		return "randomize(" + nodes + ", " + strings.TrimSpace(w.replace(seed, n)) + ")"
	}
	return "randomize(" + nodes + ")"
}

// items writes the choices into the question; of a select in random order there are none.
func (w *formWriter) items(n *formNode) {
	list := w.d.Lists[n.field.List]
	if list == nil || n.field.Parameters["randomize"] == "true" && n.field.ChoiceFilter == nil {
		return
	}
	inItext := w.inItext[list.Name]
	for i, c := range list.Choices {
		w.start("item")
		w.start("label")
		if inItext {
			w.attribute("ref", "jr:itext('"+list.Name+"-"+strconv.Itoa(i)+"')")
		} else if len(n.field.Label) > 0 {
			w.phrase(bare(labelOf(c)), nil)
		}
		w.end()
		w.leaf("value", c.Name)
		w.end()
	}
}
