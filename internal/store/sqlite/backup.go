package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// Backup copies the store, while it works, into a folder that does not exist yet: a data folder like
// this one, as it is at the beginning of the copy. It is whole when Backup returns without an error.
func (b *Backend) Backup(ctx context.Context, dir string) error {
	b.closing.RLock()
	defer b.closing.RUnlock()
	if b.closed {
		return store.Closed()
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		return problem.New(problem.Unavailable, "store.backup", dir).Because(err)
	}
	file := filepath.Join(dir, "tianye.db")
	db, err := sql.Open("sqlite", dsn(b.dir)) // the readers' connections may not even write elsewhere
	if err != nil {
		return mapped(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", file); err != nil {
		return mapped(err)
	}
	if err := syncFile(file); err != nil {
		return mappedFile(err)
	}
	// The blobs come second: those that the copied documents speak of are there by now.
	from := filepath.Join(b.dir, "blobs")
	err = filepath.WalkDir(from, func(name string, entry fs.DirEntry, err error) error {
		if err := errors.Join(err, ctx.Err()); err != nil {
			return err
		}
		to := filepath.Join(dir, "blobs", strings.TrimPrefix(name, from))
		switch {
		case entry.IsDir():
			return os.Mkdir(to, 0o700)
		case strings.HasPrefix(entry.Name(), "new-"):
			return nil
		}
		return copyFile(name, to)
	})
	return mappedFile(errors.Join(err, syncFolder(dir)))
}

func copyFile(from, to string) error {
	source, err := os.Open(from)
	if err != nil {
		return err
	}
	defer source.Close()
	target, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(target, source)
	return errors.Join(err, target.Sync(), target.Close())
}

func syncFile(name string) error {
	file, err := os.OpenFile(name, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}
