package instance

import (
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
	Now         time.Time // its location is the zone of dates and times
	DeviceID    string
	Username    string
	Email       string
	PhoneNumber string
	InstanceID  string         // what meta/instanceID reads
	Language    string         // of jr:itext, jr:choice-name and dates' names; "" for the form's default
	LastSaved   map[string]any // the answers of the instance of the form that was saved last, shaped as Answers gives them
	Random      func() float64 // from 0, below 1; nil for chance
}

// Instance is one filled-in copy of a form. It belongs to one goroutine.
type Instance struct {
	p      *Program
	env    Environment
	host   *host // what it is to its expressions
	root   *node
	saved  *entry // env.LastSaved, once asked for
	count  int    // of nodes
	judged bool   // loaded: filled in elsewhere, and before
	pending
	fresh  []*node // made and still without dynamic defaults
	events int     // that follow the present answer
	firing int     // how deep in them it is
	naming bool    // jr:choice-name looks through an itemset
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
	if env.Language == "" {
		env.Language = p.def.DefaultLanguage
	}
	i := &Instance{p: p, env: env, pending: newPending(len(p.order))}
	i.host = &host{i: i}
	for _, v := range p.order {
		i.whole.add(v.place)
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
	switch {
	case n.field.meta:
		i.fillMeta(n)
	case def.Type.IsPreload():
		n.value = i.preload(def.Type)
	default:
		n.value = def.Default
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
	case form.Email:
		return i.env.Email
	case form.PhoneNumber:
		return i.env.PhoneNumber
	}
	return "" // End is stamped when the answers are taken; the others are the device's
}

func (i *Instance) fillMeta(n *node) {
	if n.field.calc == nil && n.field.def.Name == "instanceID" {
		n.value = i.env.InstanceID
	}
}

// lengthen adds an instance to a series, unless it or the whole is full.
func (i *Instance) lengthen(series *node) *node {
	if len(series.below) >= MaxRepeats || i.count >= MaxNodes {
		return nil
	}
	n := i.newNode(series.field, series)
	series.below = append(series.below, n)
	n.at = len(series.below)
	i.fill(n)
	for _, v := range series.field.inner {
		i.scheduleBelow(v, n)
	}
	return n
}

func hasWord(list, word string) bool { return slices.Contains(strings.Fields(list), word) }

// assign gives a leaf a value and marks those who read it.
func (i *Instance) assign(n *node, value string) {
	if value = shorten(value); value != n.value {
		n.value = value
		i.mark(n, n.field.readers)
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
	for k, one := range series.below[at:] {
		one.at = at + k + 1
	}
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
	if n == nil || n.field.def.Type.IsSection() || n.field.meta {
		return problem.New(problem.NotFound, "xpath.noQuestionAt", string(path))
	}
	if utf8.RuneCountInString(value) > MaxText {
		return problem.New(problem.TooLarge, "xpath.tooLongAnswer", MaxText)
	}
	if n.field.calc == nil && n.value != value {
		i.assign(n, value)
		i.settle()
		i.fire(n)
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
	i.mark(series, series.field.affected)
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
	i.mark(series, series.field.affected)
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
