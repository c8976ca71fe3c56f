package xlsform

import (
	"cmp"
	"slices"

	"tianye/survey/form"
)

// placing is where an entity asks to stand.
type placing struct {
	*declaration
	scope  sections // to the innermost repeat that it must be in, or the form itself
	wanted sections // to the section that it asks for
	saved  []sections
}

// sections are those from the form itself to one within it.
type sections []*section

func (in sections) last() *section { return in[len(in)-1] }

// isAt tells whether two sections are the same, or stand in like places.
func (in sections) isAt(other sections) bool {
	return slices.EqualFunc(in, other, func(a, b *section) bool { return a == b || a.likely(b) })
}

// likely tells whether two sections have the same name and kind.
func (s *section) likely(other *section) bool {
	return s.kind == other.kind && s.field != nil && other.field != nil && s.field.Name == other.field.Name
}

// scope are the sections to the innermost repeat, or the form itself.
func (in sections) scope() sections {
	for i := len(in) - 1; i > 0; i-- {
		if in[i].kind == form.Repeat {
			return in[:i+1]
		}
	}
	return in[:1]
}

// repeats is how many repeats there are among them.
func (in sections) repeats() int {
	n := 0
	for _, s := range in[1:] {
		if s.kind == form.Repeat {
			n++
		}
	}
	return n
}

// inner is how many sections there are within the innermost repeat.
func (in sections) inner() int { return len(in) - len(in.scope()) }

// placeEntities finds for every declared entity the section in which it stands: that which all answers saved to
// it share, else the innermost of those that it speaks of. A section holds one entity; another of the same repeat
// moves outwards, unless that would take it away from its answers. A single entity in no repeat stands in the form itself.
func (r *reader) placeEntities() {
	if r.failed {
		return // what is missing may be what an entity belongs to
	}
	root := sections{r.walk.stack[0]}
	var all []*placing
	for _, d := range r.entities.allotted {
		if p := r.place(d); p != nil {
			all = append(all, p)
		}
	}
	for _, d := range r.entities.declared {
		if len(d.belongings) == 0 {
			all = append(all, &placing{declaration: d, scope: root, wanted: root})
		}
	}
	if len(all) == 1 && len(all[0].scope) == 1 {
		all[0].wanted, all[0].saved = root, nil
	}
	slices.SortStableFunc(all, func(a, b *placing) int { return cmp.Compare(a.row.number, b.row.number) })
	taken := map[*section]*placing{} // sections in which an entity stands
	kept := map[*section]*placing{}  // and those whose answers are saved to it
	for _, p := range all {
		r.allot(p, taken, kept)
	}
	r.sortEntities()
	if len(r.entities.declared) > 0 {
		r.definition.XForm.EntitiesVersion = "2024.1.0"
	}
	inRepeat := func(e form.Entity) bool { return e.Repeat != "" }
	if len(r.entities.declared) > 1 || slices.ContainsFunc(r.definition.Entities, inRepeat) {
		r.definition.XForm.EntitiesVersion = "2025.1.0"
	}
}

// place finds where an entity asks to stand, and refuses one that would have to stand in two repeats at once.
func (r *reader) place(d *declaration) *placing {
	p := &placing{declaration: d}
	var deepest, saving sections
	for _, b := range d.belongings {
		scope, saves := b.in.scope(), b.property != ""
		if p.scope == nil || scope.repeats() > p.scope.repeats() {
			if p.scope == nil || !scope.isAt(p.scope) {
				deepest = b.in
				if saves {
					saving = b.in
				}
			}
			p.scope = scope
		}
		if scope.isAt(p.scope) && b.in.inner() > deepest.inner() {
			deepest = b.in
		}
		if saves {
			if !slices.ContainsFunc(p.saved, b.in.isAt) {
				p.saved = append(p.saved, b.in)
			}
			if saving == nil || scope.isAt(p.scope) && b.in.inner() > saving.inner() {
				saving = b.in
			}
		}
	}
	p.wanted = deepest
	if saving != nil {
		p.wanted = p.shared(saving)
	}
	return r.checkScopes(p)
}

// shared are the sections that all answers saved to an entity are in, but within the innermost repeat.
func (p *placing) shared(saving sections) sections {
	shortest := slices.MinFunc(p.saved, func(a, b sections) int { return len(a) - len(b) })
	first := p.saved[0]
	common := first[:len(shortest)]
	for i := range shortest {
		for _, other := range p.saved {
			if !first[i : i+1].isAt(other[i : i+1]) {
				common = first[:i]
				break
			}
		}
	}
	if len(p.saved) == 1 {
		return common
	}
	scope := saving.scope()
	if len(common) > 0 && cmp.Or(cmp.Compare(common.repeats(), scope.repeats()), cmp.Compare(common.inner(), scope.inner())) > 0 {
		return common
	}
	return scope
}

func (r *reader) checkScopes(p *placing) *placing {
	for _, b := range p.belongings {
		scope := b.in.scope()
		outside := len(scope) > len(p.scope) || !p.scope[:len(scope)].isAt(scope)
		switch {
		case b.property != "" && (outside || !p.wanted.scope().isAt(scope)):
			r.survey.fail(b.row.number, r.survey.find(b.row, "bind::entities:saveto"), "xlsform.entityScope", p.Dataset)
			return nil
		case outside:
			s := r.sheets["entities"]
			s.fail(p.row.number, s.find(p.row, "dataset"), "xlsform.entityScope", p.Dataset)
			return nil
		}
	}
	return p
}

// allot gives an entity its section, or the nearest one outwards that is free.
func (r *reader) allot(p *placing, taken, kept map[*section]*placing) {
	for depth := len(p.wanted); depth >= len(p.scope); depth-- {
		at := p.wanted[depth-1]
		if taken[at] == nil && kept[at] == nil {
			taken[at], kept[at] = p, p
			for _, line := range p.saved {
				for i := len(line); i >= depth; i-- {
					kept[line[i-1]] = p
				}
			}
			e := p.Entity
			e.Path = at.path
			if scope := p.wanted[:depth].scope(); len(scope) > 1 {
				e.Repeat = scope.last().field.Name
			}
			r.definition.Entities = append(r.definition.Entities, e)
			return
		}
		if slices.ContainsFunc(p.saved, func(line sections) bool { return kept[line.last()] != nil }) {
			break
		}
	}
	s := r.sheets["entities"]
	if len(p.wanted) < len(p.scope) {
		s.warn(p.row.number, s.find(p.row, "dataset"), "xlsform.entityUnplaced", p.Dataset)
		return
	}
	s.fail(p.row.number, s.find(p.row, "dataset"), "xlsform.entityPlace", p.Dataset)
}

// sortEntities puts the entities into the order of the entities sheet.
func (r *reader) sortEntities() {
	slices.SortStableFunc(r.definition.Entities, func(a, b form.Entity) int { return cmp.Compare(a.Row, b.Row) })
}
