package openrosa

import (
	"bytes"
	"iter"
	"path"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// refs are what the selects of a list call an item's value and label.
type refs struct{ value, label string }

// usage is how the itemsets of the body use a secondary instance.
type usage struct {
	refs
	root, item string // the names of its elements
	times      int
}

// instanceItems is a nodeset that is the items of a secondary instance.
var instanceItems = regexp.MustCompile(`^instance\(\s*['"]([^'"]+)['"]\s*\)/([\pL_][\pL\d_.-]*)/([\pL_][\pL\d_.-]*)`)

// usualRefs are those of lists that a workbook makes.
var usualRefs = refs{"name", "label"}

// itemText is the label of an item whose texts are in itext.
var itemText = regexp.MustCompile(`^jr:itext\(\s*([^'"()\s]+)\s*\)$`)

// readInstances makes lists of the secondary instances that hold choices, externals of the others.
func (r *formReader) readInstances() {
	r.used = map[string]*usage{}
	r.itemsetsIn(r.body)
	for _, n := range r.instances {
		id, src := n.attr("id"), n.attr("src")
		if src != "" {
			r.d.Externals = append(r.d.Externals, form.External{ID: id, Source: src})
			continue
		}
		of := r.used[id]
		if of == nil {
			of = &usage{refs: usualRefs, root: "root", item: "item"}
			r.used[id] = of
		}
		if list := r.list(n, id, of); list != nil {
			r.addList(list)
			continue
		}
		r.d.Externals = append(r.d.Externals, form.External{ID: id, XML: strings.TrimSpace(string(r.raw[n.from:n.to]))})
	}
}

func (r *formReader) addList(list *form.ChoiceList) {
	list.Row = len(r.d.Lists) + 1
	r.d.Lists[list.Name] = list
}

// itemsetsIn finds how the body's itemsets call the parts of each instance.
func (r *formReader) itemsetsIn(n *xnode) {
	for _, c := range n.elements() {
		if c.name != "itemset" {
			r.itemsetsIn(c)
			continue
		}
		nodes, _, _ := randomized(c.attr("nodeset"))
		found := instanceItems.FindStringSubmatch(nodes)
		if found == nil {
			continue
		}
		if r.used[found[1]] == nil {
			r.used[found[1]] = &usage{refs: refsOf(c), root: found[2], item: found[3]}
		}
		if u := r.used[found[1]]; u.root == found[2] && u.item == found[3] {
			u.times++
		}
	}
}

func refsOf(itemset *xnode) refs {
	of := refs{"name", "label"}
	if value := itemset.child("value"); value != nil {
		of.value = strings.TrimSpace(value.attr("ref"))
	}
	if label := itemset.child("label"); label != nil {
		of.label = strings.TrimSpace(label.attr("ref"))
	}
	return of
}

// list reads a secondary instance as a list of choices; nil when it is none. A list's elements are root
// and item: others become that where nothing but itemsets speaks of the instance.
func (r *formReader) list(n *xnode, id string, of *usage) *form.ChoiceList {
	elements := n.elements()
	if len(elements) != 1 || elements[0].local() != of.root || len(elements[0].elements()) == 0 || r.d.Lists[id] != nil {
		return nil
	}
	if (of.root != "root" || of.item != "item") && bytes.Count(r.raw, []byte("instance('"+id+"')"))+bytes.Count(r.raw, []byte(`instance("`+id+`")`)) != of.times {
		return nil
	}
	list := &form.ChoiceList{Name: id}
	textID := "itextId"
	if found := itemText.FindStringSubmatch(of.label); found != nil {
		textID = found[1]
	}
	columns := map[string]bool{}
	for _, item := range elements[0].elements() {
		if item.local() != of.item || len(item.attrs) > 0 {
			return nil
		}
		c := form.Choice{}
		seen := map[string]bool{}
		for _, part := range item.elements() {
			name := part.local()
			if seen[name] || len(part.elements()) > 0 || len(part.attrs) > 0 {
				return nil
			}
			seen[name] = true
			if r.itemPart(&c, name, textID, of.refs, strings.TrimSpace(part.plain())) && !columns[name] {
				columns[name] = true
				list.Columns = append(list.Columns, name)
			}
		}
		ownLabel := of.label != "label" && !itemText.MatchString(of.label)
		if !seen[of.value] || of.value != "name" && seen["name"] || ownLabel && seen["label"] {
			return nil
		}
		list.Choices = append(list.Choices, c)
	}
	return list
}

// itemPart takes one part of an item and tells whether it is a column. A value or a label under another
// name is one too: filters read it.
func (r *formReader) itemPart(c *form.Choice, name, textID string, of refs, text string) bool {
	if name == of.value {
		c.Name = text
	}
	switch {
	case name == textID && r.texts[text] != nil:
		c.Label, c.Media = r.itext(text, "", ""), r.media(text)
	case name == of.label || name == "label":
		if text != "" && c.Label == nil {
			c.Label = form.Text{"": literal(text)}
		}
	}
	if name == "name" || name == "label" || name == "itextId" {
		return false
	}
	put(&c.Columns, name, text)
	return true
}

// randomized takes the call of randomize() off a nodeset.
func randomized(nodeset string) (nodes, seed string, random bool) {
	nodes = strings.TrimSpace(nodeset)
	inner, is := strings.CutPrefix(nodes, "randomize(")
	if !is || !strings.HasSuffix(inner, ")") {
		return nodes, "", false
	}
	inner = strings.TrimSuffix(inner, ")")
	for i, depth := range unquoted(inner) {
		if inner[i] == ',' && depth == 0 {
			return strings.TrimSpace(inner[:i]), strings.TrimSpace(inner[i+1:]), true
		}
	}
	return strings.TrimSpace(inner), "", true
}

// unquoted gives the places of an expression's bytes that are in no quoted text, each with the number
// of brackets, round or square, that are open behind it.
func unquoted(expression string) iter.Seq2[int, int] {
	return func(yield func(at, depth int) bool) {
		depth, quote := 0, byte(0)
		for i := range len(expression) {
			switch c := expression[i]; {
			case quote != 0:
				if c == quote {
					quote = 0
				}
				continue
			case c == '\'' || c == '"':
				quote = c
			case c == '(' || c == '[':
				depth++
			case c == ')' || c == ']':
				depth--
			}
			if !yield(i, depth) {
				return
			}
		}
	}
}

// filterOf is the one predicate that follows, without its brackets; ok is false for anything else.
func filterOf(rest string) (filter string, ok bool) {
	if rest == "" {
		return "", true
	}
	for i, depth := range unquoted(rest) {
		switch {
		case i == 0 && rest[i] != '[':
			return "", false
		case depth == 0:
			return rest[1:i], rest[i] == ']' && i == len(rest)-1
		}
	}
	return "", false
}

// choicesOf reads where a select's choices come from.
func (r *formReader) choicesOf(n *readNode, c *xnode) {
	itemset := c.child("itemset")
	if itemset == nil {
		r.items(n, c)
		return
	}
	f := n.field
	nodes, seed, random := randomized(itemset.attr("nodeset"))
	if random {
		put(&f.Parameters, "randomize", "true")
		if seed != "" {
			put(&f.Parameters, "seed", seed)
		}
	}
	of := refsOf(itemset)
	id, file, rest, known := "", "", "", false
	if found := instanceItems.FindStringSubmatch(nodes); found != nil {
		id, rest = found[1], strings.TrimSpace(nodes[len(found[0]):])
		file = r.fileOf(id)
		u := r.used[id]
		known = file != "" && found[2] == "root" && found[3] == "item" ||
			r.d.Lists[id] != nil && u.refs == of && u.root == found[2] && u.item == found[3]
	}
	filter, simple := filterOf(rest)
	if !known || !simple {
		f.Itemset = r.nodeset(itemset, nodes)
		r.setRefs(f, of, usualRefs)
		return
	}
	f.List, f.File = id, file
	f.ChoiceFilter = r.expression(itemset, "nodeset", filter)
	switch {
	case path.Ext(file) == ".geojson":
		r.setRefs(f, of, refs{"id", "title"})
	case file != "":
		r.setRefs(f, of, usualRefs)
	}
}

// nodeset parses the nodes that are choices. ODK's clients take ..[…] of a select from its own
// repeat, which XPath writes parent::node()[…].
func (r *formReader) nodeset(itemset *xnode, source string) *xpath.Expr {
	e := r.expression(itemset, "nodeset", strings.ReplaceAll(source, "..[", "parent::node()["))
	if e != nil {
		e.Source = r.unfold(source)
	}
	return e
}

// fileOf is the file behind a secondary instance.
func (r *formReader) fileOf(id string) string {
	for _, e := range r.d.Externals {
		if e.ID == id {
			return e.FileName()
		}
	}
	return ""
}

func (r *formReader) setRefs(f *form.Field, of, usual refs) {
	if of.value != usual.value {
		put(&f.Parameters, "value", of.value)
	}
	if of.label != usual.label {
		put(&f.Parameters, "label", of.label)
	}
}

// query tells whether an input's query is where the choices of a select_one_external come
// from, of itemsets.csv, and takes it as that.
func (r *formReader) query(n *readNode, at *xnode, source string) bool {
	found := instanceItems.FindStringSubmatch(source)
	if found == nil || found[2] != "root" || found[3] != "item" {
		r.warn(at, "query", "xform.query", source)
		return false
	}
	n.field.List = found[1]
	filter, simple := filterOf(strings.TrimSpace(source[len(found[0]):]))
	if !simple {
		r.warn(at, "query", "xform.query", source)
	}
	n.field.ChoiceFilter = r.expression(at, "query", filter)
	return n.field.ChoiceFilter != nil
}

// listID is the id that a converter gives a choice's text: the list's name and the choice's place.
var listID = regexp.MustCompile(`^\s*jr:itext\(\s*['"](.*)-0['"]\s*\)\s*$`)

// items makes a list of the choices that stand in the question.
func (r *formReader) items(n *readNode, c *xnode) {
	list := &form.ChoiceList{Name: n.field.Name}
	for _, item := range c.elements() {
		if item.name != "item" {
			continue
		}
		label := item.child("label")
		choice := form.Choice{}
		if value := item.child("value"); value != nil {
			choice.Name = strings.TrimSpace(value.plain())
		} else {
			r.warn(item, "", "xform.itemValue")
			continue
		}
		choice.Label, _, choice.Media = r.label(label, n.path)
		if label != nil && len(list.Choices) == 0 {
			if found := listID.FindStringSubmatch(label.attr("ref")); found != nil && found[1] != "" {
				list.Name = found[1]
			}
		}
		list.Choices = append(list.Choices, choice)
	}
	if known := r.d.Lists[list.Name]; known == nil {
		r.addList(list)
	} else if !reflect.DeepEqual(known.Choices, list.Choices) {
		base := list.Name
		for number := len(r.d.Lists) + 1; r.d.Lists[list.Name] != nil; number++ {
			list.Name = base + "_" + strconv.Itoa(number)
		}
		r.addList(list)
	}
	n.field.List = list.Name
}
