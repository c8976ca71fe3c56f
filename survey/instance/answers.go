package instance

import (
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// Answers gives what is submitted: relevant answers, calculations included, leaves as
// strings. What is unanswered is left out, and so is a group without answers; each
// instance of a repeat is there, if only as an empty map. "end" is stamped when the
// instance was begun here, and kept as it is when it was loaded.
func (i *Instance) Answers() map[string]any {
	return i.gather(i.root)
}

func (i *Instance) gather(section *node) map[string]any {
	all := make(map[string]any, len(section.below))
	for _, n := range section.below {
		if !n.relevant || n.field.meta {
			continue
		}
		name := n.field.def.Name
		switch {
		case n.series:
			if len(n.below) == 0 {
				continue
			}
			instances := make([]any, len(n.below))
			for k, one := range n.below {
				instances[k] = i.gather(one)
			}
			all[name] = instances
		case n.field.def.Type == form.Group:
			if inner := i.gather(n); len(inner) > 0 {
				all[name] = inner
			}
		case n.field.def.Type == form.End && !i.judged:
			all[name] = i.env.Now.Format(xpath.DateTimeLayout)
		case n.value != "":
			all[name] = n.value
		}
	}
	return all
}

// Name is the instance's name by the form's instance_name, or "".
func (i *Instance) Name() string {
	if i.p.def.InstanceName == nil {
		return ""
	}
	return shorten(i.p.def.InstanceName.Evaluate(i.host, i.root).String())
}
