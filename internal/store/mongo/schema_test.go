package mongo_test

import (
	"testing"

	"tianye/internal/store"
	"tianye/internal/store/mongo"
	"tianye/internal/store/storetest"
)

func TestSchema(t *testing.T) {
	servers(t, func(t *testing.T, address func(*testing.T) string) {
		uri := address(t)
		storetest.RunSchema(t, storetest.MongoIn(uri), func(collections ...*store.Collection) error {
			_, err := mongo.Open(t.Context(), uri, collections)
			return err
		})
	})
}
