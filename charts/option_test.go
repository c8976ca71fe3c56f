package charts_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tianye/charts"
)

// texts reads an SVG and gives what it says.
func texts(t *testing.T, svg []byte) string {
	t.Helper()
	var said strings.Builder
	d := xml.NewDecoder(bytes.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return said.String()
		}
		if err != nil {
			t.Fatalf("the SVG is not well-formed: %v", err)
		}
		if text, ok := token.(xml.CharData); ok {
			said.Write(text)
			said.WriteByte('\n')
		}
	}
}

func TestEveryKindIsDrawn(t *testing.T) {
	s, _ := service(t)
	says := map[string][]string{
		"bar":     {"机关", "农村", "社区", "7.25", "8.00", "平均值（分）", "n=6（共 8）"},
		"answers": {"养老", "停车", "卫生", "42.9%", "占已答者的比例"},
		"grouped": {"机关", "女", "男"},
		"stacked": {"3月", "4月", "女", "男"},
		"percent": {"非常满意", "未答", "机关（n=4）", "100%"},
		"line":    {"3.2–3.8", "4.20–4.26"},
		"radar":   {"柯城", "龙游", "衢江"},
		"heatmap": {"养老", "机关", "50.0%"},
		"boxplot": {"女", "男", "总体评分（分）"},
		"scatter": {"参与小时", "总体评分（分）", "皮尔逊相关系数"},
		"pie":     {"柯城", "42.9%（3）"},
	}
	for name, spec := range kinds() {
		spec.Title, spec.SourceLine, spec.Note = "这是"+name, "资料来源：本调查", "样本很小"
		r := compute(t, sample(), spec)
		for _, look := range []charts.Look{{Language: "zh", Mark: "演示数据"}, {Language: "en", Dark: true, ForPrint: true, Width: 420}} {
			svg, err := s.SVG(t.Context(), r, spec, look)
			if err != nil {
				t.Errorf("%s: %v", name, err)
				continue
			}
			said := texts(t, svg)
			want := []string{"这是" + name, "资料来源：本调查", "样本很小"}
			if look.Language == "zh" {
				want = append(append(want, "演示数据"), says[name]...)
			}
			for _, text := range want {
				if !strings.Contains(said, text) {
					t.Errorf("%s does not say %q: %q", name, text, said)
				}
			}
		}
	}
}

func TestPNGHasItsSize(t *testing.T) {
	s, _ := service(t)
	spec := kinds()["bar"]
	r := compute(t, sample(), spec)
	look := charts.Look{Language: "zh"}
	file, err := s.PNG(t.Context(), r, spec, look, 192)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.DecodeConfig(bytes.NewReader(file))
	width, height := charts.Size(r, spec, look)
	if err != nil || picture.Width != 2*width || picture.Height != 2*height {
		t.Errorf("%dx%d of %dx%d, %v", picture.Width, picture.Height, width, height, err)
	}
}

// What people typed is data: it never becomes markup, a function or an ECharts place.
func TestHostileTexts(t *testing.T) {
	hostile := []string{`</script><script>alert(1)</script>`, `__f__function(){alert(1)}__f__`, `{"$fn":"number"}`, `{b}{c}{a|x}`, "\x00\x1b\u202e甲", ""}
	s, _ := service(t)
	for name, spec := range kinds() {
		data := sample()
		for i := range data.Variables {
			data.Variables[i].Label = hostile[i%len(hostile)]
			for k := range data.Variables[i].Values {
				data.Variables[i].Values[k].Label = hostile[k%len(hostile)]
			}
		}
		spec.Title, spec.Note, spec.SourceLine = hostile[0], hostile[1], hostile[4]
		r := compute(t, data, spec)
		option, err := charts.Option(r, spec, charts.Look{Language: "zh", Mark: hostile[0]})
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(option, []byte("</script>")) || !json.Valid(option) {
			t.Errorf("%s: markup in the option", name)
		}
		svg, err := s.SVG(t.Context(), r, spec, charts.Look{Language: "zh", Mark: hostile[0]})
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if said := texts(t, svg); !strings.Contains(said, "</script>") {
			t.Errorf("%s: the title is not said as it is: %q", name, said)
		}
	}
}

// No function of go-echarts, no address of another host, and the same bytes each time.
func TestOptionsAreData(t *testing.T) {
	for name, spec := range kinds() {
		r := compute(t, sample(), spec)
		option, err := charts.Option(r, spec, charts.Look{Language: "zh"})
		if err != nil {
			t.Fatal(err)
		}
		again, err := charts.Option(compute(t, sample(), spec), spec, charts.Look{Language: "zh"})
		if err != nil || !bytes.Equal(option, again) {
			t.Errorf("%s: another option the second time, %v", name, err)
		}
		for _, sign := range []string{"__f__", "http", "toolbox"} {
			if bytes.Contains(option, []byte(sign)) {
				t.Errorf("%s holds %s: %s", name, sign, option)
			}
		}
	}
}

func TestHeightGrows(t *testing.T) {
	data := sample()
	for i := range 20 {
		data.Variables[1].Values = append(data.Variables[1].Values, values(string(rune('A'+i)), "新增的领域，名字很长很长很长很长"+string(rune('A'+i)))...)
	}
	spec := kinds()["bar"]
	_, few := charts.Size(compute(t, sample(), spec), spec, charts.Look{})
	width, many := charts.Size(compute(t, data, spec), spec, charts.Look{})
	if width != 800 || many < few+300 {
		t.Errorf("%d for 3 groups, %d for 23", few, many)
	}
}

func TestWorkbook(t *testing.T) {
	for name, want := range map[string][][]string{
		"bar":     {{"领域", "平均值（分）", "样本数"}, {"机关", "7.25", "4"}, {"农村", "8", "2"}, {"社区", "", "0"}},
		"answers": {{"希望改进", "占已答者的比例", "样本数", "基数"}, {"养老", "0.428571428571428", "3", "7"}},
		"boxplot": {{"性别", "下须", "下四分位", "中位数", "上四分位", "上须", "样本数"}, {"女", "3", "5.5", "8", "9", "10", "3"}},
		"stacked": {{"收到时间", "女 · 份数", "男 · 份数"}, {"3月", "3", "2"}},
		"scatter": {{"分组", "参与小时", "总体评分", "记录"}, {"女", "5", "10"}},
	} {
		spec := kinds()[name]
		spec.Title, spec.SourceLine = "=1+1", "资料来源：本调查"
		var file bytes.Buffer
		if err := charts.WriteXLSX(&file, compute(t, sample(), spec), spec, charts.Look{Language: "zh"}); err != nil {
			t.Fatal(err)
		}
		book, err := excelize.OpenReader(&file)
		if err != nil {
			t.Fatal(err)
		}
		rows, err := book.GetRows("数据", excelize.Options{RawCellValue: true})
		if err != nil || len(rows) < len(want) {
			t.Fatalf("%s: %v, %v", name, rows, err)
		}
		for i := range want {
			if got := append(slices.Clone(rows[i]), make([]string, max(0, len(want[i])-len(rows[i])))...); !slices.Equal(got, want[i]) {
				t.Errorf("%s: %q, want %q", name, got, want[i])
			}
		}
		said, err := book.GetRows("说明")
		if err != nil || said[0][1] != "=1+1" || !slices.ContainsFunc(said, func(row []string) bool { return row[1] == "资料来源：本调查" }) {
			t.Errorf("%s: %v, %v", name, said, err)
		}
	}
}
