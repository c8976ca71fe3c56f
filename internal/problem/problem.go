// Package problem is the one vocabulary of errors: a kind for machines, a sentence
// for people (a key of the message catalogues), details that say where.
package problem

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Kind is what sort of trouble it is; the web layer maps it to a status.
type Kind string

// The kinds.
const (
	Invalid         Kind = "invalid"         // what was sent breaks a rule: 422
	Malformed       Kind = "malformed"       // what was sent cannot be read: 400
	Unauthenticated Kind = "unauthenticated" // 401
	Forbidden       Kind = "forbidden"       // 403
	NotFound        Kind = "notFound"        // 404
	Conflict        Kind = "conflict"        // someone else changed it first, or it exists with other content: 409
	TooLarge        Kind = "tooLarge"        // 413
	Unsupported     Kind = "unsupported"     // not a file of the right type: 415
	TooMany         Kind = "tooMany"         // 429
	Unavailable     Kind = "unavailable"     // the store is gone, the disk is full: 503
	Internal        Kind = "internal"        // ours; logged, never shown: 500
)

// Text is a sentence still without a language: a key of the message catalogues
// and what fills its places {0}, {1} …; an argument may itself be a Text.
type Text struct {
	Key  string `json:"key" bson:"key"`
	Args []any  `json:"args,omitempty" bson:"args,omitempty"`
}

// Say makes a Text.
func Say(key string, args ...any) Text { return Text{Key: key, Args: args} }

// Detail is one complaint among several: where it is, and what is wrong there.
type Detail struct {
	Where string `json:"where"` // a field's path, "survey!C12", "line 3"
	Text  Text   `json:"text"`
}

// Problem is an error that people will read.
type Problem struct {
	Kind    Kind
	Text    Text
	Details []Detail
	cause   error
}

// New makes a problem of a kind with the sentence of a catalogue key.
func New(kind Kind, key string, args ...any) *Problem {
	return &Problem{Kind: kind, Text: Say(key, args...)}
}

// With adds a detail.
func (p *Problem) With(where, key string, args ...any) *Problem {
	p.Details = append(p.Details, Detail{Where: where, Text: Say(key, args...)})
	return p
}

// Because keeps the cause for the log; people never see it.
func (p *Problem) Because(cause error) *Problem {
	p.cause = cause
	return p
}

// Error is for logs and tests; people read the catalogues' sentence.
func (p *Problem) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", p.Kind, p.Text.Key)
	if len(p.Text.Args) > 0 {
		fmt.Fprintf(&b, " %v", p.Text.Args)
	}
	for _, d := range p.Details {
		fmt.Fprintf(&b, "; %s: %s %v", d.Where, d.Text.Key, d.Text.Args)
	}
	if p.cause != nil {
		fmt.Fprintf(&b, ": %v", p.cause)
	}
	return b.String()
}

// Unwrap gives the cause.
func (p *Problem) Unwrap() error { return p.cause }

// From finds the problem in err; what is no problem becomes Internal, and a
// request given up by its sender or out of time becomes Unavailable.
func From(err error) *Problem {
	var p *Problem
	if errors.As(err, &p) {
		return p
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return New(Unavailable, "problem.interrupted").Because(err)
	}
	return New(Internal, "problem.internal").Because(err)
}

// Is tells whether err is a problem of the kind.
func Is(err error, kind Kind) bool {
	var p *Problem
	return errors.As(err, &p) && p.Kind == kind
}
