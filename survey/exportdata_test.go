package survey_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"tianye/internal/problem"
	"tianye/internal/table/dataset"
	"tianye/survey"
	"tianye/survey/form"
)

var dataWords = dataset.Words{NotChosen: "未选", Of: func(q, part string) string { return q + "：" + part }, Place: func(n int) string { return "第 " + strconv.Itoa(n) + " 位" }}

const allTypes = `
type | name | label | personal | appearance | calculation | keep
start | begun
today | on
deviceid | device
text | note | 走访印象
text | head | 户主 | yes
integer | people | 人口
decimal | rate | 比例
range | score | 打分
select_one field | field | 领域
select_one level | level | 满意度 | | likert
select_multiple field | means | 关心的领域
rank field | order | 先后
date | day | 日期
time | clock | 几点
dateTime | at | 时刻
barcode | bar | 条码
acknowledge | agreed | 已读
calculate | twice | | | | ${people} * 2
calculate | code | | | | concat('00', ${people})
geopoint | place | 位置
geotrace | road | 路线
geoshape | field_shape | 地块
geopoint | home | 住址 | yes
image | photo | 照片
image | face | 人像 | yes
begin repeat | rooms | 房间
integer | area | 面积
image | room | 房间照片
end repeat
`

const allChoices = `
list_name | name | label
field | village | 农村
field | town | 社区
field | two_new_organisations | 两新组织
level | 1 | 很满意
level | 2 | 一般
level | 99 | 说不清
`

func (w *world) everyType() (survey.Form, []survey.Submission) {
	f := w.publish(book(w, "survey", allTypes, "choices", allChoices, "settings", "form_id|form_title\nall|全部/题型: \"一\""))
	long := strings.Repeat("走访印象很长。", 400)
	subs := []survey.Submission{
		w.submit(f, m{"begun": "2026-04-12T08:40:00.000+08:00", "on": "2026-04-12", "device": "d1", "note": long, "head": "王大妈", "people": "812", "rate": "0.125", "score": "3",
			"field": "village", "level": "1", "means": "village two_new_organisations", "order": "town village two_new_organisations", "day": "2026-04-11", "clock": "08:30:00.000+08:00",
			"at": "2026-04-11T08:30:00.000+08:00", "bar": "6901234567892", "agreed": "OK", "twice": "1624", "code": "00812", "place": "28.70123 118.60456 80.5 5",
			"road": "28.70 118.60 0 0;28.71 118.62 0 0", "field_shape": "28.70 118.60 0 0;28.72 118.60 0 0;28.72 118.65 0 0;28.70 118.60 0 0", "home": "28.5 118.5 0 0",
			"rooms": []any{m{"area": "12"}, m{"area": "9"}}}),
		w.submit(f, m{"note": "=1+1\n第二行", "people": "0", "rate": "-2.5", "field": "two_new_organisations", "level": "99", "means": "town", "day": "1949-10-01", "twice": "0", "code": "000",
			"place": "28.7 118.6 0 0", "road": "28.701 118.601 0 0;28.702 118.602 0 0"}),
		w.submit(f, m{"note": "空"}),
	}
	return f, subs
}

