package openrosa

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// phrase writes a text for people, with an output element for each ${name} and for each path into a secondary instance.
func (w *formWriter) phrase(text string, from *formNode) {
	at := 0
	if text != "-" {
		for _, p := range instancePaths(text) {
			w.phraseWithNames(text[at:p[0]], from)
			// The reference converter escapes such an expression once more than it need.
			w.output(w.replace(escaper.Replace(text[p[0]:p[1]]), from))
			at = p[1]
		}
	}
	w.phraseWithNames(text[at:], from)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

func (w *formWriter) phraseWithNames(text string, from *formNode) {
	at := 0
	for {
		r, found := nextReference(text, at)
		if !found {
			w.text(text[at:])
			return
		}
		w.text(text[at:r.start])
		w.output(w.path(text, r, from, manner{}))
		at = r.end
	}
}

func (w *formWriter) output(value string) {
	w.start("output", "value", value)
	w.end()
}

// instancePaths finds the paths that begin with instance('…') in a text: to the first white space
// that is in no predicate.
func instancePaths(text string) [][2]int {
	if !strings.Contains(text, "instance(") {
		return nil
	}
	var found [][2]int
	in, inPath, inPredicate := false, false, false
	start := 0
	var last token
	for at := 0; at < len(text); {
		t := nextToken(text, at)
		at = t.end
		part := true
		switch {
		case !in && t.kind == tokenCall && t.text == "instance(":
			in, inPath, inPredicate, start = true, false, false, t.start
		case !in:
			part = false
		case t.kind == tokenLiteral && last.text == "instance(",
			t.kind == tokenClose && last.kind == tokenLiteral && !inPath && !inPredicate:
		case t.text == "/" && (last.kind == tokenClose || last.kind == tokenPredicateEnd):
			inPath = true
		case inPath:
			part = t.kind != tokenSpace
			inPredicate = inPredicate || t.kind == tokenPredicate
			inPath = part && t.kind != tokenPredicate
		case inPredicate:
			inPredicate = t.kind != tokenPredicateEnd
		default:
			part = false
		}
		switch {
		case part:
			last = t
		case in:
			in = false
			found = append(found, [2]int{start, last.end})
		}
	}
	if in {
		found = append(found, [2]int{start, last.end})
	}
	return found
}

// tokenKind tells apart the words that matter to instancePaths.
type tokenKind int

const (
	tokenOther tokenKind = iota
	tokenSpace
	tokenLiteral      // 'towns'
	tokenCall         // instance(
	tokenPredicate    // item[
	tokenPredicateEnd // ]
	tokenClose        // )
)

type token struct {
	kind       tokenKind
	text       string
	start, end int
}

func nextToken(text string, at int) token {
	as := func(kind tokenKind, length int) token {
		return token{kind, text[at : at+length], at, at + length}
	}
	rest := text[at:]
	for _, operator := range []string{" mod ", " div ", " and ", " or "} {
		if strings.HasPrefix(rest, operator) {
			return as(tokenOther, len(operator))
		}
	}
	first, size := utf8.DecodeRuneInString(rest)
	switch {
	case first == '"' || first == '\'':
		if length := strings.IndexRune(rest[1:], first); length >= 0 {
			return as(tokenLiteral, length+2)
		}
	case first == ')':
		return as(tokenClose, 1)
	case first == ']':
		return as(tokenPredicateEnd, 1)
	case unicode.IsSpace(first):
		return as(tokenSpace, len(rest)-len(strings.TrimLeftFunc(rest, unicode.IsSpace)))
	case first == '_' || unicode.IsLetter(first):
		length := len(rest) - len(strings.TrimLeftFunc(rest, func(r rune) bool {
			return unicode.In(r, unicode.L, unicode.M, unicode.Nd) || strings.ContainsRune("_-.:·", r)
		}))
		if length < len(rest) && rest[length] == '(' {
			return as(tokenCall, length+1)
		}
		if length < len(rest) && rest[length] == '[' {
			return as(tokenPredicate, length+1)
		}
		return as(tokenOther, length)
	}
	return as(tokenOther, size)
}
