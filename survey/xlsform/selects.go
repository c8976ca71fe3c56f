package xlsform

import (
	"maps"
	"path"
	"regexp"
	"strconv"
	"strings"

	"tianye/survey/form"
)

// selectCell is a select's type cell understood.
type selectCell struct {
	word    string // select_one
	list    string
	orOther bool
}

func (c selectCell) fromFile() bool { return strings.HasSuffix(c.word, "file") }

// choose reads a question that picks from a list.
func (r *reader) choose(row row, name string, cell selectCell, p parameters) {
	s := r.survey
	f := r.field(row, name, selectTypes[cell.word])
	f.Parameters = r.selectParameters(row, cell, p)
	switch {
	case f.Type == form.SelectOneExternal:
		r.chooseExternal(row, f, cell)
	case cell.fromFile():
		r.chooseFromFile(row, f, cell)
	case strings.Contains(cell.list, "${"):
		r.chooseFromRepeat(row, f, cell)
	default:
		r.chooseFromList(row, f, cell)
	}
	if cell.orOther {
		r.checkOther(row, f, cell)
	}
	r.inTable(row, f, cell.list)
	r.attach(f, row)
	r.checkShown(row, f, true)
	r.noteSearch(row, f)
	if cell.orOther && f.List != "" && f.File == "" {
		r.askOther(row, f)
	}
	if bind := f.Bind["type"]; bind != "" && bind != "string" && bind != "odk:rank" && f.Type != form.SelectOneExternal {
		s.fail(row.number, s.column("bind::type"), "xlsform.selectBind", bind)
	}
}

func isDataFile(list string) bool {
	switch path.Ext(list) {
	case ".csv", ".xml", ".geojson":
		return true
	}
	return false
}

var childName = regexp.MustCompile(`^[a-zA-Z_][a-zA-Z0-9\-_.]*$`)

// selectParameters checks what a select may say about the order of its choices and where they stand.
func (r *reader) selectParameters(row row, cell selectCell, p parameters) map[string]string {
	names := []string{"randomize", "seed"}
	if cell.fromFile() {
		names = append(names, "value", "label")
	}
	r.allow(row, p, cell.word, names)
	if random, given := p["randomize"]; given && random != "true" && random != "false" {
		r.failParameter(row, "xlsform.parameterValue", "randomize", "true, false", random)
	}
	if seed := p["seed"]; seed != "" {
		_, err := strconv.ParseFloat(seed, 64)
		if _, whole := wholeReference(seed); !whole && err != nil {
			r.failParameter(row, "xlsform.parameterSeed", seed)
		}
		if p["randomize"] == "" {
			r.failParameter(row, "xlsform.seedAlone")
		}
	}
	for _, name := range []string{"value", "label"} {
		if p[name] != "" && !childName.MatchString(p[name]) {
			r.failParameter(row, "xlsform.parameterChild", name, p[name])
		}
	}
	return p
}

func (r *reader) chooseFromList(row row, f *form.Field, cell selectCell) {
	list := r.definition.Lists[cell.list]
	if list == nil {
		r.unknownList(row, cell.list)
		return
	}
	f.List = cell.list
	if cell.orOther {
		r.checkLabels(row, list)
		addOther(list, r.definition.XForm.DefaultLanguage)
	}
	if f.Type == form.SelectMultiple {
		r.checkSpaces(list)
		r.addNone(row, f, list)
	}
	r.checkChosen(row, f, list)
}

// checkLabels refuses to add a choice to a list that has labels by language, but not for every choice.
func (r *reader) checkLabels(row row, list *form.ChoiceList) {
	localised, unlabelled := false, ""
	for _, c := range list.Choices {
		_, bare := c.Label[""]
		localised = localised || len(c.Label) > 1 || len(c.Label) == 1 && !bare
		if len(c.Label) == 0 {
			unlabelled = c.Name
		}
	}
	if localised && unlabelled != "" {
		r.survey.fail(row.number, r.survey.find(row, "type"), "xlsform.otherUnlabelled", unlabelled, list.Name)
	}
}

// unknownList complains of a list that is not there.
func (r *reader) unknownList(row row, list string) {
	column := r.survey.find(row, "type")
	if len(r.sheets["choices"].columns) == 0 {
		r.survey.fail(row.number, column, "xlsform.noChoices", list)
		return
	}
	r.survey.fail(row.number, column, "xlsform.listUnknown", list, r.didYouMean(list, maps.Keys(r.definition.Lists)))
}

// addNone does what the setting add_none_option asks for: who picks "none" picks nothing else.
func (r *reader) addNone(row row, f *form.Field, list *form.ChoiceList) {
	if !r.settings.noneOption || r.walk.noned[list.Name] {
		return
	}
	for _, c := range list.Choices {
		if c.Name == noneName && len(c.Label) == 1 && c.Label[""] == "None" && c.Media == nil && c.Columns == nil {
			return
		}
	}
	r.walk.noned[list.Name] = true
	constraint := "(.='none' or not(selected(., 'none')))"
	if f.Constraint != nil {
		constraint = f.Constraint.Source + " and " + constraint
	}
	f.Constraint = r.parse(r.survey, row, r.survey.column("type"), constraint)
}

