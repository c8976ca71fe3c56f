package survey

import (
	"bytes"
	"encoding/csv"
	"maps"
	"regexp"
	"slices"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// Itemsets is the media file that the choices of the sheet external_choices become.
const Itemsets = "itemsets.csv"

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
			if n.Kind == xpath.KindCall && n.Text == "pulldata" && len(n.Args) > 0 && n.Args[0].Kind == xpath.KindText {
				add(strings.TrimSuffix(n.Args[0].Text, ".csv") + ".csv")
			}
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

// withItemsets adds the file itemsets.csv of a definition that has external choices:
// ODK's clients read them from there.
func withItemsets(media []MediaFile, d *form.Definition) ([]MediaFile, error) {
	if len(d.ExternalLists) == 0 {
		return media, nil
	}
	var b bytes.Buffer
	if err := writeItemsets(&b, d); err != nil {
		return nil, err
	}
	content := bytes.NewReader(b.Bytes())
	return append(slices.Clone(media), MediaFile{Itemsets, content, content.Size()}), nil
}

// writeItemsets writes the external choices as the sheet has them: list_name, name, label
// (by language where there are any), then the columns that filters compare.
func writeItemsets(b *bytes.Buffer, d *form.Definition) error {
	header, languages := []string{"list_name", "name"}, d.Languages
	if !slices.Contains(languages, "") {
		languages = append([]string{""}, languages...) // of labels without a language
	}
	for _, language := range languages {
		if language == "" {
			header = append(header, "label")
		} else {
			header = append(header, "label::"+language)
		}
	}
	names := slices.Sorted(maps.Keys(d.ExternalLists))
	var columns []string
	for _, name := range names {
		for _, column := range d.ExternalLists[name].Columns {
			if !slices.Contains(columns, column) {
				columns = append(columns, column)
			}
		}
	}
	w := csv.NewWriter(b)
	w.Write(append(header, columns...)) // errors are kept until Flush
	for _, name := range names {
		for _, c := range d.ExternalLists[name].Choices {
			row := []string{name, c.Name}
			for _, language := range languages {
				row = append(row, c.Label[language])
			}
			for _, column := range columns {
				row = append(row, c.Columns[column])
			}
			w.Write(row)
		}
	}
	w.Flush()
	return w.Error()
}
