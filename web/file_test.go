package web_test

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestAFileThatEndsEarly: the browser learns that it has not all of a file whose end
// the store has lost, also where the answer is compressed and tells no length.
func TestAFileThatEndsEarly(t *testing.T) {
	w := newWorld(t)
	ana, at := w.As("ana"), w.casePath(w.Case("荷塘村"))+"/files"
	ana.Leads(ana.Upload(at, "file", "notes.csv", []byte(strings.Repeat("县,户数\n", 10_000)), nil))
	blobs, err := filepath.Glob(filepath.Join(filepath.Dir(t.TempDir()), "*", "blobs", "*", "*", "*"))
	if err != nil || len(blobs) != 1 {
		t.Fatal(blobs, err)
	}
	if err := os.Truncate(blobs[0], 60_000); err != nil {
		t.Fatal(err)
	}
	for _, encoding := range []string{"gzip", "identity"} {
		request, err := http.NewRequestWithContext(t.Context(), "GET", w.URL+at+"/notes.csv", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.AddCookie(ana.cookie)
		request.Header.Set("Accept-Encoding", encoding)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			continue // broken off before the first byte left
		}
		if got, err := io.ReadAll(answer.Body); err == nil {
			t.Errorf("%s: %d bytes as if they were all", encoding, len(got))
		}
		answer.Body.Close()
	}
}
