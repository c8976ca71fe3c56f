package table

import (
	"bufio"
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// maxCell is what Excel takes in one cell, in characters.
const maxCell = 32767

// CSV writes rows as UTF-8 with a byte-order mark, which is how Excel and WPS know
// Chinese. Text that a spreadsheet would take for a formula is guarded.
type CSV struct{ w *csv.Writer }

// NewCSV begins a CSV file.
func NewCSV(w io.Writer) (*CSV, error) {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return nil, err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	return &CSV{out}, nil
}

// Row writes one row of strings, float64s, ints and nils.
func (c *CSV) Row(cells []any) error {
	row := make([]string, len(cells))
	for i, cell := range cells {
		switch cell := cell.(type) {
		case string:
			row[i] = guard(cell)
		case int:
			row[i] = strconv.Itoa(cell)
		case float64:
			if !math.IsNaN(cell) {
				row[i] = strconv.FormatFloat(cell, 'f', -1, 64)
			}
		}
	}
	return c.w.Write(row)
}

// Close writes what is still held back.
func (c *CSV) Close() error {
	c.w.Flush()
	return c.w.Error()
}

// guard keeps a spreadsheet from running an answer as a formula (OWASP, "CSV
// Injection"): an apostrophe goes before it. Plain numbers stay as they are.
func guard(text string) string {
	if text == "" || !strings.ContainsRune("=+-@\t\r\n＝＋－＠", firstRune(text)) {
		return text
	}
	if _, err := strconv.ParseFloat(text, 64); err == nil {
		return text
	}
	return "'" + text
}

func firstRune(text string) rune {
	r, _ := utf8.DecodeRuneInString(text)
	return r
}

// Workbook writes an .xlsx of several sheets whose rows may come interleaved; what
// outgrows memory goes to temporary files. Text is written as text, never as a formula.
type Workbook struct {
	file   *excelize.File
	sheets []*Sheet
	head   int
}

// Sheet is one sheet of a Workbook.
type Sheet struct {
	stream *excelize.StreamWriter
	row    int
}

// NewWorkbook begins a workbook.
func NewWorkbook() (*Workbook, error) {
	f := excelize.NewFile()
	head, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true},
		Fill:      excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E6F0EA"}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}})
	if err != nil {
		return nil, err
	}
	return &Workbook{file: f, head: head}, nil
}

// Sheet adds a sheet with a bold, frozen first row. Its name is made to fit Excel's
// rules: 31 units of UTF-16, none of []:*?/\ , unique.
func (w *Workbook) Sheet(name string, header []string) (*Sheet, error) {
	name = w.sheetName(name)
	if len(w.sheets) == 0 {
		if err := w.file.SetSheetName("Sheet1", name); err != nil {
			return nil, err
		}
	} else if _, err := w.file.NewSheet(name); err != nil {
		return nil, err
	}
	stream, err := w.file.NewStreamWriter(name)
	if err != nil {
		return nil, err
	}
	if len(header) > 0 {
		if err := stream.SetColWidth(1, len(header), 16); err != nil {
			return nil, err
		}
	}
	if err := stream.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return nil, err
	}
	s := &Sheet{stream: stream}
	w.sheets = append(w.sheets, s)
	cells := make([]any, len(header))
	for i, text := range header {
		cells[i] = excelize.Cell{StyleID: w.head, Value: clean(text)}
	}
	return s, s.write(cells)
}

func (w *Workbook) sheetName(name string) string {
	name = strings.Trim(strings.Map(func(r rune) rune {
		if strings.ContainsRune(`[]:*?/\`, r) || r < ' ' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(name, " ")), " '")
	if name == "" {
		name = "Sheet"
	}
	for n := 1; ; n++ {
		suffix := ""
		if n > 1 {
			suffix = " " + strconv.Itoa(n)
		}
		candidate := cutName(name, 31-len(suffix)) + suffix
		// The first sheet is the one that is about to be renamed. A name that is
		// refused, its next place would not mend.
		if i, err := w.file.GetSheetIndex(candidate); err != nil || i < 0 || len(w.sheets) == 0 {
			return candidate
		}
	}
}

// cutName cuts a name to so many units of UTF-16.
func cutName(name string, most int) string {
	for i, r := range name {
		if most -= utf16.RuneLen(r); most < 0 {
			return strings.TrimRight(name[:i], " '")
		}
	}
	return name
}

// Row writes one row of strings, float64s (NaN is empty), ints and nils.
func (s *Sheet) Row(cells []any) error {
	row := make([]any, len(cells))
	for i, cell := range cells {
		switch cell := cell.(type) {
		case string:
			if cell != "" {
				row[i] = clean(cell)
			}
		case float64:
			if !math.IsNaN(cell) && !math.IsInf(cell, 0) {
				row[i] = cell
			}
		default:
			row[i] = cell
		}
	}
	return s.write(row)
}

func (s *Sheet) write(cells []any) error {
	s.row++
	at, err := excelize.CoordinatesToCellName(1, s.row)
	if err != nil {
		return err
	}
	return s.stream.SetRow(at, cells)
}

// clean takes out what XML cannot hold and what Excel would refuse.
func clean(text string) string {
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	if utf8.RuneCountInString(text) > maxCell {
		text = string([]rune(text)[:maxCell])
	}
	return text
}

// WriteTo finishes the workbook and writes it out.
func (w *Workbook) WriteTo(out io.Writer) (int64, error) {
	for _, s := range w.sheets {
		if err := s.stream.Flush(); err != nil {
			return 0, err
		}
	}
	buffered := bufio.NewWriter(out)
	n, err := w.file.WriteTo(buffered)
	if err != nil {
		return n, err
	}
	return n, buffered.Flush()
}

// Close removes the temporary files.
func (w *Workbook) Close() error { return w.file.Close() }
