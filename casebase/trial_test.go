//go:build trial

package casebase_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"tianye/internal/ooxml/ooxmltest"
)

// TestTrialCases imports case texts by other hands, from the directory that SHARED
// names: as they are, and as .docx with headings put in.
func TestTrialCases(t *testing.T) {
	shared := os.Getenv("SHARED")
	if shared == "" {
		t.Skip("SHARED is not set")
	}
	names := must[[]string](t)(filepath.Glob(filepath.Join(shared, "cases", "*.txt")))
	if len(names) == 0 {
		t.Fatalf("no texts in %s", shared)
	}
	w := newWorld(t)
	for _, name := range names {
		base := strings.TrimSuffix(filepath.Base(name), ".txt")
		raw := must[[]byte](t)(os.ReadFile(name))
		t.Run(base+".txt", func(t *testing.T) {
			c := w.imported(t, file(filepath.Base(name), raw))
			if c.Title != base || letters(c.Text) != letters(string(raw)) {
				t.Errorf("%s: the text did not come in whole", c.Title)
			}
			t.Logf("%s: %d paragraphs, %d bytes", c.Title, strings.Count(c.Text, "\n\n")+1, len(c.Text))
		})
		t.Run(base+".docx", func(t *testing.T) {
			title := base + "：基层治理案例调查报告"
			body := ooxmltest.P("a3", title)
			want := []string{"# " + title}
			for i, section := range sections(string(raw)) {
				first := []rune(section[0])
				head := fmt.Sprintf("%s、%s", []string{"一", "二", "三", "四", "五", "六"}[i], string(first[:min(len(first), 18)]))
				body += ooxmltest.P("1", head) + ooxmltest.P("3", "（一）主要情况")
				want = append(want, "# "+head, "### （一）主要情况")
				for _, paragraph := range section {
					body += ooxmltest.P("", paragraph)
				}
			}
			c := w.imported(t, file(base+".docx", ooxmltest.Docx(body)))
			var got []string
			for line := range strings.Lines(c.Text) {
				if strings.HasPrefix(line, "#") {
					got = append(got, strings.TrimSpace(line))
				}
			}
			if c.Title != title || strings.Join(got, "\n") != strings.Join(want, "\n") {
				t.Errorf("headings of %q:\n%s\nwant:\n%s", c.Title, strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
			for _, section := range sections(string(raw)) {
				if !strings.Contains(letters(c.Text), letters(strings.Join(section, ""))) {
					t.Errorf("a section did not come in whole: %s", section[0])
				}
			}
		})
	}
}

var sentences = regexp.MustCompile(`[^。\n]+。?`)

// sections parts a text at the ends of sentences: up to six sections of paragraphs
// of three sentences.
func sections(text string) (out [][]string) {
	var paragraphs []string
	all := sentences.FindAllString(text, -1)
	for len(all) > 0 {
		n := min(3, len(all))
		paragraphs = append(paragraphs, strings.TrimSpace(strings.Join(all[:n], "")))
		all = all[n:]
	}
	per := (len(paragraphs) + 5) / 6
	for len(paragraphs) > 0 {
		n := min(per, len(paragraphs))
		out = append(out, paragraphs[:n])
		paragraphs = paragraphs[n:]
	}
	return out
}

// letters leaves out spaces and what marks Markdown.
func letters(text string) string {
	return regexp.MustCompile(`[\s#\\]`).ReplaceAllString(text, "")
}
