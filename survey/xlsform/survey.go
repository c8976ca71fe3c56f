package xlsform

import (
	"maps"
	"strconv"
	"strings"

	"tianye/survey/form"
)

// section is an open group or repeat; the outermost has no field.
type section struct {
	field *form.Field
	row   int
	names map[string]int // of the fields in it: the rows where they stand
}

const maxDepth = 40 // sections within sections

// readSurvey fills the definition's fields.
func (r *reader) readSurvey() {
	s := r.survey
	if len(s.columns) == 0 {
		s.fail(s.header, 0, "xlsform.emptySurvey")
		return
	}
	if typed, named := s.require("type"), s.require("name"); !typed || !named {
		return
	}
	r.sections = []*section{{names: map[string]int{}}}
	for _, row := range s.rows {
		r.readRow(row)
	}
	for len(r.sections) > 1 {
		r.leave("xlsform.neverEnded")
	}
	if len(r.definition.Fields) == 0 && !r.failed {
		s.fail(s.header, 0, "xlsform.emptySurvey")
	}
}

func (r *reader) readRow(row row) {
	s := r.survey
	typeColumn := s.find("type")
	cell := row.at(typeColumn)
	if cell == "" {
		if s.get(row, "name") != "" || s.text(row, "label") != nil {
			s.fail(row.number, typeColumn, "xlsform.typeMissing")
		} else {
			s.warn(row.number, typeColumn, "xlsform.rowWithoutType")
		}
		return
	}
	t := parseType(cell)
	if t.wrong != nil {
		s.add(s.complaint(Error, row.number, typeColumn, *t.wrong))
	}
	if t.act == shut {
		r.end(row, t)
		return
	}
	f := r.field(row, t)
	r.attach(f, row)
	if t.act == open {
		if len(r.sections) == maxDepth {
			s.fail(row.number, typeColumn, "xlsform.tooDeep", maxDepth)
		}
		r.sections = append(r.sections, &section{field: f, row: row.number, names: map[string]int{}})
		return
	}
	if t.list != "" {
		r.choose(row, f, t)
	}
}

// attach puts a field into the innermost section.
func (r *reader) attach(f *form.Field, row row) {
	s, inside := r.survey, r.sections[len(r.sections)-1]
	column := s.find("name")
	if first, twice := inside.names[f.Name]; twice {
		s.fail(row.number, column, "xlsform.duplicateName", f.Name, first)
		f.Name = nameless(row)
	} else if inside.field == nil && strings.EqualFold(f.Name, "meta") {
		s.fail(row.number, column, "xlsform.reservedName", f.Name)
	}
	inside.names[f.Name] = row.number
	if len(r.sections) > maxDepth {
		return // complained of already; what walks the definition need not go deeper
	}
	if inside.field == nil {
		r.definition.Fields = append(r.definition.Fields, f)
		return
	}
	f.Personal = f.Personal || inside.field.Personal
	inside.field.Fields = append(inside.field.Fields, f)
}

// end ends the section that an end row means: the innermost of its type. Those
// within it that were never ended are complained of.
func (r *reader) end(row row, t rowType) {
	s, column := r.survey, r.survey.find("type")
	for depth := len(r.sections) - 1; depth > 0; depth-- {
		if r.sections[depth].field.Type != t.typ {
			continue
		}
		for len(r.sections)-1 > depth {
			r.leave("xlsform.neverEnded")
		}
		r.leave("")
		return
	}
	if len(r.sections) > 1 {
		inner := r.sections[len(r.sections)-1]
		s.fail(row.number, column, "xlsform.endMismatch", row.at(column), string(inner.field.Type), inner.row)
		return
	}
	s.fail(row.number, column, "xlsform.endWithoutBegin", row.at(column))
}

