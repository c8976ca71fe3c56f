package instance

import "tianye/survey/form"

// Entity is what an instance makes, or makes of, an entity (ODK Entities specification).
type Entity struct {
	Dataset    string
	ID         string // "" of a new one that nobody has named yet
	Label      string
	Create     bool
	Update     bool
	Base       int64             // of an update by a client: the entity's version that it had; 0: not said
	Properties map[string]string // the answers with save_to; "" where there is none
}

// Entities gives what the instance does to entities, in the order of the definition and
// of repeats. What does neither is there too, with its ID.
func (i *Instance) Entities() []Entity {
	var all []Entity
	for _, def := range i.p.def.Entities {
		f := i.p.find(def.Path.Names())
		if f == nil {
			continue
		}
		i.root.each(f, func(n *node) {
			sections := []*node{n}
			if n.series {
				sections = n.below
			}
			for _, section := range sections {
				if section.relevant {
					all = append(all, i.entity(&def, section))
				}
			}
		})
	}
	return all
}

func (i *Instance) entity(def *form.Entity, section *node) Entity {
	e := Entity{Dataset: def.Dataset, Properties: map[string]string{}}
	h := i.host
	if def.Label != nil {
		e.Label = def.Label.Evaluate(h, section).String()
	}
	if def.EntityID != nil {
		e.ID = def.EntityID.Evaluate(h, section).String()
	}
	// Without conditions: one with an id is changed, one without is made.
	e.Create = def.EntityID == nil
	e.Update = def.EntityID != nil && def.CreateIf == nil
	if def.CreateIf != nil {
		e.Create = def.CreateIf.Evaluate(h, section).Bool()
	}
	if def.UpdateIf != nil {
		e.Update = def.UpdateIf.Evaluate(h, section).Bool()
	}
	gatherProperties(section, def.Dataset, e.Properties)
	return e
}

func gatherProperties(section *node, dataset string, into map[string]string) {
	for _, n := range section.below {
		def := n.field.def
		switch {
		case !n.relevant || n.series:
		case def.Type == form.Group:
			gatherProperties(n, dataset, into)
		case def.Saves(dataset):
			into[def.SaveTo] = n.value
		}
	}
}
