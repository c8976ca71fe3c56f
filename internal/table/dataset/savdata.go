package dataset

import (
	"encoding/binary"
	"math"
	"time"
)

// The bytecodes by which a case is compressed: one for each element of 8 bytes, in groups of 8, each
// before the elements that stand for themselves.
const (
	bias       = 100.0 // a code from 1 to 251 is the number code - bias
	codeLast   = 251
	codeEnd    = 252
	codeItself = 253
	codeSpaces = 254
	codeSysmis = 255
)

// epoch is SPSS's: the beginning of the Gregorian calendar, in seconds before 1970.
const epoch = 12219379200

// packer compresses elements.
type packer struct {
	*sav
	codes    []byte
	elements []byte
}

func (p *packer) add(code byte, element []byte) {
	p.codes, p.elements = append(p.codes, code), append(p.elements, element...)
	if len(p.codes) == 8 {
		p.flush()
	}
}

func (p *packer) flush() {
	p.write(p.codes)
	p.write(p.elements)
	p.codes, p.elements = p.codes[:0], p.elements[:0]
}

func (p *packer) float(n float64) {
	switch code := n + bias; {
	case n == sysmis:
		p.add(codeSysmis, nil)
	case code >= 1 && code <= codeLast && code == math.Trunc(code) && !(n == 0 && math.Signbit(n)):
		p.add(byte(code), nil)
	default:
		p.add(codeItself, binary.LittleEndian.AppendUint64(nil, math.Float64bits(n)))
	}
}

const spaces = "        "

// string packs a text padded to a number of bytes, which is a multiple of 8.
func (p *packer) string(text string, bytes int) {
	for at := 0; at < bytes; at += 8 {
		piece := spaces
		switch {
		case at+8 <= len(text):
			piece = text[at : at+8]
		case at < len(text):
			piece = text[at:] + spaces[len(text)-at:]
		}
		if piece == spaces {
			p.add(codeSpaces, nil)
		} else {
			p.add(codeItself, []byte(piece))
		}
	}
}

// data writes the cases.
func (s *sav) data() error {
	p := &packer{sav: s}
	err := s.Each(func(cells []string) error {
		for i := range s.Variables {
			p.variable(&s.Variables[i], cells[i])
		}
		return s.err
	})
	if err != nil {
		return err
	}
	if len(p.codes) > 0 {
		p.codes = append(p.codes, codeEnd)
		p.codes = append(p.codes, make([]byte, 8-len(p.codes))...)
		p.flush()
	}
	return s.err
}

func (p *packer) variable(v *Variable, cell string) {
	if v.Form != String {
		p.float(v.savNumber(cell))
		return
	}
	cell = Cut(cell, v.savWidth())
	widths := segments(v.savWidth())
	for n, width := range widths {
		piece := cell
		if n < len(widths)-1 && len(piece) > segmentBytes { // packed tightly, inside of characters too
			piece = cell[:segmentBytes]
		}
		cell = cell[len(piece):]
		p.string(piece, (width+7)/8*8)
	}
}

// savNumber is a cell as SPSS keeps it: moments in seconds since 1582-10-14.
func (v *Variable) savNumber(cell string) float64 {
	if cell == "" {
		return sysmis
	}
	switch v.Form {
	case Date, DateTime:
		t, _, _ := parseMoment(cell, time.UTC)
		return float64(t.Unix()) + float64(t.Nanosecond())/1e9 + epoch
	case Time:
		seconds, _ := parseClock(cell)
		return seconds
	}
	n, ok := parseNumber(cell)
	if !ok {
		return sysmis
	}
	return n
}
