package xlsform_test

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xlsform"
)

// readBook reads a workbook that was changed after its rows were written.
func readBook(t *testing.T, f *excelize.File, want ...string) *form.Definition {
	t.Helper()
	data := encode(t, f)
	d, found, err := xlsform.Read(bytes.NewReader(data), int64(len(data)), "form.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if got := complaints(found); !slices.Equal(got, want) {
		t.Fatalf("complaints %q", got)
	}
	return d
}

// TestWhatExcelMakesOfCells: numbers, dates and truths come as they were meant.
func TestWhatExcelMakesOfCells(t *testing.T) {
	day := time.Date(2026, 4, 12, 0, 0, 0, 0, time.UTC)
	f := book(t, sheets{
		"survey": {
			r("type", "name", "label", "required", "default"),
			r("date", "day", "日期", true, day),
			r("dateTime", "moment", "时刻", false, day.Add(10*time.Hour+30*time.Minute)),
			r("dateTime", "midnight", "零点", nil, day),
			r("time", "hour", "钟点", nil, 0.4375),
			r("decimal", "share", "比例", nil, 0.1),
			r("decimal", "percent", "百分比", nil, 0.25),
			r("integer", "people", "人数", nil, 1234567),
			r("text", "code", "编码", nil, 330802101000),
			r("text", "zeros", "编码", nil, "007"),
		},
		"settings": {r("version"), r(day)},
	})
	for cell, format := range map[string]string{"E2": "yyyy/m/d", "E4": "yyyy-mm-dd;@", "E5": "h:mm", "E7": "0%", "E8": "#,##0"} {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStyle("survey", cell, cell, style); err != nil {
			t.Fatal(err)
		}
	}
	d := readBook(t, f)
	if d == nil {
		t.Fatal("refused")
	}
	want := map[form.Path]string{"day": "2026-04-12", "moment": "2026-04-12T10:30:00", "midnight": "2026-04-12T00:00:00",
		"hour": "10:30:00", "share": "0.1", "percent": "0.25", "people": "1234567", "code": "330802101000", "zeros": "007"}
	for path, value := range want {
		if got := d.Find(path).Default; got != value {
			t.Errorf("%s: default %q, want %q", path, got, value)
		}
	}
	if got := d.Find("day").DefaultAsWritten; got != "2026-04-12 00:00:00" {
		t.Errorf("day as written %q", got)
	}
	if d.Find("day").Required.Source != "true()" || d.Find("moment").Required.Source != "false()" || d.Version != "2026-04-12 00:00:00" {
		t.Errorf("required or version %q", d.Version)
	}
}

// TestChoiceTurnedIntoDate: Excel makes a date of "1-2"; people are told.
func TestChoiceTurnedIntoDate(t *testing.T) {
	f := book(t, sheets{
		"survey":  {r("type", "name", "label"), r("select_one age", "age", "年龄")},
		"choices": {r("list_name", "name", "label"), r("age", "young", time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC))},
	})
	readBook(t, f, "warning choices!C2 excelDate")
}

