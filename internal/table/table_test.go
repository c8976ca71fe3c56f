package table_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tianye/internal/id"
	"tianye/internal/table"
)

func origins(kind id.Kind, ids ...string) []id.Origin {
	var out []id.Origin
	for _, text := range ids {
		out = append(out, id.Origin{Kind: kind, ID: text})
	}
	return out
}

func TestJoin(t *testing.T) {
	submissions := &table.Table{Origins: origins(id.KindSubmission, "s1", "s2", "s3", "s4"),
		Variables: []table.Variable{{Name: "_case", Type: table.Text, Values: []table.Value{{Code: "c2"}, {Code: "c1"}, {Code: "gone"}}}},
		Columns:   []table.Column{{Codes: []int32{0, 1, table.Missing, 2}}}}
	cases := &table.Table{Origins: origins(id.KindCase, "c1", "c2"),
		Variables: []table.Variable{{Name: "党员人数", Type: table.Number}, {Name: "领域", Type: table.One, Values: []table.Value{{Code: "社区"}, {Code: "农村"}}}, {Name: "备注", Type: table.Text}},
		Columns:   []table.Column{{Numbers: []float64{31, 58}}, {Codes: []int32{1, 0}}, {Codes: []int32{0, 0}}}}
	got := submissions.Join("_case", cases, "case:", func(name string) bool { return name != "case:备注" })
	if len(got.Variables) != 3 || len(submissions.Variables) != 1 {
		t.Fatalf("joined %d variables, the original has %d", len(got.Variables), len(submissions.Variables))
	}
	members := got.Columns[got.Find("case:党员人数")].Numbers
	if members[0] != 58 || members[1] != 31 || !math.IsNaN(members[2]) || !math.IsNaN(members[3]) {
		t.Errorf("members: %v", members)
	}
	if fields := got.Columns[got.Find("case:领域")].Codes; !slices.Equal(fields, []int32{0, 1, table.Missing, table.Missing}) {
		t.Errorf("fields: %v", fields)
	}
	if !got.IsMissing(1, 2) || got.IsMissing(1, 0) {
		t.Error("missing is told wrongly")
	}
}

func TestRelabelLeavesTheOriginal(t *testing.T) {
	before := &table.Table{Variables: []table.Variable{{Name: "_case", Type: table.Text, Values: []table.Value{{Code: "c1", Label: "c1"}}}}, Columns: []table.Column{{}}}
	after := before.Relabel("_case", "案例", func(string) string { return "荷塘村" })
	if after.Variables[0].Label != "案例" || after.Variables[0].Values[0].Label != "荷塘村" || before.Variables[0].Values[0].Label != "c1" {
		t.Errorf("after %+v, before %+v", after.Variables[0], before.Variables[0])
	}
}

var hostile = []any{"=HYPERLINK(\"x\")", "+1+1", "-12.5", "@SUM(A1)", "\t=1", "＝1+1", "党员, \"先锋\"\n第二行", 3, 2.5, math.NaN(), nil, "a\x00b"}

func TestCSVGuardsFormulas(t *testing.T) {
	var b bytes.Buffer
	out, err := table.NewCSV(&b)
	if err != nil {
		t.Fatal(err)
	}
	if err := out.Row(hostile); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	text, found := strings.CutPrefix(b.String(), "\ufeff")
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !found {
		t.Fatal(err, found)
	}
	want := []string{"'=HYPERLINK(\"x\")", "'+1+1", "-12.5", "'@SUM(A1)", "'\t=1", "'＝1+1", "党员, \"先锋\"\n第二行", "3", "2.5", "", "", "a\x00b"}
	if !slices.Equal(rows[0], want) {
		t.Errorf("got  %q\nwant %q", rows[0], want)
	}
}

