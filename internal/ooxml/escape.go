package ooxml

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// EscapeMarkdown writes plain text so that Markdown shows it as it is. It escapes
// only what would mean something where it stands: Chinese prose stays readable.
func EscapeMarkdown(text string) string {
	if !strings.ContainsAny(text, "\\*`_<[&#>=-+") {
		return text
	}
	links := strings.Contains(text, "](") || strings.Contains(text, "]:")
	var b strings.Builder
	begins := true // nothing but spaces since the line began
	last := ' '
	for i, r := range text {
		_, size := utf8.DecodeRuneInString(text[i:])
		if escaped(r, last, begins, links, text[i+size:]) {
			b.WriteByte('\\')
		}
		b.WriteString(text[i : i+size])
		begins = r == '\n' || begins && unicode.IsSpace(r)
		last = r
	}
	return b.String()
}

var entity = regexp.MustCompile(`^#?[0-9A-Za-z]{1,32};`)

func escaped(r, last rune, begins, links bool, after string) bool {
	next, _ := utf8.DecodeRuneInString(after)
	switch r {
	case '*', '`':
		return true
	case '\\':
		return after == "" || next < utf8.RuneSelf && !unicode.IsLetter(next) && !unicode.IsDigit(next)
	case '_': // snake_case is safe
		return !word(last) || !word(next)
	case '<':
		return next < utf8.RuneSelf && (unicode.IsLetter(next) || strings.ContainsRune("/!?", next))
	case '[':
		return links || next == '^'
	case '&':
		return entity.MatchString(after)
	case '#', '>':
		return begins
	case '=', '-', '+': // a rule, or the underline of a heading; a list is meant
		if !begins {
			return false
		}
		line, _, _ := strings.Cut(after, "\n")
		return strings.Trim(line, "=-+ ") == ""
	}
	return false
}

func word(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }
