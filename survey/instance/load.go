package instance

import (
	"reflect"
	"sort"
	"strconv"
	"time"
	"unicode/utf8"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// Load takes answers that were given elsewhere, shaped as Answers gives them, to be judged.
// The violations are of their shape: names that the form does not have, a section
// where a question is, too long texts, too many repeats; what they concern is left
// out. Validate judges the values.
//
// Nothing is filled in that was not sent, but calculations: their results are
// computed anew, and what was sent for them is ignored, unless a calculation asks
// for today(), now(), random(), uuid() or once(): such a value was true when the
// form was filled in, and is kept. For the other expressions now() and today() are
// those of the instance's own "end", else "start", else "today" field, if it has
// one that is not in the future, else the environment's: a constraint like
// ". >= today()" is judged by the day on which the answer was given.
func (p *Program) Load(answers map[string]any, env Environment) (*Instance, []Violation) {
	i := p.empty(env)
	i.judged = true
	l := &loader{i: i}
	i.root = i.newNode(p.root, nil)
	l.section(i.root, answers)
	i.env.Now = i.filledAt(env.Now)
	i.settle()
	return i, l.violations
}

// filledAt finds when the answers were given.
func (i *Instance) filledAt(now time.Time) time.Time {
	for _, f := range i.p.filled {
		value := i.root.below[f.index].value
		t, ok := xpath.ParseDateTime(value, now.Location())
		if f.def.Type == form.Today {
			t, ok = xpath.ParseDate(value, now.Location())
		}
		if !ok || t.After(now) {
			continue
		}
		if f.def.Type != form.Today {
			// The zone in which it was written is the zone of its dates.
			if own, err := time.Parse(time.RFC3339, value); err == nil {
				return own
			}
		}
		return t
	}
	return now
}

type loader struct {
	i          *Instance
	violations []Violation
}

func (l *loader) refuse(n *node, name string, kind ViolationKind, key string, args ...any) {
	path := n.path()
	if name != "" {
		path = path.Join(name)
	}
	l.violations = append(l.violations, Violation{Path: path, Kind: kind, Text: problem.Say(key, args...)})
}

// section fills a group or an instance of a repeat with what was sent for it.
func (l *loader) section(n *node, sent map[string]any) {
	f := n.field
	n.below = make([]*node, len(f.children))
	nodes := make([]node, len(f.children))
	l.i.count += len(nodes)
	known := 0
	for at, child := range f.children {
		made := &nodes[at]
		*made = node{field: child, parent: n, own: true, relevant: true, series: child.isRepeat()}
		n.below[at] = made
		if child.meta {
			l.meta(made)
			continue
		}
		value, ok := sent[child.def.Name]
		if ok {
			known++
		}
		l.value(made, value)
	}
	if known < len(sent) {
		l.unknown(n, sent)
	}
}

// meta fills the meta block, which is not among the answers.
func (l *loader) meta(n *node) {
	l.i.fillMeta(n)
	for _, child := range n.field.children {
		one := l.i.newNode(child, n)
		n.below = append(n.below, one)
		l.meta(one)
	}
}

func (l *loader) value(n *node, sent any) {
	switch {
	case n.series:
		l.repeat(n, sent)
	case n.field.def.Type == form.Group:
		inner, ok := asMap(sent)
		if !ok && sent != nil && sent != "" {
			l.refuse(n, "", Type, "xpath.notASection")
		}
		l.section(n, inner)
	default:
		l.leaf(n, sent)
	}
}

func (l *loader) leaf(n *node, sent any) {
	var text string
	switch sent := sent.(type) {
	case nil:
	case string:
		text = sent
	case bool:
		text = strconv.FormatBool(sent)
	case float64:
		text = xpath.FormatNumber(sent)
	case int, int32, int64:
		text = strconv.FormatInt(reflect.ValueOf(sent).Int(), 10)
	default:
		l.refuse(n, "", Type, "xpath.notAValue")
		return
	}
	if len(text) > MaxText && utf8.RuneCountInString(text) > MaxText {
		l.refuse(n, "", Type, "xpath.tooLongAnswer", MaxText)
		return
	}
	if !utf8.ValidString(text) {
		l.refuse(n, "", Type, "xpath.notAValue")
		return
	}
	if f := n.field; f.calc == nil {
		n.value = text
	} else if (f.volatile || l.i.p.unknowable[f]) && text != "" {
		n.value, n.kept = text, true
	}
}

func (l *loader) repeat(n *node, sent any) {
	if sent == nil || sent == "" {
		return
	}
	all := reflect.ValueOf(sent)
	if all.Kind() != reflect.Slice {
		l.refuse(n, "", Type, "xpath.notASection")
		return
	}
	for k := range all.Len() {
		if k >= MaxRepeats || l.i.count >= MaxNodes {
			l.refuse(n, "", Type, "xpath.tooManyRepeats", MaxRepeats)
			return
		}
		inner, ok := asMap(all.Index(k).Interface())
		one := l.i.newNode(n.field, n)
		n.below = append(n.below, one)
		one.at = len(n.below)
		if !ok {
			l.refuse(one, "", Type, "xpath.notASection")
		}
		l.section(one, inner)
	}
}

// asMap takes a map[string]any, or another type of the same kind (a store's document type).
func asMap(v any) (map[string]any, bool) {
	if m, ok := v.(map[string]any); ok {
		return m, true
	}
	shape := reflect.TypeFor[map[string]any]()
	if value := reflect.ValueOf(v); value.IsValid() && value.CanConvert(shape) {
		return value.Convert(shape).Interface().(map[string]any), true
	}
	return nil, false
}

// unknown names what was sent that the section does not have.
func (l *loader) unknown(n *node, sent map[string]any) {
	var names []string
	for name := range sent {
		if f := n.field.byName[name]; f == nil || f.meta {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		if len(l.violations) >= maxViolations {
			return
		}
		l.refuse(n, name, Unknown, "xpath.unknownAnswer", shortName(name))
	}
}

// shortName keeps a foreign name fit for a sentence.
func shortName(name string) string {
	if r := []rune(name); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return name
}
