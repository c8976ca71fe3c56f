package xlsform_test

import (
	"archive/zip"
	"bytes"
	"io"
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

// FuzzSheet tries any bytes as the survey sheet and the shared texts of an otherwise good workbook.
func FuzzSheet(f *testing.F) {
	data := seed(f)
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		f.Fatal(err)
	}
	parts := map[string][]byte{}
	for _, part := range archive.File {
		r, err := part.Open()
		if err != nil {
			f.Fatal(err)
		}
		if parts[part.Name], err = io.ReadAll(r); err != nil {
			f.Fatal(err)
		}
	}
	const sheet, texts = "xl/worksheets/sheet2.xml", "xl/sharedStrings.xml"
	if parts[sheet] == nil || parts[texts] == nil {
		f.Fatalf("the workbook library names its parts otherwise: %d parts", len(parts))
	}
	f.Add(parts[sheet], parts[texts])
	f.Fuzz(func(t *testing.T, survey, strings []byte) {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for name, content := range parts {
			switch name {
			case sheet:
				content = survey
			case texts:
				content = strings
			}
			part, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store})
			if err != nil {
				t.Fatal(err)
			}
			part.Write(content)
		}
		w.Close()
		judge(t, b.Bytes())
	})
}
