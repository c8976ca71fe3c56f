package instance

// maxEvents is how many events one answer or dynamic default may set off: triggers that set one another off would never end.
const maxEvents = 1000

// checkTriggers looks up the questions at whose change others are calculated.
func (c *checker) checkTriggers() {
	for _, f := range c.p.fields {
		for _, name := range f.def.Triggers {
			if c.p.byName[name] == nil && c.p.declares(name) {
				continue // a file's row: nothing there changes
			}
			if trigger := c.lookUp(place{field: f, column: "trigger"}, name); trigger != nil {
				trigger.fires = append(trigger.fires, f)
			}
		}
	}
}

// fire calculates what is to be when the answer of n changes, settles it, and lets it fire in turn.
func (i *Instance) fire(n *node) {
	if i.firing == 0 {
		i.events = 0
	}
	i.firing++
	defer func() { i.firing-- }()
	for _, target := range n.field.fires {
		for _, item := range lookUp(target, n) {
			if i.events++; i.events > maxEvents {
				return
			}
			one, value := item.(*node), ""
			if e := target.def.Calculation; e != nil {
				value = e.Evaluate(i.host, one).String()
			}
			before := one.value
			i.assign(one, value)
			i.settle()
			if one.value != before {
				i.fire(one)
			}
		}
	}
}
