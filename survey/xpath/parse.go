package xpath

import (
	"fmt"
	"strings"
)

// Limits of one expression: its length in characters, how deep brackets may be
// nested in it, and how deep its tree may be.
const (
	MaxLength  = 32 << 10
	maxNesting = 500
	maxHeight  = 3000
)

// SyntaxError says what is wrong with an expression. Key and Args are a sentence of
// the message catalogues: problem.Say(e.Key, e.Args...).
type SyntaxError struct {
	Position int // in characters from 0
	Key      string
	Args     []any
}

// Error is for logs and tests; people read the catalogues' sentence.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s at %d %v", e.Key, e.Position, e.Args) }

func fail(position int, key string, args ...any) *SyntaxError {
	return &SyntaxError{Position: position, Key: key, Args: args}
}

// Parse reads an expression of the ODK XForms dialect: XPath 1.0's grammar with
// XLSForm's ${name}. Any function may be called: Misuse tells what will not work. The
// error is a *SyntaxError.
func Parse(source string) (*Expr, error) {
	runes := []rune(source)
	if len(runes) > MaxLength {
		return nil, fail(MaxLength, "xpath.tooLong", MaxLength)
	}
	tokens, err := tokenize(runes)
	if err != nil {
		return nil, err
	}
	if len(tokens) == 1 {
		return nil, fail(0, "xpath.empty")
	}
	p := &parser{tokens: tokens}
	root, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	if t := p.peek(); t.kind != tokenEnd {
		return nil, p.unexpected()
	}
	if height(root) > maxHeight {
		return nil, fail(0, "xpath.tooDeep")
	}
	return &Expr{Source: source, Root: root}, nil
}

func height(n *Node) int {
	most := 0
	for _, child := range n.children() {
		most = max(most, height(child))
	}
	return most + 1
}

type parser struct {
	tokens  []token
	at      int
	nesting int
}

func (p *parser) peek() token { return p.tokens[p.at] }

func (p *parser) take() token {
	t := p.tokens[p.at]
	if t.kind != tokenEnd {
		p.at++
	}
	return t
}

func (p *parser) isSign(text string) bool {
	t := p.peek()
	return t.kind == tokenSign && t.text == text
}

