package backup_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"tianye/internal/backup"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
)

// nightly is a scheduler whose clock and disk the test sets.
type nightly struct {
	*backup.Scheduler
	now         time.Time
	free, total int64
}

func newNightly(t *testing.T, dir string, b store.Backend) *nightly {
	n := &nightly{now: time.Date(2026, 11, 23, 1, 0, 0, 0, begun.Location()), free: 100 << 30, total: 200 << 30}
	n.Scheduler = &backup.Scheduler{Backend: b, Dir: dir, At: 2*time.Hour + 30*time.Minute, Keep: 3,
		Now:   func() time.Time { return n.now },
		Space: func(string) (int64, int64, error) { return n.free, n.total, nil }}
	t.Cleanup(n.Close)
	return n
}

func (n *nightly) names(t *testing.T) []string {
	t.Helper()
	st, err := n.Status()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range st.Files {
		names = append(names, f.Name)
	}
	return names
}

func (n *nightly) warned(t *testing.T, want ...string) {
	t.Helper()
	st, err := n.Status()
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range st.Warnings {
		got = append(got, w.Key)
	}
	if !slices.Equal(got, want) {
		t.Errorf("warned of %v, want %v", got, want)
	}
}

func (n *nightly) sweep(t *testing.T, want ...string) {
	t.Helper()
	if err := n.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := n.names(t); !slices.Equal(got, want) {
		t.Errorf("at %s there are %v, want %v", n.now.Format("15:04"), got, want)
	}
}

