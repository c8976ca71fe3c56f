package mongo_test

import (
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/mongo"
	"tianye/internal/store/storetest"
)

// servers runs a test on FerretDB, and on the server at TIANYE_TEST_MONGODB_URI when that is set;
// address names a new database there.
func servers(t *testing.T, test func(t *testing.T, address func(*testing.T) string)) {
	t.Run("ferretdb", func(t *testing.T) {
		if testing.Short() {
			t.Skip("FerretDB is left out by -short")
		}
		test(t, storetest.FerretDBAddress)
	})
	t.Run("mongodb", func(t *testing.T) {
		if os.Getenv("TIANYE_TEST_MONGODB_URI") == "" {
			t.Skip("TIANYE_TEST_MONGODB_URI names no server")
		}
		test(t, storetest.MongoDBAddress)
	})
}

func TestSuite(t *testing.T) {
	servers(t, func(t *testing.T, address func(*testing.T) string) {
		storetest.Run(t, func(t *testing.T, collections ...*store.Collection) store.Backend {
			return storetest.MongoIn(address(t))(t, collections...)
		})
	})
}

func TestMigration(t *testing.T) {
	servers(t, func(t *testing.T, address func(*testing.T) string) {
		storetest.RunMigration(t, storetest.MongoIn(address(t)))
	})
}

var notes = &store.Collection{Name: "notes", Indexes: []store.Index{{Name: "title", Fields: []string{"title"}, Unique: true}}}

// TestSeveralProcesses has two backends on one database, as two processes have, the second with
// a clock that lags: each follows what the other changes, and neither overwrites the other.
func TestSeveralProcesses(t *testing.T) {
	servers(t, func(t *testing.T, address func(*testing.T) string) {
		uri := address(t)
		one, two := storetest.MongoIn(uri)(t, notes).(*mongo.Backend), storetest.MongoIn(uri)(t, notes).(*mongo.Backend)
		two.Skew(-5 * time.Second)
		followers := map[*mongo.Backend]*store.Follower{one: store.Follow(notes, "quzhou", 0), two: store.Follow(notes, "quzhou", 0)}
		next := func(want ...string) {
			t.Helper()
			for b, f := range followers {
				var got []string
				err := f.Next(t.Context(), b, func(d store.Document) error {
					got = append(got, fmt.Sprint(d.ID, d.Revision))
					return nil
				})
				if slices.Sort(got); err != nil || !slices.Equal(got, want) {
					t.Errorf("got %v, %v, want %v", got, err, want)
				}
			}
		}
		content := func(title string) bson.Raw {
			raw, err := bson.Marshal(bson.D{{Key: "title", Value: title}})
			if err != nil {
				t.Fatal(err)
			}
			return raw
		}
		a, err := one.Insert(t.Context(), notes, store.Document{ID: "a", Project: "quzhou", Body: content("walk")})
		if err != nil {
			t.Fatal(err)
		}
		next("a1")
		b, err := two.Insert(t.Context(), notes, store.Document{ID: "b", Project: "quzhou", Body: content("talk")})
		if err != nil || b.Stamp >= a.Stamp {
			t.Fatalf("%+v, %v", b, err)
		}
		next("b1")
		next()
		if _, err := two.Insert(t.Context(), notes, store.Document{ID: "c", Project: "quzhou", Body: content("walk")}); !store.IsExists(err) {
			t.Errorf("the same title: %v", err)
		}
		if _, err := two.Replace(t.Context(), notes, a); err != nil {
			t.Fatal(err)
		}
		next("a2")
		if err := one.Delete(t.Context(), notes, "quzhou", "a", 1); !store.IsChanged(err) {
			t.Errorf("deleting a former revision: %v", err)
		}
		if err := two.Delete(t.Context(), notes, "quzhou", "a", 2); err != nil {
			t.Fatal(err)
		}
		next("a3")
		next()
	})
}

// TestBlobPutWhileDeleted has an old blob put again and deleted at the same time, by two processes: what was
// put stays. FerretDB on SQLite loses updates of several clients: there one comes after the other.
func TestBlobPutWhileDeleted(t *testing.T) {
	servers(t, func(t *testing.T, address func(*testing.T) string) {
		uri, atOnce := address(t), !strings.HasSuffix(t.Name(), "ferretdb")
		one, two := storetest.MongoIn(uri)(t, notes).(*mongo.Backend), storetest.MongoIn(uri)(t, notes).(*mongo.Backend)
		for range 20 {
			hash, _, err := one.PutBlob(t.Context(), "quzhou", strings.NewReader("照片"), 100)
			if err == nil {
				err = one.Age(t.Context(), 2*store.BlobRest)
			}
			if err != nil {
				t.Fatal(err)
			}
			var wait sync.WaitGroup
			wait.Go(func() {
				if err := two.DeleteBlob(t.Context(), "quzhou", hash); err != nil && !store.IsFresh(err) {
					t.Error(err)
				}
			})
			if !atOnce {
				wait.Wait()
			}
			if _, _, err := one.PutBlob(t.Context(), "quzhou", strings.NewReader("照片"), 100); err != nil {
				t.Fatal(err)
			}
			wait.Wait()
			if err := two.DeleteBlob(t.Context(), "quzhou", hash); !store.IsFresh(err) {
				t.Fatalf("a fresh blob is deleted: %v", err)
			}
			r, _, err := one.OpenBlob(t.Context(), "quzhou", hash)
			if err != nil {
				t.Fatalf("the blob is lost: %v", err)
			}
			if content, err := io.ReadAll(r); err != nil || string(content) != "照片" {
				t.Fatalf("%q, %v", content, err)
			}
			r.Close()
		}
	})
}

func TestCannotOpen(t *testing.T) {
	for _, uri := range []string{"", "localhost", "mongodb://", "postgres://localhost/db"} {
		_, err := mongo.Open(t.Context(), uri, nil)
		if p := problem.From(err); p.Kind != problem.Malformed || p.Text.Key != "store.address" {
			t.Errorf("%q: %v", uri, err)
		}
	}
	_, err := mongo.Open(t.Context(), "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=50", []*store.Collection{notes})
	if !problem.Is(err, problem.Unavailable) {
		t.Errorf("no server: %v", err)
	}
}
