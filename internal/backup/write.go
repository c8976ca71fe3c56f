package backup

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"tianye/internal/problem"
	"tianye/internal/store"
)

const (
	// workFactor has scrypt take 64 MB and a fraction of a second; a stolen file is tried as slowly.
	workFactor = 16
	// window bounds what reading takes.
	window = 4 << 20
)

// Write writes a backup while the store works. A backup that gave an error is not whole, and
// reading refuses it.
func Write(ctx context.Context, b store.Backend, to io.Writer, o Options) (Info, error) {
	if err := Unfinished(ctx, b); err != nil {
		return Info{}, err
	}
	now := time.Now
	if o.Now != nil {
		now = o.Now
	}
	info := Info{Created: now(), Schema: store.Schema(store.Collections), Encrypted: o.Passphrase != ""}
	sum, size := sha256.New(), &counting{}
	file := io.MultiWriter(to, sum, size)
	w := &writer{meter: meter{tell: o.Progress, now: Progress{Step: Writing}, at: func() int64 { return size.n }}}
	err := w.all(ctx, b, file, info, o.Passphrase)
	if err != nil {
		return Info{}, mapped(err)
	}
	info.Hash = hex.EncodeToString(sum.Sum(nil))
	if _, err := fmt.Fprintf(file, "%s%s\n", trailerAt, info.Hash); err != nil {
		return Info{}, mapped(err)
	}
	w.say(w.counts)
	info.Counts, info.Size = w.counts, size.n
	return info, nil
}

// writer writes frames.
type writer struct {
	meter
	to      *bufio.Writer
	counts  Counts
	content []byte // used again
}

// all writes the header and the payload: frames in zstd, in age when there is a passphrase.
func (w *writer) all(ctx context.Context, b store.Backend, file io.Writer, info Info, passphrase string) error {
	if _, err := io.WriteString(file, header(info.Encrypted)); err != nil {
		return err
	}
	closers := []io.Closer{}
	if info.Encrypted {
		recipient, err := age.NewScryptRecipient(passphrase)
		if err != nil {
			return err
		}
		recipient.SetWorkFactor(workFactor)
		sealed, err := age.Encrypt(file, recipient)
		if err != nil {
			return err
		}
		closers, file = append(closers, sealed), sealed
	}
	compressed, err := zstd.NewWriter(file, zstd.WithWindowSize(window), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return err
	}
	w.to = bufio.NewWriterSize(compressed, chunkMost)
	if err := w.frames(ctx, b, info); err != nil {
		return errors.Join(err, compressed.Close()) // gives its memory back; what it writes is for nothing
	}
	if err := errors.Join(w.to.Flush(), compressed.Close()); err != nil {
		return err
	}
	for _, c := range closers {
		if err := c.Close(); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) frames(ctx context.Context, b store.Backend, info Info) error {
	if err := w.json(frameInfo, head{Created: info.Created.Format(time.RFC3339), Schema: info.Schema}); err != nil {
		return err
	}
	if err := b.Dump(ctx, store.Lasting, func(r store.Record) error { return errors.Join(ctx.Err(), w.record(r)) }); err != nil {
		return err
	}
	// Blobs come after the documents that name them.
	err := b.EachBlob(ctx, func(project, hash string, size int64) error { return w.blob(ctx, b, project, hash) })
	if err != nil {
		return err
	}
	return w.json(frameEnd, w.counts)
}

func (w *writer) frame(kind byte, content []byte) error {
	var head [1 + binary.MaxVarintLen64]byte
	head[0] = kind
	n := 1 + binary.PutUvarint(head[1:], uint64(len(content)))
	if _, err := w.to.Write(head[:n]); err != nil {
		return err
	}
	_, err := w.to.Write(content)
	return err
}

func (w *writer) json(kind byte, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	return w.frame(kind, raw)
}

func (w *writer) record(r store.Record) error {
	if err := store.CheckRecord(r); err != nil || max(len(r.Project), len(r.ID)) > nameMost {
		return fmt.Errorf("backup: %s %q could not be read again: %w", r.Collection.Name, r.ID, err)
	}
	kind := byte(frameDocument)
	if r.Former {
		kind = frameFormer
		w.counts.Revisions++
	} else {
		w.counts.Documents++
	}
	w.content = appendRecord(w.content[:0], r)
	w.counts.Bytes += int64(len(r.Body))
	w.count(w.counts)
	return w.frame(kind, w.content)
}

// blob copies one. It is passed over when it has just been deleted.
func (w *writer) blob(ctx context.Context, b store.Backend, project, hash string) error {
	r, size, err := b.OpenBlob(ctx, project, hash)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	defer r.Close()
	w.content = binary.AppendUvarint(appendText(appendText(w.content[:0], project), hash), uint64(size))
	if err := w.frame(frameBlob, w.content); err != nil {
		return err
	}
	chunk := make([]byte, chunkMost)
	left := size
	for left > 0 {
		n, err := io.ReadFull(r, chunk[:min(left, chunkMost)])
		if err := errors.Join(err, ctx.Err()); err != nil {
			return fmt.Errorf("backup: blob %s: %w", hash, err)
		}
		if err := w.frame(frameChunk, chunk[:n]); err != nil {
			return err
		}
		left -= int64(n)
		w.counts.Bytes += int64(n)
		w.count(w.counts)
	}
	w.counts.Blobs++
	return nil
}
