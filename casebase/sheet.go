package casebase

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"tianye/internal/problem"
)

// What a table to import may hold.
const (
	maxRows    = 20_000
	maxColumns = 200
	maxCells   = 1_000_000
	maxUnzip   = 128 << 20
)

// sheet is a table as it stands in the file. Numbers are written with a point and
// days as 2026-11-23, however the workbook shows them.
type sheet struct {
	name string // "" of CSV
	rows []sheetRow
}

type sheetRow struct {
	number int // from 1, as the program shows it
	cells  []string
}

// where names a cell, as people find it: "调查!C12".
func (s *sheet) where(row, column int) string {
	cell, err := excelize.CoordinatesToCellName(column+1, row)
	if err != nil {
		cell = strconv.Itoa(row)
	}
	if s.name == "" {
		return cell
	}
	return s.name + "!" + cell
}

// add takes a row that is not empty.
func (s *sheet) add(number int, cells []string, total *int) error {
	for len(cells) > 0 && strings.TrimSpace(cells[len(cells)-1]) == "" {
		cells = cells[:len(cells)-1]
	}
	if len(cells) == 0 {
		return nil
	}
	if len(cells) > maxColumns {
		return problem.New(problem.TooLarge, "case.import.columns", maxColumns, s.where(number, maxColumns))
	}
	if *total += len(cells); *total > maxCells {
		return problem.New(problem.TooLarge, "case.import.cells", maxCells)
	}
	if len(s.rows) > maxRows {
		return problem.New(problem.TooLarge, "case.import.rows", maxRows)
	}
	s.rows = append(s.rows, sheetRow{number, cells})
	return nil
}

// readSheet reads a workbook's first visible sheet, or CSV.
func readSheet(f File) (*sheet, error) {
	raw, err := io.ReadAll(io.NewSectionReader(f.Content, 0, f.Size))
	if err != nil {
		return nil, problem.New(problem.Malformed, "case.import.broken", f.Name).Because(err)
	}
	if strings.EqualFold(path.Ext(f.Name), ".xlsx") {
		return readWorkbook(f.Name, raw)
	}
	text, err := decodeText(raw)
	if err != nil {
		return nil, err
	}
	return readCSV(text)
}

// readCSV reads fields parted by what parts most in the first line: comma,
// semicolon or tab.
func readCSV(text string) (*sheet, error) {
	first, _, _ := strings.Cut(text, "\n")
	r := csv.NewReader(strings.NewReader(text))
	for _, separator := range []rune{';', '\t'} {
		if strings.Count(first, string(separator)) > strings.Count(first, string(r.Comma)) {
			r.Comma = separator
		}
	}
	r.FieldsPerRecord = -1
	s := &sheet{}
	total := 0
	for {
		record, err := r.Read()
		if err == io.EOF {
			return s, nil
		}
		if err != nil {
			var at *csv.ParseError
			line := 0
			if errors.As(err, &at) {
				line = at.Line
			}
			return nil, problem.New(problem.Malformed, "case.import.csv", line).Because(err)
		}
		line, _ := r.FieldPos(0)
		if err := s.add(line, record, &total); err != nil {
			return nil, err
		}
	}
}

func readWorkbook(name string, raw []byte) (s *sheet, err error) {
	defer func() { // the library is not ours, and the file is anybody's
		if trouble := recover(); trouble != nil {
			err = problem.New(problem.Malformed, "case.import.broken", name).Because(fmt.Errorf("excelize: %v", trouble))
		}
	}()
	book, err := excelize.OpenReader(bytes.NewReader(raw), excelize.Options{
		UnzipSizeLimit: maxUnzip, ShortDatePattern: "yyyy-mm-dd", LongDatePattern: "yyyy-mm-dd"})
	if err != nil {
		return nil, workbookProblem(name, raw, err)
	}
	defer book.Close()
	s = &sheet{}
	for _, candidate := range book.GetSheetList() {
		if visible, err := book.GetSheetVisible(candidate); err == nil && visible {
			s.name = candidate
			break
		}
	}
	if s.name == "" {
		return nil, problem.New(problem.Invalid, "case.import.empty", name)
	}
	if err := s.readRows(book); err != nil {
		if p := new(problem.Problem); errors.As(err, &p) {
			return nil, err
		}
		return nil, problem.New(problem.Malformed, "case.import.broken", name).Because(err)
	}
	if err := s.unmerge(book); err != nil {
		return nil, problem.New(problem.Malformed, "case.import.broken", name).Because(err)
	}
	return s, nil
}

