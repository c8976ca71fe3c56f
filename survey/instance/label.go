package instance

import (
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// Label is the text of a choice of the select at a path, be it offered now or not: from the form's lists
// or its files. Positions in the path do not matter. "" is a choice that is not known.
func (p *Program) Label(path form.Path, name, language string) string {
	segments := path.Names()
	for i, segment := range segments {
		segments[i], _, _ = strings.Cut(segment, "[")
	}
	f := p.find(segments)
	if f == nil || p.lists[f] == nil {
		return ""
	}
	l := p.lists[f]
	l.named()
	at := l.byName[name]
	if len(at) == 0 {
		return ""
	}
	return l.choices[at[0]].Label.In(language, p.def)
}

// nodesOf is the id of the secondary instance of which an itemset takes nodes, or "".
func nodesOf(itemset *xpath.Expr) string {
	id := ""
	itemset.Walk(func(n *xpath.Node) {
		if id == "" && n.Kind == xpath.KindCall && n.Text == "instance" && len(n.Args) > 0 && n.Args[0].Kind == xpath.KindText {
			id = n.Args[0].Text
		}
	})
	return id
}
