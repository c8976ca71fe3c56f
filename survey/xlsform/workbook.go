package xlsform

import (
	"archive/zip"
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"tianye/internal/problem"
)

// Limits on what is read. Excel itself stops at 32,767 characters a cell.
const (
	maxFile    = 32 << 20  // bytes of the file
	maxUnzip   = 128 << 20 // bytes of all its parts
	maxParts   = 5_000
	maxRows    = 60_000 // a sheet
	maxColumns = 500
	maxCell    = 32_767 // characters
)

// workbook is an opened file.
type workbook struct {
	file     *excelize.File
	date1904 bool
}

// row is one row of a sheet that holds something.
type row struct {
	number int
	cells  []string
}

func (r row) isEmpty() bool {
	for _, cell := range r.cells {
		if cell != "" {
			return false
		}
	}
	return true
}

// openWorkbook refuses, each with a sentence of its own, what is not a workbook that can be read.
func openWorkbook(r io.ReaderAt, size int64) (w *workbook, err error) {
	defer guard(&err)
	switch {
	case size == 0:
		return nil, problem.New(problem.Malformed, "xlsform.emptyFile")
	case size > maxFile:
		return nil, problem.New(problem.TooLarge, "xlsform.fileTooLarge", maxFile>>20)
	}
	data, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, problem.New(problem.Malformed, "xlsform.damaged").Because(err)
	}
	if err := check(data); err != nil {
		return nil, err
	}
	file, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxUnzip})
	if err != nil {
		return nil, problem.New(problem.Malformed, "xlsform.damaged").Because(err)
	}
	file.Pkg.Range(func(part, content any) bool {
		if xml, ok := content.([]byte); ok && strings.HasPrefix(part.(string), "xl/worksheets/") {
			file.Pkg.Store(part, withoutEmptyCells(xml))
		}
		return true
	})
	w = &workbook{file: file}
	if props, err := file.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		w.date1904 = *props.Date1904
	}
	return w, nil
}

