package ooxml

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"unicode"
)

// span is a stretch of a paragraph in one formatting.
type span struct {
	text         string // Markdown already when raw
	bold, italic bool
	raw          bool
}

// spans reads what stands in a paragraph, in order.
type spans struct {
	r    *reader
	all  []span
	size int
	err  error
}

func (s *spans) add(next span) {
	if next.text == "" || s.err != nil || s.r.hidden() {
		return
	}
	if s.size += len(next.text); s.size > maxText {
		s.err = fmt.Errorf("%w: a paragraph too long", ErrLimit)
		return
	}
	s.all = append(s.all, next)
}

// joined gives the spans with those of the same formatting made one: Word cuts a
// sentence into many.
func (s *spans) joined() []span {
	var list []span
	var text strings.Builder
	for i, piece := range s.all {
		text.WriteString(piece.text)
		if i+1 < len(s.all) {
			if next := s.all[i+1]; !piece.raw && !next.raw && next.bold == piece.bold && next.italic == piece.italic {
				continue
			}
		}
		piece.text = text.String()
		list = append(list, piece)
		text.Reset()
	}
	return list
}

// walk reads the children of a paragraph, a hyperlink, an insertion …
func (s *spans) walk(n *node, bold, italic bool) {
	for _, k := range n.kids {
		switch k.name {
		case "w:r":
			s.run(k)
		case "m:t":
			s.add(span{text: k.text, bold: bold, italic: italic})
		case "w:hyperlink":
			s.link(k)
		case "mc:AlternateContent":
			if choice := k.kid("mc:Choice"); choice != nil {
				s.walk(choice, bold, italic)
			} else if fallback := k.kid("mc:Fallback"); fallback != nil {
				s.walk(fallback, bold, italic)
			}
		case "w:txbxContent":
			s.r.boxes = append(s.r.boxes, k)
		case "a:blip":
			s.picture(k.at("r:embed"))
		case "v:imagedata":
			s.picture(k.at("r:id"))
		case "wp:docPr":
			s.r.pictureText = k.at("descr")
		case "c:chart":
			s.add(span{text: "〔图表〕"})
		case "w:del", "w:moveFrom", "w:pPr", "w:rPr", "w:instrText", "w:delText", "w:sdtPr", "w:rt", "m:ctrlPr":
			// deleted text, properties, the reading above a word
		default:
			s.character(k, bold, italic)
		}
	}
}

// character reads what stands in a run.
func (s *spans) character(k *node, bold, italic bool) {
	switch k.name {
	case "w:t":
		s.add(span{text: k.text, bold: bold, italic: italic})
	case "w:tab":
		s.add(span{text: " ", bold: bold, italic: italic})
	case "w:br", "w:cr":
		text := "\n"
		if kind := k.at("type"); kind == "page" || kind == "column" {
			text = " "
		}
		s.add(span{text: text, bold: bold, italic: italic})
	case "w:noBreakHyphen":
		s.add(span{text: "-", bold: bold, italic: italic})
	case "w:sym":
		s.add(span{text: symbol(k.at("char")), bold: bold, italic: italic})
	case "w:fldChar":
		s.r.field(k.at("fldCharType"))
	case "w:footnoteReference", "w:endnoteReference":
		s.add(span{text: s.r.note(k.name[2:3] + k.at("id")), raw: true})
	default:
		s.walk(k, bold, italic)
	}
}

func (s *spans) run(k *node) {
	pr := k.kid("w:rPr")
	if pr.kid("w:vanish").on() {
		return
	}
	named := s.r.styles[pr.kid("w:rStyle").at("val")]
	bold, italic := named.bold, named.italic
	if b := pr.kid("w:b"); b != nil {
		bold = b.on()
	}
	if i := pr.kid("w:i"); i != nil {
		italic = i.on()
	}
	script := pr.kid("w:vertAlign").at("val")
	for _, piece := range s.inside(k, bold, italic) {
		if !piece.raw && (script == "superscript" || script == "subscript") {
			piece.text = raised(piece.text, script)
		}
		s.add(piece)
	}
}

