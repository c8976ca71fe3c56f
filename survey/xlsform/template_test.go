package xlsform_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tianye/survey/form"
	"tianye/survey/xlsform"
)

// TestTemplates: whoever downloads a template can upload it as it is, both say the same
// form, and every type that its list offers is one that the reader knows.
func TestTemplates(t *testing.T) {
	var fields [2][]string
	for i, chinese := range []bool{true, false} {
		d := readTemplate(t, chinese)
		d.Walk(func(path form.Path, f *form.Field) {
			fields[i] = append(fields[i], string(path)+" "+string(f.Type))
		})
	}
	if len(fields[0]) == 0 || len(fields[0]) != len(fields[1]) {
		t.Fatalf("%d fields in Chinese, %d in English", len(fields[0]), len(fields[1]))
	}
	for i := range fields[0] {
		if fields[0][i] != fields[1][i] {
			t.Errorf("Chinese %s, English %s", fields[0][i], fields[1][i])
		}
	}
}

func readTemplate(t *testing.T, chinese bool) *form.Definition {
	t.Helper()
	workbook, err := xlsform.Template(chinese)
	if err != nil {
		t.Fatal(err)
	}
	d, complaints, err := xlsform.Read(bytes.NewReader(workbook), int64(len(workbook)), "template.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range complaints {
		t.Errorf("chinese %v: %s: %s %v", chinese, c.Where(), c.Text.Key, c.Text.Args)
	}
	if d == nil {
		t.FailNow()
	}
	return d
}

// TestTemplateTypes puts every type of the drop-down list into the template's survey.
func TestTemplateTypes(t *testing.T) {
	for _, chinese := range []bool{true, false} {
		workbook, err := xlsform.Template(chinese)
		if err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(bytes.NewReader(workbook))
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		survey, help := f.GetSheetList()[0], f.GetSheetList()[3]
		if lists, err := f.GetDataValidations(survey); err != nil || len(lists) != 5 {
			t.Fatalf("%d drop-down lists, want 5 (%v)", len(lists), err)
		}
		rows, err := f.GetRows(help)
		if err != nil {
			t.Fatal(err)
		}
		row := 40
		for _, line := range rows {
			if len(line) < 2 || line[1] == "" {
				continue
			}
			offered := line[0]
			if strings.Contains(line[1], "yes_no") || strings.Contains(line[1], "topic") || offered == "排序" || offered == "rank" {
				offered += " topic"
			}
			row++
			cells := []string{offered, fmt.Sprintf("q%d", row), "?"}
			for i, cell := range cells {
				at, _ := excelize.CoordinatesToCellName(i+1, row)
				if err := f.SetCellStr(survey, at, cell); err != nil {
					t.Fatal(err)
				}
			}
		}
		if row < 70 {
			t.Errorf("only %d types offered", row-40)
		}
		var b bytes.Buffer
		if err := f.Write(&b); err != nil {
			t.Fatal(err)
		}
		_, complaints, err := xlsform.Read(bytes.NewReader(b.Bytes()), int64(b.Len()), "types.xlsx")
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range complaints {
			if c.Text.Key != "xlsform.calculationMissing" && c.Text.Key != "xlsform.emptySection" {
				t.Errorf("%s: %s %v", c.Where(), c.Text.Key, c.Text.Args)
			}
		}
	}
}
