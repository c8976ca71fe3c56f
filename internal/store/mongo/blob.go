package mongo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tianye/internal/store"
)

// The names of a blob whose content is still coming, and of one that is going. No other is without a "/".
const (
	unnamed = "unnamed"
	removed = "removed"
)

// blobPatience is how long a whole blob may take, in place of patience for each
// command: GridFS sends 16 MB in one, and a blob has no stamp to be late for.
const blobPatience = 10 * time.Minute

// blobs gives a bucket for one use: a bucket's first write is not safe for several
// goroutines.
func (b *Backend) blobs() *driver.GridFSBucket {
	return b.db.GridFSBucket(options.GridFSBucket().SetName("store.blobs"))
}

// PutBlob stores the content, then names it after itself: what has a name is whole.
func (b *Backend) PutBlob(ctx context.Context, project string, r io.Reader, limit int64) (hash string, size int64, err error) {
	if err := b.ready(ctx); err != nil {
		return "", 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, blobPatience)
	defer cancel()
	upload, err := b.blobs().OpenUploadStream(ctx, unnamed)
	if err != nil {
		return "", 0, b.mapped(ctx, err)
	}
	sum := sha256.New()
	source := &reader{ctx: ctx, r: r}
	size, err = io.Copy(io.MultiWriter(upload, sum), io.LimitReader(source, limit+1))
	if err == nil && size > limit {
		err = store.TooLarge(limit)
	}
	if err != nil {
		b.discard(ctx, upload.FileID)
		if source.err != nil {
			return "", 0, source.err
		}
		return "", 0, b.mapped(ctx, err)
	}
	if err := upload.Close(); err != nil {
		return "", 0, b.mapped(ctx, err)
	}
	hash = hex.EncodeToString(sum.Sum(nil))
	return hash, size, b.mapped(ctx, b.name(ctx, upload.FileID, key(project, hash)))
}

// discard drops what has come of a blob, even when its context has ended. What a dead network leaves
// has no name and does no harm.
func (b *Backend) discard(ctx context.Context, id any) {
	_, _ = b.blobs().GetChunksCollection().DeleteMany(context.WithoutCancel(ctx), bson.D{{Key: "files_id", Value: id}})
}

// name names a blob, or drops it when another has the name already; that one's age begins anew, in
// the same step in which DeleteBlob would have to find it old.
func (b *Backend) name(ctx context.Context, id any, name string) error {
	now, err := b.now(ctx)
	if err != nil {
		return err
	}
	files := b.blobs().GetFilesCollection()
	fresh := bson.D{{Key: "filename", Value: name}, {Key: "uploadDate", Value: now}}
	result, err := files.UpdateOne(ctx, bson.D{{Key: "filename", Value: name}}, bson.D{{Key: "$set", Value: fresh}})
	if err != nil {
		return err
	}
	if result.MatchedCount > 0 {
		return b.blobs().Delete(ctx, id)
	}
	result, err = files.UpdateOne(ctx, bson.D{{Key: "_id", Value: id}}, bson.D{{Key: "$set", Value: fresh}})
	if err == nil && result.MatchedCount == 0 {
		err = driver.ErrNoDocuments
	}
	return err
}

// now is the server's time.
func (b *Backend) now(ctx context.Context) (time.Time, error) {
	stamp, err := b.clock.stamp(ctx)
	return time.UnixMicro(stamp), err
}

// OpenBlob opens any blob of the name: two may have come at the same time, with the same content.
func (b *Backend) OpenBlob(ctx context.Context, project, hash string) (io.ReadCloser, int64, error) {
	if err := b.ready(ctx); err != nil {
		return nil, 0, err
	}
	ctx, cancel := context.WithTimeout(ctx, blobPatience)
	download, err := b.blobs().OpenDownloadStreamByName(ctx, key(project, hash))
	if err != nil {
		defer cancel()
		if errors.Is(err, driver.ErrFileNotFound) {
			return nil, 0, store.NotFound()
		}
		return nil, 0, b.mapped(ctx, err)
	}
	return &downloading{download, cancel}, download.GetFile().Length, nil
}

// downloading ends the context of a download when it is closed.
type downloading struct {
	*driver.GridFSDownloadStream
	cancel context.CancelFunc
}

func (d *downloading) Close() error {
	defer d.cancel()
	return d.GridFSDownloadStream.Close()
}

func (b *Backend) ready(ctx context.Context) error {
	if b.closed.Load() {
		return store.Closed()
	}
	return ctx.Err()
}

// reader stops when its context ends and remembers how its source failed.
type reader struct {
	ctx context.Context
	r   io.Reader
	err error
}

func (r *reader) Read(p []byte) (int, error) {
	if r.err = r.ctx.Err(); r.err != nil {
		return 0, r.err
	}
	n, err := r.r.Read(p)
	if err != nil && err != io.EOF {
		r.err = err
	}
	return n, err
}
