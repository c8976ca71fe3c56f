package render

import (
	"unicode"

	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// measurer gives text widths from the fonts' own figures, so that labels are laid
// out for the glyphs that will be drawn. It serves one goroutine.
type measurer struct {
	faces    []typeface
	buffer   sfnt.Buffer
	advances [2]map[rune]float64 // by weight
}

func newMeasurer(faces []typeface) *measurer {
	return &measurer{faces: faces, advances: [2]map[rune]float64{{}, {}}}
}

// em is the width of a text at size 1.
func (m *measurer) em(text string, weight int) float64 {
	known, width := m.advances[weight], 0.0
	for _, r := range text {
		advance, ok := known[r]
		if !ok {
			advance = m.advance(r, weight)
			known[r] = advance
		}
		width += advance
	}
	return width
}

func (m *measurer) advance(r rune, weight int) float64 {
	if unicode.IsControl(r) {
		return 0
	}
	face, glyph := find(m.faces, &m.buffer, r, weight)
	const ppem = 1000
	advance, err := m.faces[face].font.GlyphAdvance(&m.buffer, glyph, fixed.I(ppem), 0)
	if err != nil {
		return 1
	}
	return float64(advance) / 64 / ppem
}

// find gives the typeface that draws a character in a weight, and its glyph there;
// glyph 0 of the first, the empty box, when none does.
func find(faces []typeface, buffer *sfnt.Buffer, r rune, weight int) (face int, glyph sfnt.GlyphIndex) {
	order := [...]int{weight, bold + 1, bold + 2}
	for _, face := range order {
		if glyph, err := faces[face].font.GlyphIndex(buffer, r); err == nil && glyph != 0 {
			return face, glyph
		}
	}
	return weight, 0
}
