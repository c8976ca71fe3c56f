package xlsform

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"tianye/internal/problem"
)

// row is one row of a sheet that holds something.
type row struct {
	number int
	cells  []string // by column; those at the end may be missing
}

// at gives a cell's text; "" where there is none.
func (r row) at(column int) string {
	if column < 0 || column >= len(r.cells) {
		return ""
	}
	return r.cells[column]
}

// grid is what a sheet holds: its first row, and below the cells of the columns that have a header.
type grid struct {
	header []string
	rows   []row
	dates  map[[2]int]bool // the cells that are kept as dates, by column and row
	odd    map[int]bool    // the headers that are no texts
	stray  map[int]int     // the columns that hold something but have no header, with the first row where they do
}

// maxGap is after how many empty rows, and columns without a header, a sheet is taken to end.
const (
	maxGap       = 60
	maxHeaderGap = 20
)

// sheetReader reads the rows of one sheet.
type sheetReader struct {
	w      *workbook
	sheet  string
	grid   *grid
	row    int // the number of the row that is being read
	cells  []string
	filled int // the number of the last row that held something
	count  int // cells so far
	cell   cellReader
}

// cellReader is the cell that is being read.
type cellReader struct {
	column        int
	kind, style   string
	value         strings.Builder
	isOpen, known bool
	inValue       bool
	inPhonetic    bool // how it is pronounced, which is no part of it
}

// rows reads a sheet to its end, which is where more than maxGap rows are empty.
func (w *workbook) rows(sheet sheetPart) (*grid, error) {
	s := &sheetReader{w: w, sheet: sheet.name, grid: &grid{dates: map[[2]int]bool{}, odd: map[int]bool{}, stray: map[int]int{}}, filled: 1}
	err := w.read(sheet.part, func(x *xmlReader) error {
		inData := false
		for {
			t, ok := x.next()
			switch {
			case !ok:
				return nil
			case t.is("sheetData") && t.kind != tokenText:
				if inData = t.kind == tokenOpen; !inData {
					return nil
				}
			case inData:
				if done, err := s.take(t); done || err != nil {
					return err
				}
			}
		}
	})
	if p := problem.From(err); err != nil && p.Text.Key == "xlsform.damaged" {
		return nil, problem.New(problem.Malformed, "xlsform.damagedSheet", sheet.name).Because(err)
	}
	return s.grid, err
}

// take reads on by one tag or text.
func (s *sheetReader) take(t xmlToken) (done bool, err error) {
	switch {
	case t.kind == tokenText:
		switch {
		case s.cell.inPhonetic:
		case s.cell.inValue && s.cell.known:
			s.cell.value.WriteString(t.string())
		case s.cell.inValue && !s.isHeaded(s.cell.column):
			s.strayed(s.cell.column)
		}
	case t.is("c"):
		return false, s.takeCell(t)
	case t.is("v") || t.is("t"):
		s.cell.inValue = s.cell.isOpen && t.kind == tokenOpen
	case t.is("rPh"):
		s.cell.inPhonetic = t.kind == tokenOpen
	case t.is("row") && t.kind == tokenOpen:
		s.row++
		if n, err := strconv.Atoi(t.attribute("r")); err == nil && n >= s.row {
			s.row = n
		}
		s.cells, s.cell.column = nil, -1
		s.cell.isOpen, s.cell.known, s.cell.inValue = false, false, false
		if s.row == 1 {
			return false, nil
		}
		return len(s.grid.header) == 0 || s.row-s.filled-1 > maxGap, nil
	case t.is("row"):
		if t.kind == tokenEmpty {
			s.row++
			if n, err := strconv.Atoi(t.attribute("r")); err == nil && n >= s.row {
				s.row = n
			}
			return s.row > 1 && len(s.grid.header) == 0 || s.row-s.filled-1 > maxGap, nil
		}
		return false, s.endRow()
	}
	return false, nil
}

func (s *sheetReader) takeCell(t xmlToken) error {
	s.cell.isOpen = t.kind == tokenOpen
	if t.kind == tokenClose {
		return s.endCell()
	}
	s.cell.column++
	if at := t.attribute("r"); at != "" {
		if column := columnOf(at); column >= 0 {
			s.cell.column = column
		}
	}
	if t.kind == tokenEmpty {
		return nil
	}
	s.cell.kind, s.cell.style = t.attribute("t"), t.attribute("s")
	s.cell.known, s.cell.inValue, s.cell.inPhonetic = s.row == 1 || s.isHeaded(s.cell.column), false, false
	s.cell.value.Reset()
	return nil
}

