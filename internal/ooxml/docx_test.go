package ooxml_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"

	"tianye/internal/ooxml"
	. "tianye/internal/ooxml/ooxmltest"
)

func read(t *testing.T, raw []byte) *ooxml.Document {
	t.Helper()
	doc, err := ooxml.ReadDocx(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

const (
	bold   = "<w:b/>"
	italic = "<w:i/>"
)

func field(instruction, shown string) string {
	return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>` + instruction + `</w:instrText></w:r>` +
		`<w:r><w:fldChar w:fldCharType="separate"/></w:r>` + R("", shown) + `<w:r><w:fldChar w:fldCharType="end"/></w:r>`
}

func item(numID, level, text string) string {
	return `<w:p><w:pPr><w:numPr><w:ilvl w:val="` + level + `"/><w:numId w:val="` + numID + `"/></w:numPr></w:pPr>` + R("", text) + `</w:p>`
}

func lvl(at, format, text string) string {
	return `<w:lvl w:ilvl="` + at + `"><w:start w:val="1"/><w:numFmt w:val="` + format + `"/><w:lvlText w:val="` + text + `"/></w:lvl>`
}

var lists = Part{ID: "rIdN", Kind: "numbering", Name: "numbering.xml", Data: `<w:abstractNum w:abstractNumId="0">` + lvl("0", "decimal", "%1.") + lvl("1", "bullet", "") + `</w:abstractNum>` +
	`<w:abstractNum w:abstractNumId="1">` + lvl("0", "chineseCountingThousand", "%1、") + lvl("1", "chineseCounting", "（%2）") + lvl("2", "decimal", "%1.%3") + `</w:abstractNum>` +
	`<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>` +
	`<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/></w:lvlOverride></w:num>`}

func cell(properties, content string) string {
	return `<w:tc><w:tcPr>` + properties + `</w:tcPr>` + content + `</w:tc>`
}

const image = `<w:r><w:drawing><wp:inline><wp:docPr descr="议事 现场"/><a:graphic><a:blip r:embed="rId9"/></a:graphic></wp:inline></w:drawing></w:r>`

// documents are what stands in a .docx, and what is read of it.
var documents = map[string]struct {
	body  string
	parts []Part
	want  string
}{
	"headings whole": {
		body: P("a3", "世纪花园社区治理调查") + P("1", "一、基本情况与组织架构") + P("", "辖区面积1.08平方公里。") + P("mine", "（一）网格党支部") + P("3", "1.人员"),
		want: "# 世纪花园社区治理调查\n\n# 一、基本情况与组织架构\n\n辖区面积1.08平方公里。\n\n## （一）网格党支部\n\n### 1.人员\n",
	},
	"headings lose emphasis and line breaks": {
		body: `<w:p><w:pPr><w:outlineLvl w:val="1"/></w:pPr>` + R(bold, "党建") + `<w:r><w:br/></w:r>` + R("", "引领") + `</w:p>`,
		want: "## 党建 引领\n",
	},
	"emphasis stays within punctuation": {
		body: "<w:p>" + R("", "按照") + R(bold, "《条例》") + R(bold, "第三条，") + R("", "规定") + R(italic, " 从严 ") + R(`<w:rStyle w:val="strong"/>`, "执行。") + "</w:p>",
		want: "按照《**条例》第三条**，规定 *从严* **执行。**\n",
	},
	"characters of Markdown are text": {
		body: P("", "3*5=15，姓名____，a_b，3~6月，<b>，&amp;，[1](x)") + P("", "#1 楼") + P("", "---") + P("", "> 80分"),
		want: "3\\*5=15，姓名\\_\\_\\_\\_，a_b，3~6月，\\<b>，\\&amp;，\\[1](x)\n\n\\#1 楼\n\n\\---\n\n\\> 80分\n",
	},
	"lists": {
		body:  item("1", "0", "宣传") + item("1", "1", "广播") + item("1", "1", "入户") + item("1", "0", "动员") + P("", "此后") + item("1", "0", "总结") + item("3", "0", "另起"),
		parts: []Part{lists},
		want:  "1. 宣传\n    - 广播\n    - 入户\n2. 动员\n\n此后\n\n3. 总结\n7. 另起\n",
	},
	"an item without a parent is no code": {
		body: item("1", "1", "广播"), parts: []Part{lists}, want: "- 广播\n",
	},
	"Chinese numbers become text": {
		body:  item("2", "0", "背景") + item("2", "1", "目的") + item("2", "1", "方法") + item("2", "0", "结论") + item("2", "2", "其一"),
		parts: []Part{lists},
		want:  "一、背景\n\n（一）目的\n\n（二）方法\n\n二、结论\n\n二.1 其一\n",
	},
	"merged cells are taken apart": {
		body: "<w:tbl><w:tr>" + cell(`<w:gridSpan w:val="2"/>`, P("", "社区")) + cell("", P("", "户数")) + "</w:tr>" +
			"<w:tr>" + cell(`<w:vMerge w:val="restart"/>`, P("", "张店区")) + cell("", P("", "世纪花园")+P("", "（示范）")) + cell("", P("", "8000")) + "</w:tr>" +
			"<w:tr>" + cell(`<w:vMerge/>`, P("", "")) + cell("", P("", "甲|乙")) + cell("", P("", "120")) + "</w:tr></w:tbl>",
		want: "| 社区 |  | 户数 |\n| --- | --- | --- |\n| 张店区 | 世纪花园<br>（示范） | 8000 |\n| 张店区 | 甲\\|乙 | 120 |\n",
	},
	"a frame is its text": {
		body: "<w:tbl><w:tr>" + cell("", P("1", "提示")+P("", "内容")) + "</w:tr></w:tbl>", want: "# 提示\n\n内容\n",
	},
	"notes": {
		body:  "<w:p>" + R("", "甲") + `<w:r><w:footnoteReference w:id="5"/></w:r>` + R("", "乙") + `<w:r><w:endnoteReference w:id="5"/></w:r></w:p>`,
		parts: []Part{{ID: "rIdF", Kind: "footnotes", Name: "footnotes.xml", Data: `<w:footnote w:id="5">` + P("", "见访谈。") + `</w:footnote>`}, {ID: "rIdE", Kind: "endnotes", Name: "endnotes.xml", Data: `<w:endnote w:id="5">` + P("", "见年鉴。") + P("", "第二版") + `</w:endnote>`}},
		want:  "甲[^1]乙[^2]\n\n[^1]: 见访谈。\n\n[^2]: 见年鉴。 第二版\n",
	},
	"a picture": {
		body: "<w:p>" + image + "</w:p><w:p>" + image + "</w:p>", parts: []Part{{ID: "rId9", Kind: "image", Name: "media/pic.PNG", Data: "PNG"}},
		want: "![议事 现场](image1.png)\n\n![议事 现场](image1.png)\n",
	},
	"links": {
		body:  `<w:p><w:hyperlink r:id="rId3">` + R("", "年鉴") + `</w:hyperlink><w:hyperlink r:id="rId4">` + R("", "危险") + `</w:hyperlink></w:p>`,
		parts: []Part{{ID: "rId3", Kind: "hyperlink", Name: "https://example.org/a_b"}, {ID: "rId4", Kind: "hyperlink", Name: "javascript:alert(1)"}},
		want:  "[年鉴](https://example.org/a_b)危险\n",
	},
	"only what a reader of the page sees": {
		body: `<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr><w:sdtContent>` + P("", "目录") + `</w:sdtContent></w:sdt>` +
			P("1", "目　录") + P("TOC1", "一、背景 1") + "<w:p>" + field("PAGE", "12") + "页" + `<w:del>` + R("", "删去") + `</w:del><w:ins>` + R("", "增加") + `</w:ins>` + R("<w:vanish/>", "隐藏") + "</w:p>",
		want: "12增加\n",
	},
	"raised digits": {
		body: "<w:p>" + R("", "1.08km") + R(`<w:vertAlign w:val="superscript"/>`, "2") + "</w:p>", want: "1.08km²\n",
	},
	"a text box follows its paragraph": {
		body: "<w:p>" + R("", "正文") + `<w:r><mc:AlternateContent><mc:Choice><w:txbxContent>` + P("", "框中") + `</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>` + P("", "框中") + `</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>` + P("", "下文"),
		want: "正文\n\n框中\n\n下文\n",
	},
}

func TestReadDocx(t *testing.T) {
	for name, test := range documents {
		t.Run(name, func(t *testing.T) {
			if got := read(t, Docx(test.body, test.parts...)).Markdown; got != test.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, test.want)
			}
		})
	}
}

func TestImages(t *testing.T) {
	body := `<w:p><w:r><a:blip r:embed="a"/><a:blip r:embed="b"/><a:blip r:embed="away"/></w:r></w:p>`
	doc := read(t, Docx(body, Part{ID: "a", Kind: "image", Name: "media/x.jpeg", Data: "JPEG"}, Part{ID: "b", Kind: "image", Name: "media/y.emf", Data: "EMF"}))
	if want := "![](image1.jpeg)[image2.emf](image2.emf)\n"; doc.Markdown != want {
		t.Errorf("got %q, want %q", doc.Markdown, want)
	}
	if len(doc.Images) != 2 || doc.Images[0].Name != "image1.jpeg" || string(doc.Images[1].Data) != "EMF" {
		t.Errorf("images %v", doc.Images)
	}
}

func TestReadDocxRefuses(t *testing.T) {
	ole := "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600)
	wide := func(s string) string { return strings.Join(strings.Split(s, ""), "\x00") + "\x00" }
	main := func(content string) []byte { return Zip(map[string]string{"word/document.xml": content}) }
	const w = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"`
	bomb := main(`<w:document ` + w + `><w:body>` + strings.Repeat(" ", 33<<20))
	tests := map[string]struct {
		raw  []byte
		want error
	}{
		"text":            {[]byte("你好"), ooxml.ErrNotDocx},
		"nothing":         {nil, ooxml.ErrNotDocx},
		"a zip":           {Zip(map[string]string{"a.txt": "a"}), ooxml.ErrNotDocx},
		"a workbook":      {Zip(map[string]string{"xl/workbook.xml": "<workbook/>"}), ooxml.ErrNotDocx},
		"old .doc":        {[]byte(ole + wide("WordDocument")), ooxml.ErrOldDoc},
		"a password":      {[]byte(ole + wide("EncryptedPackage")), ooxml.ErrEncrypted},
		"other ole":       {[]byte(ole), ooxml.ErrNotDocx},
		"a document type": {main(`<!DOCTYPE x [<!ENTITY a "b">]><w:document ` + w + `><w:body/></w:document>`), ooxml.ErrDamaged},
		"cut off":         {main(`<w:document ` + w + `><w:body>`), ooxml.ErrDamaged},
		"deep":            {main(`<w:document ` + w + `><w:body>` + strings.Repeat("<w:p>", 300)), ooxml.ErrLimit},
		"a bomb":          {bomb, ooxml.ErrLimit},
		"a lying bomb":    {lie(main(`<w:document ` + w + `><w:body>` + strings.Repeat(" ", 1<<20))), ooxml.ErrDamaged},
		"many entries":    {many(5001), ooxml.ErrLimit},
		"a wide table":    {Docx("<w:tbl><w:tr>" + strings.Repeat(cell("", P("", "x")), 130) + "</w:tr></w:tbl>"), ooxml.ErrLimit},
		"a swelling table": {Docx("<w:tbl><w:tr>" + cell(`<w:vMerge w:val="restart"/>`, P("", strings.Repeat("x", 100_000))) + cell("", "") + "</w:tr>" +
			strings.Repeat("<w:tr>"+cell("<w:vMerge/>", "")+cell("", "")+"</w:tr>", 200) + "</w:tbl>"), ooxml.ErrLimit},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			_, err := ooxml.ReadDocx(bytes.NewReader(test.raw), int64(len(test.raw)))
			if !errors.Is(err, test.want) {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

// lie writes a small unpacked size into the central directory.
func lie(raw []byte) []byte {
	at := bytes.Index(raw, []byte("PK\x01\x02"))
	copy(raw[at+24:at+28], []byte{10, 0, 0, 0})
	return raw
}

func many(n int) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for range n {
		if _, err := z.Create("x"); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func FuzzReadDocx(f *testing.F) {
	f.Add(P("1", "标题")+item("2", "1", "甲"), `<w:footnote w:id="1">`+P("", "注")+`</w:footnote>`, lists.Data)
	f.Add("<w:tbl><w:tr>"+cell(`<w:vMerge w:val="restart"/><w:gridSpan w:val="2"/>`, P("", "x"))+"</w:tr></w:tbl>", "", "")
	f.Add("<w:p>"+field("PAGE", "1")+R(bold+italic, "*a_b*")+`<w:r><w:footnoteReference w:id="1"/><a:blip r:embed="i"/></w:r></w:p>`, "", "")
	f.Fuzz(func(t *testing.T, body, notes, numbering string) {
		raw := Docx(body, Part{ID: "f", Kind: "footnotes", Name: "footnotes.xml", Data: notes}, Part{ID: "n", Kind: "numbering", Name: "numbering.xml", Data: numbering}, Part{ID: "i", Kind: "image", Name: "m/i.png", Data: "x"})
		doc, err := ooxml.ReadDocx(bytes.NewReader(raw), int64(len(raw)))
		if (doc == nil) == (err == nil) {
			t.Fatal("neither a document nor an error, or both")
		}
	})
}

func FuzzReadDocxBytes(f *testing.F) {
	f.Add(Docx(P("1", "标题")))
	f.Add([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		doc, err := ooxml.ReadDocx(bytes.NewReader(raw), int64(len(raw)))
		if (doc == nil) == (err == nil) {
			t.Fatal("neither a document nor an error, or both")
		}
	})
}
