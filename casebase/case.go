package casebase

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// State is how far the work on a case is. Anybody who may write may set any.
type State string

// The states.
const (
	StateDraft  State = "draft"
	StateReview State = "review"
	StateDone   State = "done"
)

// States are all of them, in the order of work.
var States = []State{StateDraft, StateReview, StateDone}

// Label is the state's name for people.
func (s State) Label() problem.Text {
	switch s {
	case StateReview:
		return problem.Say("case.state.review")
	case StateDone:
		return problem.Say("case.state.done")
	default:
		return problem.Say("case.state.draft")
	}
}

func (s State) valid() bool { return s == StateDraft || s == StateReview || s == StateDone }

// Limits of a case.
const (
	MaxTitle       = 200 // characters
	MaxText        = 2 << 20
	MaxAttachments = 500
)

// Edit is what people write in a case: all that Save replaces.
type Edit struct {
	Title      string      `json:"title" bson:"title"`
	State      State       `json:"state" bson:"state"`
	Attributes []Attribute `json:"attributes" bson:"attributes"` // in the order of the page, names unique
	Text       string      `json:"text" bson:"text"`             // Markdown
}

// Case is the unit of study, at one revision.
type Case struct {
	ID          id.CaseID    `json:"id" bson:"-"`
	ProjectID   id.ProjectID `json:"project" bson:"-"`
	Revision    int64        `json:"revision" bson:"-"` // 1, and one more at every saving
	Edit        `bson:",inline"`
	Attachments []Attachment `json:"attachments" bson:"attachments"`
	CreatedBy   id.UserID    `json:"createdBy" bson:"createdBy"`
	CreatedAt   time.Time    `json:"createdAt" bson:"createdAt"`
	UpdatedBy   id.UserID    `json:"updatedBy" bson:"updatedBy"`
	UpdatedAt   time.Time    `json:"updatedAt" bson:"updatedAt"`
	Deleted     bool         `json:"deleted,omitempty" bson:"deleted,omitempty"`  // in the recycle bin
	Deletion    id.Deletion  `json:"deletion,omitzero" bson:"deletion,omitempty"` // how it came there
}

// Attachment is a file that belongs to a case.
type Attachment struct {
	Name        string `json:"name" bson:"name"` // unique in its case
	Hash        string `json:"hash" bson:"hash"` // of the stored blob
	Size        int64  `json:"size" bson:"size"`
	ContentType string `json:"contentType" bson:"contentType"`
}

// Attribute finds one by its name.
func (e Edit) Attribute(name string) (Attribute, bool) {
	for _, a := range e.Attributes {
		if a.Name == name {
			return a, true
		}
	}
	return Attribute{}, false
}

// Normal gives the edit as it is kept: spaces trimmed, line ends as \n, numbers and
// dates in one form, attributes without a value left out. Its error names every
// field that breaks a rule: "title", "state", "text", "attribute" and the name.
func (e Edit) Normal() (Edit, error) {
	p := problem.New(problem.Invalid, "case.invalid")
	e.Title = strings.Join(strings.Fields(e.Title), " ")
	switch {
	case e.Title == "":
		p.With("title", "case.title.missing")
	case utf8.RuneCountInString(e.Title) > MaxTitle:
		p.With("title", "case.title.long", MaxTitle)
	}
	if e.State == "" {
		e.State = StateDraft
	}
	if !e.State.valid() {
		p.With("state", "case.state.unknown", string(e.State))
	}
	e.Text = strings.TrimSpace(strings.NewReplacer("\r\n", "\n", "\r", "\n", "\x00", "").Replace(e.Text))
	if e.Text != "" {
		e.Text += "\n"
	}
	if len(e.Text) > MaxText {
		p.With("text", "case.text.long", MaxText>>20)
	}
	if !utf8.ValidString(e.Title + e.Text) {
		p.With("text", "case.text.encoding")
	}
	e.Attributes = normalAttributes(e.Attributes, p)
	if len(p.Details) > 0 {
		return e, p
	}
	return e, nil
}

func normalAttributes(attributes []Attribute, p *problem.Problem) []Attribute {
	kept := []Attribute{}
	seen := map[string]bool{}
	for _, a := range attributes {
		if strings.TrimSpace(a.Name+a.Value) == "" {
			continue // an empty line of the page
		}
		normal, key := a.normal()
		where := "attribute " + normal.Name
		switch {
		case key != "":
			p.With(where, key, normal.Name, normal.Value)
		case seen[normal.Name]:
			p.With(where, "case.attribute.twice", normal.Name)
		case normal.Value != "":
			kept = append(kept, normal)
		}
		seen[normal.Name] = true
	}
	if len(kept) > MaxAttributes {
		p.With("attribute", "case.attribute.many", MaxAttributes)
	}
	return kept
}

// characters counts what people would count: no spaces.
func characters(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