// inside reads the children of k by themselves.
func (s *spans) inside(k *node, bold, italic bool) []span {
	inner := spans{r: s.r, err: s.err}
	inner.walk(k, bold, italic)
	s.err = inner.err
	return inner.joined()
}

// link keeps the address of a link to the outside; one inside the document is its text.
func (s *spans) link(k *node) {
	rel, ok := s.r.rels[k.at("r:id")]
	if !ok || !rel.external || !webAddress.MatchString(rel.target) || s.r.hidden() {
		s.walk(k, false, false)
		return
	}
	inner := spans{all: s.inside(k, false, false)}
	text := strings.ReplaceAll(inner.markdown(false), "\n", " ")
	s.add(span{text: "[" + text + "](" + rel.target + ")", raw: true})
}

// webAddress is what may stand in a Markdown link as it is.
var webAddress = regexp.MustCompile(`^(https?://|mailto:)[^\s<>()\\]+$`)

// shown are the kinds of picture that a browser shows; others become links.
var shown = map[string]bool{".png": true, ".jpg": true, ".jpeg": true, ".gif": true, ".webp": true, ".bmp": true}

// picture names an embedded picture; one that is linked to is never fetched.
func (s *spans) picture(relation string) {
	rel, ok := s.r.rels[relation]
	if !ok || rel.external || s.err != nil {
		return
	}
	name, err := s.r.image(rel.target)
	if err != nil {
		s.err = err
		return
	}
	if name == "" {
		return
	}
	alt := EscapeMarkdown(strings.Join(strings.Fields(s.r.pictureText), " "))
	s.r.pictureText = ""
	if shown[strings.ToLower(path.Ext(name))] {
		s.add(span{text: "![" + alt + "](" + name + ")", raw: true})
		return
	}
	s.add(span{text: "[" + name + "](" + name + ")", raw: true})
}

// markdown writes the spans. Emphasis ends at letters, not at punctuation or spaces,
// where what stands outside is not the paragraph's end: only so does every Markdown
// reader see 《**条例**》规定 as its writer did.
func (s *spans) markdown(emphasis bool) string {
	var b strings.Builder
	marked := false // what was written last is a marker, which another would lengthen
	list := s.joined()
	for i, piece := range list {
		marker := ""
		if piece.bold {
			marker = "**"
		}
		if piece.italic {
			marker += "*"
		}
		if piece.raw {
			b.WriteString(piece.text)
			marked = false
			continue
		}
		from, to := edges(piece.text, i == 0, i == len(list)-1)
		if marker == "" || !emphasis || from == to || marked && from == 0 {
			b.WriteString(EscapeMarkdown(piece.text))
			marked = false
			continue
		}
		b.WriteString(EscapeMarkdown(piece.text[:from]) + marker + EscapeMarkdown(piece.text[from:to]) + marker + EscapeMarkdown(piece.text[to:]))
		marked = to == len(piece.text)
	}
	return b.String()
}

// edges finds where emphasis may begin and end in text.
func edges(text string, first, last bool) (from, to int) {
	outside := func(free bool) func(rune) bool {
		return func(r rune) bool {
			return unicode.IsSpace(r) || !free && (unicode.IsPunct(r) || unicode.IsSymbol(r))
		}
	}
	to = len(strings.TrimRightFunc(text, outside(last)))
	from = len(text) - len(strings.TrimLeftFunc(text, outside(first)))
	return min(from, to), to
}

// symbol is the character of a symbol font; a box where we do not know it.
func symbol(char string) string {
	switch strings.ToUpper(char) {
	case "F0FE", "F052":
		return "☑"
	case "F0FC":
		return "✓"
	case "F06C", "F0B7", "F09F":
		return "●"
	default:
		return "□"
	}
}

// raised writes digits as Unicode's own, so that m² does not become m2.
func raised(text, script string) string {
	from, to := []rune("0123456789+-"), []rune("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
	if script == "subscript" {
		to = []rune("₀₁₂₃₄₅₆₇₈₉₊₋")
	}
	return strings.Map(func(r rune) rune {
		for i, f := range from {
			if f == r {
				return to[i]
			}
		}
		return r
	}, text)
}
