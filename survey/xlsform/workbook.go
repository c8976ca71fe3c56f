package xlsform

import (
	"archive/zip"
	"bytes"
	"io"
	"path"
	"strings"

	"tianye/internal/problem"
)

// Limits on what is read. Excel itself stops at 32,767 characters a cell.
const (
	maxFile    = 32 << 20  // bytes of the file
	maxUnzip   = 128 << 20 // bytes of all its parts
	maxParts   = 5_000
	maxRows    = 60_000 // a sheet
	maxColumns = 1_000
	maxCells   = 4_000_000 // a sheet, empty ones between others counted
	maxCell    = 32_767    // characters
	maxSheets  = 500
)

// workbook is an opened file. Only what is asked for is unpacked.
type workbook struct {
	parts    map[string]*zip.File // by name, in lower case
	sheets   []sheetPart          // in the workbook's order
	texts    []string             // that cells share
	shown    []shownAs            // by style
	date1904 bool
	unpacked int64 // bytes so far
}

// sheetPart is a sheet's name and where it stands.
type sheetPart struct{ name, part string }

// openWorkbook refuses, each with a sentence of its own, what is not a workbook that can be read.
func openWorkbook(r io.ReaderAt, size int64) (*workbook, error) {
	switch {
	case size == 0:
		return nil, problem.New(problem.Malformed, "xlsform.emptyFile")
	case size > maxFile:
		return nil, problem.New(problem.TooLarge, "xlsform.fileTooLarge", maxFile>>20)
	}
	if err := checkFile(r, size); err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged(err)
	}
	if len(archive.File) > maxParts {
		return nil, problem.New(problem.TooLarge, "xlsform.unpacksTooLarge", maxUnzip>>20)
	}
	w := &workbook{parts: make(map[string]*zip.File, len(archive.File))}
	for _, part := range archive.File {
		w.parts[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(part.Name, `\`, "/"), "/"))] = part
	}
	return w, w.open()
}

// ole begins a compound file: an Excel 97 workbook, or one locked with a password.
var ole = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

// checkFile tells what the bytes are before they are unpacked.
func checkFile(r io.ReaderAt, size int64) error {
	head := make([]byte, min(size, int64(len(ole))))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return damaged(err)
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK")):
		return nil
	case !bytes.Equal(head, ole):
		return problem.New(problem.Unsupported, "xlsform.notWorkbook")
	}
	data, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return damaged(err)
	}
	if bytes.Contains(data, []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")) {
		return problem.New(problem.Unsupported, "xlsform.encrypted")
	}
	return problem.New(problem.Unsupported, "xlsform.oldExcel")
}

func damaged(cause error) error {
	return problem.New(problem.Malformed, "xlsform.damaged").Because(cause)
}

// open reads what tells where everything else is.
func (w *workbook) open() error {
	book := "xl/workbook.xml"
	if main, err := w.relations("_rels/.rels"); err != nil {
		return err
	} else if target := main.byKind["officeDocument"]; target != "" && w.parts[strings.ToLower(target)] != nil {
		book = target
	}
	if w.parts[strings.ToLower(book)] == nil || !strings.Contains(strings.ToLower(path.Base(book)), "workbook") {
		return problem.New(problem.Unsupported, "xlsform.notWorkbook")
	}
	to, err := w.relations(path.Join(path.Dir(book), "_rels", path.Base(book)+".rels"))
	if err != nil {
		return err
	}
	err = w.scan(book, func(t xmlToken) {
		switch {
		case t.kind > tokenEmpty:
		case t.is("workbookPr"):
			date1904 := t.attribute("date1904")
			w.date1904 = date1904 == "1" || date1904 == "true"
		case t.is("sheet") && len(w.sheets) < maxSheets:
			if part := to.byID[t.attribute("id")]; part != "" {
				w.sheets = append(w.sheets, sheetPart{t.attribute("name"), part})
			}
		}
	})
	if err == nil && len(w.sheets) == 0 {
		err = problem.New(problem.Malformed, "xlsform.damaged")
	}
	if err == nil {
		err = w.readTexts(to.byKind["sharedStrings"])
	}
	if err == nil {
		err = w.readStyles(to.byKind["styles"])
	}
	return err
}

// relations are the parts that a part refers to.
type relations struct{ byID, byKind map[string]string }

// relations reads a .rels part; without one there are none.
func (w *workbook) relations(part string) (relations, error) {
	to := relations{map[string]string{}, map[string]string{}}
	if w.parts[strings.ToLower(part)] == nil {
		return to, nil
	}
	folder := path.Dir(path.Dir(part))
	return to, w.scan(part, func(t xmlToken) {
		if t.kind > tokenEmpty || !t.is("Relationship") {
			return
		}
		target := t.attribute("Target")
		if strings.HasPrefix(target, "/") {
			target = strings.TrimPrefix(target, "/")
		} else {
			target = path.Join(folder, target)
		}
		to.byID[t.attribute("Id")] = target
		to.byKind[path.Base(t.attribute("Type"))] = target
	})
}

// scan shows every tag and text of a part.
func (w *workbook) scan(part string, visit func(xmlToken)) error {
	return w.read(part, func(x *xmlReader) error {
		for {
			t, ok := x.next()
			if !ok {
				return nil
			}
			visit(t)
		}
	})
}

// read unpacks a part as far as it is read.
func (w *workbook) read(part string, read func(*xmlReader) error) error {
	file := w.parts[strings.ToLower(part)]
	if file == nil {
		return problem.New(problem.Malformed, "xlsform.damaged")
	}
	if file.UncompressedSize64 > maxUnzip {
		return problem.New(problem.TooLarge, "xlsform.unpacksTooLarge", maxUnzip>>20)
	}
	in, err := file.Open()
	if err != nil {
		return damaged(err)
	}
	defer in.Close()
	limited := &io.LimitedReader{R: in, N: maxUnzip - w.unpacked + 1}
	x := &xmlReader{in: limited}
	err = read(x)
	w.unpacked = maxUnzip + 1 - limited.N
	switch {
	case err != nil:
		return err
	case limited.N <= 0:
		return problem.New(problem.TooLarge, "xlsform.unpacksTooLarge", maxUnzip>>20)
	case x.failed() != nil:
		return damaged(x.failed())
	}
	return nil
}

// readTexts reads the texts that cells share; a rich one is joined, what says how to pronounce it left out.
func (w *workbook) readTexts(part string) error {
	if part == "" || w.parts[strings.ToLower(part)] == nil {
		return nil
	}
	var text strings.Builder
	inText, inPhonetic := false, false
	return w.scan(part, func(t xmlToken) {
		switch {
		case t.kind == tokenText:
			if inText && !inPhonetic {
				text.WriteString(t.string())
			}
		case t.is("t"):
			inText = t.kind == tokenOpen
		case t.is("rPh"):
			inPhonetic = t.kind == tokenOpen
		case t.is("si") && t.kind != tokenOpen:
			w.texts = append(w.texts, text.String())
			text.Reset()
		}
	})
}
