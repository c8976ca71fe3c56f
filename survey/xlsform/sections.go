package xlsform

import (
	"slices"
	"strconv"
	"strings"

	"tianye/survey/form"
)

// begin opens a group, a repeat or a loop over a list.
func (r *reader) begin(row row, name string, kind form.Type, list string) {
	s := r.survey
	is := kind
	if kind == loop {
		is = form.Group
	}
	f := r.field(row, name, is)
	r.saveTo(row, f)
	if kind == form.Repeat {
		r.checkRepeat(row, f)
	}
	r.countRepeats(row, f)
	if kind == loop && r.definition.Lists[list] == nil {
		if list == "" {
			s.fail(row.number, s.find(row, "type"), "xlsform.loopWithoutList")
		} else {
			r.unknownList(row, list)
		}
	}
	if words := strings.Fields(f.Appearance); slices.Contains(words, "table-list") {
		words = slices.DeleteFunc(words, func(w string) bool { return w == "table-list" })
		f.Appearance = strings.Join(append([]string{"field-list"}, words...), " ")
		r.walk.table = tableList{open: true}
		r.tableLabel(row, f)
	}
	f.Flat = s.get(row, "flat") != ""
	if intent := s.get(row, "intent"); intent != "" {
		setIn(&f.Body, "intent", intent)
	}
	if len(r.walk.stack) > maxDepth {
		s.fail(row.number, s.find(row, "type"), "xlsform.tooDeep", maxDepth)
		f.Fields = nil
	} else {
		r.attach(f, row)
	}
	inner := newSection(f, kind, row.number, r.inner().path.Join(name))
	inner.list = list
	for _, child := range f.Fields {
		inner.names[child.Name] = row.number
	}
	r.walk.stack = append(r.walk.stack, inner)
}

// checkRepeat refuses a repeat's name that another has, and warns of one without a label.
func (r *reader) checkRepeat(row row, f *form.Field) {
	s, column := r.survey, r.survey.find(row, "name")
	first, twice := r.walk.repeats[f.Name]
	switch {
	case f.Name == or(r.definition.XForm.Name, "data"):
		s.fail(row.number, column, "xlsform.repeatAsRoot", f.Name)
	case twice:
		s.fail(row.number, column, "xlsform.duplicateRepeat", f.Name, first)
	}
	r.walk.repeats[f.Name] = row.number
	if len(f.Label) == 0 && len(f.Media) == 0 {
		s.warn(row.number, s.column("label"), "xlsform.repeatLabel", f.Name)
	}
}

// countRepeats writes a repeat_count out: what is no single ${name} becomes a calculation of its own.
func (r *reader) countRepeats(row row, f *form.Field) {
	s := r.survey
	column := s.find(row, "control::jr:count")
	cell := row.at(column)
	if cell == "" {
		return
	}
	if name, whole := wholeReference(cell); whole {
		f.RepeatCount = r.parse(s, row, column, "${"+name+"}")
	} else {
		count := &form.Field{Name: f.Name + "_count", Type: form.Calculate, Row: row.number,
			Calculation: r.expression(s, row, column), ReadOnly: r.parse(s, row, column, "true()")}
		r.attach(count, row)
		f.RepeatCount = r.parse(s, row, column, "${"+count.Name+"}")
	}
	if f.Type != form.Repeat && f.RepeatCount != nil {
		setIn(&f.Body, "jr:count", f.RepeatCount.Source)
		f.RepeatCount = nil
	}
}

// tableList is a group of selects with the same choices, shown as one table.
type tableList struct {
	open bool
	list string // of its first select
}

// tableLabel makes a note of the label and hint of a table, which clients would not show.
func (r *reader) tableLabel(row row, f *form.Field) {
	if len(f.Label) == 0 && len(f.Hint) == 0 {
		return
	}
	f.Fields = append(f.Fields, &form.Field{Name: "generated_table_list_label_" + strconv.Itoa(row.number), Type: form.Note,
		Label: f.Label, Hint: f.Hint, Row: row.number})
	f.Label, f.Hint = nil, nil
}

