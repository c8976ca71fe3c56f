package mongo

import (
	"context"
	"errors"
	"slices"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tianye/internal/store"
)

// Get reads one living document.
func (b *Backend) Get(ctx context.Context, c *store.Collection, project, id string) (store.Document, error) {
	t, err := b.table(ctx, c)
	if err != nil {
		return store.Document{}, err
	}
	d, err := t.get(ctx, project, id)
	return d, b.mapped(ctx, err)
}

func (t *table) get(ctx context.Context, project, id string) (store.Document, error) {
	filter := bson.D{{Key: "_id", Value: key(project, id)}, {Key: "deleted", Value: false}}
	raw, err := t.living.FindOne(ctx, filter).Raw()
	if errors.Is(err, driver.ErrNoDocuments) {
		return store.Document{}, store.NotFound()
	}
	if err != nil {
		return store.Document{}, err
	}
	return document(raw, project), nil
}

// Stream reads one document after the other; the server hands them over in batches.
func (b *Backend) Stream(ctx context.Context, c *store.Collection, project string, q store.Query, each func(store.Document) error) error {
	t, err := b.table(ctx, c)
	if err != nil {
		return err
	}
	plan, err := c.Plan(q)
	if err != nil {
		return err
	}
	filter := append(conditions(project, plan.Where), beyond(project, plan)...)
	direction := 1
	if plan.Descending {
		direction = -1
	}
	var order bson.D
	for _, field := range plan.Order {
		order = append(order, bson.E{Key: "keys." + path(field), Value: direction})
	}
	order = append(order, bson.E{Key: "_id", Value: direction})
	return b.walk(ctx, t.living, bson.D{{Key: "$and", Value: filter}}, order, plan.Limit, func(raw bson.Raw) error {
		return each(document(raw, project))
	})
}

// walk runs a query; each's own error comes back as it is.
func (b *Backend) walk(ctx context.Context, from *driver.Collection, filter, order bson.D, limit int, each func(bson.Raw) error) error {
	cursor, err := from.Find(ctx, filter, options.Find().SetSort(order).SetLimit(int64(limit)))
	if err != nil {
		return b.mapped(ctx, err)
	}
	defer cursor.Close(context.WithoutCancel(ctx))
	for ctx.Err() == nil && cursor.Next(ctx) {
		if err := each(slices.Clone(cursor.Current)); err != nil {
			return err
		}
	}
	return b.mapped(ctx, errors.Join(ctx.Err(), cursor.Err()))
}

// conditions says conditions as MongoDB's filters, all of which hold.
func conditions(project string, list []store.Condition) bson.A {
	filter := bson.A{bson.D{{Key: "project", Value: project}}, bson.D{{Key: "deleted", Value: false}}}
	operators := map[store.Operator]string{
		store.OperatorAbove: "$gt", store.OperatorAtLeast: "$gte", store.OperatorBelow: "$lt", store.OperatorAtMost: "$lte",
	}
	for _, condition := range list {
		var test bson.D
		switch {
		case condition.Operator == store.OperatorIn && len(condition.Values) == 1:
			test = bson.D{{Key: "$eq", Value: condition.Values[0]}}
		case condition.Operator == store.OperatorIn:
			test = bson.D{{Key: "$in", Value: bson.A(condition.Values)}}
		default:
			test = bson.D{{Key: operators[condition.Operator], Value: condition.Values[0]}}
		}
		filter = append(filter, bson.D{{Key: "keys." + path(condition.Field), Value: test}})
	}
	return filter
}

// beyond says that documents come after the plan's position: the first key is beyond it; or it is the
// same and the second key is beyond it; and so on to the id.
func beyond(project string, plan *store.Plan) bson.A {
	if plan.After == nil {
		return nil
	}
	after := "$gt"
	if plan.Descending {
		after = "$lt"
	}
	var alternatives bson.A
	var same bson.D
	for i, field := range plan.Order {
		name, at := "keys."+path(field), plan.After.Keys[i]
		for _, test := range keysBeyond(at, plan.Descending) {
			alternatives = append(alternatives, append(slices.Clone(same), bson.E{Key: name, Value: test}))
		}
		same = append(same, bson.E{Key: name, Value: bson.D{{Key: "$eq", Value: at}}})
	}
	last := bson.E{Key: "_id", Value: bson.D{{Key: after, Value: key(project, plan.After.ID)}}}
	alternatives = append(alternatives, append(same, last))
	return bson.A{bson.D{{Key: "$or", Value: alternatives}}}
}

// keysBeyond gives the tests for a key beyond a value, one for each sort of value beyond it, since
// MongoDB compares within a sort alone. The order of sorts: missing, numbers, strings.
func keysBeyond(at any, descending bool) []bson.D {
	test := func(operator string, value any) bson.D { return bson.D{{Key: operator, Value: value}} }
	_, text := at.(string)
	switch {
	case at == nil && descending:
		return nil
	case at == nil:
		return []bson.D{test("$ne", nil)}
	case text && descending:
		return []bson.D{test("$lt", at), test("$type", "number"), test("$eq", nil)}
	case text:
		return []bson.D{test("$gt", at)}
	case descending:
		return []bson.D{test("$lt", at), test("$eq", nil)}
	}
	return []bson.D{test("$gt", at), test("$type", "string")}
}

// Count counts what a query selects.
func (b *Backend) Count(ctx context.Context, c *store.Collection, project string, q store.Query) (int, error) {
	t, err := b.table(ctx, c)
	if err != nil {
		return 0, err
	}
	plan, err := c.Plan(store.Query{Where: q.Where})
	if err != nil {
		return 0, err
	}
	count, err := t.living.CountDocuments(ctx, bson.D{{Key: "$and", Value: conditions(project, plan.Where)}})
	return int(count), b.mapped(ctx, err)
}

// Changes reads in the order of stamps, from Overlap before the mark: a change with a smaller
// stamp may have become visible after one with a greater.
func (b *Backend) Changes(ctx context.Context, c *store.Collection, project string, since int64, each func(store.Document) error) error {
	t, err := b.table(ctx, c)
	if err != nil {
		return err
	}
	filter := bson.D{{Key: "project", Value: project}, {Key: "stamp", Value: bson.D{{Key: "$gt", Value: since - store.Overlap}}}}
	return b.walk(ctx, t.living, filter, bson.D{{Key: "stamp", Value: 1}}, 0, func(raw bson.Raw) error {
		return each(document(raw, project))
	})
}

// Revisions reads the former revisions, newest first.
func (b *Backend) Revisions(ctx context.Context, c *store.Collection, project, id string) ([]store.Document, error) {
	t, err := b.table(ctx, c)
	if err != nil || t.former == nil {
		return nil, err
	}
	raw, err := t.living.FindOne(ctx, bson.D{{Key: "_id", Value: key(project, id)}}).Raw()
	if errors.Is(err, driver.ErrNoDocuments) {
		return nil, nil
	}
	if err != nil {
		return nil, b.mapped(ctx, err)
	}
	filter := bson.D{
		{Key: "_id.document", Value: key(project, id)},
		{Key: "_id.revision", Value: bson.D{{Key: "$lt", Value: document(raw, project).Revision}}},
	}
	var list []store.Document
	err = b.walk(ctx, t.former, filter, bson.D{{Key: "_id.revision", Value: -1}}, 0, func(raw bson.Raw) error {
		d := document(raw, project)
		d.ID = id
		list = append(list, d)
		return nil
	})
	return list, err
}
