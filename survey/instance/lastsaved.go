package instance

import (
	"fmt"
	"reflect"
	"sort"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

func fillEntry(at *entry, answers map[string]any) {
	names := make([]string, 0, len(answers))
	for name := range answers {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		value := answers[name]
		if inner, ok := asMap(value); ok {
			fillEntry(at.add(name, ""), inner)
			continue
		}
		all := reflect.ValueOf(value)
		if all.IsValid() && all.Kind() == reflect.Slice {
			for k := range all.Len() {
				if inner, ok := asMap(all.Index(k).Interface()); ok {
					fillEntry(at.add(name, ""), inner)
				}
			}
			continue
		}
		if value != nil {
			at.add(name, fmt.Sprint(value))
		}
	}
}

// savedLast gives what ${last-saved#name} means: all places of the field in the instance saved last.
func (i *Instance) savedLast(path form.Path) []xpath.Item {
	top := i.lastSaved()
	if top == nil {
		return nil
	}
	at := []xpath.Item{top.children[0]}
	for _, name := range path.Names() {
		var next []xpath.Item
		for _, item := range at {
			item.Children(name, func(child xpath.Item) { next = append(next, child) })
		}
		at = next
	}
	return at
}

// lastSaved is the instance saved last as a secondary instance, or nil.
func (i *Instance) lastSaved() *entry {
	if i.saved == nil && i.env.LastSaved != nil {
		i.saved = entryOf(i.env.LastSaved)
	}
	return i.saved
}
