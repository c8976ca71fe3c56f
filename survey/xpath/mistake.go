package xpath

import "strings"

// mistake is what people write for an operator of XPath: what they meant, and an example.
type mistake struct{ written, meant, example string }

// mistakes are operators of other languages and of keyboards, a longer one before what
// it begins with; "/" and "|" have meanings of their own and are seen by the parser.
var mistakes = []mistake{
	{"&&", "and", "${age} >= 16 and ${age} <= 100"},
	{"&", "and", "${age} >= 16 and ${age} <= 100"},
	{"＆", "and", "${age} >= 16 and ${age} <= 100"},
	{"||", "or", "${age} < 16 or ${age} > 100"},
	{"===", "=", "${gender} = 'm'"},
	{"==", "=", "${gender} = 'm'"},
	{"!==", "!=", "${gender} != 'm'"},
	{"<>", "!=", "${gender} != 'm'"},
	{"≠", "!=", "${gender} != 'm'"},
	{"=>", ">=", "${age} >= 16"},
	{"≥", ">=", "${age} >= 16"},
	{"=<", "<=", "${age} <= 100"},
	{"≤", "<=", "${age} <= 100"},
	{"×", "*", "${price} * 2"},
	{"÷", "div", "${price} div 2"},
	{"%", "mod", "${age} mod 2"},
	{"％", "mod", "${age} mod 2"},
	{"^", "pow()", "pow(${side}, 2)"},
}

// wordMistakes are words for operators, in lower case.
var wordMistakes = map[string]mistake{
	"and": {meant: "and", example: "${age} >= 16 and ${age} <= 100"},
	"且":   {meant: "and", example: "${age} >= 16 and ${age} <= 100"},
	"并且":  {meant: "and", example: "${age} >= 16 and ${age} <= 100"},
	"or":  {meant: "or", example: "${age} < 16 or ${age} > 100"},
	"或":   {meant: "or", example: "${age} < 16 or ${age} > 100"},
	"或者":  {meant: "or", example: "${age} < 16 or ${age} > 100"},
	"div": {meant: "div", example: "${price} div 2"},
	"mod": {meant: "mod", example: "${age} mod 2"},
}

// mistaken complains when what comes next is no operator of XPath but one of elsewhere.
func (l *lexer) mistaken() error {
	ahead := string(l.source[l.at:min(l.at+3, len(l.source))])
	for _, m := range mistakes {
		if strings.HasPrefix(ahead, m.written) {
			return fail(l.at, "xpath.operator", m.written, m.meant, m.example)
		}
	}
	if ahead[0] == '!' && l.peek(1) != '=' || strings.HasPrefix(ahead, "！") && l.peek(1) != '=' && l.peek(1) != '＝' {
		return fail(l.at, "xpath.operator", string(l.source[l.at]), "not(…)", "not(selected(${crops}, 'maize'))")
	}
	return nil
}

// division complains of a "/" or "//" before what can be no step of a path; nil when a
// step may follow.
func (p *parser) division() error {
	slash, next := p.tokens[p.at-1], p.peek()
	if p.isReference() || !p.startsPrimary() && !p.isSign("-") {
		return nil
	}
	before := "…"
	if p.at > 1 {
		before = p.tokens[p.at-2].operand()
	}
	return fail(slash.position, "xpath.division", slash.text, before+" div "+next.operand())
}

// operand writes a token for an example; "…" when it is only a piece of an operand.
func (t token) operand() string {
	switch {
	case t.kind == tokenRef:
		return "${" + t.text + "}"
	case t.kind == tokenNumber, t.kind == tokenSign && t.text == ".":
		return t.text
	}
	return "…"
}

// comparison tells whether a token compares.
func (t token) comparison() bool {
	return t.kind == tokenSign && (contains(levels[2], t.text) || contains(levels[3], t.text))
}

// comparedAgain complains of ". >= 16 and <= 100", where the second comparison has
// nothing to compare. The example is made of the expression where it is plain enough.
func (p *parser) comparedAgain(conjunction token) error {
	sign := p.peek()
	if !sign.comparison() {
		return nil
	}
	example := ". >= 16 " + conjunction.text + " . <= 100"
	begins := func(at int) bool {
		return at == 0 || p.tokens[at-1].text == "(" || p.tokens[at-1].text == conjunction.text
	}
	if at := p.at - 4; at >= 0 && begins(at) && p.tokens[at+1].comparison() && p.tokens[at+3] == conjunction {
		subject, first, second := p.tokens[at].operand(), p.tokens[at+2].operand(), p.tokens[p.at+1].operand()
		if subject != "…" && first != "…" && second != "…" {
			example = strings.Join([]string{subject, p.tokens[at+1].text, first, conjunction.text, subject, sign.text, second}, " ")
		}
	}
	return fail(sign.position, "xpath.comparedAgain", conjunction.text, example)
}
