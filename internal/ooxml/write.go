package ooxml

import (
	"archive/zip"
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// Writer writes a Word document of headings, paragraphs and tables on A4 paper, lying. What is added
// goes out at once; the caller ends it with Close.
type Writer struct {
	archive *zip.Writer
	out     *bufio.Writer
	err     error
}

const (
	wordprocessing = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
	relations      = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packaged       = "http://schemas.openxmlformats.org/package/2006/"
)

// docxParts are what stands beside the text, the same in each document.
var docxParts = []struct{ name, content string }{
	{"[Content_Types].xml", `<Types xmlns="` + packaged + `content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>` +
		`<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>` +
		`<Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>`},
	{"_rels/.rels", `<Relationships xmlns="` + packaged + `relationships"><Relationship Id="rId1" Type="` + relations + `/officeDocument" Target="word/document.xml"/></Relationships>`},
	{"word/_rels/document.xml.rels", `<Relationships xmlns="` + packaged + `relationships"><Relationship Id="rId1" Type="` + relations + `/styles" Target="styles.xml"/></Relationships>`},
	{"word/styles.xml", `<w:styles xmlns:w="` + wordprocessing + `"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体" w:cs="Times New Roman"/><w:sz w:val="18"/><w:szCs w:val="18"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
		`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style>` +
		`<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="120" w:after="120"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:rFonts w:eastAsia="黑体"/><w:b/><w:sz w:val="32"/><w:szCs w:val="32"/></w:rPr></w:style></w:styles>`},
}

// NewWriter begins a document.
func NewWriter(w io.Writer) *Writer {
	d := &Writer{archive: zip.NewWriter(w)}
	for _, p := range docxParts {
		d.part(p.name)
		d.raw(xml.Header + p.content)
	}
	d.part("word/document.xml")
	d.raw(xml.Header + `<w:document xmlns:w="` + wordprocessing + `"><w:body>`)
	return d
}

func (d *Writer) part(name string) {
	if d.out != nil && d.err == nil {
		d.err = d.out.Flush()
	}
	part, err := d.archive.Create(name)
	if d.err == nil {
		d.err = err
	}
	d.out = bufio.NewWriter(part)
}

func (d *Writer) raw(text string) {
	if d.err == nil {
		_, d.err = d.out.WriteString(text)
	}
}

// runs writes a text; its lines stay lines.
func (d *Writer) runs(text string, bold bool) {
	d.raw(`<w:r><w:rPr><w:rFonts w:hint="eastAsia"/>`)
	if bold {
		d.raw(`<w:b/>`)
	}
	d.raw(`</w:rPr>`)
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			d.raw(`<w:br/>`)
		}
		d.raw(`<w:t xml:space="preserve">`)
		if d.err == nil {
			d.err = xml.EscapeText(d.out, []byte(line))
		}
		d.raw(`</w:t>`)
	}
	d.raw(`</w:r>`)
}

// Heading adds a heading of the first level.
func (d *Writer) Heading(text string) {
	d.raw(`<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr>`)
	d.runs(text, false)
	d.raw(`</w:p>`)
}

// Paragraph adds a paragraph.
func (d *Writer) Paragraph(text string) {
	d.raw(`<w:p>`)
	d.runs(text, false)
	d.raw(`</w:p>`)
}

// tableWidth is between the margins, in twentieths of a point.
const tableWidth = 14600

// Table adds a table with lines; its first row is repeated on each page. The widths are shares.
func (d *Writer) Table(widths []int, rows [][]string) {
	sum := 0
	for _, w := range widths {
		sum += w
	}
	d.raw(`<w:tbl><w:tblPr><w:tblW w:w="` + fmt.Sprint(tableWidth) + `" w:type="dxa"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		d.raw(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="999999"/>`)
	}
	d.raw(`</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	for _, w := range widths {
		d.raw(fmt.Sprintf(`<w:gridCol w:w="%d"/>`, w*tableWidth/sum))
	}
	d.raw(`</w:tblGrid>`)
	for i, row := range rows {
		d.raw(`<w:tr><w:trPr><w:cantSplit/>`)
		if i == 0 {
			d.raw(`<w:tblHeader/>`)
		}
		d.raw(`</w:trPr>`)
		for j, cell := range row {
			d.raw(fmt.Sprintf(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr><w:p>`, widths[j]*tableWidth/sum))
			d.runs(cell, i == 0)
			d.raw(`</w:p></w:tc>`)
		}
		d.raw(`</w:tr>`)
	}
	d.raw(`</w:tbl>`)
}

// Close ends the document.
func (d *Writer) Close() error {
	d.raw(`<w:p/><w:sectPr><w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/><w:pgMar w:top="1134" w:right="1119" w:bottom="1134" w:left="1119" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr></w:body></w:document>`)
	if d.err == nil {
		d.err = d.out.Flush()
	}
	if d.err != nil {
		return d.err
	}
	return d.archive.Close()
}
