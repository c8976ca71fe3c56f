package casebase

import (
	"bytes"
	"errors"
	"io"
	"path"
	"regexp"
	"strings"
	"unicode/utf8"

	"tianye/internal/ooxml"
	"tianye/internal/problem"
)

// maxImport is the size of a file to import.
const maxImport = 64 << 20

// File is a file to import, as it was sent.
type File struct {
	Name    string // its ending tells what it is
	Content io.ReaderAt
	Size    int64
}

// document is what a text file says, on its way to a case.
type document struct {
	title  string
	text   string
	images []ooxml.Image
}

// readDocument reads a .docx, Markdown or text file. Its title is the first heading,
// else the file's name.
func readDocument(f File) (document, error) {
	var d document
	ext := strings.ToLower(path.Ext(f.Name))
	switch ext {
	case ".docx":
		read, err := ooxml.ReadDocx(f.Content, f.Size)
		if err != nil {
			return d, docxProblem(f.Name, err)
		}
		d.text, d.images = read.Markdown, read.Images
	default:
		raw, err := io.ReadAll(io.NewSectionReader(f.Content, 0, f.Size))
		if err != nil {
			return d, problem.New(problem.Malformed, "case.import.broken", f.Name).Because(err)
		}
		if d.text, err = decodeText(raw); err != nil {
			return d, err
		}
		d.text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(d.text)
		if ext == ".txt" && !heading.MatchString(d.text) {
			d.text = plainText(d.text)
		}
	}
	if strings.TrimSpace(d.text) == "" {
		return d, problem.New(problem.Invalid, "case.import.empty", f.Name)
	}
	d.title = titleOf(d.text)
	if d.title == "" {
		base := path.Base(strings.ReplaceAll(f.Name, `\`, "/"))
		d.title = strings.TrimSpace(strings.TrimSuffix(base, path.Ext(base)))
	}
	d.title = shorten(d.title, MaxTitle)
	return d, nil
}

func docxProblem(name string, err error) error {
	switch {
	case errors.Is(err, ooxml.ErrOldDoc):
		return problem.New(problem.Unsupported, "case.import.oldDoc", name).Because(err)
	case errors.Is(err, ooxml.ErrEncrypted):
		return problem.New(problem.Unsupported, "case.import.password", name).Because(err)
	case errors.Is(err, ooxml.ErrLimit):
		return problem.New(problem.TooLarge, "case.import.unpacked", name).Because(err)
	case errors.Is(err, ooxml.ErrNotDocx):
		return problem.New(problem.Unsupported, "case.import.notDocx", name).Because(err)
	default:
		return problem.New(problem.Malformed, "case.import.broken", name).Because(err)
	}
}

// heading is a heading of Markdown.
var heading = regexp.MustCompile(`(?m)^ {0,3}(#{1,6})[ \t]+(\S.*)$`)

// titleOf gives the first heading as plain text, unless it is one of a row: 一、基本情况
// is no title.
func titleOf(text string) string {
	found := heading.FindStringSubmatch(text)
	if found == nil {
		return ""
	}
	title := strings.TrimSpace(inlineMarks.ReplaceAllString(strings.TrimRight(found[2], "# "), "$1"))
	if ofARow.MatchString(title) {
		return ""
	}
	return title
}

var ofARow = regexp.MustCompile(`^(第[一二三四五六七八九十百]+[章编篇部节]|[（(]?[一二三四五六七八九十]+[、）)]|1[.．、]|1(\.1)+)`)

// inlineMarks are escapes, emphasis and footnote marks within a heading.
var inlineMarks = regexp.MustCompile(`\\([[:punct:]])|\*+|\[\^[^\]]*\]`)

// numbered are the headings of Chinese official style: 一、 and （一） and 第一章.
var numbered = []*regexp.Regexp{
	regexp.MustCompile(`^(第[一二三四五六七八九十百]+[章编篇部][ 　分]|[一二三四五六七八九十]+、)`),
	regexp.MustCompile(`^(第[一二三四五六七八九十百]+节[ 　]|[（(][一二三四五六七八九十]+[）)])`),
}

// plainText makes Markdown of a text without any: each line that is not empty is a
// paragraph; a short line numbered in the official style, and without a full stop, is a heading.
func plainText(text string) string {
	var blocks []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		block := ooxml.EscapeMarkdown(line)
		for level, pattern := range numbered {
			if pattern.MatchString(line) && utf8.RuneCountInString(line) <= 40 && !strings.ContainsAny(line, "。；;！？") {
				block = strings.Repeat("#", level+2) + " " + block
			}
		}
		blocks = append(blocks, block)
	}
	return strings.Join(blocks, "\n\n")
}

// shorten cuts a text to at most n characters.
func shorten(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return string([]rune(text)[:n-1]) + "…"
}

// attachments keeps the pictures of a document, as attachments under the names that its text uses.
func (d document) attachments(keep func(name string, data io.Reader) (Attachment, error)) ([]Attachment, error) {
	list := []Attachment{}
	for _, image := range d.images {
		a, err := keep(image.Name, bytes.NewReader(image.Data))
		if err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	return list, nil
}
