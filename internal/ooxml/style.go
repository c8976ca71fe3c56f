package ooxml

import (
	"strconv"
	"strings"
)

// style is what a named style says that matters for the text.
type style struct {
	heading      int    // 1 to 9; 0 is body text
	numID        string // the list that the style belongs to
	level        int    // its level in that list
	contents     bool   // an entry of a table of contents
	bold, italic bool   // of character styles only
	basedOn      string
}

// readStyles reads the styles by id, each with what it inherits.
func readStyles(root *node) map[string]style {
	styles := map[string]style{}
	for _, k := range root.kids {
		if k.name != "w:style" {
			continue
		}
		name := strings.ToLower(k.kid("w:name").at("val"))
		s := style{basedOn: k.kid("w:basedOn").at("val"), contents: strings.HasPrefix(name, "toc ")}
		switch k.at("type") {
		case "paragraph":
			pr := k.kid("w:pPr")
			s.heading = headingOf(name, pr.kid("w:outlineLvl"))
			s.numID = pr.kid("w:numPr").kid("w:numId").at("val")
			s.level = levelOf(pr.kid("w:numPr"))
		case "character":
			s.bold, s.italic = k.kid("w:rPr").kid("w:b").on(), k.kid("w:rPr").kid("w:i").on()
		}
		styles[k.at("styleId")] = s
	}
	out := make(map[string]style, len(styles))
	for id, s := range styles {
		base := s.basedOn
		for range 20 { // a style may be based on itself in a damaged file
			b, ok := styles[base]
			if !ok {
				break
			}
			if s.heading == 0 && !s.contents {
				s.heading = b.heading
			}
			if s.numID == "" && b.numID != "" {
				s.numID, s.level = b.numID, b.level
			}
			s.contents = s.contents || b.contents
			s.bold, s.italic = s.bold || b.bold, s.italic || b.italic
			base = b.basedOn
		}
		out[id] = s
	}
	return out
}

// headingOf tells the level from the outline level, else from the style's name: Word
// calls its own styles "heading 1" and "Title" in every language, WPS also 标题 1.
func headingOf(name string, outline *node) int {
	if level, err := strconv.Atoi(outline.at("val")); err == nil && level >= 0 && level < 9 {
		return level + 1
	}
	switch name {
	case "title", "标题":
		return 1
	}
	for _, prefix := range []string{"heading ", "标题 "} {
		if rest, ok := strings.CutPrefix(name, prefix); ok {
			if level, err := strconv.Atoi(rest); err == nil && level > 0 && level < 10 {
				return level
			}
		}
	}
	return 0
}

// levelOf is the list level of a w:numPr, 0 to 8.
func levelOf(numPr *node) int {
	level, err := strconv.Atoi(numPr.kid("w:ilvl").at("val"))
	if err != nil {
		return 0
	}
	return max(0, min(level, 8))
}
