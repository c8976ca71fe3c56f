package xlsform

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/form"
)

// reference is a ${name} in a text.
type reference struct {
	name      string
	lastSaved bool // ${last-saved#name}
}

var (
	// bracketed is what looks like a reference, also one that is never shut.
	bracketed = regexp.MustCompile(`\$\{([^}]+)\}|\$\{[^}]*$`)
	wholeRef  = regexp.MustCompile(`^\$\{([^}]+)\}$`)
)

// references finds those in a text; ok is false when one is not well formed.
func references(text string) (found []reference, ok bool) {
	if !strings.Contains(text, "${") {
		return nil, true
	}
	for _, m := range bracketed.FindAllStringSubmatch(text, -1) {
		name, lastSaved := strings.CutPrefix(m[1], "last-saved#")
		if !isPlainName(name) {
			return found, false
		}
		found = append(found, reference{name, lastSaved})
	}
	return found, true
}

// wholeReference gives the name when a text is one reference and nothing else.
func wholeReference(text string) (string, bool) {
	m := wholeRef.FindStringSubmatch(text)
	if m == nil {
		return "", false
	}
	return m[1], isPlainName(strings.TrimPrefix(m[1], "last-saved#"))
}

// checkReferences complains of every reference, in whatever column, that is not well formed or means
// no field or several.
func (r *reader) checkReferences() {
	count := map[string]int{"instanceID": 1}
	if r.definition.XForm.OmitInstanceID {
		delete(count, "instanceID")
	}
	written := map[string]int{}
	r.definition.Walk(func(_ form.Path, f *form.Field) { written[f.Name]++ })
	for name, n := range r.walk.names { // what is only written out cannot be referred to
		count[name] = max(n, written[name])
	}
	if len(r.entities.declared) > 0 && count["entity"] > 0 {
		count["entity"]++
	}
	skip := map[string]map[string]bool{
		"survey": words("type name trigger"), "entities": words("dataset repeat"), "settings": nil,
	}
	for _, role := range []string{"survey", "entities", "settings"} {
		s := r.sheets[role]
		for _, row := range s.rows {
			for i, cell := range row.cells {
				if strings.Contains(cell, "${") && !skip[role][s.columns[i].key] && len(s.columns[i].parts) > 0 {
					s.checkReference(row, i, count)
				}
			}
		}
	}
	s := r.sheets["choices"]
	for i, c := range s.columns {
		if len(c.parts) == 0 || c.parts[0] != "label" && c.parts[0] != "media" {
			continue // other columns are data
		}
		for _, row := range s.rows {
			if strings.Contains(row.at(i), "${") {
				s.checkReference(row, i, count)
			}
		}
	}
	r.checkTypeReferences(count)
}

// checkTypeReferences looks at the selects from a repeat.
func (r *reader) checkTypeReferences(count map[string]int) {
	for _, row := range r.survey.rows {
		column := r.survey.find(row, "type")
		if strings.Contains(row.at(column), "${") {
			r.survey.checkReference(row, column, count)
		}
	}
}

func (s *sheet) checkReference(row row, column int, count map[string]int) {
	found, ok := references(row.at(column))
	if !ok {
		s.fail(row.number, column, "xlsform.badReference")
		return
	}
	for _, ref := range found {
		switch n := count[ref.name]; {
		case n == 0:
			s.fail(row.number, column, "xlsform.unknownReference", ref.name, s.didYouMean(ref.name, maps.Keys(count)))
			return
		case n > 1:
			s.fail(row.number, column, "xlsform.ambiguousReference", ref.name)
			return
		}
	}
}

// suggest is a question's name that may be meant.
func (r *reader) suggest(name string) problem.Text {
	return r.didYouMean(name, slices.Values(slices.Sorted(maps.Keys(r.walk.questions))))
}
