package survey

import (
	"context"
	"fmt"
	"io"
	"strings"

	"tianye/internal/id"
	"tianye/internal/ooxml"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey/form"
)

// DictionaryFormats are those of a data dictionary.
var DictionaryFormats = []string{"xlsx", "docx"}

// DictionaryWords are what a data dictionary says besides what the form does.
type DictionaryWords struct {
	Title  string
	Lines  []string                   // below the title
	Header func(column string) string // of dictionaryColumns; of a label with the language: "label"
	Left   func(problem.Text) string  // what a de-identified export leaves
	Yes    string
	Type   func(form.Type) string              // what a type is called
	Of     func(label, language string) string // the header of the labels in one of several languages
}

// dictionaryColumns are the columns, "label" as often as the form has languages; with their shares of a page's width.
var dictionaryColumns = []struct {
	name  string
	width int
}{{"name", 12}, {"label", 16}, {"type", 9}, {"choices", 18}, {"relevant", 11}, {"constraint", 11}, {"required", 5}, {"personal", 7}, {"since", 5}, {"until", 5}, {"answered", 6}, {"missing", 6}}

// variable is a question of a form in all of its versions.
type variable struct {
	path         form.Path
	field        *form.Field // of the newest version that has it
	from         *form.Definition
	first, last  int
	isRepeated   bool
	answered, no int // of what is in the form's table; -1 inside of repeats
}

// WriteDictionary writes what a form's variables are: names, labels, choices and rules as the newest
// version that has them says, and how many submissions answer them.
func (s *Service) WriteDictionary(ctx context.Context, project id.ProjectID, formID id.FormID, words DictionaryWords, format string, w io.Writer) error {
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return err
	}
	if f.Current() == nil {
		return problem.New(problem.NotFound, "survey.noVersion", 1)
	}
	versions, err := s.definitions(ctx, f)
	if err != nil {
		return err
	}
	t, err := s.Table(ctx, project, formID, "")
	if err != nil {
		return err
	}
	variables := variablesOf(versions)
	for _, v := range variables {
		v.count(t)
	}
	newest := versions[len(versions)-1]
	rows := [][]string{dictionaryHeader(newest, words)}
	personal := deidentifier{personal: PersonalIn(versions...)}
	for _, v := range variables {
		rows = append(rows, v.row(newest, personal, words))
	}
	if format == "docx" {
		return writeDictionaryDocx(w, words, rows, len(newest.Languages))
	}
	return writeDictionaryXLSX(w, words, rows)
}

// variablesOf unites the questions of all versions in the newest one's order, then those that only older ones have.
func variablesOf(versions []*form.Definition) []*variable {
	var all []*variable
	known := map[form.Path]*variable{}
	for number := len(versions); number > 0; number-- {
		d := versions[number-1]
		d.Walk(func(path form.Path, f *form.Field) {
			if f.Type == form.Group || f.Type == form.Note {
				return
			}
			v := known[path]
			if v == nil {
				v = &variable{path: path, field: f, from: d, last: number, answered: -1, no: -1}
				known[path], all = v, append(all, v)
			}
			v.first = number
		})
	}
	return all
}

func (v *variable) count(t *table.Table) {
	column := t.Find(string(v.path))
	if column < 0 {
		return
	}
	v.answered, v.no = 0, 0
	for row := range t.Len() {
		if t.IsMissing(column, row) {
			v.no++
		} else {
			v.answered++
		}
	}
}

func dictionaryHeader(d *form.Definition, words DictionaryWords) (header []string) {
	for _, c := range dictionaryColumns {
		if c.name != "label" || len(d.Languages) < 2 {
			header = append(header, words.Header(c.name))
			continue
		}
		for _, language := range d.Languages {
			header = append(header, words.Of(words.Header(c.name), language))
		}
	}
	return header
}

func (v *variable) row(newest *form.Definition, personal deidentifier, words DictionaryWords) []string {
	f, row := v.field, []string{string(v.path)}
	for _, language := range newest.Languages {
		label := f.Label[language]
		if label == "" && (v.from != newest || len(newest.Languages) == 1) { // of a former version, with other languages
			label = f.Label.In(language, v.from)
		}
		row = append(row, label)
	}
	number := func(n int) string {
		if n < 0 {
			return ""
		}
		return fmt.Sprint(n)
	}
	required, kind := "", ""
	if f.Required != nil {
		if required = f.Required.Source; required == "true()" {
			required = words.Yes
		}
	}
	if _, is := personal.personal.at(v.path); is {
		kind = words.Yes
		if left := personal.leaves(v.path, f); left.said != "" {
			kind = words.Left(problem.Say(left.said))
		}
	}
	relevant, constraint := "", ""
	if f.Relevant != nil {
		relevant = f.Relevant.Source
	}
	if f.Constraint != nil {
		constraint = strings.TrimSpace(f.Constraint.Source + "\n" + f.ConstraintMessage.In(v.from.DefaultLanguage, v.from))
	}
	return append(row, words.Type(f.Type), v.choices(), relevant, constraint, required, kind, fmt.Sprint(v.first), fmt.Sprint(v.last), number(v.answered), number(v.no))
}

// mostChoices is how many choices of a list a dictionary tells.
const mostChoices = 200

// choices are the codes and labels of a list, a line each; of a list in a file its name.
func (v *variable) choices() string {
	if v.field.File != "" {
		return v.field.File
	}
	list := v.from.Lists[v.field.List]
	if list == nil || !v.field.Type.HasChoices() {
		return ""
	}
	var lines []string
	for i, choice := range list.Choices {
		if i == mostChoices {
			lines = append(lines, "…")
			break
		}
		var labels []string
		for _, language := range v.from.Languages {
			if label := choice.Label[language]; label != "" {
				labels = append(labels, label)
			}
		}
		lines = append(lines, choice.Name+" = "+strings.Join(labels, " / "))
	}
	return strings.Join(lines, "\n")
}

func writeDictionaryXLSX(w io.Writer, words DictionaryWords, rows [][]string) error {
	book, err := table.NewWorkbook()
	if err != nil {
		return err
	}
	defer book.Close()
	sheet, err := book.Sheet(words.Title, rows[0])
	if err != nil {
		return err
	}
	for _, row := range rows[1:] {
		cells := make([]any, len(row))
		for i, text := range row {
			cells[i] = text
			if n := parseNumber(text); i >= len(row)-4 && text != "" {
				cells[i] = n
			}
		}
		if err := sheet.Row(cells); err != nil {
			return err
		}
	}
	_, err = book.WriteTo(w)
	return err
}

func writeDictionaryDocx(w io.Writer, words DictionaryWords, rows [][]string, languages int) error {
	var widths []int
	for _, c := range dictionaryColumns {
		times := 1
		if c.name == "label" {
			times = max(1, languages)
		}
		for range times {
			widths = append(widths, c.width/times)
		}
	}
	d := ooxml.NewWriter(w)
	d.Heading(words.Title)
	for _, line := range words.Lines {
		d.Paragraph(line)
	}
	d.Table(widths, rows)
	return d.Close()
}
