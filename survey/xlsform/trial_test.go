//go:build trial

package xlsform_test

import (
	"encoding/xml"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"tianye/survey/form"
	"tianye/survey/xlsform"
	"tianye/survey/xpath"
)

// TestTrialWorkbooks reads the workbooks by other hands below $SHARED: each is read whole or refused
// with reasons, never both, never neither.
func TestTrialWorkbooks(t *testing.T) {
	files, _ := filepath.Glob(filepath.Join(os.Getenv("SHARED"), "xlsforms", "forms", "*.xlsx"))
	if len(files) == 0 {
		t.Fatal("no workbooks: set SHARED to the folder of inputs by other hands")
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	defer table.Flush()
	for _, path := range files {
		file, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		info, err := file.Stat()
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		d, found, err := xlsform.Read(file, info.Size(), path)
		took := time.Since(began)
		file.Close()
		errs, warnings := 0, 0
		first := ""
		for _, c := range found {
			if c.Sheet == "" || c.Row < 1 || c.Column == "" || c.Text.Key == "" {
				t.Errorf("%s: a complaint without a place: %+v", path, c)
			}
			if c.Severity == xlsform.Warning {
				warnings++
				continue
			}
			if errs++; errs == 1 {
				first = fmt.Sprintf("%s %s %v", c.Where(), c.Text.Key, c.Text.Args)
			}
		}
		switch {
		case err != nil && (d != nil || found != nil):
			t.Errorf("%s: refused as a file, and yet read", path)
		case err == nil && (d != nil) == (errs > 0):
			t.Errorf("%s: %d errors, definition %v", path, errs, d != nil)
		}
		outcome := "refused"
		if d != nil {
			fields := 0
			d.Walk(func(form.Path, *form.Field) { fields++ })
			outcome = fmt.Sprintf("%d fields, %d lists", fields, len(d.Lists))
			compare(t, d, filepath.Join(os.Getenv("SHARED"), "xlsforms", "xforms", strings.TrimSuffix(filepath.Base(path), ".xlsx")+".xml"))
		} else if err != nil {
			first = err.Error()
		}
		fmt.Fprintf(table, "%s\t%s\t%d errors\t%d warnings\t%.1f ms\t%.140s\n", filepath.Base(path), outcome, errs, warnings, took.Seconds()*1000, first)
	}
}

// element is a node of the XForm that the reference converter makes.
type element struct {
	XMLName  xml.Name
	Attrs    []xml.Attr `xml:",any,attr"`
	Text     string     `xml:",chardata"`
	Children []element  `xml:",any"`
}

func (e element) attr(name string) string {
	for _, a := range e.Attrs {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (e element) child(name string) element {
	for _, c := range e.Children {
		if c.XMLName.Local == name {
			return c
		}
	}
	return element{}
}

// compare asserts that the definition has the fields of the reference converter's XForm, in its
// order, with the same columns filled in.
func compare(t *testing.T, d *form.Definition, path string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var html element
	if err := xml.Unmarshal(data, &html); err != nil {
		t.Fatal(err)
	}
	model := html.child("head").child("model")
	compareChoices(t, d, model)
	root := model.child("instance").child("data")
	binds := map[string]element{}
	for _, c := range model.Children {
		if c.XMLName.Local == "bind" {
			binds[strings.TrimPrefix(c.attr("nodeset"), "/data/")] = c
		}
	}
	var want []string
	var walk func(prefix string, of element)
	walk = func(prefix string, of element) {
		for i, c := range of.Children {
			name := prefix + c.XMLName.Local
			if name == "meta" || i > 0 && of.Children[i-1].XMLName == c.XMLName { // a repeat stands there as template and as first instance
				continue
			}
			attr := binds[name].attr
			if len(c.Children) > 0 { // required means nothing to a section, and is left out of ours
				attr = func(name string) string {
					return strings.TrimPrefix(binds[prefix+c.XMLName.Local].attr(name), map[string]string{"required": "true()"}[name])
				}
			}
			want = append(want, name+columns(attr))
			walk(name+"/", c)
		}
	}
	walk("", root)
	var got []string
	d.Walk(func(path form.Path, f *form.Field) {
		set := map[string]string{}
		f.Expressions(func(column string, e *xpath.Expr) {
			if e.Source != "false()" || column == "relevant" {
				set[column] = "x"
			}
		})
		set["calculate"] = set["calculation"]
		if f.Type == form.Note {
			set["readonly"] = "x"
		}
		got = append(got, string(path)+columns(func(name string) string { return set[name] }))
	})
	if !slices.Equal(got, want) {
		for i := range max(len(got), len(want)) {
			if i >= len(got) || i >= len(want) || got[i] != want[i] {
				t.Errorf("%s: field %d: got %q want %q", filepath.Base(path), i, at(got, i), at(want, i))
				break
			}
		}
	}
}

// compareChoices asserts that the lists have the choices of the XForm's secondary instances.
func compareChoices(t *testing.T, d *form.Definition, model element) {
	t.Helper()
	for _, c := range model.Children {
		id := c.attr("id")
		if c.XMLName.Local != "instance" || id == "" {
			continue
		}
		var got, want []string
		for _, item := range c.child("root").Children {
			want = append(want, item.child("name").Text)
		}
		if list := d.Lists[id]; list != nil {
			for _, choice := range list.Choices {
				got = append(got, choice.Name)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("list %s: got %q want %q", id, got, want)
		}
	}
}

func at(list []string, i int) string {
	if i < len(list) {
		return list[i]
	}
	return ""
}

// columns names which of the expressions a field has.
func columns(attr func(name string) string) string {
	all := ""
	for _, name := range []string{"relevant", "constraint", "calculate", "required", "readonly"} {
		if attr(name) != "" {
			all += " " + name
		}
	}
	return all
}
