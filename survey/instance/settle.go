package instance

import (
	"math"
	"math/bits"
)

// pending is what is to be evaluated: whole vertices, for all their nodes, or some nodes of a vertex.
type pending struct {
	whole bitset
	some  bitset
	due   [][]*node // by a vertex's place
	done  int       // while evaluating, the vertices before this place are settled
}

func newPending(vertices int) pending {
	words := (vertices + 63) / 64
	return pending{whole: make(bitset, words), some: make(bitset, words)}
}

// bitset is a set of vertices by their place in the order.
type bitset []uint64

func (b bitset) add(i int) { b[i/64] |= 1 << (i % 64) }

func (b bitset) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }

// nextOf gives the first member of either from i on, or -1.
func nextOf(a, b bitset, i int) int {
	for w := i / 64; w < len(a); w++ {
		word := a[w] | b[w]
		if w == i/64 {
			word &= ^uint64(0) << (i % 64)
		}
		if word != 0 {
			return w*64 + bits.TrailingZeros64(word)
		}
	}
	return -1
}

// mark makes due, after a change to n, those of the watchers' nodes that see n: they are in the
// same instance of top.
func (i *Instance) mark(n *node, watchers []watcher) {
	for _, w := range watchers {
		if i.whole.has(w.v.place) {
			continue
		}
		anchor := n
		for len(anchor.field.line) > len(w.top.line) {
			anchor = anchor.section()
		}
		i.scheduleBelow(w.v, anchor)
	}
}

// scheduleBelow makes a vertex due for its nodes at and below anchor.
func (i *Instance) scheduleBelow(v *vertex, anchor *node) {
	switch {
	case v.place < i.done || i.whole.has(v.place):
		return
	case anchor.parent == nil || v.chained || !v.field.isWithin(anchor.field):
		i.whole.add(v.place)
		return
	}
	if i.due == nil {
		i.due = make([][]*node, len(i.p.order))
	}
	i.some.add(v.place)
	anchor.each(v.field, func(n *node) {
		if n.due&(1<<v.kind) == 0 {
			n.due |= 1 << v.kind
			i.due[v.place] = append(i.due[v.place], n)
		}
	})
}

// settle evaluates what is due, in order, and then gives new nodes their dynamic defaults.
func (i *Instance) settle() {
	i.run()
	for len(i.fresh) > 0 {
		n := i.fresh[0]
		i.fresh = i.fresh[1:]
		before := n.value
		i.assign(n, n.field.def.DynamicDefault.Evaluate(i.host, n).String())
		i.run()
		if n.value != before {
			i.fire(n)
		}
	}
}

// run evaluates what is due. What a vertex changes is read only by later ones.
func (i *Instance) run() {
	for at := nextOf(i.whole, i.some, 0); at >= 0; at = nextOf(i.whole, i.some, at+1) {
		v := i.p.order[at]
		i.done = at + 1
		var due []*node
		if i.some.has(at) {
			due = i.due[at]
			i.due[at] = nil
		}
		for _, n := range due {
			n.due &^= 1 << v.kind
		}
		if i.whole.has(at) {
			i.root.each(v.field, func(n *node) { i.decide(v, n) })
			continue
		}
		for _, n := range due {
			i.decide(v, n)
		}
	}
	i.done = 0
	clear(i.whole)
	clear(i.some)
}

func (i *Instance) decide(v *vertex, n *node) {
	switch v.kind {
	case decidesRelevance:
		n.own = v.expr.Evaluate(i.host, n).Bool()
		if n.setRelevant(n.parent.relevant) {
			i.mark(n, n.field.affected)
		}
	case decidesCount:
		i.decideCount(v, n)
	case decidesValue:
		if n.relevant && !n.kept {
			i.assign(n, v.expr.Evaluate(i.host, n).String())
		}
	}
}

func (i *Instance) decideCount(v *vertex, n *node) {
	if !n.relevant {
		return
	}
	wanted := 0
	if f := v.expr.Evaluate(i.host, n).Number(i.host); f >= 1 { // not NaN
		wanted = int(math.Min(f, MaxRepeats))
	}
	if wanted == len(n.below) {
		return
	}
	for len(n.below) > wanted {
		i.drop(n, len(n.below)-1)
	}
	for len(n.below) < wanted && i.lengthen(n) != nil {
	}
	i.mark(n, n.field.affected)
}
