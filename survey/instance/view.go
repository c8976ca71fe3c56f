package instance

import (
	"regexp"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// View is what is to be shown of one field in one place of the instance.
type View struct {
	Path       form.Path // with positions from 1
	Field      *form.Field
	Relevant   bool
	Required   bool
	ReadOnly   bool
	Value      string        // "" for sections and the unanswered; an irrelevant question keeps its value
	Choices    []form.Choice // those the filter offers
	Children   []View        // of a group, and of one instance of a repeat
	Instances  []View        // of a repeat, each with Children
	FixedCount bool          // of a repeat: repeat_count decides
}

// View gives the whole instance as a tree, from below the form's root.
func (i *Instance) View() []View { return i.views(i.root.below, "") }

func (i *Instance) views(nodes []*node, prefix form.Path) []View {
	all := make([]View, 0, len(nodes))
	for _, n := range nodes {
		if !n.field.meta {
			all = append(all, i.view(n, prefix.Join(n.field.def.Name)))
		}
	}
	return all
}

func (i *Instance) view(n *node, path form.Path) View {
	def := n.field.def
	v := View{Path: path, Field: def, Relevant: n.relevant, Value: n.value}
	v.Required = def.Required != nil && n.relevant && def.Required.Evaluate(i.host, n).Bool()
	v.ReadOnly = def.ReadOnly != nil && n.relevant && def.ReadOnly.Evaluate(i.host, n).Bool()
	switch {
	case n.series:
		v.FixedCount = def.RepeatCount != nil
		for _, one := range n.below {
			instance := View{Path: one.path(), Field: def, Relevant: one.relevant}
			instance.Children = i.views(one.below, instance.Path)
			v.Instances = append(v.Instances, instance)
		}
	case def.Type == form.Group:
		v.Children = i.views(n.below, path)
	case def.Type.HasChoices() && n.relevant:
		v.Choices = i.choices(n)
	}
	return v
}

// Text gives a label, hint or message in a language for the node at path, with
// each ${name} filled in: the answer as it is stored, "" when there is none.
func (p *Program) Text(i *Instance, path form.Path, text form.Text, language string) string {
	pattern := text.In(language, p.def)
	if !strings.Contains(pattern, "${") {
		return pattern
	}
	at := i.find(path)
	if at == nil {
		at = i.root
	}
	var b strings.Builder
	rest := pattern
	for {
		before, name, after, ok := nextReference(rest)
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		plain := strings.TrimPrefix(name, xpath.LastSaved)
		if found := p.byName[plain]; len(found) > 0 && plain != name {
			b.WriteString(xpath.Items(i.savedLast(found[0].path)...).String())
		} else if len(found) > 0 {
			b.WriteString(xpath.Items(lookUp(found[0], at)...).String())
		}
		rest = after
	}
}

// referencePattern matches ${name}; ${} and ${two words} are plain text.
var referencePattern = regexp.MustCompile(`\$\{\s*([^}\s]+)\s*\}`)

// nextReference cuts a text at its next ${name}.
func nextReference(text string) (before, name, after string, ok bool) {
	at := referencePattern.FindStringSubmatchIndex(text)
	if at == nil {
		return text, "", "", false
	}
	return text[:at[0]], text[at[2]:at[3]], text[at[1]:], true
}
