package account

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tianye/internal/problem"
)

// What a Limit may hold.
const (
	maxLimitValues = 50
	maxLimitLength = 200 // characters of its attribute and of each value
)

// Normal gives the limit as it is stored: trimmed, each value once, in order. It has an attribute and at
// least one value, or neither.
func (l Limit) Normal() (Limit, error) {
	n := Limit{Attribute: strings.TrimSpace(l.Attribute)}
	for _, value := range l.Values {
		if value = strings.TrimSpace(value); value != "" {
			n.Values = append(n.Values, value)
		}
	}
	slices.Sort(n.Values)
	n.Values = slices.Compact(n.Values)
	long := func(text string) bool { return utf8.RuneCountInString(text) > maxLimitLength }
	switch {
	case n.Attribute == "" && len(n.Values) == 0:
		return Limit{}, nil
	case n.Attribute == "", len(n.Values) == 0:
		return Limit{}, problem.New(problem.Invalid, "account.limitEmpty")
	case len(n.Values) > maxLimitValues, long(n.Attribute), slices.ContainsFunc(n.Values, long):
		return Limit{}, problem.New(problem.Invalid, "account.limitLarge", maxLimitValues, maxLimitLength)
	}
	return n, nil
}

// Equal tells whether two normal limits take the same away.
func (l Limit) Equal(other Limit) bool {
	return l.Attribute == other.Attribute && slices.Equal(l.Values, other.Values)
}

// validateLimit keeps managers unlimited: they hand out what they see.
func (m Member) validateLimit() error {
	if m.Role == Manager && !m.Limit.IsZero() {
		return problem.New(problem.Invalid, "account.limitedManager")
	}
	return nil
}
