package web_test

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tianye/internal/backup"
	"tianye/internal/store"
	"tianye/web"
)

// withBackups has a server that makes backups; the disk has so much left.
func withBackups(t *testing.T, free int64) (*world, *backup.Scheduler) {
	w := newWorld(t)
	dir := filepath.Join(t.TempDir(), "backups")
	s := &backup.Scheduler{Backend: w.Backend, Dir: dir, At: 2 * time.Hour, Keep: 3, Now: func() time.Time { return now },
		Space: func(string) (int64, int64, error) { return free, 100 << 30, nil }}
	t.Cleanup(s.Close)
	server := httptest.NewServer(w.handler(func(c *web.Config) {
		c.Backups, c.Store, c.StoreSize = s, "SQLite", func() (int64, error) { return 3 << 30, nil }
	}))
	t.Cleanup(server.Close)
	w.URL = server.URL
	return w, s
}

func TestServerState(t *testing.T) {
	w, s := withBackups(t, 50<<30)
	root := w.As("root")
	root.Get("/").Want(t, http.StatusOK).Shows(t, "还没有备份")
	root.Get("/server").Want(t, http.StatusOK).Shows(t, "还没有备份", "SQLite", "3.0 GB", "剩余 50.0 GB，共 100.0 GB", "2026-04-14 02:00")
	root.Leads(root.Post("/server/backup", nil)).Shows(t, "备份已经开始")
	for { // until it is there
		if st, err := s.Status(); err != nil || st.Failed != nil {
			t.Fatal(err, st.Failed)
		} else if len(st.Files) == 1 && !st.Running {
			break
		}
	}
	const name = "tianye-20260413-0930.tianye-backup"
	root.Get("/server").Want(t, http.StatusOK).Shows(t, name, "现在备份").Hides(t, "还没有备份")
	root.Get("/").Want(t, http.StatusOK).Hides(t, "还没有备份")
	got := root.Get("/server/backups/"+name).Want(t, http.StatusOK)
	if disposition := got.Header.Get("Content-Disposition"); disposition != "attachment; filename="+name {
		t.Errorf("Content-Disposition %q", disposition)
	}
	if info, err := backup.Verify(t.Context(), bytes.NewReader([]byte(got.Body)), backup.Options{}); err != nil || info.Counts.Documents == 0 {
		t.Errorf("%+v, %v", info, err)
	}
	if err := os.WriteFile(filepath.Join(s.Dir, "secret.txt"), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, other := range []string{"secret.txt", "..", "..%2fbackups%2f" + name, "%2e%2e%2ftianye.db", ".%2f" + name, name + "%00", "tianye-20260413-0931.tianye-backup"} {
		root.Get("/server/backups/"+other).Want(t, http.StatusNotFound)
	}
	root.Leads(root.Post("/server/backup/cancel", nil)).Shows(t, "备份已取消")
	for _, path := range []string{"/server", "/server/backups/" + name} {
		if got := w.As("alice").Get(path); got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusForbidden {
			t.Errorf("alice gets %s: %d", path, got.StatusCode)
		}
	}
	w.As("alice").Get("/").Want(t, http.StatusSeeOther)
}

// waiting is a store whose dump waits until it is told to go on.
type waiting struct {
	store.Backend
	goOn chan struct{}
}

func (w waiting) Dump(ctx context.Context, list []*store.Collection, each func(store.Record) error) error {
	<-w.goOn
	return w.Backend.Dump(ctx, list, each)
}

// TestBackupUnderWay: the page that says that a backup has begun follows it, warnings too, and stops when it is there.
func TestBackupUnderWay(t *testing.T) {
	w, s := withBackups(t, 50<<30)
	s.Keep = 0 // as in the demonstration
	slow := waiting{w.Backend, make(chan struct{})}
	s.Backend = slow
	root := w.As("root")
	root.Get("/server").Want(t, http.StatusOK).Shows(t, "点“现在备份”才备份").Hides(t, "还没有备份", "下一次自动备份")
	s.Keep = 3
	got := root.Leads(root.Post("/server/backup", nil)).Shows(t, "备份已经开始", "正在备份", "取消备份")
	page := string(got.Body)
	if polled, warning := strings.Index(page, `hx-get="/server" hx-select="#server"`), strings.Index(page, "还没有备份"); polled < 0 || warning < polled {
		t.Errorf("the page does not follow the backup, or its warning stays: %d, %d", polled, warning)
	}
	close(slow.goOn)
	for st, err := s.Status(); st.Running; st, err = s.Status() {
		if err != nil || st.Failed != nil {
			t.Fatal(err, st.Failed)
		}
	}
	got = root.Get("/server").Want(t, http.StatusOK).Shows(t, "tianye-20260413-0930.tianye-backup").Hides(t, "还没有备份")
	if page := string(got.Body); !strings.Contains(page, `id="server"`) || strings.Contains(page, "hx-get") {
		t.Error("the page goes on asking, or there is nothing to put in place of what it shows")
	}
}

func TestServerWarns(t *testing.T) {
	w, s := withBackups(t, 1<<30)
	if err := s.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/server"} {
		w.As("root").Get(path).Want(t, http.StatusOK).Shows(t, "磁盘快满了，只剩 1024 MB")
	}
}

// TestNoBackups: a server that makes none says how.
func TestNoBackups(t *testing.T) {
	w := newWorld(t)
	w.As("root").Get("/server").Want(t, http.StatusOK).Shows(t, "没有定时备份")
	w.As("root").Post("/server/backup", nil).Want(t, http.StatusNotFound)
	w.As("root").Get("/server/backups/x").Want(t, http.StatusNotFound)
	w.As("root").Get("/").Want(t, http.StatusOK).Hides(t, "备份。")
}