// inTable gives a select its place in a table: the first has a row with the choices' labels before it.
func (r *reader) inTable(row row, f *form.Field, list string) {
	s, table := r.survey, &r.walk.table
	if !table.open {
		return
	}
	column := s.find(row, "type")
	if table.list == "" {
		table.list = list
		if f.ChoiceFilter != nil {
			s.fail(row.number, s.column("choice_filter"), "xlsform.tableFilter")
		}
		if r.definition.Lists[list] == nil {
			s.fail(row.number, column, "xlsform.tableFile")
		}
		r.attach(&form.Field{Name: "reserved_name_for_field_list_labels_" + strconv.Itoa(row.number), Type: f.Type, List: list,
			Appearance: "label", Label: form.Text{"": " "}, Row: row.number}, row)
	}
	if table.list != list {
		s.fail(row.number, column, "xlsform.tableLists", table.list, list)
	}
	f.Appearance = "list-nolabel"
}

// end closes the innermost section, which must be of the kind that the row ends.
func (r *reader) end(row row, cell string, kind form.Type) {
	s, column := r.survey, r.survey.find(row, "type")
	inner := r.inner()
	if r.walk.crossed[row.number] {
		return
	}
	if len(r.walk.stack) == 1 {
		s.fail(row.number, column, "xlsform.endWithoutBegin", cell)
		return
	}
	if inner.kind != kind {
		for depth := len(r.walk.stack) - 1; depth > 0; depth-- { // those within the one that is meant were never ended
			if r.walk.stack[depth].kind == kind {
				for len(r.walk.stack)-1 > depth {
					r.endBefore(row, cell, depth)
				}
				r.leave()
				return
			}
		}
		s.fail(row.number, column, "xlsform.endMismatch", cell, s.own("end_"+string(inner.kind)), inner.row)
		return
	}
	r.leave()
}

// endBefore closes the innermost section at a row that ends the one around it, at a depth: it is
// ended below, or never.
func (r *reader) endBefore(row row, cell string, depth int) {
	s, inner := r.survey, r.inner()
	around := 0 // those that the rows below end besides
	for _, section := range r.walk.stack[1:depth] {
		if section.kind == inner.kind {
			around++
		}
	}
	ends := r.endsBelow(row, inner.kind)
	if len(ends) <= around {
		r.neverEnded()
		return
	}
	s.fail(row.number, s.find(row, "type"), "xlsform.endCrossed", cell, s.own("end_"+string(inner.kind)), inner.row, ends[0])
	r.walk.crossed[ends[0]] = true
	r.leave()
}

// endsBelow are the rows below a row that end sections of a kind which begin above it.
func (r *reader) endsBelow(above row, kind form.Type) (ends []int) {
	s, open := r.survey, 0
	for _, row := range s.rows {
		cell := meaning(s.get(row, "type"))
		end := endPhrase.FindStringSubmatch(cell)
		switch {
		case row.number <= above.number || isYes(s.get(row, "disabled")):
		case beginPhrase.MatchString(cell):
			open++
		case end == nil:
		case open > 0:
			open--
		case sectionTypes[end[1]] == kind && !r.walk.crossed[row.number]:
			ends = append(ends, row.number)
		}
	}
	return ends
}

// neverEnded closes the innermost section, which no row ends.
func (r *reader) neverEnded() {
	inner := r.inner()
	r.survey.fail(inner.row, r.survey.column("type"), "xlsform.neverEnded", r.survey.own("end_"+string(inner.kind)))
	r.leave()
}

// leave closes the innermost section.
func (r *reader) leave() {
	inner := r.inner()
	r.walk.stack = r.walk.stack[:len(r.walk.stack)-1]
	r.walk.table = tableList{}
	if len(inner.field.Fields) == 0 {
		r.survey.warn(inner.row, r.survey.column("type"), "xlsform.emptySection")
	}
	if inner.kind == loop {
		r.walk.loops = append(r.walk.loops, inner)
	}
}

// flatten gives questions the conditions of the groups around them: the groups themselves are not in
// the XForm of a flat form.
func flatten(fields []*form.Field, condition string) {
	for _, f := range fields {
		own := condition
		switch {
		case f.Relevant == nil:
		case condition == "":
			own = f.Relevant.Source
		default:
			own = condition + " and (" + f.Relevant.Source + ")"
		}
		if len(f.Fields) > 0 {
			flatten(f.Fields, own)
			continue
		}
		if own != "" && (f.Relevant == nil || f.Relevant.Source != own) {
			f.Relevant = mustParse(own)
		}
	}
}
