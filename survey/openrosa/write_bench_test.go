package openrosa_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"tianye/survey/openrosa"
	"tianye/survey/xlsform"
)

// manyTypes is a form of 96 rows with most types of question, two languages and a repeat.
func manyTypes() string {
	var s strings.Builder
	s.WriteString("survey\n| type | name | label::中文 (zh) | label::English (en) | hint::中文 (zh) | relevant | constraint | constraint_message::中文 (zh) | calculation | choice_filter |\n")
	types := []string{"text", "integer", "decimal", "date", "time", "dateTime", "geopoint", "image", "note", "barcode",
		"select_one towns", "select_multiple towns", "rank towns", "range", "acknowledge", "audio", "file", "geoshape"}
	for section := range 5 {
		kind := "group"
		if section == 4 {
			kind = "repeat"
		}
		fmt.Fprintf(&s, "| begin_%s | s%d | 第 %d 部分 | Part %d |\n", kind, section, section, section)
		for i, t := range types {
			name := fmt.Sprintf("q%d_%d", section, i)
			relevant, filter := "", ""
			if i > 1 {
				relevant = fmt.Sprintf("${q%d_1} > %d", section, i)
			}
			if t == "select_one towns" {
				filter = fmt.Sprintf("county = ${q%d_0}", section)
			}
			constraint := ""
			if t == "integer" {
				constraint = ". >= 0 and . < 100"
			}
			fmt.Fprintf(&s, "| %s | %s | 第 %d 题，请回答 | Question %d of ${q%d_0} | 提示 | %s | %s | 请核对 | | %s |\n", t, name, i, i, section, relevant, constraint, filter)
		}
		fmt.Fprintf(&s, "| end_%s |\n", kind)
	}
	s.WriteString("choices\n| list_name | name | label::中文 (zh) | label::English (en) | county |\n")
	for i := range 60 {
		fmt.Fprintf(&s, "| towns | t%d | 镇 %d | Town %d | c%d |\n", i, i, i, i%7)
	}
	return s.String()
}

// BenchmarkConvert reads a workbook and writes its XForm.
func BenchmarkConvert(b *testing.B) {
	raw := workbook(b, manyTypes())
	for b.Loop() {
		d, _, err := xlsform.Read(bytes.NewReader(raw), int64(len(raw)), "many.xlsx")
		if err != nil {
			b.Fatal(err)
		}
		if err := openrosa.WriteForm(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkWriteForm writes the XForm alone.
func BenchmarkWriteForm(b *testing.B) {
	d := definition(b, workbook(b, manyTypes()))
	for b.Loop() {
		if err := openrosa.WriteForm(io.Discard, d); err != nil {
			b.Fatal(err)
		}
	}
}
