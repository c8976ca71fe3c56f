package xlsform

import (
	"maps"
	"slices"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// keeps are the words of the column personal for what a de-identified export keeps.
var keeps = map[string]form.Keep{
	"month": form.KeepMonth, "年月": form.KeepMonth, "year": form.KeepYear, "年": form.KeepYear, "年份": form.KeepYear,
	"area": form.KeepArea, "大致位置": form.KeepArea, "pseudonym": form.KeepPseudonym, "化名": form.KeepPseudonym,
}

// personal reads the column of that name: yes, no, or what may be kept of the answer.
func (r *reader) personal(row row, t form.Type) (bool, form.Keep) {
	s := r.survey
	column := s.find(row, "personal")
	cell := strings.ToLower(row.at(column))
	keep, known := keeps[cell]
	switch {
	case cell == "" || isNo(cell):
		return false, form.KeepNothing
	case isYes(cell):
		return true, form.KeepNothing
	case !known:
		words := append(slices.Collect(maps.Keys(keeps)), "yes", "no")
		s.fail(row.number, column, "xlsform.personalUnknown", row.at(column), didYouMean(cell, slices.Values(words)))
	case !keep.Suits(t):
		s.warn(row.number, column, "xlsform.personalUnfit", row.at(column), s.get(row, "type"))
		keep = form.KeepNothing
	}
	return true, keep
}

// consent makes the setting of that name the form's first question.
func (r *reader) consent(text form.Text) {
	if text == nil {
		return
	}
	d, s := r.definition, r.sheets["settings"]
	complain := func(language, key string, args ...any) {
		column := s.column("consent")
		for _, c := range s.texts["consent"] {
			if c.language == language {
				column = c.column
			}
		}
		s.fail(2, column, key, args...)
	}
	label := form.Text{}
	for language, words := range text {
		at := language
		if language == "" {
			at = d.DefaultLanguage
		}
		switch {
		case strings.Contains(words, "${"):
			complain(language, "xlsform.consentReference")
		case !slices.Contains(d.Languages, at):
			complain(language, "xlsform.consentLanguage", language, strings.Join(d.Languages, "、"))
		case language != "" || text[at] == "" || at == "":
			label[at] = words
		}
	}
	f := form.NewConsent(label)
	f.Required, _ = xpath.Parse("true()")
	d.Fields = append(d.Fields, f)
	r.walk.questions[f.Name], r.walk.names[f.Name] = true, 1
}

// checkConsent refuses another question of the consent's name.
func (r *reader) checkConsent() {
	if r.definition.Consent() == nil {
		return
	}
	r.definition.Walk(func(_ form.Path, f *form.Field) {
		if f.Name == form.ConsentName && f.Row != 0 {
			r.survey.fail(f.Row, r.survey.column("name"), "xlsform.consentTaken", f.Name)
		}
	})
}
