package sqlite_test

import (
	"testing"

	"tianye/internal/store"
	"tianye/internal/store/sqlite"
	"tianye/internal/store/storetest"
)

func TestSchema(t *testing.T) {
	dir := t.TempDir()
	storetest.RunSchema(t, storetest.SQLiteIn(dir), func(collections ...*store.Collection) error {
		_, err := sqlite.Open(t.Context(), dir, collections)
		return err
	})
}
