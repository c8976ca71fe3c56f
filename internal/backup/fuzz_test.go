package backup_test

import (
	"bytes"
	"strings"
	"testing"

	"tianye/internal/backup"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
	"tianye/internal/store/storetest"
)

// FuzzFile reads any bytes as a file.
func FuzzFile(f *testing.F) {
	file := backup.Sealed([]byte("i\x02{}"))
	f.Add(file)
	f.Add(file[:30])
	f.Add([]byte("tianye-backup 1 age\nage-encryption.org/v1\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		if _, err := backup.Verify(t.Context(), bytes.NewReader(file), backup.Options{}); err != nil && problem.From(err).Kind == problem.Internal {
			t.Errorf("no sentence for people: %v", err)
		}
	})
}

// FuzzPayload reads any frames in a file whose sum is right.
func FuzzPayload(f *testing.F) {
	b, err := sqlite.Open(f.Context(), f.TempDir(), store.Collections)
	if err != nil {
		f.Fatal(err)
	}
	defer b.Close()
	d, err := b.Insert(f.Context(), collection(f, "cases"), store.Document{ID: "a", Project: quzhou, Body: storetest.Body(f, map[string]any{"n": 1})})
	if err == nil {
		_, err = b.Replace(f.Context(), collection(f, "cases"), d)
	}
	if err == nil {
		_, _, err = b.PutBlob(f.Context(), quzhou, strings.NewReader("照片"), 10)
	}
	if err != nil {
		f.Fatal(err)
	}
	payload, err := backup.Payload(write(f, b, backup.Options{}))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(payload)
	f.Add(payload[:len(payload)/2])
	f.Add([]byte("i\x2f{\"created\":\"2026-11-23T02:30:00Z\",\"schema\":1}e\x00"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		if _, err := backup.Verify(t.Context(), bytes.NewReader(backup.Sealed(payload)), backup.Options{}); err != nil && problem.From(err).Kind == problem.Internal {
			t.Errorf("no sentence for people: %v", err)
		}
	})
}
