package instance

import (
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// Limits of one instance.
const (
	MaxText    = 50_000  // characters of one answer
	MaxRepeats = 1_000   // instances of one repeat in one place
	MaxNodes   = 200_000 // questions and sections, repeats counted out
)

// Environment is what an instance knows of the world around it.
type Environment struct {
	Now      time.Time // its location is the zone of dates and times
	DeviceID string
	Username string
	Random   func() float64 // from 0, below 1; nil for chance
}

// Instance is one filled-in copy of a form. It belongs to one goroutine.
type Instance struct {
	p      *Program
	env    Environment
	root   *node
	count  int  // of nodes
	judged bool // loaded: filled in elsewhere, and before
	dirty  bitset
	fresh  []*node // made and still without dynamic defaults
}

// Start begins an instance: one instance of each repeat, preloads, defaults, calculations.
func (p *Program) Start(env Environment) *Instance {
	i := p.empty(env)
	i.root = i.grow(p.root, nil)
	i.settle()
	return i
}

func (p *Program) empty(env Environment) *Instance {
	if env.Random == nil {
		env.Random = rand.Float64
	}
	i := &Instance{p: p, env: env, dirty: make(bitset, (len(p.order)+63)/64)}
	for _, v := range p.order {
		i.dirty.add(v.place)
	}
	return i
}

// newNode makes a node without anything below it.
func (i *Instance) newNode(f *field, parent *node) *node {
	i.count++
	return &node{field: f, parent: parent, own: true, relevant: parent == nil || parent.relevant}
}

// grow makes a node with all below it, as at the start of filling in.
func (i *Instance) grow(f *field, parent *node) *node {
	n := i.newNode(f, parent)
	if f.isRepeat() {
		n.series = true
		if f.def.RepeatCount == nil && !hasWord(f.def.Appearance, "minimal") {
			i.lengthen(n)
		}
		return n
	}
	i.fill(n)
	return n
}

// fill gives a new node its first value, or a section what is below it.
func (i *Instance) fill(n *node) {
	def := n.field.def
	if def.Type.IsSection() {
		n.below = make([]*node, len(n.field.children))
		for at, child := range n.field.children {
			n.below[at] = i.grow(child, n)
		}
		return
	}
	n.value = def.Default
	if def.Type.IsPreload() {
		n.value = i.preload(def.Type)
	}
	if def.DynamicDefault != nil && n.field.calc == nil {
		i.fresh = append(i.fresh, n)
	}
}

func (i *Instance) preload(t form.Type) string {
	switch t {
	case form.Start:
		return i.env.Now.Format(xpath.DateTimeLayout)
	case form.Today:
		return i.env.Now.Format(xpath.DateLayout)
	case form.DeviceID:
		return i.env.DeviceID
	case form.Username:
		return i.env.Username
	}
	return "" // End is stamped when the answers are taken
}

// lengthen adds an instance to a series, unless it or the whole is full.
func (i *Instance) lengthen(series *node) *node {
	if len(series.below) >= MaxRepeats || i.count >= MaxNodes {
		return nil
	}
	n := i.newNode(series.field, series)
	series.below = append(series.below, n)
	i.fill(n)
	return n
}

func hasWord(list, word string) bool { return slices.Contains(strings.Fields(list), word) }

// settle evaluates what is dirty, in order, and then gives new nodes their dynamic defaults.
func (i *Instance) settle() {
	i.run()
	for len(i.fresh) > 0 {
		n := i.fresh[0]
		i.fresh = i.fresh[1:]
		i.assign(n, n.field.def.DynamicDefault.Evaluate(host{i}, n).String())
		i.run()
	}
}

// run evaluates every dirty vertex. What a vertex changes is read only by later ones.
func (i *Instance) run() {
	for place := i.dirty.next(0); place >= 0; place = i.dirty.next(place + 1) {
		v := i.p.order[place]
		i.root.each(v.field, func(n *node) {
			switch v.kind {
			case decidesRelevance:
				i.decideRelevance(v, n)
			case decidesCount:
				i.decideCount(v, n)
			case decidesValue:
				i.decideValue(v, n)
			}
		})
	}
	clear(i.dirty)
}

func (i *Instance) decideRelevance(v *vertex, n *node) {
	n.own = v.expr.Evaluate(host{i}, n).Bool()
	if n.setRelevant(n.parent.relevant) {
		i.dirty.addAll(n.field.affected)
	}
}

func (i *Instance) decideCount(v *vertex, n *node) {
	if !n.relevant {
		return
	}
	wanted := 0
	if f := v.expr.Evaluate(host{i}, n).Number(host{i}); f >= 1 { // not NaN
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
	i.dirty.addAll(n.field.affected)
}

func (i *Instance) decideValue(v *vertex, n *node) {
	if n.relevant && !n.kept {
		i.assign(n, v.expr.Evaluate(host{i}, n).String())
	}
}

// assign gives a leaf a value and marks those who read it.
func (i *Instance) assign(n *node, value string) {
	if value = shorten(value); value != n.value {
		n.value = value
		i.dirty.addAll(n.field.readers)
	}
}

// shorten keeps a calculated text within MaxText.
func shorten(s string) string {
	if len(s) <= MaxText || utf8.RuneCountInString(s) <= MaxText {
		return s
	}
	return string([]rune(s)[:MaxText])
}

// drop removes an instance of a series.
func (i *Instance) drop(series *node, at int) {
	i.count -= size(series.below[at])
	series.below = slices.Delete(series.below, at, at+1)
}

func size(n *node) int {
	total := 1
	for _, child := range n.below {
		total += size(child)
	}
	return total
}

// Set answers the question at path (with positions where it is in repeats) and
// evaluates what depends on it. "" takes the answer back. The value is kept even
// when it is invalid, for Validate to say so.
func (i *Instance) Set(path form.Path, value string) error {
	n := i.find(path)
	if n == nil || n.field.def.Type.IsSection() {
		return problem.New(problem.NotFound, "xpath.noQuestionAt", string(path))
	}
	if utf8.RuneCountInString(value) > MaxText {
		return problem.New(problem.TooLarge, "xpath.tooLongAnswer", MaxText)
	}
	if n.field.calc == nil {
		i.assign(n, value)
		i.settle()
	}
	return nil
}

// AddRepeat adds an instance at the end of the repeat at path.
func (i *Instance) AddRepeat(path form.Path) error {
	series, err := i.seriesAt(path)
	if err != nil {
		return err
	}
	if i.lengthen(series) == nil {
		return problem.New(problem.TooLarge, "xpath.tooManyRepeats", MaxRepeats)
	}
	i.dirty.addAll(series.field.affected)
	i.settle()
	return nil
}

// RemoveRepeat removes the instance at a position, from 1, of the repeat at path.
func (i *Instance) RemoveRepeat(path form.Path, position int) error {
	series, err := i.seriesAt(path)
	if err != nil {
		return err
	}
	if position < 1 || position > len(series.below) {
		return problem.New(problem.NotFound, "xpath.noQuestionAt", string(path)+"["+strconv.Itoa(position)+"]")
	}
	i.drop(series, position-1)
	i.dirty.addAll(series.field.affected)
	i.settle()
	return nil
}

func (i *Instance) seriesAt(path form.Path) (*node, error) {
	n := i.find(path)
	if n == nil || !n.series {
		return nil, problem.New(problem.NotFound, "xpath.noQuestionAt", string(path))
	}
	if n.field.def.RepeatCount != nil {
		return nil, problem.New(problem.Invalid, "xpath.fixedCount")
	}
	return n, nil
}

// find gives the node at a path; a repeat without a position is the series.
func (i *Instance) find(path form.Path) *node {
	at := i.root
	for _, segment := range path.Names() {
		name, position := segment, 0
		if cut := strings.IndexByte(segment, '['); cut >= 0 && strings.HasSuffix(segment, "]") {
			name = segment[:cut]
			if position, _ = strconv.Atoi(segment[cut+1 : len(segment)-1]); position < 1 {
				return nil
			}
		}
		f := at.field.byName[name]
		if f == nil || at.series {
			return nil
		}
		at = at.below[f.index]
		if position > 0 {
			if !at.series || position > len(at.below) {
				return nil
			}
			at = at.below[position-1]
		}
	}
	return at
}
