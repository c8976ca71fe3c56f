package storetest

import (
	"testing"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// RunSchema opens the same place again and again, as newer and older programs would. open must
// give the same place each time; try does too, and gives its error.
func RunSchema(t *testing.T, open Open, try func(collections ...*store.Collection) error) {
	shape := func(schema int) *store.Collection { return &store.Collection{Name: "plain", Schema: schema} }
	b := open(t, plain)
	d := insert(t, b, plain, quzhou, "a", nil)
	shut(t, b)

	second := shape(2)
	b = open(t, second)
	if old, err := b.Get(t.Context(), second, quzhou, "a"); err != nil || old.Revision != 1 || string(old.Body) != string(d.Body) {
		t.Errorf("a newer program reads %+v, %v", old, err)
	}
	shut(t, b)

	WantNewer(t, try(plain), 2, 1)
	WantNewer(t, try(shape(1), &store.Collection{Name: "more"}), 2, 1)
	b = open(t, &store.Collection{Name: "more", Schema: 2}, second) // sums: 3
	shut(t, b)
	WantNewer(t, try(second), 3, 2)
	b = open(t, shape(3))
	shut(t, b)
}

// WantNewer fails the test unless a store or a document of a number was refused by a program that knows another.
func WantNewer(t *testing.T, err error, number, known int) {
	t.Helper()
	if p := problem.From(err); err == nil || p.Kind != problem.Unavailable || p.Text.Key != "store.newer" || p.Text.Args[0] != number || p.Text.Args[1] != known {
		t.Errorf("got %v, want store.newer %d %d", err, number, known)
	}
}
