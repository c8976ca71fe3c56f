package instance

import (
	"strconv"
	"strings"
	"time"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// host is what an instance is to its expressions: an xpath.Host. While choices that are
// answers in a repeat are filtered, item is the section around the one asked about, and
// references into that repeat mean its instance's answers.
type host struct {
	i    *Instance
	item *node
}

var _ xpath.Host = (*host)(nil)

// Root is the instance's root node.
func (h *host) Root() xpath.Item { return h.i.root }

// Reference gives the nodes that ${name} means to the reader at from: of the repeats that
// both are in, the reader's instances; of the others, all.
func (h *host) Reference(ref *xpath.Node, from xpath.Item) []xpath.Item {
	target := h.i.p.targets[ref]
	at, ok := from.(*node)
	switch {
	case target == nil || !ok:
		return nil
	case strings.HasPrefix(ref.Text, xpath.LastSaved):
		return h.i.savedLast(target.path)
	case h.item != nil && h.item.field.repeat() != h.i.p.root && target.isWithin(h.item.field.repeat()):
		at = h.item
	}
	return lookUp(target, at)
}

func lookUp(target *field, at *node) []xpath.Item {
	if at.series {
		at = at.parent
	}
	for at.parent != nil && (at.field == target || !target.isWithin(at.field)) {
		at = at.section()
	}
	return collect(at, target, nil, nil, nil)
}

// Indexed gives a field's nodes where the instances of the given repeats are the
// numbered ones, and those of other repeats the reader's, as far as it shares them.
func (h *host) Indexed(ref *xpath.Node, repeats []*xpath.Node, numbers []int, from xpath.Item) []xpath.Item {
	target := h.i.p.targets[ref]
	if target == nil {
		return nil
	}
	chosen := make(map[*field]int, len(repeats))
	for k, r := range repeats {
		if f := h.i.p.targets[r]; f != nil {
			chosen[f] = numbers[k]
		}
	}
	own := map[*field]*node{}
	if at, ok := from.(*node); ok {
		for ; at != nil; at = at.section() {
			own[at.field] = at
		}
	}
	return collect(h.i.root, target, chosen, own, nil)
}

// collect adds to all the relevant nodes of target under at.
func collect(at *node, target *field, chosen map[*field]int, own map[*field]*node, all []xpath.Item) []xpath.Item {
	for depth := len(at.field.line); depth < len(target.line); depth++ {
		at = at.below[target.line[depth].index]
		if !at.relevant {
			return all
		}
		if !at.series {
			continue
		}
		number, isChosen := chosen[at.field]
		mine := own[at.field]
		if mine != nil && mine.parent != at {
			mine = nil // of another instance of a repeat further out
		}
		for k, one := range at.below {
			if isChosen && number != k+1 || !isChosen && mine != nil && mine != one && at.field != target {
				continue
			}
			if at.field == target {
				all = append(all, one)
			} else {
				all = collect(one, target, chosen, own, all)
			}
		}
		return all
	}
	return append(all, at)
}

// List gives a secondary instance.
func (h *host) List(id string) xpath.Item {
	top := h.i.p.instance(id)
	if top == nil && h.i.p.isLastSaved(id) {
		top = h.i.lastSaved()
	}
	if top == nil {
		return nil
	}
	return top
}

// ChoiceName gives the label of a choice, in the language shown; "" of what is none.
func (h *host) ChoiceName(ref *xpath.Node, value string) string {
	f := h.i.p.targets[ref]
	if f == nil {
		return ""
	}
	var choices []form.Choice
	if l := h.i.p.lists[f]; l != nil && f.def.Itemset == nil {
		l.named()
		if at := l.byName[value]; len(at) > 0 {
			choices = l.choices[at[0] : at[0]+1]
		}
	} else if places := collect(h.i.root, f, nil, nil, nil); f.def.Itemset != nil && len(places) > 0 && !h.i.naming {
		h.i.naming = true // an itemset may ask for its own labels
		choices = h.i.offered(places[0].(*node))
		h.i.naming = false
	}
	for _, choice := range choices {
		if choice.Name == value {
			return choice.Label.In(h.i.env.Language, h.i.p.def)
		}
	}
	return ""
}

// Now is the moment at which expressions are evaluated.
func (h *host) Now() time.Time { return h.i.env.Now }

// Random is the environment's chance.
func (h *host) Random() float64 { return h.i.env.Random() }

// Chinese tells whether dates are written with Chinese names.
func (h *host) Chinese() bool { return isChinese(h.i.env.Language) }

// Itext is a text of the form by the id that pyxform gives it: /data/name:label, or list-0 of
// a list's choice.
func (h *host) Itext(id string) string {
	def := h.i.p.def
	path, kind, _ := strings.Cut(id, ":")
	if !strings.HasPrefix(path, "/") {
		cut := strings.LastIndexByte(id, '-')
		at, err := strconv.Atoi(id[cut+1:])
		if cut < 0 || err != nil || def.Lists[id[:cut]] == nil || at < 0 || at >= len(def.Lists[id[:cut]].Choices) {
			return ""
		}
		return def.Lists[id[:cut]].Choices[at].Label.In(h.i.env.Language, def)
	}
	names := strings.Split(path, "/")
	f := h.i.p.find(names[min(2, len(names)):])
	if f == nil {
		return ""
	}
	var text form.Text
	switch kind {
	case "label":
		text = f.def.Label
	case "hint":
		text = f.def.Hint
	case "jr:constraintMsg":
		text = f.def.ConstraintMessage
	case "jr:requiredMsg":
		text = f.def.RequiredMessage
	}
	return text.In(h.i.env.Language, def)
}

// Property is what the client knows.
func (h *host) Property(name string) string {
	switch name {
	case "deviceid":
		return h.i.env.DeviceID
	case "username":
		return h.i.env.Username
	case "email":
		return h.i.env.Email
	case "phonenumber":
		return h.i.env.PhoneNumber
	}
	return ""
}

// Version is the form's.
func (h *host) Version() string { return h.i.p.def.Version }
