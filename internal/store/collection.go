package store

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"go.mongodb.org/mongo-driver/v2/bson"
)

var (
	nameRule = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*$`)
	pathRule = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_]+)*$`)
)

// Check tells what is wrong with declarations; backends refuse to open with such.
func Check(collections []*Collection) error {
	names := map[string]bool{}
	for _, c := range collections {
		if !nameRule.MatchString(c.Name) || names[c.Name] {
			return fmt.Errorf("store: collection %q: bad name, or declared twice", c.Name)
		}
		names[c.Name] = true
		indexes := map[string]bool{}
		for _, x := range c.Indexes {
			if !nameRule.MatchString(x.Name) || indexes[x.Name] || len(x.Fields) == 0 {
				return fmt.Errorf("store: collection %s, index %q: bad name, declared twice, or without fields", c.Name, x.Name)
			}
			indexes[x.Name] = true
			for _, field := range x.Fields {
				if !pathRule.MatchString(field) {
					return fmt.Errorf("store: collection %s, index %s: bad field %q", c.Name, x.Name, field)
				}
			}
		}
	}
	return nil
}

// Fields lists every field that an index declares, once, in the order of declaration.
func (c *Collection) Fields() []string {
	var fields []string
	for _, x := range c.Indexes {
		for _, field := range x.Fields {
			if !slices.Contains(fields, field) {
				fields = append(fields, field)
			}
		}
	}
	return fields
}

// Key gives the value of a body's field as backends index and compare it: an int64, a float64 or a
// string; a bool is 0 or 1, a time its milliseconds since 1970. It is nil, which sorts
// first, when the field is missing or of another type. Numbers sort before strings.
func Key(body bson.Raw, field string) any {
	value, err := body.LookupErr(strings.Split(field, ".")...)
	if err != nil {
		return nil
	}
	switch value.Type {
	case bson.TypeString:
		return value.StringValue()
	case bson.TypeInt32:
		return int64(value.Int32())
	case bson.TypeInt64:
		return value.Int64()
	case bson.TypeDouble:
		if number := value.Double(); !math.IsNaN(number) && !math.IsInf(number, 0) {
			return number
		}
	case bson.TypeBoolean:
		if value.Boolean() {
			return int64(1)
		}
		return int64(0)
	case bson.TypeDateTime:
		return value.DateTime()
	}
	return nil
}

// Keys gives the Key of every field.
func Keys(body bson.Raw, fields []string) []any {
	keys := make([]any, len(fields))
	for i, field := range fields {
		keys[i] = Key(body, field)
	}
	return keys
}
