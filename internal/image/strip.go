// Package image takes out of pictures what tells where, when and by whom they were taken: Exif (but for
// the orientation, without which a picture lies on its side), XMP, IPTC, comments, and what lies behind the
// picture's end. Pixels and colour profiles stay bit by bit.
//
// JPEG (ITU-T T.81, Exif 2.32), PNG (W3C, 3rd edition) and WebP (RFC 9649) are known; everything else, HEIC
// too, passes unchanged, and so does the rest of a picture from where it is not well formed.
package image

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"io"
)

// window is how much is held in memory: more than a JPEG segment's 65,535 bytes.
const window = 128 << 10

// Strip gives what r gives, without that. The same bytes always become the same.
func Strip(r io.Reader) io.Reader {
	s := &stripper{in: bufio.NewReaderSize(r, window)}
	s.step = s.begin
	return s
}

// stripper reads a picture part by part; a step puts what stays of the next one into out.
type stripper struct {
	in    *bufio.Reader
	out   bytes.Buffer
	step  func() error
	err   error
	left  int64 // of a WebP's chunks, in bytes
	exif  bool  // the orientation was kept
	count int64 // of copy and blank: bytes to go
	then  func() error
}

func (s *stripper) Read(p []byte) (int, error) {
	for s.out.Len() == 0 {
		if s.err != nil {
			return 0, s.err
		}
		s.err = s.step()
	}
	if len(p) == 0 {
		return 0, nil
	}
	return s.out.Read(p)
}

func (s *stripper) begin() error {
	head, err := s.in.Peek(12)
	switch {
	case len(head) >= 3 && string(head[:3]) == "\xff\xd8\xff":
		s.copy(2, s.jpegMarker)
	case len(head) >= 8 && string(head[:8]) == "\x89PNG\r\n\x1a\n":
		s.copy(8, s.pngChunk)
	case len(head) == 12 && string(head[:4]) == "RIFF" && string(head[8:]) == "WEBP":
		s.left = int64(binary.LittleEndian.Uint32(head[4:])) - 4
		s.copy(12, s.webpChunk)
	case err != nil && err != io.EOF:
		return err
	default:
		s.step = s.rest
	}
	return nil
}

// rest lets all that follows through.
func (s *stripper) rest() error {
	if _, err := s.in.Peek(1); err != nil {
		return err
	}
	some, _ := s.in.Peek(s.in.Buffered())
	s.out.Write(some)
	_, err := s.in.Discard(len(some))
	return err
}

// drain reads what lies behind the picture's end, so that its errors are met.
func (s *stripper) drain() error {
	if _, err := io.Copy(io.Discard, s.in); err != nil {
		return err
	}
	return io.EOF
}

// copy lets n bytes through, then does a step.
func (s *stripper) copy(n int64, then func() error) { s.count, s.then, s.step = n, then, s.copying }

func (s *stripper) copying() error { return s.passing(func(some []byte) { s.out.Write(some) }) }

// blank puts zeros in the place of n bytes, then does a step.
func (s *stripper) blank(n int64, then func() error) { s.count, s.then, s.step = n, then, s.blanking }

func (s *stripper) blanking() error {
	return s.passing(func(some []byte) { s.out.Write(make([]byte, len(some))) })
}

// passing hands what is read of count bytes to write.
func (s *stripper) passing(write func([]byte)) error {
	if s.count == 0 {
		s.step = s.then
		return nil
	}
	if _, err := s.in.Peek(1); err != nil {
		return err
	}
	some, _ := s.in.Peek(int(min(int64(s.in.Buffered()), s.count)))
	write(some)
	s.count -= int64(len(some))
	_, err := s.in.Discard(len(some))
	return err
}

// skip leaves n bytes out.
func (s *stripper) skip(n int64) error {
	_, err := io.CopyN(io.Discard, s.in, n)
	return err
}

// take reads n bytes, at most a window; of a picture that ends before, what there is goes out.
func (s *stripper) take(n int) ([]byte, error) {
	data := make([]byte, n)
	got, err := io.ReadFull(s.in, data)
	if err == io.ErrUnexpectedEOF {
		err = io.EOF
	}
	return data[:got], err
}
