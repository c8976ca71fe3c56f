package instance

import (
	"sort"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// list is a choice list as expressions read it: instance('towns')/root/item, each item
// with its name, label (in the form's default language) and columns as children.
type list struct {
	def    *form.ChoiceList
	item   *entry // what instance() gives; its one child is root
	items  []*entry
	byName map[string][]int // a name may be offered more than once, under other filters
}

// entry is a node of a list.
type entry struct {
	name, text string
	parent     *entry
	children   []*entry
}

func newList(def *form.Definition, l *form.ChoiceList) *list {
	top := &entry{name: "instance"}
	root := top.add("root", "")
	made := &list{def: l, item: top, byName: make(map[string][]int, len(l.Choices))}
	for i, choice := range l.Choices {
		item := root.add("item", "")
		item.add("name", choice.Name)
		item.add("label", choice.Label.In(def.DefaultLanguage, def))
		columns := make([]string, 0, len(choice.Columns))
		for column := range choice.Columns {
			columns = append(columns, column)
		}
		sort.Strings(columns)
		for _, column := range columns {
			item.add(column, choice.Columns[column])
		}
		made.byName[choice.Name] = append(made.byName[choice.Name], i)
	}
	made.items = root.children
	return made
}

func (e *entry) add(name, text string) *entry {
	child := &entry{name: name, text: text, parent: e}
	e.children = append(e.children, child)
	return child
}

// Name is the element's name.
func (e *entry) Name() string { return e.name }

// Text is the element's text.
func (e *entry) Text() string {
	if len(e.children) == 0 {
		return e.text
	}
	all := ""
	for _, child := range e.children {
		all += child.Text()
	}
	return all
}

// Parent is nil for the list itself.
func (e *entry) Parent() xpath.Item {
	if e.parent == nil {
		return nil
	}
	return e.parent
}

// Children visits the elements below.
func (e *entry) Children(name string, visit func(xpath.Item)) {
	for _, child := range e.children {
		if name == "" || child.name == name {
			visit(child)
		}
	}
}