// isHeaded tells whether a column has a header.
func (s *sheetReader) isHeaded(column int) bool {
	return column < len(s.grid.header) && s.grid.header[column] != ""
}

// strayed remembers a column that holds something and has no header.
func (s *sheetReader) strayed(column int) {
	if s.grid.stray[column] == 0 && len(s.grid.stray) < maxColumns {
		s.grid.stray[column] = s.row
	}
}

// endCell understands a cell and puts it into its row.
func (s *sheetReader) endCell() error {
	c := &s.cell
	if !c.known || c.value.Len() == 0 {
		return nil
	}
	c.known = false
	text, isDate := s.text(c.value.String())
	if trimmed := trim(text); trimmed == "" {
		return nil
	} else if s.row > 1 {
		text = trimmed
	}
	if len(text) > maxCell && utf8.RuneCountInString(text) > maxCell {
		return problem.New(problem.TooLarge, "xlsform.cellTooLong", s.sheet, name(c.column, s.row), maxCell)
	}
	if s.row == 1 && c.column > len(s.cells)+maxHeaderGap {
		return nil // far to the right, beyond where the sheet ends
	}
	if c.column >= maxColumns {
		return problem.New(problem.TooLarge, "xlsform.tooManyColumns", s.sheet, maxColumns)
	}
	for len(s.cells) <= c.column {
		s.cells = append(s.cells, "")
	}
	s.cells[c.column] = text
	if isDate {
		s.grid.dates[[2]int{c.column, s.row}] = true
	}
	if s.row == 1 && (isDate || c.kind == "" || c.kind == "n" || c.kind == "b") {
		s.grid.odd[c.column] = true
	}
	return nil
}

// text gives what a cell's stored value says.
func (s *sheetReader) text(stored string) (text string, isDate bool) {
	switch s.cell.kind {
	case "s":
		if i, err := strconv.Atoi(strings.TrimSpace(stored)); err == nil && i >= 0 && i < len(s.w.texts) {
			return s.w.texts[i], false
		}
		return "", false
	case "b":
		if strings.TrimSpace(stored) == "0" {
			return "FALSE", false
		}
		return "TRUE", false
	case "str", "inlineStr", "e":
		return stored, false
	case "d":
		return isoDate(strings.TrimSpace(stored)), true
	}
	stored = strings.TrimSpace(stored)
	shown := asNumber
	if style, err := strconv.Atoi(s.cell.style); err == nil && style >= 0 && style < len(s.w.shown) {
		shown = s.w.shown[style]
	}
	switch shown {
	case asDate:
		return s.w.date(stored), true
	case asDuration:
		return duration(stored), true
	}
	return number(stored), false
}

func (s *sheetReader) endRow() error {
	for len(s.cells) > 0 && s.cells[len(s.cells)-1] == "" {
		s.cells = s.cells[:len(s.cells)-1]
	}
	if len(s.cells) == 0 {
		return nil
	}
	s.count += len(s.cells)
	switch {
	case s.row > maxRows || s.count > maxCells:
		return problem.New(problem.TooLarge, "xlsform.tooManyRows", s.sheet, maxRows)
	case s.row == 1:
		s.grid.header = s.cells
	default:
		s.grid.rows = append(s.grid.rows, row{s.row, s.cells})
		s.filled = s.row
	}
	return nil
}

// columnOf gives the column of a place such as "AB12", counted from 0, or -1.
func columnOf(place string) int {
	column := 0
	for i := 0; i < len(place); i++ {
		c := place[i]
		switch {
		case c >= 'A' && c <= 'Z':
			column = column*26 + int(c-'A') + 1
		case c >= '0' && c <= '9':
			return column - 1
		default:
			return -1
		}
		if column > 1<<20 {
			return -1
		}
	}
	return -1
}

// letters names a column counted from 0.
func letters(column int) string {
	s := ""
	for column++; column > 0; column = (column - 1) / 26 {
		s = string(rune('A'+(column-1)%26)) + s
	}
	return s
}

// name names a cell by its column from 0 and its row from 1.
func name(column, row int) string { return letters(column) + strconv.Itoa(row) }
