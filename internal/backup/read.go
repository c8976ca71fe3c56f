package backup

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"

	"filippo.io/age"
	"github.com/klauspost/compress/zstd"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// maxWorkFactor bounds what a foreign file makes scrypt take: 256 MB.
const maxWorkFactor = 18

// Verify reads a whole backup and tells what it holds, or what is wrong: cut, damaged, another passphrase,
// written by a newer program.
func Verify(ctx context.Context, from io.ReadSeeker, o Options) (Info, error) {
	f, err := verified(ctx, from, o)
	if err != nil {
		return Info{}, err
	}
	return f.info, nil
}

func verified(ctx context.Context, from io.ReadSeeker, o Options) (*file, error) {
	f, err := open(ctx, from)
	if err != nil {
		return nil, err
	}
	return f, f.walk(ctx, o, Verifying, visitor{
		record: func(store.Record) error { return nil },
		blob: func(_, hash string, size int64, content io.Reader) error {
			sum := sha256.New()
			if _, err := io.Copy(sum, content); err != nil {
				return err
			}
			if hex.EncodeToString(sum.Sum(nil)) != hash {
				return damaged("blob %s has other content", hash)
			}
			return nil
		},
	})
}

// file is a backup whose bytes are those that were written.
type file struct {
	from    io.ReadSeeker
	info    Info
	payload int64 // where it begins
	end     int64 // where it ends
}

// open reads the header and checks the trailer's sum over all before it.
func open(ctx context.Context, from io.ReadSeeker) (*file, error) {
	size, err := from.Seek(0, io.SeekEnd)
	if err == nil {
		_, err = from.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, mapped(err)
	}
	begin := make([]byte, min(size, headerMost))
	if _, err := io.ReadFull(from, begin); err != nil {
		return nil, mapped(err)
	}
	line, _, found := bytes.Cut(begin, []byte("\n"))
	if !found && !bytes.HasPrefix([]byte(magic), begin[:min(len(begin), len(magic))]) {
		return nil, problem.New(problem.Unsupported, "backup.notOne")
	}
	if !found {
		return nil, damaged("cut in the header")
	}
	f := &file{from: from, payload: int64(len(line)) + 1, end: size - int64(trailerLen)}
	if f.info.Encrypted, err = parseHeader(string(line)); err != nil {
		return nil, err
	}
	if f.info.Size = size; f.end < f.payload {
		return nil, damaged("cut before the trailer")
	}
	return f, f.check(ctx)
}

func (f *file) check(ctx context.Context) error {
	if _, err := f.from.Seek(0, io.SeekStart); err != nil {
		return mapped(err)
	}
	sum := sha256.New()
	source := store.Reader(ctx, f.from)
	if _, err := io.CopyN(sum, source, f.end); err != nil {
		return mapped(err)
	}
	trailer := make([]byte, trailerLen)
	if _, err := io.ReadFull(source, trailer); err != nil {
		return mapped(err)
	}
	f.info.Hash = hex.EncodeToString(sum.Sum(nil))
	if string(trailer) != trailerAt+f.info.Hash+"\n" {
		return damaged("the sum is not the trailer's")
	}
	return nil
}

// visitor is given what a backup holds. A record's body is its own only during the call.
type visitor struct {
	record func(store.Record) error
	blob   func(project, hash string, size int64, content io.Reader) error
}

// walk reads the payload from its beginning to its end.
func (f *file) walk(ctx context.Context, o Options, step Step, v visitor) error {
	if _, err := f.from.Seek(f.payload, io.SeekStart); err != nil {
		return mapped(err)
	}
	read := &counting{n: f.payload}
	var payload io.Reader = io.TeeReader(io.LimitReader(store.Reader(ctx, f.from), f.end-f.payload), read)
	payload, err := f.opened(payload, o.Passphrase)
	if err != nil {
		return err
	}
	frames, err := zstd.NewReader(payload, zstd.WithDecoderMaxWindow(window), zstd.WithDecoderConcurrency(1))
	if err != nil {
		return foreign(err)
	}
	defer frames.Close()
	w := &walker{visitor: v, in: bufio.NewReaderSize(frames, chunkMost),
		meter: meter{tell: o.Progress, now: Progress{Step: step, Total: f.info.Size}, at: func() int64 { return read.n }}}
	if f.info, err = w.all(f.info); err != nil {
		return foreign(err)
	}
	read.n = f.info.Size
	w.say(w.counts)
	return nil
}

// opened decrypts a payload that is encrypted.
func (f *file) opened(payload io.Reader, passphrase string) (io.Reader, error) {
	if !f.info.Encrypted {
		return payload, nil
	}
	if passphrase == "" {
		return nil, problem.New(problem.Invalid, "backup.needPassphrase")
	}
	identity, err := age.NewScryptIdentity(passphrase)
	if err != nil {
		return nil, err
	}
	identity.SetMaxWorkFactor(maxWorkFactor)
	opened, err := age.Decrypt(payload, identity)
	var mismatch *age.NoIdentityMatchError
	if errors.As(err, &mismatch) {
		return nil, problem.New(problem.Invalid, "backup.wrongPassphrase").Because(err)
	}
	if err != nil {
		return nil, foreign(err)
	}
	return opened, nil
}

// errVisited is an error of the visitor's, not of the file's.
type errVisited struct{ error }

func visited(err error) error {
	if err == nil {
		return nil
	}
	return errVisited{err}
}

// foreign keeps what is said already, and what the disk says; all else is damage.
func foreign(err error) error {
	var known *problem.Problem
	var path *fs.PathError
	if visited, ok := err.(errVisited); ok {
		return mapped(visited.error)
	}
	if errors.As(err, &known) || errors.As(err, &path) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return mapped(err)
	}
	return damaged("%w", err)
}
