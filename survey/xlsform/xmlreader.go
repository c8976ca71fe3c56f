package xlsform

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// tokenKind is what an xmlReader came upon.
type tokenKind int

const (
	tokenOpen  tokenKind = iota // <c r="A1">
	tokenEmpty                  // <c r="A1"/>
	tokenClose                  // </c>
	tokenText
)

// xmlToken is a tag or a text; its bytes are good until the next one is read.
type xmlToken struct {
	kind       tokenKind
	name       []byte // of a tag, without its prefix
	attributes []byte // of a tag, as written
	text       []byte // of a text, as written
	literal    bool   // of a text: CDATA, in which nothing is escaped
}

// xmlReader reads the tags and texts of a workbook's part one after another. It knows
// no more of XML than the parts need, many times faster than encoding/xml: a sheet
// of a thousand styled and empty rows is half a megabyte.
type xmlReader struct {
	in  io.Reader
	buf []byte
	at  int
	err error // what ended reading: io.EOF at the end
}

var (
	errXML      = errors.New("not well-formed XML")
	errDocument = errors.New("XML with a DOCTYPE or in another encoding than UTF-8")
)

// more reads on, keeping what begins at x.at, and tells whether there was more.
func (x *xmlReader) more() bool {
	if x.err != nil {
		return false
	}
	const chunk, longest = 64 << 10, 8 << 20 // no tag or text of a workbook is longer
	if len(x.buf)-x.at > longest {
		x.err = errXML
		return false
	}
	if x.at > 0 {
		x.buf = x.buf[:copy(x.buf, x.buf[x.at:])]
		x.at = 0
	}
	used := len(x.buf)
	if cap(x.buf)-used < chunk {
		x.buf = append(make([]byte, 0, 2*cap(x.buf)+chunk), x.buf...)
	}
	var n int
	n, x.err = io.ReadFull(x.in, x.buf[used:used+chunk])
	if x.err == io.ErrUnexpectedEOF {
		x.err = io.EOF
	}
	x.buf = x.buf[:used+n]
	return n > 0
}

// find gives where, from x.at+skip on, something stands, counted from x.at; -1 for nowhere.
func (x *xmlReader) find(skip int, what string) int {
	for {
		if len(x.buf)-x.at >= skip {
			if i := bytes.Index(x.buf[x.at+skip:], []byte(what)); i >= 0 {
				return skip + i
			}
			skip = max(skip, len(x.buf)-x.at-len(what)+1)
		}
		if !x.more() {
			return -1
		}
	}
}

// starts tells whether what comes next begins so.
func (x *xmlReader) starts(with string) bool {
	for len(x.buf)-x.at < len(with) {
		if !x.more() {
			return false
		}
	}
	return string(x.buf[x.at:x.at+len(with)]) == with
}

// next gives the next tag or text; ok is false at the end, and the error is then in x.failed.
func (x *xmlReader) next() (t xmlToken, ok bool) {
	for {
		if x.at == len(x.buf) && !x.more() {
			return t, false
		}
		if x.buf[x.at] != '<' {
			end := x.find(0, "<")
			if end < 0 {
				end = len(x.buf) - x.at
			}
			t = xmlToken{kind: tokenText, text: x.buf[x.at : x.at+end]}
			x.at += end
			return t, true
		}
		switch {
		case x.starts("<?"):
			ok = x.skip("?>")
		case x.starts("<!--"):
			ok = x.skip("-->")
		case x.starts("<![CDATA["):
			const begin = len("<![CDATA[")
			end := x.find(begin, "]]>")
			if end < 0 {
				return x.broken(errXML)
			}
			t = xmlToken{kind: tokenText, text: x.buf[x.at+begin : x.at+end], literal: true}
			x.at += end + len("]]>")
			return t, true
		case x.starts("<!"):
			return x.broken(errDocument)
		default:
			return x.tag()
		}
		if !ok {
			return x.broken(errXML)
		}
	}
}

func (x *xmlReader) skip(to string) bool {
	end := x.find(2, to)
	x.at += end + len(to)
	return end >= 0
}

