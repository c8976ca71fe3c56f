package dataset

import (
	"encoding/binary"
	"fmt"
	"math"
	"strings"
)

// extension writes a record of type 7.
func (s *sav) extension(subtype, size int32, data []byte) {
	if len(data) == 0 {
		return
	}
	s.ints(7, subtype, size, int32(len(data))/size)
	s.write(data)
}

// extensions writes what system files say since they were first designed, in ascending order.
func (s *sav) extensions() {
	s.ints(7, 3, 4, 8, 1, 0, 0, -1, 1, 1, 2, 65001) // IEEE 754, little-endian, UTF-8
	s.ints(7, 4, 8, 3)
	s.number(sysmis)
	s.number(math.MaxFloat64)
	s.number(math.Nextafter(sysmis, 0))
	s.extension(7, 1, s.sets(false))
	s.extension(11, 4, s.display())
	s.extension(13, 1, s.joined("\t", func(i int) string { return s.short[i] + "=" + s.Variables[i].Name }))
	s.extension(14, 1, s.joined("", func(i int) string {
		if width := s.Variables[i].savWidth(); width > segmentBytes {
			return fmt.Sprintf("%s=%05d\x00\t", s.short[i], width)
		}
		return ""
	}))
	var rows []byte
	rows = binary.LittleEndian.AppendUint64(rows, 1)
	s.extension(16, 8, binary.LittleEndian.AppendUint64(rows, uint64(s.Rows)))
	s.extension(18, 1, s.joined("/", func(i int) string {
		path := strings.NewReplacer("'", "", "\n", " ").Replace(s.Variables[i].Path)
		return s.Variables[i].Name + ":path('" + path + "'\n)"
	}))
	s.extension(19, 1, s.sets(true))
	s.extension(20, 1, []byte("UTF-8"))
	s.extension(21, 1, s.longLabels())
	s.extension(22, 1, s.longMissing())
}

// joined joins what is said of each variable; "" is nothing.
func (s *sav) joined(separator string, say func(i int) string) []byte {
	var said []string
	for i := range s.Variables {
		if text := say(i); text != "" {
			said = append(said, text)
		}
	}
	return []byte(strings.Join(said, separator))
}

// sets are the multiple-response sets: of dichotomies, whose categories are called as the labels of
// their counted values are (record 19), or of categories (record 7).
func (s *sav) sets(dichotomies bool) []byte {
	var b strings.Builder
	for _, set := range s.Sets {
		if set.Dichotomy != dichotomies || len(set.Variables) < 2 {
			continue
		}
		label := Cut(set.Label, maxVarLabel)
		kind := "C "
		if set.Dichotomy {
			kind = fmt.Sprintf("E 1 %d %s ", len(Chosen), Chosen)
		}
		fmt.Fprintf(&b, "$%s=%s%d %s", set.Name, kind, len(label), label)
		for _, i := range set.Variables {
			b.WriteString(" " + strings.ToLower(s.short[i]))
		}
		b.WriteByte('\n')
	}
	return []byte(b.String())
}

// display is the measure, the width of the column and the alignment, of each segment.
func (s *sav) display() []byte {
	var out []byte
	add := func(values ...int32) {
		for _, value := range values {
			out = binary.LittleEndian.AppendUint32(out, uint32(value))
		}
	}
	for i := range s.Variables {
		v := &s.Variables[i]
		right := int32(1)
		if v.Form == String {
			right = 0
		}
		for _, width := range segments(v.savWidth()) {
			add(int32(v.Measure), int32(min(max(8, width, v.Width), 24)), right)
		}
	}
	return out
}

func counted(out []byte, text string) []byte {
	return append(binary.LittleEndian.AppendUint32(out, uint32(len(text))), text...)
}

// longLabels are the labels of values of strings of more than 8 bytes.
func (s *sav) longLabels() (out []byte) {
	for i := range s.Variables {
		v := &s.Variables[i]
		if v.savWidth() <= shortString || len(v.Values) == 0 {
			continue
		}
		out = counted(out, v.Name)
		out = binary.LittleEndian.AppendUint32(out, uint32(v.savWidth()))
		out = binary.LittleEndian.AppendUint32(out, uint32(len(v.Values)))
		for _, value := range v.Values {
			code := Cut(value.Code, v.savWidth())
			out = counted(out, code+strings.Repeat(" ", v.savWidth()-len(code)))
			out = counted(out, Cut(value.Label, maxValueLabel))
		}
	}
	return out
}

// longMissing are the missing values of such strings, which the format keeps 8 bytes of: longer ones
// are not said.
func (s *sav) longMissing() (out []byte) {
	for i := range s.Variables {
		v := &s.Variables[i]
		var codes []string
		for _, code := range v.Missing {
			if v.savWidth() > shortString && len(code) <= shortString {
				codes = append(codes, code)
			}
		}
		if len(codes) == 0 {
			continue
		}
		out = append(counted(out, v.Name), byte(len(codes)))
		out = binary.LittleEndian.AppendUint32(out, shortString)
		for _, code := range codes {
			out = append(out, code+strings.Repeat(" ", shortString-len(code))...)
		}
	}
	return out
}