// convert has PSPP make a CSV of a system file.
func convert(t testing.TB, raw []byte, options ...string) [][]string {
	t.Helper()
	if _, err := exec.LookPath("pspp-convert"); err != nil {
		t.Skip("no pspp-convert: apt-get install pspp")
	}
	in, out := filepath.Join(t.TempDir(), "a.sav"), filepath.Join(t.TempDir(), "a.csv")
	if err := os.WriteFile(in, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if said, err := exec.Command("pspp-convert", append(options, in, out)...).CombinedOutput(); err != nil || len(said) > 0 {
		t.Fatalf("pspp-convert: %v: %s", err, said)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	return readCSV(t, text)
}

func readCSV(t testing.TB, raw []byte) [][]string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(raw, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// plain writes a cell of either file the same way: numbers and moments by their values, guarded texts as they were.
func plain(cell string) string {
	cell = strings.TrimRight(strings.TrimPrefix(cell, "'"), " ")
	if n, err := strconv.ParseFloat(cell, 64); err == nil && !strings.HasPrefix(cell, "0") {
		return strconv.FormatFloat(n, 'g', 12, 64)
	}
	for _, layout := range []string{"01/02/2006", "2006/01/02", time.DateOnly, time.DateTime, "01/02/2006 15:04:05", "02-Jan-2006 15:04:05", "2006-01-02T15:04:05.999Z07:00"} {
		if t, err := time.Parse(layout, strings.TrimSpace(cell)); err == nil {
			return t.Format("2006-01-02 15:04:05")
		}
	}
	cell, _, _ = strings.Cut(cell, ".000+08:00")
	return cell
}

// TestSAVEqualsCSV: what PSPP reads is what the CSV says, value by value and label by label, of all types
// of questions, with personal data and without.
func TestSAVEqualsCSV(t *testing.T) {
	w := here(t)
	f, _ := w.everyType()
	for _, personal := range []bool{false, true} {
		e := survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.CSV, Personal: personal, Words: dataWords, Confirmed: "已确认"}
		values := readCSV(t, w.export(e))
		e.Labels = true
		labels := readCSV(t, w.export(e))
		e.Format = survey.SAV
		raw := w.export(e)
		compared := compare(t, values, labels, convert(t, raw), convert(t, raw, "--labels"), "begun", "on", "device")
		if compared < 3*20 {
			t.Errorf("%d values were compared", compared)
		}
		if told := bytes.Contains(raw, []byte("王大妈")) || bytes.Contains(raw, []byte("118.60456")); told != personal {
			t.Errorf("personal %t, told %t", personal, told)
		}
	}
}

// compare holds PSPP's reading against the CSV's columns by their labels, and tells how many values it compared.
func compare(t testing.TB, values, labels, got, said [][]string, unasked ...string) (compared int) {
	t.Helper()
	if len(got) != len(values) {
		t.Fatalf("%d rows, the CSV has %d", len(got), len(values))
	}
	at := map[string]int{}
	for i, name := range got[0] {
		at[name] = i
	}
	kept := 0 // the place in labels, which has no questions that nobody is asked
	for i, path := range values[0] {
		label := -1
		if !slices.Contains(unasked, path) {
			label, kept = kept, kept+1
		}
		name := path[strings.LastIndex(path, "/")+1:]
		if meta, ok := strings.CutPrefix(path, "#"); ok {
			name = "meta_" + meta
		}
		column, single := at[name]
		for row := 1; row < len(values); row++ {
			value := values[row][i]
			if !single { // of several variables
				chosen, asked := strings.Fields(value), false
				for variable, j := range at {
					code, of := strings.CutPrefix(variable, name+"_")
					if !of || got[row][j] == "" || strings.TrimSpace(got[row][j]) == "" {
						continue
					}
					asked = true
					if place, err := strconv.Atoi(code); err == nil && place > 0 {
						if chosen[place-1] != strings.TrimSpace(got[row][j]) {
							t.Errorf("%s, row %d: %q, the CSV has %q", variable, row, got[row][j], value)
						}
					} else if (strings.TrimSpace(got[row][j]) == "1") != slices.Contains(chosen, code) {
						t.Errorf("%s, row %d: %q, the CSV has %q", variable, row, got[row][j], value)
					}
					compared++
				}
				if asked != (value != "") {
					t.Errorf("%s, row %d: asked %t, the CSV has %q", path, row, asked, value)
				}
				continue
			}
			compared++
			if value == "NaN" { // a number that there is not
				value = ""
			}
			if read := plain(got[row][column]); read != plain(value) {
				t.Errorf("%s, row %d: %.60q, the CSV has %.60q", path, row, read, plain(value))
			}
			if label >= 0 && labels[row][label] != "已确认" && labels[row][label] != "NaN" && plain(said[row][column]) != plain(labels[row][label]) {
				t.Errorf("%s, row %d: labelled %.60q, the CSV has %.60q", path, row, said[row][column], labels[row][label])
			}
		}
	}
	return compared
}

func unzip(t testing.TB, raw []byte) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err != nil || files[f.Name] != "" {
			t.Fatal(f.Name, err)
		}
		files[f.Name] = string(content)
	}
	return files
}