func (x *xmlReader) broken(err error) (xmlToken, bool) {
	x.err, x.at = err, len(x.buf)
	return xmlToken{}, false
}

// failed is why reading ended before the end, or nil.
func (x *xmlReader) failed() error {
	if x.err == io.EOF {
		return nil
	}
	return x.err
}

// tag reads from "<" to ">"; quoted values may hold a ">".
func (x *xmlReader) tag() (xmlToken, bool) {
	end := 1
	for {
		if x.at+end == len(x.buf) && !x.more() {
			return x.broken(errXML)
		}
		c := x.buf[x.at+end]
		end++
		if c == '>' {
			end--
			break
		}
		if c == '"' || c == '\'' {
			shut := x.find(end, string(c))
			if shut < 0 {
				return x.broken(errXML)
			}
			end = shut + 1
		}
	}
	inner := x.buf[x.at+1 : x.at+end]
	x.at += end + 1
	t := xmlToken{kind: tokenOpen}
	switch {
	case len(inner) > 0 && inner[0] == '/':
		t.kind, inner = tokenClose, inner[1:]
	case len(inner) > 0 && inner[len(inner)-1] == '/':
		t.kind, inner = tokenEmpty, inner[:len(inner)-1]
	}
	name := inner
	if i := bytes.IndexAny(inner, " \t\r\n"); i >= 0 {
		name, t.attributes = inner[:i], inner[i:]
	}
	if len(name) == 0 {
		return x.broken(errXML)
	}
	t.name = name[bytes.IndexByte(name, ':')+1:]
	return t, true
}

// is tells whether a tag has the name.
func (t xmlToken) is(name string) bool { return string(t.name) == name }

// attribute gives the value of an attribute by its name without prefix; "" when there is none.
func (t xmlToken) attribute(name string) string {
	rest := t.attributes
	for {
		key, after, found := bytes.Cut(rest, []byte("="))
		if !found {
			return ""
		}
		after = bytes.TrimLeft(after, " \t\r\n")
		if len(after) == 0 || after[0] != '"' && after[0] != '\'' {
			return ""
		}
		end := bytes.IndexByte(after[1:], after[0])
		if end < 0 {
			return ""
		}
		key = bytes.TrimSpace(key)
		if string(key[bytes.IndexByte(key, ':')+1:]) == name {
			return unescape(after[1 : 1+end])
		}
		rest = after[end+2:]
	}
}

// string gives a text with its line ends and escapes undone.
func (t xmlToken) string() string {
	if t.literal {
		return clean(string(t.text))
	}
	return clean(unescape(t.text))
}

// clean gives text that is UTF-8, with "\n" for line ends and without the carriage return as
// spreadsheets escape it.
func clean(s string) string {
	if strings.Contains(s, "_x000D_") {
		s = strings.ReplaceAll(s, "_x000D_", "")
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

var escapes = map[string]string{"lt": "<", "gt": ">", "amp": "&", "quot": `"`, "apos": "'"}

// unescape undoes entities; what is none stays as it is.
func unescape(raw []byte) string {
	if bytes.IndexByte(raw, '&') < 0 {
		return string(raw)
	}
	var b strings.Builder
	s := string(raw)
	for {
		before, after, found := strings.Cut(s, "&")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, _, closed := strings.Cut(after[:min(len(after), maxEntity)], ";")
		if text, known := entity(name); closed && known {
			b.WriteString(text)
			s = after[len(name)+1:]
			continue
		}
		b.WriteByte('&')
		s = after
	}
}

// maxEntity is how many characters behind an & may be its name: a text of nothing but & is read in one go.
const maxEntity = 12

func entity(name string) (string, bool) {
	if text, known := escapes[name]; known {
		return text, true
	}
	if len(name) < 2 || name[0] != '#' {
		return "", false
	}
	digits, base := name[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	if n == '\r' || n < ' ' && n != '\n' && n != '\t' {
		return "", true // what XML cannot carry
	}
	return string(rune(n)), true
}
