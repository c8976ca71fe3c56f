package xlsform

import (
	"slices"

	"tianye/survey/form"
)

// placeEntities finds for every declared entity the section that it stands in: that of the answers that are
// saved to it, else the innermost of those that it speaks of. A section holds one entity; another one of the same repeat
// moves outwards. What speaks of nothing stands in the form itself when it is the only one.
func (r *reader) placeEntities() {
	var places []*placing
	for _, d := range r.entities.allotted {
		if p := r.place(d); p != nil {
			places = append(places, p)
		}
	}
	slices.SortStableFunc(places, func(a, b *placing) int {
		switch {
		case a.saved != b.saved && a.saved:
			return -1
		case a.saved != b.saved:
			return 1
		}
		return len(b.wanted) - len(a.wanted)
	})
	taken := map[*section]bool{}
	for _, p := range places {
		r.allot(p, taken)
	}
	if len(r.entities.declared) == 1 && len(places) == 0 {
		r.definition.Entities = append(r.definition.Entities, r.entities.declared[0].Entity)
	}
	for _, d := range r.entities.declared {
		if len(r.entities.declared) > 1 && len(d.belongings) == 0 {
			s := r.sheets["entities"]
			s.warn(d.row.number, s.find(d.row, "dataset"), "xlsform.entityUnused", d.Dataset)
		}
	}
}

// placing is where an entity would stand.
type placing struct {
	*declaration
	wanted []*section // from the form to the section that it should stand in
	scope  int        // how many of them it cannot leave: to the innermost repeat
	saved  bool       // answers are saved to it
}

// scopeOf is how many sections there are to the innermost repeat, the form itself counted.
func scopeOf(in []*section) int {
	for i := len(in) - 1; i > 0; i-- {
		if in[i].kind == form.Repeat {
			return i + 1
		}
	}
	return 1
}

// place finds where an entity should stand, and refuses one that would have to stand in two repeats at once.
func (r *reader) place(d *declaration) *placing {
	p := &placing{declaration: d, wanted: d.belongings[0].in}
	var widest []*section
	for _, b := range d.belongings {
		saves := b.property != ""
		if saves && !p.saved || saves == p.saved && len(b.in) > len(p.wanted) {
			p.wanted, p.saved = b.in, p.saved || saves
		}
		if n := scopeOf(b.in); n > p.scope {
			p.scope, widest = n, b.in[:n]
		}
	}
	for _, b := range d.belongings {
		n := scopeOf(b.in)
		switch {
		case slices.Equal(widest[:n], b.in[:n]) && (b.property == "" || n == p.scope):
		case b.property != "":
			r.survey.fail(b.row.number, r.survey.find(b.row, "bind::entities:saveto"), "xlsform.entityScope", d.Dataset)
			return nil
		default:
			s := r.sheets["entities"]
			s.fail(d.row.number, s.find(d.row, "dataset"), "xlsform.entityScope", d.Dataset)
			return nil
		}
	}
	return p
}

// allot gives an entity its section, or the nearest one outwards that has none yet.
func (r *reader) allot(p *placing, taken map[*section]bool) {
	for depth := len(p.wanted); depth >= p.scope; depth-- {
		at := p.wanted[depth-1]
		if taken[at] {
			if p.saved {
				break
			}
			continue
		}
		taken[at] = true
		e := p.Entity
		e.Path = at.path
		if p.scope > 1 {
			e.Repeat = p.wanted[p.scope-1].field.Name
		}
		r.definition.Entities = append(r.definition.Entities, e)
		return
	}
	s := r.sheets["entities"]
	s.fail(p.row.number, s.find(p.row, "dataset"), "xlsform.entityPlace", p.Dataset)
}
