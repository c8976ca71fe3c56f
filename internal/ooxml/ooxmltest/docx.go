// Package ooxmltest makes small .docx files for tests.
package ooxmltest

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"slices"
	"strings"
)

const namespaces = `xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" ` +
	`xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" ` +
	`xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" ` +
	`xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" ` +
	`xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"`

// styles names headings as Word does, and one of WPS.
const styles = `<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/></w:style>` +
	`<w:style w:type="paragraph" w:styleId="2"><w:name w:val="heading 2"/></w:style>` +
	`<w:style w:type="paragraph" w:styleId="3"><w:name w:val="标题 3"/></w:style>` +
	`<w:style w:type="paragraph" w:styleId="a3"><w:name w:val="Title"/></w:style>` +
	`<w:style w:type="paragraph" w:styleId="mine"><w:name w:val="课题标题"/><w:basedOn w:val="2"/></w:style>` +
	`<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/><w:basedOn w:val="1"/></w:style>` +
	`<w:style w:type="character" w:styleId="strong"><w:name w:val="Strong"/><w:rPr><w:b/></w:rPr></w:style>`

// Part is a further part of the document: numbering, footnotes, image … by the
// name of its relationship, with its id ("rId7").
type Part struct {
	ID, Kind, Name string
	Data           string // of XML parts what stands in the root element
}

// Docx packs the content of w:body and the further parts.
func Docx(body string, parts ...Part) []byte {
	rels := `<Relationship Id="rIdStyles" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/>`
	files := map[string]string{
		"_rels/.rels":       relationships(`<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/>`),
		"word/document.xml": "<w:document " + namespaces + "><w:body>" + body + "</w:body></w:document>",
		"word/styles.xml":   "<w:styles " + namespaces + ">" + styles + "</w:styles>",
	}
	for _, p := range parts {
		mode := ""
		if p.Kind == "hyperlink" {
			mode = ` TargetMode="External"`
		}
		rels += fmt.Sprintf(`<Relationship Id="%s" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/%s" Target="%s"%s/>`, p.ID, p.Kind, p.Name, mode)
		switch {
		case mode != "":
		case strings.HasSuffix(p.Name, ".xml"):
			files["word/"+p.Name] = fmt.Sprintf("<w:%s %s>%s</w:%s>", p.Kind, namespaces, p.Data, p.Kind)
		default:
			files["word/"+p.Name] = p.Data
		}
	}
	files["word/_rels/document.xml.rels"] = relationships(rels)
	return Zip(files)
}

func relationships(lines string) string {
	return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` + lines + `</Relationships>`
}

// Zip packs files by name.
func Zip(files map[string]string) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err != nil {
			panic(err)
		}
		if _, err := w.Write([]byte(files[name])); err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// P is a paragraph in a style ("" is body text), cut into runs of five characters,
// as Word itself cuts.
func P(style, text string) string {
	pr := ""
	if style != "" {
		pr = `<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`
	}
	runs := ""
	for piece := range slices.Chunk([]rune(text), 5) {
		runs += R("", string(piece))
	}
	return "<w:p>" + pr + runs + "</w:p>"
}

// R is a run with the given content of w:rPr.
func R(properties, text string) string {
	var b bytes.Buffer
	if err := xml.EscapeText(&b, []byte(text)); err != nil {
		panic(err)
	}
	return `<w:r><w:rPr>` + properties + `</w:rPr><w:t xml:space="preserve">` + b.String() + `</w:t></w:r>`
}
