package ooxml_test

import (
	"bytes"
	"strings"
	"testing"

	"tianye/internal/ooxml"
	"tianye/internal/ooxml/ooxmltest"
)

// TestTextInPieces: a text that comments or runs cut into very many pieces is read as it is,
// and soon.
func TestTextInPieces(t *testing.T) {
	const n = 300_000
	for _, paragraph := range []string{
		"<w:p><w:r><w:t>" + strings.Repeat("a<!-- -->", n) + "</w:t></w:r></w:p>",
		"<w:p><w:r>" + strings.Repeat("<w:t>a</w:t>", n) + "</w:r></w:p>",
		"<w:p>" + strings.Repeat("<w:r><w:t>a</w:t></w:r>", n) + "</w:p>",
	} {
		raw := ooxmltest.Docx(paragraph)
		d, err := ooxml.ReadDocx(bytes.NewReader(raw), int64(len(raw)))
		if err != nil || strings.TrimSpace(d.Markdown) != strings.Repeat("a", n) {
			t.Errorf("%.50s: %v", paragraph, err)
		}
	}
	if dashes := "a" + strings.Repeat("-", 1<<20); ooxml.EscapeMarkdown(dashes) != dashes {
		t.Error("dashes within a line are escaped")
	}
}
