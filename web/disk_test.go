//go:build unix

package web_test

import (
	"bytes"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestTheDiskIsFull lets the system refuse to make files larger, in a process of its own.
func TestTheDiskIsFull(t *testing.T) {
	if os.Getenv("TIANYE_TEST_FULL") == "" {
		command := exec.Command(os.Args[0], "-test.run=^TestTheDiskIsFull$", "-test.v")
		command.Env = append(os.Environ(), "TIANYE_TEST_FULL=yes")
		if out, err := command.CombinedOutput(); err != nil || !bytes.Contains(out, []byte("--- PASS")) {
			t.Fatalf("%v\n%s", err, out)
		}
		return
	}
	w := newWorld(t)
	f := w.Publish(withPhotos(t), "photos.xlsx")
	c := w.Case("荷塘村")
	bob, ana, path := w.As("bob"), w.As("ana"), w.Base()+"/submissions"
	signal.Ignore(unix.SIGXFSZ)
	var usual unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &unix.Rlimit{Cur: 64 << 10, Max: usual.Max}); err != nil {
		t.Fatal(err)
	}
	photo := sent{"a.jpg", jpeg + strings.Repeat("x", 1<<20)}
	body := incoming(f, "uuid:1", map[string]any{"photo": "a.jpg"})
	code, _ := bob.SendFiles(path, body, photo).Want(t, http.StatusServiceUnavailable).Problem(t)
	if !strings.HasPrefix(code, "store.") {
		t.Error(code)
	}
	ana.Upload(w.casePath(c)+"/files", "file", "large.bin", make([]byte, 3<<20), nil).Want(t, http.StatusServiceUnavailable).Shows(t, "没有保存")
	ana.Post(w.casePath(c), caseFields(1, "荷塘村", strings.Repeat("长文字", 100_000))).Want(t, http.StatusServiceUnavailable).Shows(t, "没有保存")
	ana.Get(w.casePath(c)).Want(t, http.StatusOK).Shows(t, "正文。")
	if err := unix.Setrlimit(unix.RLIMIT_FSIZE, &usual); err != nil {
		t.Fatal(err)
	}
	bob.SendFiles(path, body, photo).Want(t, http.StatusCreated)
	ana.Leads(ana.Post(w.casePath(c), caseFields(1, "荷塘村", "有地方了"))).Shows(t, "有地方了")
}
