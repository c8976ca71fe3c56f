package instance

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// entry is a node of a secondary instance: of a choice list, a media file, the instance
// saved last. instance() gives the one whose only child is the root.
type entry struct {
	name, text string
	parent     *entry
	children   []*entry
	at         int   // of an item of a list, its place among the choices
	more       *more // of the few that have it
}

// more is what most entries do not have.
type more struct {
	attributes []*entry
	// children by the text of a column of theirs, by the children's name and the column's; made as it is
	// asked for, of an entry with many children
	mutex  sync.Mutex
	tables map[[2]string]map[string][]xpath.Item
}

// having gives the entry's more.
func (e *entry) having() *more {
	if e.more == nil {
		e.more = &more{}
	}
	return e.more
}

// manyChildren is from how many on children are looked up by an index.
const manyChildren = 16

var _ xpath.Indexed = (*entry)(nil)

func (e *entry) add(name, text string) *entry {
	child := &entry{name: name, text: text, parent: e}
	e.adopt(child)
	return child
}

func (e *entry) adopt(child *entry) {
	if e.children = append(e.children, child); len(e.children) == manyChildren {
		e.having()
	}
}

// addRow adds an item with a child for each column, all in one piece of memory.
func (e *entry) addRow(columns []string, cell func(k int) (string, bool)) *entry {
	row := make([]entry, len(columns)+1)
	item := &row[0]
	*item = entry{name: "item", parent: e, children: make([]*entry, 0, len(columns))}
	for k, name := range columns {
		if text, ok := cell(k); ok {
			row[k+1] = entry{name: name, text: text, parent: item}
			item.adopt(&row[k+1])
		}
	}
	e.adopt(item)
	return item
}

// Name is the element's name.
func (e *entry) Name() string { return e.name }

// Text is the element's text, and all below it joined.
func (e *entry) Text() string {
	if len(e.children) == 0 {
		return e.text
	}
	all := e.text
	for _, child := range e.children {
		all += child.Text()
	}
	return all
}

// Parent is nil for what instance() gives.
func (e *entry) Parent() xpath.Item {
	if e.parent == nil {
		return nil
	}
	return e.parent
}

// Children visits the elements below.
func (e *entry) Children(name string, visit func(xpath.Item)) {
	for _, child := range e.children {
		if name == "" || child.name == name || e.parent == nil && e.name == lastSaved {
			visit(child)
		}
	}
}

// Attributes visits the attributes.
func (e *entry) Attributes(visit func(xpath.Item)) {
	if e.more == nil {
		return
	}
	for _, one := range e.more.attributes {
		visit(one)
	}
}

// Lookup gives the children of a name whose column has the text.
func (e *entry) Lookup(child, column, text string) []xpath.Item {
	if len(e.children) < manyChildren {
		return e.table(child, column)[text]
	}
	e.more.mutex.Lock()
	defer e.more.mutex.Unlock()
	key := [2]string{child, column}
	table, known := e.more.tables[key]
	if !known {
		if table = e.table(child, column); e.more.tables == nil {
			e.more.tables = map[[2]string]map[string][]xpath.Item{}
		}
		e.more.tables[key] = table
	}
	return table[text]
}

func (e *entry) table(child, column string) map[string][]xpath.Item {
	table := map[string][]xpath.Item{}
	put := func(text string, item *entry) {
		if found := table[text]; len(found) == 0 || found[len(found)-1] != xpath.Item(item) {
			table[text] = append(found, item)
		}
	}
	for _, item := range e.children {
		if item.name != child {
			continue
		}
		none := true
		for _, cell := range item.children {
			if cell.name == column {
				none = false
				put(cell.Text(), item)
			}
		}
		if none {
			put("", item)
		}
	}
	return table
}

// list is choices to pick from, as selects and as expressions see them. It is made ready when first asked for.
type list struct {
	ready   func() // makes choices and items
	named   func() // makes byName
	choices []form.Choice
	top     *entry           // what instance() gives
	root    *entry           // whose children are the items
	items   []*entry         // one for each choice
	byName  map[string][]int // a name may be offered more than once, under other filters
}

func (l *list) nameAll() {
	l.byName = make(map[string][]int, len(l.choices))
	for i, choice := range l.choices {
		l.byName[choice.Name] = append(l.byName[choice.Name], i)
	}
}

// newList is a choice list as instance('towns')/root/item: each item has its name, its label (in the
// form's default language), in a form with languages the id of its texts, and its columns as children.
func newList(def *form.Definition, l *form.ChoiceList) *list {
	made := &list{choices: l.Choices}
	made.named = sync.OnceFunc(made.nameAll)
	made.ready = sync.OnceFunc(func() {
		made.top = &entry{name: "instance"}
		made.root = made.top.add("root", "")
		columns := append([]string{"name", "label"}, columnsOf(l)...)
		for i, choice := range l.Choices {
			item := made.root.addRow(columns, func(k int) (string, bool) {
				switch k {
				case 0:
					return choice.Name, true
				case 1:
					return choice.Label.In(def.DefaultLanguage, def), true
				}
				cell, ok := choice.Columns[columns[k]]
				return cell, ok
			})
			item.at = i
		}
		made.items = made.root.children
	})
	return made
}

// numberItems tells each item its place among the items. It is done when the tree is made:
// the lists of several selects share it.
func (e *entry) numberItems() {
	if len(e.children) == 0 {
		return
	}
	n := 0
	for _, item := range e.children[0].children {
		if item.name == "item" {
			item.at = n
			n++
		}
	}
}

// newFileList is the choices of a select from a file: items below the secondary
// instance's root, of which value and label name the children.
func newFileList(language string, top *entry, value, label string) *list {
	made := &list{top: top}
	made.named = sync.OnceFunc(func() {
		made.ready()
		made.nameAll()
	})
	made.ready = sync.OnceFunc(func() {
		if len(top.children) == 0 {
			return
		}
		made.root = top.children[0]
		for _, item := range made.root.children {
			if item.name != "item" {
				continue
			}
			choice := form.Choice{Name: textOf(item, value), Label: form.Text{language: textOf(item, label)}, Columns: map[string]string{}}
			for _, cell := range item.children {
				if cell.name != value && cell.name != label {
					choice.Columns[cell.name] = cell.Text()
				}
			}
			made.choices, made.items = append(made.choices, choice), append(made.items, item)
		}
	})
	return made
}

// textOf is the text at a path of names below an item.
func textOf(item xpath.Item, path string) string {
	name, rest, deeper := strings.Cut(path, "/")
	text, done := "", false
	item.Children(name, func(child xpath.Item) {
		if done {
			return
		}
		done = true
		if text = child.Text(); deeper {
			text = textOf(child, rest)
		}
	})
	return text
}

// lastSaved is the id of the secondary instance of the instance saved last.
const lastSaved = "__last-saved"

// entryOf makes a secondary instance of answers.
func entryOf(answers map[string]any) *entry {
	top := &entry{name: lastSaved}
	fillEntry(top.add("data", ""), answers)
	return top
}

// columnsOf are the names of a list's further columns, sorted.
func columnsOf(l *form.ChoiceList) []string {
	known := map[string]bool{}
	for _, choice := range l.Choices {
		for name := range choice.Columns {
			known[name] = true
		}
	}
	return slices.Sorted(maps.Keys(known))
}
