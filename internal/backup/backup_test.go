package backup_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"tianye/internal/backup"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
)

// TestRoundTrip goes from SQLite into every backend, and from there into every other.
func TestRoundTrip(t *testing.T) {
	source := filled(t, storetest.SQLite(t, store.Collections...))
	want, plain := everything(t, source), write(t, source, backup.Options{})
	for _, from := range opens() {
		b := from.Open(t, store.Collections...)
		if err := restore(t.Context(), b, plain, backup.Options{}); err != nil {
			t.Fatal(err)
		}
		for i, to := range opens() {
			o := backup.Options{Passphrase: strings.Repeat("菊花", i)} // one is plain
			t.Run(from.Name+" to "+to.Name, func(t *testing.T) { takeAcross(t, b, to.Open(t, store.Collections...), want, o) })
		}
	}
}

func takeAcross(t *testing.T, from, to store.Backend, want []string, o backup.Options) {
	var told []backup.Progress
	o.Progress = func(p backup.Progress) { told = append(told, p) }
	file := write(t, from, o)
	storetest.Same(t, everything(t, from), want)
	if last := told[len(told)-1]; last.Done != int64(len(file)) || last.Step != backup.Writing || last.Counts.Blobs != 5 {
		t.Errorf("progress of writing: %+v", last)
	}
	info, err := backup.Verify(t.Context(), bytes.NewReader(file), o)
	if c := info.Counts; err != nil || int(c.Documents+c.Revisions+c.Blobs) != len(want) || !info.Created.Equal(begun) || info.Schema < 1 {
		t.Errorf("%+v, %v, of %d", info, err, len(want))
	}
	told = nil
	if err := restore(t.Context(), to, file, o); err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, everything(t, to), want)
	if last := told[len(told)-1]; last.Done != last.Total || last.Step != backup.Restoring || told[0].Step != backup.Verifying || last.Counts != info.Counts {
		t.Errorf("progress of restoring: %+v", told)
	}
	if n, err := to.Count(t.Context(), collection(t, "sessions"), quzhou, store.Query{}); n != 0 || err != nil {
		t.Errorf("%d sessions are restored, %v", n, err)
	}
	if err := backup.Unfinished(t.Context(), to); err != nil {
		t.Error(err)
	}
	wantKey(t, restore(t.Context(), to, file, o), "backup.notEmpty")
}

// TestDamaged cuts a backup at 100 places and flips 100 of its bits: every one is refused and the
// store stays empty.
func TestDamaged(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	source, target := filled(t, storetest.SQLite(t, store.Collections...)), storetest.SQLite(t, store.Collections...)
	for _, passphrase := range []string{"", "chrysanthemum"} {
		file := write(t, source, backup.Options{Passphrase: passphrase})
		o := backup.Options{Passphrase: passphrase}
		refuse := func(what string, damaged []byte) {
			t.Helper()
			if err := restore(t.Context(), target, damaged, o); err == nil {
				t.Fatalf("%s of %d bytes is restored", what, len(file))
			}
			wantEmpty(t, target)
		}
		for range 100 {
			at := random.IntN(len(file))
			refuse(fmt.Sprintf("cut at %d", at), file[:at])
			bit := random.IntN(8 * len(file))
			flipped := bytes.Clone(file)
			flipped[bit/8] ^= 1 << (bit % 8)
			refuse(fmt.Sprintf("bit %d flipped", bit), flipped)
		}
		refuse("one byte less", file[:len(file)-1])
		refuse("one byte more", append(bytes.Clone(file), '\n'))
		if err := restore(t.Context(), target, file, o); passphrase != "" && err != nil {
			t.Fatalf("the whole file: %v", err)
		}
		target = storetest.SQLite(t, store.Collections...)
	}
}

// TestRefused: what is not restored, and the sentence for it.
func TestRefused(t *testing.T) {
	source, target := filled(t, storetest.SQLite(t, store.Collections...)), storetest.SQLite(t, store.Collections...)
	plain, sealed := write(t, source, backup.Options{}), write(t, source, backup.Options{Passphrase: "chrysanthemum"})
	_, rest, _ := bytes.Cut(plain, []byte("\n"))
	for _, test := range []struct {
		name, passphrase, want string
		file                   []byte
	}{
		{"nothing", "", "backup.damaged", nil},
		{"another file", "", "backup.notOne", []byte("PK\x03\x04 a workbook")},
		{"a long line", "", "backup.notOne", bytes.Repeat([]byte("x"), 1000)},
		{"the beginning of the header", "", "backup.damaged", plain[:10]},
		{"a newer format", "", "backup.newerFormat", append([]byte("tianye-backup 2 plain\n"), rest...)},
		{"another version", "", "backup.notOne", append([]byte("tianye-backup x plain\n"), rest...)},
		{"a newer schema", "", "backup.newerSchema", backup.WithSchema(t.Context(), source, 1000)},
		{"no passphrase", "", "backup.needPassphrase", sealed},
		{"another passphrase", "Chrysanthemum", "backup.wrongPassphrase", sealed},
		{"the header says plain", "", "backup.damaged", bytes.Replace(sealed, []byte("1 age"), []byte("1 plain"), 1)},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantKey(t, restore(t.Context(), target, test.file, backup.Options{Passphrase: test.passphrase}), test.want)
			wantEmpty(t, target)
		})
	}
	for _, thing := range []string{"a session", "a blob"} { // each makes a store not empty
		b := storetest.SQLite(t, store.Collections...)
		var err error
		if thing == "a blob" {
			_, _, err = b.PutBlob(t.Context(), quzhou, strings.NewReader("照片"), 100)
		} else {
			_, err = b.Insert(t.Context(), collection(t, "sessions"), store.Document{ID: "s", Body: storetest.Body(t, map[string]any{})})
		}
		if err != nil {
			t.Fatal(err)
		}
		wantKey(t, restore(t.Context(), b, plain, backup.Options{}), "backup.notEmpty")
	}
	if err := restore(t.Context(), target, plain, backup.Options{Passphrase: "not needed"}); err != nil {
		t.Error(err)
	}
}

