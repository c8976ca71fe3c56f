package xlsform

import (
	"slices"
	"strings"

	"tianye/survey/form"
)

// entityReader gathers what the form says of entities.
type entityReader struct {
	declared []*declaration
	lists    map[string]int // the rows of the declarations, by list
	named    map[string][]*declaration
	allotted []*declaration // those that something in the survey sheet belongs to, in the order of that
}

// declaration is a row of the entities sheet, with what in the survey sheet belongs to it.
type declaration struct {
	form.Entity
	row        row
	belongings []belonging
}

// belonging is an answer that is saved to an entity, or that an entity's columns speak of.
type belonging struct {
	in       sections // from the form to the innermost section
	row      row
	property string // "" for an answer that is only spoken of
}

// readEntities reads the entities sheet.
func (r *reader) readEntities() {
	s := r.sheets["entities"]
	r.entities = entityReader{lists: map[string]int{}, named: map[string][]*declaration{}}
	for i, c := range s.columns {
		if c.header != "" && (!c.known || len(c.parts) > 1) && s.firstUse(i) > 0 {
			s.fail(1, i, "xlsform.entityColumn", c.header, didYouMean(normal(c.header), entitiesWords.names()))
		}
	}
	for i, row := range s.rows {
		if row.number != i+2 {
			s.fail(row.number-1, s.column("list_name"), "xlsform.entityList")
		}
		r.declare(s, row)
	}
}

func (r *reader) declare(s *sheet, row row) {
	column := s.find(row, "dataset")
	list := row.at(column)
	first, twice := r.entities.lists[list]
	switch {
	case list == "":
		s.fail(row.number, column, "xlsform.entityList")
		return
	case strings.HasPrefix(list, "__"):
		s.fail(row.number, column, "xlsform.reservedPrefix", list)
	case strings.Contains(list, "."):
		s.fail(row.number, column, "xlsform.nameCharacter", list, ".")
	case !isName(list):
		s.failName(row, column, list)
	case twice:
		s.fail(row.number, column, "xlsform.entityTwice", list, first)
	default:
		s.checkCases(row.number, column, list)
	}
	d := &declaration{row: row, Entity: form.Entity{Dataset: list, Row: row.number,
		Label: r.expression(s, row, s.find(row, "label")), EntityID: r.expression(s, row, s.find(row, "entity_id")),
		CreateIf: r.expression(s, row, s.find(row, "create_if")), UpdateIf: r.expression(s, row, s.find(row, "update_if"))}}
	id, create, update, label := s.get(row, "entity_id"), s.get(row, "create_if"), s.get(row, "update_if"), s.get(row, "label")
	switch {
	case update != "" && id == "":
		s.fail(row.number, s.find(row, "update_if"), "xlsform.entityID", list)
	case id != "" && create != "" && update == "":
		s.fail(row.number, s.find(row, "create_if"), "xlsform.entityUpdate", list)
	case id == "" && label == "":
		s.fail(row.number, s.column("label"), "xlsform.entityLabel", list)
	}
	r.entities.lists[list] = row.number
	r.entities.declared = append(r.entities.declared, d)
	spoken := map[string]bool{}
	for i := range s.columns {
		found, _ := references(row.at(i))
		for _, ref := range found {
			if !spoken[ref.name] {
				spoken[ref.name] = true
				r.entities.named[ref.name] = append(r.entities.named[ref.name], d)
			}
		}
	}
}

// casesList is the list of the project's cases.
const casesList = "cases"

// checkCases warns of a list whose name is nearly that of the cases.
func (s *sheet) checkCases(row, column int, list string) {
	if list != casesList && (list == "案例" || nearest(list, slices.Values([]string{casesList})) != "") {
		s.warn(row, column, "xlsform.casesNear", list)
	}
}

// saveTo reads the entity property that an answer becomes, and notes which entities speak of the field; f is
// nil for the row that ends a section.
func (r *reader) saveTo(row row, f *form.Field) {
	if f != nil {
		for _, d := range r.entities.named[f.Name] {
			r.belongs(d, row, "")
		}
	}
	s := r.survey
	column := s.find(row, "bind::entities:saveto")
	cell := row.at(column)
	if cell == "" {
		return
	}
	list, property, prefixed := strings.Cut(cell, "#")
	switch {
	case len(r.entities.declared) == 0:
		s.fail(row.number, column, "xlsform.saveToNowhere")
		return
	case strings.Contains(property, "#"):
		s.fail(row.number, column, "xlsform.saveToForm", cell)
		return
	case !prefixed && len(r.entities.declared) > 1:
		s.fail(row.number, column, "xlsform.saveToList", cell)
		return
	case !prefixed:
		list, property = r.entities.declared[0].Dataset, cell
	}
	d := r.declaration(list)
	if d == nil {
		s.fail(row.number, column, "xlsform.saveToUnknown", list)
		return
	}
	if r.checkProperty(row, column, property, d, f == nil || f.Type.IsSection()) {
		f.SaveTo, f.SaveToList = property, list
		r.belongs(d, row, property)
	}
}

func (r *reader) declaration(list string) *declaration {
	for _, d := range r.entities.declared {
		if d.Dataset == list {
			return d
		}
	}
	return nil
}

// checkProperty tells whether an entity can have a property of that name.
func (r *reader) checkProperty(row row, column int, property string, d *declaration, isSection bool) bool {
	s := r.survey
	switch lower := strings.ToLower(property); {
	case isSection:
		s.fail(row.number, column, "xlsform.saveToSection")
	case lower == "name" || lower == "label":
		s.fail(row.number, column, "xlsform.reservedProperty", property)
	case strings.HasPrefix(property, "__"):
		s.fail(row.number, column, "xlsform.reservedPrefix", property)
	case !isName(property):
		s.failName(row, column, property)
	default:
		for _, b := range d.belongings {
			if b.property == property {
				s.fail(row.number, column, "xlsform.propertyTwice", property, b.row.number)
				return false
			}
		}
		return true
	}
	return false
}

// belongs notes that what the row says belongs to an entity.
func (r *reader) belongs(d *declaration, row row, property string) {
	if len(d.belongings) == 0 {
		r.entities.allotted = append(r.entities.allotted, d)
	}
	in := append(sections(nil), r.walk.stack...)
	d.belongings = append(d.belongings, belonging{in, row, property})
}
