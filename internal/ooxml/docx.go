// Package ooxml reads Word documents (.docx, ISO/IEC 29500) as Markdown.
package ooxml

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
)

// What ReadDocx refuses; every error that it returns wraps one of these.
var (
	ErrNotDocx   = errors.New("ooxml: not a .docx file")
	ErrOldDoc    = errors.New("ooxml: an old .doc file of Word 97-2003")
	ErrEncrypted = errors.New("ooxml: the document is protected by a password")
	ErrDamaged   = errors.New("ooxml: the document is damaged")
	ErrLimit     = errors.New("ooxml: the document exceeds a safety limit")
)

// What one document may ask of us. The sizes are of unpacked bytes.
const (
	maxFile    = 64 << 20
	maxEntries = 5000
	maxPart    = 32 << 20
	maxTotal   = 128 << 20
	maxText    = 16 << 20
	maxImages  = 500
)

// Document is what a .docx says.
type Document struct {
	Markdown string
	Images   []Image // in the order of the text, which names them
}

// Image is a picture of the document, whole as it was in the file.
type Image struct {
	Name string // unique in the document: "image1.png"
	Data []byte
}

// ReadDocx reads a .docx of size bytes as Markdown: headings by outline level with
// their automatic numbers, lists, bold and italic, tables, footnotes and endnotes,
// text boxes after the paragraph that holds them, pictures. Deleted and hidden text,
// tables of contents, page headers and comments are left out. Merged cells are taken
// apart, as Markdown has none: a cell over several rows is repeated in each, a cell
// over several columns is followed by empty ones.
func ReadDocx(r io.ReaderAt, size int64) (*Document, error) {
	if err := checkKind(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotDocx, err)
	}
	if len(z.File) > maxEntries {
		return nil, fmt.Errorf("%w: %d entries", ErrLimit, len(z.File))
	}
	p := &archive{files: make(map[string]*zip.File, len(z.File))}
	for _, f := range z.File {
		if _, twice := p.files[f.Name]; !twice {
			p.files[f.Name] = f
		}
	}
	return p.document()
}

// oleMagic begins compound files: old .doc, and .docx behind a password.
var oleMagic = []byte{0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1}

func checkKind(r io.ReaderAt, size int64) error {
	if size > maxFile {
		return fmt.Errorf("%w: %d bytes", ErrLimit, size)
	}
	head := make([]byte, len(oleMagic))
	if _, err := r.ReadAt(head, 0); err != nil || !bytes.Equal(head, oleMagic) {
		return nil // zip.NewReader judges
	}
	all, err := io.ReadAll(io.NewSectionReader(r, 0, size))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	// The directory of a compound file names its streams in UTF-16.
	if bytes.Contains(all, utf16("EncryptedPackage")) {
		return ErrEncrypted
	}
	if bytes.Contains(all, utf16("WordDocument")) {
		return ErrOldDoc
	}
	return ErrNotDocx
}

func utf16(ascii string) []byte {
	out := make([]byte, 0, 2*len(ascii))
	for i := range len(ascii) {
		out = append(out, ascii[i], 0)
	}
	return out
}

// archive is the package of parts; it counts what is unpacked.
type archive struct {
	files map[string]*zip.File
	total int64
}

// read unpacks one part; nil when there is none of that name.
func (p *archive) read(name string) ([]byte, error) {
	f := p.files[name]
	if f == nil {
		return nil, nil
	}
	limit := min(maxPart, maxTotal-p.total)
	if f.UncompressedSize64 > uint64(limit) {
		return nil, fmt.Errorf("%w: %s unpacks to %d bytes", ErrLimit, name, f.UncompressedSize64)
	}
	r, err := f.Open()
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, name, err)
	}
	defer r.Close()
	raw, err := io.ReadAll(io.LimitReader(r, limit+1)) // the size in the header may lie
	p.total += int64(len(raw))
	if int64(len(raw)) > limit {
		return nil, fmt.Errorf("%w: %s", ErrLimit, name)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", ErrDamaged, name, err)
	}
	return raw, nil
}

// xml reads a part as a tree; an empty node when there is no such part.
func (p *archive) xml(name string) (*node, error) {
	raw, err := p.read(name)
	if err != nil || raw == nil {
		return &node{}, err
	}
	root, err := parseXML(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return root, nil
}

// relation is one line of a .rels part: a typed link to a part or to the outside.
type relation struct {
	kind, target string
	external     bool
}

// relations reads the links of a part ("" is the package itself) by their id.
func (p *archive) relations(part string) (map[string]relation, error) {
	dir, base := path.Split(part)
	root, err := p.xml(dir + "_rels/" + base + ".rels")
	if err != nil {
		return nil, err
	}
	out := map[string]relation{}
	for _, k := range root.kids {
		rel := relation{kind: path.Base(k.at("Type")), target: k.at("Target"), external: k.at("TargetMode") == "External"}
		if !rel.external {
			if !strings.HasPrefix(rel.target, "/") {
				rel.target = "/" + dir + rel.target
			}
			rel.target = strings.TrimPrefix(path.Clean(rel.target), "/")
		}
		out[k.at("Id")] = rel
	}
	return out, nil
}

// document reads the parts that the text needs, then the text.
func (p *archive) document() (*Document, error) {
	top, err := p.relations("")
	if err != nil {
		return nil, err
	}
	main := "word/document.xml"
	for _, rel := range top {
		if rel.kind == "officeDocument" && !rel.external {
			main = rel.target
		}
	}
	root, err := p.xml(main)
	if err != nil {
		return nil, err
	}
	body := root.kid("w:body")
	if body == nil { // a plain .zip, a workbook, a presentation
		return nil, fmt.Errorf("%w: no text body", ErrNotDocx)
	}
	rels, err := p.relations(main)
	if err != nil {
		return nil, err
	}
	r := &reader{archive: p, rels: rels, notes: map[string]*node{}, noteNumber: map[string]int{}, imageName: map[string]string{}}
	if err := r.readParts(); err != nil {
		return nil, err
	}
	return r.text(body)
}

// readParts reads styles, numbering and notes, wherever the document keeps them.
func (r *reader) readParts() error {
	parts := map[string]*node{}
	for _, kind := range []string{"styles", "numbering", "footnotes", "endnotes"} {
		parts[kind] = &node{}
		for _, rel := range r.rels {
			if rel.kind != kind || rel.external {
				continue
			}
			root, err := r.archive.xml(rel.target)
			if err != nil {
				return err
			}
			parts[kind] = root
		}
	}
	r.styles = readStyles(parts["styles"])
	r.numbering = readNumbering(parts["numbering"])
	for _, kind := range []string{"footnotes", "endnotes"} {
		for _, k := range parts[kind].kids {
			r.notes[kind[:1]+k.at("id")] = k
		}
	}
	return nil
}