// TestStopped stops a restore at every step, tries another file and a start, and repeats it.
func TestStopped(t *testing.T) {
	for _, named := range opens() {
		t.Run(named.Name, func(t *testing.T) {
			source := filled(t, storetest.SQLite(t, store.Collections...))
			file, want := write(t, source, backup.Options{}), everything(t, source)
			other := write(t, source, backup.Options{Passphrase: "chrysanthemum"})
			target := named.Open(t, store.Collections...)
			for stop := range 4 {
				ctx, cancel := context.WithCancel(t.Context())
				steps := 0
				err := restore(ctx, target, file, backup.Options{Progress: func(p backup.Progress) {
					if p.Step == backup.Restoring {
						if steps++; steps > stop {
							cancel()
						}
					}
				}})
				cancel()
				if !errors.Is(err, context.Canceled) {
					t.Fatalf("stopped %d: %v", stop, err)
				}
				wantKey(t, backup.Unfinished(t.Context(), target), "backup.unfinished")
				wantKey(t, restore(t.Context(), target, other, backup.Options{Passphrase: "chrysanthemum"}), "backup.otherFile")
				_, err = backup.Write(t.Context(), target, io.Discard, backup.Options{})
				wantKey(t, err, "backup.unfinished")
			}
			if err := restore(t.Context(), target, file, backup.Options{}); err != nil {
				t.Fatal(err)
			}
			storetest.Same(t, everything(t, target), want)
			if err := backup.Unfinished(t.Context(), target); err != nil {
				t.Error(err)
			}
		})
	}
}

// small is a disk with room for so many bytes.
type small struct{ left int }

func (s *small) Write(p []byte) (int, error) {
	if len(p) > s.left {
		n := s.left
		s.left = 0
		return n, &os.PathError{Op: "write", Path: "disk", Err: syscall.ENOSPC}
	}
	s.left -= len(p)
	return len(p), nil
}

func TestDiskFull(t *testing.T) {
	source := filled(t, storetest.SQLite(t, store.Collections...))
	for _, passphrase := range []string{"", "chrysanthemum"} {
		size := len(write(t, source, backup.Options{Passphrase: passphrase}))
		for _, room := range []int{0, 10, 100, size / 2, size - 1} {
			_, err := backup.Write(t.Context(), source, &small{room}, backup.Options{Passphrase: passphrase, Now: func() time.Time { return begun }})
			wantKey(t, err, "backup.full")
		}
	}
	full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip("this system has no /dev/full")
	}
	defer full.Close()
	_, err = backup.Write(t.Context(), source, full, backup.Options{})
	wantKey(t, err, "backup.full")
}

// TestMemory writes, verifies and restores 60 MB while the heap stays far smaller.
func TestMemory(t *testing.T) {
	source, target := storetest.SQLite(t, store.Collections...), storetest.SQLite(t, store.Collections...)
	noise := make([]byte, 1<<20)
	for i := range 30 {
		random := rand.NewChaCha8([32]byte{byte(i)})
		if _, err := io.ReadFull(random, noise); err != nil {
			t.Fatal(err)
		}
		_, err := source.Insert(t.Context(), collection(t, "cases"), store.Document{ID: fmt.Sprint(i), Project: quzhou, Body: storetest.Body(t, map[string]any{"b": noise})})
		if err == nil && i == 0 {
			_, _, err = source.PutBlob(t.Context(), quzhou, io.LimitReader(random, 30<<20), 30<<20)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.Create(t.TempDir() + "/backup")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before, most := m.HeapAlloc, uint64(0)
	calls := 0
	o := backup.Options{Progress: func(backup.Progress) {
		if calls++; calls%5 == 0 {
			runtime.GC()
			runtime.ReadMemStats(&m)
			most = max(most, m.HeapAlloc-min(before, m.HeapAlloc))
		}
	}}
	if _, err := backup.Write(t.Context(), source, file, o); err != nil {
		t.Fatal(err)
	}
	if _, err := backup.Restore(t.Context(), target, file, o); err != nil {
		t.Fatal(err)
	}
	if most > 30<<20 || calls < 60 {
		t.Errorf("%d MB on the heap, seen at %d calls", most>>20, calls)
	}
}

// TestLasting: whoever adds a collection decides whether backups hold it.
func TestLasting(t *testing.T) {
	for _, c := range store.Collections {
		held := false
		for _, l := range store.Lasting {
			held = held || l == c
		}
		if held == (c.Name == "sessions" || c.Name == "restores") {
			t.Errorf("%s is in backups: %v", c.Name, held)
		}
	}
}
