package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"strings"

	"tianye/internal/store"
)

// table is a collection as SQLite has it: a row a document, the body as it is, and a column
// for every field that an index declares.
type table struct {
	name   string // quoted
	former string // quoted name of the table of former revisions; "" when none are kept
	fields []string

	get                                     *sql.Stmt // on any reading connection
	insert, revive, replace, remove, living *sql.Stmt // on the writer's connection
	keep                                    *sql.Stmt // nil when no former revisions are kept
}

// missing stands in a column for a field that a document lacks: it sorts before every
// number and, other than NULL, it can be compared, so that a cursor can stand on it.
var missing = math.Inf(-1)

// missingSQL is how SQL text says missing.
const missingSQL = "-9e999"

func quoted(name string) string { return `"` + name + `"` }

// column is the quoted column of a field; the prefix keeps it apart from our own columns.
func column(field string) string { return quoted("x." + field) }

func columns(fields []string, pattern string) string {
	var b strings.Builder
	for _, field := range fields {
		b.WriteString(strings.ReplaceAll(pattern, "*", column(field)))
	}
	return b.String()
}

// values gives the keys as columns hold them.
func values(args []any, keys []any) []any {
	for _, key := range keys {
		if key == nil {
			key = missing
		}
		args = append(args, key)
	}
	return args
}

func prepare(ctx context.Context, write *sql.Conn, read *sql.DB, c *store.Collection) (*table, error) {
	t := &table{name: quoted(c.Name), fields: c.Fields()}
	var err error
	t.get, err = read.PrepareContext(ctx, fmt.Sprintf(
		"SELECT revision, stamp, body FROM %s WHERE project = ? AND id = ? AND deleted = 0", t.name))
	if err != nil {
		return nil, err
	}
	statements := []struct {
		to  **sql.Stmt
		sql string
	}{
		{&t.insert, fmt.Sprintf("INSERT INTO %s (project, id, revision, deleted, stamp, body%s) VALUES (?, ?, 1, 0, ?, ?%s)",
			t.name, columns(t.fields, ", *"), strings.Repeat(", ?", len(t.fields)))},
		{&t.revive, fmt.Sprintf("UPDATE %s SET revision = revision + 1, deleted = 0, stamp = ?, body = ?%s"+
			" WHERE project = ? AND id = ? AND deleted = 1 RETURNING revision", t.name, columns(t.fields, ", * = ?"))},
		{&t.replace, fmt.Sprintf("UPDATE %s SET revision = revision + 1, stamp = ?, body = ?%s"+
			" WHERE project = ? AND id = ? AND revision = ? AND deleted = 0", t.name, columns(t.fields, ", * = ?"))},
		{&t.remove, fmt.Sprintf("UPDATE %s SET revision = revision + 1, deleted = 1, stamp = ?, body = x''%s"+
			" WHERE project = ? AND id = ? AND revision = ? AND deleted = 0", t.name, columns(t.fields, ", * = "+missingSQL))},
		{&t.living, fmt.Sprintf("SELECT 1 FROM %s WHERE project = ? AND id = ? AND deleted = 0", t.name)},
	}
	if c.History {
		t.former = former(c)
		statements = append(statements, struct {
			to  **sql.Stmt
			sql string
		}{&t.keep, fmt.Sprintf("INSERT OR IGNORE INTO %s (project, id, revision, stamp, body) SELECT project, id, revision, stamp, body"+
			" FROM %s WHERE project = ? AND id = ? AND revision = ? AND deleted = 0", t.former, t.name)})
	}
	for _, s := range statements {
		if *s.to, err = write.PrepareContext(ctx, s.sql); err != nil {
			return nil, err
		}
	}
	return t, nil
}

func former(c *store.Collection) string { return quoted(c.Name + ".former") }
