package image

import (
	"bytes"
	"encoding/binary"
	"io"
)

// The markers of a JPEG that are told apart.
const (
	markTEM  = 0x01
	markRST0 = 0xd0
	markRST7 = 0xd7
	markEOI  = 0xd9
	markSOS  = 0xda
	markAPP0 = 0xe0
	markAPPF = 0xef
	markCOM  = 0xfe
)

// jpegMarker reads a marker with its segment.
func (s *stripper) jpegMarker() error {
	head, err := s.in.Peek(4)
	if len(head) < 2 {
		s.out.Write(head)
		return err
	}
	mark := head[1]
	switch {
	case head[0] != 0xff: // which decoders pass over, up to the next marker
		s.step = s.jpegStray
		return nil
	case mark == 0:
		s.copy(2, s.jpegMarker)
		return nil
	case mark == 0xff: // a fill byte, which goes: it would make a marker of what comes after a segment that goes
		return s.skip(1)
	case mark == markEOI:
		s.copy(2, s.drain)
		return nil
	case mark == markTEM || mark >= markRST0 && mark <= markRST7:
		s.copy(2, s.jpegMarker)
		return nil
	case len(head) < 4:
		s.step = s.rest
		return nil
	}
	length := int(binary.BigEndian.Uint16(head[2:]))
	switch {
	case length < 2:
		s.step = s.rest
	case mark == markSOS:
		s.copy(int64(2+length), s.jpegScan)
	case mark == markCOM || mark >= markAPP0 && mark <= markAPPF:
		return s.jpegSegment(mark, 2+length)
	default:
		s.copy(int64(2+length), s.jpegMarker)
	}
	return nil
}

// jpegSegment keeps what decoders need of the applications' segments: JFIF, the colour profile, Adobe's
// colour transform, the orientation.
func (s *stripper) jpegSegment(mark byte, size int) error {
	segment, err := s.take(size)
	body := segment[min(4, len(segment)):]
	switch {
	case mark == markAPP0 || mark == markAPP0+14,
		mark == markAPP0+2 && bytes.HasPrefix(body, []byte("ICC_PROFILE\x00")):
		s.out.Write(segment)
	case mark == markAPP0+1 && bytes.HasPrefix(body, []byte(exifMark)) && !s.exif:
		if turn := orientation(body); turn != 1 {
			s.exif = true
			least := append([]byte(exifMark), leastExif(turn)...)
			s.out.Write(binary.BigEndian.AppendUint16([]byte{0xff, mark}, uint16(2+len(least))))
			s.out.Write(least)
		}
	}
	return err
}

// jpegStray lets bytes that belong to nothing through, up to the next marker.
func (s *stripper) jpegStray() error {
	some, _ := s.in.Peek(s.in.Buffered())
	at := bytes.IndexByte(some, 0xff)
	if at < 0 {
		at = len(some)
	}
	s.copy(int64(at), s.jpegMarker)
	return nil
}

// jpegScan lets compressed pixels through, up to the next marker.
func (s *stripper) jpegScan() error {
	if _, err := s.in.Peek(1); err != nil {
		return err
	}
	some, _ := s.in.Peek(s.in.Buffered())
	at := bytes.IndexByte(some, 0xff)
	if at != 0 {
		if at < 0 {
			at = len(some)
		}
		s.copy(int64(at), s.jpegScan)
		return nil
	}
	head, err := s.in.Peek(2)
	switch {
	case err != nil && err != io.EOF:
		return err
	case len(head) < 2:
		s.copy(1, s.jpegScan)
	case head[1] == 0xff:
		return s.skip(1)
	case head[1] == 0 || head[1] >= markRST0 && head[1] <= markRST7:
		s.copy(2, s.jpegScan)
	default:
		s.step = s.jpegMarker
	}
	return nil
}
