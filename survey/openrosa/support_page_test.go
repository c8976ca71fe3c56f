package openrosa_test

import (
	"bytes"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// namesIn are the names that a pattern finds in a source file.
func namesIn(t *testing.T, file, pattern string) []string {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, m := range regexp.MustCompile(pattern).FindAllSubmatch(raw, -1) {
		names = append(names, string(m[1]))
	}
	if len(names) < 20 {
		t.Fatalf("%s: only %d names", file, len(names))
	}
	return names
}

// demand fails for a type that no example or no vector has, and for a function that no vector calls.
func (s *support) demand(t *testing.T) {
	known := map[string]bool{}
	for _, name := range namesIn(t, "../form/field.go", `Type = "([^"]+)"`) {
		known[name] = true
		if p := s.types[name]; p == nil || p.vectors+p.examples == 0 {
			t.Errorf("no test has a field of the type %s", name)
		}
	}
	for name := range s.types {
		if !known[name] {
			delete(s.types, name) // the page's own words: begin group
		}
	}
	known = map[string]bool{}
	for _, name := range namesIn(t, "../xpath/functions.go", `"([a-z0-9:-]+)": +\{`) {
		known[name] = true
		if s.calls[name] == nil {
			t.Errorf("no vector calls %s()", name)
		}
	}
	for name := range s.calls {
		if !known[name] {
			delete(s.calls, name) // unknown on purpose
		}
	}
}

func (s *support) page() []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, `# What of XLSForm and ODK XForms is supported

Made from the tests by %s; a type or a function that no
test shows makes it fail. %d interviews are run by both engines, the server's in Go and the browser's in TypeScript
(a few by the server's alone); the conversions are compared with what the ODK XForms specification and the reference converter say.

## Types

| type | interviews | conversions | filled in by the browser's test |
|---|---|---|---|
`, "`go test ./survey/openrosa -run Support -update`", s.total)
	for _, name := range sorted(s.types) {
		p := s.types[name]
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", name, some(p.vectors), some(p.examples), map[bool]string{true: "yes"}[p.page])
	}
	fmt.Fprintf(&b, "\nAppearances drawn in that test: `%s`.\n\n## Functions\n\n| function | interviews | the first |\n|---|---|---|\n", strings.Join(s.appearances, "`, `"))
	for _, name := range sorted(s.calls) {
		fmt.Fprintf(&b, "| `%s()` | %d | %s |\n", name, s.calls[name].vectors, cell(s.calls[name].first))
	}
	b.WriteString("\n## Conversion to XForms, by example\n")
	list(&b, s.conversions)
	b.WriteString("\n## The engines' rules, by interview\n")
	list(&b, s.rules)
	return b.Bytes()
}

func sorted(all map[string]*proof) []string { return slices.Sorted(maps.Keys(all)) }

func some(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprint(n)
}

func list(b *bytes.Buffer, sections []section) {
	for _, s := range sections {
		fmt.Fprintf(b, "\n### %s (%d)\n\n", s.title, len(s.names))
		for _, name := range s.names {
			fmt.Fprintf(b, "- %s\n", name)
		}
	}
}

func cell(s string) string { return strings.ReplaceAll(s, "|", `\|`) }
