package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/store"
)

// migrate makes tables, columns and indexes agree with the declarations, in one transaction, and
// gives the newest stamp of all.
func migrate(ctx context.Context, conn *sql.Conn, collections []*store.Collection) (stamp int64, err error) {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return 0, err
	}
	defer tx.Rollback()
	if err := number(ctx, tx, collections); err != nil {
		return 0, err
	}
	there, err := schema(ctx, tx)
	if err != nil {
		return 0, err
	}
	for _, c := range collections {
		if err := migrateTable(ctx, tx, c, there); err != nil {
			return 0, fmt.Errorf("sqlite: collection %s: %w", c.Name, err)
		}
		newest, err := newestStamp(ctx, tx, c)
		if err != nil {
			return 0, err
		}
		stamp = max(stamp, newest)
	}
	return stamp, tx.Commit()
}

// number checks the number of the store's schema and keeps the program's, when that is greater.
func number(ctx context.Context, tx *sql.Tx, collections []*store.Collection) error {
	var kept int
	if err := tx.QueryRowContext(ctx, "PRAGMA user_version").Scan(&kept); err != nil {
		return err
	}
	if err := store.CheckSchema(kept, collections); err != nil || kept == store.Schema(collections) {
		return err
	}
	return execute(ctx, tx, []string{fmt.Sprint("PRAGMA user_version = ", store.Schema(collections))})
}

