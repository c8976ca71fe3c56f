package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"tianye/internal/store"
	"tianye/internal/store/storetest"
)

// TestDuties: a duty that fails or panics keeps none of the others from being done; the day's backup is made
// once, and can be restored.
func TestDuties(t *testing.T) {
	data := t.TempDir()
	p, err := open(t.Context(), options{data: data})
	if err != nil {
		t.Fatal(err)
	}
	var o options
	if o, err = parseOptions("serve", data, []string{"--backup-passphrase-file", file(t, "passphrase", "田野调查 2026\n"), "--backup-at", "03:15"}, io.Discard); err != nil {
		t.Fatal(err)
	}
	backups := p.scheduler(o)
	if backups.At != 3*time.Hour+15*time.Minute || backups.Keep != keepDays || backups.Passphrase == "" {
		t.Errorf("%+v", backups)
	}
	var log bytes.Buffer
	duties := append([]duty{
		{"broken", func(context.Context) error { return errors.New("broken") }},
		{"panicking", func(context.Context) error { panic("panicking") }},
	}, p.duties(backups)...)
	for range 2 {
		sweep(t.Context(), duties, slog.New(slog.NewTextHandler(&log, nil)))
	}
	if strings.Count(log.String(), "level=ERROR") != 4 {
		t.Errorf("the log:\n%s", log.String())
	}
	if err := p.close(); err != nil {
		t.Fatal(err)
	}
	made, err := filepath.Glob(filepath.Join(data, "backups", "*"))
	if err != nil || len(made) != 1 {
		t.Fatal(made, err)
	}
	did(t, "restore", made[0], "--passphrase-file", file(t, "passphrase", "田野调查 2026"), "--data", t.TempDir())
}

func TestBackupFlags(t *testing.T) {
	p := &platform{backend: storetest.SQLite(t, store.Collections...)}
	for args, want := range map[string]string{"": "d/backups", "--backup-dir e": "e", "--mongodb-uri mongodb://h/": "", "--mongodb-uri mongodb://h/ --backup-dir e": "e", "--backup-keep 0": "d/backups"} {
		o, err := parseOptions("serve", "d", strings.Fields(args), io.Discard)
		if err != nil {
			t.Fatal(err)
		}
		dir := ""
		if s := p.scheduler(o); s != nil {
			dir = filepath.ToSlash(s.Dir)
		}
		if dir != want {
			t.Errorf("%q: backups in %q, not %q", args, dir, want)
		}
	}
	if o, err := parseOptions("demo", "d", nil, io.Discard); err != nil || p.scheduler(o) == nil || p.scheduler(o).Keep != 0 {
		t.Error("the demonstration makes daily backups, or none can be asked for", err)
	}
	if o, err := parseOptions("serve", "d", nil, io.Discard); err != nil || !filepath.IsAbs(strings.TrimPrefix(o.storeName(), "SQLite · ")) {
		t.Error("the page does not say where the data is", o.storeName(), err)
	}
	for _, args := range [][]string{{"--backup-at", "25:00"}, {"--backup-passphrase-file", file(t, "empty", "\n")}, {"--backup-passphrase-file", filepath.Join(t.TempDir(), "none")}} {
		if _, err := parseOptions("serve", "d", args, io.Discard); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}

func TestMetrics(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	r, w := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		ended <- run(ctx, []string{"serve", "--listen", "127.0.0.1:0", "--metrics-listen", "127.0.0.1:0", "--data", t.TempDir()}, io.Discard, w)
		w.Close()
	}()
	address := ""
	for line := make([]byte, 4096); address == ""; {
		n, err := r.Read(line)
		if err != nil {
			t.Fatal(err, <-ended)
		}
		if found := regexp.MustCompile(`msg=metrics address=(\S+)`).FindSubmatch(line[:n]); found != nil {
			address = string(found[1])
		}
	}
	go io.Copy(io.Discard, r)
	resp, err := http.Get("http://" + address + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil || !bytes.Contains(text, []byte("\nprocess_resident_memory_bytes ")) {
		t.Errorf("%v\n%s", err, text)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
