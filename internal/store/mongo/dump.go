package mongo

import (
	"context"
	"errors"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tianye/internal/store"
)

// Forget removes the former revisions.
func (b *Backend) Forget(ctx context.Context, c *store.Collection, project, id string) error {
	t, err := b.table(ctx, c)
	if err != nil || t.former == nil {
		return err
	}
	_, err = t.former.DeleteMany(ctx, bson.D{{Key: "_id.document", Value: key(project, id)}})
	return b.mapped(ctx, err)
}

// Dump reads one collection after the other.
func (b *Backend) Dump(ctx context.Context, list []*store.Collection, each func(store.Record) error) error {
	for _, c := range list {
		t, err := b.table(ctx, c)
		if err != nil {
			return err
		}
		err = b.walk(ctx, t.living, bson.D{}, bson.D{{Key: "_id", Value: 1}}, 0, func(raw bson.Raw) error {
			project, _ := raw.Lookup("project").StringValueOK()
			return each(store.Record{Collection: c, Document: document(raw, project)})
		})
		if err == nil && t.former != nil {
			err = b.dumpFormer(ctx, t, c, each)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Backend) dumpFormer(ctx context.Context, t *table, c *store.Collection, each func(store.Record) error) error {
	order := bson.D{{Key: "_id.document", Value: 1}, {Key: "_id.revision", Value: 1}}
	return b.walk(ctx, t.former, bson.D{}, order, 0, func(raw bson.Raw) error {
		name, _ := raw.Lookup("_id", "document").StringValueOK()
		project, id, _ := strings.Cut(name, "/")
		d := document(raw, unescape.Replace(project))
		d.ID = unescape.Replace(id)
		return each(store.Record{Collection: c, Former: true, Document: d})
	})
}

// Load inserts the records together; where some are there already it replaces them, and where some value is
// taken it does so one by one.
func (b *Backend) Load(ctx context.Context, c *store.Collection, records []store.Record) error {
	t, err := b.table(ctx, c)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, blobPatience) // many at once, and nobody waits for their stamps
	defer cancel()
	var living, formers []store.Document
	newest := int64(0)
	for _, r := range records {
		if err := store.CheckRecord(r); err != nil {
			return err
		}
		newest = max(newest, r.Stamp)
		if r.Former {
			formers = append(formers, r.Document)
		} else {
			living = append(living, r.Document)
		}
	}
	if err := t.loadLiving(ctx, living); err != nil {
		return b.mapped(ctx, err)
	}
	if err := t.loadFormer(ctx, formers); err != nil {
		return b.mapped(ctx, err)
	}
	return b.mapped(ctx, b.raise(ctx, newest))
}

func (t *table) loadLiving(ctx context.Context, list []store.Document) error {
	var envelopes []loaded
	for _, d := range list {
		e := t.envelope(d)
		envelopes = append(envelopes, loaded{e.Key, e})
	}
	err := put(ctx, t.living, envelopes)
	if !isDuplicate(err) {
		return err
	}
	for i, d := range list {
		err := replace(ctx, t.living, envelopes[i:i+1])
		if isDuplicate(err) {
			e := t.envelope(d)
			for name := range e.Unique {
				e.Unique[name] = exempt(d)
			}
			err = replace(ctx, t.living, []loaded{{e.Key, e}})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// loadFormer leaves out what is not below its document's revision.
func (t *table) loadFormer(ctx context.Context, list []store.Document) error {
	if len(list) == 0 {
		return nil
	}
	var names bson.A
	for _, d := range list {
		names = append(names, key(d.Project, d.ID))
	}
	cursor, err := t.living.Find(ctx, bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: names}}}},
		options.Find().SetProjection(bson.D{{Key: "revision", Value: 1}}))
	if err != nil {
		return err
	}
	var found []envelope
	if err := cursor.All(ctx, &found); err != nil {
		return err
	}
	present := map[string]int64{}
	for _, e := range found {
		present[e.Key] = e.Revision
	}
	var formers []loaded
	for _, d := range list {
		if name := key(d.Project, d.ID); d.Revision < present[name] {
			k := formerKey{name, d.Revision}
			formers = append(formers, loaded{k, former{Key: k, Revision: d.Revision, Stamp: d.Stamp, Body: wrapped(d.Body)}})
		}
	}
	return put(ctx, t.former, formers)
}

// loaded is what is put into a collection, and its _id.
type loaded struct{ id, document any }

// put inserts: that is far faster than replacing, and in a new database nothing is there.
func put(ctx context.Context, to *driver.Collection, list []loaded) error {
	if len(list) == 0 {
		return nil
	}
	documents := make([]any, len(list))
	for i, l := range list {
		documents[i] = l.document
	}
	_, err := to.InsertMany(ctx, documents, options.InsertMany().SetOrdered(false))
	if isDuplicate(err) {
		return replace(ctx, to, list)
	}
	return err
}

func replace(ctx context.Context, to *driver.Collection, list []loaded) error {
	models := make([]driver.WriteModel, len(list))
	for i, l := range list {
		models[i] = driver.NewReplaceOneModel().SetFilter(bson.D{{Key: "_id", Value: l.id}}).SetReplacement(l.document).SetUpsert(true)
	}
	_, err := to.BulkWrite(ctx, models)
	return err
}

// floorKey names, among the records of collections, the stamp that every later one is above.
const floorKey = "*stamp"

// raise has later stamps be above one that comes from another server's clock, also after a restart.
func (b *Backend) raise(ctx context.Context, stamp int64) error {
	now, err := b.clock.stamp(ctx)
	if err != nil || stamp < now {
		return err
	}
	b.clock.raise(stamp)
	_, err = b.db.Collection("store.collections").UpdateOne(ctx, bson.D{{Key: "_id", Value: floorKey}},
		bson.D{{Key: "$max", Value: bson.D{{Key: "floor", Value: stamp}}}}, options.UpdateOne().SetUpsert(true))
	return err
}

// floor reads what raise wrote.
func (b *Backend) floor(ctx context.Context) error {
	var kept struct{ Floor int64 }
	err := b.db.Collection("store.collections").FindOne(ctx, bson.D{{Key: "_id", Value: floorKey}}).Decode(&kept)
	if errors.Is(err, driver.ErrNoDocuments) {
		return nil
	}
	b.clock.raise(kept.Floor)
	return err
}
