package openrosa

import (
	"cmp"
	"strconv"
	"strings"

	"tianye/survey/form"
	"tianye/survey/instance"
)

// Entities gives what the client says that the instance makes of entities, so far as its
// form declares them: of a list, one in each section that has it, and to be made or changed
// only where the form does so. Whoever can send can write any XML.
func (i *Instance) Entities(d *form.Definition) []instance.Entity {
	if len(d.Entities) == 0 {
		return nil
	}
	g := entityGatherer{shaper: shaper{names: map[*form.Field]map[string]*form.Field{}}, declared: map[entityPlace]*form.Entity{}}
	for n := range d.Entities {
		e := &d.Entities[n]
		g.declared[entityPlace{e.Path, e.Dataset}] = e
	}
	g.section("", d.Fields, i.root, map[entityPlace]bool{})
	return g.all
}

type entityPlace struct {
	path    form.Path
	dataset string
}

type entityGatherer struct {
	shaper
	declared map[entityPlace]*form.Entity
	all      []instance.Entity
}

// section gathers what a section and those within it say; met are the entities that the
// instance of the innermost repeat has already.
func (g *entityGatherer) section(at form.Path, fields []*form.Field, from *element, met map[entityPlace]bool) {
	byName := g.byName(fields)
	for _, c := range from.children {
		f := byName[c.name]
		switch {
		case c.name == "meta":
			g.meta(at, fields, from, c, met)
		case f == nil || c.isTemplate():
		case f.Type == form.Group:
			g.section(at.Join(f.Name), f.Fields, c, met)
		case f.Type == form.Repeat:
			g.section(at.Join(f.Name), f.Fields, c, map[entityPlace]bool{})
		}
	}
}

func (g *entityGatherer) meta(at form.Path, fields []*form.Field, section, meta *element, met map[entityPlace]bool) {
	for _, e := range meta.children {
		if e.name != "entity" {
			continue
		}
		place := entityPlace{at, e.attribute("dataset")}
		declared := g.declared[place]
		if declared == nil || met[place] {
			continue
		}
		met[place] = true
		one := instance.Entity{Dataset: place.dataset, ID: e.attribute("id"), Properties: map[string]string{},
			Create: isTrue(e.attribute("create")) && (declared.EntityID == nil || declared.CreateIf != nil),
			Update: isTrue(e.attribute("update")) && declared.EntityID != nil}
		one.Base, _ = strconv.ParseInt(e.attribute("baseVersion"), 10, 64) // what is no number says nothing
		if label := e.child("label"); label != nil {
			one.Label = strings.TrimSpace(label.value())
		}
		g.properties(fields, section, one.Dataset, one.Properties)
		g.all = append(g.all, one)
	}
}

func (g *entityGatherer) properties(fields []*form.Field, section *element, dataset string, into map[string]string) {
	byName := g.byName(fields)
	for _, c := range section.children {
		switch f := byName[c.name]; {
		case f == nil:
		case f.Type == form.Group:
			g.properties(f.Fields, c, dataset, into)
		case !f.Type.IsSection() && f.Saves(dataset):
			into[f.SaveTo] = cmp.Or(c.value(), into[f.SaveTo])
		}
	}
}

func isTrue(text string) bool { return text == "1" || text == "true" }
