package dataset

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"strings"
	"time"
)

// The limits of system files, in bytes.
const (
	maxString     = 32767
	maxVarLabel   = 255
	maxValueLabel = 120
	shortString   = 8 // the longest whose labels and missing values stand in the first records
	segmentBytes  = 255
	segmentWidth  = 252 // what a segment stands for; see segments
)

// sysmis is the value of a number that is missing.
var sysmis = -math.MaxFloat64

// sav writes a system file as PSPP's "System File Format" describes it: little-endian, UTF-8,
// compressed by bytecodes.
type sav struct {
	*File
	w     *bufio.Writer
	err   error
	short []string // of each variable: its name of at most 8 bytes
	index []int32  // of each variable: the place of its first element, from 1
	later int      // segments after a first one, which need other names too
}

// WriteSAV writes an SPSS system file. Texts longer than 32,767 bytes are cut, which Notes should say:
// see Long.
func WriteSAV(w io.Writer, f *File) error {
	s := &sav{File: f, w: bufio.NewWriterSize(w, 64<<10)}
	s.layOut()
	s.header()
	for i := range f.Variables {
		s.variable(i)
	}
	s.valueLabels()
	s.documents()
	s.extensions()
	s.ints(999, 0)
	if s.err != nil {
		return s.err
	}
	if err := s.data(); err != nil {
		return err
	}
	return s.w.Flush()
}

// Long tells whether any text is longer than a system file takes.
func (f *File) Long() bool {
	for _, v := range f.Variables {
		if v.Form == String && v.Width > maxString {
			return true
		}
	}
	return false
}

func (v *Variable) savWidth() int {
	if v.Form != String {
		return 0
	}
	return min(v.Width, maxString)
}

// segments are the widths of the strings as which a long string is kept: 255 each, although each
// stands for 252 bytes, and the rest.
func segments(width int) []int {
	if width <= segmentBytes {
		return []int{width}
	}
	var widths []int
	for ; width > segmentWidth; width -= segmentWidth {
		widths = append(widths, segmentBytes)
	}
	return append(widths, width)
}

// elements is how many pieces of 8 bytes a variable of a width takes in a case.
func elements(width int) int {
	if width == 0 {
		return 1
	}
	n := 0
	for _, w := range segments(width) {
		n += (w + 7) / 8
	}
	return n
}

func (s *sav) layOut() {
	at := int32(1)
	for i := range s.Variables {
		s.short = append(s.short, fmt.Sprintf("V%d", i+1))
		s.index = append(s.index, at)
		at += int32(elements(s.Variables[i].savWidth()))
	}
}

func (s *sav) write(p []byte) {
	if s.err == nil {
		_, s.err = s.w.Write(p)
	}
}

func (s *sav) ints(values ...int32) {
	for _, value := range values {
		s.write(binary.LittleEndian.AppendUint32(nil, uint32(value)))
	}
}

func (s *sav) number(value float64) {
	s.write(binary.LittleEndian.AppendUint64(nil, math.Float64bits(value)))
}

// text writes a text cut and padded with spaces to a width.
func (s *sav) text(text string, width int) {
	text = Cut(text, width)
	s.write([]byte(text + strings.Repeat(" ", width-len(text))))
}

func (s *sav) header() {
	size := int32(0)
	for i := range s.Variables {
		size += int32(elements(s.Variables[i].savWidth()))
	}
	s.write([]byte("$FL2"))
	s.text("@(#) SPSS DATA FILE Tianye", 60)
	s.ints(2, size, 1, 0, int32(s.Rows))
	s.number(bias)
	months := []string{"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"}
	s.text(fmt.Sprintf("%02d %s %02d", s.Made.Day(), months[s.Made.Month()-1], s.Made.Year()%100), 9)
	s.text(s.Made.Format(time.TimeOnly), 8)
	s.text(s.Title, 64)
	s.write(make([]byte, 3))
}

// The numbers of print formats.
const (
	formatA        = 1
	formatF        = 5
	formatTime     = 21
	formatDateTime = 22
	formatSDate    = 39 // 2026/04/12
)

func (v *Variable) format() int32 {
	pack := func(kind, width, decimals int) int32 { return int32(kind<<16 | width<<8 | decimals) }
	switch v.Form {
	case Numeric:
		return pack(formatF, v.Width, v.Decimals)
	case Date:
		return pack(formatSDate, 10, 0)
	case DateTime:
		return pack(formatDateTime, v.Width, v.Decimals)
	case Time:
		return pack(formatTime, 8, 0)
	}
	return pack(formatA, min(v.savWidth(), segmentBytes), 0)
}

// variable writes the records of a variable: one for each element of its segments.
func (s *sav) variable(i int) {
	v := &s.Variables[i]
	missing := 0
	if v.savWidth() <= shortString {
		missing = len(v.Missing)
	}
	for n, width := range segments(v.savWidth()) {
		name, format := s.short[i], v.format()
		if n > 0 {
			s.later++
			name, missing = fmt.Sprintf("S%d", s.later), 0
			format = formatA<<16 | int32(width)<<8
		}
		label := Cut(v.Label, maxVarLabel)
		hasLabel := int32(0)
		if n == 0 && label != "" {
			hasLabel = 1
		}
		s.ints(2, int32(width), hasLabel, int32(missing), format, format)
		s.text(name, 8)
		if hasLabel == 1 {
			s.ints(int32(len(label)))
			s.text(label, (len(label)+3)/4*4)
		}
		for _, code := range v.Missing[:missing] {
			s.value(v, code)
		}
		for range (width+7)/8 - 1 {
			s.ints(2, -1, 0, 0, 0, 0)
			s.text("", 8)
		}
	}
}

// value writes a value of 8 bytes.
func (s *sav) value(v *Variable, code string) {
	if v.Form == String {
		s.text(code, 8)
		return
	}
	n, _ := parseNumber(code)
	s.number(n)
}

// valueLabels writes those of numbers and short strings.
func (s *sav) valueLabels() {
	for i := range s.Variables {
		v := &s.Variables[i]
		if len(v.Values) == 0 || v.savWidth() > shortString {
			continue
		}
		s.ints(3, int32(len(v.Values)))
		for _, value := range v.Values {
			s.value(v, value.Code)
			label := Cut(value.Label, maxValueLabel)
			s.write([]byte{byte(len(label))})
			s.text(label, (len(label)+8)/8*8-1)
		}
		s.ints(4, 1, s.index[i])
	}
}

// documents writes the notes in lines of 80 bytes.
func (s *sav) documents() {
	var lines []string
	for _, note := range s.Notes {
		for note != "" {
			line := Cut(note, 80)
			lines, note = append(lines, line), note[len(line):]
		}
	}
	if len(lines) == 0 {
		return
	}
	s.ints(6, int32(len(lines)))
	for _, line := range lines {
		s.text(line, 80)
	}
}
