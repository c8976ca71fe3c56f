package xpath

import (
	"strconv"
	"strings"
	"unicode"
)

// tokenKind is what sort of token it is.
type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenNumber
	tokenText
	tokenName // a QName: function, axis, element
	tokenRef  // ${name}
	tokenSign // an operator or punctuation
)

type token struct {
	kind     tokenKind
	text     string
	number   float64
	position int // of its first character
	operator bool
}

// lexer cuts an expression into tokens (XPath 1.0, section 3.7).
type lexer struct {
	source []rune
	at     int
	tokens []token
}

// halfWidth gives the character that was meant by one that Chinese input methods
// and word processors put in its place.
var halfWidth = map[rune]string{
	'（': "(", '）': ")", '，': ",", '＝': "=", '＜': "<", '＞': ">", '＋': "+", '－': "-", '—': "-", '–': "-", '＊': "*",
	'！': "!", '．': ".", '。': ".", '［': "[", '］': "]", '【': "[", '】': "]", '／': "/", '：': ":", '；': ";", '｛': "{", '｝': "}", '＄': "$", '￥': "$",
	'‘': "'", '’': "'", '“': `"`, '”': `"`, '＂': `"`, '＇': "'", '、': ",",
}

func tokenize(source []rune) ([]token, error) {
	l := &lexer{source: source}
	for {
		for l.at < len(source) && (unicode.IsSpace(source[l.at]) || source[l.at] == '\u200b' || source[l.at] == '\ufeff') {
			l.at++
		}
		if l.at == len(source) {
			return append(l.tokens, token{kind: tokenEnd, position: l.at}), nil
		}
		t, err := l.next()
		if err != nil {
			return nil, err
		}
		l.tokens = append(l.tokens, t)
	}
}

func (l *lexer) next() (token, error) {
	start, c := l.at, l.source[l.at]
	switch {
	case c == '\'' || c == '"':
		return l.quoted(c)
	case c == '$' && isNameStart(l.peek(1)):
		l.at++
		t := l.name()
		t.text, t.position, t.operator = "$"+t.text, start, false
		return t, nil
	case c == '$':
		return l.reference()
	case isDigit(c) || c == '.' && isDigit(l.peek(1)):
		return l.number()
	case isNameStart(c):
		return l.name(), nil
	}
	if err := l.mistaken(); err != nil {
		return token{}, err
	}
	for _, sign := range []string{"<=", ">=", "!=", "::", "//", ".."} {
		if l.has(sign) {
			l.at += 2
			return token{kind: tokenSign, text: sign, position: start, operator: sign != "::" && sign != ".."}, nil
		}
	}
	switch c {
	case '(', ')', '[', ']', ',', '.', '@':
		l.at++
		return token{kind: tokenSign, text: string(c), position: start}, nil
	case '/', '|', '+', '-', '=', '<', '>':
		l.at++
		return token{kind: tokenSign, text: string(c), position: start, operator: true}, nil
	case '*':
		l.at++
		return token{kind: tokenSign, text: "*", position: start, operator: l.afterOperand()}, nil
	}
	if meant, ok := halfWidth[c]; ok {
		return token{}, fail(start, "xpath.fullWidth", string(c), meant)
	}
	return token{}, fail(start, "xpath.unexpected", string(c))
}

func (l *lexer) peek(ahead int) rune {
	if l.at+ahead < len(l.source) {
		return l.source[l.at+ahead]
	}
	return 0
}

func (l *lexer) has(sign string) bool {
	return l.source[l.at] == rune(sign[0]) && l.peek(1) == rune(sign[1])
}

// afterOperand tells whether an operator may stand here: XPath 1.0 reads * and
// the names and, or, div, mod as operators only then.
func (l *lexer) afterOperand() bool {
	if len(l.tokens) == 0 {
		return false
	}
	last := l.tokens[len(l.tokens)-1]
	if last.operator {
		return false
	}
	if last.kind == tokenSign {
		return last.text != "@" && last.text != "::" && last.text != "(" && last.text != "[" && last.text != ","
	}
	return true
}

func (l *lexer) quoted(quote rune) (token, error) {
	start := l.at
	for end := start + 1; end < len(l.source); end++ {
		if l.source[end] == quote {
			l.at = end + 1
			return token{kind: tokenText, text: string(l.source[start+1 : end]), position: start}, nil
		}
	}
	return token{}, fail(start, "xpath.unclosedText", string(quote))
}

func (l *lexer) reference() (token, error) {
	start := l.at
	if l.peek(1) != '{' {
		return token{}, fail(start, "xpath.badReference")
	}
	for end := start + 2; end < len(l.source); end++ {
		if l.source[end] != '}' {
			continue
		}
		name := l.source[start+2 : end]
		for len(name) > 0 && unicode.IsSpace(name[0]) {
			name = name[1:]
		}
		for len(name) > 0 && unicode.IsSpace(name[len(name)-1]) {
			name = name[:len(name)-1]
		}
		text := string(name)
		if !isQName(strings.TrimPrefix(text, LastSaved)) {
			return token{}, fail(start, "xpath.badReference")
		}
		l.at = end + 1
		return token{kind: tokenRef, text: text, position: start}, nil
	}
	return token{}, fail(start, "xpath.badReference")
}

func (l *lexer) number() (token, error) {
	start := l.at
	for isDigit(l.peek(0)) {
		l.at++
	}
	if l.peek(0) == '.' {
		l.at++
		for isDigit(l.peek(0)) {
			l.at++
		}
	}
	text := string(l.source[start:l.at])
	number, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return token{}, fail(start, "xpath.badNumber", text)
	}
	return token{kind: tokenNumber, text: text, number: number, position: start}, nil
}

func (l *lexer) name() token {
	start := l.at
	for isNameRune(l.peek(0)) {
		l.at++
	}
	if l.peek(0) == ':' && (isNameStart(l.peek(1)) || l.peek(1) == '*') {
		l.at += 2
		for isNameRune(l.peek(0)) {
			l.at++
		}
	}
	t := token{kind: tokenName, text: string(l.source[start:l.at]), position: start}
	switch t.text {
	case "and", "or", "div", "mod":
		t.operator = l.afterOperand()
	}
	return t
}

func isDigit(c rune) bool { return '0' <= c && c <= '9' }

func isNameStart(c rune) bool { return c == '_' || unicode.IsLetter(c) }

func isNameRune(c rune) bool {
	return isNameStart(c) || c == '-' || c == '.' || c == '·' || unicode.IsDigit(c) || unicode.In(c, unicode.Mn, unicode.Mc)
}

// isQName tells whether it is a name, perhaps with a prefix: age, orx:meta.
func isQName(name string) bool {
	prefix, local, prefixed := strings.Cut(name, ":")
	return isName(prefix) && (!prefixed || isName(local))
}

func isName(name string) bool {
	for i, c := range name {
		if i == 0 && !isNameStart(c) || !isNameRune(c) {
			return false
		}
	}
	return name != ""
}
