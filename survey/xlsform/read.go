package xlsform

import (
	"cmp"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/form"
)

// Read reads a workbook of size bytes. The file's name serves a form without form_id
// or title. The definition is nil when there is an error among the complaints, which come in the
// workbook's order, warnings too. err, always a *problem.Problem, is for what cannot be opened at all.
func Read(r io.ReaderAt, size int64, fileName string) (*form.Definition, []Complaint, error) {
	w, err := openWorkbook(r, size)
	if err != nil {
		return nil, nil, err
	}
	reader := &reader{workbook: w, complaints: &complaints{}, baseName: baseName(fileName),
		definition: &form.Definition{Lists: map[string]*form.ChoiceList{}}, sheets: map[string]*sheet{}}
	if err := reader.read(); err != nil {
		return nil, nil, err
	}
	var order []string
	for _, s := range w.sheets {
		order = append(order, s.name)
	}
	found := reader.sorted(order)
	if reader.failed {
		return nil, found, nil
	}
	return reader.definition, found, nil
}

// reader is one workbook being read.
type reader struct {
	*complaints
	workbook   *workbook
	baseName   string // of the file, without its ending
	definition *form.Definition
	sheets     map[string]*sheet // by what they are
	survey     *sheet
	settings   settings
	walk       walk // through the survey sheet
	entities   entityReader
}

func (r *reader) read() error {
	parts, ok := r.findSheets()
	if !ok {
		return nil
	}
	grids := map[string]*grid{}
	for role, part := range parts {
		var err error
		if grids[role], err = r.workbook.rows(part); err != nil {
			return err
		}
	}
	language := ""
	for _, role := range []string{"settings", "survey", "choices", "external_choices", "entities", "osm"} {
		s := newSheet(r.complaints, parts[role].name, grids[role], vocabularies[role], language)
		s.straighten()
		s.checkCells()
		r.sheets[role] = s
		if role == "settings" {
			r.readSettings(s)
			language = r.definition.XForm.DefaultLanguage
		}
	}
	r.survey = r.sheets["survey"]
	if !r.hasHeaders() {
		return nil
	}
	if r.settings.clean {
		r.survey.collapse()
	}
	for role, s := range r.sheets {
		s.checkStray()
		if role == "survey" || role == "settings" {
			s.checkColumns(vocabularies[role])
		}
	}
	r.chooseLanguages()
	r.readLists()
	r.readEntities()
	r.readSurvey()
	r.placeEntities()
	r.readExternals()
	r.checkReferences()
	if r.settings.flat {
		flatten(r.definition.Fields, "")
	}
	r.compile()
	if !r.definition.Shows() && !r.failed {
		r.survey.emptySurvey(Warning)
	}
	return nil
}

// vocabularies are the headers of each sheet.
var vocabularies = map[string]vocabulary{"survey": surveyWords, "choices": choicesWords, "settings": settingsWords,
	"external_choices": choicesWords, "entities": entitiesWords, "osm": choicesWords}

// findSheets tells which of the workbook's sheets is which; not ok when there is no survey.
func (r *reader) findSheets() (map[string]sheetPart, bool) {
	all := r.workbook.sheets
	found := map[string]sheetPart{}
	for _, s := range all {
		role := strings.ToLower(s.name)
		role = cmp.Or(sheetAliases[trim(role)], role)
		if slices.Contains(sheetNames, role) {
			found[role] = s
		}
	}
	if len(all) == 1 && len(found) == 0 {
		found["survey"] = all[0] // a workbook of one sheet needs no names
	}
	var names []string
	for _, s := range all {
		names = append(names, s.name)
		if _, isRead := found[cmp.Or(sheetAliases[s.name], strings.ToLower(s.name))]; isRead || strings.HasPrefix(s.name, "_") {
			continue
		}
		for _, role := range sheetNames[:5] {
			if _, have := found[role]; !have && nearest(trim(s.name), slices.Values([]string{role})) != "" {
				r.add(Complaint{severity(role == "survey"), s.name, 1, "A", "", problem.Say("xlsform.sheetNear", s.name, role)})
			}
		}
	}
	if _, have := found["survey"]; have {
		return found, true
	}
	if !r.failed {
		r.add(Complaint{Error, "survey", 1, "A", "", problem.Say("xlsform.noSurvey", strings.Join(names, "、"))})
	}
	return nil, false
}