// TestScripts: the table has the cells of the .sav, and no answer or label ends a string of a script.
func TestScripts(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", "type|name|label\ntext|a|甲\" `x' $x \\\ntext|b|// 乙 /*\nselect_one l|c|丙", "choices", "list_name|name|label\nl|one|一\"\nl|two|`=1+1'",
		"settings", "form_id|form_title\nf|问\"卷"))
	w.submit(f, m{"a": `"; system("rm") ; "`, "b": "$x", "c": "two"})
	files := unzip(t, w.export(survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.Scripts, Words: dataWords}))
	if rows := readCSV(t, []byte(files["data.csv"])); strings.Join(rows[0][8:], " ") != "a b c" || rows[1][8] != `"; system("rm") ; "` || rows[1][10] != "two" {
		t.Error(rows)
	}
	for line := range strings.Lines(files["read.do"]) {
		if strings.ContainsAny(line, "`$") || strings.Contains(line, "//") || strings.Contains(line, "/*") || strings.Count(line, `"`)%2 != 0 {
			t.Errorf("Stata would read more than a text: %s", line)
		}
	}
	for _, want := range []string{"label define l11 1 \"一”\", add", "label variable a \"甲” ‘x' ＄x \\\"", "replace tianye_new = 2 if c == \"two\""} {
		if !strings.Contains(files["read.do"], want) {
			t.Errorf("no %s in\n%s", want, files["read.do"])
		}
	}
	if want := `attr(data[["a"]], "label") <- "甲\" ` + "`x' $x \\\\\""; !strings.Contains(files["read.R"], want) {
		t.Errorf("no %s in\n%s", want, files["read.R"])
	}
}

// TestGeoJSON: places as RFC 7946 has them, rounded and without the personal ones unless all is exported.
func TestGeoJSON(t *testing.T) {
	w := here(t)
	f, _ := w.everyType()
	e := survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.GeoJSON, Columns: []form.Path{"place", "road", "field_shape", "home", "people"}}
	for personal, want := range map[bool]string{
		false: `Point [118.6,28.7] place 812;LineString [[118.6,28.7],[118.62,28.71]] road 812;Polygon [[[118.6,28.7],[118.65,28.72],[118.6,28.72],[118.6,28.7]]] field_shape 812;` +
			`Point [118.6,28.7] place 0;Point [118.6,28.7] road 0`,
		true: `Point [118.60456,28.70123,80.5] place 812;LineString [[118.6,28.7],[118.62,28.71]] road 812;Polygon [[[118.6,28.7],[118.65,28.72],[118.6,28.72],[118.6,28.7]]] field_shape 812;` +
			`Point [118.5,28.5] home 812;Point [118.6,28.7] place 0;LineString [[118.601,28.701],[118.602,28.702]] road 0`,
	} {
		e.Personal = personal
		var all struct {
			Type     string
			Features []struct {
				Type     string
				Geometry struct {
					Type        string
					Coordinates json.RawMessage
				}
				Properties map[string]any
			}
		}
		if err := json.Unmarshal(w.export(e), &all); err != nil || all.Type != "FeatureCollection" {
			t.Fatal(err)
		}
		var got []string
		for _, one := range all.Features {
			people, _ := one.Properties["people"].(float64)
			got = append(got, one.Geometry.Type+" "+string(one.Geometry.Coordinates)+" "+one.Properties["_question"].(string)+" "+strconv.Itoa(int(people)))
			if one.Type != "Feature" || one.Properties["note"] != nil || one.Properties["_receipt"] == "" {
				t.Errorf("%+v", one)
			}
		}
		if strings.Join(got, ";") != want {
			t.Errorf("personal %t:\n%s\nwant\n%s", personal, strings.Join(got, ";"), want)
		}
	}
}

