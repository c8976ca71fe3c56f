// Package storetest is the one suite that every backend must pass, and gives the tests of the
// domains' stores the backends to run on.
package storetest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// Open opens an empty backend for a test, which closes it when it ends.
type Open func(t *testing.T, collections ...*store.Collection) store.Backend

// samples has everything that a collection can have; plain has nothing.
var (
	samples = &store.Collection{Name: "samples", History: true, Indexes: []store.Index{
		{Name: "group", Fields: []string{"group", "rank"}},
		{Name: "when", Fields: []string{"meta.when"}},
		{Name: "code", Fields: []string{"code"}, Unique: true},
		{Name: "place", Fields: []string{"county", "village"}, Unique: true},
	}}
	plain = &store.Collection{Name: "plain"}
)

// Two projects that know nothing of each other.
const (
	quzhou  = "quzhou"
	hanyang = "hanyang"
)

// Run runs the suite.
func Run(t *testing.T, open Open) {
	tests := []struct {
		name string
		run  func(*testing.T, store.Backend)
	}{
		{"insert", testInsert},
		{"unique", testUnique},
		{"together", testTogether},
		{"projects are apart", testProjects},
		{"replace", testReplace},
		{"no update is lost", testLostUpdate},
		{"delete and revive", testDelete},
		{"history", testHistory},
		{"any body", testBodies},
		{"too large", testTooLarge},
		{"conditions", testConditions},
		{"orders", testOrders},
		{"cursor while inserting", testCursor},
		{"bad queries", testBadQueries},
		{"stream", testStream},
		{"changes", testChanges},
		{"changes under writers", testFollower},
		{"blobs", testBlobs},
		{"blob of 50 MB", testLargeBlob},
		{"forget", testForget},
		{"delete blob", testDeleteBlob},
		{"each blob", testEachBlob},
		{"dump and load", testDump},
		{"load what is taken", testLoadTaken},
		{"stamps after a load", testLoadedStamps},
		{"cancelled", testCancelled},
		{"closed", testClosed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.run(t, open(t, samples, plain)) })
	}
}

