package xlsform

import (
	"bytes"
	"fmt"

	"github.com/xuri/excelize/v2"
)

// templateRows is how many rows of a template have drop-down lists.
const templateRows = 500

// Template makes a workbook to begin from, in Chinese or in English: a small form that
// can be uploaded as it is, drop-down lists for types and yes or no, and a sheet that explains the columns.
func Template(chinese bool) ([]byte, error) {
	words := englishTemplate
	if chinese {
		words = chineseTemplate
	}
	f := excelize.NewFile()
	defer f.Close()
	t := templateWriter{file: f}
	t.survey(words)
	t.table(words.choices, words.choiceRows)
	t.table(words.settings, words.settingRows)
	t.help(words)
	t.do(f.DeleteSheet("Sheet1"))
	if t.err != nil {
		return nil, fmt.Errorf("xlsform: template: %w", t.err)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return nil, fmt.Errorf("xlsform: template: %w", err)
	}
	return b.Bytes(), nil
}

// templateColumn is a column of a template's sheet: its header, what the note on the
// header says, and the entries of its drop-down list.
type templateColumn struct {
	header, note string
	width        float64
	list         []string
}

// templateSheet is a sheet's name and columns.
type templateSheet struct {
	name    string
	columns []templateColumn
}

// templateWords is a template in one language.
type templateWords struct {
	sheet                   templateSheet // survey
	rows                    [][]string
	choices, settings       templateSheet
	choiceRows, settingRows [][]string
	helpSheet               string
	typesTitle              string
	help                    []string
	types                   [][2]string // a type and what it asks
}

// templateWriter writes until the first error, which it keeps.
type templateWriter struct {
	file *excelize.File
	err  error
}

func (t *templateWriter) do(err error) {
	if t.err == nil {
		t.err = err
	}
}

func (t *templateWriter) survey(words *templateWords) {
	t.table(words.sheet, words.rows)
	var types []string
	for _, line := range words.types {
		types = append(types, line[0])
	}
	// The list is longer than a drop-down may hold in the cell itself, so it lies in the help sheet.
	first := len(words.help) + 4
	t.dropDown(words.sheet.name, 0, func(v *excelize.DataValidation) error {
		v.SetSqrefDropList(fmt.Sprintf("'%s'!$A$%d:$A$%d", words.helpSheet, first, first+len(types)-1))
		return nil
	})
}

func (t *templateWriter) table(s templateSheet, rows [][]string) {
	_, err := t.file.NewSheet(s.name)
	t.do(err)
	bold, err := t.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true, Color: "FFFFFF"},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"2F6F4F"}}, Alignment: &excelize.Alignment{Vertical: "center"}})
	t.do(err)
	wrap, err := t.file.NewStyle(&excelize.Style{NumFmt: 49, Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	t.do(err)
	last, err := excelize.ColumnNumberToName(len(s.columns))
	t.do(err)
	t.do(t.file.SetColStyle(s.name, "A:"+last, wrap)) // as text: a version 1.10 stays 1.10
	for i, c := range s.columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		t.do(err)
		t.do(t.file.SetColWidth(s.name, name, name, c.width))
		t.do(t.file.SetCellStr(s.name, name+"1", c.header))
		t.do(t.file.AddComment(s.name, excelize.Comment{Cell: name + "1", Author: "Tianye",
			Width: 320, Height: 120, Paragraph: []excelize.RichTextRun{{Text: c.note}}}))
		if c.list != nil {
			t.dropDown(s.name, i, func(v *excelize.DataValidation) error { return v.SetDropList(c.list) })
		}
	}
	t.do(t.file.SetCellStyle(s.name, "A1", last+"1", bold))
	t.do(t.file.SetRowHeight(s.name, 1, 22))
	t.do(t.file.SetPanes(s.name, &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}))
	for i, row := range rows {
		for k, cell := range row {
			if cell != "" {
				at, err := excelize.CoordinatesToCellName(k+1, i+2)
				t.do(err)
				t.do(t.file.SetCellStr(s.name, at, cell))
			}
		}
	}
}

// dropDown offers a list below a column's header. What is not in it may be typed: a
// select's type goes on with the list's name, required may be a condition.
func (t *templateWriter) dropDown(sheet string, column int, fill func(*excelize.DataValidation) error) {
	name, err := excelize.ColumnNumberToName(column + 1)
	t.do(err)
	v := excelize.NewDataValidation(true)
	v.SetSqref(fmt.Sprintf("%s2:%s%d", name, name, templateRows))
	v.ShowErrorMessage = false
	t.do(fill(v))
	t.do(t.file.AddDataValidation(sheet, v))
}

// help writes the sheet that explains: sentences, then every type.
func (t *templateWriter) help(words *templateWords) {
	sheet := words.helpSheet
	_, err := t.file.NewSheet(sheet)
	t.do(err)
	wrap, err := t.file.NewStyle(&excelize.Style{Alignment: &excelize.Alignment{Vertical: "top", WrapText: true}})
	t.do(err)
	bold, err := t.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}})
	t.do(err)
	t.do(t.file.SetColWidth(sheet, "A", "A", 30))
	t.do(t.file.SetColWidth(sheet, "B", "B", 90))
	for i, sentence := range words.help {
		at := fmt.Sprintf("A%d", i+1)
		t.do(t.file.MergeCell(sheet, at, fmt.Sprintf("B%d", i+1)))
		t.do(t.file.SetCellStr(sheet, at, sentence))
		t.do(t.file.SetCellStyle(sheet, at, at, wrap))
		t.do(t.file.SetRowHeight(sheet, i+1, 34))
	}
	title := fmt.Sprintf("A%d", len(words.help)+3)
	t.do(t.file.SetCellStr(sheet, title, words.typesTitle))
	t.do(t.file.SetCellStyle(sheet, title, title, bold))
	for i, line := range words.types {
		row := len(words.help) + 4 + i
		t.do(t.file.SetCellStr(sheet, fmt.Sprintf("A%d", row), line[0]))
		t.do(t.file.SetCellStr(sheet, fmt.Sprintf("B%d", row), line[1]))
	}
}
