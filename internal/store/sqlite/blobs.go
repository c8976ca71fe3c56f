package sqlite

import (
	"context"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tianye/internal/store"
)

// DeleteBlob looks at the file's age and removes it while nobody can put it again.
func (b *Backend) DeleteBlob(ctx context.Context, project, hash string) error {
	b.closing.RLock()
	defer b.closing.RUnlock()
	if b.closed {
		return store.Closed()
	}
	if err := ctx.Err(); err != nil || !isHash(hash) {
		return err
	}
	name := b.blobFile(project, hash)
	b.placing.Lock()
	defer b.placing.Unlock()
	info, err := os.Stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && time.Since(info.ModTime()) < store.BlobRest:
		return store.Fresh()
	case err == nil:
		err = errors.Join(os.Remove(name), syncFolder(filepath.Dir(name)))
	}
	return mappedFile(err)
}

// EachBlob walks the folders, project after project. The caller's own error comes back as it is.
func (b *Backend) EachBlob(ctx context.Context, each func(project, hash string, size int64) error) error {
	root := filepath.Join(b.dir, "blobs")
	var refused error
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err := errors.Join(err, ctx.Err()); err != nil || entry.IsDir() {
			return err
		}
		folder, rest, _ := strings.Cut(filepath.ToSlash(strings.TrimPrefix(name, root+string(filepath.Separator))), "/")
		hash := strings.ReplaceAll(rest, "/", "")
		if !isHash(hash) {
			return nil // half written
		}
		info, err := entry.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // deleted just now
		}
		if err == nil {
			refused = each(projectOf(folder), hash, info.Size())
			err = refused
		}
		return err
	})
	if refused != nil {
		return refused
	}
	return mappedFile(err)
}

// projectOf reads the name that blobFile gives a project's folder.
func projectOf(folder string) string {
	coded, found := strings.CutPrefix(folder, "_")
	if !found {
		return folder
	}
	var project strings.Builder
	for coded != "" {
		if raw, err := hex.DecodeString(coded[1:min(3, len(coded))]); coded[0] == '%' && err == nil && len(raw) == 1 {
			project.WriteByte(raw[0])
			coded = coded[3:]
			continue
		}
		project.WriteByte(coded[0])
		coded = coded[1:]
	}
	return project.String()
}
