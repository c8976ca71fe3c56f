package store

import (
	"context"
	"encoding/base64"
	"fmt"
	"math"
	"reflect"
	"slices"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/problem"
)

// Query selects documents and puts them in order. The zero Query is all, by id.
type Query struct {
	Where      []Condition // all of them hold
	Order      string      // an index's name: by its fields, then by id; "": by id
	Descending bool
	Limit      int    // 0: no limit
	After      string // the cursor that Find gave with the same Order and conditions
}

// Find gives a page of living documents in a stable order, and the cursor after the last of them: ""
// when there are no more.
func Find(ctx context.Context, b Backend, c *Collection, project string, q Query) ([]Document, string, error) {
	plan, err := c.Plan(q)
	if err != nil {
		return nil, "", err
	}
	if q.Limit > 0 {
		q.Limit++ // one more tells whether there are more
	}
	var found []Document
	err = b.Stream(ctx, c, project, q, func(d Document) error {
		found = append(found, d)
		return nil
	})
	if err != nil {
		return nil, "", err
	}
	if plan.Limit == 0 || len(found) <= plan.Limit {
		return found, "", nil
	}
	found = found[:plan.Limit]
	return found, plan.Cursor(found[plan.Limit-1]), nil
}

// Condition compares a declared field with a value: a string, number, bool or time.Time. Only values
// of the same sort are compared: no range of numbers holds a string or a missing value.
type Condition struct {
	Field    string
	Operator Operator
	Values   []any // one, but for In
}

// Operator is how a Condition compares.
type Operator string

// The operators.
const (
	OperatorIn      Operator = "in"
	OperatorAbove   Operator = ">"
	OperatorAtLeast Operator = ">="
	OperatorBelow   Operator = "<"
	OperatorAtMost  Operator = "<="
)

// Equal selects the documents whose field has the value; nil: those that lack it.
func Equal(field string, value any) Condition { return In(field, value) }

// In selects the documents whose field has one of the values.
func In[T any](field string, values ...T) Condition {
	list := make([]any, len(values))
	for i, value := range values {
		list[i] = value
	}
	return Condition{field, OperatorIn, list}
}

// Above selects the documents whose field is greater than the value.
func Above(field string, value any) Condition { return Condition{field, OperatorAbove, []any{value}} }

// AtLeast selects the documents whose field is the value or greater.
func AtLeast(field string, value any) Condition {
	return Condition{field, OperatorAtLeast, []any{value}}
}

// Below selects the documents whose field is less than the value.
func Below(field string, value any) Condition { return Condition{field, OperatorBelow, []any{value}} }

// AtMost selects the documents whose field is the value or less.
func AtMost(field string, value any) Condition { return Condition{field, OperatorAtMost, []any{value}} }

// Plan is a Query checked against its collection, as backends run it.
type Plan struct {
	Where      []Condition // values as Key gives them
	Order      []string    // fields, before the id; without those that an equality fixes
	Descending bool
	Limit      int
	After      *Position // nil: from the beginning
	order      string
}

// Position is a document's place in the order of a Plan.
type Position struct {
	Keys []any // of Plan.Order
	ID   string
}

// Plan checks a query: its fields and order must be declared, its cursor must be one of its own.
func (c *Collection) Plan(q Query) (*Plan, error) {
	p := &Plan{Descending: q.Descending, Limit: q.Limit, order: q.Order}
	declared := c.Fields()
	fixed := map[string]bool{}
	for _, condition := range q.Where {
		checked, err := condition.check(declared)
		if err != nil {
			return nil, fmt.Errorf("store: collection %s: %w", c.Name, err)
		}
		fixed[condition.Field] = fixed[condition.Field] || checked.Operator == OperatorIn && len(checked.Values) == 1
		p.Where = append(p.Where, checked)
	}
	if q.Order != "" {
		at := slices.IndexFunc(c.Indexes, func(x Index) bool { return x.Name == q.Order })
		if at < 0 {
			return nil, fmt.Errorf("store: collection %s declares no index %q", c.Name, q.Order)
		}
		for _, field := range c.Indexes[at].Fields {
			if !fixed[field] {
				p.Order = append(p.Order, field)
			}
		}
	}
	if q.After == "" {
		return p, nil
	}
	position, ok := p.parse(q.After)
	if !ok {
		return nil, problem.New(problem.Malformed, "store.cursor")
	}
	p.After = position
	return p, nil
}

// most is how many values a Condition may have: SQLite takes a few more in a statement.
const most = 10_000

// check gives the condition with its values as Key gives them.
func (c Condition) check(declared []string) (Condition, error) {
	if !slices.Contains(declared, c.Field) {
		return c, fmt.Errorf("no index declares the field %q", c.Field)
	}
	if len(c.Values) > most {
		return c, fmt.Errorf("%d values for the field %s, at most %d", len(c.Values), c.Field, most)
	}
	values := make([]any, len(c.Values))
	for i, value := range c.Values {
		key, err := normal(value)
		if err != nil {
			return c, fmt.Errorf("field %s: %w", c.Field, err)
		}
		if key == nil && c.Operator != OperatorIn {
			return c, fmt.Errorf("field %s: nothing is %s nil", c.Field, c.Operator)
		}
		values[i] = key
	}
	return Condition{c.Field, c.Operator, values}, nil
}

// Place gives a document's place in the order.
func (p *Plan) Place(d Document) *Position {
	return &Position{Keys: Keys(d.Body, p.Order), ID: d.ID}
}

type cursor struct {
	Order string `bson:"o"`
	Keys  []any  `bson:"k"`
	ID    string `bson:"i"`
}

// Cursor gives the cursor after a document.
func (p *Plan) Cursor(d Document) string {
	place := p.Place(d)
	raw, err := bson.Marshal(cursor{p.order, place.Keys, place.ID})
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return base64.RawURLEncoding.EncodeToString(raw)
}

// parse reads a cursor: foreign bytes, since cursors travel in addresses of pages.
func (p *Plan) parse(text string) (*Position, bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return nil, false
	}
	var c cursor
	if err := bson.Unmarshal(raw, &c); err != nil || c.Order != p.order || len(c.Keys) != len(p.Order) {
		return nil, false
	}
	for i, key := range c.Keys {
		switch key.(type) {
		case nil, int64, string:
		case float64:
			if c.Keys[i], err = normal(key); err != nil {
				return nil, false
			}
		default:
			return nil, false
		}
	}
	return &Position{c.Keys, c.ID}, true
}

// normal gives a Go value as Key gives what is stored of it.
func normal(value any) (any, error) {
	if value == nil {
		return nil, nil
	}
	if moment, ok := value.(time.Time); ok {
		return moment.UnixMilli(), nil
	}
	v := reflect.ValueOf(value)
	switch {
	case v.Kind() == reflect.String:
		return v.String(), nil
	case v.Kind() == reflect.Bool && v.Bool():
		return int64(1), nil
	case v.Kind() == reflect.Bool:
		return int64(0), nil
	case v.CanInt():
		return v.Int(), nil
	case v.CanUint() && v.Uint() <= math.MaxInt64:
		return int64(v.Uint()), nil
	case v.CanFloat() && !math.IsNaN(v.Float()) && !math.IsInf(v.Float(), 0):
		return v.Float(), nil
	}
	return nil, fmt.Errorf("cannot compare with %T %v", value, value)
}
