package xlsform

import (
	"iter"
	"maps"
	"slices"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// sheet is one sheet with its header understood.
type sheet struct {
	*complaints
	name    string
	header  int // its row
	columns []column
	rows    []row
	dates   map[string]bool // the cells that Excel keeps as dates
	// language is that of texts whose header names none: default_language, as the headers spell it.
	language string
}

// newSheet takes a sheet's rows; the first that holds something is its header.
func newSheet(c *complaints, name string, rows []row, dates map[string]bool, v vocabulary, defaultLanguage string) *sheet {
	s := &sheet{complaints: c, name: name, header: 1, dates: dates}
	if len(rows) == 0 {
		return s
	}
	s.header, s.rows = rows[0].number, rows[1:]
	for _, cell := range rows[0].cells {
		s.columns = append(s.columns, v.column(cell))
	}
	for _, r := range s.rows { // cells beyond the header are in columns too
		for len(s.columns) < len(r.cells) {
			s.columns = append(s.columns, column{})
		}
	}
	s.language = s.spelt(defaultLanguage)
	seen := map[[2]string]int{}
	for i, col := range s.columns {
		if v.texts[col.key] && col.language == "" {
			s.columns[i].language = s.language
		}
		if col.kind != known {
			continue
		}
		same := [2]string{col.key, s.columns[i].language}
		if first, twice := seen[same]; twice {
			s.columns[i].kind = duplicate
			s.fail(s.header, i, "xlsform.duplicateColumn", col.header, letters(first))
			continue
		}
		seen[same] = i
		if col.language != "" && !v.texts[col.key] {
			s.fail(s.header, i, "xlsform.columnWithoutLanguages", col.header, col.key)
		}
	}
	return s
}

// at gives a cell's text; "" where the sheet has no such column.
func (r row) at(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return r.cells[column]
}

// find gives the column that is key, or -1; of columns with languages, the first.
func (s *sheet) find(key string) int {
	for i, c := range s.columns {
		if c.kind == known && c.key == key {
			return i
		}
	}
	return -1
}

// findHeader gives the column of a key with or without its language: "label::中文 (zh)".
func (s *sheet) findHeader(header string) int {
	key, language, _ := strings.Cut(header, "::")
	for i, c := range s.columns {
		if c.kind == known && c.key == key && c.language == language {
			return i
		}
	}
	return s.find(key)
}

// get gives a row's cell in the column that is key.
func (s *sheet) get(r row, key string) string { return r.at(s.find(key)) }

// text gives a row's texts by language.
func (s *sheet) text(r row, key string) form.Text {
	var t form.Text
	for i, c := range s.columns {
		if cell := r.at(i); c.kind == known && c.key == key && cell != "" {
			if t == nil {
				t = form.Text{}
			}
			t[c.language] = cell
		}
	}
	return t
}

// complaint is one at a cell of the sheet; a column that is not there is the first.
func (s *sheet) complaint(severity Severity, row, column int, text problem.Text) Complaint {
	c := Complaint{Severity: severity, Sheet: s.name, Row: row, Column: letters(max(column, 0)), Text: text}
	if column >= 0 && column < len(s.columns) { // the complaint may be that there is no header at all
		c.Header = s.columns[column].header
	}
	return c
}

func (s *sheet) fail(row, column int, key string, args ...any) {
	s.add(s.complaint(Error, row, column, problem.Say(key, args...)))
}

func (s *sheet) warn(row, column int, key string, args ...any) {
	s.add(s.complaint(Warning, row, column, problem.Say(key, args...)))
}

// require complains when a column is missing without which nothing can be read.
func (s *sheet) require(key string) bool {
	if s.find(key) >= 0 {
		return true
	}
	s.fail(s.header, 0, "xlsform.columnMissing", key)
	return false
}

// headless makes one complaint when the sheet's first row has none of the two headers without which
// nothing can be read: it is no header, or one in the author's own words.
func (s *sheet) headless(first, second, complaint string) bool {
	if len(s.columns) == 0 || s.find(first) >= 0 || s.find(second) >= 0 {
		return false
	}
	var have []string
	for _, c := range s.columns[:min(len(s.columns), 10)] {
		if c.header != "" {
			have = append(have, c.header)
		}
	}
	s.fail(s.header, 0, complaint, s.header, strings.Join(have, ", "))
	return true
}

// checkColumns complains of headers that are refused and of cells without one. When
// the sheet has no columns of its author's own (strict), headers that nobody knows are
// warned of, and one that is nearly a known one is an error: what stands below it would be lost.
func (s *sheet) checkColumns(v vocabulary, strict bool) {
	for i, c := range s.columns {
		used := s.firstUse(i)
		switch {
		case used == 0:
		case c.header == "":
			s.warn(used, i, "xlsform.noHeader", letters(i))
		case c.kind == refused:
			s.fail(used, i, "xlsform.columnLater", c.header)
		case c.kind == unknown && strict:
			base := normal(split(c.header)[0])
			if meant := nearest(base, maps.Keys(v.aliases)); meant != "" {
				s.fail(s.header, i, "xlsform.columnNear", c.header, meant)
			} else {
				s.warn(s.header, i, "xlsform.columnUnknown", c.header)
			}
		}
	}
}

// firstUse is the first row in which a column holds something, or 0.
func (s *sheet) firstUse(column int) int {
	for _, r := range s.rows {
		if r.at(column) != "" {
			return r.number
		}
	}
	return 0
}

// checkCells complains of what Excel itself put into cells in place of what was typed.
func (s *sheet) checkCells() {
	for _, r := range s.rows {
		for i, cell := range r.cells {
			switch cell {
			case "#NAME?", "#REF!", "#VALUE!", "#N/A", "#DIV/0!", "#NUM!", "#NULL!":
				s.fail(r.number, i, "xlsform.excelError", cell)
			}
			if len(s.dates) > 0 && s.dates[name(i, r.number)] && s.columns[i].key != "default" && s.columns[i].key != "version" {
				s.warn(r.number, i, "xlsform.excelDate", cell)
			}
		}
	}
}

// languages are those of the sheet's texts, in the order of its columns, after those given.
func (s *sheet) languages(have []string) []string {
	for i, c := range s.columns {
		if c.kind == known && s.firstUse(i) > 0 && isText(c.key) && !slices.Contains(have, c.language) {
			have = append(have, c.language)
		}
	}
	return have
}

// nearest gives the word that was probably meant, or "".
func nearest(word string, words iter.Seq[string]) string {
	best, least := "", 3
	for w := range words {
		if d := xpath.Distance(strings.ToLower(word), strings.ToLower(w)); d < least || d == least && d < 3 && w < best {
			best, least = w, d
		}
	}
	if 2*least >= len([]rune(word)) {
		return ""
	}
	return best
}

// didYouMean is a question to append to a sentence, or nothing.
func didYouMean(word string, words iter.Seq[string]) problem.Text {
	if meant := nearest(word, words); meant != "" {
		return problem.Say("xlsform.didYouMean", meant)
	}
	return problem.Text{}
}
