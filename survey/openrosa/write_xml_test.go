package openrosa_test

import (
	"bytes"
	"strings"
	"testing"

	"tianye/survey/form"
	"tianye/survey/openrosa"
	"tianye/survey/xpath"
)

// TestUnfinishedPaths: a path into a secondary instance that a text breaks off is still XML, in no time.
func TestUnfinishedPaths(t *testing.T) {
	for _, text := range []string{"instance('", "instance('a')/root/item[", "instance('a", "instance('a')/x[y]z", strings.Repeat("instance(", 20_000)} {
		field := &form.Field{Name: "a", Type: form.Note, Label: form.Text{"": text}}
		var out bytes.Buffer
		if err := openrosa.WriteForm(&out, &form.Definition{FormID: "f", Fields: []*form.Field{field}}); err != nil {
			t.Fatal(err)
		}
		if _, err := factsOf(out.Bytes()); err != nil {
			t.Errorf("%.50q: %v", text, err)
		}
	}
}

// TestHostileTexts: whatever a text holds, the XForm is XML and says it, less what XML cannot say.
func TestHostileTexts(t *testing.T) {
	for text, want := range map[string]string{
		`<b>&amp;</b> "x" 'y'`:          `<b>&amp;</b> "x" 'y'`,
		"a\x00\x01\x0b\x1fb":            "ab",
		"a\uFFFEb\uFFFFc\uFEFFd\uFFFDe": "abc\uFEFFd\uFFFDe",
		"]]> --> <?xml?> <!DOCTYPE x [": "]]> --> <?xml?> <!DOCTYPE x [",
		"two\r\nlines\tand a tab":       "two lines and a tab",
		"${":                            "${",
		"${} of ${}":                    "${} of ${}",
		"${a":                           "${a",
		"${a\n} }":                      "${a } }",
		"𠮷野家 🏠":                         "𠮷野家 🏠",
	} {
		field := &form.Field{Name: "a", Type: form.TextQuestion, Label: form.Text{"": text}, Default: text,
			Relevant: &xpath.Expr{Source: text}, Hint: form.Text{"x\"<": text}, Body: map[string]string{"appearance": text}}
		var out bytes.Buffer
		if err := openrosa.WriteForm(&out, &form.Definition{FormID: text, Title: text, Fields: []*form.Field{field}}); err != nil {
			t.Fatal(err)
		}
		f, err := factsOf(out.Bytes())
		if err != nil {
			t.Fatalf("%.50q: %v", text, err)
		}
		if bytes.Contains(out.Bytes(), []byte("&#10;")) {
			t.Errorf("%.50q: a line end in an attribute that a reader would not take for a space", text)
		}
		for _, place := range []string{"title", "instance/data[1] @id", "instance/data[1]/a[1]/text()[1]", "bind /data/a @relevant", `itext x"< /data/a:hint form=`, "body/input[1] @appearance"} {
			if got := f.values[place]; got != want {
				t.Errorf("%s: got %.80q want %.80q", place, got, want)
			}
		}
	}
}
