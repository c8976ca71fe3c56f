package render

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"slices"

	"golang.org/x/image/font/sfnt"
)

// A subset is a small TrueType font with only the glyphs that a picture uses,
// numbered anew: the rasteriser would otherwise hold 20 MB of typefaces several
// times over. Layout tables are left out, so advances are those that were measured.
// The tables are those of https://learn.microsoft.com/typography/opentype/spec/.

// kept are the tables copied as they are or with a number changed.
var kept = []string{"OS/2", "head", "hhea", "maxp", "name"}

// glyf's flags of a composite glyph's component.
const (
	argsAreWords   = 1 << 0
	hasScale       = 1 << 3
	moreComponents = 1 << 5
	hasXYScale     = 1 << 6
	hasTwoByTwo    = 1 << 7
)

// ttf reads a TrueType file; its tables stay where they are.
type ttf struct {
	file     io.ReaderAt
	tables   map[string][2]uint32 // offset, length
	longLoca bool
	metrics  int // how many entries of hmtx are four bytes long
	glyphs   int
}

func openTTF(file io.ReaderAt) (*ttf, error) {
	f := &ttf{file: file, tables: map[string][2]uint32{}}
	header, err := f.read(4, 2)
	if err != nil {
		return nil, err
	}
	count := int(binary.BigEndian.Uint16(header))
	directory, err := f.read(12, 16*count)
	if err != nil {
		return nil, err
	}
	for entry := range slices.Chunk(directory, 16) {
		f.tables[string(entry[:4])] = [2]uint32{binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])}
	}
	for _, tag := range append([]string{"glyf", "loca", "hmtx"}, kept...) {
		if f.tables[tag][1] == 0 {
			return nil, fmt.Errorf("render: font without table %s", tag)
		}
	}
	return f, f.readCounts()
}

func (f *ttf) readCounts() error {
	format, err1 := f.part("head", 50, 2)
	metrics, err2 := f.part("hhea", 34, 2)
	glyphs, err3 := f.part("maxp", 4, 2)
	if err := errors.Join(err1, err2, err3); err != nil {
		return err
	}
	f.longLoca = binary.BigEndian.Uint16(format) == 1
	f.metrics = int(binary.BigEndian.Uint16(metrics))
	f.glyphs = int(binary.BigEndian.Uint16(glyphs))
	return nil
}

func (f *ttf) read(offset uint32, length int) ([]byte, error) {
	raw := make([]byte, length)
	_, err := f.file.ReadAt(raw, int64(offset))
	return raw, err
}

// part reads some bytes of a table.
func (f *ttf) part(tag string, offset, length int) ([]byte, error) {
	table := f.tables[tag]
	if offset < 0 || offset+length > int(table[1]) {
		return nil, fmt.Errorf("render: font table %s is too short", tag)
	}
	return f.read(table[0]+uint32(offset), length)
}

// outline gives a glyph's bytes in glyf; none for a blank.
func (f *ttf) outline(glyph uint16) ([]byte, error) {
	size := 2
	if f.longLoca {
		size = 4
	}
	raw, err := f.part("loca", int(glyph)*size, 2*size)
	if err != nil {
		return nil, err
	}
	var start, end int
	if f.longLoca {
		start, end = int(binary.BigEndian.Uint32(raw)), int(binary.BigEndian.Uint32(raw[4:]))
	} else {
		start, end = 2*int(binary.BigEndian.Uint16(raw)), 2*int(binary.BigEndian.Uint16(raw[2:]))
	}
	return f.part("glyf", start, end-start)
}

// metric gives a glyph's advance and left side bearing, four bytes.
func (f *ttf) metric(glyph uint16) ([]byte, error) {
	if int(glyph) < f.metrics {
		return f.part("hmtx", 4*int(glyph), 4)
	}
	advance, err1 := f.part("hmtx", 4*(f.metrics-1), 2)
	bearing, err2 := f.part("hmtx", 4*f.metrics+2*(int(glyph)-f.metrics), 2)
	return append(advance, bearing...), errors.Join(err1, err2)
}

// subsetter gathers glyphs in their new order.
type subsetter struct {
	source *ttf
	order  []uint16
	number map[uint16]uint16
}

func (s *subsetter) add(glyph uint16) uint16 {
	if n, ok := s.number[glyph]; ok {
		return n
	}
	n := uint16(len(s.order))
	s.number[glyph] = n
	s.order = append(s.order, glyph)
	return n
}

