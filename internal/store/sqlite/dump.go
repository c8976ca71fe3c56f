package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"tianye/internal/store"
)

// Forget has SQLite overwrite what it deletes.
func (b *Backend) Forget(ctx context.Context, c *store.Collection, project, id string) error {
	t, err := b.table(c)
	if err != nil || t.former == "" {
		return err
	}
	return b.submit(ctx, func(int64) error {
		if err := b.writer.exec("PRAGMA secure_delete = ON"); err != nil {
			return err
		}
		_, err := b.writer.conn.ExecContext(context.Background(),
			fmt.Sprintf("DELETE FROM %s WHERE project = ? AND id = ?", t.former), project, id)
		return errors.Join(err, b.writer.exec("PRAGMA secure_delete = FAST"))
	})
}

// Dump reads everything in one transaction: the state of the moment when it began.
func (b *Backend) Dump(ctx context.Context, list []*store.Collection, each func(store.Record) error) error {
	conn, err := b.read.Conn(ctx)
	if err != nil {
		return mapped(err)
	}
	defer conn.Close()
	tx, err := conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return mapped(err)
	}
	defer tx.Rollback()
	for _, c := range list {
		t, err := b.table(c)
		if err != nil {
			return err
		}
		if err := t.dump(ctx, tx, store.Record{Collection: c}, each); err != nil {
			return err
		}
		if t.former == "" {
			continue
		}
		if err := t.dump(ctx, tx, store.Record{Collection: c, Former: true}, each); err != nil {
			return err
		}
	}
	return nil
}

// dump reads one of a collection's two tables; the record tells which.
func (t *table) dump(ctx context.Context, tx *sql.Tx, r store.Record, each func(store.Record) error) error {
	text := "SELECT project, id, revision, deleted, stamp, body FROM " + t.name + " ORDER BY project, id"
	if r.Former { // without those kept for a change that was then refused
		text = fmt.Sprintf("SELECT f.project, f.id, f.revision, 0, f.stamp, f.body FROM %s f JOIN %s USING (project, id)"+
			" WHERE f.revision < %[2]s.revision ORDER BY f.project, f.id, f.revision", t.former, t.name)
	}
	rows, err := tx.QueryContext(ctx, text)
	if err != nil {
		return mapped(err)
	}
	defer rows.Close()
	for rows.Next() {
		r.Document = store.Document{}
		if err := rows.Scan(&r.Project, &r.ID, &r.Revision, &r.Deleted, &r.Stamp, (*[]byte)(&r.Body)); err != nil {
			return mapped(err)
		}
		if r.Deleted {
			r.Body = nil
		}
		if err := each(r); err != nil {
			return err
		}
	}
	return mapped(rows.Err())
}

// Load writes all records in one transaction.
func (b *Backend) Load(ctx context.Context, c *store.Collection, records []store.Record) error {
	t, err := b.table(c)
	if err != nil {
		return err
	}
	for _, r := range records {
		if err := store.CheckRecord(r); err != nil {
			return err
		}
	}
	return b.submit(ctx, func(int64) error {
		l := loader{table: t, conn: b.writer.conn}
		defer l.close()
		for _, r := range records {
			if err := l.load(r); err != nil {
				return err
			}
			b.writer.stamp = max(b.writer.stamp, r.Stamp)
		}
		return nil
	})
}

// loader writes records in the writer, with statements of its own.
type loader struct {
	*table
	conn                   *sql.Conn
	putDocument, putFormer *sql.Stmt // prepared when they are needed
}

func (l *loader) close() {
	for _, s := range []*sql.Stmt{l.putDocument, l.putFormer} {
		if s != nil {
			s.Close()
		}
	}
}

func (l *loader) run(s **sql.Stmt, text func() string, args ...any) (err error) {
	if *s == nil {
		if *s, err = l.conn.PrepareContext(context.Background(), text()); err != nil {
			return err
		}
	}
	_, err = (*s).Exec(args...)
	return err
}

func (l *loader) load(r store.Record) error {
	if r.Former {
		return l.run(&l.putFormer, l.loadFormer, r.Revision, r.Stamp, []byte(r.Body), r.Project, r.ID, r.Revision)
	}
	body, keys := []byte(r.Body), store.Keys(r.Body, l.fields)
	if r.Deleted {
		body, keys = []byte{}, make([]any, len(l.fields))
	}
	args := []any{r.Project, r.ID, r.Revision, r.Deleted, r.Stamp, body}
	err := l.run(&l.putDocument, l.loadDocument, values(args, keys)...)
	if isUnique(err) {
		err = l.run(&l.putDocument, l.loadDocument, values(args, make([]any, len(keys)))...)
	}
	return err
}

func (t *table) loadDocument() string {
	return fmt.Sprintf("INSERT INTO %s (project, id, revision, deleted, stamp, body%s) VALUES (?, ?, ?, ?, ?, ?%s)"+
		" ON CONFLICT (project, id) DO UPDATE SET revision = excluded.revision, deleted = excluded.deleted,"+
		" stamp = excluded.stamp, body = excluded.body%s", t.name, columns(t.fields, ", *"),
		strings.Repeat(", ?", len(t.fields)), columns(t.fields, ", * = excluded.*"))
}

// loadFormer says how a former revision is written: only below its document's present one.
func (t *table) loadFormer() string {
	return fmt.Sprintf("INSERT OR REPLACE INTO %s (project, id, revision, stamp, body)"+
		" SELECT project, id, ?, ?, ? FROM %s WHERE project = ? AND id = ? AND revision > ?", t.former, t.name)
}
