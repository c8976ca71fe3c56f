package xlsform_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/xlsform"
)

// judge asserts what holds for any bytes: read whole, or refused with reasons.
func judge(t *testing.T, data []byte) {
	d, found, err := xlsform.Read(bytes.NewReader(data), int64(len(data)), "fuzz.xlsx")
	if err != nil {
		if d != nil || found != nil {
			t.Fatal("refused as a file, and yet read")
		}
		return
	}
	refused := false
	for _, c := range found {
		refused = refused || c.Severity == xlsform.Error
		if c.Sheet == "" || c.Row < 1 || c.Column == "" || c.Text.Key == "" {
			t.Fatalf("a complaint without a place: %+v", c)
		}
	}
	if refused == (d != nil) {
		t.Fatalf("refused %v, definition %v", refused, d != nil)
	}
	if d == nil {
		return
	}
	if program, _ := instance.Compile(d); program == nil {
		t.Fatal("read without an error, but cannot be filled in")
	}
	d.Walk(func(path form.Path, f *form.Field) {
		if f.Name == "" || d.Find(path) != f {
			t.Fatalf("%q is not found at its path", path)
		}
	})
}

func seed(t testing.TB) []byte {
	return encode(t, book(t, sheets{
		"survey": {r("type", "name", "label::中文 (zh)", "relevant", "default", "parameters"), r("integer", "a", "甲", nil, 3),
			r("begin_group", "g", "组"), r("select_multiple x or_other", "b", "乙", "${a} > 1"), r("range", "c", "丙", nil, nil, "end=5"), r("end_group")},
		"choices":  {r("list_name", "name", "label::中文 (zh)"), r("x", 1, "一"), r("x", true, "二 ${a}")},
		"settings": {r("form_id", "version"), r("seed", 20260301)},
	}))
}

// FuzzRead tries any bytes as a workbook.
func FuzzRead(f *testing.F) {
	f.Add(seed(f))
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(judge)
}

// sheetPart and textPart are where the workbook library puts the survey sheet and the texts.
const sheetPart, textPart = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"

// withParts replaces parts of a workbook.
func withParts(t testing.TB, data []byte, parts map[string][]byte) []byte {
	t.Helper()
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, part := range archive.File {
		content, replaced := parts[part.Name]
		if !replaced {
			content = partOf(t, archive, part.Name)
		}
		out, err := w.CreateHeader(&zip.FileHeader{Name: part.Name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		out.Write(content)
	}
	w.Close()
	return b.Bytes()
}

func withSheet(t testing.TB, data []byte, xml string) []byte {
	return withParts(t, data, map[string][]byte{sheetPart: []byte(xml)})
}

func partOf(t testing.TB, archive *zip.Reader, name string) []byte {
	t.Helper()
	r, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

// FuzzSheet tries any bytes as the survey sheet and the shared texts of an otherwise good workbook.
func FuzzSheet(f *testing.F) {
	data := seed(f)
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(partOf(f, archive, sheetPart), partOf(f, archive, textPart))
	f.Fuzz(func(t *testing.T, survey, strings []byte) {
		judge(t, withParts(t, data, map[string][]byte{sheetPart: survey, textPart: strings}))
	})
}

// rawBook writes a workbook of texts, as plainly as can be and many times faster than the workbook library.
func rawBook(t testing.TB, s sheets) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	put := func(name, content string) {
		out, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(out, content)
	}
	names := slices.Sorted(maps.Keys(s))
	var list, relations strings.Builder
	for i, name := range names {
		fmt.Fprintf(&list, `<sheet name="%s" r:id="r%d"/>`, name, i)
		fmt.Fprintf(&relations, `<Relationship Id="r%d" Type="worksheet" Target="s%d.xml"/>`, i, i)
		var rows strings.Builder
		for _, row := range s[name] {
			rows.WriteString("<row>")
			for _, cell := range row {
				rows.WriteString(`<c t="inlineStr"><is><t>`)
				if text := fmt.Sprint(cell); cell != nil {
					xml.EscapeText(&rows, []byte(text))
				}
				rows.WriteString("</t></is></c>")
			}
			rows.WriteString("</row>")
		}
		put(fmt.Sprintf("xl/s%d.xml", i), "<worksheet><sheetData>"+rows.String()+"</sheetData></worksheet>")
	}
	put("xl/workbook.xml", "<workbook><sheets>"+list.String()+"</sheets></workbook>")
	put("xl/_rels/workbook.xml.rels", "<Relationships>"+relations.String()+"</Relationships>")
	w.Close()
	return b.Bytes()
}

// FuzzCells tries any texts in cells of all columns of a form.
func FuzzCells(f *testing.F) {
	f.Add("select_one x", "a", "甲 ${a}", "relevant", "${a} != ''", "start=1 end=5")
	f.Add("begin loop over x", "g", "%(label)s", "repeat_count", "3", "")
	f.Add("range", "c", "丙", "bind::odk:x", "selected(., 'a')", "tick_interval=2")
	f.Fuzz(func(t *testing.T, kind, name, label, header, cell, parameters string) {
		s := sheets{
			"survey": {r("type", "name", "label", header, "parameters"), r("text", "a", "甲"), r(kind, name, label, cell, parameters),
				r("text", "b", label, cell), r("end loop"), r("end group")},
			"choices":  {r("list_name", "name", "label", header), r("x", "1", label, cell), r("x", name, "二")},
			"entities": {r("list_name", "label"), r("trees", label)},
		}
		judge(t, rawBook(t, s))
	})
}