// leave ends the innermost section, with a complaint at its begin row if a key is given.
func (r *reader) leave(complaint string) {
	s, inner := r.survey, r.sections[len(r.sections)-1]
	r.sections = r.sections[:len(r.sections)-1]
	if complaint != "" {
		s.fail(inner.row, s.find("type"), complaint, string(inner.field.Type))
		return
	}
	if len(inner.field.Fields) == 0 && len(r.sections) <= maxDepth {
		s.warn(inner.row, s.find("type"), "xlsform.emptySection")
	}
}

// choose gives a select its list, and what or_other adds.
func (r *reader) choose(row row, f *form.Field, t rowType) {
	s, column := r.survey, r.survey.find("type")
	list := r.definition.Lists[t.list]
	if list == nil {
		s.fail(row.number, column, "xlsform.listUnknown", t.list, r.didYouMean(t.list, maps.Keys(r.definition.Lists)))
		return
	}
	f.List = t.list
	r.checkSpaces(f, t.list)
	if !t.orOther {
		r.checkChosen(row, f, list)
		return
	}
	if f.ChoiceFilter != nil {
		s.fail(row.number, s.find("choice_filter"), "xlsform.otherWithFilter")
		return
	}
	r.addOther(list, f.Label)
	r.checkChosen(row, f, list)
	ask := &form.Field{Name: f.Name + "_" + otherName, Type: form.TextQuestion, Label: form.Text{}, Personal: f.Personal, Row: row.number}
	if isName(f.Name) {
		ask.Relevant = r.parse(s, row, column, "selected(${"+f.Name+"}, '"+otherName+"')")
	}
	for _, language := range r.definition.Languages {
		ask.Label[language] = pick(r.isChinese(language, f.Label), "请说明", "Specify other.")
	}
	r.attach(ask, row)
}

// checkChosen warns of a literal default that the list does not offer.
func (r *reader) checkChosen(row row, f *form.Field, list *form.ChoiceList) {
	offered := map[string]bool{}
	for _, c := range list.Choices {
		offered[c.Name] = true
	}
	chosen := []string{f.Default}
	if f.Type != form.SelectOne {
		chosen = strings.Fields(f.Default)
	}
	for _, name := range chosen {
		if name != "" && !offered[name] {
			r.survey.warn(row.number, r.survey.find("default"), "xlsform.defaultNotOffered", name, f.List)
		}
	}
}

// nameless stands in for a name that cannot be, so that the rest of the form can
// still be checked; no field can have it, nor can anything refer to it.
func nameless(row row) string { return strconv.Itoa(row.number) }

// fieldName reads and checks a row's name.
func (r *reader) fieldName(row row, t rowType) string {
	s, column := r.survey, r.survey.find("name")
	given := row.at(column)
	switch bad := badRune(given); {
	case given == "" && t.typ == form.Note:
		return "generated_note_name_" + strconv.Itoa(row.number)
	case given == "":
		s.fail(row.number, column, "xlsform.nameMissing")
	case isName(given):
		return given
	case len(given) > maxName:
		s.fail(row.number, column, "xlsform.nameTooLong", maxName)
	case bad == ' ' || bad == '\n' || bad == '\t' || bad == '\u3000' || bad == '\u00a0':
		s.fail(row.number, column, "xlsform.nameWithSpace", given, strings.Join(strings.Fields(given), "_"))
	case bad != 0:
		s.fail(row.number, column, "xlsform.nameCharacter", given, string(bad))
	default:
		s.fail(row.number, column, "xlsform.nameStart", given)
	}
	return nameless(row)
}

// label reads a row's label and warns where a person would find nothing to read.
func (r *reader) label(row row, t rowType) form.Text {
	s := r.survey
	label := s.text(row, "label")
	if label == nil && s.find("label") >= 0 && (t.act == ask && t.typ.IsAsked() || t.typ == form.Note) && t.wrong == nil {
		s.warn(row.number, s.find("label"), "xlsform.labelMissing", s.get(row, "name"))
	}
	return label
}
