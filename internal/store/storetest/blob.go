package storetest

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"

	"tianye/internal/problem"
	"tianye/internal/store"
)

func testBlobs(t *testing.T, b store.Backend) {
	photo := []byte("\x89PNG 村口的照片 \x00\xff")
	sum := sha256.Sum256(photo)
	var wait sync.WaitGroup
	for range 4 { // the same photo from several phones at once
		wait.Go(func() {
			hash, size, err := b.PutBlob(t.Context(), quzhou, bytes.NewReader(photo), 100)
			if err != nil || hash != hex.EncodeToString(sum[:]) || size != int64(len(photo)) {
				t.Errorf("put %s, %d, %v", hash, size, err)
			}
		})
	}
	wait.Wait()
	hash := hex.EncodeToString(sum[:])
	if got := readBlob(t, b, quzhou, hash); !bytes.Equal(got, photo) {
		t.Errorf("got %q", got)
	}
	empty, size, err := b.PutBlob(t.Context(), "", strings.NewReader(""), 0)
	if err != nil || size != 0 || len(readBlob(t, b, "", empty)) != 0 {
		t.Errorf("empty blob: %d, %v", size, err)
	}
	for _, at := range [][2]string{
		{hanyang, hash}, {"", hash}, {quzhou, empty}, {quzhou, strings.ToUpper(hash)}, {quzhou, ""}, {quzhou, hash[:62]}, {quzhou, "../lock"},
		{"../" + quzhou, hash}, {"..", hash}, {".", hash}, {strings.ToUpper(quzhou), hash},
	} {
		_, _, err := b.OpenBlob(t.Context(), at[0], at[1])
		want(t, err, problem.NotFound)
	}
	_, _, err = b.PutBlob(t.Context(), quzhou, strings.NewReader("four"), 3)
	want(t, err, problem.TooLarge)
	lost := errors.New("connection lost")
	_, _, err = b.PutBlob(t.Context(), quzhou, io.MultiReader(bytes.NewReader(photo[:5]), broken{lost}), 100)
	if !errors.Is(err, lost) {
		t.Errorf("got %v, want the reader's own error", err)
	}
	part := sha256.Sum256(photo[:5])
	_, _, err = b.OpenBlob(t.Context(), quzhou, hex.EncodeToString(part[:]))
	want(t, err, problem.NotFound)
}

func readBlob(t *testing.T, b store.Backend, project, hash string) []byte {
	t.Helper()
	r, size, err := b.OpenBlob(t.Context(), project, hash)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	content, err := io.ReadAll(r)
	if err != nil || int64(len(content)) != size {
		t.Fatalf("read %d of %d bytes, %v", len(content), size, err)
	}
	return content
}

// testLargeBlob puts and reads 50 MB while the heap stays far smaller.
func testLargeBlob(t *testing.T, b store.Backend) {
	const size = 50 << 20
	peak := &heap{}
	hash, got, err := b.PutBlob(t.Context(), quzhou, io.TeeReader(io.LimitReader(endless{}, size), peak), size)
	if err != nil || got != size {
		t.Fatalf("put %d, %v", got, err)
	}
	r, got, err := b.OpenBlob(t.Context(), quzhou, hash)
	if err != nil || got != size {
		t.Fatalf("open %d, %v", got, err)
	}
	defer r.Close()
	sum := sha256.New()
	if n, err := io.Copy(io.MultiWriter(sum, peak), r); err != nil || n != size || hex.EncodeToString(sum.Sum(nil)) != hash {
		t.Errorf("read %d, %v, %x", n, err, sum.Sum(nil))
	}
	if peak.most > size*4/5 { // GridFS buffers 16 MB, twice
		t.Errorf("%d MB on the heap for a blob of 50 MB", peak.most>>20)
	}
}

// heap is a writer that watches how much of the heap is in use over its beginning.
type heap struct {
	written, checked int64
	start, most      uint64
}

func (h *heap) Write(p []byte) (int, error) {
	h.written += int64(len(p))
	if h.start > 0 && h.written-h.checked < 8<<20 {
		return len(p), nil
	}
	h.checked = h.written
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if h.start == 0 {
		h.start = m.HeapAlloc
	}
	if m.HeapAlloc > h.start {
		h.most = max(h.most, m.HeapAlloc-h.start)
	}
	return len(p), nil
}

// endless gives a pattern without end, and calls then at every read.
type endless struct{ then func() }

func (e endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = byte(i * 7)
	}
	if e.then != nil {
		e.then()
	}
	return len(p), nil
}

type broken struct{ err error }

func (b broken) Read([]byte) (int, error) { return 0, b.err }
