package sqlite

import (
	"context"
	"strings"

	"tianye/internal/store"
)

// Explain gives SQLite's plan of a query, its second page if it has an order.
func (b *Backend) Explain(ctx context.Context, c *store.Collection, project string, q store.Query) (string, error) {
	t, err := b.table(c)
	if err != nil {
		return "", err
	}
	plan, err := c.Plan(q)
	if err != nil {
		return "", err
	}
	plan.After = &store.Position{Keys: make([]any, len(plan.Order)), ID: "a"}
	text, args := t.selection(plan, project, 10)
	rows, err := b.read.QueryContext(ctx, "EXPLAIN QUERY PLAN "+text, args...)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var id, parent, unused int
		var line string
		if err := rows.Scan(&id, &parent, &unused, &line); err != nil {
			return "", err
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "; "), rows.Err()
}
