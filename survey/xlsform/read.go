package xlsform

import (
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
	defer w.file.Close()
	reader := &reader{workbook: w, complaints: &complaints{}, baseName: baseName(fileName), spaced: map[string]int{},
		definition: &form.Definition{}, warned: map[string]bool{}}
	if err := reader.read(); err != nil {
		return nil, nil, err
	}
	found := reader.sorted(w.file.GetSheetList())
	if reader.failed {
		return nil, found, nil
	}
	return reader.definition, found, nil
}

// reader is one workbook being read.
type reader struct {
	*complaints
	workbook        *workbook
	baseName        string // of the file, without its ending
	definition      *form.Definition
	survey          *sheet
	choices         *sheet
	settings        *sheet
	allowDuplicates bool            // the setting allow_choice_duplicates
	spaced          map[string]int  // of lists: the row of the first choice with a space in its name
	warned          map[string]bool // appearances warned of
	sections        []*section      // open ones, the innermost last
}

func (r *reader) read() error {
	sheets, err := r.findSheets()
	if err != nil || sheets == nil {
		return err
	}
	if r.settings, err = r.load(sheets["settings"], settingsWords, ""); err != nil {
		return err
	}
	if r.survey, err = r.load(sheets["survey"], surveyWords, r.readSettings()); err != nil {
		return err
	}
	r.survey.rows = slices.DeleteFunc(r.survey.rows, r.isComment)
	if r.choices, err = r.load(sheets["choices"], choicesWords, r.survey.language); err != nil {
		return err
	}
	if r.survey.headless("type", "name", "xlsform.surveyHeaders") {
		return nil
	}
	for _, s := range []*sheet{r.survey, r.choices, r.settings} {
		s.checkCells()
		if s != r.settings && len(s.rows) > 0 && s.find("label") < 0 {
			s.warn(s.header, 0, "xlsform.noLabels")
		}
	}
	r.chooseLanguages(r.survey.language)
	r.survey.checkColumns(surveyWords, true)
	r.choices.checkColumns(choicesWords, false)
	r.readChoices()
	r.checkChoiceColumns()
	r.readSurvey()
	r.checkTexts()
	r.compile()
	return nil
}

// sheetNames are the sheets that are read; refusedSheets those that would change
// what the form does, were they not passed over.
var (
	sheetNames    = []string{"survey", "choices", "settings"}
	refusedSheets = words("entities")
)

// findSheets tells which of the workbook's sheets is which; nil when there is no survey.
func (r *reader) findSheets() (map[string]string, error) {
	all := r.workbook.file.GetSheetList()
	found := map[string]string{}
	for _, sheet := range all {
		role := strings.ToLower(trim(sheet))
		if _, twice := found[role]; !twice && (slices.Contains(sheetNames, role) || refusedSheets[role]) {
			found[role] = sheet
		}
	}
	if found["survey"] == "" && len(all) == 1 {
		found["survey"] = all[0] // a workbook of one sheet needs no names
	}
	if found["survey"] == "" {
		for _, sheet := range all {
			if nearest(trim(sheet), slices.Values(sheetNames[:1])) != "" {
				r.add(Complaint{Error, sheet, 1, "A", "", problem.Say("xlsform.sheetNear", sheet, "survey")})
				return nil, nil
			}
		}
		r.add(Complaint{Error, "survey", 1, "A", "", problem.Say("xlsform.noSurvey", strings.Join(all, "、"))})
		return nil, nil
	}
	for _, sheet := range all {
		meant := nearest(trim(sheet), slices.Values(sheetNames))
		if meant != "" && found[meant] == "" {
			r.add(Complaint{Warning, sheet, 1, "A", "", problem.Say("xlsform.sheetNear", sheet, meant)})
		}
	}
	return found, r.refuseSheets(found)
}

func (r *reader) refuseSheets(found map[string]string) error {
	for role := range refusedSheets {
		if found[role] == "" {
			continue
		}
		rows, err := r.workbook.scan(found[role], true)
		if err != nil {
			return err
		}
		if len(rows) > 1 {
			r.add(Complaint{Error, found[role], rows[1].number, "A", "", problem.Say("xlsform.sheetLater", found[role])})
		}
	}
	return nil
}

// load reads one sheet; without a name, an empty one.
func (r *reader) load(name string, v vocabulary, defaultLanguage string) (*sheet, error) {
	if name == "" {
		return newSheet(r.complaints, "", nil, nil, v, ""), nil
	}
	rows, dates, err := r.workbook.rows(name)
	if err != nil {
		return nil, err
	}
	return newSheet(r.complaints, name, rows, dates, v, defaultLanguage), nil
}

// isComment tells whether a survey row is no part of the form.
func (r *reader) isComment(row row) bool {
	return strings.HasPrefix(r.survey.get(row, "type"), "#") || isYes(r.survey.get(row, "disabled"))
}

// chooseLanguages lists the form's languages; the default is the setting's, else the first.
func (r *reader) chooseLanguages(setting string) {
	d := r.definition
	d.Languages = r.choices.languages(r.survey.languages(nil))
	if len(d.Languages) == 0 {
		d.Languages = []string{setting}
	}
	d.DefaultLanguage = d.Languages[0]
	switch {
	case slices.Contains(d.Languages, setting):
		d.DefaultLanguage = setting
	case setting != "":
		column := r.settings.find("default_language")
		r.settings.warn(r.settings.rows[0].number, column, "xlsform.defaultLanguage", setting, strings.Join(d.Languages, "、"))
	}
	for _, s := range []*sheet{r.survey, r.choices} {
		for i, c := range s.columns {
			for _, other := range d.Languages[:max(0, slices.Index(d.Languages, c.language))] {
				if bare(other) == bare(c.language) {
					s.warn(s.header, i, "xlsform.languageTwice", c.language, other)
				}
			}
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
