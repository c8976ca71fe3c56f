package dataset_test

import (
	"bytes"
	"encoding/csv"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"tianye/internal/table/dataset"
)

var (
	zone  = time.FixedZone("UTC+8", 8*3600)
	made  = time.Date(2026, 4, 13, 9, 30, 0, 0, zone)
	words = dataset.Words{NotChosen: "未选", Of: func(q, part string) string { return q + "：" + part }, Place: func(n int) string { return "第" + strconv.Itoa(n) + "位" }}
)

func build(t testing.TB, columns []dataset.Column, rows ...[]string) *dataset.File {
	t.Helper()
	b, err := dataset.NewBuilder(columns, zone, words)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, row := range rows {
		if err := b.Add(row); err != nil {
			t.Fatal(err)
		}
	}
	return b.File("走访记录", made, []string{"演示数据", strings.Repeat("去标识的导出。", 20)})
}

func sav(t testing.TB, f *dataset.File) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := dataset.WriteSAV(&b, f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func cells(t testing.TB, f *dataset.File) (rows [][]string) {
	t.Helper()
	if err := f.Each(func(cells []string) error { rows = append(rows, slices.Clone(cells)); return nil }); err != nil {
		t.Fatal(err)
	}
	return rows
}

// pspp gives what PSPP makes of a system file, or of its labels; the test is left out where it is not installed.
func pspp(t testing.TB, raw []byte, options ...string) [][]string {
	t.Helper()
	if _, err := exec.LookPath("pspp-convert"); err != nil {
		t.Skip("no pspp-convert: apt-get install pspp")
	}
	dir := t.TempDir()
	in, out := filepath.Join(dir, "a.sav"), filepath.Join(dir, "a.csv")
	if err := os.WriteFile(in, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	said, err := exec.Command("pspp-convert", append(options, in, out)...).CombinedOutput()
	if err != nil || len(said) > 0 {
		t.Fatalf("pspp-convert: %v: %s", err, said)
	}
	text, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

var (
	long   = strings.Repeat("长", 3000)
	edges  = []int{1, 8, 9, 254, 255, 256, 257, 503, 504, 505, 506, 32766, 32767}
	fields = []dataset.Value{{Code: "village", Label: "农村"}, {Code: "town", Label: "社区"}, {Code: "dk", Label: "不知道"}}
	everyK = []dataset.Column{
		{Path: "_receipt", Name: "meta_receipt", Label: "回执号"},
		{Path: "basic/members", Label: "党员人数", Kind: dataset.Number},
		{Path: "basic/rate", Label: "比例", Kind: dataset.Number},
		{Path: "people", Label: "人数（旧版是文字）", Kind: dataset.Number},
		{Path: "sum", Label: "合计", Kind: dataset.Calculated},
		{Path: "code", Label: "编码", Kind: dataset.Calculated},
		{Path: "day", Label: "日期", Kind: dataset.Moment},
		{Path: "at", Label: "时刻", Kind: dataset.Moment},
		{Path: "clock", Label: "几点", Kind: dataset.Clock},
		{Path: "basic/field", Label: "领域", Kind: dataset.One, Values: fields, Missing: []string{"dk"}},
		{Path: "other/field", Label: "等级", Kind: dataset.One, Ordered: true, Values: []dataset.Value{{Code: "1", Label: "好"}, {Code: "2", Label: "差"}, {Code: "-99", Label: "说不清"}}, Missing: []string{"-99"}},
		{Path: "topics", Label: "议题", Kind: dataset.Many, Values: fields[:2]},
		{Path: "rank", Label: "排序", Kind: dataset.Ranked, Values: fields[:2]},
		{Path: "note", Label: "走访印象"},
		{Path: "with", Label: "保留字"},
	}
	everyRows = [][]string{
		{"7K3M-9QXD", "31", "0.25", "约30人", "3", "007", "2026-04-12", "2026-04-12T01:03:00Z", "08:30:00.000+08:00", "village", "1", "town village", "town village", long, "a"},
		{"", "", "-1.5", "30", "NaN", "12", "", "2026-04-12T09:03:00.250+08:00", "23:59", "dk", "-99", "elsewhere", "village", "=1+1\n第二行", ""},
		{"7K3M-9QXE", "152", "", "", "-3.5", "", "1949-10-01", "", "", "town", "2", "", "", "", "尾"},
	}
)

// TestKinds: what a column becomes follows from all of its values.
func TestKinds(t *testing.T) {
	f := build(t, everyK, everyRows...)
	var names []string
	for _, v := range f.Variables {
		names = append(names, v.Name+":"+strconv.Itoa(int(v.Form))+":"+strconv.Itoa(v.Width))
	}
	want := "meta_receipt:0:9 members:1:8 rate:1:8 people:0:8 sum:1:8 code:0:3 day:2:10 at:3:24 clock:4:8 field:0:7 other_field:1:8 " +
		"topics_village:1:8 topics_town:1:8 topics_elsewhere:1:8 rank_1:0:7 rank_2:0:7 note:0:9000 vwith:0:3"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if len(f.Sets) != 2 || f.Sets[0].Name != "topics" || len(f.Sets[0].Variables) != 3 || f.Sets[1].Dichotomy {
		t.Errorf("%+v", f.Sets)
	}
	rows := cells(t, f)
	if got := strings.Join(rows[0][:16], "|"); got != "7K3M-9QXD|31|0.25|约30人|3|007|2026-04-12|2026-04-12 09:03:00|08:30:00|village|1|1|1|0|town|village" {
		t.Error(got)
	}
	if got := strings.Join(rows[1][:16], "|"); got != "||-1.5|30||12||2026-04-12 09:03:00.25|23:59:00|dk|-99|0|0|1|village|" {
		t.Error(got)
	}
	if rows[2][11] != "" || f.Variables[13].Label != "议题：elsewhere" {
		t.Error(rows[2], f.Variables[13])
	}
}

// TestPSPPReadsIt value by value, and the labels.
func TestPSPPReadsIt(t *testing.T) {
	f := build(t, everyK, everyRows...)
	raw := sav(t, f)
	got, want := pspp(t, raw), cells(t, f)
	if len(got) != len(want)+1 {
		t.Fatalf("%d rows", len(got))
	}
	for i, v := range f.Variables {
		if got[0][i] != v.Name {
			t.Errorf("variable %d is called %q, want %q", i, got[0][i], v.Name)
		}
		for row := range want {
			wanted := strings.TrimRight(want[row][i], " ")
			if v.Form == dataset.DateTime { // pspp-convert tells no fractions of seconds
				wanted, _, _ = strings.Cut(wanted, ".")
			}
			if read := fromPSPP(v, got[row+1][i]); read != wanted {
				t.Errorf("%s, row %d: %.80q, want %.80q", v.Name, row, read, want[row][i])
			}
		}
	}
	labelled := pspp(t, raw, "--labels")
	for at, label := range map[int]string{9: "农村", 10: "好", 11: "农村", 14: "社区"} {
		if labelled[1][at] != label {
			t.Errorf("%s: %q, want %q", f.Variables[at].Name, labelled[1][at], label)
		}
	}
}

// fromPSPP gives a cell of pspp-convert as ours are written: it tells moments as 04/12/2026 or 12-APR-2026.
func fromPSPP(v dataset.Variable, cell string) string {
	layouts, to := []string{}, ""
	switch v.Form {
	case dataset.Date:
		layouts, to = []string{"01/02/2006", "2006/01/02"}, time.DateOnly
	case dataset.DateTime:
		layouts, to = []string{"01/02/2006 15:04:05", "02-Jan-2006 15:04:05"}, time.DateTime
	case dataset.Time:
		layouts, to = []string{"15:04:05.999"}, "15:04:05.999"
	case dataset.Numeric:
		if n, err := strconv.ParseFloat(cell, 64); err == nil {
			return strconv.FormatFloat(n, 'f', -1, 64)
		}
		return strings.TrimSpace(cell)
	default:
		return strings.TrimRight(cell, " ")
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, strings.TrimSpace(cell)); err == nil {
			return t.Format(to)
		}
	}
	return strings.TrimSpace(cell)
}

// TestWidths of strings around the borders of segments, filled to the last byte.
func TestWidths(t *testing.T) {
	var columns []dataset.Column
	var row, none []string
	for _, width := range edges {
		columns = append(columns, dataset.Column{Path: "w" + strconv.Itoa(width)})
		row, none = append(row, strings.Repeat("x", width-1)+"y"), append(none, "")
	}
	f := build(t, columns, row, none)
	got := pspp(t, sav(t, f))
	for i := range columns {
		if got[1][i] != row[i] || got[2][i] != "" {
			t.Errorf("%s: %d bytes came back", columns[i].Path, len(got[1][i]))
		}
	}
}

func TestTooLongIsCutOnACharacter(t *testing.T) {
	f := build(t, []dataset.Column{{Path: "a"}}, []string{strings.Repeat("长", 11000)})
	if !f.Long() || f.Variables[0].Width != 33000 {
		t.Fatal(f.Variables[0].Width)
	}
	if got := pspp(t, sav(t, f))[1][0]; got != strings.Repeat("长", 10922) {
		t.Errorf("%d bytes came back", len(got))
	}
}

func TestNothing(t *testing.T) {
	f := build(t, everyK)
	if got := pspp(t, sav(t, f)); len(got) != 1 || len(got[0]) != len(f.Variables) {
		t.Error(got)
	}
}

// TestNames are valid, unique whatever the case of letters, and short enough for Stata.
func TestNames(t *testing.T) {
	var columns []dataset.Column
	paths := []string{"a/name", "b/name", "b/NAME", "name", "", "_x", "1a", "and", "and_", "党员人数", "党/员", strings.Repeat("长", 40), strings.Repeat("长", 41), "a b", "a-b", "x_", "v2"}
	for _, path := range paths {
		columns = append(columns, dataset.Column{Path: path})
	}
	seen := map[string]bool{}
	for i, v := range build(t, columns).Variables {
		key := strings.ToLower(v.Name)
		if seen[key] || len(v.Name) > 32 || !utf8.ValidString(v.Name) || strings.HasSuffix(v.Name, "_") || v.Name == "" {
			t.Errorf("%q became %q", paths[i], v.Name)
		}
		seen[key] = true
	}
	for _, want := range []string{"name", "b_name", "党员人数", "员", "vand", "va_b"} {
		if want != "va_b" && !seen[want] {
			t.Errorf("no %s in %v", want, seen)
		}
	}
}

// TestStataComments: no label begins a comment, whatever stands beside what.
func TestStataComments(t *testing.T) {
	for _, label := range []string{"a//*b", "a///b", "*/*", "//", "/*", "a/b*c", "http://x/y", "/\x00/"} {
		var script bytes.Buffer
		file := build(t, []dataset.Column{{Path: "q", Label: label, Kind: dataset.One, Values: []dataset.Value{{Code: "a", Label: label}}}}, []string{"a"})
		file.Title = label
		if err := dataset.WriteStata(&script, file); err != nil {
			t.Fatal(err)
		}
		for _, begins := range []string{"//", "/*", "*/"} {
			if strings.Contains(script.String(), begins) {
				t.Errorf("%q begins %s:\n%s", label, begins, script.String())
			}
		}
		if label == "a/b*c" && !strings.Contains(script.String(), `"a/b*c"`) {
			t.Errorf("what is harmless is changed:\n%s", script.String())
		}
	}
}

func FuzzSAV(f *testing.F) {
	f.Add("走访/印象", "标签", "长的答案", "dk", 300)
	f.Add("", "\x00", "\xff\xfe", "a b", 0)
	f.Fuzz(func(t *testing.T, path, label, value, code string, times int) {
		value = strings.Repeat(value, min(max(times, 0), 40000/(len(value)+1)))
		file := build(t, []dataset.Column{{Path: path, Label: label}, {Path: path, Label: label, Kind: dataset.Number},
			{Path: path, Kind: dataset.One, Values: []dataset.Value{{Code: code, Label: label}}, Missing: []string{code}},
			{Path: code, Label: label, Kind: dataset.Many}, {Path: label, Kind: dataset.Ranked}, {Path: path, Kind: dataset.Moment}, {Path: path, Kind: dataset.Clock}},
			[]string{value, value, code, value, value, value, value}, make([]string, 7))
		raw := sav(t, file)
		read := parse(t, raw)
		names := map[string]bool{}
		for _, name := range read.long {
			if key := strings.ToLower(name); names[key] || len(name) > 32 || !utf8.ValidString(name) {
				t.Fatalf("the name %q", name)
			}
			names[strings.ToLower(name)] = true
		}
		if len(names) != len(file.Variables) || read.cases != 2 {
			t.Fatalf("%d names of %d variables, %d cases", len(names), len(file.Variables), read.cases)
		}
		var script bytes.Buffer
		if err := dataset.WriteStata(&script, file); err != nil {
			t.Fatal(err)
		}
		if err := dataset.WriteR(&script, file); err != nil {
			t.Fatal(err)
		}
	})
}
