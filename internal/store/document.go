package store

import (
	"context"
	"encoding/binary"
	"reflect"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/id"
)

// encode makes a body of a domain's struct, with the number of its shape before all else.
func encode(c *Collection, value any) (bson.Raw, error) {
	plain, err := bson.Marshal(value)
	if err != nil {
		return nil, err
	}
	const element = 1 + len(schemaField) + 1 + 4 // type, name, zero, int32
	body := make([]byte, 4, len(plain)+element)
	binary.LittleEndian.PutUint32(body, uint32(len(plain)+element))
	body = append(append(append(body, byte(bson.TypeInt32)), schemaField...), 0)
	body = binary.LittleEndian.AppendUint32(body, uint32(c.schema()))
	return append(body, plain[4:]...), nil
}

// plain decodes what lies in fields of type any as it was given: maps and
// slices, not BSON's own kinds, which no type switch of a domain would know.
var plain = func() *bson.Registry {
	r := bson.NewRegistry()
	r.RegisterTypeMapEntry(bson.TypeEmbeddedDocument, reflect.TypeFor[map[string]any]())
	r.RegisterTypeMapEntry(bson.TypeArray, reflect.TypeFor[[]any]())
	return r
}()

// decode reads a body into a domain's struct. As a value it is read in place: a Decoder
// would copy it through a buffer of its own, which takes nearly twice as long. A newer
// program's body is refused: what it means is not known here.
func decode(c *Collection, body bson.Raw, into any) error {
	if number, ok := body.Lookup(schemaField).AsInt64OK(); ok && int(number) > c.schema() {
		return newer(int(number), c.schema())
	}
	return bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: body}.UnmarshalWithRegistry(plain, into)
}

func insert(ctx context.Context, b Backend, c *Collection, project id.ProjectID, key string, value any) error {
	body, err := encode(c, value)
	if err != nil {
		return err
	}
	_, err = b.Insert(ctx, c, Document{ID: key, Project: string(project), Body: body})
	return err
}

func replace(ctx context.Context, b Backend, c *Collection, project id.ProjectID, key string, revision int64, value any) error {
	body, err := encode(c, value)
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
	return read(c, d, set)
}

func read[T any](c *Collection, d Document, set func(*T, int64)) (T, error) {
	var value T
	if err := decode(c, d.Body, &value); err != nil {
		return value, err
	}
	set(&value, d.Revision)
	return value, nil
}

func all[T any](ctx context.Context, b Backend, c *Collection, project id.ProjectID, q Query, set func(*T, int64)) ([]T, error) {
	var out []T
	err := b.Stream(ctx, c, string(project), q, func(d Document) error {
		value, err := read(c, d, set)
		out = append(out, value)
		return err
	})
	return out, err
}
