package backup

import (
	"context"
	"errors"
	"io"
	"slices"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// Restore verifies a whole backup and then writes all that it holds into an empty store. It writes
// nothing when the file or the store is not right. Stopped anywhere, it is repeated with the same
// file: until it has ended, the store takes no other, and Unfinished tells of it. Nobody else may write
// meanwhile.
func Restore(ctx context.Context, b store.Backend, from io.ReadSeeker, o Options) (Info, error) {
	f, err := verified(ctx, from, o)
	if err != nil {
		return Info{}, err
	}
	begun, err := store.RestoreOf(ctx, b)
	if err != nil {
		return Info{}, err
	}
	if begun != "" && begun != f.info.Hash {
		return Info{}, problem.New(problem.Conflict, "backup.otherFile", begun[:min(8, len(begun))])
	}
	if begun == "" {
		empty, err := store.IsEmpty(ctx, b)
		if err != nil {
			return Info{}, err
		}
		if !empty {
			return Info{}, problem.New(problem.Conflict, "backup.notEmpty")
		}
		if err := store.BeginRestore(ctx, b, f.info.Hash); err != nil {
			return Info{}, err
		}
	}
	l := &loader{ctx: ctx, b: b}
	if err := f.walk(ctx, o, Restoring, visitor{l.record, l.blob}); err != nil {
		return Info{}, err
	}
	if err := l.flush(); err != nil {
		return Info{}, err
	}
	return f.info, store.EndRestore(ctx, b)
}

// Unfinished refuses a store in which a restore was stopped: serve asks before it begins.
func Unfinished(ctx context.Context, b store.Backend) error {
	of, err := store.RestoreOf(ctx, b)
	if err == nil && of != "" {
		err = problem.New(problem.Unavailable, "backup.unfinished", of[:min(8, len(of))])
	}
	return err
}

// A batch is so many records or bytes of bodies.
const (
	batchRecords = 500
	batchBytes   = 4 << 20
)

// loader gathers records of one collection, documents or former revisions.
type loader struct {
	ctx   context.Context
	b     store.Backend
	batch []store.Record
	bytes int
}

func (l *loader) record(r store.Record) error {
	if n := len(l.batch); n > 0 && (n == batchRecords || l.bytes > batchBytes ||
		l.batch[0].Collection != r.Collection || l.batch[0].Former != r.Former) {
		if err := l.flush(); err != nil {
			return err
		}
	}
	r.Body = slices.Clone(r.Body)
	l.batch, l.bytes = append(l.batch, r), l.bytes+len(r.Body)
	return nil
}

func (l *loader) flush() error {
	if len(l.batch) == 0 {
		return nil
	}
	err := l.b.Load(l.ctx, l.batch[0].Collection, l.batch)
	l.batch, l.bytes = l.batch[:0], 0
	return err
}

// blob puts one, unless it is there already.
func (l *loader) blob(project, hash string, size int64, content io.Reader) error {
	there, _, err := l.b.OpenBlob(l.ctx, project, hash)
	if err == nil {
		return there.Close()
	}
	if !problem.Is(err, problem.NotFound) {
		return err
	}
	got, _, err := l.b.PutBlob(l.ctx, project, content, size)
	if err == nil && got != hash {
		err = errors.New("backup: a verified blob has other content")
	}
	return err
}
