package dataset_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf8"
)

// parsed is what a small reader of system files finds: it goes by the format's description, not by
// the writer, and ends the test at what does not fit.
type parsed struct {
	elements, cases int
	long            map[string]string // long names by the short ones
	subtypes        []int
	records         map[int]string
}

type reader struct {
	testing.TB
	raw []byte
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.raw) {
		r.Fatalf("%d bytes are wanted of %d", n, len(r.raw))
	}
	out := r.raw[:n]
	r.raw = r.raw[n:]
	return out
}

func (r *reader) int() int { return int(int32(binary.LittleEndian.Uint32(r.take(4)))) }

func (r *reader) utf8(n int) string {
	text := string(r.take(n))
	if !utf8.ValidString(text) {
		r.Fatalf("a text is cut inside of a character: %q", text)
	}
	return text
}

func parse(t testing.TB, raw []byte) parsed {
	r := &reader{t, raw}
	p := parsed{long: map[string]string{}, records: map[int]string{}}
	if r.utf8(4) != "$FL2" {
		t.Fatal("no system file")
	}
	r.utf8(60)
	if r.int() != 2 {
		t.Fatal("layout")
	}
	size := r.int()
	r.take(8)
	rows := r.int()
	r.take(8 + 9 + 8)
	r.utf8(64)
	r.take(3)
	for {
		kind := r.int()
		switch kind {
		case 2:
			r.variable(&p)
			continue
		case 3:
			r.labels()
			continue
		case 6:
			for range r.int() {
				r.utf8(80)
			}
			continue
		case 7:
			subtype, width := r.int(), r.int()
			data := r.take(width * r.int())
			p.subtypes, p.records[subtype] = append(p.subtypes, subtype), string(data)
			continue
		case 999:
			r.int()
		default:
			t.Fatalf("record %d", kind)
		}
		break
	}
	for one := range strings.SplitSeq(p.records[13], "\t") {
		short, long, _ := strings.Cut(one, "=")
		p.long[short] = long
	}
	if p.elements != size {
		t.Fatalf("%d elements, the header says %d", p.elements, size)
	}
	if p.cases = r.data(size); p.cases != rows {
		t.Fatalf("%d cases, the header says %d", p.cases, rows)
	}
	return p
}

func (r *reader) variable(p *parsed) {
	width, hasLabel, missing := r.int(), r.int(), r.int()
	r.take(8)
	r.take(8)
	if p.elements++; width < -1 || width > 255 || missing > 3 {
		r.Fatalf("width %d, %d missing values", width, missing)
	}
	if hasLabel == 1 {
		n := r.int()
		if r.utf8(n); n > 255 {
			r.Fatal("a long label")
		}
		r.take((n+3)/4*4 - n)
	}
	r.take(8 * missing)
}

func (r *reader) labels() {
	for range r.int() {
		r.take(8)
		n := int(r.take(1)[0])
		r.utf8(n)
		r.take((n+8)/8*8 - 1 - n)
	}
	if r.int() != 4 || r.int() != 1 {
		r.Fatal("labels without their variable")
	}
	r.int()
}

// data counts the cases.
func (r *reader) data(size int) int {
	elements, end := 0, false
	for len(r.raw) > 0 {
		for _, code := range r.take(8) {
			if end = end || code == 252; end {
				continue
			}
			if code == 253 {
				r.take(8)
			}
			if code != 0 {
				elements++
			}
		}
	}
	if elements%size != 0 {
		r.Fatalf("%d elements are no whole cases of %d", elements, size)
	}
	return elements / size
}