func body(t *testing.T, fields bson.D) bson.Raw {
	t.Helper()
	if fields == nil {
		fields = bson.D{}
	}
	raw, err := bson.Marshal(fields)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func insert(t *testing.T, b store.Backend, c *store.Collection, project, id string, fields bson.D) store.Document {
	t.Helper()
	d, err := b.Insert(t.Context(), c, store.Document{ID: id, Project: project, Body: body(t, fields)})
	if err != nil {
		t.Fatalf("insert %s: %v", id, err)
	}
	return d
}

func replace(t *testing.T, b store.Backend, c *store.Collection, d store.Document, fields bson.D) store.Document {
	t.Helper()
	d.Body = body(t, fields)
	d, err := b.Replace(t.Context(), c, d)
	if err != nil {
		t.Fatalf("replace %s: %v", d.ID, err)
	}
	return d
}

func remove(t *testing.T, b store.Backend, c *store.Collection, d store.Document) {
	t.Helper()
	if err := b.Delete(t.Context(), c, d.Project, d.ID, d.Revision); err != nil {
		t.Fatalf("delete %s: %v", d.ID, err)
	}
}

func find(t *testing.T, b store.Backend, c *store.Collection, project string, q store.Query) (ids []string, cursor string) {
	t.Helper()
	found, cursor, err := store.Find(t.Context(), b, c, project, q)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range found {
		ids = append(ids, d.ID)
	}
	return ids, cursor
}

// want fails the test unless err is a problem of the kind.
func want(t *testing.T, err error, kind problem.Kind) {
	t.Helper()
	if !problem.Is(err, kind) {
		t.Fatalf("got %v, want a problem of kind %s", err, kind)
	}
}

func wantExists(t *testing.T, err error) {
	t.Helper()
	if !store.IsExists(err) || store.IsChanged(err) {
		t.Fatalf("got %v, want Exists", err)
	}
	want(t, err, problem.Conflict)
}

func wantChanged(t *testing.T, err error) {
	t.Helper()
	if !store.IsChanged(err) || store.IsExists(err) {
		t.Fatalf("got %v, want Changed", err)
	}
	want(t, err, problem.Conflict)
}

func testCancelled(t *testing.T, b store.Backend) {
	d := insert(t, b, samples, quzhou, "a", bson.D{{Key: "n", Value: 1}})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := map[string]func() error{
		"insert":    func() error { _, err := b.Insert(ctx, samples, store.Document{ID: "b", Body: d.Body}); return err },
		"get":       func() error { _, err := b.Get(ctx, samples, quzhou, "a"); return err },
		"replace":   func() error { _, err := b.Replace(ctx, samples, d); return err },
		"delete":    func() error { return b.Delete(ctx, samples, quzhou, "a", 1) },
		"find":      func() error { _, _, err := store.Find(ctx, b, samples, quzhou, store.Query{}); return err },
		"stream":    func() error { return b.Stream(ctx, samples, quzhou, store.Query{}, ignore) },
		"count":     func() error { _, err := b.Count(ctx, samples, quzhou, store.Query{}); return err },
		"changes":   func() error { return b.Changes(ctx, samples, quzhou, 0, ignore) },
		"revisions": func() error { _, err := b.Revisions(ctx, samples, quzhou, "a"); return err },
		"put blob":  func() error { _, _, err := b.PutBlob(ctx, quzhou, endless{}, 1<<40); return err },
		"open blob": func() error { _, _, err := b.OpenBlob(ctx, quzhou, "00"); return err },
		"ping":      func() error { return b.Ping(ctx) },
		"forget":    func() error { return b.Forget(ctx, samples, quzhou, "a") },
		"drop blob": func() error { return b.DeleteBlob(ctx, quzhou, strings.Repeat("0", 64)) },
		"each blob": func() error { return b.EachBlob(ctx, func(string, string, int64) error { return nil }) },
		"dump":      func() error { return b.Dump(ctx, both, func(store.Record) error { return nil }) },
		"load":      func() error { return b.Load(ctx, samples, []store.Record{{Collection: samples, Document: d}}) },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want context.Canceled", name, err)
		}
	}
	if ids, _ := find(t, b, samples, quzhou, store.Query{}); len(ids) != 1 || ids[0] != "a" {
		t.Errorf("cancelled writes were done: %v", ids)
	}
	cancelMidway(t, b)
}

// cancelMidway ends the context while a stream and a blob are under way.
func cancelMidway(t *testing.T, b store.Backend) {
	for _, id := range []string{"b", "c", "d"} {
		insert(t, b, samples, quzhou, id, nil)
	}
	stop := errors.New("enough")
	met := 0
	err := b.Stream(t.Context(), samples, quzhou, store.Query{}, func(store.Document) error {
		if met++; met == 2 {
			return stop
		}
		return nil
	})
	if err != stop || met != 2 {
		t.Errorf("stream: %v after %d, want its own error after 2", err, met)
	}
	ctx, cancel := context.WithCancel(t.Context())
	met = 0
	err = b.Stream(ctx, samples, quzhou, store.Query{}, func(store.Document) error { met++; cancel(); return nil })
	if !errors.Is(err, context.Canceled) || met != 1 {
		t.Errorf("stream: %v after %d, want context.Canceled after 1", err, met)
	}
	ctx, cancel = context.WithCancel(t.Context())
	_, _, err = b.PutBlob(ctx, quzhou, endless{then: cancel}, 1<<40)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("put blob: got %v, want context.Canceled", err)
	}
}

func testClosed(t *testing.T, b store.Backend) {
	d := insert(t, b, plain, quzhou, "a", nil)
	if err := b.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
	_, err := b.Get(t.Context(), plain, quzhou, "a")
	want(t, err, problem.Unavailable)
	_, err = b.Replace(t.Context(), plain, d)
	want(t, err, problem.Unavailable)
	_, _, err = store.Find(t.Context(), b, plain, quzhou, store.Query{})
	want(t, err, problem.Unavailable)
	_, _, err = b.PutBlob(t.Context(), quzhou, endless{}, 10)
	want(t, err, problem.Unavailable)
	want(t, b.Ping(t.Context()), problem.Unavailable)
}

func ignore(store.Document) error { return nil }
