package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"

	"tianye/internal/store"
)

// sealed makes a file of frames, with the right sum.
func sealed(frames func(*writer) error) []byte {
	var b bytes.Buffer
	b.WriteString(header(false))
	z, err := zstd.NewWriter(&b, zstd.WithWindowSize(window))
	if err != nil {
		panic(err)
	}
	w := &writer{to: bufio.NewWriter(z), meter: meter{at: func() int64 { return 0 }}}
	for _, err := range []error{frames(w), w.to.Flush(), z.Close()} {
		if err != nil {
			panic(err)
		}
	}
	fmt.Fprintf(&b, "%s%x\n", trailerAt, sha256.Sum256(b.Bytes()))
	return b.Bytes()
}

// WithSchema writes a backup as a program of another schema would.
func WithSchema(ctx context.Context, b store.Backend, schema int) []byte {
	return sealed(func(w *writer) error { return w.frames(ctx, b, Info{Schema: schema}) })
}

// Sealed makes a file of what would be compressed.
func Sealed(payload []byte) []byte {
	return sealed(func(w *writer) error {
		_, err := w.to.Write(payload)
		return err
	})
}

// Payload gives what is compressed in a file.
func Payload(file []byte) ([]byte, error) {
	z, err := zstd.NewReader(bytes.NewReader(file[len(header(false)) : len(file)-trailerLen]))
	if err != nil {
		return nil, err
	}
	defer z.Close()
	return io.ReadAll(z)
}