// schema gives the statement behind everything in the file, by kind and name.
func schema(ctx context.Context, tx *sql.Tx) (map[string]string, error) {
	rows, err := tx.QueryContext(ctx, "SELECT type || ' ' || name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	there := map[string]string{}
	for rows.Next() {
		var name, statement string
		if err := rows.Scan(&name, &statement); err != nil {
			return nil, err
		}
		there[name] = statement
	}
	return there, rows.Err()
}

func migrateTable(ctx context.Context, tx *sql.Tx, c *store.Collection, there map[string]string) error {
	fields := c.Fields()
	wanted := indexes(c)
	var todo []string
	for name := range there { // indexes first: a column in an index cannot be dropped
		index, found := strings.CutPrefix(name, "index "+c.Name+".")
		if found && there[name] != wanted[index] {
			todo = append(todo, "DROP INDEX "+quoted(c.Name+"."+index))
			delete(there, name)
		}
	}
	created := there["table "+c.Name] == ""
	if created {
		todo = append(todo, fmt.Sprintf("CREATE TABLE %s (project TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL,"+
			" deleted INTEGER NOT NULL, stamp INTEGER NOT NULL%s, body BLOB NOT NULL, UNIQUE (project, id)) STRICT",
			quoted(c.Name), columns(fields, ", * ANY NOT NULL DEFAULT ("+missingSQL+")")))
	}
	if c.History && there["table "+c.Name+".former"] == "" {
		todo = append(todo, fmt.Sprintf("CREATE TABLE %s (project TEXT NOT NULL, id TEXT NOT NULL, revision INTEGER NOT NULL,"+
			" stamp INTEGER NOT NULL, body BLOB NOT NULL, UNIQUE (project, id, revision)) STRICT", former(c)))
	}
	if err := execute(ctx, tx, todo); err != nil {
		return err
	}
	if !created {
		if err := migrateColumns(ctx, tx, c, fields); err != nil {
			return err
		}
	}
	todo = nil
	for name, statement := range wanted {
		if there["index "+c.Name+"."+name] == "" {
			todo = append(todo, statement)
		}
	}
	return execute(ctx, tx, todo)
}

// indexes gives the statement of every index of a collection by its name. A unique index
// gets a twin without gaps for reading in its order, since it leaves out documents lacking a field.
func indexes(c *store.Collection) map[string]string {
	name := func(index string) string { return quoted(c.Name + "." + index) }
	all := map[string]string{
		// deleted makes it serve Count as well
		"stamp": fmt.Sprintf("CREATE INDEX %s ON %s (project, stamp, deleted)", name("stamp"), quoted(c.Name)),
	}
	for _, x := range c.Indexes {
		list := columns(x.Fields, ", *")
		all["by "+x.Name] = fmt.Sprintf("CREATE INDEX %s ON %s (project%s, id) WHERE deleted = 0",
			name("by "+x.Name), quoted(c.Name), list)
		if x.Unique {
			all["unique "+x.Name] = fmt.Sprintf("CREATE UNIQUE INDEX %s ON %s (project%s) WHERE deleted = 0%s",
				name("unique "+x.Name), quoted(c.Name), list, columns(x.Fields, " AND * <> "+missingSQL))
		}
	}
	return all
}

// migrateColumns drops the columns of fields that are no longer declared (nobody would keep them
// up to date) and adds and fills those of new ones.
func migrateColumns(ctx context.Context, tx *sql.Tx, c *store.Collection, fields []string) error {
	rows, err := tx.QueryContext(ctx, "SELECT name FROM pragma_table_info(?) WHERE name LIKE 'x.%'", c.Name)
	if err != nil {
		return err
	}
	defer rows.Close()
	var todo, have, added []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return err
		}
		field := strings.TrimPrefix(name, "x.")
		have = append(have, field)
		if !slices.Contains(fields, field) {
			todo = append(todo, fmt.Sprintf("ALTER TABLE %s DROP COLUMN %s", quoted(c.Name), column(field)))
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	for _, field := range fields {
		if !slices.Contains(have, field) {
			added = append(added, field)
			todo = append(todo, fmt.Sprintf("ALTER TABLE %s ADD COLUMN %s ANY NOT NULL DEFAULT (%s)",
				quoted(c.Name), column(field), missingSQL))
		}
	}
	if err := execute(ctx, tx, todo); err != nil || len(added) == 0 {
		return err
	}
	return fill(ctx, tx, c, added)
}

// fill sets new columns from the bodies, some rows at a time.
func fill(ctx context.Context, tx *sql.Tx, c *store.Collection, fields []string) error {
	set := strings.TrimPrefix(columns(fields, ", * = ?"), ", ")
	update, err := tx.PrepareContext(ctx, fmt.Sprintf("UPDATE %s SET %s WHERE rowid = ?", quoted(c.Name), set))
	if err != nil {
		return err
	}
	defer update.Close()
	for last := int64(0); ; {
		ids, bodies, err := some(ctx, tx, c, last)
		if err != nil || len(ids) == 0 {
			return err
		}
		for i, id := range ids {
			if _, err := update.ExecContext(ctx, append(values(nil, store.Keys(bodies[i], fields)), id)...); err != nil {
				return err
			}
		}
		last = ids[len(ids)-1]
	}
}

func some(ctx context.Context, tx *sql.Tx, c *store.Collection, after int64) (ids []int64, bodies []bson.Raw, err error) {
	rows, err := tx.QueryContext(ctx, fmt.Sprintf(
		"SELECT rowid, body FROM %s WHERE rowid > ? AND deleted = 0 ORDER BY rowid LIMIT 64", quoted(c.Name)), after)
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var id int64
		var body []byte
		if err := rows.Scan(&id, &body); err != nil {
			return nil, nil, err
		}
		ids, bodies = append(ids, id), append(bodies, body)
	}
	return ids, bodies, rows.Err()
}

// newestStamp hops from project to project on the index: no look at every row.
func newestStamp(ctx context.Context, tx *sql.Tx, c *store.Collection) (stamp int64, err error) {
	err = tx.QueryRowContext(ctx, fmt.Sprintf(`
		WITH RECURSIVE p (project) AS (
			SELECT min(project) FROM %[1]s
			UNION ALL
			SELECT (SELECT min(project) FROM %[1]s WHERE project > p.project) FROM p WHERE p.project IS NOT NULL
		)
		SELECT coalesce(max((SELECT max(stamp) FROM %[1]s WHERE project = p.project)), 0) FROM p`, quoted(c.Name))).Scan(&stamp)
	return stamp, err
}

func execute(ctx context.Context, tx *sql.Tx, statements []string) error {
	for _, statement := range statements {
		if _, err := tx.ExecContext(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}
