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

// schemaRecord is where store.collections keeps the number of the store's schema: no name of a collection.
const schemaRecord = ".schema"

// number checks the number of the store's schema and keeps the program's, when that is greater.
func (b *Backend) number(ctx context.Context, collections []*store.Collection) error {
	if len(collections) == 0 {
		return nil
	}
	records := b.db.Collection("store.collections")
	which := bson.D{{Key: "_id", Value: schemaRecord}}
	var kept struct{ Number int }
	err := records.FindOne(ctx, which).Decode(&kept)
	if err != nil && !errors.Is(err, driver.ErrNoDocuments) {
		return err
	}
	if err := store.CheckSchema(kept.Number, collections); err != nil || kept.Number == store.Schema(collections) {
		return err
	}
	_, err = records.UpdateOne(ctx, which, bson.D{{Key: "$max", Value: bson.D{{Key: "number", Value: store.Schema(collections)}}}},
		options.UpdateOne().SetUpsert(true))
	return err
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
	missing, err := dropOthers(ctx, t.living, indexes(c))
	if err != nil {
		return err
	}
	if !slices.Equal(carried.Fields, declared.Fields) || !slices.Equal(carried.Uniques, declared.Uniques) {
		if err := b.refill(ctx, t); err != nil {
			return err
		}
	}
	if err := create(ctx, t.living, missing); err != nil {
		return err
	}
	if t.former != nil {
		missing, err := dropOthers(ctx, t.former, []index{{"revision", false, []string{"_id.document", "_id.revision"}}})
		if err != nil {
			return err
		}
		if err := create(ctx, t.former, missing); err != nil {
			return err
		}
	}
	_, err = records.ReplaceOne(ctx, bson.D{{Key: "_id", Value: c.Name}}, declared, options.Replace().SetUpsert(true))
	return err
}

// index is an index of MongoDB. Its name tells its fields, so that another declaration is another index.
type index struct {
	name   string
	unique bool
	fields []string
}

func indexes(c *store.Collection) []index {
	list := []index{{"stamp", false, []string{"project", "stamp"}}, {"id", false, []string{"project", "deleted", "_id"}}}
	for _, x := range c.Indexes {
		fields := []string{"project", "deleted"}
		for _, field := range x.Fields {
			fields = append(fields, "keys."+path(field))
		}
		names := strings.Join(x.Fields, " ")
		list = append(list, index{"by " + names, false, append(fields, "_id")})
		if x.Unique {
			list = append(list, index{"unique " + x.Name + " " + names, true, []string{"unique." + x.Name}})
		}
	}
	return list
}

// dropOthers drops the indexes that are not wanted and gives those that are not there.
func dropOthers(ctx context.Context, from *driver.Collection, wanted []index) (missing []index, err error) {
	present, err := from.Indexes().ListSpecifications(ctx)
	if err != nil {
		return nil, err
	}
	missing = slices.Clone(wanted)
	for _, p := range present {
		before := len(missing)
		missing = slices.DeleteFunc(missing, func(x index) bool { return x.name == p.Name })
		if len(missing) == before && p.Name != "_id_" {
			if err := from.Indexes().DropOne(ctx, p.Name); err != nil {
				return nil, err
			}
		}
	}
	return missing, nil
}

func create(ctx context.Context, on *driver.Collection, list []index) error {
	var models []driver.IndexModel
	for _, x := range list {
		var keys bson.D
		for _, field := range x.fields {
			keys = append(keys, bson.E{Key: field, Value: 1})
		}
		models = append(models, driver.IndexModel{Keys: keys, Options: options.Index().SetName(x.name).SetUnique(x.unique)})
	}
	if len(models) == 0 {
		return nil
	}
	_, err := on.Indexes().CreateMany(ctx, models)
	return err
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