func TestWorkbook(t *testing.T) {
	book, err := table.NewWorkbook()
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	first, err := book.Sheet("案例[调查]表/一", []string{"名称", "数"})
	if err != nil {
		t.Fatal(err)
	}
	second, err := book.Sheet("案例 调查 表 一", []string{"a"})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]any{{"=1+1", 2.5}, {strings.Repeat("长", 40000), math.NaN()}} {
		if err := first.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	if err := second.Row(hostile); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if _, err := book.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	names := f.GetSheetList()
	if len(names) != 2 || names[0] != "案例 调查 表 一" || names[1] != "案例 调查 表 一 2" {
		t.Fatalf("sheets %q", names)
	}
	formula, err := f.GetCellFormula(names[0], "A2")
	value, _ := f.GetCellValue(names[0], "A2")
	if err != nil || formula != "" || value != "=1+1" {
		t.Errorf("formula %q, value %q, %v", formula, value, err)
	}
	if long, _ := f.GetCellValue(names[0], "A3"); len([]rune(long)) != 32767 {
		t.Errorf("a long text has %d characters", len([]rune(long)))
	}
	if number, _ := f.GetCellValue(names[0], "B2"); number != "2.5" {
		t.Errorf("number %q", number)
	}
}

// TestSheetNames of any kind are made to fit, each once.
func TestSheetNames(t *testing.T) {
	book, err := table.NewWorkbook()
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	faces, long := strings.Repeat("😀", 20), strings.Repeat("长", 40)
	for _, name := range []string{faces, faces, long, long, "", "'", "Sheet", "SHEET", "a\xffb", strings.Repeat("甲 ", 15) + "' 乙"} {
		if _, err := book.Sheet(name, []string{"a"}); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	var b bytes.Buffer
	if _, err := book.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	names := f.GetSheetList()
	if len(names) != 10 || names[0] != strings.Repeat("😀", 15) || names[1] != strings.Repeat("😀", 14)+" 2" || names[3] != strings.Repeat("长", 29)+" 2" || names[7] != "SHEET 4" {
		t.Errorf("%q", names)
	}
}

func TestWhereTellsNothingOfOtherRows(t *testing.T) {
	value := func(code string) table.Value { return table.Value{Code: code, Label: code} }
	all := &table.Table{Name: "t", Origins: origins(id.KindSubmission, "s1", "s2", "s3"),
		Variables: []table.Variable{
			{Name: "note", Type: table.Text, Values: []table.Value{value("秘密"), value("公开")}},
			{Name: "field", Type: table.One, Known: 2, Values: []table.Value{value("农村"), value("社区"), value("别处的"), value("企业")}},
			{Name: "means", Type: table.Many, Known: 1, Values: []table.Value{value("电话"), value("微信"), value("上门")}},
			{Name: "members", Type: table.Number}},
		Columns: []table.Column{{Codes: []int32{0, 1, table.Missing}}, {Codes: []int32{2, 3, 1}},
			{Sets: [][]int32{{1}, {2, 0}, nil}}, {Numbers: []float64{31, 58, math.NaN()}}}}
	got := all.Where(func(row int) bool { return row > 0 })
	if got.Len() != 2 || got.Origins[0].ID != "s2" || got.Name != "t" {
		t.Fatalf("%+v", got.Origins)
	}
	for i, want := range []string{"公开", "农村 社区 企业", "电话 上门", ""} {
		var codes []string
		for _, v := range got.Variables[i].Values {
			codes = append(codes, v.Code)
		}
		if strings.Join(codes, " ") != want {
			t.Errorf("%s: %v", got.Variables[i].Name, codes)
		}
	}
	if c := got.Columns; !slices.Equal(c[0].Codes, []int32{0, table.Missing}) || !slices.Equal(c[1].Codes, []int32{2, 1}) ||
		!slices.Equal(c[2].Sets[0], []int32{1, 0}) || c[2].Sets[1] != nil || c[3].Numbers[0] != 58 {
		t.Errorf("%+v", c)
	}
	if !slices.Equal(all.Columns[2].Sets[1], []int32{2, 0}) || len(all.Variables[0].Values) != 2 {
		t.Error("the original has changed")
	}
	if none := all.Where(func(int) bool { return false }); none.Len() != 0 || len(none.Variables[0].Values) != 0 || len(none.Variables[1].Values) != 2 {
		t.Errorf("%+v", none)
	}
}
