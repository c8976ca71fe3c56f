package xpath

import "strings"

// arity is how many arguments a function takes; most < 0 means any number.
type arity struct{ least, most int }

// arities are the functions of the ODK XForms specification that the engines know
// (getodk.github.io/xforms-spec, "XPath Functions"), and XPath 1.0's.
var arities = map[string]arity{
	"string": {0, 1}, "concat": {0, -1}, "join": {1, -1}, "substr": {2, 3}, "substring": {2, 3},
	"substring-before": {2, 2}, "substring-after": {2, 2}, "string-length": {0, 1}, "contains": {2, 2},
	"starts-with": {2, 2}, "ends-with": {2, 2}, "normalize-space": {0, 1}, "translate": {3, 3},
	"regex": {2, 2}, "uuid": {0, 1},
	"number": {0, 1}, "int": {1, 1}, "round": {1, 2}, "floor": {1, 1}, "ceiling": {1, 1}, "abs": {1, 1},
	"min": {1, -1}, "max": {1, -1}, "sum": {1, 1}, "random": {0, 0}, "pow": {2, 2}, "sqrt": {1, 1}, "exp": {1, 1},
	"exp10": {1, 1}, "log": {1, 1}, "log10": {1, 1}, "sin": {1, 1}, "cos": {1, 1}, "tan": {1, 1}, "asin": {1, 1},
	"acos": {1, 1}, "atan": {1, 1}, "atan2": {2, 2}, "pi": {0, 0},
	"count": {1, 1}, "count-non-empty": {1, 1}, "position": {0, 1}, "last": {0, 0}, "current": {0, 0},
	"instance": {1, 1}, "indexed-repeat": {3, 7}, "name": {0, 1}, "local-name": {0, 1},
	"count-selected": {1, 1}, "selected": {2, 2}, "selected-at": {2, 2}, "jr:choice-name": {2, 2},
	"coalesce": {1, -1}, "if": {3, 3}, "once": {1, 1}, "not": {1, 1}, "true": {0, 0}, "false": {0, 0}, "boolean": {1, 1},
	"boolean-from-string": {1, 1}, "checklist": {2, -1}, "weighted-checklist": {2, -1},
	"today": {0, 0}, "now": {0, 0}, "date": {1, 1}, "date-time": {1, 1}, "format-date": {2, 2},
	"format-date-time": {2, 2}, "decimal-date-time": {1, 1}, "decimal-time": {1, 1},
}

// later are functions of the specification that the engines do not have.
var later = map[string]bool{
	"pulldata": true, "jr:itext": true, "digest": true, "base64-decode": true, "randomize": true, "area": true,
	"distance": true, "geofence": true, "intersects": true, "extract-signed": true, "property": true, "version": true,
	"id": true, "lang": true, "namespace-uri": true,
}

// checkCall refuses unknown functions and wrong numbers of arguments. It also puts
// right the one odd argument: in jr:choice-name(${q}, '${q}') the quoted second
// names a field, and becomes a reference like any other.
func checkCall(n *Node) error {
	name := n.Text
	a, known := arities[name]
	switch {
	case later[name]:
		return fail(n.Position, "xpath.laterFunction", name)
	case !known:
		if near := nearest(name); near != "" {
			return fail(n.Position, "xpath.unknownFunctionNear", name, near)
		}
		return fail(n.Position, "xpath.unknownFunction", name)
	}
	got := len(n.Args)
	switch {
	case got < a.least:
		return fail(n.Position, "xpath.tooFewArguments", name, a.least, got)
	case a.most >= 0 && got > a.most:
		return fail(n.Position, "xpath.tooManyArguments", name, a.most, got)
	case name == "indexed-repeat" && got%2 == 0:
		return fail(n.Position, "xpath.indexedRepeatArguments")
	case name == "weighted-checklist" && got%2 != 0:
		return fail(n.Position, "xpath.weightedChecklistArguments")
	case name == "jr:choice-name":
		return quotedField(n)
	}
	return nil
}

func quotedField(call *Node) error {
	second := call.Args[1]
	if second.Kind != KindText {
		return nil
	}
	inner, err := Parse(strings.TrimSpace(second.Text))
	if err != nil || inner.Root.Kind != KindRef && inner.Root.Kind != KindPath {
		return fail(second.Position, "xpath.choiceNameField")
	}
	inner.Root.Position = second.Position
	call.Args[1] = inner.Root
	return nil
}

// nearest gives the known function whose name is at most two letters from name, or "".
func nearest(name string) string {
	best, least := "", 3
	folded := strings.ToLower(strings.ReplaceAll(name, "_", "-"))
	for known := range arities {
		d := Distance(folded, known)
		if d < least || d == least && d < 3 && known < best {
			best, least = known, d
		}
	}
	if least*2 >= len(name) && least > 0 {
		return ""
	}
	return best
}

// Distance is the number of letters to insert, delete or change to make b of a:
// what near-miss suggestions are chosen by.
func Distance(a, b string) int {
	x, y := []rune(a), []rune(b)
	row := make([]int, len(y)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(x); i++ {
		diagonal := row[0]
		row[0] = i
		for j := 1; j <= len(y); j++ {
			change := diagonal
			if x[i-1] != y[j-1] {
				change++
			}
			diagonal = row[j]
			row[j] = min(change, row[j]+1, row[j-1]+1)
		}
	}
	return row[len(y)]
}
