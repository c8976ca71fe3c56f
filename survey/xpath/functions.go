package xpath

import "strings"

// arity is how many arguments a function takes; most < 0 means any number. With a
// parity, only odd (1) or even (2) numbers.
type arity struct{ least, most, parity int }

// arities are the functions of the ODK XForms specification (getodk.github.io/xforms-spec,
// "XPath Functions"), XPath 1.0's, and the other names of some that JavaRosa knows.
var arities = map[string]arity{
	"string": {0, 1, 0}, "concat": {0, -1, 0}, "join": {1, -1, 0}, "substr": {2, 3, 0}, "substring": {2, 3, 0},
	"substring-before": {2, 2, 0}, "substring-after": {2, 2, 0}, "string-length": {0, 1, 0}, "contains": {2, 2, 0},
	"starts-with": {2, 2, 0}, "ends-with": {2, 2, 0}, "normalize-space": {0, 1, 0}, "translate": {3, 3, 0},
	"regex": {2, 2, 0}, "uuid": {0, 1, 0}, "digest": {2, 3, 0}, "base64-decode": {1, 1, 0}, "extract-signed": {2, 2, 0},
	"number": {0, 1, 0}, "int": {1, 1, 0}, "round": {1, 2, 0}, "floor": {1, 1, 0}, "ceiling": {1, 1, 0}, "abs": {1, 1, 0},
	"min": {1, -1, 0}, "max": {1, -1, 0}, "sum": {1, 1, 0}, "random": {0, 0, 0}, "pow": {2, 2, 0}, "sqrt": {1, 1, 0}, "exp": {1, 1, 0},
	"exp10": {1, 1, 0}, "log": {1, 1, 0}, "log10": {1, 1, 0}, "sin": {1, 1, 0}, "cos": {1, 1, 0}, "tan": {1, 1, 0}, "asin": {1, 1, 0},
	"acos": {1, 1, 0}, "atan": {1, 1, 0}, "atan2": {2, 2, 0}, "pi": {0, 0, 0},
	"count": {1, 1, 0}, "count-non-empty": {1, 1, 0}, "position": {0, 1, 0}, "last": {0, 0, 0}, "current": {0, 0, 0},
	"instance": {1, 1, 0}, "indexed-repeat": {3, 11, 1}, "name": {0, 1, 0}, "local-name": {0, 1, 0}, "namespace-uri": {0, 1, 0},
	"id": {1, 1, 0}, "lang": {1, 1, 0}, "randomize": {1, 2, 0}, "pulldata": {4, 4, 0},
	"count-selected": {1, 1, 0}, "selected": {2, 2, 0}, "is-selected": {2, 2, 0}, "selected-at": {2, 2, 0},
	"jr:choice-name": {2, 2, 0}, "jr:itext": {1, 1, 0}, "property": {1, 1, 0}, "version": {0, 0, 0},
	"coalesce": {1, -1, 0}, "if": {3, 3, 0}, "once": {1, 1, 0}, "depend": {1, -1, 0}, "not": {1, 1, 0}, "true": {0, 0, 0}, "false": {0, 0, 0}, "boolean": {1, 1, 0},
	"boolean-from-string": {1, 1, 0}, "checklist": {2, -1, 0}, "weighted-checklist": {2, -1, 2},
	"today": {0, 0, 0}, "now": {0, 0, 0}, "date": {1, 1, 0}, "date-time": {1, 1, 0}, "format-date": {2, 2, 0},
	"format-date-time": {2, 2, 0}, "decimal-date-time": {1, 1, 0}, "decimal-time": {1, 1, 0},
	"area": {1, 1, 0}, "enclosed-area": {1, 1, 0}, "distance": {1, -1, 0}, "geofence": {2, 2, 0}, "intersects": {1, 1, 0},
}

func (a arity) admits(n int) bool {
	return n >= a.least && (a.most < 0 || n <= a.most) && (a.parity == 0 || n%2 == a.parity%2)
}

// Misuse says what keeps a call from having a result: a function that does not exist, a
// variable, or a wrong number of arguments. Its value is the empty text then. Key and
// arguments are a sentence of the message catalogues; no key when nothing is wrong.
func (n *Node) Misuse() (key string, args []any) {
	name, got := n.Text, len(n.Args)
	a, known := arities[name]
	switch {
	case name[0] == '$':
		return "xpath.variable", []any{name, "${" + name[1:] + "}"}
	case !known:
		if near := nearest(name); near != "" {
			return "xpath.unknownFunctionNear", []any{name, near}
		}
		return "xpath.unknownFunction", []any{name}
	case got < a.least:
		return "xpath.tooFewArguments", []any{name, a.least, got}
	case a.most >= 0 && got > a.most:
		return "xpath.tooManyArguments", []any{name, a.most, got}
	case name == "indexed-repeat" && !a.admits(got):
		return "xpath.indexedRepeatArguments", nil
	case !a.admits(got):
		return "xpath.weightedChecklistArguments", nil
	case name == "jr:choice-name" && n.Args[1].Kind == KindText:
		return "xpath.choiceNameField", nil
	}
	return "", nil
}

// named puts right an argument that names a field in quotes, as in jr:choice-name(${q},
// '${q}'): it becomes a reference like any other.
func named(quoted *Node) *Node {
	if quoted.Kind != KindText {
		return quoted
	}
	inner, err := Parse(strings.TrimSpace(quoted.Text))
	if err != nil || inner.Root.Kind != KindRef && inner.Root.Kind != KindPath || inner.Root.BareName() != "" {
		return quoted
	}
	inner.Root.Position = quoted.Position
	return inner.Root
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
