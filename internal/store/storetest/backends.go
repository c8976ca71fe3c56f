package storetest

import (
	"context"
	"iter"
	"os"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/store"
	"tianye/internal/store/mongo"
	"tianye/internal/store/sqlite"
)

// Backends gives an empty backend of every sort, by a name to call the subtest: SQLite always;
// MongoDB as FerretDB plays it, but for -short; and the server at TIANYE_TEST_MONGODB_URI, when that is set.
func Backends(t *testing.T, collections []*store.Collection) iter.Seq2[string, store.Backend] {
	return func(yield func(string, store.Backend) bool) {
		for _, at := range Opens() {
			if !yield(at.Name, at.Open(t, collections...)) {
				return
			}
		}
	}
}

// Named is a way to open a backend, and its name.
type Named struct {
	Name string
	Open Open
}

// Opens gives the ways to open a backend that Backends speaks of.
func Opens() []Named {
	list := []Named{{"sqlite", SQLite}}
	if !testing.Short() {
		list = append(list, Named{"ferretdb", FerretDB})
	}
	if os.Getenv("TIANYE_TEST_MONGODB_URI") != "" {
		list = append(list, Named{"mongodb", MongoDB})
	}
	return list
}

// SQLite opens an embedded store in a folder of the test.
func SQLite(t *testing.T, collections ...*store.Collection) store.Backend {
	t.Helper()
	return SQLiteIn(t.TempDir())(t, collections...)
}

// SQLiteIn opens the embedded store in a folder, which may have been open before.
func SQLiteIn(dir string) Open {
	return func(t *testing.T, collections ...*store.Collection) store.Backend {
		t.Helper()
		b, err := sqlite.Open(t.Context(), dir, collections)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		return b
	}
}

// FerretDB opens a database of its own on the FerretDB that this test binary shares.
func FerretDB(t *testing.T, collections ...*store.Collection) store.Backend {
	t.Helper()
	return MongoIn(FerretDBAddress(t))(t, collections...)
}

// MongoDB opens a database of its own on the server at TIANYE_TEST_MONGODB_URI.
func MongoDB(t *testing.T, collections ...*store.Collection) store.Backend {
	t.Helper()
	return MongoIn(MongoDBAddress(t))(t, collections...)
}

// FerretDBAddress names a new database, which goes when the test ends. One connection: FerretDB on
// SQLite loses concurrent updates with more.
func FerretDBAddress(t *testing.T) string {
	t.Helper()
	address, err := ferretdb()
	if err != nil {
		t.Fatal(err)
	}
	return newDatabase(t, address, "maxPoolSize=1")
}

// MongoDBAddress names a new database, which goes when the test ends.
func MongoDBAddress(t *testing.T) string {
	t.Helper()
	return newDatabase(t, os.Getenv("TIANYE_TEST_MONGODB_URI"), "")
}

// MongoIn opens the database that a URI names, which may be open already.
func MongoIn(uri string) Open {
	return func(t *testing.T, collections ...*store.Collection) store.Backend {
		t.Helper()
		b, err := mongo.Open(t.Context(), uri, collections)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { b.Close() })
		return b
	}
}

func newDatabase(t *testing.T, server, option string) string {
	uri := database(server, option)
	t.Cleanup(func() {
		if err := mongo.Drop(context.Background(), uri); err != nil {
			t.Error(err)
		}
	})
	return uri
}

// database puts a new database's name in a URI. A user stays who it was: authentication goes by
// the database that was named, or admin.
func database(uri, option string) string {
	scheme, rest, _ := strings.Cut(uri, "://")
	rest, options, _ := strings.Cut(rest, "?")
	hosts, named, _ := strings.Cut(rest, "/")
	list := []string{}
	if options != "" {
		list = append(list, options)
	}
	if strings.Contains(hosts, "@") && !strings.Contains(options, "authSource=") {
		if named == "" {
			named = "admin"
		}
		list = append(list, "authSource="+named)
	}
	if option != "" {
		list = append(list, option)
	}
	return scheme + "://" + hosts + "/test_" + id.New(time.Now()) + "?" + strings.Join(list, "&")
}
