package store

import (
	"context"
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/id"
)

// encode makes a body of a domain's struct.
func encode(value any) (bson.Raw, error) { return bson.Marshal(value) }

// plain decodes what lies in fields of type any as it was given: maps and
// slices, not BSON's own kinds, which no type switch of a domain would know.
var plain = func() *bson.Registry {
	r := bson.NewRegistry()
	r.RegisterTypeMapEntry(bson.TypeEmbeddedDocument, reflect.TypeFor[map[string]any]())
	r.RegisterTypeMapEntry(bson.TypeArray, reflect.TypeFor[[]any]())
	return r
}()

// decode reads a body into a domain's struct. As a value it is read in place: a Decoder
// would copy it through a buffer of its own, which takes nearly twice as long.
func decode(body bson.Raw, into any) error {
	return bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: body}.UnmarshalWithRegistry(plain, into)
}

func insert(ctx context.Context, b Backend, c *Collection, project id.ProjectID, key string, value any) error {
	body, err := encode(value)
	if err != nil {
		return err
	}
	_, err = b.Insert(ctx, c, Document{ID: key, Project: string(project), Body: body})
	return err
}

func replace(ctx context.Context, b Backend, c *Collection, project id.ProjectID, key string, revision int64, value any) error {
	body, err := encode(value)
	if err != nil {
		return err
	}
	_, err = b.Replace(ctx, c, Document{ID: key, Project: string(project), Revision: revision, Body: body})
	return err
}

// get reads one document; set puts the revision into the value.
func get[T any](ctx context.Context, b Backend, c *Collection, project id.ProjectID, key string, set func(*T, int64)) (T, error) {
	d, err := b.Get(ctx, c, string(project), key)
	if err != nil {
		var none T
		return none, err
	}
	return read(d, set)
}

func read[T any](d Document, set func(*T, int64)) (T, error) {
	var value T
	if err := decode(d.Body, &value); err != nil {
		return value, err
	}
	set(&value, d.Revision)
	return value, nil
}

func all[T any](ctx context.Context, b Backend, c *Collection, project id.ProjectID, q Query, set func(*T, int64)) ([]T, error) {
	var out []T
	err := b.Stream(ctx, c, string(project), q, func(d Document) error {
		value, err := read(d, set)
		out = append(out, value)
		return err
	})
	return out, err
}
