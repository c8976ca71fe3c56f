package sqlite

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// PutBlob writes the content beside its place, then names it: what has a name is whole and durable.
func (b *Backend) PutBlob(ctx context.Context, project string, r io.Reader, limit int64) (hash string, size int64, err error) {
	b.closing.RLock()
	defer b.closing.RUnlock() // Close waits for blobs under way
	if b.closed {
		return "", 0, store.Closed()
	}
	temp, err := os.CreateTemp(filepath.Join(b.dir, "blobs"), "new-")
	if err != nil {
		return "", 0, mappedFile(err)
	}
	defer os.Remove(temp.Name()) // fails when it has been renamed
	defer temp.Close()
	sum := sha256.New()
	size, err = io.Copy(io.MultiWriter(temp, sum), io.LimitReader(store.Reader(ctx, r), limit+1))
	if err != nil {
		return "", 0, mappedFile(err)
	}
	if size > limit {
		return "", 0, store.TooLarge(limit)
	}
	if err := errors.Join(temp.Sync(), temp.Close()); err != nil {
		return "", 0, mappedFile(err)
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	if err := b.place(temp.Name(), b.blobFile(project, hash)); err != nil {
		return "", 0, mappedFile(err)
	}
	return hash, size, nil
}

// place gives a durable file its name, and makes the name durable too. A file that had the name gives
// way, so that the blob's age begins anew.
func (b *Backend) place(temp, name string) error {
	folder := filepath.Dir(name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	b.placing.Lock()
	err := os.Rename(temp, name)
	b.placing.Unlock()
	if err != nil {
		return err
	}
	project := filepath.Dir(folder)
	return errors.Join(syncFolder(folder), syncFolder(project), syncFolder(filepath.Dir(project)))
}

// OpenBlob opens the file.
func (b *Backend) OpenBlob(ctx context.Context, project, hash string) (io.ReadCloser, int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	if !isHash(hash) {
		return nil, 0, store.NotFound()
	}
	file, err := os.Open(b.blobFile(project, hash))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, store.NotFound()
	}
	if err != nil {
		return nil, 0, mappedFile(err)
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, 0, mappedFile(err)
	}
	return file, info.Size(), nil
}

func isHash(text string) bool {
	raw, err := hex.DecodeString(text)
	return err == nil && len(raw) == sha256.Size && text == strings.ToLower(text)
}

// blobFile names the file of a blob. A project's folder is its id where that is plain, so that no
// id leads elsewhere and no two meet where the file system ignores case.
func (b *Backend) blobFile(project, hash string) string {
	folder := "_"
	for _, c := range []byte(project) {
		if c >= 'a' && c <= 'z' || c >= '0' && c <= '9' {
			folder += string(c)
		} else {
			folder += fmt.Sprintf("%%%02x", c)
		}
	}
	if len(folder) > 1 && !strings.Contains(folder, "%") {
		folder = folder[1:]
	}
	return filepath.Join(b.dir, "blobs", folder, hash[:2], hash[2:])
}

// sweep removes what a killed process left half written.
func sweep(dir string) error {
	folder := filepath.Join(dir, "blobs")
	entries, err := os.ReadDir(folder)
	for _, entry := range entries {
		if strings.HasPrefix(entry.Name(), "new-") {
			err = errors.Join(err, os.Remove(filepath.Join(folder, entry.Name())))
		}
	}
	return err
}

// mappedFile says an error of a file in the store's words; what the source of the bytes said
// stays as it is.
func mappedFile(err error) error {
	var failure *fs.PathError
	switch {
	case errors.Is(err, syscall.ENOSPC):
		return problem.New(problem.Unavailable, "store.full").Because(err)
	case errors.As(err, &failure):
		return store.Failed(err)
	}
	return err
}
