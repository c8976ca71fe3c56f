package casebase_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/internal/ooxml/ooxmltest"
	"tianye/internal/problem"
)

func file(name string, raw []byte) casebase.File {
	return casebase.File{Name: name, Content: bytes.NewReader(raw), Size: int64(len(raw))}
}

// imported imports one file and gives the one case that it makes.
func (w *world) imported(t *testing.T, f casebase.File) casebase.Case {
	t.Helper()
	done := must[casebase.Imported](t)(w.Import(t.Context(), alice, quzhou, f, casebase.ExistingSkip))
	if len(done.Created) != 1 {
		t.Fatalf("imported %+v", done)
	}
	return must[casebase.Case](t)(w.Get(t.Context(), quzhou, done.Created[0]))
}

func TestImportDocuments(t *testing.T) {
	w := newWorld(t)
	encode := func(b []byte, err error) []byte { return must[[]byte](t)(b, err) }
	gbk := encode(simplifiedchinese.GB18030.NewEncoder().Bytes([]byte("汉阳区治理。\r\n指标体系。")))
	utf16 := encode(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().Bytes([]byte("市级。\n县级。")))
	for name, test := range map[string]struct {
		file        casebase.File
		title, text string
	}{
		"GB18030 without headings": {file("汉阳.txt", gbk), "汉阳", "汉阳区治理。\n\n指标体系。\n"},
		"UTF-16":                   {file("衢州.txt", utf16), "衢州", "市级。\n\n县级。\n"},
		"UTF-8 with its mark":      {file("某社区.TXT", []byte("\xEF\xBB\xBF3*5\n#1 楼")), "某社区", "3\\*5\n\n\\#1 楼\n"},
		"numbered lines":           {file("调查.txt", []byte("总述。\n一、基本情况\n（一）人员\n一、二两项都做到了。")), "调查", "总述。\n\n## 一、基本情况\n\n### （一）人员\n\n一、二两项都做到了。\n"},
		"text with headings":       {file("x.txt", []byte("# 世纪花园\n正文*强调*")), "世纪花园", "# 世纪花园\n正文*强调*\n"},
		"Markdown":                 {file("y.md", []byte("导语\n\n## **江欣苑** 社区[^1]\n\n正文\n\n[^1]: 注")), "江欣苑 社区", "导语\n\n## **江欣苑** 社区[^1]\n\n正文\n\n[^1]: 注\n"},
		"a row of headings":        {file(`C:\资料\网格.md`, []byte("# 一、基本情况\n\n# 二、做法")), "网格", "# 一、基本情况\n\n# 二、做法\n"},
		"Word": {file("z.docx", ooxmltest.Docx(ooxmltest.P("a3", "世纪花园社区治理调查")+ooxmltest.P("1", "一、基本情况")+ooxmltest.P("", "148栋楼。"))),
			"世纪花园社区治理调查", "# 世纪花园社区治理调查\n\n# 一、基本情况\n\n148栋楼。\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if c := w.imported(t, test.file); c.Title != test.title || c.Text != test.text {
				t.Errorf("got %q %q, want %q %q", c.Title, c.Text, test.title, test.text)
			}
		})
	}
}

func TestImportPictures(t *testing.T) {
	w := newWorld(t)
	docx := func(image string) []byte {
		return ooxmltest.Docx(ooxmltest.P("1", "世纪花园")+`<w:p><w:r><a:blip r:embed="rId9"/></w:r></w:p>`, ooxmltest.Part{ID: "rId9", Kind: "image", Name: "media/i.png", Data: "\x89PNG\r\n\x1a\n" + image})
	}
	c := w.imported(t, file("a.docx", docx("1")))
	if !strings.Contains(c.Text, "![](image1.png)") || len(c.Attachments) != 1 || c.Attachments[0].ContentType != "image/png" {
		t.Fatalf("%+v", c)
	}
	done := must[casebase.Imported](t)(w.Import(t.Context(), bob, quzhou, file("b.docx", docx("2")), casebase.ExistingUpdate))
	if len(done.Updated) != 1 {
		t.Fatalf("%+v", done)
	}
	_, r, err := w.OpenAttachment(t.Context(), quzhou, c.ID, "image1.png")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if raw := must[[]byte](t)(io.ReadAll(r)); string(raw) != "\x89PNG\r\n\x1a\n2" {
		t.Errorf("picture %q", raw)
	}
}

