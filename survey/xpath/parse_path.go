package xpath

import "strings"

// path reads a path expression (XPath 1.0, sections 2 and 3.3).
func (p *parser) path() (*Node, error) {
	t := p.peek()
	if p.startsPrimary() {
		base, err := p.filter()
		if err != nil || !p.isSign("/") && !p.isSign("//") && !p.isReference() {
			return base, err
		}
		return p.steps(&Node{Kind: KindPath, Base: base, Position: t.position}, true)
	}
	if p.isSign("//") {
		return p.steps(&Node{Kind: KindPath, Absolute: true, Position: t.position}, true)
	}
	if p.accept("/") {
		node := &Node{Kind: KindPath, Absolute: true, Position: t.position}
		if !p.startsStep() && !p.isReference() {
			return node, nil
		}
		return p.steps(node, false)
	}
	return p.steps(&Node{Kind: KindPath, Position: t.position}, false)
}

// steps reads the steps of a path; with separator, the first is preceded by / or //.
func (p *parser) steps(node *Node, separator bool) (*Node, error) {
	for {
		if separator && !p.isReference() {
			if p.accept("//") {
				node.Steps = append(node.Steps, Step{Axis: "descendant-or-self", Test: "node()"})
			} else if !p.accept("/") {
				return node, nil
			}
			if err := p.division(); err != nil {
				return nil, err
			}
		}
		step, err := p.step()
		if err != nil {
			return nil, err
		}
		node.Steps = append(node.Steps, step)
		separator = true
	}
}

// isReference tells whether ${name} comes, which an XForm writes as a path.
func (p *parser) isReference() bool {
	t := p.peek()
	return t.kind == tokenRef && !strings.HasPrefix(t.text, LastSaved)
}

func (p *parser) startsStep() bool {
	t := p.peek()
	return t.kind == tokenName && !t.isVariable() || t.kind == tokenSign && (t.text == "." || t.text == ".." || t.text == "@" || t.text == "*" && !t.operator)
}

var axes = map[string]bool{
	"child": true, "parent": true, "self": true, "descendant": true, "descendant-or-self": true, "ancestor": true,
	"ancestor-or-self": true, "following-sibling": true, "preceding-sibling": true, "following": true, "preceding": true,
	"attribute": true, "namespace": true,
}

func (p *parser) step() (Step, error) {
	if p.isReference() {
		step := Step{Axis: AxisRelative}
		if before := p.tokens[p.at-1]; before.text != "/" && before.text != "//" || before.kind != tokenSign {
			step.Axis = AxisAbsolute
		}
		step.Test = p.take().text
		var err error
		step.Predicates, err = p.predicates()
		return step, err
	}
	if p.accept(".") {
		return Step{Axis: "self", Test: "node()"}, nil
	}
	if p.accept("..") {
		return Step{Axis: "parent", Test: "node()"}, nil
	}
	step := Step{Axis: "child"}
	t := p.peek()
	if p.accept("@") {
		step.Axis = "attribute"
	} else if next := p.tokens[min(p.at+1, len(p.tokens)-1)]; t.kind == tokenName && next.kind == tokenSign && next.text == "::" {
		if !axes[t.text] {
			return step, fail(t.position, "xpath.unknownAxis", t.text)
		}
		step.Axis = t.text
		p.at += 2
	}
	var err error
	if step.Test, err = p.nodeTest(); err != nil {
		return step, err
	}
	step.Predicates, err = p.predicates()
	return step, err
}

func (p *parser) nodeTest() (string, error) {
	t := p.peek()
	switch {
	case t.kind == tokenSign && t.text == "*":
		p.at++
		return "*", nil
	case t.kind != tokenName || t.operator || t.isVariable():
		return "", p.unexpected()
	}
	p.at++
	if !p.isSign("(") {
		return t.text, nil
	}
	if !isNodeType(t.text) {
		return "", fail(t.position, "xpath.unexpected", t.text)
	}
	opened := p.take()
	if t.text == "processing-instruction" && p.peek().kind == tokenText {
		p.take()
	}
	return t.text + "()", p.expect(")", opened)
}