func workbookProblem(name string, raw []byte, err error) error {
	ole := bytes.HasPrefix(raw, []byte{0xD0, 0xCF, 0x11, 0xE0})
	switch {
	case ole:
		return problem.New(problem.Unsupported, "case.import.password", name).Because(err)
	case strings.Contains(err.Error(), "unzip size exceeds"):
		return problem.New(problem.TooLarge, "case.import.unpacked", name).Because(err)
	default:
		return problem.New(problem.Unsupported, "case.import.notXlsx", name).Because(err)
	}
}

// readRows reads every row twice: as it is stored and as it is shown.
func (s *sheet) readRows(book *excelize.File) error {
	stored, err := book.Rows(s.name)
	if err != nil {
		return err
	}
	defer stored.Close()
	shown, err := book.Rows(s.name)
	if err != nil {
		return err
	}
	defer shown.Close()
	props, err := book.GetWorkbookProps()
	if err != nil {
		return err
	}
	from1904 := props.Date1904 != nil && *props.Date1904
	total := 0
	for number := 1; stored.Next() && shown.Next(); number++ {
		values, err := stored.Columns(excelize.Options{RawCellValue: true})
		if err != nil {
			return err
		}
		formatted, err := shown.Columns()
		if err != nil {
			return err
		}
		for i := range min(len(values), len(formatted)) {
			values[i] = cellText(values[i], formatted[i], from1904)
		}
		if err := s.add(number, values, &total); err != nil {
			return err
		}
	}
	return errors.Join(stored.Error(), shown.Error())
}

var dateShown = regexp.MustCompile(`[年月日]|\d[-/]\d|[A-Za-z]{3}`)

// cellText decides between what a cell stores and what it shows. The stored 1.0837
// is not cut to the shown 1.08, but a day is stored as 44763, TRUE as 1, 007 as 7.
func cellText(stored, shown string, from1904 bool) string {
	n, err := strconv.ParseFloat(stored, 64)
	if err != nil || stored == shown {
		return shown
	}
	switch {
	case shown == "TRUE" || shown == "FALSE":
		return shown
	case len(shown) > 1 && shown[0] == '0' && strings.Trim(shown, "0123456789") == "":
		return shown
	case dateShown.MatchString(shown):
		if day, err := excelize.ExcelDateToTime(n, from1904); err == nil {
			return day.Format("2006-01-02")
		}
		return shown
	case strings.Contains(shown, ":"):
		return shown
	}
	return strconv.FormatFloat(n, 'g', 15, 64) // what Excel itself keeps
}

// unmerge repeats the value of cells merged over several rows in each row.
func (s *sheet) unmerge(book *excelize.File) error {
	merged, err := book.GetMergeCells(s.name)
	if err != nil {
		return err
	}
	for _, m := range merged {
		column, top, err := excelize.CellNameToCoordinates(m.GetStartAxis())
		if err != nil {
			return err
		}
		_, bottom, err := excelize.CellNameToCoordinates(m.GetEndAxis())
		if err != nil {
			return err
		}
		from, _ := slices.BinarySearchFunc(s.rows, top, func(r sheetRow, n int) int { return r.number - n })
		if from == len(s.rows) || s.rows[from].number != top || len(s.rows[from].cells) < column {
			continue
		}
		value := s.rows[from].cells[column-1]
		for i := from + 1; i < len(s.rows) && s.rows[i].number <= bottom; i++ {
			for len(s.rows[i].cells) < column {
				s.rows[i].cells = append(s.rows[i].cells, "")
			}
			s.rows[i].cells[column-1] = value
		}
	}
	return nil
}

// cell gives a cell's text, empty beyond the row's end.
func (r sheetRow) cell(column int) string {
	if column >= len(r.cells) {
		return ""
	}
	return strings.TrimSpace(strings.ToValidUTF8(r.cells[column], string(utf8.RuneError)))
}
