package ooxml_test

import (
	"bytes"
	"strings"
	"testing"

	"tianye/internal/ooxml"
	"tianye/internal/ooxml/ooxmltest"
)

// TestTextInPieces: a text that comments cut into a million pieces is read as it is,
// and soon.
func TestTextInPieces(t *testing.T) {
	const n = 900_000
	raw := ooxmltest.Docx("<w:p><w:r><w:t>" + strings.Repeat("a<!-- -->", n) + "</w:t></w:r></w:p>")
	d, err := ooxml.ReadDocx(bytes.NewReader(raw), int64(len(raw)))
	if err != nil || strings.TrimSpace(d.Markdown) != strings.Repeat("a", n) {
		t.Fatal(err)
	}
}
