package instance

import (
	"slices"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// choices are those that a select offers now, in the order in which they are to be shown.
func (i *Instance) choices(n *node) []form.Choice {
	offered := i.offered(n)
	def := n.field.def
	if def.Parameters["randomize"] != "true" {
		return offered
	}
	switch {
	case n.field.seed != nil:
		n.seed = n.field.seed.Evaluate(i.host, n).Seed(i.host)
	case !n.seeded:
		n.seeded, n.seed = true, int64(i.env.Random()*2147483646)
	}
	return xpath.Shuffle(offered, xpath.ParkMiller(n.seed))
}

// offered are those in the list's order.
func (i *Instance) offered(n *node) []form.Choice {
	if n.field.def.Itemset != nil {
		return i.itemset(n)
	}
	l := i.p.lists[n.field]
	if l == nil {
		return nil
	}
	l.ready()
	if n.field.def.ChoiceFilter == nil {
		return l.choices
	}
	var offered []form.Choice
	for _, k := range i.candidates(n, l) {
		if i.offers(n, l, k) {
			offered = append(offered, l.choices[k])
		}
	}
	return offered
}

// candidates are the places of the choices among which the filter leaves those offered: all, or
// those that an index finds.
func (i *Instance) candidates(n *node, l *list) []int {
	filter := n.field.def.ChoiceFilter
	var all []int
	if l.root != nil {
		if found, ok := filter.Candidates(i.host, l.root, "item", n); ok {
			for _, item := range found {
				all = append(all, item.(*entry).at)
			}
			return all
		}
	}
	for k := range l.items {
		all = append(all, k)
	}
	return all
}

// offers tells whether the choice filter of a select lets the list's item at k through.
func (i *Instance) offers(n *node, l *list, k int) bool {
	filter := n.field.def.ChoiceFilter
	return filter == nil || filter.EvaluateFor(i.host, l.items[k], n, k+1, len(l.items)).Bool()
}

// itemset are the choices that an Itemset comes to.
func (i *Instance) itemset(n *node) []form.Choice {
	def := n.field.def
	if n.field.around != nil {
		return i.repeatChoices(n)
	}
	items := def.Itemset.Evaluate(i.host, n).Items()
	value, label := itemNames(def)
	offered := make([]form.Choice, 0, len(items))
	for k, item := range items {
		name := textOf(item, value)
		if name == "" || def.ChoiceFilter != nil && !def.ChoiceFilter.EvaluateFor(i.host, item, n, k+1, len(items)).Bool() {
			continue
		}
		offered = append(offered, form.Choice{Name: name, Label: i.itemLabel(item, label)})
	}
	return offered
}

// itemLabel is the text of an item's child, or of the form's text of which jr:itext(child) names the id.
func (i *Instance) itemLabel(item xpath.Item, label string) form.Text {
	if inner, ok := strings.CutPrefix(label, "jr:itext("); ok {
		id := textOf(item, strings.TrimSpace(strings.TrimSuffix(inner, ")")))
		return form.Text{i.p.def.DefaultLanguage: i.host.Itext(id)}
	}
	return form.Text{i.p.def.DefaultLanguage: textOf(item, label)}
}

// repeatChoices are the answers of a question, in all instances of the repeats that it is in. The
// filter's context is the section around the question there; its position is that among its siblings.
func (i *Instance) repeatChoices(n *node) []form.Choice {
	filter := n.field.def.ChoiceFilter
	var offered []form.Choice
	answers := i.answersOf(n)
	for k, item := range answers {
		name := item.Text()
		if name == "" {
			continue
		}
		of, position := &host{i: i}, k+1
		if at, ok := item.Parent().(*node); ok {
			of.item, position = at, at.Place()
		}
		if filter == nil || filter.EvaluateFor(of, item.Parent(), n, position, len(answers)).Bool() {
			offered = append(offered, form.Choice{Name: name, Label: form.Text{i.p.def.DefaultLanguage: name}})
		}
	}
	return offered
}

// answersOf are the nodes of the question whose answers a select offers.
func (i *Instance) answersOf(n *node) []xpath.Item {
	ref := n.field.def.Itemset.Root
	if strings.HasPrefix(ref.Text, xpath.LastSaved) {
		return i.host.Reference(ref, n)
	}
	outside := n
	for n.field.around != i.p.root && outside.field.isWithin(n.field.around) {
		outside = outside.section()
	}
	return lookUp(i.p.targets[ref], outside)
}

// twice is the first name that a list has again, or "".
func twice(names []string) string {
	if len(names) < 2 {
		return ""
	}
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		if seen[name] {
			return name
		}
		seen[name] = true
	}
	return ""
}

// judgeChoice says what keeps an answer from being one of the choices offered. Where it is not
// known what these are, nothing does.
func (i *Instance) judgeChoice(n *node) problem.Text {
	def := n.field.def
	if !def.Type.HasChoices() || isSearch(def.Appearance) {
		return problem.Text{}
	}
	chosen := strings.Fields(n.value)
	if name := twice(chosen); name != "" {
		return problem.Say("xpath.choiceTwice", shortName(name))
	}
	if def.Itemset != nil {
		return i.judgeItemset(n, chosen)
	}
	l := i.p.lists[n.field]
	if l == nil {
		return problem.Text{}
	}
	l.named()
	for _, name := range chosen {
		at, known := l.byName[name]
		if !known {
			return problem.Say("xpath.unknownChoice", shortName(name))
		}
		if def.ChoiceFilter == nil {
			continue
		}
		l.ready()
		if !slices.ContainsFunc(at, func(k int) bool { return i.offers(n, l, k) }) {
			return problem.Say("xpath.choiceNotOffered", shortName(name))
		}
	}
	return problem.Text{}
}

func (i *Instance) judgeItemset(n *node, chosen []string) problem.Text {
	if e := n.field.def.Itemset; i.p.lacks(e) || i.judged && i.p.asksClient(e) {
		return problem.Text{}
	}
	offered := i.offered(n)
	for _, name := range chosen {
		if !slices.ContainsFunc(offered, func(c form.Choice) bool { return c.Name == name }) {
			return problem.Say("xpath.choiceNotOffered", shortName(name))
		}
	}
	return problem.Text{}
}