// workbook makes a sheet of rows, and its dates look like Chinese ones.
func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", "案例表"); err != nil {
		t.Fatal(err)
	}
	for i, row := range rows {
		if err := book.SetSheetRow("案例表", fmt.Sprint("A", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	format := `yyyy"年"m"月"d"日"`
	style := must[int](t)(book.NewStyle(&excelize.Style{CustomNumFmt: &format}))
	if err := book.SetColStyle("案例表", "D", style); err != nil {
		t.Fatal(err)
	}
	if err := book.SetCellStyle("案例表", "D2", "D99", style); err != nil {
		t.Fatal(err)
	}
	rounded := must[int](t)(book.NewStyle(&excelize.Style{NumFmt: 2}))
	if err := book.SetCellStyle("案例表", "C2", "C99", rounded); err != nil {
		t.Fatal(err)
	}
	if err := book.MergeCell("案例表", "E2", "E3"); err != nil {
		t.Fatal(err)
	}
	return must[*bytes.Buffer](t)(book.WriteToBuffer()).Bytes()
}

func TestImportTable(t *testing.T) {
	w := newWorld(t)
	old := w.create(t, "安居", "原文\n", number("面积", "9"), text("备注", "旧"))
	raw := workbook(t,
		[]any{"编号", "名称", "面积", "成立", "区县", "领域", "备注", "正文"},
		[]any{"007", "世纪花园", 1.0837, 43647, "张店区", "社区", "", "**正文**"},
		[]any{"008", "江欣苑", 2.5, 43648, "", "社区", "新", ""},
		[]any{"009", "安居", 3, 43649, "衢江区", "农村", "", ""},
		[]any{"010", "北门", nil, nil, "衢江区", "农村", "约定", ""},
	)
	preview := must[*casebase.Preview](t)(w.PreviewImport(t.Context(), quzhou, file("案例.xlsx", raw)))
	var columns []string
	for _, c := range preview.Columns {
		columns = append(columns, fmt.Sprint(c.Name, c.Role, c.Type, c.Filled))
	}
	if got := strings.Join(columns, " "); got != "编号attributetext4 名称title4 面积attributenumber3 成立attributedate3 区县attributechoice4 领域attributechoice4 备注attributetext2 正文document1" {
		t.Errorf("columns %s", got)
	}
	if len(preview.Problems)+len(preview.Warnings) != 0 || len(preview.Rows) != 4 || preview.Rows[2].Existing != old.ID || preview.Rows[0].Where != "案例表!B2" {
		t.Errorf("preview %+v", preview)
	}
	done := must[casebase.Imported](t)(w.Import(t.Context(), bob, quzhou, file("案例.xlsx", raw), casebase.ExistingSkip))
	if len(done.Created) != 3 || len(done.Skipped) != 1 {
		t.Fatalf("imported %+v", done)
	}
	first := must[casebase.Case](t)(w.Get(t.Context(), quzhou, done.Created[0]))
	if got := fmt.Sprint(first.Attributes); first.Text != "**正文**\n" || got != "[{编号 text 007} {面积 number 1.0837} {成立 date 2019-07-01} {区县 choice 张店区} {领域 choice 社区}]" {
		t.Errorf("first %q %s", first.Text, got)
	}
	done = must[casebase.Imported](t)(w.Import(t.Context(), bob, quzhou, file("案例.xlsx", raw), casebase.ExistingUpdate))
	if len(done.Updated) != 1 || len(done.Unchanged) != 3 {
		t.Fatalf("imported again %+v", done)
	}
	updated := must[casebase.Case](t)(w.Get(t.Context(), quzhou, old.ID))
	if got := fmt.Sprint(updated.Attributes); updated.Text != "原文\n" || got != "[{面积 number 3} {备注 text 旧} {编号 text 009} {成立 date 2019-07-03} {区县 choice 衢江区} {领域 choice 农村}]" {
		t.Errorf("updated %q %s", updated.Text, got)
	}
}

func TestImportCSV(t *testing.T) {
	w := newWorld(t)
	raw, err := simplifiedchinese.GBK.NewEncoder().Bytes([]byte("社区;户数;state\r\n世纪花园;\"8,000\";review\r\n\r\n江欣苑;120;\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	done := must[casebase.Imported](t)(w.Import(t.Context(), alice, quzhou, file("案例.csv", raw), casebase.ExistingSkip))
	list := must[casebase.List](t)(w.List(t.Context(), quzhou, casebase.Filter{}, casebase.Sort{By: casebase.SortAttribute, Attribute: "户数"}, casebase.Page{}))
	if len(done.Created) != 2 || titles(list.Cases) != "江欣苑 世纪花园" || list.Cases[0].State != casebase.StateDraft || list.Cases[1].State != casebase.StateReview {
		t.Errorf("imported %+v, list %q", done, titles(list.Cases))
	}
}

func TestImportNamesEveryPlace(t *testing.T) {
	w := newWorld(t)
	for range 2 {
		w.create(t, "重名", "")
	}
	const table = "名称,户数,户数,title,,领域\n" +
		"世纪花园,1,,,,x,越界\n" +
		",2,,,x,\n" +
		"重名,#DIV/0!,,,,\n" +
		"世纪花园,3,,,,\n"
	_, err := w.Import(t.Context(), alice, quzhou, file("a.csv", []byte(table)), casebase.ExistingSkip)
	p := wants(t, err, problem.Invalid, "case.import.problems")
	var got []string
	for _, d := range p.Details {
		got = append(got, d.Where+" "+d.Text.Key)
	}
	want := "C1 case.import.headTwice, D1 case.attribute.reserved, E1 case.import.noHead, G2 case.import.beyond, B4 case.import.formula, " +
		"A3 case.title.missing, A4 case.import.ambiguous, A5 case.import.titleTwice"
	for _, w := range strings.Split(want, ", ") {
		if !strings.Contains(strings.Join(got, ", "), w) {
			t.Errorf("no %s", w)
		}
	}
	if list := must[casebase.List](t)(w.List(t.Context(), quzhou, casebase.Filter{}, casebase.Sort{}, casebase.Page{})); list.Total != 2 {
		t.Errorf("%d cases: something was written", list.Total)
	}
}

func TestImportWarns(t *testing.T) {
	w := newWorld(t)
	var b strings.Builder
	b.WriteString("名称,户数\n")
	for i := range 20 {
		fmt.Fprintf(&b, "案例%d,%d\n", i, i*100)
	}
	b.WriteString("最后,约900\n")
	preview := must[*casebase.Preview](t)(w.PreviewImport(t.Context(), quzhou, file("a.csv", []byte(b.String()))))
	if len(preview.Warnings) != 1 || preview.Warnings[0].Where != "B22" || preview.Columns[1].Type != casebase.TypeText {
		t.Errorf("preview %+v", preview)
	}
}

// TestImportAtOnce holds that one import sent twice at the same time makes no case twice.
func TestImportAtOnce(t *testing.T) {
	w := newWorld(t)
	other := w.another()
	done := make(chan error, 1)
	raw := []byte("名称\n")
	for i := range 50 {
		raw = fmt.Appendf(raw, "案例%d\n", i)
	}
	go func() {
		_, err := other.Import(t.Context(), alice, quzhou, file("a.csv", raw), casebase.ExistingSkip)
		done <- err
	}()
	must[casebase.Imported](t)(w.Import(t.Context(), alice, quzhou, file("a.csv", raw), casebase.ExistingSkip))
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if list := must[casebase.List](t)(w.List(t.Context(), quzhou, casebase.Filter{}, casebase.Sort{}, casebase.Page{})); list.Total != 50 {
		t.Errorf("%d cases", list.Total)
	}
}

func TestImportAfterRenaming(t *testing.T) {
	w := newWorld(t)
	raw := []byte("名称\n世纪花园\n")
	first := w.imported(t, file("a.csv", raw))
	must[casebase.Case](t)(w.Save(t.Context(), alice, quzhou, first.ID, 1, casebase.Edit{Title: "旧名"}))
	if second := w.imported(t, file("a.csv", raw)); second.ID == first.ID || second.Title != "世纪花园" {
		t.Errorf("second %+v", second)
	}
}

func TestImportRefuses(t *testing.T) {
	w := newWorld(t)
	ole := []byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600))
	var rows, wide strings.Builder
	for i := range 20_002 {
		fmt.Fprintf(&rows, "%d\n", i)
	}
	wide.WriteString("名称\na" + strings.Repeat(",b", 200))
	huge := casebase.File{Name: "a.docx", Content: bytes.NewReader(nil), Size: 65 << 20}
	for name, test := range map[string]struct {
		file casebase.File
		kind problem.Kind
		key  string
	}{
		"old Word":        {file("a.doc", ole), problem.Unsupported, "case.import.oldDoc"},
		"old Excel":       {file("a.xls", ole), problem.Unsupported, "case.import.oldXls"},
		"a password":      {file("a.xlsx", ole), problem.Unsupported, "case.import.password"},
		"PDF":             {file("a.pdf", []byte("%PDF")), problem.Unsupported, "case.import.kind"},
		"a zip as .docx":  {file("a.docx", ooxmltest.Zip(map[string]string{"a": "b"})), problem.Unsupported, "case.import.notDocx"},
		"a zip as .xlsx":  {file("a.xlsx", ooxmltest.Zip(map[string]string{"a": "b"})), problem.Unsupported, "case.import.notXlsx"},
		"a bomb":          {file("a.xlsx", ooxmltest.Zip(map[string]string{"xl/workbook.xml": strings.Repeat(" ", 129<<20)})), problem.TooLarge, "case.import.unpacked"},
		"cut off":         {file("a.docx", ooxmltest.Zip(map[string]string{"word/document.xml": "<a>"})), problem.Malformed, "case.import.broken"},
		"too large":       {huge, problem.TooLarge, "case.import.large"},
		"nothing":         {file("a.md", []byte(" \n")), problem.Invalid, "case.import.empty"},
		"a head alone":    {file("a.csv", []byte("名称,户数\n")), problem.Invalid, "case.import.empty"},
		"binary":          {file("a.txt", []byte("a\x00b")), problem.Unsupported, "case.import.binary"},
		"no encoding":     {file("a.txt", []byte("\x80\xff\xff甲")), problem.Malformed, "case.import.encoding"},
		"open quotations": {file("a.csv", []byte("名称\n\"甲\n")), problem.Malformed, "case.import.csv"},
		"many rows":       {file("a.csv", []byte(rows.String())), problem.TooLarge, "case.import.rows"},
		"many columns":    {file("a.csv", []byte(wide.String())), problem.TooLarge, "case.import.columns"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.PreviewImport(t.Context(), quzhou, test.file)
			wants(t, err, test.kind, test.key)
		})
	}
}

func FuzzPreviewImport(f *testing.F) {
	w := newWorld(f)
	f.Add("a.csv", []byte("名称,户数\n甲,\"1,000\"\n乙,2026-01-01\n"))
	f.Add("a.txt", []byte("一、甲\n\xff\xfe"))
	f.Add("a.md", []byte("# 甲\n"))
	f.Add("a.xlsx", workbook(f, []any{"名称", "面积"}, []any{"甲", 1.5}))
	f.Add("a.docx", ooxmltest.Docx(ooxmltest.P("1", "甲")))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		preview, err := w.PreviewImport(t.Context(), id.ProjectID("fuzz"), file(name, raw))
		if err != nil && problem.Is(err, problem.Internal) {
			t.Fatal(err)
		}
		if (preview == nil) == (err == nil) {
			t.Fatal("neither a preview nor an error, or both")
		}
	})
}
