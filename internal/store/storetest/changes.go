package storetest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/problem"
	"tianye/internal/store"
)

func testChanges(t *testing.T, b store.Backend) {
	f := store.Follow(samples, quzhou, 0)
	next := func(want ...string) {
		t.Helper()
		var got []string
		err := f.Next(t.Context(), b, func(d store.Document) error {
			got = append(got, fmt.Sprint(d.ID, d.Revision, d.Deleted))
			return nil
		})
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	}
	next()
	first := insert(t, b, samples, quzhou, "a", nil)
	second := insert(t, b, samples, quzhou, "b", nil)
	insert(t, b, samples, hanyang, "c", nil)
	next("a1 false", "b1 false")
	next()
	first = replace(t, b, samples, first, bson.D{{Key: "n", Value: 1}})
	first = replace(t, b, samples, first, bson.D{{Key: "n", Value: 2}})
	remove(t, b, samples, second)
	next("a3 false", "b2 true")
	next()
	insert(t, b, samples, quzhou, "b", nil)
	refused := errors.New("index is closed")
	if err := f.Next(t.Context(), b, func(store.Document) error { return refused }); err != refused {
		t.Errorf("got %v, want the reader's own error", err)
	}
	next("b3 false")

	later := store.Follow(samples, quzhou, f.Mark()) // begins anew after the mark: may see again, must not miss
	last := replace(t, b, samples, first, bson.D{{Key: "n", Value: 3}})
	var met store.Document
	err := later.Next(t.Context(), b, func(d store.Document) error { met = d; return nil })
	if err != nil || met.ID != "a" || met.Revision != last.Revision || met.Stamp != last.Stamp {
		t.Errorf("after the mark: %+v, %v", met, err)
	}
}

// testFollower keeps a copy by its changes while 16 goroutines write; in the end it equals what is
// stored, and no change was given twice.
func testFollower(t *testing.T, b store.Backend) {
	const writers, writes, ids = 16, 12, 10
	var wait sync.WaitGroup
	for range writers {
		wait.Go(func() {
			for range writes {
				if err := change(t, b, fmt.Sprint(rand.IntN(ids))); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	done := make(chan struct{})
	go func() { wait.Wait(); close(done) }()
	f := store.Follow(samples, quzhou, 0)
	kept := map[string]store.Document{}
	keep := func(d store.Document) error {
		if former, ok := kept[d.ID]; ok && former.Revision >= d.Revision {
			return fmt.Errorf("revision %d of %s after %d", d.Revision, d.ID, former.Revision)
		}
		kept[d.ID] = d
		return nil
	}
	for running := true; running; {
		select {
		case <-done:
			running = false
		default:
		}
		if err := f.Next(t.Context(), b, keep); err != nil {
			t.Fatal(err)
		}
	}
	living := 0
	err := b.Stream(t.Context(), samples, quzhou, store.Query{}, func(d store.Document) error {
		living++
		if k := kept[d.ID]; k.Revision != d.Revision || k.Deleted || !slices.Equal(k.Body, d.Body) {
			return fmt.Errorf("kept %+v, stored %+v", k, d)
		}
		return nil
	})
	for _, k := range kept {
		if !k.Deleted {
			living--
		}
	}
	if err != nil || living != 0 {
		t.Errorf("%v; stored less kept: %d", err, living)
	}
}

// change inserts, replaces or deletes a document, whichever the moment allows.
func change(t *testing.T, b store.Backend, id string) error {
	d, err := b.Get(t.Context(), samples, quzhou, id)
	content := body(t, bson.D{{Key: "n", Value: rand.Int64()}})
	switch {
	case err != nil:
		_, err = b.Insert(t.Context(), samples, store.Document{ID: id, Project: quzhou, Body: content})
	case rand.IntN(4) == 0:
		err = b.Delete(t.Context(), samples, quzhou, id, d.Revision)
	default:
		d.Body = content
		_, err = b.Replace(t.Context(), samples, d)
	}
	if store.IsExists(err) || store.IsChanged(err) || problem.Is(err, problem.NotFound) {
		return nil // someone else was first
	}
	return err
}
