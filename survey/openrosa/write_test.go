package openrosa_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tianye/internal/message"
	"tianye/survey/form"
	"tianye/survey/openrosa"
	"tianye/survey/xlsform"
)

// workbook makes a workbook of tables: a line without a first bar's content names a sheet,
// "survey", the lines after it are its rows, "| text | name | Name? |".
func workbook(t testing.TB, tables string) []byte {
	t.Helper()
	f := excelize.NewFile()
	sheet, row := "", 0
	for line := range strings.Lines(tables) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		if !strings.HasPrefix(line, "|") {
			sheet, row = line, 0
			if _, err := f.NewSheet(sheet); err != nil {
				t.Fatal(err)
			}
			continue
		}
		row++
		for i, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			if cell = strings.TrimSpace(cell); cell == "" {
				continue
			}
			place, _ := excelize.CoordinatesToCellName(i+1, row)
			if err := f.SetCellStr(sheet, place, strings.ReplaceAll(cell, "¦", "|")); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.DeleteSheet("Sheet1"); err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func definition(t testing.TB, raw []byte) *form.Definition {
	t.Helper()
	d, complaints, err := xlsform.Read(bytes.NewReader(raw), int64(len(raw)), "visit.xlsx")
	if err != nil {
		t.Fatal(err)
	}
	if d == nil {
		for _, c := range complaints {
			t.Log(c.Where(), message.Sprint(message.English, c.Text))
		}
		t.Fatal("the workbook is refused")
	}
	return d
}

func write(t testing.TB, d *form.Definition) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := openrosa.WriteForm(&out, d); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// example is a workbook and what its XForm says: "place: value" of facts, "!place" for what is not there.
type example struct {
	name   string
	tables string
	want   string
}

func check(t *testing.T, examples []example) {
	t.Helper()
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			xform := write(t, definition(t, workbook(t, e.tables)))
			f, err := factsOf(xform)
			if err != nil {
				t.Fatal(err)
			}
			missed := false
			for line := range strings.Lines(e.want) {
				line = strings.TrimSpace(line)
				if place, not := strings.CutPrefix(line, "!"); not {
					if value, there := f.values[place]; there {
						t.Errorf("%s: not wanted %q", place, value)
						missed = true
					}
					continue
				}
				place, want, _ := strings.Cut(line, " =>")
				if want = strings.TrimSpace(want); place == "" {
					continue
				}
				if got, there := f.values[place]; got != want || !there {
					t.Errorf("%s: got %q want %q", place, got, want)
					missed = true
				}
			}
			if missed {
				t.Logf("%s", xform)
			}
		})
	}
}
