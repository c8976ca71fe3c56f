package xlsform_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tianye/survey/form"
	"tianye/survey/xlsform"
)

// sheets is a workbook by sheet and row; cells are texts, numbers, truths or times, nil for none.
type sheets map[string][][]any

// book writes a workbook.
func book(t testing.TB, s sheets) *excelize.File {
	t.Helper()
	f := excelize.NewFile()
	for _, name := range []string{"survey", "choices", "settings"} {
		if _, ok := s[name]; ok {
			f.NewSheet(name)
		}
	}
	for name, rows := range s {
		f.NewSheet(name)
		for i, row := range rows {
			if err := f.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	return f
}

func encode(t testing.TB, f *excelize.File) []byte {
	t.Helper()
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func read(t testing.TB, s sheets) (*form.Definition, []xlsform.Complaint) {
	t.Helper()
	data := encode(t, book(t, s))
	d, found, err := xlsform.Read(bytes.NewReader(data), int64(len(data)), "问卷.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	return d, found
}

// says is a complaint as the tests write it: "error survey!C12 typeUnknown [tex …]".
func says(c xlsform.Complaint) string {
	return fmt.Sprintf("%s %s %s", c.Severity, c.Where(), strings.TrimPrefix(c.Text.Key, "xlsform."))
}

func complaints(found []xlsform.Complaint) []string {
	var all []string
	for _, c := range found {
		all = append(all, says(c))
	}
	return all
}

// good reads a workbook that must please, with no complaint but those said.
func good(t *testing.T, s sheets, but ...string) *form.Definition {
	t.Helper()
	d, found := read(t, s)
	if !slices.Equal(complaints(found), but) {
		t.Fatalf("complaints: %q %v", complaints(found), found)
	}
	return d
}

// expect asserts exactly these complaints.
func expect(t *testing.T, s sheets, want ...string) *form.Definition {
	t.Helper()
	d, found := read(t, s)
	if got := complaints(found); !slices.Equal(got, want) {
		t.Errorf("complaints\n got %q\nwant %q", got, want)
	}
	return d
}

func r(cells ...any) []any { return cells }

func TestDemonstrationFormsPlease(t *testing.T) {
	files, err := filepath.Glob("../../internal/demo/forms/*.xlsx")
	if err != nil || len(files) == 0 {
		t.Fatal("no forms of the demonstration", err)
	}
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		d, found, err := xlsform.Read(bytes.NewReader(data), int64(len(data)), path)
		if err != nil || d == nil || len(found) > 0 {
			t.Errorf("%s: %v, complaints %q", path, err, complaints(found))
		}
	}
}

func TestWholeForm(t *testing.T) {
	d := expect(t, sheets{
		"survey": {
			r("type", "name", "label::中文 (zh)", "label::English (en)", "hint::中文 (zh)", "required", "required_message::中文 (zh)", "relevant",
				"constraint", "constraint_message::中文 (zh)", "calculation", "default", "readonly", "appearance", "choice_filter", "parameters", "personal"),
			r("start", "start"),
			r("# 以下是基本情况"),
			r("begin_group", "basic", "基本情况", "Basics"),
			r("text", "姓名", "您的姓名", "Your name", "与身份证一致", "yes", "请填姓名", nil, nil, nil, nil, nil, nil, nil, nil, nil, "yes"),
			r("integer", "age", "年龄", "Age", nil, true, nil, nil, ". >= 18", "须满18岁", nil, 30),
			nil,
			r("select_one county", "county", "县", "County", nil, nil, nil, nil, nil, nil, nil, "b", nil, "minimal"),
			r("select_one town", "town", "乡镇", "Town", nil, nil, nil, "${county} != ''", nil, nil, nil, nil, nil, nil, "county=${county}"),
			r("end group"),
			r("begin repeat", "member", "成员", "Member"),
			r("range", "score", "打分", "Score", nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, "end=5"),
			r("end_repeat"),
			r("calculate", "twice", nil, nil, nil, nil, nil, nil, nil, nil, "${age} * 2"),
			r("date", "day", "日期", "Day", nil, nil, nil, nil, nil, nil, nil, "today()"),
		},
		"choices": {
			r("list_name", "name", "label::中文 (zh)", "label::English (en)", "county"),
			r("county", "a", "甲县", "A"),
			r("county", "b", "乙县", "B"),
			nil,
			r("town", 330802101000, "丙镇", "C", "a"),
			r("town", true, "丁镇", "D", "b"),
		},
		"settings": {r("form_title", "form_id", "version", "default_language", "instance_name"), r("试卷", "trial", 20260301, "中文 (zh)", "${姓名}")},
	}, "warning survey!E1 translationMissing", "warning survey!G1 translationMissing", "warning survey!J1 translationMissing")
	if d.FormID != "trial" || d.Title != "试卷" || d.Version != "20260301" || d.DefaultLanguage != "中文 (zh)" || d.InstanceName == nil {
		t.Errorf("settings: %+v", d)
	}
	if !slices.Equal(d.Languages, []string{"中文 (zh)", "English (en)"}) {
		t.Errorf("languages %q", d.Languages)
	}
	var paths []string
	d.Walk(func(path form.Path, f *form.Field) { paths = append(paths, string(path)+":"+string(f.Type)) })
	want := []string{"start:start", "basic:group", "basic/姓名:text", "basic/age:integer", "basic/county:select_one", "basic/town:select_one",
		"member:repeat", "member/score:range", "twice:calculate", "day:date"}
	if !slices.Equal(paths, want) {
		t.Errorf("fields %q", paths)
	}
	name := d.Find("basic/姓名")
	if !name.Personal || name.Required == nil || name.Hint["中文 (zh)"] != "与身份证一致" || name.Label["English (en)"] != "Your name" || name.Row != 5 {
		t.Errorf("name: %+v", name)
	}
	age := d.Find("basic/age")
	if age.Required == nil || age.Required.Source != "true()" || age.Default != "30" || age.Constraint.Source != ". >= 18" {
		t.Errorf("age: %+v", age)
	}
	if f := d.Find("member/score").Parameters; f["start"] != "1" || f["end"] != "5" || f["step"] != "1" {
		t.Errorf("range: %v", f)
	}
	if f := d.Find("day"); f.DynamicDefault == nil || f.Default != "" {
		t.Errorf("default of day: %+v", f)
	}
	if town := d.Lists["town"].Choices; town[0].Name != "330802101000" || town[0].Columns["county"] != "a" || town[1].Name != "TRUE" {
		t.Errorf("towns: %+v", town)
	}
}
