package store_test

import (
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"

	"tianye/internal/account"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
)

// TestBodiesOfOtherPrograms: bodies carry the number of their shape; those without are of the first,
// a newer program's are refused one by one by who had opened the store before.
func TestBodiesOfOtherPrograms(t *testing.T) {
	for name, b := range storetest.Backends(t, store.Collections) {
		t.Run(name, func(t *testing.T) { bodiesOfOtherPrograms(t, b) })
	}
}

func bodiesOfOtherPrograms(t *testing.T, b store.Backend) {
	accounts := store.NewAccounts(b)
	if err := accounts.CreateUser(t.Context(), account.User{ID: "alice", Login: "alice", Name: "爱丽", Created: time.UnixMilli(1)}); err != nil {
		t.Fatal(err)
	}
	users := store.Collections[0]
	kept, err := b.Get(t.Context(), users, "", "alice")
	var body bson.D
	if err == nil {
		err = bson.Unmarshal(kept.Body, &body)
	}
	if err != nil || body[0].Key != "schema" || body[0].Value != int32(1) {
		t.Fatalf("%v: %v", err, body)
	}
	write := func(body bson.D) (account.User, error) {
		t.Helper()
		raw, err := bson.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		kept.Body = raw
		if kept, err = b.Replace(t.Context(), users, kept); err != nil {
			t.Fatal(err)
		}
		return accounts.User(t.Context(), "alice")
	}
	if u, err := write(body[1:]); err != nil || u.Name != "爱丽" || u.Revision != 2 {
		t.Errorf("without a number: %+v, %v", u, err)
	}
	body[0].Value = int32(2)
	_, err = write(body)
	storetest.WantNewer(t, err, 2, 1)
	_, err = accounts.Users(t.Context())
	storetest.WantNewer(t, err, 2, 1)
}
