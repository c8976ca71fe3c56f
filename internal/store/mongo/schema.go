package mongo

import (
	"context"
	"errors"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"tianye/internal/store"
)

// record is what the envelopes of a collection carry for its indexes.
type record struct {
	Name    string   `bson:"_id"`
	Fields  []string `bson:"fields"`
	Uniques []string `bson:"uniques"`
}

// migrate brings a collection up to date with its declaration. It may be stopped anywhere and
// repeated, and several processes may do it at once.
func (b *Backend) migrate(ctx context.Context, t *table, c *store.Collection) error {
	declared := record{Name: c.Name, Fields: slices.Sorted(slices.Values(t.fields)), Uniques: []string{}}
	for _, x := range t.uniques {
		declared.Uniques = append(declared.Uniques, x.Name+" "+strings.Join(x.Fields, " "))
	}
	slices.Sort(declared.Uniques)
	records := b.db.Collection("store.collections")
	var carried record
	err := records.FindOne(ctx, bson.D{{Key: "_id", Value: c.Name}}).Decode(&carried)
	if err != nil && !errors.Is(err, driver.ErrNoDocuments) {
		return err
	}
	wanted := indexes(c)
	if err := dropOthers(ctx, t.living, wanted); err != nil {
		return err
	}
	if !slices.Equal(carried.Fields, declared.Fields) || !slices.Equal(carried.Uniques, declared.Uniques) {
		if err := b.refill(ctx, t); err != nil {
			return err
		}
	}
	if len(wanted) > 0 {
		if _, err := t.living.Indexes().CreateMany(ctx, wanted); err != nil {
			return err
		}
	}
	if t.former != nil {
		_, err := t.former.Indexes().CreateOne(ctx, driver.IndexModel{Keys: bson.D{{Key: "_id.document", Value: 1}, {Key: "_id.revision", Value: 1}}})
		if err != nil {
			return err
		}
	}
	_, err = records.ReplaceOne(ctx, bson.D{{Key: "_id", Value: c.Name}}, declared, options.Replace().SetUpsert(true))
	return err
}

// indexes names an index after its fields, so that another declaration is another index.
func indexes(c *store.Collection) []driver.IndexModel {
	model := func(name string, unique bool, fields ...string) driver.IndexModel {
		var keys bson.D
		for _, field := range fields {
			keys = append(keys, bson.E{Key: field, Value: 1})
		}
		return driver.IndexModel{Keys: keys, Options: options.Index().SetName(name).SetUnique(unique)}
	}
	list := []driver.IndexModel{model("stamp", false, "project", "stamp"), model("id", false, "project", "deleted", "_id")}
	for _, x := range c.Indexes {
		fields := []string{"project", "deleted"}
		for _, field := range x.Fields {
			fields = append(fields, "keys."+path(field))
		}
		list = append(list, model("by "+strings.Join(x.Fields, " "), false, append(fields, "_id")...))
		if x.Unique {
			list = append(list, model("unique "+x.Name, true, "unique."+x.Name))
		}
	}
	return list
}

// dropOthers drops the indexes that are no longer wanted.
func dropOthers(ctx context.Context, from *driver.Collection, wanted []driver.IndexModel) error {
	present, err := from.Indexes().ListSpecifications(ctx)
	if err != nil {
		return err
	}
	names := []string{"_id_"}
	for _, model := range wanted {
		var o options.IndexOptions
		for _, set := range model.Options.List() {
			if err := set(&o); err != nil {
				return err
			}
		}
		names = append(names, *o.Name)
	}
	for _, index := range present {
		if !slices.Contains(names, index.Name) {
			if err := from.Indexes().DropOne(ctx, index.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// refill computes anew what every envelope carries for the indexes. An envelope that is
// replaced meanwhile carries it already.
func (b *Backend) refill(ctx context.Context, t *table) error {
	return b.walk(ctx, t.living, bson.D{}, bson.D{{Key: "_id", Value: 1}}, 0, func(raw bson.Raw) error {
		project, _ := raw.Lookup("project").StringValueOK()
		d := document(raw, project)
		keys, unique := t.indexed(d)
		_, err := t.living.UpdateOne(ctx,
			bson.D{{Key: "_id", Value: key(d.Project, d.ID)}, {Key: "revision", Value: d.Revision}},
			bson.D{{Key: "$set", Value: bson.D{{Key: "keys", Value: keys}, {Key: "unique", Value: unique}}}})
		return err
	})
}
