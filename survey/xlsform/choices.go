package xlsform

import (
	"strings"

	"tianye/survey/form"
)

// readLists fills the definition's lists from the sheets choices and external_choices.
func (r *reader) readLists() {
	s := r.sheets["choices"]
	if len(s.rows) > 0 && !s.has("name") {
		s.fail(1, -1, "xlsform.columnMissing", s.own("name"))
		return
	}
	if len(s.rows) > 0 && !s.has(listName) {
		s.warn(1, -1, "xlsform.columnMissing", s.own("list_name"))
	}
	if len(s.rows) > 0 && len(s.texts["label"]) == 0 {
		s.warn(1, -1, "xlsform.noLabels")
	}
	l := &listReader{reader: r, s: s, into: r.definition.Lists, rows: map[string]map[string]int{}, spaced: map[string]bool{}, columns: s.ownColumns()}
	for _, row := range s.rows {
		l.read(row)
	}
	if s = r.sheets["external_choices"]; len(s.rows) > 0 {
		r.definition.ExternalLists = map[string]*form.ChoiceList{}
		l = &listReader{reader: r, s: s, into: r.definition.ExternalLists, external: true, columns: s.ownColumns()}
		for _, row := range s.rows {
			l.read(row)
		}
	}
}

// listReader reads a sheet of choices.
type listReader struct {
	*reader
	s        *sheet
	into     map[string]*form.ChoiceList
	rows     map[string]map[string]int // where the choices of each list stand, by their names
	spaced   map[string]bool           // the lists with a name that has a space
	columns  []int                     // those that are data for choice filters
	external bool
}

// ownColumns are the columns of the author's own whose header can be an element's name.
func (s *sheet) ownColumns() []int {
	var own []int
	for i, c := range s.columns {
		switch {
		case c.header == "" || c.known && c.key != "sms_option":
		case strings.Contains(c.header, " ") || c.header == "__row":
			s.warn(1, i, "xlsform.choiceColumnName", c.header)
		case !isPlainName(c.key):
			if s.firstUse(i) > 0 {
				s.fail(1, i, "xlsform.choiceColumnElement", c.header)
			}
		default:
			own = append(own, i)
			s.guess(i)
		}
	}
	return own
}

// guess warns of a column of the author's own that is nearly one that the sheet lacks.
func (s *sheet) guess(i int) {
	meant := nearest(normal(s.columns[i].header), choicesWords.names())
	if key := or(choicesWords.aliases[meant], meant); meant != "" && !s.has(key) && len(s.texts[key]) == 0 {
		s.warn(1, i, "xlsform.columnUnknown", s.columns[i].header, hint(meant))
	}
}

func (l *listReader) read(row row) {
	s := l.s
	listCell, nameColumn := s.get(row, listName), s.find(row, "name")
	choice := form.Choice{Name: row.at(nameColumn), Label: s.text(row, "label"), Media: s.media(row)}
	switch {
	case listCell == "":
		if choice.Name != "" {
			s.warn(row.number, s.column(listName), "xlsform.choiceWithoutList")
		}
		return
	case choice.Name == "" && !l.external:
		s.fail(row.number, nameColumn, "xlsform.choiceWithoutName", listCell)
		return
	}
	list := l.into[listCell]
	if list == nil {
		list = &form.ChoiceList{Name: listCell, Row: row.number, Columns: l.headers()}
		l.into[listCell] = list
		if !l.external {
			l.rows[listCell] = map[string]int{}
			l.checkList(row, listCell)
		}
	}
	if !l.external && !l.check(row, nameColumn, listCell, choice) {
		return
	}
	for _, i := range l.columns {
		if cell := row.at(i); cell != "" {
			if choice.Columns == nil {
				choice.Columns = make(map[string]string, len(l.columns))
			}
			choice.Columns[s.columns[i].header] = cell
		}
	}
	list.Choices = append(list.Choices, choice)
}

func (l *listReader) headers() []string {
	var all []string
	for _, i := range l.columns {
		all = append(all, l.s.columns[i].header)
	}
	return all
}

func (l *listReader) checkList(row row, list string) {
	if strings.Contains(list, " ") {
		l.s.warn(row.number, l.s.find(row, listName), "xlsform.listWithSpace", list)
	}
}

// check tells whether a choice may be in its list.
func (l *listReader) check(row row, column int, list string, choice form.Choice) bool {
	s := l.s
	if first, twice := l.rows[list][choice.Name]; twice && !l.settings.allowDuplicates {
		s.fail(row.number, column, "xlsform.duplicateChoice", choice.Name, list, first)
		return false
	}
	l.rows[list][choice.Name] = row.number
	if strings.Contains(choice.Name, " ") && !l.spaced[list] { // said once a list is enough
		l.spaced[list] = true
		s.warn(row.number, column, "xlsform.choiceCodeSpace", choice.Name)
	}
	if choice.Label == nil && len(s.texts["label"]) > 0 && choice.Media == nil {
		s.warn(row.number, s.column("label"), "xlsform.choiceWithoutLabel", choice.Name)
	}
	return true
}

// checkSpaces refuses spaces in the choices of a question that keeps several in one answer.
func (r *reader) checkSpaces(list *form.ChoiceList) {
	for _, c := range list.Choices {
		if strings.Contains(c.Name, " ") {
			r.survey.fail(r.walk.row.number, r.survey.find(r.walk.row, "type"), "xlsform.choiceWithSpace", list.Name, c.Name)
			return
		}
	}
}

const (
	otherName = "other"
	noneName  = "none"
)

// addOther gives a list the choice "other", once: in Chinese where the list is.
func addOther(list *form.ChoiceList, setting string) {
	languages := form.Text{}
	localised := false
	for _, c := range list.Choices {
		if c.Name == otherName {
			return
		}
		_, bare := c.Label[""]
		localised = localised || len(c.Label) > 1 || len(c.Label) == 1 && !bare
		for language, text := range c.Label {
			if languages[language] == "" || hasHan(text) {
				languages[language] = text
			}
		}
	}
	other := form.Choice{Name: otherName, Label: form.Text{}, Added: true}
	for language := range languages {
		if !localised || language != "" || setting == "" {
			other.Label[language] = pick(isChinese(language, languages), "其他", "Other")
		}
	}
	if len(other.Label) == 0 {
		other.Label[""] = "Other"
	}
	list.Choices = append(list.Choices, other)
}

func pick(chinese bool, zh, en string) string {
	if chinese {
		return zh
	}
	return en
}
