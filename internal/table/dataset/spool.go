package dataset

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"os"
)

// spool keeps rows in a temporary file until it is known what their columns are.
type spool struct {
	file    *os.File
	named   bool // it is still to be removed
	w       *bufio.Writer
	columns int
	lengths []byte
}

func newSpool(columns int) (*spool, error) {
	file, err := os.CreateTemp("", "tianye-export-*")
	if err != nil {
		return nil, err
	}
	named := os.Remove(file.Name()) != nil // where a file can be open without a name, a killed process leaves no answers behind
	return &spool{file: file, named: named, w: bufio.NewWriterSize(file, 64<<10), columns: columns}, nil
}

func (s *spool) add(cells []string) error {
	for _, cell := range cells {
		cell = clean(cell)
		s.lengths = binary.AppendUvarint(s.lengths[:0], uint64(len(cell)))
		if _, err := s.w.Write(s.lengths); err != nil {
			return err
		}
		if _, err := s.w.WriteString(cell); err != nil {
			return err
		}
	}
	return nil
}

// each gives the rows again; the cells are the callee's until the next.
func (s *spool) each(visit func(cells []string) error) error {
	if err := s.w.Flush(); err != nil {
		return err
	}
	if _, err := s.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	r, cells := bufio.NewReaderSize(s.file, 64<<10), make([]string, s.columns)
	var cell []byte
	for {
		for i := range cells {
			n, err := binary.ReadUvarint(r)
			if i == 0 && errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if cap(cell) < int(n) {
				cell = make([]byte, n)
			}
			cell = cell[:n]
			if _, err := io.ReadFull(r, cell); err != nil {
				return err
			}
			cells[i] = string(cell)
		}
		if err := visit(cells); err != nil {
			return err
		}
	}
}

func (s *spool) close() error {
	err := s.file.Close()
	if s.named {
		err = errors.Join(err, os.Remove(s.file.Name()))
	}
	return err
}