func severity(isError bool) Severity {
	if isError {
		return Error
	}
	return Warning
}

// hasHeaders complains once of a survey sheet without questions, or whose first row is no header.
func (r *reader) hasHeaders() bool {
	s := r.survey
	switch {
	case len(s.columns) == 0:
		s.emptySurvey(Error)
		return false
	case s.has("type"):
		return true
	case s.has("name") || s.has("label"):
		s.fail(1, -1, "xlsform.columnMissing", s.own("type"))
		return false
	}
	var have []string
	for _, c := range s.columns[:min(len(s.columns), 10)] {
		if c.header != "" {
			have = append(have, c.header)
		}
	}
	s.fail(1, -1, "xlsform.surveyHeaders", 1, strings.Join(have, ", "))
	return false
}

func (s *sheet) emptySurvey(severity Severity) {
	s.add(s.complaint(severity, 1, -1, problem.Say("xlsform.emptySurvey", s.own("type"), s.own("name"), s.own("label"))))
}

// chooseLanguages lists the form's languages; the default is the setting's, else the first.
func (r *reader) chooseLanguages() {
	d, setting := r.definition, r.definition.XForm.DefaultLanguage
	bare := false
	for _, s := range []*sheet{r.survey, r.sheets["choices"]} {
		for i, c := range s.columns {
			key, language := c.textKey()
			switch {
			case key == "" || s.firstUse(i) == 0:
			case language == "":
				bare = bare || key == "label" // other texts without a language go with every one
			case !slices.Contains(d.Languages, language):
				d.Languages = append(d.Languages, language)
				s.checkLanguage(i, language, d.Languages)
			}
		}
	}
	if bare && !slices.Contains(d.Languages, setting) {
		d.Languages = slices.Insert(d.Languages, 0, setting) // the default, as the reference converter has it
	}
	if len(d.Languages) == 0 {
		d.Languages = []string{setting}
	}
	d.DefaultLanguage = d.Languages[0]
	if slices.Contains(d.Languages, setting) && setting != "" {
		d.DefaultLanguage = setting
	} else if setting != "" {
		s := r.sheets["settings"]
		s.warn(2, s.column("default_language"), "xlsform.defaultLanguage", setting, strings.Join(d.Languages, "、"))
	}
	r.checkTranslations(r.survey)
	r.checkTranslations(r.sheets["choices"])
}

// textKey tells which text a column holds, and in which language; "" for no text.
func (c column) textKey() (key, language string) {
	if texts[c.key] != "" {
		return c.key, ""
	}
	if n := len(c.parts) - 1; n > 0 && texts[strings.Join(c.parts[:n], "::")] != "" {
		return strings.Join(c.parts[:n], "::"), c.parts[n]
	}
	return "", ""
}

// checkLanguage warns of a language that looks like one before it, or that clients cannot recognise.
func (s *sheet) checkLanguage(i int, language string, all []string) {
	for _, other := range all[:len(all)-1] {
		if baseLanguage(other) == baseLanguage(language) {
			s.warn(1, i, "xlsform.languageTwice", language, other)
			return
		}
	}
	if len(language) > 2 && language != defaultWord && !languageTag.MatchString(language) {
		s.warn(1, i, "xlsform.languageTag", language)
	}
}

// checkTranslations warns of texts that some languages have and others have not.
func (r *reader) checkTranslations(s *sheet) {
	languages := map[string]bool{}
	for _, columns := range s.texts {
		for _, c := range columns {
			languages[c.language] = true
		}
	}
	if len(languages) < 2 {
		return
	}
	for key, columns := range s.texts {
		if key == "bind::jr:noAppErrorString" {
			continue
		}
		var missing []string
		for language := range languages {
			if !slices.ContainsFunc(columns, func(c textColumn) bool { return c.language == language }) {
				missing = append(missing, cmp.Or(language, defaultWord))
			}
		}
		if len(missing) > 0 {
			slices.Sort(missing)
			s.warn(1, columns[0].column, "xlsform.translationMissing", texts[key], strings.Join(missing, "、"))
		}
	}
}

func baseName(fileName string) string {
	base := filepath.Base(strings.ReplaceAll(fileName, `\`, "/"))
	base = trim(strings.TrimSuffix(base, filepath.Ext(base)))
	if base == "" || base == "." || base == "/" {
		return "form"
	}
	return base
}