// TestNightly lives through some days: sweeps every hour, a restart, a clock set back.
func TestNightly(t *testing.T) {
	b, dir := filled(t, storetest.SQLite(t, store.Collections...)), filepath.Join(t.TempDir(), "backups")
	n := newNightly(t, dir, b)
	n.warned(t, "backup.noneYet")
	const first, second = "tianye-20261123-0100.tianye-backup", "tianye-20261123-0300.tianye-backup"
	n.sweep(t, first) // yesterday's is not there
	n.now = n.now.Add(time.Hour)
	n.sweep(t, first)
	n.now = n.now.Add(time.Hour)
	n.sweep(t, second, first)
	for range 23 {
		n.now = n.now.Add(time.Hour)
		n.sweep(t, second, first)
	}
	for _, name := range []string{"tianye-20260101-0000.tianye-backup.part", "notes.txt", "tianye-x.tianye-backup"} { // what a killed process left, and others
		if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	again := newNightly(t, dir, b) // the program starts anew
	again.now = n.now
	n = again
	n.now = n.now.Add(time.Hour)
	const third, fourth = "tianye-20261124-0300.tianye-backup", "tianye-20261125-0400.tianye-backup"
	n.sweep(t, third, second) // of each day the last
	n.now = n.now.Add(25 * time.Hour)
	n.warned(t)
	n.sweep(t, fourth, third, second)
	n.now = n.now.Add(27 * time.Hour)
	n.warned(t, "backup.old")
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil || len(left) != 5 || slices.ContainsFunc(left, func(name string) bool { return strings.HasSuffix(name, ".part") }) {
		t.Errorf("in the folder: %v, %v", left, err)
	}
	n.now = time.Date(2025, 1, 2, 3, 0, 0, 0, n.now.Location()) // set back: made all the same, and kept
	const past = "tianye-20250102-0300.tianye-backup"
	n.sweep(t, fourth, third, second, past)
	for range 4 { // day after day: what lies ahead stays, and takes no day's place
		n.now = n.now.Add(24 * time.Hour)
		if err := n.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	const yesterday, today = "tianye-20250105-0300.tianye-backup", "tianye-20250106-0300.tianye-backup"
	n.sweep(t, fourth, third, second, today, yesterday, "tianye-20250104-0300.tianye-backup")
	file, info, err := n.Open(fourth)
	if err != nil || info.Size == 0 {
		t.Fatalf("%+v, %v", info, err)
	}
	defer file.Close()
	if _, err := backup.Verify(t.Context(), file, backup.Options{}); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"", "..", "notes.txt", "../" + filepath.Base(dir) + "/" + fourth, "./" + fourth, "tianye-x.tianye-backup", filepath.Join(dir, fourth)} {
		if _, _, err := n.Open(name); !problem.Is(err, problem.NotFound) {
			t.Errorf("%q is opened: %v", name, err)
		}
	}
}

func TestNoRoom(t *testing.T) {
	n := newNightly(t, t.TempDir(), filled(t, storetest.SQLite(t, store.Collections...)))
	n.Passphrase = "chrysanthemum"
	n.sweep(t, "tianye-20261123-0100.tianye-backup")
	n.now, n.free = n.now.Add(2*time.Hour), 4<<20 // the backup has 3 MB
	wantKey(t, n.Sweep(t.Context()), "backup.noRoom")
	n.warned(t, "backup.failed", "backup.diskFull")
	n.free = 20 << 30
	n.warned(t, "backup.failed")
	n.sweep(t, "tianye-20261123-0300.tianye-backup", "tianye-20261123-0100.tianye-backup")
	n.warned(t)
	n.free = 19 << 30 // below a tenth
	n.warned(t, "backup.diskFull")
	if st, err := n.Status(); err != nil || !st.Encrypted || st.Running || !st.Next.Equal(time.Date(2026, 11, 24, 2, 30, 0, 0, n.now.Location())) {
		t.Errorf("%+v, %v", st, err)
	}
	if dir := filepath.Join(t.TempDir(), "file"); os.WriteFile(dir, nil, 0o600) == nil {
		n.Dir = filepath.Join(dir, "backups")
		if err := n.Sweep(t.Context()); !problem.Is(err, problem.Unavailable) {
			t.Errorf("a file in place of the folder: %v", err)
		}
	}
}

// halting is a backend whose dump waits in its middle until it is told to go on.
type halting struct {
	store.Backend
	reached, goOn chan struct{}
}

func (h halting) Dump(ctx context.Context, list []*store.Collection, each func(store.Record) error) error {
	first := true
	return h.Backend.Dump(ctx, list, func(r store.Record) error {
		if first {
			first = false
			h.reached <- struct{}{}
			select {
			case <-h.goOn:
			case <-ctx.Done():
			}
		}
		return errors.Join(ctx.Err(), each(r))
	})
}

// TestStart: one at a time, in the background, and it can be cancelled.
func TestStart(t *testing.T) {
	h := halting{filled(t, storetest.SQLite(t, store.Collections...)), make(chan struct{}), make(chan struct{})}
	n := newNightly(t, t.TempDir(), h)
	ctx, answered := context.WithCancel(t.Context())
	if err := n.Start(ctx); err != nil {
		t.Fatal(err)
	}
	answered() // the request that started it
	if st, err := n.Status(); err != nil || !st.Running {
		t.Errorf("at once: %+v, %v", st, err)
	}
	<-h.reached
	wantKey(t, n.Start(t.Context()), "backup.running")
	if err := n.Sweep(t.Context()); err != nil {
		t.Error(err)
	}
	if st, err := n.Status(); err != nil || !st.Running || st.Progress.Step != backup.Writing || !st.Begun.Equal(n.now) {
		t.Errorf("%+v, %v", st, err)
	}
	n.Close() // cancels and waits
	if names := n.names(t); len(names) != 0 {
		t.Errorf("a cancelled one is there: %v", names)
	}
	n.warned(t, "backup.noneYet")
	if err := n.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-h.reached
	close(h.goOn)
	for n.names(t) == nil { // Close would cancel it
		if st, err := n.Status(); err != nil || st.Failed != nil {
			t.Fatalf("%+v, %v", st, err)
		}
	}
	n.Close()
	if left, err := filepath.Glob(filepath.Join(n.Dir, "*")); err != nil || len(left) != 1 {
		t.Errorf("in the folder: %v, %v", left, err)
	}
}

// TestByHand: with nothing to keep only Start makes backups, nobody misses any, and all stay.
func TestByHand(t *testing.T) {
	n := newNightly(t, filepath.Join(t.TempDir(), "backups"), storetest.SQLite(t, store.Collections...))
	n.Keep = 0
	n.sweep(t)
	n.warned(t)
	var want []string
	for _, name := range []string{"tianye-20261123-0100.tianye-backup", "tianye-20261126-0100.tianye-backup"} {
		if err := n.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		for n.names(t) == nil || n.names(t)[0] != name {
			if st, err := n.Status(); err != nil || st.Failed != nil || !st.Next.IsZero() {
				t.Fatalf("%+v, %v", st, err)
			}
		}
		n.Close()
		want = slices.Insert(want, 0, name)
		n.now = n.now.Add(72 * time.Hour)
		n.sweep(t, want...)
		n.warned(t)
	}
}

// full is a backend that finds the disk full in the middle of a dump, as writing the file does.
type full struct{ store.Backend }

func (f full) EachBlob(context.Context, func(string, string, int64) error) error {
	return &os.PathError{Op: "write", Path: "disk", Err: syscall.ENOSPC}
}

func TestDiskFullAtNight(t *testing.T) {
	b := storetest.SQLite(t, store.Collections...)
	if _, err := b.Insert(t.Context(), collection(t, "cases"), store.Document{ID: "a", Project: quzhou, Body: storetest.Body(t, map[string]any{})}); err != nil {
		t.Fatal(err)
	}
	n := newNightly(t, t.TempDir(), full{b})
	wantKey(t, n.Sweep(t.Context()), "backup.full")
	n.warned(t, "backup.noneYet", "backup.failed")
	if left, err := filepath.Glob(filepath.Join(n.Dir, "*")); err != nil || len(left) != 0 {
		t.Errorf("in the folder: %v, %v", left, err)
	}
}
