package xlsform_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

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
	want := map[form.Path]string{"day": "2026-04-12", "moment": "2026-04-12T10:30:00.000", "midnight": "2026-04-12T00:00:00.000",
		"hour": "10:30:00.000", "share": "0.1", "percent": "0.25", "people": "1234567", "code": "330802101000", "zeros": "007"}
	for path, value := range want {
		if got := d.Find(path).Default; got != value {
			t.Errorf("%s: default %q, want %q", path, got, value)
		}
	}
	if d.Find("day").Required == nil || d.Find("moment").Required != nil || d.Version != "2026-04-12" {
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

// TestAliases: what older forms and other programs write in headers and types.
func TestAliases(t *testing.T) {
	d := good(t, sheets{
		"SURVEY": {
			r(" Command ", "Tag", "Caption:中文（zh）", "bind:relevant", "Constraint Message：中文（zh）", "requiredMsg", "bind::jr:constraintMsg::English", "Read Only", "control::appearance", "jr:count", "bind::constraint"),
			r("Select one from　yes_no", "a", "甲", nil, "不对", "必填", "wrong", "TRUE", "minimal", nil, ". != ''"),
			r("select all that apply from yes_no", "b", "乙", "${a} = 'yes'"),
			r("Q Int", "c", "丙", "no"),
			r("begin looped group", "d", "丁", nil, nil, nil, nil, nil, nil, 3),
			r("Photo", "e", "戊"),
			r("end looped group"),
			r("datetime", "f", "己"),
			r("trigger", "g", "庚"),
			r("# 备注", "g", "不算"),
			r("get today", "day"),
		},
		"Choices": {r("List Name", "Value", "label"), r("yes_no", "yes", "是"), r("yes_no", "no", "否")},
	})
	types := map[form.Path]form.Type{"a": form.SelectOne, "b": form.SelectMultiple, "c": form.Integer, "d": form.Repeat, "d/e": form.Image,
		"f": form.DateTime, "g": form.Acknowledge, "day": form.Today}
	for path, want := range types {
		if f := d.Find(path); f == nil || f.Type != want {
			t.Errorf("%s: %+v", path, f)
		}
	}
	a := d.Find("a")
	if a.Label["中文 (zh)"] != "甲" || a.ConstraintMessage["中文 (zh)"] != "不对" || a.ConstraintMessage["English"] != "wrong" ||
		a.RequiredMessage[""] != "必填" || a.ReadOnly == nil || a.Appearance != "minimal" || a.Constraint == nil {
		t.Errorf("a: %+v", a)
	}
	if d.Find("b").Relevant.Source != "${a} = 'yes'" || d.Find("c").Relevant.Source != "false()" || d.Find("d").RepeatCount.Source != "3" {
		t.Error("expressions of b, c or d")
	}
	if d.FormID != "问卷" || d.Title != "问卷" {
		t.Errorf("id %q, title %q", d.FormID, d.Title)
	}
}

// TestDefaultLanguage: headers without a language are in default_language, however
// the other headers spell it.
func TestDefaultLanguage(t *testing.T) {
	d := good(t, sheets{
		"survey":   {r("type", "name", "label::English (en)", "label::中文 (zh)", "hint"), r("text", "a", "A", "甲", "hint")},
		"settings": {r("default_language"), r("english")},
	})
	if d.DefaultLanguage != "English (en)" || d.Find("a").Hint["English (en)"] != "hint" || len(d.Languages) != 2 {
		t.Errorf("default %q of %q", d.DefaultLanguage, d.Languages)
	}
	d = good(t, sheets{"survey": {r("type", "name", "label"), r("text", "a", "甲")}})
	if d.DefaultLanguage != "" || !slices.Equal(d.Languages, []string{""}) {
		t.Errorf("default %q of %q", d.DefaultLanguage, d.Languages)
	}
	expect(t, sheets{
		"survey":   {r("type", "name", "label::中文 (zh)"), r("text", "a", "甲")},
		"settings": {r("default_language"), r("English")},
	}, "warning settings!A2 defaultLanguage")
	d = expect(t, sheets{
		"survey":  {r("type", "name", "label::中文(zh)"), r("select_one x", "a", "甲")},
		"choices": {r("list_name", "name", "label::中文"), r("x", "b", "乙")},
	}, "warning choices!C1 languageTwice")
	if !slices.Equal(d.Languages, []string{"中文 (zh)", "中文"}) {
		t.Errorf("languages %q", d.Languages)
	}
}

// TestOther: or_other adds a choice and a question, in the form's languages.
func TestOther(t *testing.T) {
	d := good(t, sheets{
		"survey": {r("type", "name", "label::中文 (zh)", "label::English"), r("begin_group", "g", "组", "G"),
			r("select_multiple way or_other", "way", "方式", "Way"), r("end_group"), r("select_one way or specify other", "again", "再问", "Again")},
		"choices": {r("list_name", "name", "label::中文 (zh)", "label::English"), r("way", "walk", "步行", "Walk")},
	})
	other := d.Find("g/way_other")
	if other == nil || other.Type != form.TextQuestion || other.Relevant.Source != "selected(${way}, 'other')" ||
		other.Label["中文 (zh)"] != "请说明" || other.Label["English"] != "Specify other." || d.Find("again_other") == nil {
		t.Fatalf("other: %+v", other)
	}
	if c := d.Lists["way"].Choices; len(c) != 2 || c[1].Name != "other" || c[1].Label["中文 (zh)"] != "其他" || c[1].Label["English"] != "Other" {
		t.Errorf("choices: %+v", c)
	}
	d = good(t, sheets{
		"survey":  {r("type", "name", "label"), r("select_one way or_other", "way", "方式")},
		"choices": {r("list_name", "name", "label"), r("way", "walk", "步行")},
	})
	if d.Find("way_other").Label[""] != "请说明" {
		t.Error("a form without languages is Chinese when its labels are")
	}
}

// TestDefaults: what is evaluated, and what is only text.
func TestDefaults(t *testing.T) {
	for _, c := range []struct {
		typ, cell string
		dynamic   bool
	}{
		{"text", "甲 - 乙", false}, {"text", "约3(个)", false}, {"text", "http://example.org/a?b=(c)", false}, {"text", "${n}", true},
		{"text", "concat('a', 'b')", true}, {"integer", "2 * 3", true}, {"integer", "-3", false}, {"date", "2026-04-12", false},
		{"date", "today()", true}, {"hidden", "2026-1", false}, {"geopoint", "28.97 118.87 0 0", false}, {"decimal", "1 div 2", true},
	} {
		d := good(t, sheets{"survey": {r("type", "name", "label", "default"), r("integer", "n", "数"), r(c.typ, "a", "甲", c.cell)}})
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
