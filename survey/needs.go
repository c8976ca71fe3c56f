package survey

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

var searched = regexp.MustCompile(`\bsearch\(\s*['"]([^'"]+)['"]`)

// Needed are the names of the media files that a definition names, in order: pictures,
// sounds and films of questions and choices, the lists of selects from a file, what pulldata() and the
// appearance search() look things up in. A name that an answer completes is not among them.
func Needed(d *form.Definition) []string {
	names := map[string]bool{}
	add := func(name string) {
		if name != "" && !strings.Contains(name, "${") {
			names[name] = true
		}
	}
	addMedia := func(media form.Media) {
		for _, text := range media {
			for _, name := range text {
				add(name)
			}
		}
	}
	for _, e := range d.Externals {
		add(e.FileName())
	}
	eachExpression(d, func(e *xpath.Expr) {
		e.Walk(func(n *xpath.Node) {
			file, _ := pulled(n)
			add(file)
		})
	})
	d.Walk(func(_ form.Path, f *form.Field) {
		addMedia(f.Media)
		addMedia(f.HintMedia)
		add(f.File)
		if f.Type == form.SelectOneExternal {
			add(Itemsets)
		}
		if found := searched.FindStringSubmatch(f.Appearance); found != nil {
			add(strings.TrimSuffix(found[1], ".csv") + ".csv")
		}
	})
	for _, list := range d.Lists {
		for _, c := range list.Choices {
			addMedia(c.Media)
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// eachExpression visits every expression of a definition.
func eachExpression(d *form.Definition, visit func(*xpath.Expr)) {
	all := []*xpath.Expr{d.InstanceName}
	for _, e := range d.Entities {
		all = append(all, e.Label, e.EntityID, e.CreateIf, e.UpdateIf)
	}
	for _, e := range all {
		if e != nil {
			visit(e)
		}
	}
	d.Walk(func(_ form.Path, f *form.Field) { f.Expressions(func(_ string, e *xpath.Expr) { visit(e) }) })
}

// inherited are the media files that a new draft of a form begins with.
func inherited(f Form) []Attachment {
	switch v := f.Current(); {
	case f.Draft != nil:
		return f.Draft.Media
	case v != nil:
		return v.Media
	}
	return nil
}
