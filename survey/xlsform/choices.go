package xlsform

import (
	"maps"
	"strings"

	"tianye/survey/form"
)

// listRows are where the choices of a list stand, by their names, for complaints.
type listRows map[string]map[string]int

// readChoices fills the definition's lists.
func (r *reader) readChoices() {
	s := r.choices
	if len(s.rows) == 0 {
		return
	}
	r.definition.Lists = map[string]*form.ChoiceList{}
	list, name := s.find("list_name"), s.find("name")
	if s.headless("list_name", "name", "xlsform.choicesHeaders") || !s.require("list_name") || !s.require("name") {
		return
	}
	rows := listRows{}
	for _, row := range s.rows {
		r.readChoice(row, list, name, rows)
	}
}

func (r *reader) readChoice(row row, list, name int, rows listRows) {
	s := r.choices
	choice := form.Choice{Name: row.at(name), Label: s.text(row, "label"), Columns: r.choiceColumns(row)}
	listName := row.at(list)
	switch {
	case strings.HasPrefix(listName, "#"), listName == "" && choice.Name == "" && choice.Label == nil:
		return
	case listName == "":
		s.fail(row.number, list, "xlsform.choiceWithoutList")
		return
	case choice.Name == "":
		s.fail(row.number, name, "xlsform.choiceWithoutName", listName)
		return
	case strings.Contains(listName, " "):
		s.fail(row.number, list, "xlsform.listWithSpace", listName)
	}
	l := r.definition.Lists[listName]
	if l == nil {
		l = &form.ChoiceList{Name: listName}
		r.definition.Lists[listName] = l
		rows[listName] = map[string]int{}
	}
	if first, twice := rows[listName][choice.Name]; twice && !r.allowDuplicates {
		s.fail(row.number, name, "xlsform.duplicateChoice", choice.Name, listName, first)
		return
	}
	rows[listName][choice.Name] = row.number
	if choice.Label == nil && s.find("label") >= 0 {
		s.warn(row.number, s.find("label"), "xlsform.choiceWithoutLabel", choice.Name)
	}
	if r.spaced[listName] == 0 && strings.ContainsAny(choice.Name, " \n\t\u3000") {
		r.spaced[listName] = row.number
	}
	l.Choices = append(l.Choices, choice)
}

// choiceColumns are the further columns of a choice: what choice filters compare.
func (r *reader) choiceColumns(row row) map[string]string {
	var columns map[string]string
	for i, c := range r.choices.columns {
		if cell := row.at(i); c.kind == unknown && cell != "" && isName(c.header) {
			if columns == nil {
				columns = map[string]string{}
			}
			columns[c.header] = cell
		}
	}
	return columns
}

// checkChoiceColumns complains of columns that no filter could name.
func (r *reader) checkChoiceColumns() {
	s := r.choices
	seen := map[string]int{}
	for i, c := range s.columns {
		if c.kind != unknown || c.header == "" || s.firstUse(i) == 0 {
			continue
		}
		if first, twice := seen[c.header]; twice {
			s.fail(s.header, i, "xlsform.duplicateColumn", c.header, letters(first))
		}
		seen[c.header] = i
		if meant := nearest(normal(c.header), maps.Keys(choicesWords.aliases)); meant != "" && s.find(choicesWords.aliases[meant]) < 0 {
			s.fail(s.header, i, "xlsform.columnNear", c.header, meant)
		}
		if !isName(c.header) {
			s.warn(s.header, i, "xlsform.choiceColumnName", c.header)
		}
	}
}

// checkSpaces refuses spaces in the choices of a question that keeps several in one answer.
func (r *reader) checkSpaces(f *form.Field, list string) {
	if at := r.spaced[list]; at > 0 && f.Type != form.SelectOne {
		r.choices.fail(at, r.choices.find("name"), "xlsform.choiceWithSpace", list, string(f.Type))
		r.spaced[list] = 0
	}
}

// addOther gives a list the choice "other", once.
func (r *reader) addOther(list *form.ChoiceList, label form.Text) {
	for _, c := range list.Choices {
		if c.Name == otherName {
			return
		}
	}
	other := form.Choice{Name: otherName, Label: form.Text{}}
	for _, language := range r.definition.Languages {
		other.Label[language] = pick(r.isChinese(language, label), "其他", "Other")
	}
	list.Choices = append(list.Choices, other)
}

const otherName = "other"
