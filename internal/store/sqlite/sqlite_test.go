package sqlite_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
	"tianye/internal/store/storetest"
)

func open(t testing.TB, dir string, collections ...*store.Collection) *sqlite.Backend {
	t.Helper()
	b, err := sqlite.Open(t.Context(), dir, collections)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

func TestSuite(t *testing.T) { storetest.Run(t, storetest.SQLite) }

func TestMigration(t *testing.T) { storetest.RunMigration(t, storetest.SQLiteIn(t.TempDir())) }

// TestStampsGoOn: a change after a restart comes after every change before it, whatever the
// project.
func TestStampsGoOn(t *testing.T) {
	dir := t.TempDir()
	var last int64
	for round := range 3 {
		b := open(t, dir, submissions, counters)
		for i := range 5 {
			d := submission(t, round*10+i)
			d.Project = fmt.Sprint("project", (round*7+i)%5)
			d, err := b.Insert(t.Context(), submissions, d)
			if err != nil || d.Stamp <= last {
				t.Fatalf("stamp %d after %d, %v", d.Stamp, last, err)
			}
			last = d.Stamp
		}
		if err := b.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

// TestOneFile: after Close the database's one file holds everything.
func TestOneFile(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	b := open(t, dir, submissions)
	d, err := b.Insert(t.Context(), submissions, submission(t, 1))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.Get(t.Context(), submissions, d.Project, d.ID); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "tianye.db"))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(copied, "tianye.db"), raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(t, copied, submissions).Get(t.Context(), submissions, d.Project, d.ID); err != nil {
		t.Error(err)
	}
}

// TestCloseUnderWriters: every write that Close cut off says so, every other is there afterwards.
func TestCloseUnderWriters(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir, submissions)
	var mutex sync.Mutex
	var acknowledged []string
	enough := make(chan struct{})
	var wait sync.WaitGroup
	for writer := range 16 {
		wait.Go(func() {
			for i := 0; ; i++ {
				d, err := b.Insert(t.Context(), submissions, submission(t, writer+16*i))
				if err != nil {
					if !problem.Is(err, problem.Unavailable) {
						t.Error(err)
					}
					return
				}
				mutex.Lock()
				if acknowledged = append(acknowledged, d.ID); len(acknowledged) == 200 {
					close(enough)
				}
				mutex.Unlock()
			}
		})
	}
	<-enough
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	wait.Wait()
	b = open(t, dir, submissions)
	var stored []string
	err := b.Stream(t.Context(), submissions, project, store.Query{}, func(d store.Document) error {
		stored = append(stored, d.ID)
		return nil
	})
	if slices.Sort(acknowledged); err != nil || !slices.Equal(stored, acknowledged) {
		t.Errorf("stored %d, acknowledged %d, %v", len(stored), len(acknowledged), err)
	}
}

func TestOddFolders(t *testing.T) {
	for _, name := range []string{"数据 目录", "a?b#c%20d", "quo'te\"s&_pragma=x"} {
		dir := filepath.Join(t.TempDir(), name, "deeper")
		b := open(t, dir, counters)
		if err := b.Ping(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(filepath.Join(dir, "tianye.db")); err != nil {
			t.Error(err)
		}
	}
}

func TestCannotOpen(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := sqlite.Open(t.Context(), filepath.Join(file, "data"), nil)
	wantKey(t, err, "store.folder")

	garbage := t.TempDir()
	if err := os.WriteFile(filepath.Join(garbage, "tianye.db"), []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err = sqlite.Open(t.Context(), garbage, []*store.Collection{counters})
	wantKey(t, err, "store.corrupt")

	dir := t.TempDir()
	b := open(t, dir, counters)
	_, err = sqlite.Open(t.Context(), dir, []*store.Collection{counters})
	wantKey(t, err, "store.locked")
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir, counters)
}

func wantKey(t *testing.T, err error, key string) {
	t.Helper()
	if p := problem.From(err); p.Kind != problem.Unavailable || p.Text.Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

// TestPlans: every declared way of asking is answered by an index, without sorting.
func TestPlans(t *testing.T) {
	b := open(t, t.TempDir(), counters, submissions)
	for _, q := range []store.Query{
		{}, {Descending: true}, {Order: "received"},
		{Where: []store.Condition{store.Equal("form", "f")}},
		{Where: []store.Condition{store.Equal("form", "f")}, Order: "received", Descending: true},
		{Where: []store.Condition{store.Equal("form", "f"), store.AtLeast("received", 5)}, Order: "received"},
		{Where: []store.Condition{store.Equal("form", "f"), store.Equal("state", "approved")}, Order: "state"},
	} {
		plan, err := b.Explain(t.Context(), submissions, "quzhou", q)
		if err != nil || !strings.Contains(plan, "SEARCH") || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%+v: %s, %v", q, plan, err)
		}
	}
	plan, err := b.Explain(t.Context(), counters, "quzhou", store.Query{
		Where: []store.Condition{store.Equal("writer", "1"), store.Equal("n", 2)}})
	if err != nil || !strings.Contains(plan, "writer") {
		t.Errorf("%s, %v", plan, err)
	}
}

// TestBlobPutWhileDeleted has an old blob put again and deleted at the same time: what was put stays.
func TestBlobPutWhileDeleted(t *testing.T) {
	dir := t.TempDir()
	b := open(t, dir)
	for range 50 {
		hash, _, err := b.PutBlob(t.Context(), project, strings.NewReader("照片"), 100)
		if err != nil {
			t.Fatal(err)
		}
		old := time.Now().Add(-2 * store.BlobRest)
		if err := os.Chtimes(filepath.Join(dir, "blobs", project, hash[:2], hash[2:]), old, old); err != nil {
			t.Fatal(err)
		}
		var wait sync.WaitGroup
		wait.Go(func() {
			if err := b.DeleteBlob(t.Context(), project, hash); err != nil && !store.IsFresh(err) {
				t.Error(err)
			}
		})
		if _, _, err := b.PutBlob(t.Context(), project, strings.NewReader("照片"), 100); err != nil {
			t.Fatal(err)
		}
		wait.Wait()
		r, _, err := b.OpenBlob(t.Context(), project, hash)
		if err != nil {
			t.Fatalf("the blob is lost: %v", err)
		}
		r.Close()
	}
}