// ole begins a compound file: an Excel 97 workbook, or one locked with a password.
var ole = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// check tells what the bytes are before they are unpacked.
func check(data []byte) error {
	if bytes.HasPrefix(data, ole) {
		if bytes.Contains(data, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")) {
			return problem.New(problem.Unsupported, "xlsform.encrypted")
		}
		return problem.New(problem.Unsupported, "xlsform.oldExcel")
	}
	if !bytes.HasPrefix(data, []byte("PK")) {
		return problem.New(problem.Unsupported, "xlsform.notWorkbook")
	}
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return problem.New(problem.Malformed, "xlsform.damaged").Because(err)
	}
	var total uint64
	found := false
	for _, part := range archive.File {
		total += part.UncompressedSize64 // the archive reader itself stops at what is claimed here
		found = found || strings.EqualFold(strings.ReplaceAll(part.Name, `\`, "/"), "xl/workbook.xml")
		if part.UncompressedSize64 > maxUnzip || total > maxUnzip || len(archive.File) > maxParts {
			return problem.New(problem.TooLarge, "xlsform.unpacksTooLarge", maxUnzip>>20)
		}
	}
	if !found {
		return problem.New(problem.Unsupported, "xlsform.notWorkbook")
	}
	return nil
}

// withoutEmptyCells takes the cells that have a style but no content out of a sheet's
// XML, in place, and the rows after the last cell that is left. Many programs write a thousand
// such rows, which take longer to parse than the form.
func withoutEmptyCells(xml []byte) []byte {
	kept := xml[:0]
	for {
		begin := bytes.Index(xml, []byte("<c "))
		if begin < 0 {
			break
		}
		length := bytes.IndexByte(xml[begin:], '>') + 1
		if length == 0 {
			break
		}
		end := begin + length
		if xml[end-2] == '/' {
			kept = append(kept, xml[:begin]...)
		} else {
			kept = append(kept, xml[:end]...)
		}
		xml = xml[end:]
	}
	kept = append(kept, xml...)
	cell, data := bytes.LastIndex(kept, []byte("</c>")), bytes.LastIndex(kept, []byte("</sheetData>"))
	if cell < 0 || data < cell {
		return kept
	}
	row := cell + len("</c>") + bytes.Index(kept[cell+len("</c>"):data], []byte("</row>"))
	if row < cell+len("</c>") {
		return kept
	}
	return append(kept[:row+len("</row>")], kept[data:]...)
}

// scan reads the rows of a sheet; raw gives cells as they are stored, else as Excel shows them.
func (w *workbook) scan(sheet string, raw bool) ([]row, error) {
	rows, err := w.file.Rows(sheet)
	if err != nil {
		return nil, problem.New(problem.Malformed, "xlsform.damagedSheet", sheet).Because(err)
	}
	defer rows.Close()
	var out []row
	for number := 1; rows.Next(); number++ {
		cells, err := rows.Columns(excelize.Options{RawCellValue: raw, UnzipSizeLimit: maxUnzip, UnzipXMLSizeLimit: maxUnzip})
		if err != nil {
			return nil, problem.New(problem.Malformed, "xlsform.damagedSheet", sheet).Because(err)
		}
		r := row{number: number, cells: cells}
		for i, cell := range cells {
			if len(cell) > maxCell && len([]rune(cell)) > maxCell {
				return nil, problem.New(problem.TooLarge, "xlsform.cellTooLong", sheet, name(i, number), maxCell)
			}
			cells[i] = trim(cell)
		}
		if r.isEmpty() {
			continue
		}
		if number > maxRows {
			return nil, problem.New(problem.TooLarge, "xlsform.tooManyRows", sheet, maxRows)
		}
		for len(r.cells) > 0 && r.cells[len(r.cells)-1] == "" {
			r.cells = r.cells[:len(r.cells)-1]
		}
		if len(r.cells) > maxColumns {
			return nil, problem.New(problem.TooLarge, "xlsform.tooManyColumns", sheet, maxColumns)
		}
		out = append(out, r)
	}
	if err := rows.Error(); err != nil {
		return nil, problem.New(problem.Malformed, "xlsform.damagedSheet", sheet).Because(err)
	}
	return out, nil
}

// rows reads a sheet's rows that hold something. Numbers come as they are stored
// (a code of twelve digits, not 3.3E+11), truths as TRUE and FALSE, dates in ISO 8601;
// dates tells which cells those were.
func (w *workbook) rows(sheet string) (rows []row, dates map[string]bool, err error) {
	defer guard(&err)
	rows, err = w.scan(sheet, true)
	if err != nil || !hasNumbers(rows) {
		return rows, nil, err
	}
	// What is stored as 1 may be shown as 1, TRUE or 1900-01-01: only a second look tells.
	shown, err := w.scan(sheet, false)
	if err != nil {
		return nil, nil, err
	}
	byNumber := make(map[int][]string, len(shown))
	for _, r := range shown {
		byNumber[r.number] = r.cells
	}
	dates = map[string]bool{}
	for _, r := range rows {
		look := byNumber[r.number]
		for i, stored := range r.cells {
			value, err := strconv.ParseFloat(stored, 64)
			if err != nil || i >= len(look) || look[i] == stored {
				continue
			}
			at := name(i, r.number)
			switch {
			case look[i] == "TRUE" || look[i] == "FALSE":
				r.cells[i] = look[i]
			case w.isDate(sheet, at):
				r.cells[i], dates[at] = w.date(value), true
			default:
				r.cells[i] = number(value)
			}
		}
	}
	return rows, dates, nil
}

// letters names a column counted from 0.
func letters(column int) string {
	s, err := excelize.ColumnNumberToName(column + 1)
	if err != nil {
		return "A" // maxColumns is far below Excel's last column
	}
	return s
}

// name names a cell by its column from 0 and its row from 1.
func name(column, row int) string { return letters(column) + strconv.Itoa(row) }

// guard turns a panic of the workbook library on damaged parts into a refusal.
func guard(err *error) {
	if r := recover(); r != nil {
		cause, ok := r.(error)
		if !ok {
			cause = errors.New("workbook library panicked")
		}
		*err = problem.New(problem.Malformed, "xlsform.damaged").Because(cause)
	}
}