func (r *reader) chooseExternal(row row, f *form.Field, cell selectCell) {
	s := r.survey
	column := s.find(row, "type")
	switch {
	case len(r.sheets["external_choices"].rows) == 0:
		s.fail(row.number, column, "xlsform.noExternalChoices")
	case r.definition.ExternalLists[cell.list] == nil:
		s.fail(row.number, column, "xlsform.externalListUnknown", cell.list, r.didYouMean(cell.list, maps.Keys(r.definition.ExternalLists)))
	case f.ChoiceFilter == nil && s.get(row, "choice_filter") == "" && r.definition.Lists[cell.list] == nil:
		s.fail(row.number, s.column("choice_filter"), "xlsform.externalFilter")
	}
	f.List = cell.list
}

func (r *reader) chooseFromFile(row row, f *form.Field, cell selectCell) {
	base := cell.list[strings.LastIndexByte(cell.list, '/')+1:]
	if !isDataFile(cell.list) || strings.Count(strings.TrimPrefix(base, "."), ".") != 1 {
		r.survey.fail(row.number, r.survey.find(row, "type"), "xlsform.fileEnding", cell.list)
		return
	}
	f.File = cell.list
	f.List = strings.TrimSuffix(cell.list, path.Ext(cell.list))
	r.need(row.number, f.List, fileSource(cell.list))
}

// fileSource is the address of a media file that fills a secondary instance.
func fileSource(file string) string {
	if path.Ext(file) == ".csv" {
		return "jr://file-csv/" + file
	}
	return "jr://file/" + file
}

// chooseFromRepeat reads a select whose choices are the answers to a question in a repeat.
func (r *reader) chooseFromRepeat(row row, f *form.Field, cell selectCell) {
	f.Itemset = r.parse(r.survey, row, r.survey.find(row, "type"), cell.list)
}

// checkOther refuses or_other where there is no list that it could be added to.
func (r *reader) checkOther(row row, f *form.Field, cell selectCell) {
	s := r.survey
	switch {
	case f.ChoiceFilter != nil:
		s.fail(row.number, s.find(row, "choice_filter"), "xlsform.otherWithFilter")
	case f.List == "" && f.Itemset == nil && !cell.fromFile(): // no such list: complained of
	case r.definition.Lists[cell.list] == nil:
		s.fail(row.number, s.find(row, "type"), "xlsform.otherWithoutList")
	}
}

// askOther adds the question that asks what "other" is.
func (r *reader) askOther(row row, f *form.Field) {
	ask := &form.Field{Name: f.Name + "_" + otherName, Type: form.TextQuestion, Label: form.Text{}, Personal: f.Personal, Added: true, Row: row.number}
	if isName(f.Name) {
		ask.Relevant = r.parse(r.survey, row, r.survey.find(row, "type"), "selected(../"+f.Name+", '"+otherName+"')")
	}
	chinese := false
	for language := range f.Label {
		chinese = chinese || isChinese(language, f.Label)
	}
	if !chinese {
		ask.Label[""] = "Specify other."
	} else {
		for language := range f.Label {
			ask.Label[language] = pick(isChinese(language, f.Label), "请说明", "Specify other.")
		}
	}
	if len(r.definition.Languages) > 1 {
		r.survey.warn(row.number, r.survey.find(row, "type"), "xlsform.otherTranslated")
	}
	r.attach(ask, row)
}

// checkChosen warns of a literal default that the list does not offer.
func (r *reader) checkChosen(row row, f *form.Field, list *form.ChoiceList) {
	if f.Default == "" {
		return
	}
	offered := map[string]bool{}
	for _, c := range list.Choices {
		offered[c.Name] = true
	}
	chosen := []string{f.Default}
	if f.Type != form.SelectOne {
		chosen = strings.Fields(f.Default)
	}
	for _, name := range chosen {
		if !offered[name] {
			r.survey.warn(row.number, r.survey.find(row, "default"), "xlsform.defaultNotOffered", name, f.List)
		}
	}
}

var searchCall = regexp.MustCompile(`search\(.*?\)`)

// noteSearch remembers which lists are used with the client's search(), which replaces their choices.
func (r *reader) noteSearch(row row, f *form.Field) {
	if f.Type == form.SelectOneExternal {
		return
	}
	at := -row.number
	if searchCall.MatchString(f.Appearance) {
		at = row.number
		if f.File != "" || f.Itemset != nil {
			r.survey.fail(row.number, r.survey.find(row, "control::appearance"), "xlsform.searchFile")
		}
	}
	if f.File == "" {
		r.walk.searches[f.List] = append(r.walk.searches[f.List], at)
	}
}

// checkSearches refuses a list that is used with search() and without it.
func (r *reader) checkSearches() {
	for list, rows := range r.walk.searches {
		with, without := 0, 0
		for _, at := range rows {
			with, without = max(with, at), min(without, at)
		}
		if with > 0 && without < 0 && list != "" {
			r.survey.fail(with, r.survey.column("appearance"), "xlsform.searchMixed", list, -without)
		}
	}
}
