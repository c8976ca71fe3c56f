package sqlite_test

import (
	"testing"

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

func TestSuite(t *testing.T) {
	storetest.Run(t, func(t *testing.T, collections ...*store.Collection) store.Backend {
		return open(t, t.TempDir(), collections...)
	})
}