func (p *parser) accept(sign string) bool {
	if p.isSign(sign) {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(sign string, opened token) error {
	if p.accept(sign) {
		return nil
	}
	if p.peek().kind == tokenEnd {
		return fail(opened.position, "xpath.unclosed", opened.text, sign)
	}
	return p.unexpected()
}

func (p *parser) unexpected() error {
	t := p.peek()
	m, mistaken := wordMistakes[strings.ToLower(t.text)]
	switch {
	case t.kind == tokenName && mistaken && !t.operator:
		return fail(t.position, "xpath.operator", t.text, m.meant, m.example)
	case t.comparison() && (p.at == 0 || p.tokens[p.at-1].text == "("):
		return fail(t.position, "xpath.comparesNothing", t.text)
	}
	switch t.kind {
	case tokenEnd:
		return fail(t.position, "xpath.unexpectedEnd")
	case tokenRef:
		return fail(t.position, "xpath.unexpected", "${"+t.text+"}")
	case tokenText:
		return fail(t.position, "xpath.unexpected", "'"+t.text+"'")
	}
	return fail(t.position, "xpath.unexpected", t.text)
}

// levels are the binary operators, the loosest first (XPath 1.0, section 3.5).
var levels = [][]string{
	{"or"}, {"and"}, {"=", "!="}, {"<", "<=", ">", ">="}, {"+", "-"}, {"*", "div", "mod"},
}

func (p *parser) binary(level int) (*Node, error) {
	if level == len(levels) {
		return p.unary()
	}
	left, err := p.binary(level + 1)
	if err != nil {
		return nil, err
	}
	for {
		t := p.peek()
		if !t.operator || !contains(levels[level], t.text) {
			return left, nil
		}
		p.at++
		if level < 2 {
			if err := p.comparedAgain(t); err != nil {
				return nil, err
			}
		}
		right, err := p.binary(level + 1)
		if err != nil {
			return nil, err
		}
		left = &Node{Kind: KindOp, Text: t.text, Args: []*Node{left, right}, Position: t.position}
	}
}

func contains(list []string, text string) bool {
	for _, s := range list {
		if s == text {
			return true
		}
	}
	return false
}

// enter counts a nesting; the caller leaves with p.nesting--.
func (p *parser) enter() error {
	if p.nesting++; p.nesting > maxNesting {
		return fail(p.peek().position, "xpath.tooDeep")
	}
	return nil
}

func (p *parser) unary() (*Node, error) {
	if !p.isSign("-") {
		return p.union()
	}
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.nesting-- }()
	sign := p.take()
	operand, err := p.unary()
	if err != nil {
		return nil, err
	}
	return &Node{Kind: KindOp, Text: "neg", Args: []*Node{operand}, Position: sign.position}, nil
}

func (p *parser) union() (*Node, error) {
	left, err := p.path()
	for err == nil && p.isSign("|") {
		sign := p.take()
		var right *Node
		right, err = p.path()
		left = &Node{Kind: KindOp, Text: "|", Args: []*Node{left, right}, Position: sign.position}
	}
	return left, err
}

// startsPrimary tells whether a FilterExpr, not a step, begins here.
func (p *parser) startsPrimary() bool {
	t := p.peek()
	switch t.kind {
	case tokenNumber, tokenText, tokenRef:
		return true
	case tokenSign:
		return t.text == "("
	case tokenName:
		if t.isVariable() {
			return true
		}
		next := p.tokens[p.at+1]
		return next.kind == tokenSign && next.text == "(" && !isNodeType(t.text)
	}
	return false
}

// isVariable tells whether it is XPath's variable $x, of which a form has none.
func (t token) isVariable() bool { return t.kind == tokenName && t.text[0] == '$' }

func isNodeType(name string) bool {
	return name == "node" || name == "text" || name == "comment" || name == "processing-instruction"
}

func (p *parser) filter() (*Node, error) {
	t := p.take()
	var node *Node
	var err error
	switch t.kind {
	case tokenNumber:
		node = &Node{Kind: KindNumber, Number: t.number, Position: t.position}
	case tokenText:
		node = &Node{Kind: KindText, Text: t.text, Position: t.position}
	case tokenRef:
		node = &Node{Kind: KindRef, Text: t.text, Position: t.position}
	case tokenName:
		if t.isVariable() {
			node = &Node{Kind: KindCall, Text: t.text, Position: t.position}
			break
		}
		node, err = p.call(t)
	default:
		node, err = p.bracketed(t, ")")
	}
	if err != nil || !p.isSign("[") {
		return node, err
	}
	predicates, err := p.predicates()
	if err != nil {
		return nil, err
	}
	return &Node{Kind: KindFilter, Args: append([]*Node{node}, predicates...), Position: t.position}, nil
}

// bracketed reads an expression and the bracket that shuts it.
func (p *parser) bracketed(opened token, shut string) (*Node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.nesting-- }()
	node, err := p.binary(0)
	if err != nil {
		return nil, err
	}
	return node, p.expect(shut, opened)
}

func (p *parser) predicates() ([]*Node, error) {
	var all []*Node
	for p.isSign("[") {
		predicate, err := p.bracketed(p.take(), "]")
		if err != nil {
			return nil, err
		}
		all = append(all, predicate)
	}
	return all, nil
}

func (p *parser) call(name token) (*Node, error) {
	if err := p.enter(); err != nil {
		return nil, err
	}
	defer func() { p.nesting-- }()
	opened := p.take()
	node := &Node{Kind: KindCall, Text: name.text, Position: name.position}
	for !p.accept(")") {
		if len(node.Args) > 0 && !p.accept(",") {
			return nil, p.expect(")", opened)
		}
		if p.peek().kind == tokenEnd {
			return nil, fail(opened.position, "xpath.unclosed", name.text+"(", ")")
		}
		argument, err := p.binary(0)
		if err != nil {
			return nil, err
		}
		node.Args = append(node.Args, argument)
	}
	if node.Text == "jr:choice-name" && len(node.Args) == 2 {
		node.Args[1] = named(node.Args[1])
	}
	return node, nil
}
