package mongo_test

import (
	"os"
	"testing"

	"tianye/internal/store/storetest"
)

func TestFerretDB(t *testing.T) {
	if testing.Short() {
		t.Skip("FerretDB is left out by -short")
	}
	storetest.Run(t, storetest.FerretDB)
}

func TestMongoDB(t *testing.T) {
	if os.Getenv("TIANYE_TEST_MONGODB_URI") == "" {
		t.Skip("TIANYE_TEST_MONGODB_URI names no server")
	}
	storetest.Run(t, storetest.MongoDB)
}