// subset makes the font of the wanted characters' glyphs.
func subset(file io.ReaderAt, wanted map[rune]sfnt.GlyphIndex) ([]byte, error) {
	source, err := openTTF(file)
	if err != nil {
		return nil, err
	}
	s := &subsetter{source: source, number: map[uint16]uint16{}}
	s.add(0)
	runes := make([]rune, 0, len(wanted))
	for r := range wanted {
		runes = append(runes, r)
	}
	slices.Sort(runes)
	numbers := make([]uint16, len(runes))
	for i, r := range runes {
		numbers[i] = s.add(uint16(wanted[r]))
	}
	tables := map[string][]byte{"cmap": cmap(runes, numbers)}
	if err := s.glyphTables(tables); err != nil {
		return nil, err
	}
	for _, tag := range kept {
		if tables[tag], err = source.part(tag, 0, int(source.tables[tag][1])); err != nil {
			return nil, err
		}
	}
	binary.BigEndian.PutUint16(tables["head"][50:], 1) // loca in four bytes
	binary.BigEndian.PutUint16(tables["hhea"][34:], uint16(len(s.order)))
	binary.BigEndian.PutUint16(tables["maxp"][4:], uint16(len(s.order)))
	return assemble(tables), nil
}

// glyphTables writes glyf, loca and hmtx; components of composite glyphs join the
// end of the order as they are met.
func (s *subsetter) glyphTables(tables map[string][]byte) error {
	var glyf, loca, hmtx []byte
	for i := 0; i < len(s.order); i++ {
		outline, err := s.source.outline(s.order[i])
		if err != nil {
			return err
		}
		if err := s.renumber(outline); err != nil {
			return err
		}
		metric, err := s.source.metric(s.order[i])
		if err != nil {
			return err
		}
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		hmtx = append(hmtx, metric...)
		glyf = append(glyf, outline...)
		glyf = append(glyf, make([]byte, -len(glyf)&3)...)
	}
	tables["glyf"], tables["hmtx"] = glyf, hmtx
	tables["loca"] = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	return nil
}

// renumber puts the new numbers of its components into a composite glyph.
func (s *subsetter) renumber(outline []byte) error {
	if len(outline) < 10 || int16(binary.BigEndian.Uint16(outline)) >= 0 {
		return nil
	}
	for at := 10; ; {
		if at+4 > len(outline) {
			return errors.New("render: font with a broken composite glyph")
		}
		flags := binary.BigEndian.Uint16(outline[at:])
		component := outline[at+2 : at+4]
		binary.BigEndian.PutUint16(component, s.add(binary.BigEndian.Uint16(component)))
		if flags&moreComponents == 0 {
			return nil
		}
		at += componentSize(flags)
	}
}

func componentSize(flags uint16) int {
	size := 6
	if flags&argsAreWords != 0 {
		size = 8
	}
	switch {
	case flags&hasScale != 0:
		size += 2
	case flags&hasXYScale != 0:
		size += 4
	case flags&hasTwoByTwo != 0:
		size += 8
	}
	return size
}

// cmap writes a table of format 12, one group a character.
func cmap(runes []rune, numbers []uint16) []byte {
	be := binary.BigEndian
	var b []byte
	for _, n := range []uint16{0, 1, 3, 10} { // version, one subtable, Windows, full Unicode
		b = be.AppendUint16(b, n)
	}
	b = be.AppendUint32(b, 12) // where the subtable begins
	b = be.AppendUint16(b, 12) // its format
	b = be.AppendUint16(b, 0)
	for _, n := range []int{16 + 12*len(runes), 0, len(runes)} {
		b = be.AppendUint32(b, uint32(n))
	}
	for i, r := range runes {
		for _, n := range []uint32{uint32(r), uint32(r), uint32(numbers[i])} {
			b = be.AppendUint32(b, n)
		}
	}
	return b
}

// assemble writes the file: header, directory in the tags' order, tables. Checksums
// stay 0; the rasteriser does not ask for them.
func assemble(tables map[string][]byte) []byte {
	be := binary.BigEndian
	tags := make([]string, 0, len(tables))
	for tag := range tables {
		tags = append(tags, tag)
	}
	slices.Sort(tags)
	out := be.AppendUint32(nil, 0x00010000)
	for _, n := range []int{len(tags), 0, 0, 0} {
		out = be.AppendUint16(out, uint16(n))
	}
	offset := len(out) + 16*len(tags)
	var body []byte
	for _, tag := range tags {
		out = append(out, tag...)
		out = be.AppendUint32(out, 0)
		out = be.AppendUint32(out, uint32(offset+len(body)))
		out = be.AppendUint32(out, uint32(len(tables[tag])))
		body = append(body, tables[tag]...)
		body = append(body, make([]byte, -len(body)&3)...)
	}
	return append(out, body...)
}
