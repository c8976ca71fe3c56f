package backup_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"tianye/internal/backup"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
)

const (
	quzhou  = "0123456789abcdefghjkmnpqrs"
	hanyang = "Hanyang/汉阳"
)

var begun = time.Date(2026, 11, 23, 2, 30, 0, 0, time.FixedZone("CST", 8*3600))

func collection(t testing.TB, name string) *store.Collection {
	t.Helper()
	for _, c := range store.Collections {
		if c.Name == name {
			return c
		}
	}
	t.Fatalf("no collection %s", name)
	return nil
}

// filled is a store with some of everything: revisions, tombstones, blobs, two projects, a session.
func filled(t testing.TB, b store.Backend) store.Backend {
	t.Helper()
	for _, name := range []string{"submissions", "cases", "users", "sessions"} {
		c := collection(t, name)
		for _, project := range []string{quzhou, hanyang} {
			for i := range 15 {
				d, err := b.Insert(t.Context(), c, store.Document{ID: fmt.Sprintf("%s-%02d", project[:1], i), Project: project,
					Body: storetest.Body(t, map[string]any{"login": fmt.Sprint("bob", i), "text": strings.Repeat("田野", i)})})
				for range i % 4 {
					if err == nil {
						d.Body = storetest.Body(t, map[string]any{"login": fmt.Sprint("bob", i), "n": d.Revision})
						d, err = b.Replace(t.Context(), c, d)
					}
				}
				if err == nil && i%7 == 3 {
					err = b.Delete(t.Context(), c, project, d.ID, d.Revision)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	for i, size := range []int{0, 5, 64 << 10, 64<<10 + 1, 3_000_000} {
		photo := io.LimitReader(rand.NewChaCha8([32]byte{byte(i)}), int64(size))
		if _, _, err := b.PutBlob(t.Context(), []string{quzhou, hanyang}[i%2], photo, 4<<20); err != nil {
			t.Fatal(err)
		}
	}
	return b
}

// everything gives what a backup keeps of a store.
func everything(t testing.TB, b store.Backend) []string {
	t.Helper()
	return storetest.Everything(t, b, store.Lasting)
}

func write(t testing.TB, b store.Backend, o backup.Options) []byte {
	t.Helper()
	var file bytes.Buffer
	o.Now = func() time.Time { return begun }
	info, err := backup.Write(t.Context(), b, &file, o)
	if err != nil {
		t.Fatal(err)
	}
	if info.Size != int64(file.Len()) || !info.Created.Equal(begun) || info.Encrypted != (o.Passphrase != "") {
		t.Errorf("%+v of %d bytes", info, file.Len())
	}
	return file.Bytes()
}

func restore(ctx context.Context, b store.Backend, file []byte, o backup.Options) error {
	_, err := backup.Restore(ctx, b, bytes.NewReader(file), o)
	return err
}

func wantKey(t testing.TB, err error, key string) {
	t.Helper()
	var p *problem.Problem
	if !errors.As(err, &p) || p.Text.Key != key {
		t.Errorf("got %v, want %s", err, key)
	}
}

func wantEmpty(t testing.TB, b store.Backend) {
	t.Helper()
	empty, err := store.IsEmpty(t.Context(), b)
	begun, other := store.RestoreOf(t.Context(), b)
	if err != nil || other != nil || !empty || begun != "" {
		t.Errorf("empty: %v, restore of %q begun; %v, %v", empty, begun, err, other)
	}
}

// opens is one backend a test: SQLite, and FerretDB but for -short.
func opens() []storetest.Named { return storetest.Opens() }
