package openrosa

import "strings"

// xmlWriter writes elements as they come: one a line, indented, except where text stands beside them.
type xmlWriter struct {
	out   []byte
	open  []openElement
	inTag bool // the innermost element's start tag is not closed yet
}

type openElement struct {
	name  string
	mixed bool // holds text: nothing may be added to it
}

// start opens an element with attributes: name, value, name, value …
func (w *xmlWriter) start(name string, attributes ...string) {
	w.closeTag()
	mixed := len(w.open) > 0 && w.open[len(w.open)-1].mixed
	if !mixed {
		w.newLine(len(w.open))
	}
	w.out = append(append(w.out, '<'), name...)
	w.open = append(w.open, openElement{name, mixed})
	w.inTag = true
	for i := 0; i+1 < len(attributes); i += 2 {
		w.attribute(attributes[i], attributes[i+1])
	}
}

// attribute adds to the element just started.
func (w *xmlWriter) attribute(name, value string) {
	w.out = append(append(append(w.out, ' '), name...), `="`...)
	w.escape(value, true)
	w.out = append(w.out, '"')
}

func (w *xmlWriter) text(s string) {
	if s == "" {
		return
	}
	w.closeTag()
	w.open[len(w.open)-1].mixed = true
	w.escape(s, false)
}

// raw adds well-formed XML as it stands.
func (w *xmlWriter) raw(s string) {
	w.closeTag()
	w.open[len(w.open)-1].mixed = true
	w.out = append(w.out, s...)
}

// end closes the innermost element.
func (w *xmlWriter) end() {
	last := len(w.open) - 1
	element := w.open[last]
	w.open = w.open[:last]
	if w.inTag {
		w.out = append(w.out, "/>"...)
		w.inTag = false
		return
	}
	if !element.mixed {
		w.newLine(last)
	}
	w.out = append(append(append(w.out, "</"...), element.name...), '>')
}

// leaf writes an element that holds a text or nothing.
func (w *xmlWriter) leaf(name, text string, attributes ...string) {
	w.start(name, attributes...)
	w.text(text)
	w.end()
}

func (w *xmlWriter) closeTag() {
	if w.inTag {
		w.out = append(w.out, '>')
		w.inTag = false
	}
}

func (w *xmlWriter) newLine(depth int) {
	w.out = append(w.out, '\n')
	for range depth {
		w.out = append(w.out, "  "...)
	}
}

// escape leaves out the control characters that XML 1.0 (section 2.2) forbids.
func (w *xmlWriter) escape(s string, attribute bool) {
	special := "&<>"
	if attribute {
		special = "&<>\"\n\r\t"
	}
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool {
			return r < ' ' || r == 0xFFFE || r == 0xFFFF || r < 0x80 && strings.ContainsRune(special, r)
		})
		if i < 0 {
			w.out = append(w.out, s...)
			return
		}
		w.out = append(w.out, s[:i]...)
		size := 1
		switch s[i] {
		case '&':
			w.out = append(w.out, "&amp;"...)
		case '<':
			w.out = append(w.out, "&lt;"...)
		case '>':
			w.out = append(w.out, "&gt;"...)
		case '"':
			w.out = append(w.out, "&quot;"...)
		case '\n', '\t', '\r':
			w.escapeSpace(s[i], attribute)
		case 0xEF: // U+FFFE and U+FFFF
			size = 3
		}
		s = s[i+size:]
	}
}

// escapeSpace keeps a parser from turning line ends and tabs into other white space.
func (w *xmlWriter) escapeSpace(c byte, attribute bool) {
	switch {
	case !attribute && c != '\r':
		w.out = append(w.out, c)
	case c == '\n':
		w.out = append(w.out, "&#10;"...)
	case c == '\t':
		w.out = append(w.out, "&#9;"...)
	default:
		w.out = append(w.out, "&#13;"...)
	}
}
