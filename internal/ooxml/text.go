package ooxml

import (
	"fmt"
	"path"
	"strconv"
	"strings"
)

// reader turns the body of one document into Markdown.
type reader struct {
	archive     *archive
	rels        map[string]relation
	styles      map[string]style
	numbering   *numbering
	notes       map[string]*node // footnotes "f1", endnotes "e1"
	noteNumber  map[string]int
	noteOrder   []string
	images      []Image
	imageName   map[string]string // by part
	pictureText string            // the description of the next picture
	boxes       []*node           // text boxes still to be written
	fields      []bool            // open fields; true while in the instruction
	size        int
}

// page is Markdown being written, block by block.
type page struct {
	strings.Builder
	depth int // of the list item written last; -1 outside a list
}

// block adds one; depth is that of a list item, else -1. Items follow each other,
// other blocks stand apart.
func (p *page) block(text string, depth int) {
	switch {
	case p.Len() == 0:
	case depth >= 0 && p.depth >= 0:
		p.WriteString("\n")
	default:
		p.WriteString("\n\n")
	}
	p.WriteString(text)
	p.depth = depth
}

// text writes the whole document.
func (r *reader) text(body *node) (*Document, error) {
	out := page{depth: -1}
	if err := r.blocks(body, &out); err != nil {
		return nil, err
	}
	for i := 0; i < len(r.noteOrder); i++ { // a note may refer to another
		id := r.noteOrder[i]
		note := page{depth: -1}
		if err := r.blocks(r.notes[id], &note); err != nil {
			return nil, err
		}
		out.block(fmt.Sprintf("[^%d]: %s", r.noteNumber[id], oneLine(note.String())), -1)
	}
	return &Document{Markdown: strings.TrimSpace(out.String()) + "\n", Images: r.images}, nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// grow counts what is written: taking merged cells apart must not swell without end.
func (r *reader) grow(text string) error {
	if r.size += len(text); r.size > maxText {
		return fmt.Errorf("%w: more than %d bytes of text", ErrLimit, maxText)
	}
	return nil
}

func (r *reader) blocks(n *node, out *page) error {
	for _, k := range n.kids {
		var err error
		switch k.name {
		case "w:p":
			err = r.paragraph(k, out)
		case "w:tbl":
			err = r.table(k, out)
		case "w:sdt":
			gallery := k.kid("w:sdtPr").kid("w:docPartObj").kid("w:docPartGallery").at("val")
			if content := k.kid("w:sdtContent"); content != nil && gallery != "Table of Contents" {
				err = r.blocks(content, out)
			}
		case "w:ins", "w:moveTo", "w:customXml", "w:smartTag":
			err = r.blocks(k, out)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// paragraph writes one, then the text boxes that it holds.
func (r *reader) paragraph(p *node, out *page) error {
	pr := p.kid("w:pPr")
	named := r.styles[pr.kid("w:pStyle").at("val")]
	if outline, err := strconv.Atoi(pr.kid("w:outlineLvl").at("val")); err == nil && outline >= 0 {
		named.heading = (outline + 1) % 10 // 9 is body text
	}
	s := spans{r: r}
	s.walk(p, false, false)
	if s.err != nil {
		return s.err
	}
	if named.contents {
		return nil
	}
	text := strings.TrimSpace(s.markdown(named.heading == 0))
	if named.heading > 0 && strings.Join(strings.Fields(text), "") == "目录" {
		text = "" // the heading of the table of contents that is left out
	}
	if text != "" {
		if err := r.grow(text); err != nil {
			return err
		}
		r.write(text, pr, named, out)
	}
	boxes := r.boxes
	r.boxes = nil
	for _, box := range boxes {
		if err := r.blocks(box, out); err != nil {
			return err
		}
	}
	return nil
}

// write gives a paragraph its mark: a heading's, an item's, or a label as text.
func (r *reader) write(text string, pr *node, named style, out *page) {
	m, at := r.mark(pr, named)
	if m.kind == labelled || named.heading > 0 && m.kind == ordered {
		text = EscapeMarkdown(m.label) + text
	}
	if named.heading > 0 {
		out.block(strings.Repeat("#", min(6, named.heading))+" "+oneLine(text), -1)
		return
	}
	sign := "- "
	switch m.kind {
	case bullet:
	case ordered:
		sign = strconv.Itoa(m.count) + ". "
	default:
		out.block(text, -1)
		return
	}
	at = min(at, out.depth+1) // deeper than one below would be code
	indent := strings.Repeat("    ", at)
	out.block(indent+sign+strings.ReplaceAll(text, "\n", "\n"+indent+"    "), at)
}

// mark is the paragraph's own numbering, or its style's.
func (r *reader) mark(pr *node, named style) (mark, int) {
	numID, at := named.numID, named.level
	if own := pr.kid("w:numPr"); own != nil {
		if id := own.kid("w:numId").at("val"); id != "" {
			numID = id
		}
		if own.kid("w:ilvl") != nil {
			at = levelOf(own)
		}
	}
	if numID == "" || numID == "0" {
		return mark{}, 0
	}
	return r.numbering.next(numID, at), at
}

// field follows the parts of a field: between begin and separate stands its
// instruction, which is not text.
func (r *reader) field(kind string) {
	n := len(r.fields)
	switch {
	case kind == "begin" && n < maxDepth:
		r.fields = append(r.fields, true)
	case kind == "separate" && n > 0:
		r.fields[n-1] = false
	case kind == "end" && n > 0:
		r.fields = r.fields[:n-1]
	}
}

func (r *reader) hidden() bool {
	for _, instruction := range r.fields {
		if instruction {
			return true
		}
	}
	return false
}

// note numbers a footnote or endnote by its first mention.
func (r *reader) note(id string) string {
	if r.notes[id] == nil {
		return ""
	}
	if r.noteNumber[id] == 0 {
		r.noteOrder = append(r.noteOrder, id)
		r.noteNumber[id] = len(r.noteOrder)
	}
	return "[^" + strconv.Itoa(r.noteNumber[id]) + "]"
}

// image reads a picture's part once and gives its name; "" when the part is missing.
func (r *reader) image(part string) (string, error) {
	if name, ok := r.imageName[part]; ok {
		return name, nil
	}
	if len(r.images) >= maxImages {
		return "", fmt.Errorf("%w: more than %d pictures", ErrLimit, maxImages)
	}
	data, err := r.archive.read(part)
	if err != nil || data == nil {
		return "", err
	}
	name := "image" + strconv.Itoa(len(r.images)+1) + extension(part)
	r.imageName[part] = name
	r.images = append(r.images, Image{Name: name, Data: data})
	return name, nil
}

// extension is the ending of a part's name, when it is one that can stand in a name.
func extension(part string) string {
	ext := strings.ToLower(path.Ext(part))
	if len(ext) < 2 || len(ext) > 6 || strings.Trim(ext[1:], "abcdefghijklmnopqrstuvwxyz0123456789") != "" {
		return ".bin"
	}
	return ext
}
