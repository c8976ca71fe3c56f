//go:build unix

package sqlite_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.mongodb.org/mongo-driver/v2/bson"
	"golang.org/x/sys/unix"

	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
)

// counters are replaced again and again; their revisions tell what was acknowledged.
var counters = &store.Collection{Name: "counters", History: true, Indexes: []store.Index{
	{Name: "n", Fields: []string{"writer", "n"}, Unique: true},
}}

const childFolder = "TIANYE_TEST_CHILD_FOLDER"

// TestChild is not a test: TestKill runs it in a process of its own, to be killed. It writes for ever
// and prints what was acknowledged, a line each.
func TestChild(t *testing.T) {
	dir := os.Getenv(childFolder)
	if dir == "" {
		t.Skip("only a child of TestKill")
	}
	b, err := sqlite.Open(t.Context(), dir, []*store.Collection{counters})
	if err != nil {
		fmt.Println("cannot open:", err)
		return
	}
	for writer := range 7 {
		go count(b, fmt.Sprint(writer))
	}
	for i := 0; ; i++ {
		content := fmt.Sprint("photo ", os.Getpid(), i)
		hash, _, err := b.PutBlob(t.Context(), "quzhou", strings.NewReader(content), 100)
		fmt.Println("blob", hash, err)
	}
}

func count(b *sqlite.Backend, writer string) {
	ctx := context.Background()
	content := func(n int64) bson.Raw {
		raw, _ := bson.Marshal(bson.D{{Key: "writer", Value: writer}, {Key: "n", Value: n}})
		return raw
	}
	d, err := b.Get(ctx, counters, "quzhou", writer)
	if problem.Is(err, problem.NotFound) {
		d, err = b.Insert(ctx, counters, store.Document{ID: writer, Project: "quzhou", Body: content(1)})
	}
	for ; err == nil; d, err = b.Replace(ctx, counters, d) {
		fmt.Println("counter", writer, d.Revision)
		d.Body = content(d.Revision + 1)
	}
	fmt.Println("writer failed:", err)
}

// TestKill kills a writing process several times: it loses nothing that it acknowledged, the
// file stays sound, and nobody else could open the folder meanwhile.
func TestKill(t *testing.T) {
	dir := t.TempDir()
	counted := map[string]int64{}
	var blobs []string
	for range 3 {
		child := exec.Command(os.Args[0], "-test.run=^TestChild$", "-test.v")
		child.Env = append(os.Environ(), childFolder+"="+dir)
		output, err := child.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := child.Start(); err != nil {
			t.Fatal(err)
		}
		acknowledged := 0
		for lines := bufio.NewScanner(output); lines.Scan(); {
			var writer, hash string
			var revision int64
			switch line := lines.Text(); {
			case scan(line, "counter %s %d", &writer, &revision):
				counted[writer] = max(counted[writer], revision)
			case scan(line, "blob %s <nil>", &hash):
				blobs = append(blobs, hash)
			case strings.HasPrefix(line, "==="):
				continue
			default:
				t.Errorf("the child says: %s", line)
			}
			if acknowledged++; acknowledged == 300 {
				_, err := sqlite.Open(t.Context(), dir, nil)
				if p := problem.From(err); p.Kind != problem.Unavailable || p.Text.Key != "store.locked" {
					t.Errorf("opening beside the child: %v", err)
				}
				child.Process.Kill()
			}
		}
		if err := child.Wait(); err == nil {
			t.Error("the child ended by itself")
		}
		checkCounters(t, dir, counted, blobs)
	}
	left, err := filepath.Glob(filepath.Join(dir, "blobs", "new-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("half-written blobs stay: %v, %v", left, err)
	}
}

func scan(line, format string, into ...any) bool {
	_, err := fmt.Sscanf(line, format, into...)
	return err == nil
}

func checkCounters(t *testing.T, dir string, counted map[string]int64, blobs []string) {
	t.Helper()
	b, err := sqlite.Open(t.Context(), dir, []*store.Collection{counters})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for writer, revision := range counted {
		d, err := b.Get(t.Context(), counters, "quzhou", writer)
		if err != nil || d.Revision < revision || store.Key(d.Body, "n") != d.Revision {
			t.Errorf("counter %s: %+v, %v; acknowledged %d", writer, d, err, revision)
		}
		former, err := b.Revisions(t.Context(), counters, "quzhou", writer)
		if err != nil || int64(len(former)) != d.Revision-1 {
			t.Errorf("counter %s has %d former revisions, %v, at %d", writer, len(former), err, d.Revision)
		}
	}
	for _, hash := range blobs {
		r, size, err := b.OpenBlob(t.Context(), "quzhou", hash)
		if err != nil {
			t.Errorf("blob %s: %v", hash, err)
			continue
		}
		if content, err := io.ReadAll(r); err != nil || int64(len(content)) != size || !bytes.HasPrefix(content, []byte("photo ")) {
			t.Errorf("blob %s: %q, %v", hash, content, err)
		}
		r.Close()
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, "tianye.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var sound string
	if err := db.QueryRow("PRAGMA integrity_check").Scan(&sound); err != nil || sound != "ok" {
		t.Errorf("integrity: %s, %v", sound, err)
	}
}

// TestDiskFull lets the system refuse to make files larger: the writes fail with a sentence, what
// was acknowledged stays, and writing goes on once there is room.
func TestDiskFull(t *testing.T) {
	b := open(t, t.TempDir(), counters)
	put := func(i int) error {
		raw, err := bson.Marshal(bson.D{{Key: "text", Value: strings.Repeat("长", 20_000)}})
		if err != nil {
			t.Fatal(err)
		}
		_, err = b.Insert(t.Context(), counters, store.Document{ID: fmt.Sprint(i), Project: "quzhou", Body: raw})
		return err
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	signal.Ignore(unix.SIGXFSZ)
	var usual unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 2 << 20, Max: usual.Max}); err != nil {
		t.Fatal(err)
	}
	var wait sync.WaitGroup
	errs := make([]error, 101)
	for i := 1; i < len(errs); i++ {
		wait.Go(func() { errs[i] = put(i) })
	}
	wait.Wait()
	_, _, blobErr := b.PutBlob(t.Context(), "quzhou", bytes.NewReader(make([]byte, 3<<20)), 1<<30)
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	failed := 0
	for i, err := range errs {
		_, missing := b.Get(t.Context(), counters, "quzhou", fmt.Sprint(i))
		switch {
		case err == nil && missing == nil:
		case problem.Is(err, problem.Unavailable) && problem.Is(missing, problem.NotFound):
			failed++
		default:
			t.Errorf("write %d: %v, then %v", i, err, missing)
		}
	}
	if failed == 0 {
		t.Error("nothing failed")
	}
	if !problem.Is(blobErr, problem.Unavailable) {
		t.Errorf("blob: %v", blobErr)
	}
	if err := put(1000); err != nil {
		t.Errorf("with room again: %v", err)
	}
}
