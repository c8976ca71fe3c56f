package render

import (
	"golang.org/x/image/font/sfnt"
)

// fontFamily is for whoever opens the SVG: Word and WPS on Windows take the first,
// a Mac its own, Linux and our own PNG the Noto typeface that is built in.
const fontFamily = "Microsoft YaHei, PingFang SC, Noto Sans SC, sans-serif"

// builtinFamily is the typeface of the PNG.
const builtinFamily = "Noto Sans SC"

// fontsFor gives the fonts that hold every character of an SVG, and little else.
func fontsFor(svg string) ([][]byte, error) {
	faces, err := typefaces()
	if err != nil {
		return nil, err
	}
	wanted := make([]map[rune]sfnt.GlyphIndex, len(faces))
	for i := range wanted {
		wanted[i] = map[rune]sfnt.GlyphIndex{}
	}
	var buffer sfnt.Buffer
	for r := range characters(svg) {
		for _, weight := range []int{regular, bold} {
			if face, glyph := find(faces, &buffer, r, weight); glyph != 0 {
				wanted[face][r] = glyph
			}
		}
	}
	var fonts [][]byte
	for i, face := range faces {
		if len(wanted[i]) == 0 {
			continue
		}
		font, err := subset(face.file, wanted[i])
		if err != nil {
			return nil, err
		}
		fonts = append(fonts, font)
	}
	return fonts, nil
}

// characters are all that may be drawn: the SVG's own, and those it writes as entities.
func characters(svg string) map[rune]bool {
	set := map[rune]bool{}
	for _, r := range `&<>"' ` + svg {
		set[r] = true
	}
	return set
}
