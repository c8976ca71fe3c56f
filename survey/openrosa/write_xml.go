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

// escape writes a text or an attribute's value, without the characters that XML 1.0 (section 2.2) forbids.
func (w *xmlWriter) escape(s string, attribute bool) {
	done := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= ' ' && c != '&' && c != '<' && c != '>' && c != '"' && c != 0xEF {
			continue
		}
		written, size := escaped(s[i:], attribute)
		if size == 0 {
			continue
		}
		w.out = append(append(w.out, s[done:i]...), written...)
		i += size - 1
		done = i + 1
	}
	w.out = append(w.out, s[done:]...)
}

// escaped is what stands for the first bytes of a text, and how many they are; 0 when they may stay.
func escaped(s string, attribute bool) (written string, size int) {
	switch c := s[0]; {
	case c == '&':
		return "&amp;", 1
	case c == '<':
		return "&lt;", 1
	case c == '>':
		return "&gt;", 1
	case c == '"' && attribute:
		return "&quot;", 1
	case c == '\r':
		return "&#13;", 1 // else a parser makes a line end of it
	case c == '"', c == '\n', c == '\t':
		return "", 0
	case c < ' ':
		return "", 1
	case strings.HasPrefix(s, "\uFFFE"), strings.HasPrefix(s, "\uFFFF"):
		return "", 3
	}
	return "", 0
}
