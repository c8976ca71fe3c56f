package backup

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"io"
	"time"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// walker reads frames.
type walker struct {
	visitor
	meter
	in      *bufio.Reader
	counts  Counts
	content []byte // used again
}

// all reads every frame and completes what the file says of itself.
func (w *walker) all(info Info) (Info, error) {
	kind, err := w.frame()
	if err != nil {
		return info, err
	}
	var first head
	if kind != frameInfo {
		return info, damaged("the first frame is %q", kind)
	}
	if err := json.Unmarshal(w.content, &first); err != nil {
		return info, damaged("%w", err)
	}
	if info.Created, err = time.Parse(time.RFC3339, first.Created); err != nil || first.Schema < 1 {
		return info, damaged("the first frame is %q", w.content)
	}
	if info.Schema = first.Schema; info.Schema > store.Schema(store.Collections) {
		return info, problem.New(problem.Unsupported, "backup.newerSchema", info.Schema, store.Schema(store.Collections))
	}
	for {
		if kind, err = w.frame(); err != nil {
			return info, err
		}
		switch kind {
		case frameDocument, frameFormer:
			err = w.document(kind == frameFormer)
		case frameBlob:
			err = w.blob()
		case frameEnd:
			info.Counts = w.counts
			return info, w.finish()
		default:
			err = damaged("no frame is %q here", kind)
		}
		if err != nil {
			return info, err
		}
		w.count(w.counts)
	}
}

// frame reads the next one into content.
func (w *walker) frame() (kind byte, err error) {
	if kind, err = w.in.ReadByte(); err != nil {
		return 0, err
	}
	n, err := binary.ReadUvarint(w.in)
	if err != nil {
		return 0, err
	}
	if n > frameMost {
		return 0, damaged("a frame of %d bytes", n)
	}
	// It grows as bytes come: the length may be a lie.
	buffer := bytes.NewBuffer(w.content[:0])
	if _, err := io.CopyN(buffer, w.in, int64(n)); err != nil {
		return 0, err
	}
	w.content = buffer.Bytes()
	return kind, nil
}

func (w *walker) document(former bool) error {
	r, err := parseRecord(w.content, former)
	if err != nil {
		return err
	}
	if former {
		w.counts.Revisions++
	} else {
		w.counts.Documents++
	}
	w.counts.Bytes += int64(len(r.Body))
	return visited(w.visitor.record(r))
}

func (w *walker) blob() error {
	c := content{left: w.content}
	project, hash, size := c.text(), c.text(), c.number()
	if raw, err := hex.DecodeString(hash); c.err != nil || len(c.left) > 0 || err != nil || len(raw) != sha256.Size {
		return damaged("a blob's frame is wrong")
	}
	chunks := &chunks{walker: w, size: size}
	if err := visited(w.visitor.blob(project, hash, size, chunks)); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, chunks); err != nil {
		return err
	}
	w.counts.Blobs++
	return nil
}

// chunks reads a blob's content from its frames.
type chunks struct {
	*walker
	size int64 // still to come
	left []byte
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.left) == 0 {
		if c.size == 0 {
			return 0, io.EOF
		}
		kind, err := c.frame()
		if err != nil {
			return 0, foreign(err) // io.EOF would be taken for the blob's end
		}
		if n := int64(len(c.content)); kind != frameChunk || n == 0 || n > c.size {
			return 0, damaged("a blob's content breaks off")
		}
		c.left = c.content
		c.size -= int64(len(c.left))
		c.counts.Bytes += int64(len(c.left))
		c.count(c.counts)
	}
	n := copy(p, c.left)
	c.left = c.left[n:]
	return n, nil
}

// finish compares the counts, and sees that nothing follows.
func (w *walker) finish() error {
	var counts Counts
	if err := json.Unmarshal(w.content, &counts); err != nil {
		return damaged("%w", err)
	}
	if counts != w.counts {
		return damaged("counted %+v of %+v", w.counts, counts)
	}
	if _, err := w.in.ReadByte(); err != io.EOF {
		return damaged("more after the end")
	}
	return nil
}
