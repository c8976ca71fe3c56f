package instance

import (
	"tianye/internal/problem"
	"tianye/survey/form"
)

// ViolationKind is which rule an answer breaks.
type ViolationKind string

// The kinds.
const (
	Required   ViolationKind = "required"
	Constraint ViolationKind = "constraint"
	Type       ViolationKind = "type"   // not of the question's type, or of the wrong shape
	Choice     ViolationKind = "choice" // not one of the choices that are offered
	Unknown    ViolationKind = "unknown"
)

// maxViolations is how many violations one instance is told of.
const maxViolations = 1000

// Violation is a rule that an answer breaks.
type Violation struct {
	Path    form.Path // with positions
	Kind    ViolationKind
	Message form.Text    // the form's own, still with its ${name}; nil without one
	Text    problem.Text // ours
}

// Validate judges all relevant answers, in the form's order. What only the engine
// gives (calculate, hidden, preloads) is judged by its type alone, and a
// calculated answer not even by that: nobody could put it right.
func (i *Instance) Validate() []Violation {
	var all []Violation
	i.validate(i.root, &all)
	return all
}

func (i *Instance) validate(n *node, all *[]Violation) {
	if !n.relevant || len(*all) >= maxViolations {
		return
	}
	for _, child := range n.below {
		i.validate(child, all)
	}
	if n.field.def.Type.IsSection() {
		return
	}
	if v, ok := i.judge(n); !ok {
		v.Path = n.path()
		*all = append(*all, v)
	}
}

// judge finds the first rule that a leaf breaks: type, choice, constraint, or required.
func (i *Instance) judge(n *node) (Violation, bool) {
	def := n.field.def
	asked := def.Type.IsAsked()
	if n.value == "" {
		if asked && def.Required != nil && def.Required.Evaluate(i.host, n).Bool() {
			return Violation{Kind: Required, Message: def.RequiredMessage, Text: problem.Say("xpath.required")}, false
		}
		return Violation{}, true
	}
	if n.field.calc == nil {
		if text := lexical(def, n.value); text.Key != "" {
			return Violation{Kind: Type, Text: text}, false
		}
	}
	if !asked {
		return Violation{}, true
	}
	if text := i.judgeChoice(n); n.field.calc == nil && text.Key != "" {
		return Violation{Kind: Choice, Text: text}, false
	}
	if def.Constraint != nil && !def.Constraint.Evaluate(i.host, n).Bool() {
		return Violation{Kind: Constraint, Message: def.ConstraintMessage, Text: problem.Say("xpath.constraint")}, false
	}
	return Violation{}, true
}
