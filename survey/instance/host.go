package instance

import (
	"time"

	"tianye/survey/xpath"
)

// host is what an instance is to its expressions: an xpath.Host.
type host struct{ i *Instance }

var _ xpath.Host = host{}

// Root is the instance's root node.
func (h host) Root() xpath.Item { return h.i.root }

// Reference gives the nodes that ${name} means to the reader at from: of the repeats that
// both are in, the reader's instances; of the others, all.
func (h host) Reference(ref *xpath.Node, from xpath.Item) []xpath.Item {
	target := h.i.p.targets[ref]
	at, ok := from.(*node)
	if target == nil || !ok {
		return nil
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
func (h host) Indexed(ref *xpath.Node, repeats []*xpath.Node, numbers []int, from xpath.Item) []xpath.Item {
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

// List gives a choice list as a secondary instance.
func (h host) List(id string) xpath.Item {
	if l := h.i.p.lists[id]; l != nil {
		return l.item
	}
	return nil
}

// ChoiceName gives the label of a choice, in the form's default language; "" of what is none.
func (h host) ChoiceName(ref *xpath.Node, value string) string {
	f := h.i.p.targets[ref]
	if f == nil || f.list == nil {
		return ""
	}
	if at := f.list.byName[value]; len(at) > 0 {
		return f.list.def.Choices[at[0]].Label.In(h.i.p.def.DefaultLanguage, h.i.p.def)
	}
	return ""
}

// Now is the moment at which expressions are evaluated.
func (h host) Now() time.Time { return h.i.env.Now }

// Random is the environment's chance.
func (h host) Random() float64 { return h.i.env.Random() }

// Chinese tells whether dates are written with Chinese names.
func (h host) Chinese() bool { return h.i.p.chinese }
