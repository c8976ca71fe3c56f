package backup

import (
	"encoding/binary"
	"errors"
	"fmt"
	"strings"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// The file: a header line, the payload, a trailer. docs/backup-format.md says more.
const (
	version    = 1
	magic      = "tianye-backup "
	plainText  = "plain"
	encrypted  = "age"
	headerMost = 64
	trailerAt  = "\nsha256 "
	trailerLen = len(trailerAt) + 64 + 1
)

// The kinds of frames. A frame is its kind, the length of its content as a uvarint, and the content.
const (
	frameInfo     = 'i' // the first: JSON of head
	frameDocument = 'd'
	frameFormer   = 'f'
	frameBlob     = 'b' // project, hash and size; chunks follow
	frameChunk    = 'c' // some bytes of the blob
	frameEnd      = 'e' // the last: JSON of Counts
)

const (
	chunkMost = 64 << 10
	nameMost  = 4 << 10 // bytes of a name of a collection, a project, a document
	frameMost = store.MaxBody + 4*nameMost
)

// head is the content of the first frame.
type head struct {
	Created string `json:"created"` // RFC 3339
	Schema  int    `json:"schema"`
}

func damaged(why string, args ...any) error {
	return problem.New(problem.Malformed, "backup.damaged").Because(fmt.Errorf(why, args...))
}

// parseHeader reads the line up to its end.
func parseHeader(line string) (isEncrypted bool, err error) {
	rest, found := strings.CutPrefix(line, magic)
	number, how, _ := strings.Cut(rest, " ")
	var v int
	if _, err := fmt.Sscanf(number, "%d", &v); !found || err != nil || v < 1 || v > 999 {
		return false, problem.New(problem.Unsupported, "backup.notOne")
	}
	switch {
	case v > version:
		return false, problem.New(problem.Unsupported, "backup.newerFormat", v)
	case how == plainText:
		return false, nil
	case how == encrypted:
		return true, nil
	}
	return false, problem.New(problem.Unsupported, "backup.notOne")
}

func header(isEncrypted bool) string {
	how := plainText
	if isEncrypted {
		how = encrypted
	}
	return fmt.Sprintf("%s%d %s\n", magic, version, how)
}

// appendRecord appends the content of a document's frame.
func appendRecord(to []byte, r store.Record) []byte {
	for _, name := range []string{r.Collection.Name, r.Project, r.ID} {
		to = appendText(to, name)
	}
	to = binary.AppendUvarint(to, uint64(r.Revision))
	to = binary.AppendUvarint(to, uint64(r.Stamp))
	return append(to, r.Body...) // a tombstone has none
}

func appendText(to []byte, text string) []byte {
	return append(binary.AppendUvarint(to, uint64(len(text))), text...)
}

// content is read from its beginning; the first thing that is wrong stays.
type content struct {
	left []byte
	err  error
}

var errShort = errors.New("a frame is too short")

func (c *content) text() string {
	n := c.number()
	if c.err == nil && (n > nameMost || n > int64(len(c.left))) {
		c.err = errShort
	}
	if c.err != nil {
		return ""
	}
	text := string(c.left[:n])
	c.left = c.left[n:]
	return text
}

func (c *content) number() int64 {
	v, n := binary.Uvarint(c.left)
	if n <= 0 || v > 1<<62 {
		c.err = errShort
	}
	if c.err != nil {
		return 0
	}
	c.left = c.left[n:]
	return int64(v)
}

// parseRecord reads the content of a document's frame; the body stays in it.
func parseRecord(raw []byte, former bool) (store.Record, error) {
	c := content{left: raw}
	name := c.text()
	r := store.Record{Former: former}
	r.Project, r.ID = c.text(), c.text()
	r.Revision, r.Stamp = c.number(), c.number()
	r.Body, r.Deleted = c.left, len(c.left) == 0
	if c.err != nil {
		return r, damaged("%w", c.err)
	}
	if r.Collection = collections[name]; r.Collection == nil {
		return r, damaged("no collection is named %q", name)
	}
	if err := store.CheckRecord(r); err != nil {
		return r, damaged("%w", err)
	}
	return r, nil
}
