package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"io"
)

// receiptDigest is taken of what a fill page sends while it is read. The receipt carries it, and the
// phone, which computes the same of what it sent (islands/fill/digest.ts), removes nothing before the
// two agree. It is the SHA-256 of lines that end with "\n", the first of the part "submission" (or of
// a body that is JSON altogether), then one of each part "file" in the order in which they came: the
// SHA-256 of the part's bytes as they came, and for a file a space and its name. All of them are in
// small hexadecimal digits. A picture is stored without what its metadata tells, so its stored bytes
// have another hash.
type receiptDigest struct {
	lines bytes.Buffer
	part  hash.Hash
}

// reading gives what r gives, the next part.
func (d *receiptDigest) reading(r io.Reader) io.Reader {
	d.part = sha256.New()
	return io.TeeReader(r, d.part)
}

// line notes the part that has been read to its end.
func (d *receiptDigest) line(name string) {
	if name != "" {
		name = " " + name
	}
	fmt.Fprintf(&d.lines, "%x%s\n", d.part.Sum(nil), name)
}

func (d *receiptDigest) String() string {
	sum := sha256.Sum256(d.lines.Bytes())
	return hex.EncodeToString(sum[:])
}
