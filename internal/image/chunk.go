package image

import (
	"encoding/binary"
	"hash/crc32"
)

// mostExif is how much of a PNG's or a WebP's Exif is looked at, in bytes.
const mostExif = 64 << 10

// pngChunk reads a chunk: its length, type, data and check sum.
func (s *stripper) pngChunk() error {
	head, err := s.in.Peek(8)
	if len(head) < 8 {
		s.out.Write(head)
		return err
	}
	size := int64(binary.BigEndian.Uint32(head)) + 12
	switch string(head[4:]) {
	case "eXIf":
		return s.pngExif(size)
	case "tEXt", "iTXt", "zTXt", "tIME":
		return s.skip(size)
	case "IEND":
		s.copy(12, s.drain)
	default:
		s.copy(size, s.pngChunk)
	}
	return nil
}

func (s *stripper) pngExif(size int64) error {
	if s.exif {
		return s.skip(size)
	}
	data, err := s.take(int(min(size, mostExif)))
	if err != nil {
		return err
	}
	if turn := orientation(data[8:min(int64(len(data)), max(8, size-4))]); turn != 1 {
		s.exif = true
		chunk := append([]byte("eXIf"), leastExif(turn)...)
		s.out.Write(binary.BigEndian.AppendUint32(nil, uint32(len(chunk)-4)))
		s.out.Write(binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk)))
	}
	return s.skip(size - int64(len(data)))
}

// webpChunk reads a chunk. The file's size stands at its beginning, so chunks that go leave zeros of the same
// length: an Exif that says the orientation alone, or a chunk that readers must ignore.
func (s *stripper) webpChunk() error {
	if s.left <= 0 {
		s.step = s.drain
		return nil
	}
	head, err := s.in.Peek(8)
	if len(head) < 8 {
		s.out.Write(head)
		return err
	}
	size := int64(binary.LittleEndian.Uint32(head[4:]))
	whole := 8 + size + size%2
	if s.left -= whole; s.left < 0 && s.left != -1 { // a last byte of padding may be missing
		s.step = s.rest
		return nil
	}
	switch string(head[:4]) {
	case "EXIF":
		return s.webpExif(size, whole)
	case "XMP ":
		s.out.WriteString("JUNK")
		s.out.Write(head[4:8])
		s.blank(whole-8, s.webpChunk)
		return s.skip(8)
	case "VP8X":
		return s.webpFlags(whole)
	}
	s.copy(whole, s.webpChunk)
	return nil
}

// webpFlags says in the extended header that there is no XMP.
func (s *stripper) webpFlags(whole int64) error {
	const xmpFlag = 0x04
	head, err := s.take(9)
	if len(head) == 9 {
		head[8] &^= xmpFlag
	}
	s.out.Write(head)
	s.copy(max(0, whole-9), s.webpChunk)
	return err
}

func (s *stripper) webpExif(size, whole int64) error {
	data, err := s.take(int(min(8+size, mostExif)))
	if err != nil {
		return err
	}
	s.out.Write(data[:8])
	kept := make([]byte, len(data)-8)
	if least := leastExif(orientation(data[8:])); len(kept) >= len(least) {
		copy(kept, least)
	}
	s.out.Write(kept)
	s.blank(whole-int64(len(data)), s.webpChunk)
	return nil
}
