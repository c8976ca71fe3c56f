package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"tianye/internal/store"
)

// Reading goes by pages, so that no connection is held while a caller works on a document:
// a page ends after so many documents or bytes.
const (
	pageRows  = 256
	pageBytes = 4 << 20
)

// Get reads one living document. The read is too short to be worth cancelling.
func (b *Backend) Get(ctx context.Context, c *store.Collection, project, id string) (store.Document, error) {
	t, err := b.table(c)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return store.Document{}, err
	}
	d := store.Document{ID: id, Project: project}
	err = t.get.QueryRowContext(context.WithoutCancel(ctx), project, id).Scan(&d.Revision, &d.Stamp, (*[]byte)(&d.Body))
	if errors.Is(err, sql.ErrNoRows) {
		return store.Document{}, store.NotFound()
	}
	return d, mapped(err)
}

// Stream reads one document after the other.
func (b *Backend) Stream(ctx context.Context, c *store.Collection, project string, q store.Query, each func(store.Document) error) error {
	t, err := b.table(c)
	if err != nil {
		return err
	}
	plan, err := c.Plan(q)
	if err != nil {
		return err
	}
	for left := plan.Limit; ; {
		size := pageRows
		if plan.Limit > 0 {
			size = min(size, left)
		}
		text, args := t.selection(plan, project, size)
		documents, more, err := b.page(ctx, project, text, args)
		if err != nil {
			return err
		}
		if err := hand(ctx, documents, each); err != nil {
			return err
		}
		left -= len(documents)
		if !more || left == 0 {
			return nil
		}
		plan.After = plan.Place(documents[len(documents)-1])
	}
}

// hand hands documents over, unless the context ends.
func hand(ctx context.Context, documents []store.Document, each func(store.Document) error) error {
	for _, d := range documents {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := each(d); err != nil {
			return err
		}
	}
	return nil
}

// selection says a plan in SQL.
func (t *table) selection(plan *store.Plan, project string, size int) (string, []any) {
	where, args := conditions(project, plan.Where)
	place := strings.TrimPrefix(columns(plan.Order, ", *")+", id", ", ")
	order, beyond := place, ">"
	if plan.Descending {
		order, beyond = strings.ReplaceAll(place, ", ", " DESC, ")+" DESC", "<"
	}
	if plan.After != nil {
		where += fmt.Sprintf(" AND (%s) %s (%s?)", place, beyond, strings.Repeat("?, ", len(plan.Order)))
		args = append(values(args, plan.After.Keys), plan.After.ID)
	}
	return fmt.Sprintf("SELECT id, revision, deleted, stamp, body FROM %s WHERE %s ORDER BY %s LIMIT ?",
		t.name, where, order), append(args, size)
}

// conditions says conditions in SQL. Saying that a column is not missing, even where a comparison
// implies it, is what lets SQLite use a unique index.
func conditions(project string, list []store.Condition) (string, []any) {
	var where strings.Builder
	where.WriteString("project = ? AND deleted = 0")
	args := []any{project}
	for _, condition := range list {
		name := column(condition.Field)
		if condition.Operator == store.OperatorIn {
			fmt.Fprintf(&where, " AND %s IN (%s)", name, strings.TrimPrefix(strings.Repeat(", ?", len(condition.Values)), ", "))
		} else {
			fmt.Fprintf(&where, " AND %s %s ?", name, condition.Operator)
			if _, text := condition.Values[0].(string); text {
				fmt.Fprintf(&where, " AND %s >= ''", name)
			} else {
				fmt.Fprintf(&where, " AND %s < ''", name) // text sorts after numbers
			}
		}
		if !slices.Contains(condition.Values, nil) {
			fmt.Fprintf(&where, " AND %s <> %s", name, missingSQL)
		}
		args = values(args, condition.Values)
	}
	return where.String(), args
}

// page runs a query and tells whether there may be more: it stops early after so many bytes. Its
// last parameter is the limit.
func (b *Backend) page(ctx context.Context, project, text string, args []any) ([]store.Document, bool, error) {
	rows, err := b.read.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, false, mapped(err)
	}
	defer rows.Close()
	var page []store.Document
	for bytes := 0; bytes < pageBytes; {
		if !rows.Next() {
			return page, len(page) == args[len(args)-1], mapped(rows.Err())
		}
		d := store.Document{Project: project}
		if err := rows.Scan(&d.ID, &d.Revision, &d.Deleted, &d.Stamp, (*[]byte)(&d.Body)); err != nil {
			return nil, false, mapped(err)
		}
		if d.Deleted {
			d.Body = nil
		}
		bytes += len(d.Body)
		page = append(page, d)
	}
	return page, true, nil
}

// Count counts what a query selects.
func (b *Backend) Count(ctx context.Context, c *store.Collection, project string, q store.Query) (int, error) {
	t, err := b.table(c)
	if err != nil {
		return 0, err
	}
	plan, err := c.Plan(store.Query{Where: q.Where})
	if err != nil {
		return 0, err
	}
	where, args := conditions(project, plan.Where)
	var count int
	err = b.read.QueryRowContext(ctx, fmt.Sprintf("SELECT count(*) FROM %s WHERE %s", t.name, where), args...).Scan(&count)
	return count, mapped(err)
}

// Changes reads in the order of stamps, which is that of commits here: it never reaches back.
func (b *Backend) Changes(ctx context.Context, c *store.Collection, project string, since int64, each func(store.Document) error) error {
	t, err := b.table(c)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("SELECT id, revision, deleted, stamp, body FROM %s WHERE project = ? AND stamp > ? ORDER BY stamp LIMIT ?", t.name)
	for {
		documents, more, err := b.page(ctx, project, text, []any{project, since, pageRows})
		if err != nil {
			return err
		}
		if err := hand(ctx, documents, each); err != nil || !more {
			return err
		}
		since = documents[len(documents)-1].Stamp
	}
}

// Revisions reads the former revisions, newest first.
func (b *Backend) Revisions(ctx context.Context, c *store.Collection, project, id string) ([]store.Document, error) {
	t, err := b.table(c)
	if err != nil || !c.History {
		return nil, err
	}
	rows, err := b.read.QueryContext(ctx, fmt.Sprintf("SELECT revision, stamp, body FROM %s WHERE project = ? AND id = ?"+
		" AND revision < (SELECT revision FROM %s WHERE project = ? AND id = ?) ORDER BY revision DESC", t.former, t.name),
		project, id, project, id)
	if err != nil {
		return nil, mapped(err)
	}
	defer rows.Close()
	var former []store.Document
	for rows.Next() {
		d := store.Document{ID: id, Project: project}
		if err := rows.Scan(&d.Revision, &d.Stamp, (*[]byte)(&d.Body)); err != nil {
			return nil, mapped(err)
		}
		former = append(former, d)
	}
	return former, mapped(rows.Err())
}
