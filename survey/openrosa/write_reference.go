package openrosa

import (
	"strings"

	"tianye/internal/problem"
)

// reference is one ${name} within a text.
type reference struct {
	start, end int // in the text
	name       string
	lastSaved  bool // ${last-saved#name}
}

// nextReference finds the first ${name} at or after a place.
func nextReference(text string, from int) (reference, bool) {
	for {
		i := strings.Index(text[from:], "${")
		if i < 0 {
			return reference{}, false
		}
		start := from + i
		length := strings.IndexAny(text[start:], "}\n")
		if length < 0 {
			return reference{}, false
		}
		if text[start+length] == '}' && length > len("${") {
			name, lastSaved := strings.CutPrefix(text[start+2:start+length], "last-saved#")
			return reference{start, start + length + 1, name, lastSaved}, true
		}
		from = start + 2
	}
}

func hasReference(text string) bool {
	_, found := nextReference(text, 0)
	return found
}

// manner says how references are written.
type manner struct {
	current    bool // from the choice's context: current()/../name, not ../name
	withRepeat bool // the path goes through the shared repeat, not from within it: the choices are its instances
}

// replace writes every ${name} in a text as the path to the field, as seen from a field (nil: from anywhere).
func (w *formWriter) replace(text string, from *formNode) string {
	return w.replaceIn(text, from, manner{})
}

func (w *formWriter) replaceIn(text string, from *formNode, how manner) string {
	if !strings.Contains(text, "${") {
		return text
	}
	var out strings.Builder
	at := 0
	for {
		r, found := nextReference(text, at)
		if !found {
			out.WriteString(text[at:])
			return out.String()
		}
		out.WriteString(text[at:r.start])
		out.WriteString(w.path(text, r, from, how))
		at = r.end
	}
}

// path is what stands for one reference, with a space before and after as the reference converter writes it.
func (w *formWriter) path(text string, r reference, from *formNode, how manner) string {
	target, known := w.byName[r.name]
	if target == nil {
		key := "formcommand.unknownName"
		if known {
			key = "formcommand.nameTwice"
		}
		if w.failed == nil {
			w.failed = problem.New(problem.Invalid, key, text[r.start:r.end], r.name)
		}
		return ""
	}
	if r.lastSaved {
		return " instance('__last-saved')" + target.path + " "
	}
	if from != nil && isRelative(text, r) {
		how.current = how.current || inSecondaryPredicate(text, r)
		if path := w.relative(target, from, how); path != "" {
			return path
		}
	}
	return " " + target.path + " "
}

// isRelative tells whether a reference may be written from where it stands. The arguments of
// indexed-repeat that name fields and repeats are absolute, its positions may be relative.
func isRelative(text string, r reference) bool {
	calls := indexedRepeats(text)
	if len(calls) == 0 {
		return !strings.Contains(text, "indexed-repeat(")
	}
	for i := 0; i < len(calls); i++ {
		call := calls[i]
		if r.end > call[1] {
			if i++; i == len(calls) {
				return true
			}
			continue
		}
		if r.end < call[0] {
			return true
		}
		return isPosition(text[call[0]:call[1]], r.name)
	}
	return false
}

// indexedRepeats finds the calls, each to its first closing parenthesis.
func indexedRepeats(text string) [][2]int {
	var calls [][2]int
	const call = "indexed-repeat("
	for at := 0; ; {
		i := strings.Index(text[at:], call)
		if i < 0 {
			return calls
		}
		start := at + i
		length := strings.IndexByte(text[start+len(call):], ')')
		if length < 0 {
			return calls
		}
		at = start + len(call) + length + 1
		if length > 0 {
			calls = append(calls, [2]int{start, at})
		}
	}
}

// isPosition tells whether a name stands in an argument of an indexed-repeat call that is a position.
func isPosition(call, name string) bool {
	arguments := call[strings.IndexByte(call, '(')+1 : len(call)-1]
	found := -1
	for i, argument := range strings.Split(arguments, ",") {
		if strings.Contains(argument, "${"+name+"}") {
			found = i
		}
	}
	switch found {
	case -1, 0, 1, 3, 5:
		return false
	}
	return true
}

// inSecondaryPredicate tells whether a reference stands in brackets of a text that speaks of a secondary instance.
func inSecondaryPredicate(text string, r reference) bool {
	if !speaksOfInstance(text) {
		return false
	}
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '[')
		if i < 0 {
			return false
		}
		start := at + i
		length := strings.IndexByte(text[start+1:], ']')
		if length < 0 {
			return false
		}
		if length == 0 {
			at = start + 1
			continue
		}
		at = start + 1 + length + 1
		if r.start >= start && r.end <= at {
			return true
		}
	}
}

func speaksOfInstance(text string) bool {
	_, after, found := strings.Cut(text, "instance(")
	for found {
		if len(after) > 1 && after[0] != ')' {
			return true
		}
		_, after, found = strings.Cut(after, "instance(")
	}
	return false
}