// TestStyledEmptyCells: a thousand rows of borders are no rows, and no number is off.
func TestStyledEmptyCells(t *testing.T) {
	f := book(t, sheets{"survey": {r("type", "name", "label"), nil, nil, r("text", "a", "甲"), nil, r("text", "b b", "乙")}})
	style, err := f.NewStyle(&excelize.Style{Border: []excelize.Border{{Type: "left", Style: 1, Color: "000000"}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.SetCellStyle("survey", "A1", "H1000", style); err != nil {
		t.Fatal(err)
	}
	readBook(t, f, "error survey!B6 nameWithSpace")
}

func TestMergedCellsAndRichText(t *testing.T) {
	f := book(t, sheets{"survey": {r("type", "name", "label"), r("text", "a", nil), r("text", "b", "乙")}})
	if err := f.SetCellRichText("survey", "C2", []excelize.RichTextRun{{Text: "您的"}, {Text: "姓名", Font: &excelize.Font{Bold: true}}}); err != nil {
		t.Fatal(err)
	}
	if err := f.MergeCell("survey", "C2", "E2"); err != nil {
		t.Fatal(err)
	}
	if d := readBook(t, f); d.Find("a").Label[""] != "您的姓名" {
		t.Errorf("label %q", d.Find("a").Label)
	}
}

// TestDefaults: what is evaluated, and what is only text.
func TestDefaults(t *testing.T) {
	for _, c := range []struct {
		typ, cell string
		dynamic   bool
	}{
		{"text", "甲 - 3", true}, {"text", "甲-乙", false}, {"text", "http://example.org/a", false}, {"text", "${n}", true},
		{"text", "concat('a', 'b')", true}, {"integer", "2 * 3", true}, {"integer", "2-1", false}, {"date", "2026-04-12 + 1", true}, {"geopoint", "28.97 118.87 -5 3", false}, {"integer", "-3", false}, {"date", "2026-04-12", false},
		{"date", "today()", true}, {"hidden", "2026-1", false}, {"geopoint", "28.97 118.87 0 0", false}, {"decimal", "1 div 2", true},
	} {
		d, _ := read(t, sheets{"survey": {r("type", "name", "label", "default"), r("integer", "n", "数"), r(c.typ, "a", "甲", c.cell)}})
		f := d.Find("a")
		if (f.DynamicDefault != nil) != c.dynamic || (f.Default != "") == c.dynamic {
			t.Errorf("%s %q: %+v", c.typ, c.cell, f)
		}
	}
}

// TestSmallMercies: a sheet of any name when there is only one, notes without names, commented and
// disabled rows, personal sections, duplicate choices when they are meant.
func TestSmallMercies(t *testing.T) {
	d := good(t, sheets{"Sheet": {r("type", "name", "label", "personal", "disabled"),
		r("note", nil, "说明"), r("begin_group", "g", "组", "yes"), r("text", "a", "　甲 "), r("end_group"), r("text", "a", "乙", nil, "yes"), r("#text", "", "丙")}})
	if len(d.Fields) != 2 || d.Fields[0].Type != form.Note || !d.Find("g/a").Personal || d.Find("g/a").Label[""] != "甲" {
		t.Errorf("fields: %+v", d.Fields)
	}
	d = good(t, sheets{
		"survey":   {r("type", "name", "label", "choice_filter"), r("text", "c", "州"), r("select_one town", "town", "镇", "county=${c}")},
		"choices":  {r("list_name", "name", "label", "county"), r("town", "king", "王", "a"), r("town", "king", "王", "b")},
		"settings": {r("allow_choice_duplicates"), r("yes")},
	})
	if c := d.Lists["town"].Choices; len(c) != 2 || c[1].Columns["county"] != "b" {
		t.Errorf("choices: %+v", c)
	}
}

// TestOtherWriters: what programs other than Excel write into a sheet, and what limits reading.
func TestOtherWriters(t *testing.T) {
	small := encode(t, book(t, sheets{"survey": {r("type")}}))
	header := `<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>type</x:t></x:is></x:c><x:c t="str"><x:f>"na"&amp;"me"</x:f><x:v>name</x:v></x:c>` +
		`<x:c r="C1" t="inlineStr"><x:is><x:r><x:t>la</x:t></x:r><x:rPh sb="0"><x:t>XX</x:t></x:rPh><x:r><x:t>bel</x:t></x:r></x:is></x:c></x:row>`
	row := func(number int, attributes, label string) string {
		return fmt.Sprintf(`<x:row r="%d"%s><x:c r="A%d" t="inlineStr"><x:is><x:t>text</x:t></x:is></x:c><x:c r="B%d" t="inlineStr"><x:is><x:t>q%d</x:t></x:is></x:c>`+
			`<x:c r="C%d" t="inlineStr"><x:is><x:t xml:space="preserve">%s</x:t></x:is></x:c></x:row>`, number, attributes, number, number, number, number, label)
	}
	sheet := func(rows string) string {
		return `<?xml version="1.0"?><!-- > --><x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:cols a="1 > 0"/><x:sheetData>` +
			rows + `</x:sheetData><x:ignored></x:worksheet>`
	}
	for label, want := range map[string]string{
		" 甲&#10;乙&#x4e19; ": "甲\n乙丙", "<![CDATA[a < b]]>": "a < b", "a_x000D_&#13;\nb": "a\nb", "&lt;b&gt;&amp;&quot;&apos;": `<b>&"'`,
		"\u00a0a\u00a0b": "a b", "&unknown; &": "&unknown; &",
	} {
		data := withSheet(t, small, sheet(header+row(2, "", label)+`<x:row r="3"/>`+row(63, ` ht="3>2"`, "x")+row(126, "", "too far")))
		d, found, err := xlsform.Read(bytes.NewReader(data), int64(len(data)), "f.xlsm")
		if err != nil || len(found) > 0 {
			t.Errorf("%q: %v %q", label, err, complaints(found))
			continue
		}
		if len(d.Fields) != 2 || d.Fields[0].Label[""] != want {
			t.Errorf("%q: %d fields, label %q, want %q", label, len(d.Fields), d.Fields[0].Label[""], want)
		}
	}
	for name, xml := range map[string]string{
		"DOCTYPE": `<!DOCTYPE a [<!ENTITY b "c">]>` + sheet(header), "open tag": `<worksheet><sheetData><row r="1`, "open quote": `<worksheet><sheetData><row r="1><c>`,
	} {
		data := withSheet(t, small, xml)
		if _, _, err := xlsform.Read(bytes.NewReader(data), int64(len(data)), "f.xlsx"); problem.From(err).Text.Key != "xlsform.damagedSheet" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestNumbersAndDurations: cells that are neither texts nor plain dates.
func TestNumbersAndDurations(t *testing.T) {
	f := book(t, sheets{"survey": {r("type", "name", "label", "default"), r("text", "a", "A", 1.5), r("text", "c", "C", 1e21),
		r("text", "d", "D", 0.00001), r("text", "e", "E", 1.25), r("text", "g", "G", 1.25), r("text", "h", "H", 59.5), r("text", "i", "I", 12)}})
	for cell, format := range map[string]string{"D5": "[h]:mm", "D6": `yyyy"年"m"月"d"日"`, "D7": "yyyy-mm-dd hh:mm", "D8": `0" days"`} {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetCellStyle("survey", cell, cell, style); err != nil {
			t.Fatal(err)
		}
	}
	d := readBook(t, f)
	for name, want := range map[form.Path]string{"a": "1.5", "c": "1000000000000000000000", "d": "1e-05", "e": "1 day, 6:00:00",
		"g": "1900-01-01 06:00:00", "h": "1900-02-28 12:00:00", "i": "12"} {
		if got := d.Find(name).Default; got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
