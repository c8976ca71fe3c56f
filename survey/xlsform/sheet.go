package xlsform

import (
	"iter"
	"maps"
	"slices"
	"strings"
	"unicode"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// sheet is one sheet with its header understood.
type sheet struct {
	*complaints
	name     string // as the workbook has it; "" when it has no such sheet
	columns  []column
	rows     []row
	dates    map[[2]int]bool // the cells that Excel keeps as dates
	stray    map[int]int     // the columns without a header, with the first row where they hold something
	byKey    map[string][]int
	texts    map[string][]textColumn
	language string // what a text without a language is in, among texts that have one; "" for none given
}

// textColumn is a column of texts: in a language or without one.
type textColumn struct {
	column   int
	language string
	bare     bool
}

// newSheet takes what a sheet holds; nil for a sheet that is not there.
func newSheet(c *complaints, name string, g *grid, v vocabulary, language string) *sheet {
	s := &sheet{complaints: c, name: name, byKey: map[string][]int{}, texts: map[string][]textColumn{}, language: language}
	if g == nil {
		return s
	}
	s.columns, s.rows, s.dates, s.stray = v.understand(g.header), g.rows, g.dates, g.stray
	for i, header := range g.header {
		if g.odd[i] {
			s.fail(1, i, "xlsform.headerNoText", header)
		}
	}
	for i, col := range s.columns {
		if col.header == "" {
			continue
		}
		s.checkTwice(i, g.header)
		s.byKey[col.key] = append(s.byKey[col.key], i)
		for n := 1; n <= len(col.parts); n++ {
			key := strings.Join(col.parts[:n], "::")
			if texts[key] == "" && !(key == "consent" && v.columns[key]) {
				continue
			}
			switch n {
			case len(col.parts):
				s.texts[key] = append(s.texts[key], textColumn{i, "", true})
			case len(col.parts) - 1:
				s.texts[key] = append(s.texts[key], textColumn{i, col.parts[n], false})
			}
		}
	}
	return s
}

// checkTwice refuses a column that stands there already under this or another name.
func (s *sheet) checkTwice(i int, raw []string) {
	col := s.columns[i]
	for j, before := range s.columns[:i] {
		if before.header != "" && before.header == col.header && raw[i] != col.header {
			s.warn(1, i, "xlsform.duplicateColumn", col.header, letters(j)) // other tools let a space tell them apart
			return
		}
		if before.header != "" && before.header == col.header || before.key == col.key && before.header != "" && !(col.isSame() && before.header != col.header) {
			if col.key != "id_string" || col.header == before.header {
				s.fail(1, i, "xlsform.duplicateColumn", col.header, letters(j))
			}
			return
		}
	}
}

// straighten makes straight quotation marks of curly ones, as all XLSForm tools do, but for
// those in texts in Chinese, where they are the right ones.
func (s *sheet) straighten() {
	isText := make([]bool, len(s.columns))
	for _, columns := range s.texts {
		for _, c := range columns {
			isText[c.column] = true
		}
	}
	for _, row := range s.rows {
		for i, cell := range row.cells {
			if strings.ContainsAny(cell, "“”‘’") && !(i < len(isText) && isText[i] && hasHan(cell)) {
				row.cells[i] = straightQuotes.Replace(cell)
			}
		}
	}
}

var straightQuotes = strings.NewReplacer("“", `"`, "”", `"`, "‘", "'", "’", "'")

func hasHan(s string) bool {
	return strings.IndexFunc(s, func(c rune) bool { return unicode.Is(unicode.Han, c) }) >= 0
}

// collapse makes one space of several in every cell.
func (s *sheet) collapse() {
	for _, row := range s.rows {
		for i, cell := range row.cells {
			if strings.Contains(cell, "  ") {
				row.cells[i] = single(cell)
			}
		}
	}
}

// has tells whether the sheet has a column.
func (s *sheet) has(key string) bool { return len(s.byKey[key]) > 0 }

// find gives the column that is key, or -1; of several the last that holds something in the row.
func (s *sheet) find(r row, key string) int {
	columns := s.byKey[key]
	for i := len(columns) - 1; i >= 0; i-- {
		if i == 0 || r.at(columns[i]) != "" {
			return columns[i]
		}
	}
	return -1
}

// get gives a row's cell in the column that is key.
func (s *sheet) get(r row, key string) string { return r.at(s.find(r, key)) }

// column finds the column that people call by a name, perhaps with a language: "label::中文 (zh)"; -1 for none.
func (s *sheet) column(name string) int {
	base, language, _ := strings.Cut(name, "::")
	if key := columnOfKey[base]; key != "" {
		base = key
	}
	for _, c := range s.texts[base] {
		if c.language == language || language == "" {
			return c.column
		}
	}
	return s.find(row{}, base)
}

// text gives a row's texts by language. One without a language stands alone under "", and
// among others under the form's default language, unless there is one in that.
func (s *sheet) text(r row, key string) form.Text {
	var t form.Text
	for _, c := range s.texts[key] {
		cell := r.at(c.column)
		if cell == "" {
			continue
		}
		_, plain := t[""]
		plain = plain && len(t) == 1
		switch {
		case t == nil, c.bare && (plain || !strings.Contains(key, "::")):
			t = form.Text{c.language: cell}
		case c.bare:
			if _, given := t[s.language]; !given {
				t[s.language] = cell
			}
		case plain && c.language == s.language || plain && s.language == "" && c.language == defaultWord:
			t = form.Text{c.language: cell}
		case plain:
			before := t[""]
			delete(t, "")
			t[s.language], t[c.language] = before, cell
		default:
			t[c.language] = cell
		}
	}
	return t
}

// defaultWord is what a language is called that is none.
const defaultWord = "default"

// media gives a row's files by kind.
func (s *sheet) media(r row) form.Media {
	var m form.Media
	for _, kind := range []string{"image", "big-image", "audio", "video"} {
		if t := s.text(r, "media::"+kind); t != nil {
			if m == nil {
				m = form.Media{}
			}
			m[kind] = t
		}
	}
	return m
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

// checkStray warns of what stands below no header.
func (s *sheet) checkStray() {
	for i, row := range s.stray {
		s.warn(row, i, "xlsform.noHeader", letters(i))
	}
}

// checkColumns warns of headers that nobody knows, with a guess at what was meant.
func (s *sheet) checkColumns(v vocabulary) {
	for i, c := range s.columns {
		if c.header == "" || c.known || s.firstUse(i) == 0 {
			continue
		}
		first := normal(split(c.header, false)[0])
		meant := nearest(first, v.names())
		if meant == "" {
			meant = s.within(first, v)
		}
		s.warn(1, i, "xlsform.columnUnknown", c.header, hint(meant))
	}
}

// within gives the longest Chinese header that holds a word or is in it, of a column that the sheet lacks:
// 约束 for 约束条件, 问卷代号 for 代号; "" for none.
func (s *sheet) within(word string, v vocabulary) string {
	best := ""
	for chinese, english := range v.chinese {
		if !strings.Contains(chinese, word) && !strings.Contains(word, chinese) || !hasHan(word) {
			continue
		}
		longer := len(chinese) > len(best) || len(chinese) == len(best) && chinese < best
		if longer && !s.has(v.column(english, false).key) {
			best = chinese
		}
	}
	return best
}

// names are all headers that a vocabulary knows.
func (v vocabulary) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, all := range []iter.Seq[string]{maps.Keys(v.aliases), maps.Keys(v.columns), maps.Keys(v.chinese)} {
			for name := range all {
				if !yield(name) {
					return
				}
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
			if cell != "" && cell[0] == '#' && excelErrors[cell] {
				s.warn(r.number, i, "xlsform.excelError", cell)
			}
			if len(s.dates) > 0 && s.dates[[2]int{i, r.number}] && !slices.Contains([]string{"default", "version"}, s.columns[i].key) {
				s.warn(r.number, i, "xlsform.excelDate", cell)
			}
		}
	}
}

var excelErrors = words("#NAME? #REF! #VALUE! #N/A #DIV/0! #NUM! #NULL!")

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
	return hint(or(nearest(word, words), similar(word, words)))
}

// similar gives the name that holds a word or is in it, or in Chinese differs by one character; the
// shortest such, or "". A name of two Chinese characters tells as much as one of five letters.
func similar(word string, words iter.Seq[string]) string {
	best := ""
	for w := range words {
		short := min(len(w), len(word)) // in bytes, of which Chinese characters have three
		isPart := short > 3 && (strings.Contains(w, word) || strings.Contains(word, w))
		isNear := short > 3 && hasHan(w) && hasHan(word) && xpath.Distance(word, w) == 1
		if (isPart || isNear) && (best == "" || len(w) < len(best) || len(w) == len(best) && w < best) {
			best = w
		}
	}
	return best
}

func hint(meant string) problem.Text {
	if meant != "" {
		return problem.Say("xlsform.didYouMean", meant)
	}
	return problem.Text{}
}
