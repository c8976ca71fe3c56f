// Package xpath is the expression language of forms: the ODK XForms dialect of
// XPath 1.0. An expression is parsed once, when a form is read; the tree is kept
// as JSON in the published version and walked by two evaluators, this package's
// and the browser's (web/islands/fill/engine).
package xpath

// Kind says what a Node is.
type Kind string

// The kinds of nodes.
const (
	KindNumber Kind = "num"    // Number
	KindText   Kind = "str"    // Text
	KindOp     Kind = "op"     // Text is the operator: or and = != < <= > >= + - * div mod neg, and | of node-sets; Args are its operands
	KindCall   Kind = "call"   // Text is the function's name, Args its arguments; of a variable $x, "$x" without any
	KindRef    Kind = "ref"    // ${name}: Text is the name (of ${last-saved#name} with "last-saved#"), Target the field's path once resolved
	KindPath   Kind = "path"   // Base (optional), Absolute, Steps
	KindFilter Kind = "filter" // Args[0] filtered by the predicates Args[1:]
)

// Node is one node of an expression's tree.
type Node struct {
	Kind     Kind     `json:"k"`
	Number   float64  `json:"n,omitempty"`
	Text     string   `json:"s,omitempty"`
	Args     []*Node  `json:"a,omitempty"`
	Base     *Node    `json:"b,omitempty"`
	Absolute bool     `json:"abs,omitempty"`
	Steps    []Step   `json:"st,omitempty"`
	Target   []string `json:"t,omitempty"` // of KindRef, and of a path that names a field to jr:choice-name or indexed-repeat: the names from the form's root to the field
	Position int      `json:"-"`           // where it begins in the source, in characters from 0
}

// LastSaved is what the name of a reference to the instance saved last begins with.
const LastSaved = "last-saved#"

// Step is one step of a path.
type Step struct {
	Axis       string  `json:"x"` // child, parent, self, descendant-or-self, attribute …: the full XPath name; AxisAbsolute or AxisRelative
	Test       string  `json:"t"` // a name, "*", "p:*", "node()", "text()", "comment()", "processing-instruction()"
	Predicates []*Node `json:"p,omitempty"`
	key        *key    // how the first predicate can be looked up
}

// Axes of a step that is a reference, whose name is Test: ${a} ${b} and ${a} / ${b}. An XForm
// has paths for references, and the whole is an expression there only when the first is written
// absolutely, the second relatively. Such a step leads nowhere.
const (
	AxisAbsolute = "absolute-reference"
	AxisRelative = "relative-reference"
)

// Expr is a parsed expression with its source.
type Expr struct {
	Source string `json:"src"`
	Root   *Node  `json:"root"`
}
