package mongo

import (
	"context"
	"errors"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"

	"tianye/internal/store"
)

// Insert stores a new document, or revives a deleted one.
func (b *Backend) Insert(ctx context.Context, c *store.Collection, d store.Document) (store.Document, error) {
	t, err := b.table(ctx, c)
	if err == nil {
		err = checkBody(d)
	}
	if err != nil {
		return store.Document{}, err
	}
	d.Revision, d.Deleted = 1, false
	err = b.stamped(ctx, &d.Stamp, func(ctx context.Context) error {
		_, err := t.living.InsertOne(ctx, t.envelope(d))
		return err
	})
	if isDuplicate(err) {
		return b.revive(ctx, t, d)
	}
	if err != nil {
		return store.Document{}, b.mapped(ctx, err)
	}
	return d, nil
}

// revive puts a document in place of its tombstone, or gives Exists when there is none.
func (b *Backend) revive(ctx context.Context, t *table, d store.Document) (store.Document, error) {
	raw, err := t.living.FindOne(ctx, bson.D{{Key: "_id", Value: key(d.Project, d.ID)}}).Raw()
	if errors.Is(err, driver.ErrNoDocuments) {
		return store.Document{}, store.Exists() // a unique index is taken
	}
	if err != nil {
		return store.Document{}, b.mapped(ctx, err)
	}
	tombstone := document(raw, d.Project)
	if !tombstone.Deleted {
		return store.Document{}, store.Exists()
	}
	d.Revision = tombstone.Revision + 1
	switch matched, err := b.exchange(ctx, t, tombstone, &d); {
	case err != nil:
		return store.Document{}, b.mapped(ctx, err)
	case !matched:
		return store.Document{}, store.Exists() // someone else revived it
	}
	return d, nil
}

// Replace stores a new body in place of revision d.Revision.
func (b *Backend) Replace(ctx context.Context, c *store.Collection, d store.Document) (store.Document, error) {
	t, err := b.table(ctx, c)
	if err == nil {
		err = checkBody(d)
	}
	if err != nil {
		return store.Document{}, err
	}
	d.Deleted = false
	if err := b.change(ctx, t, &d); err != nil {
		return store.Document{}, b.mapped(ctx, err)
	}
	return d, nil
}

// Delete leaves a tombstone in place of the revision.
func (b *Backend) Delete(ctx context.Context, c *store.Collection, project, id string, revision int64) error {
	t, err := b.table(ctx, c)
	if err != nil {
		return err
	}
	return b.mapped(ctx, b.change(ctx, t, &store.Document{ID: id, Project: project, Revision: revision, Deleted: true}))
}

// change puts d in place of the revision that it names and moves d on by one. The present revision is
// kept first where the collection wants it: stopped in between, Revisions does not show it, and
// repeated, it is kept once.
func (b *Backend) change(ctx context.Context, t *table, d *store.Document) error {
	present := store.Document{ID: d.ID, Project: d.Project, Revision: d.Revision}
	d.Revision++
	if t.former != nil {
		if err := t.keep(ctx, present); err != nil {
			return err
		}
	}
	matched, err := b.exchange(ctx, t, present, d)
	if err != nil || matched {
		return err
	}
	if _, err := t.get(ctx, present.Project, present.ID); err != nil {
		return err
	}
	return store.Changed()
}

// exchange replaces the envelope of one revision (a tombstone's or a living one's) by d's.
func (b *Backend) exchange(ctx context.Context, t *table, present store.Document, d *store.Document) (matched bool, err error) {
	filter := bson.D{
		{Key: "_id", Value: key(present.Project, present.ID)},
		{Key: "revision", Value: present.Revision},
		{Key: "deleted", Value: present.Deleted},
	}
	err = b.stamped(ctx, &d.Stamp, func(ctx context.Context) error {
		result, err := t.living.ReplaceOne(ctx, filter, t.envelope(*d))
		if err == nil {
			matched = result.MatchedCount == 1
		}
		return err
	})
	if isDuplicate(err) {
		return false, store.Exists()
	}
	return matched, err
}

// keep copies a present revision to the former ones.
func (t *table) keep(ctx context.Context, present store.Document) error {
	d, err := t.get(ctx, present.Project, present.ID)
	if err != nil {
		return err
	}
	if d.Revision != present.Revision {
		return store.Changed()
	}
	_, err = t.former.InsertOne(ctx, former{
		Key: formerKey{key(d.Project, d.ID), d.Revision}, Revision: d.Revision, Stamp: d.Stamp, Body: wrapped(d.Body),
	})
	if isDuplicate(err) {
		return nil // kept by an attempt that then failed
	}
	return err
}

// stamped writes with a new stamp, within patience.
func (b *Backend) stamped(ctx context.Context, stamp *int64, write func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	var err error
	if *stamp, err = b.clock.stamp(ctx); err != nil {
		return err
	}
	return write(ctx)
}

func checkBody(d store.Document) error {
	if len(d.Body) == 0 {
		return errors.New("mongo: a document without a body")
	}
	if len(d.Body) > store.MaxBody {
		return store.TooLarge(store.MaxBody)
	}
	return nil
}

// isDuplicate tells whether an id or a unique index is taken. FerretDB v1 says so in its own way
// when an update meets it.
func isDuplicate(err error) bool {
	var failure driver.ServerError
	return driver.IsDuplicateKeyError(err) || errors.As(err, &failure) && failure.HasErrorMessage("UNIQUE constraint failed")
}
