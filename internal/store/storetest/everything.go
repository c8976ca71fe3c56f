package storetest

import (
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/store"
)

// Body makes a document's body.
func Body(t testing.TB, fields map[string]any) []byte {
	t.Helper()
	raw, err := bson.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Everything gives what a store holds in the collections, and its blobs: a line each, in order.
func Everything(t testing.TB, b store.Backend, list []*store.Collection) []string {
	t.Helper()
	var all []string
	err := b.Dump(t.Context(), list, func(r store.Record) error {
		all = append(all, line(r))
		return nil
	})
	if err == nil {
		err = b.EachBlob(t.Context(), func(project, hash string, size int64) error {
			r, n, err := b.OpenBlob(t.Context(), project, hash)
			if err != nil {
				return err
			}
			defer r.Close()
			sum := sha256.New()
			_, err = io.Copy(sum, r)
			all = append(all, fmt.Sprintf("blob %q %s %d %d %x", project, hash, size, n, sum.Sum(nil)))
			return err
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(all)
	return all
}

func line(r store.Record) string {
	return fmt.Sprintf("%s former %v %q %q %d %d %v %x", r.Collection.Name, r.Former, r.Project, r.ID, r.Revision, r.Stamp, r.Deleted, r.Body)
}

// Same fails the test unless two stores hold the same, as Everything gave it.
func Same(t testing.TB, got, want []string) {
	t.Helper()
	if slices.Equal(got, want) {
		return
	}
	told := 0
	for _, line := range want {
		if _, found := slices.BinarySearch(got, line); !found && told < 5 {
			told++
			t.Logf("missing: %.300s", line)
		}
	}
	t.Errorf("%d things, want %d, or they differ", len(got), len(want))
}
