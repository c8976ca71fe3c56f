package mongo

import (
	"encoding/json"
	"math"
	"strings"
	"unicode/utf8"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/store"
)

// envelope is a document as MongoDB has it. Keys holds what the indexes compare, the same as in the
// other backend; unique holds a value a unique index, that no two envelopes share.
type envelope struct {
	Key      string            `bson:"_id"` // see key
	Project  string            `bson:"project"`
	ID       string            `bson:"id"`
	Revision int64             `bson:"revision"`
	Stamp    int64             `bson:"stamp"`
	Deleted  bool              `bson:"deleted"`
	Keys     map[string]any    `bson:"keys"`
	Unique   map[string]string `bson:"unique"`
	Body     any               `bson:"body,omitempty"` // a document, or its bytes where it is not plain
}

// former is a former revision as MongoDB has it.
type former struct {
	Key      formerKey `bson:"_id"`
	Revision int64     `bson:"revision"`
	Stamp    int64     `bson:"stamp"`
	Body     any       `bson:"body"`
}

type formerKey struct {
	Document string `bson:"document"`
	Revision int64  `bson:"revision"`
}

var (
	escape   = strings.NewReplacer("%", "%25", "/", "%2F")
	unescape = strings.NewReplacer("%25", "%", "%2F", "/")
)

// key joins project and id so that no two pairs meet; within a project it sorts as the id does.
func key(project, id string) string { return escape.Replace(project) + "/" + id }

// path names a field below keys, where it is one name whatever its depth in the body.
func path(field string) string { return strings.ReplaceAll(field, ".", "/") }

func (t *table) envelope(d store.Document) envelope {
	e := envelope{
		Key: key(d.Project, d.ID), Project: d.Project, ID: d.ID, Revision: d.Revision, Stamp: d.Stamp, Deleted: d.Deleted,
	}
	e.Keys, e.Unique = t.indexed(d)
	if !d.Deleted {
		e.Body = wrapped(d.Body)
	}
	return e
}

// indexed gives what the indexes compare. A document that a unique index exempts has its own
// key there: a JSON array is never the same.
func (t *table) indexed(d store.Document) (keys map[string]any, unique map[string]string) {
	keys, unique = map[string]any{}, map[string]string{}
	for _, field := range t.fields {
		if !d.Deleted {
			keys[path(field)] = store.Key(d.Body, field)
		}
	}
	for _, x := range t.uniques {
		values := []any{d.Project}
		for _, field := range x.Fields {
			if value := keys[path(field)]; value != nil {
				values = append(values, value)
			}
		}
		unique[x.Name] = exempt(d)
		if len(values) > len(x.Fields) {
			text, err := json.Marshal(values)
			if err != nil {
				panic(err) // strings and finite numbers always marshal
			}
			unique[x.Name] = string(text)
		}
	}
	return keys, unique
}

// exempt is the own key of a document that a unique index passes over.
func exempt(d store.Document) string { return "-" + key(d.Project, d.ID) }

// document reads an envelope without decoding the body.
func document(raw bson.Raw, project string) store.Document {
	d := store.Document{Project: project, Body: unwrapped(raw)}
	d.ID, _ = raw.Lookup("id").StringValueOK()
	d.Revision, _ = raw.Lookup("revision").AsInt64OK()
	d.Stamp, _ = raw.Lookup("stamp").AsInt64OK()
	d.Deleted, _ = raw.Lookup("deleted").BooleanOK()
	return d
}

func wrapped(body bson.Raw) any {
	if plain(body, 0) {
		return body
	}
	return []byte(body)
}

func unwrapped(raw bson.Raw) bson.Raw {
	body := raw.Lookup("body")
	if _, bytes, ok := body.BinaryOK(); ok {
		return bytes
	}
	inner, _ := body.DocumentOK()
	return inner
}

// plain tells whether every server gives a body back byte for byte. Some refuse or change dots and
// dollars in names, repeated names, arrays in arrays, -0, infinity, deep nesting: such bodies
// are kept as bytes.
func plain(body bson.Raw, depth int) bool {
	elements, err := body.Elements()
	if err != nil || depth > 20 {
		return false
	}
	names := make(map[string]bool, len(elements))
	for _, element := range elements {
		name := element.Key()
		if name == "" || name == "_id" || names[name] || strings.ContainsAny(name, ".$") || !utf8.ValidString(name) {
			return false
		}
		names[name] = true
		if !plainValue(element.Value(), depth) {
			return false
		}
	}
	return true
}

func plainValue(value bson.RawValue, depth int) bool {
	switch value.Type {
	case bson.TypeString:
		return utf8.ValidString(value.StringValue())
	case bson.TypeDouble:
		number := value.Double()
		return !math.IsNaN(number) && !math.IsInf(number, 0) && (number != 0 || !math.Signbit(number))
	case bson.TypeEmbeddedDocument:
		return plain(value.Document(), depth+1)
	case bson.TypeArray:
		items, err := value.Array().Values()
		if err != nil {
			return false
		}
		for _, item := range items {
			if item.Type == bson.TypeArray || !plainValue(item, depth+1) {
				return false
			}
		}
		return true
	case bson.TypeBinary:
		subtype, _ := value.Binary()
		return subtype == bson.TypeBinaryGeneric
	case bson.TypeInt32, bson.TypeInt64, bson.TypeBoolean, bson.TypeNull, bson.TypeDateTime, bson.TypeObjectID:
		return true
	}
	return false
}
