package xlsform

import (
	"slices"
	"strings"

	"tianye/survey/form"
)

// field reads a row that makes a question or begins a section.
func (r *reader) field(row row, t rowType) *form.Field {
	s := r.survey
	f := &form.Field{
		Name: r.fieldName(row, t), Type: t.typ, Row: row.number,
		Label: r.label(row, t), Hint: s.text(row, "hint"), GuidanceHint: s.text(row, "guidance_hint"),
		Relevant: r.expression(s, row, s.find("relevant")),
		ReadOnly: r.truth(row, "readonly"),
		Personal: r.personal(row),
	}
	f.Appearance = r.appearance(row)
	if t.act == open {
		r.sectionOnly(row, f)
		return f
	}
	f.Required, f.RequiredMessage = r.truth(row, "required"), s.text(row, "required_message")
	f.Constraint, f.ConstraintMessage = r.expression(s, row, s.find("constraint")), s.text(row, "constraint_message")
	f.Calculation = r.expression(s, row, s.find("calculation"))
	f.ChoiceFilter = r.expression(s, row, s.find("choice_filter"))
	r.setDefault(row, f)
	if t.wrong == nil {
		f.Parameters = r.parameters(row, f.Type)
		r.checkUse(row, f)
	}
	return f
}

// sectionOnly reads what sections alone have, and warns of what they cannot have.
func (r *reader) sectionOnly(row row, f *form.Field) {
	s := r.survey
	if f.Type == form.Repeat {
		f.RepeatCount = r.expression(s, row, s.find("repeat_count"))
	} else {
		r.useless(row, f, "repeat_count")
	}
	for _, key := range []string{"constraint", "calculation", "choice_filter", "default", "parameters"} {
		r.useless(row, f, key)
	}
	if cell := s.get(row, "required"); !isNo(cell) {
		r.useless(row, f, "required")
	}
}

// checkUse complains of a question whose columns do not go with its type.
func (r *reader) checkUse(row row, f *form.Field) {
	s := r.survey
	r.useless(row, f, "repeat_count")
	if !f.Type.HasChoices() {
		r.useless(row, f, "choice_filter")
		f.ChoiceFilter = nil
	}
	if f.Type == form.Calculate && s.get(row, "calculation") == "" && s.get(row, "default") == "" {
		s.fail(row.number, s.find("calculation"), "xlsform.calculationMissing", f.Name)
	}
}

// useless warns of a cell that has no effect on a field of its type.
func (r *reader) useless(row row, f *form.Field, key string) {
	if column := r.survey.find(key); row.at(column) != "" {
		r.survey.warn(row.number, column, "xlsform.noEffect", key, string(f.Type))
	}
}

// personal reads the column of that name: yes or no.
func (r *reader) personal(row row) bool {
	column := r.survey.find("personal")
	cell := row.at(column)
	if cell != "" && !isYes(cell) && !isNo(cell) {
		r.survey.fail(row.number, column, "xlsform.yesOrNo", "personal", cell)
	}
	return isYes(cell)
}

// appearances are those that the fill page draws.
var appearances = []string{"minimal", "likert", "multiline"}

// appearance reads the words of an appearance and warns of those that change nothing.
func (r *reader) appearance(row row) string {
	s, column := r.survey, r.survey.find("appearance")
	cell := strings.Join(strings.Fields(row.at(column)), " ")
	for _, word := range strings.Fields(cell) {
		if !slices.Contains(appearances, word) && !r.warned[word] {
			r.warned[word] = true // once a word: a form may say field-list in every group
			s.warn(row.number, column, "xlsform.appearanceUnknown", word, didYouMean(word, slices.Values(appearances)))
		}
	}
	return cell
}
