//go:build ignore

// The generator of the demonstration's XLSForms, which users download as models:
//
//	go generate ./internal/demo
package main

import (
	"log"
	"os"

	"github.com/xuri/excelize/v2"
)

const (
	zh = "::中文 (zh)"
	en = "::English (en)"
)

// form is one workbook; its rows follow the header rows below.
type form struct {
	file, id, titleZh string
	survey            []row
	choices           []row
}

// row holds cells by column name.
type row map[string]string

var surveyColumns = []column{
	{"type", 26}, {"name", 20}, {"label" + zh, 36}, {"label" + en, 36}, {"hint" + zh, 34}, {"hint" + en, 34},
	{"required", 9}, {"relevant", 30}, {"constraint", 34}, {"constraint_message" + zh, 30}, {"constraint_message" + en, 30},
	{"calculation", 36}, {"default", 12}, {"appearance", 12}, {"choice_filter", 20}, {"readonly", 9}, {"parameters", 24}, {"personal", 9},
}

var choiceColumns = []column{{"list_name", 18}, {"name", 20}, {"label" + zh, 32}, {"label" + en, 40}, {"county", 14}}

var settingsColumns = []column{{"form_title", 30}, {"form_id", 18}, {"version", 14}, {"default_language", 18}}

type column struct {
	name  string
	width float64
}

func main() {
	for _, f := range []form{caseForm(), satisfactionForm(), revisitForm(), suggestionForm()} {
		if err := write(f); err != nil {
			log.Fatal(err)
		}
	}
}

func write(f form) error {
	book := excelize.NewFile()
	defer book.Close()
	book.SetSheetName("Sheet1", "survey")
	settings := []row{{"form_title": f.titleZh, "form_id": f.id, "version": "20260301", "default_language": "中文 (zh)"}}
	for _, sheet := range []struct {
		name    string
		columns []column
		rows    []row
	}{{"survey", surveyColumns, f.survey}, {"choices", choiceColumns, f.choices}, {"settings", settingsColumns, settings}} {
		if err := fill(book, sheet.name, sheet.columns, sheet.rows); err != nil {
			return err
		}
	}
	// fixed, so that the same rows always give the same file
	err := book.SetDocProps(&excelize.DocProperties{Title: f.titleZh, Creator: "Tianye 田野", LastModifiedBy: "Tianye 田野",
		Created: "2026-03-01T00:00:00Z", Modified: "2026-03-01T00:00:00Z", Language: "zh-CN"})
	if err != nil {
		return err
	}
	file, err := os.Create(f.file)
	if err != nil {
		return err
	}
	defer file.Close()
	return book.Write(file)
}

// fill writes one sheet: a bold frozen header with a filter, wrapped cells, groups shaded so that the sections stand out.
func fill(book *excelize.File, sheet string, columns []column, rows []row) error {
	if _, err := book.NewSheet(sheet); err != nil {
		return err
	}
	header, plain, group := styles(book)
	last, _ := excelize.ColumnNumberToName(len(columns))
	for i, c := range columns {
		name, _ := excelize.ColumnNumberToName(i + 1)
		if err := book.SetColWidth(sheet, name, name, c.width); err != nil {
			return err
		}
		if err := book.SetCellStr(sheet, cell(i, 1), c.name); err != nil {
			return err
		}
	}
	for r, values := range rows {
		style := plain
		if t := values["type"]; len(t) > 6 && (t[:6] == "begin_" || t[:4] == "end_") {
			style = group
		}
		for i, c := range columns {
			if v := values[c.name]; v != "" {
				if err := book.SetCellStr(sheet, cell(i, r+2), v); err != nil {
					return err
				}
			}
		}
		if err := book.SetCellStyle(sheet, cell(0, r+2), cell(len(columns)-1, r+2), style); err != nil {
			return err
		}
	}
	if err := book.SetCellStyle(sheet, "A1", last+"1", header); err != nil {
		return err
	}
	if err := book.SetRowHeight(sheet, 1, 24); err != nil {
		return err
	}
	frozen, pane := 0, "bottomLeft"
	if sheet == "survey" {
		frozen, pane = 2, "bottomRight" // type and name stay in sight
	}
	return book.SetPanes(sheet, &excelize.Panes{Freeze: true, XSplit: frozen, YSplit: 1, TopLeftCell: cell(frozen, 2), ActivePane: pane})
}

func cell(column, row int) string {
	name, _ := excelize.CoordinatesToCellName(column+1, row)
	return name
}

func styles(book *excelize.File) (header, plain, group int) {
	wrapped := &excelize.Alignment{WrapText: true, Vertical: "top"}
	line := []excelize.Border{{Type: "bottom", Color: "E3DED6", Style: 1}}
	fill := func(color string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{color}}
	}
	header, _ = book.NewStyle(&excelize.Style{Fill: fill("2F6F4F"), Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"},
		Font: &excelize.Font{Bold: true, Color: "FFFFFF", Family: "Microsoft YaHei", Size: 10}})
	plain, _ = book.NewStyle(&excelize.Style{Alignment: wrapped, Border: line, Font: &excelize.Font{Family: "Microsoft YaHei", Size: 10}})
	group, _ = book.NewStyle(&excelize.Style{Alignment: wrapped, Border: line, Fill: fill("EAF2ED"),
		Font: &excelize.Font{Bold: true, Family: "Microsoft YaHei", Size: 10}})
	return header, plain, group
}

// q is a question; more holds further cells as column, value pairs.
func q(kind, name, labelZh, labelEn string, more ...string) row {
	r := row{"type": kind, "name": name, "label" + zh: labelZh, "label" + en: labelEn}
	for i := 0; i+1 < len(more); i += 2 {
		r[more[i]] = more[i+1]
	}
	return r
}

// must adds a constraint and what it says in both languages.
func (r row) must(expression, messageZh, messageEn string) row {
	r["constraint"], r["constraint_message"+zh], r["constraint_message"+en] = expression, messageZh, messageEn
	return r
}

// hint adds the hint in both languages.
func (r row) hint(hintZh, hintEn string) row {
	r["hint"+zh], r["hint"+en] = hintZh, hintEn
	return r
}

// required, personal and appearance mark a question.
func (r row) required() row { r["required"] = "yes"; return r }

func (r row) personal() row { r["personal"] = "yes"; return r }

func (r row) appearance(name string) row { r["appearance"] = name; return r }

// when adds relevance.
func (r row) when(expression string) row { r["relevant"] = expression; return r }

// list makes a choice list of name, Chinese, English triples.
func list(name string, triples ...string) []row {
	var rows []row
	for i := 0; i+2 < len(triples); i += 3 {
		rows = append(rows, row{"list_name": name, "name": triples[i], "label" + zh: triples[i+1], "label" + en: triples[i+2]})
	}
	return rows
}
