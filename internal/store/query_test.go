package store_test

import (
	"math"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/problem"
	"tianye/internal/store"
)

var visits = &store.Collection{Name: "visits", Indexes: []store.Index{
	{Name: "day", Fields: []string{"day", "place.village"}},
}}

func TestKey(t *testing.T) {
	body, err := bson.Marshal(bson.D{
		{Key: "text", Value: "田"}, {Key: "small", Value: int32(-1)}, {Key: "large", Value: int64(math.MaxInt64)}, {Key: "half", Value: 0.5},
		{Key: "yes", Value: true}, {Key: "no", Value: false}, {Key: "day", Value: time.UnixMilli(1234).UTC()}, {Key: "nan", Value: math.NaN()},
		{Key: "infinite", Value: math.Inf(1)}, {Key: "list", Value: bson.A{1}}, {Key: "inner", Value: bson.D{{Key: "deep", Value: bson.D{{Key: "er", Value: "x"}}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	for field, want := range map[string]any{
		"text": "田", "small": int64(-1), "large": int64(math.MaxInt64), "half": 0.5, "yes": int64(1), "no": int64(0), "day": int64(1234),
		"nan": nil, "infinite": nil, "list": nil, "inner": nil, "inner.deep.er": "x", "inner.other": nil, "text.er": nil, "none": nil,
	} {
		if got := store.Key(body, field); got != want {
			t.Errorf("%s: got %v, want %v", field, got, want)
		}
	}
	if got := store.Key(bson.Raw("broken"), "text"); got != nil {
		t.Errorf("of a broken body: %v", got)
	}
}

func TestCheck(t *testing.T) {
	index := func(name string, fields ...string) []store.Index { return []store.Index{{Name: name, Fields: fields}} }
	for _, bad := range [][]*store.Collection{
		{{Name: ""}}, {{Name: "a b"}}, {{Name: "a\""}}, {{Name: "a.b"}}, {{Name: "a"}, {Name: "a"}},
		{{Name: "a", Indexes: index("", "f")}}, {{Name: "a", Indexes: index("i")}}, {{Name: "a", Indexes: index("i", "f\"")}},
		{{Name: "a", Indexes: index("i", "f..g")}}, {{Name: "a", Indexes: append(index("i", "f"), index("i", "g")...)}},
	} {
		if err := store.Check(bad); err == nil {
			t.Errorf("%+v is accepted", bad[0])
		}
	}
	if err := store.Check([]*store.Collection{visits}); err != nil {
		t.Error(err)
	}
}

// FuzzCursor: a cursor comes back from the address of a page. Whatever comes, Plan refuses it with a
// problem, or it is a position of the query.
func FuzzCursor(f *testing.F) {
	q := store.Query{Order: "day"}
	plan, err := visits.Plan(q)
	if err != nil {
		f.Fatal(err)
	}
	body, err := bson.Marshal(bson.D{{Key: "day", Value: time.UnixMilli(5)}, {Key: "place", Value: bson.D{{Key: "village", Value: "余东"}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(plan.Cursor(store.Document{ID: "a", Body: body}))
	f.Add(plan.Cursor(store.Document{ID: "", Body: bson.Raw{5, 0, 0, 0, 0}}))
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, text string) {
		q.After = text
		plan, err := visits.Plan(q)
		if err != nil {
			if !problem.Is(err, problem.Malformed) {
				t.Fatal(err)
			}
			return
		}
		if plan.After == nil {
			return
		}
		if len(plan.After.Keys) != 2 {
			t.Fatalf("%+v", plan.After)
		}
		for _, key := range plan.After.Keys {
			switch key := key.(type) {
			case nil, int64, string:
			case float64:
				if math.IsNaN(key) || math.IsInf(key, 0) {
					t.Fatalf("%+v", plan.After)
				}
			default:
				t.Fatalf("%T in %+v", key, plan.After)
			}
		}
	})
}