// TestMedia: files by speaking names, each once, the personal ones left out, and a list of all.
func TestMedia(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", allTypes, "choices", allChoices, "settings", "form_id|form_title\nall|全部/题型: \"一\""))
	var files []survey.Attachment
	for _, name := range []string{"p.jpg", "f.jpg", "r.jpg"} {
		a, err := w.Attach(t.Context(), quzhou, name, "image/jpeg", strings.NewReader("picture "+name), 100)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, a)
	}
	in := w.incoming(f, m{"photo": "p.jpg", "face": "f.jpg", "rooms": []any{m{"room": "r.jpg"}, m{"area": "9"}}})
	in.Files, in.CaseID = files, ""
	sub, err := w.Submit(t.Context(), quzhou, bob, in)
	if err != nil {
		t.Fatal(err)
	}
	e := survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.Media}
	p := survey.NewPseudonyms("", quzhou).Of("submission", string(sub.ID))
	for personal, want := range map[bool][]string{
		false: {"全部-题型-一/0001_照片_" + p + ".jpg", "全部-题型-一/0001_房间照片_" + p + "_1.jpg"},
		true:  {"全部-题型-一/0001_照片_" + sub.Receipt() + ".jpg", "全部-题型-一/0001_人像_" + sub.Receipt() + ".jpg", "全部-题型-一/0001_房间照片_" + sub.Receipt() + "_1.jpg"},
	} {
		e.Personal = personal
		told := 0
		e.Files = func(n int, _ int64) { told = n }
		out := unzip(t, w.export(e))
		var got []string
		for name := range out {
			if name != survey.IndexName {
				got = append(got, name)
			}
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) || told != len(want) {
			t.Errorf("personal %t: %q, want %q; %d were told", personal, got, want, told)
		}
		if n, bytes, err := w.MediaOf(t.Context(), quzhou, asked(e)); err != nil || n != len(want) || bytes != int64(13*n) {
			t.Error(n, bytes, err)
		}
		rows := readCSV(t, []byte(out[survey.IndexName]))
		if sentAs := map[bool]string{true: "r.jpg"}[personal]; len(rows) != len(want)+1 || rows[1][0] == "" || rows[len(rows)-1][7] != sentAs || rows[len(rows)-1][6] != "1" {
			t.Error(rows)
		}
		for name, content := range out {
			if name != survey.IndexName && !strings.HasPrefix(content, "picture ") {
				t.Errorf("%s: %q", name, content)
			}
		}
	}
}

// TestColumns: only what was chosen, in that order.
func TestColumns(t *testing.T) {
	w := here(t)
	f, _, _ := w.five()
	e := survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.CSV, Columns: []form.Path{"total", "basic/county", "basic/respondent"}}
	if header := readCSV(t, w.export(e))[0]; strings.Join(header[8:], " ") != "total basic/county" {
		t.Error(header)
	}
	e.Format = survey.JSONLines
	for line := range strings.Lines(string(w.export(e))) {
		var one struct{ Answers map[string]any }
		if err := json.Unmarshal([]byte(line), &one); err != nil || len(one.Answers) > 2 || one.Answers["topics"] != nil {
			t.Error(line, err)
		}
	}
	e.Format = survey.SAV
	if _, err := json.Marshal(convert(t, w.export(e))[0]); err != nil {
		t.Error(err)
	}
	want(t, w.Write(t.Context(), hanyang, asked(e), io.Discard), problem.NotFound, "store.notFound")
}

// TestFilesTellNoTimes: a de-identified export says neither when a file came nor what it was called.
func TestFilesTellNoTimes(t *testing.T) {
	w := here(t)
	f := w.publish(book(t, "survey", allTypes, "choices", allChoices, "settings", "form_id|form_title\nall|全部"))
	in := w.incoming(f, m{"photo": "1718172345123.jpg", "rooms": []any{m{"room": "张三.身份证"}}})
	in.Files, in.CaseID = []survey.Attachment{w.attach("1718172345123.jpg", "picture"), w.attach("张三.身份证", "picture")}, ""
	sub, err := w.Submit(t.Context(), quzhou, bob, in)
	if err != nil {
		t.Fatal(err)
	}
	e := survey.Export{Filter: survey.Filter{FormID: f.ID}, Format: survey.Media, Words: dataWords, Made: w.now.AddDate(0, 1, 0)}
	for personal, want := range map[bool]time.Time{false: e.Made, true: sub.Received} {
		e.Personal = personal
		raw := w.export(e)
		z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil || len(z.File) != 3 {
			t.Fatal(err)
		}
		for _, one := range z.File {
			if one.Name != survey.IndexName && !one.Modified.Equal(want) {
				t.Errorf("personal %t: %s is of %v, not %v", personal, one.Name, one.Modified, want)
			}
		}
	}
	e.Personal = false
	for _, format := range []survey.Format{survey.CSV, survey.JSONLines, survey.XLSX, survey.Scripts, survey.Media} {
		e.Format = format
		out := string(w.export(e))
		if format == survey.XLSX {
			_, sheets := w.workbook([]byte(out), nil)
			out = fmt.Sprint(sheets)
		} else if format == survey.Scripts || format == survey.Media {
			out = fmt.Sprint(unzip(t, []byte(out)))
		}
		if strings.Contains(out, "1718172345123") || strings.Contains(out, "张三") || format != survey.Media && !strings.Contains(out, "photo.jpg") {
			t.Errorf("%s: %s", format, out)
		}
	}
}
