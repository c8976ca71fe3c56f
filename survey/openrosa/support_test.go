package openrosa_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

var update = flag.Bool("update", false, "write docs/xlsform-support.md anew")

// TestSupport keeps docs/xlsform-support.md true: it is made of what the tests show, and a
// type or a function that nothing shows fails.
func TestSupport(t *testing.T) {
	s := &support{types: map[string]*proof{}, calls: map[string]*proof{}}
	s.readVectors(t)
	s.readExamples(t)
	s.readPage(t)
	s.demand(t)
	made := s.page()
	const file = "../../docs/xlsform-support.md"
	if *update {
		if err := os.WriteFile(file, made, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if kept, err := os.ReadFile(file); err != nil || !bytes.Equal(kept, made) {
		t.Errorf("%s is not what the tests show (%v): run go test ./survey/openrosa -run Support -update", file, err)
	}
}

// proof is where something is shown.
type proof struct {
	vectors, examples int
	page              bool
	first             string // the first vector's name
}

type support struct {
	types, calls map[string]*proof
	rules        []section
	conversions  []section
	appearances  []string
	total        int
}

type section struct {
	title string
	names []string
}

func of(all map[string]*proof, name string) *proof {
	if all[name] == nil {
		all[name] = &proof{}
	}
	return all[name]
}

// readVectors notes what the interviews that both engines pass ask for.
func (s *support) readVectors(t *testing.T) {
	files, err := filepath.Glob("../instance/testdata/vectors/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no vectors", err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var vectors []struct {
			Name string
			Form *form.Definition
		}
		if err := json.Unmarshal(raw, &vectors); err != nil {
			t.Fatal(file, err)
		}
		rules := section{title: strings.TrimSuffix(filepath.Base(file), ".json")}
		for _, v := range vectors {
			s.total++
			rules.names = append(rules.names, v.Name)
			s.note(v.Name, v.Form)
		}
		if rules.title != "wild" { // forms at random show no rule of their own
			s.rules = append(s.rules, rules)
		}
	}
}

func (s *support) note(name string, d *form.Definition) {
	types, calls := map[string]bool{}, map[string]bool{}
	expression := func(e *xpath.Expr) {
		if e != nil {
			e.Walk(func(n *xpath.Node) { calls[n.Text] = calls[n.Text] || n.Kind == xpath.KindCall })
		}
	}
	expression(d.InstanceName)
	d.Walk(func(_ form.Path, f *form.Field) {
		types[string(f.Type)] = true
		f.Expressions(func(_ string, e *xpath.Expr) { expression(e) })
	})
	for kind, found := range map[*map[string]*proof]map[string]bool{&s.types: types, &s.calls: calls} {
		for key, is := range found {
			if p := of(*kind, key); is {
				if p.vectors++; p.first == "" {
					p.first = name
				}
			}
		}
	}
}

// readExamples notes what the conversion's examples have.
func (s *support) readExamples(t *testing.T) {
	for _, group := range []struct {
		title    string
		examples []example
	}{
		{"Types", typeExamples}, {"Columns of the bind", bindExamples}, {"Sections", sectionExamples}, {"Selects", selectExamples},
		{"Texts, languages, media", textExamples}, {"References", referenceExamples}, {"Settings", settingExamples}, {"Entities", entityExamples},
	} {
		shown := section{title: group.title}
		for _, e := range group.examples {
			shown.names = append(shown.names, e.name)
			d := definition(t, workbook(t, e.tables))
			d.Walk(func(_ form.Path, f *form.Field) { of(s.types, string(f.Type)).examples++ })
			if d.Audit != nil { // no field of the instance's: it stands in meta
				of(s.types, string(form.Audit)).examples++
			}
		}
		s.conversions = append(s.conversions, shown)
	}
}

// readPage notes the types and appearances that the browser's test fills in.
func (s *support) readPage(t *testing.T) {
	raw, err := os.ReadFile("../../web/e2e/types.mjs")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`row\('(?:begin )?([a-zA-Z_-]+)`).FindAllSubmatch(raw, -1) {
		of(s.types, strings.TrimSuffix(string(m[1]), "_from_file")).page = true
	}
	drawn := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?:looks\(|appearance: )'([^']+)'`).FindAllSubmatch(raw, -1) {
		for _, word := range strings.Fields(string(m[1])) {
			drawn[word] = true
		}
	}
	s.appearances = slices.Sorted(maps.Keys(drawn))
}
