package openrosa

import (
	"strings"

	"tianye/survey/form"
	"tianye/survey/instance"
)

// Entities gives what the client says that the instance makes of entities: the elements
// that stand in a section's meta, with the answers of the section that are saved to them.
func (i *Instance) Entities(d *form.Definition) []instance.Entity {
	return entities(nil, d.Fields, i.root)
}

func entities(all []instance.Entity, fields []*form.Field, section *element) []instance.Entity {
	for _, c := range section.children {
		if c.name != "meta" {
			if f := fieldNamed(fields, c.name); f != nil && f.Type.IsSection() && !c.isTemplate() {
				all = entities(all, f.Fields, c)
			}
			continue
		}
		for _, e := range c.children {
			if e.name != "entity" {
				continue
			}
			one := instance.Entity{Dataset: e.attribute("dataset"), ID: e.attribute("id"), Create: isTrue(e.attribute("create")), Update: isTrue(e.attribute("update")),
				Properties: map[string]string{}}
			if label := e.child("label"); label != nil {
				one.Label = strings.TrimSpace(label.value())
			}
			gatherProperties(fields, section, one.Dataset, one.Properties)
			all = append(all, one)
		}
	}
	return all
}

func fieldNamed(fields []*form.Field, name string) *form.Field {
	for _, f := range fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

func gatherProperties(fields []*form.Field, section *element, dataset string, into map[string]string) {
	for _, f := range fields {
		if f.Type != form.Group && !f.Saves(dataset) {
			continue
		}
		switch c := section.child(f.Name); {
		case c == nil:
		case f.Type == form.Group:
			gatherProperties(f.Fields, c, dataset, into)
		default:
			into[f.SaveTo] = c.value()
		}
	}
}

func isTrue(text string) bool { return text == "1" || text == "true" }
