package storetest

import (
	"fmt"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/store"
)

// RunMigration opens the same place again and again, as versions of the program that declare other
// indexes would. open must give the same place each time.
func RunMigration(t *testing.T, open Open) {
	cases := func(history bool, indexes ...store.Index) *store.Collection {
		return &store.Collection{Name: "cases", Indexes: indexes, History: history}
	}
	byName := store.Index{Name: "name", Fields: []string{"name"}}
	byCounty := store.Index{Name: "county", Fields: []string{"place.county", "name"}}
	uniqueName := store.Index{Name: "name", Fields: []string{"name"}, Unique: true}
	inOrder := func(c *store.Collection, b store.Backend, q store.Query, want ...string) {
		t.Helper()
		if ids, _ := find(t, b, c, quzhou, q); !slices.Equal(ids, want) {
			t.Errorf("%+v: got %v, want %v", q, ids, want)
		}
	}
	content := func(name, county string) bson.D {
		return bson.D{{Key: "name", Value: name}, {Key: "place", Value: bson.D{{Key: "county", Value: county}}}}
	}

	first := cases(false)
	b := open(t, first)
	docs := map[string]store.Document{}
	for i, county := range []string{"开化", "常山", "江山"} {
		id := fmt.Sprint(i)
		docs[id] = insert(t, b, first, quzhou, id, content(fmt.Sprint("case ", 9-i), county))
	}
	docs["many"] = insert(t, b, first, hanyang, "many", content("case 1", "汉阳"))
	remove(t, b, first, insert(t, b, first, quzhou, "gone", content("case 9", "开化")))
	shut(t, b)

	second := cases(true, byName, byCounty)
	b = open(t, second, plain)
	inOrder(second, b, store.Query{Order: "name"}, "2", "1", "0")
	inOrder(second, b, store.Query{Where: []store.Condition{store.Equal("place.county", "常山")}, Order: "county"}, "1")
	docs["0"] = replace(t, b, second, docs["0"], content("case 5", "开化"))
	if former, err := b.Revisions(t.Context(), second, quzhou, "0"); err != nil || len(former) != 1 {
		t.Errorf("%v, %v", former, err)
	}
	shut(t, b)

	third := cases(true, uniqueName) // does not know the county
	b = open(t, third)
	inOrder(third, b, store.Query{Order: "name"}, "0", "2", "1")
	_, err := b.Insert(t.Context(), third, store.Document{ID: "3", Project: quzhou, Body: body(t, content("case 5", "龙游"))})
	wantExists(t, err)
	replace(t, b, third, docs["1"], content("case 8", "龙游"))
	insert(t, b, third, quzhou, "gone", content("case 9", "衢江"))
	shut(t, b)

	b = open(t, second)
	inOrder(second, b, store.Query{Where: []store.Condition{store.Equal("place.county", "常山")}})
	inOrder(second, b, store.Query{Where: []store.Condition{store.In("place.county", "龙游", "衢江")}}, "1", "gone")
	insert(t, b, second, quzhou, "3", content("case 5", "龙游")) // unique no longer
	shut(t, b)
}

func shut(t *testing.T, b store.Backend) {
	t.Helper()
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
}
