package mongo

import (
	"context"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/store"
)

// DeleteBlob first takes the name from a blob that is old, in one step, then removes what has no name any
// longer, also what a process left that was stopped here.
func (b *Backend) DeleteBlob(ctx context.Context, project, hash string) error {
	if err := b.ready(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, blobPatience)
	defer cancel()
	return b.mapped(ctx, b.deleteBlob(ctx, key(project, hash)))
}

func (b *Backend) deleteBlob(ctx context.Context, name string) error {
	now, err := b.now(ctx)
	if err != nil {
		return err
	}
	files, chunks := b.blobs().GetFilesCollection(), b.blobs().GetChunksCollection()
	_, err = files.UpdateMany(ctx,
		bson.D{{Key: "filename", Value: name}, {Key: "uploadDate", Value: bson.D{{Key: "$lte", Value: now.Add(-store.BlobRest)}}}},
		bson.D{{Key: "$set", Value: bson.D{{Key: "filename", Value: removed}}}})
	if err != nil {
		return err
	}
	err = b.walk(ctx, files, bson.D{{Key: "filename", Value: removed}}, bson.D{{Key: "_id", Value: 1}}, 0, func(raw bson.Raw) error {
		id := raw.Lookup("_id")
		if _, err := chunks.DeleteMany(ctx, bson.D{{Key: "files_id", Value: id}}); err != nil {
			return err
		}
		_, err := files.DeleteOne(ctx, bson.D{{Key: "_id", Value: id}})
		return err
	})
	if err != nil {
		return err
	}
	left, err := files.CountDocuments(ctx, bson.D{{Key: "filename", Value: name}})
	if err == nil && left > 0 {
		err = store.Fresh()
	}
	return err
}

// EachBlob reads names by the page, in their order: the same content that came twice at once is met once,
// and no cursor waits while a caller works on a blob.
func (b *Backend) EachBlob(ctx context.Context, each func(project, hash string, size int64) error) error {
	const page = 1000
	for last := ""; ; {
		if err := b.ready(ctx); err != nil {
			return err
		}
		var found []bson.Raw
		err := b.walk(ctx, b.blobs().GetFilesCollection(), bson.D{{Key: "filename", Value: bson.D{{Key: "$gt", Value: last}}}},
			bson.D{{Key: "filename", Value: 1}}, page, func(raw bson.Raw) error {
				found = append(found, raw)
				return nil
			})
		if err != nil || len(found) == 0 {
			return err
		}
		for _, raw := range found {
			name, _ := raw.Lookup("filename").StringValueOK()
			project, hash, named := strings.Cut(name, "/")
			if !named || name == last {
				last = name
				continue
			}
			last = name
			size, _ := raw.Lookup("length").AsInt64OK()
			if err := each(unescape.Replace(project), unescape.Replace(hash), size); err != nil {
				return err
			}
			if err := ctx.Err(); err != nil {
				return err
			}
		}
	}
}
