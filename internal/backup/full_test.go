//go:build unix

package backup_test

import (
	"bytes"
	"os"
	"os/exec"
	"os/signal"
	"testing"

	"golang.org/x/sys/unix"

	"tianye/internal/backup"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
)

// TestRestoreDiskFull lets the system refuse to make files larger, in a process of its own: the restore says
// so, the store tells that it is not whole, and with room again the same file restores all.
func TestRestoreDiskFull(t *testing.T) {
	if os.Getenv("TIANYE_TEST_FULL") == "" {
		command := exec.Command(os.Args[0], "-test.run=^TestRestoreDiskFull$", "-test.v")
		command.Env = append(os.Environ(), "TIANYE_TEST_FULL=yes")
		if out, err := command.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS")) {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	source, target := filled(t, storetest.SQLite(t, store.Collections...)), storetest.SQLite(t, store.Collections...)
	file, want := write(t, source, backup.Options{}), everything(t, source)
	signal.Ignore(unix.SIGXFSZ)
	var usual unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	for _, room := range []uint64{1 << 20, 2 << 20} { // the largest blob has 3 MB
		if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: room, Max: usual.Max}); err != nil {
			t.Fatal(err)
		}
		if err := restore(t.Context(), target, file, backup.Options{}); !problem.Is(err, problem.Unavailable) {
			t.Errorf("with room for %d bytes: %v", room, err)
		}
		wantKey(t, backup.Unfinished(t.Context(), target), "backup.unfinished")
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	if err := restore(t.Context(), target, file, backup.Options{}); err != nil {
		t.Fatal(err)
	}
	storetest.Same(t, everything(t, target), want)
}
