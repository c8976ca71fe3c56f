package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"sync/atomic"
	"time"

	"tianye/internal/store"
)

// job is a write that waits for the writer. Whoever wins taken decides: the writer
// to do it, or its caller, whose context ended, to give it up.
type job struct {
	do    func(stamp int64) error // runs in the writer; at most one row changes
	taken atomic.Bool
	done  chan error
}

// most is how many waiting writes share a transaction.
const most = 512

type writer struct {
	conn  *sql.Conn
	stamp int64
}

// submit hands a write to the writer and waits for its commit. Once the writer has begun, the
// caller waits for the outcome even when its context ends, so that it always knows it.
func (b *Backend) submit(ctx context.Context, do func(stamp int64) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	j := &job{do: do, done: make(chan error, 1)}
	if err := b.enqueue(ctx, j); err != nil {
		return err
	}
	select {
	case err := <-j.done:
		return mapped(err)
	case <-ctx.Done():
		if j.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return mapped(<-j.done)
	}
}

func (b *Backend) enqueue(ctx context.Context, j *job) error {
	b.closing.RLock()
	defer b.closing.RUnlock()
	if b.closed {
		return store.Closed()
	}
	select {
	case b.jobs <- j:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run writes until jobs is closed and empty: the first waiting write and all that wait by then
// in one transaction, while the next gather.
func (w *writer) run(jobs <-chan *job) {
	batch := make([]*job, 0, most)
	for j := range jobs {
		batch = append(batch[:0], j)
	gather:
		for len(batch) < most {
			select {
			case j, open := <-jobs:
				if !open {
					break gather
				}
				batch = append(batch, j)
			default:
				break gather
			}
		}
		w.commit(batch)
	}
}

// commit does a batch and tells every caller its own outcome. A write that is refused (exists,
// changed) leaves the others alone; when the disk fails, all of them fail.
func (w *writer) commit(batch []*job) {
	errs := make([]error, len(batch))
	err := w.exec("BEGIN IMMEDIATE")
	for i, j := range batch {
		if err != nil {
			break
		}
		if !j.taken.CompareAndSwap(false, true) {
			batch[i] = nil
			continue
		}
		w.stamp = max(w.stamp+1, time.Now().UnixMicro())
		if errs[i] = j.do(w.stamp); errs[i] != nil && !refused(errs[i]) {
			err = errs[i]
		}
	}
	if err == nil {
		err = w.exec("COMMIT")
	}
	if err != nil {
		_ = w.exec("ROLLBACK") // SQLite may have rolled back by itself
	}
	for i, j := range batch {
		if j == nil {
			continue
		}
		j.taken.Store(true)
		if err != nil && !refused(errs[i]) {
			errs[i] = err
		}
		j.done <- errs[i]
	}
}

func (w *writer) exec(statement string) error {
	_, err := w.conn.ExecContext(context.Background(), statement)
	return err
}

// refused tells the errors that concern one write alone.
func refused(err error) bool {
	return store.IsExists(err) || store.IsChanged(err) || errors.Is(err, errMissing)
}

// errMissing is the one NotFound that the writer gives.
var errMissing = store.NotFound()

// writable gives the table and the index keys of a document that is fit to be stored.
func (b *Backend) writable(c *store.Collection, d store.Document) (*table, []any, error) {
	t, err := b.table(c)
	if err != nil {
		return nil, nil, err
	}
	if len(d.Body) == 0 {
		return nil, nil, errors.New("sqlite: a document without a body")
	}
	if len(d.Body) > store.MaxBody {
		return nil, nil, store.TooLarge(store.MaxBody)
	}
	return t, store.Keys(d.Body, t.fields), nil
}

// Insert stores a new document, or revives a deleted one.
func (b *Backend) Insert(ctx context.Context, c *store.Collection, d store.Document) (store.Document, error) {
	t, keys, err := b.writable(c, d)
	if err != nil {
		return store.Document{}, err
	}
	d.Deleted = false
	err = b.submit(ctx, func(stamp int64) error {
		d.Revision, d.Stamp = 1, stamp
		_, err := t.insert.Exec(values([]any{d.Project, d.ID, stamp, []byte(d.Body)}, keys)...)
		if !isUnique(err) {
			return err
		}
		args := append(values([]any{stamp, []byte(d.Body)}, keys), d.Project, d.ID)
		err = t.revive.QueryRow(args...).Scan(&d.Revision)
		if isUnique(err) || errors.Is(err, sql.ErrNoRows) {
			return store.Exists()
		}
		return err
	})
	if err != nil {
		return store.Document{}, err
	}
	return d, nil
}

// Replace stores a new body in place of revision d.Revision.
func (b *Backend) Replace(ctx context.Context, c *store.Collection, d store.Document) (store.Document, error) {
	t, keys, err := b.writable(c, d)
	if err != nil {
		return store.Document{}, err
	}
	err = b.submit(ctx, func(stamp int64) error {
		d.Stamp = stamp
		args := append(values([]any{stamp, []byte(d.Body)}, keys), d.Project, d.ID, d.Revision)
		return t.change(t.replace, args, d.Project, d.ID, d.Revision)
	})
	if err != nil {
		return store.Document{}, err
	}
	d.Revision++
	return d, nil
}

// Delete leaves a tombstone in place of the revision.
func (b *Backend) Delete(ctx context.Context, c *store.Collection, project, id string, revision int64) error {
	t, err := b.table(c)
	if err != nil {
		return err
	}
	return b.submit(ctx, func(stamp int64) error {
		return t.change(t.remove, []any{stamp, project, id, revision}, project, id, revision)
	})
}

// change keeps the present revision where the collection wants it and runs the statement that
// puts another in its place. Keeping comes first and may be in vain: Revisions shows only what is former.
func (t *table) change(statement *sql.Stmt, args []any, project, id string, revision int64) error {
	if t.keep != nil {
		if _, err := t.keep.Exec(project, id, revision); err != nil {
			return err
		}
	}
	result, err := statement.Exec(args...)
	if isUnique(err) {
		return store.Exists()
	}
	if err != nil {
		return err
	}
	if changed, err := result.RowsAffected(); err != nil || changed == 1 {
		return err
	}
	var one int
	switch err := t.living.QueryRow(project, id).Scan(&one); {
	case errors.Is(err, sql.ErrNoRows):
		return errMissing
	case err != nil:
		return err
	}
	return store.Changed()
}
