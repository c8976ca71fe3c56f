package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// digest is a blob's name in half the room.
type digest [sha256.Size]byte

// blobBatch is how many blobs are looked through at once: what is kept of them stays below 20 MB.
const blobBatch = 200_000

// sweepBlobs removes the blobs that no document names any more: of what was purged, and of uploads that
// were refused. Any text in any document, present or former, that is a blob's name keeps it. Of
// those that were put in the last day the document may be on its way: DeleteBlob leaves them.
func (s *Bin) sweepBlobs(ctx context.Context) error {
	batch, count := map[string]map[digest]bool{}, 0
	err := s.b.EachBlob(ctx, func(project, hash string, _ int64) error {
		name, ok := digestOf(hash)
		if !ok {
			return nil
		}
		if batch[project] == nil {
			batch[project] = map[digest]bool{}
		}
		batch[project][name] = true
		if count++; count < blobBatch {
			return nil
		}
		err := s.removeOrphans(ctx, batch)
		batch, count = map[string]map[digest]bool{}, 0
		return err
	})
	if err != nil {
		return err
	}
	return s.removeOrphans(ctx, batch)
}

func digestOf(hash string) (d digest, ok bool) {
	if len(hash) != hex.EncodedLen(len(d)) {
		return d, false
	}
	_, err := hex.Decode(d[:], []byte(hash))
	return d, err == nil
}

// removeOrphans removes those of a project's blobs that nothing names.
func (s *Bin) removeOrphans(ctx context.Context, batch map[string]map[digest]bool) error {
	for project, blobs := range batch {
		for _, c := range ofProject {
			if err := s.strikeNamed(ctx, c, project, blobs); err != nil {
				return err
			}
		}
		for name := range blobs {
			if err := s.b.DeleteBlob(ctx, project, hex.EncodeToString(name[:])); err != nil && !IsFresh(err) {
				return err
			}
		}
	}
	return nil
}

// strikeNamed takes the blobs that documents of a collection name out of a set.
func (s *Bin) strikeNamed(ctx context.Context, c *Collection, project string, blobs map[digest]bool) error {
	strike := func(text string) {
		if name, ok := digestOf(text); ok {
			delete(blobs, name)
		}
	}
	return s.b.Stream(ctx, c, project, Query{}, func(d Document) error {
		if err := eachText(d.Body, strike); err != nil || !c.History || d.Revision == 1 || len(blobs) == 0 {
			return err
		}
		former, err := s.b.Revisions(ctx, c, project, d.ID)
		if err != nil {
			return err
		}
		for _, f := range former {
			if err := eachText(f.Body, strike); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachText visits every text of a body, however deep.
func eachText(body bson.Raw, visit func(string)) error {
	values, err := body.Values()
	if err != nil {
		return err
	}
	for _, v := range values {
		switch v.Type {
		case bson.TypeString:
			visit(v.StringValue())
		case bson.TypeEmbeddedDocument, bson.TypeArray:
			if err := eachText(bson.Raw(v.Value), visit); err != nil {
				return err
			}
		}
	}
	return nil
}
