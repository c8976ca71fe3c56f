package casebase

import (
	"slices"

	"tianye/internal/problem"
)

// Conflict is the error of Save when somebody else was first. It is a problem of
// kind Conflict, and holds both versions so that nothing is lost.
type Conflict struct {
	Yours   Edit  // what was to be saved
	Current Case  // what is stored; save at its Revision
	Base    Case  // what both began from; its Revision is 0 when it is unknown
	Merged  *Edit // both brought together, when they touch different places; nil otherwise
	problem *problem.Problem
}

func newConflict(key string, yours Edit, base, current Case) *Conflict {
	c := &Conflict{Yours: yours, Current: current, Base: base}
	c.problem = problem.New(problem.Conflict, key, current.Title, current.Revision)
	if base.Revision != 0 {
		c.Merged = merge(base.Edit, yours, current.Edit)
	}
	return c
}

// Error is for logs.
func (c *Conflict) Error() string { return c.problem.Error() }

// Unwrap gives the problem.
func (c *Conflict) Unwrap() error { return c.problem }

// merge brings two edits of the same base together; nil when both changed the same
// field, attribute or paragraph in different ways.
func merge(base, yours, theirs Edit) *Edit {
	var m Edit
	var ok [4]bool
	m.Title, ok[0] = either(base.Title, yours.Title, theirs.Title)
	m.State, ok[1] = either(base.State, yours.State, theirs.State)
	m.Text, ok[2] = mergeText(base.Text, yours.Text, theirs.Text)
	m.Attributes, ok[3] = mergeAttributes(base, yours, theirs)
	if ok != [4]bool{true, true, true, true} {
		return nil
	}
	return &m
}

// either takes the side that changed.
func either[T comparable](base, yours, theirs T) (T, bool) {
	switch {
	case yours == base, yours == theirs:
		return theirs, true
	case theirs == base:
		return yours, true
	}
	return yours, false
}

// mergeAttributes keeps the order of theirs, then what only yours has.
func mergeAttributes(base, yours, theirs Edit) ([]Attribute, bool) {
	merged := []Attribute{}
	for _, a := range slices.Concat(theirs.Attributes, yours.Attributes) {
		if slices.ContainsFunc(merged, func(m Attribute) bool { return m.Name == a.Name }) {
			continue
		}
		b, _ := base.Attribute(a.Name)
		y, _ := yours.Attribute(a.Name)
		t, _ := theirs.Attribute(a.Name)
		value, ok := either(b, y, t)
		if !ok {
			return nil, false
		}
		if value.Name != "" {
			merged = append(merged, value)
		}
	}
	return merged, true
}

// mergeText merges by lines, which are paragraphs in most cases.
func mergeText(base, yours, theirs string) (string, bool) {
	if text, ok := either(base, yours, theirs); ok {
		return text, true
	}
	old, left, right := lines(base), lines(yours), lines(theirs)
	var out []string
	from := 0
	mine, other := lineEdits(old, left), lineEdits(old, right)
	for len(mine) > 0 || len(other) > 0 {
		next, text, rest := lineEdit{}, left, &mine
		switch {
		case len(mine) == 0 || len(other) > 0 && other[0].oldTo < mine[0].oldFrom:
			next, text, rest = other[0], right, &other
		case len(other) == 0 || mine[0].oldTo < other[0].oldFrom:
			next = mine[0]
		default: // they overlap or touch: both must say the same
			next = mine[0]
			if next.oldFrom != other[0].oldFrom || next.oldTo != other[0].oldTo ||
				!slices.Equal(left[next.newFrom:next.newTo], right[other[0].newFrom:other[0].newTo]) {
				return "", false
			}
			other = other[1:]
		}
		*rest = (*rest)[1:]
		out = append(append(out, old[from:next.oldFrom]...), text[next.newFrom:next.newTo]...)
		from = next.oldTo
	}
	return join(append(out, old[from:]...)), true
}
