package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"tianye/internal/store"
	"tianye/internal/store/storetest"
)

// did gives what a command wrote; it must succeed.
func did(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if err := run(t.Context(), args, &stdout, &stderr); err != nil {
		t.Fatalf("%q: %s\n%s%s", args, said(err), stdout.String(), stderr.String())
	}
	return stdout.String()
}

// refused gives all that is said of a command that must end with an exit code.
func refused(t *testing.T, code int, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	err := run(t.Context(), args, &stdout, &stderr)
	if exitCode(err) != code {
		t.Fatalf("%q ended with %d: %v\n%s%s", args, exitCode(err), err, stdout.String(), stderr.String())
	}
	return stdout.String() + stderr.String() + said(err)
}

// signsIn tells whether a password opens a session.
func signsIn(t *testing.T, address, login, password string) bool {
	t.Helper()
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm("http://"+address+"/sign-in", url.Values{"login": {login}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusSeeOther
}

// file writes a file of the test.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestCommandsWhileServing: what a command does through the socket is there at once for who is served,
// and is done the same when nobody serves.
func TestCommandsWhileServing(t *testing.T) {
	t.Setenv("LC_ALL", "zh_CN.UTF-8")
	data := t.TempDir()
	address, _, stop, ended := started(t, "serve", "--listen", "127.0.0.1:0", "--data", data)
	if info, err := os.Stat(filepath.Join(data, socketName)); err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Fatal(info, err)
	}
	password := strings.TrimSpace(did(t, "user", "add", "alice", "陈爱丽", "--data", data))
	if !signsIn(t, address, "alice", password) {
		t.Errorf("alice cannot sign in with %q", password)
	}
	again := strings.TrimSpace(did(t, "user", "reset", "--data", data, "alice"))
	did(t, "user", "reset-factor", "--data", data, "alice")
	if signsIn(t, address, "alice", password) || !signsIn(t, address, "alice", again) {
		t.Error("the former password still counts, or the new one does not")
	}
	did(t, "user", "deactivate", "alice", "--data", data)
	if signsIn(t, address, "alice", again) {
		t.Error("deactivated, alice signs in")
	}
	did(t, "user", "activate", "alice", "--data", data)
	project := strings.TrimSpace(did(t, "project", "create", "衢州基层党建", "--manager", "alice", "--data", data))
	cases := file(t, "cases.csv", "标题,县\n花园社区,柯城\n莲花村,衢江\n")
	if said := did(t, "case", "import", cases, "--project", project, "--preview", "--data", data); !strings.Contains(said, "新建  莲花村") {
		t.Errorf("the preview: %s", said)
	}
	for _, want := range []string{"2", "0"} {
		if said := did(t, "case", "import", cases, "--project", project, "--data", data); !strings.Contains(said, want) {
			t.Errorf("imported: %s", said)
		}
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(filepath.Join(data, socketName)); !errors.Is(err, os.ErrNotExist) {
		t.Error("the socket stays:", err)
	}
	if said := did(t, "user", "list", "--data", data); !strings.Contains(said, "admin  管理员  管理员") || !strings.Contains(said, "alice  陈爱丽") {
		t.Errorf("users:\n%s", said)
	}
	if said := did(t, "case", "import", cases, "--project", project, "--preview", "--data", data); !strings.Contains(said, "已有  莲花村") {
		t.Errorf("without a server: %s", said)
	}
	if said := did(t, "audit", "verify", "--data", data); strings.Count(said, "完整") != 2 {
		t.Errorf("the audit: %s", said)
	}
}

func TestProjectsLife(t *testing.T) {
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	data := t.TempDir()
	_, _, stop, ended := started(t, "serve", "--listen", "127.0.0.1:0", "--data", data)
	project := strings.TrimSpace(did(t, "project", "create", "汉阳", "--manager", "admin", "--data", data))
	for _, step := range []struct{ command, state string }{{"close", "closed"}, {"archive", "archived"}, {"reopen", "open"}, {"delete", "recycle bin"}, {"restore", "open"}} {
		did(t, "project", step.command, project, "--data", data)
		if said := did(t, "project", "list", "--data", data); !strings.Contains(said, project) || !strings.Contains(strings.ToLower(said), step.state) {
			t.Errorf("%s: %s", step.command, said)
		}
	}
	for _, args := range [][]string{{"close", "nothing"}, {"restore", project}, {"create", " ", "--manager", "admin"}, {"create", "淄博", "--manager", "zoe"}} {
		refused(t, 1, append([]string{"project", "--data", data}, args...)[0], args[0], strings.Join(args[1:2], ""), "--data", data)
	}
	stop()
	<-ended
}

func TestMisusedCommands(t *testing.T) {
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	empty := t.TempDir()
	for want, args := range map[string][]string{
		"tianye user list, tianye user add": {"user"},
		"tianye project close":              {"project", "fly"},
		"there are 1 here":                  {"user", "add", "alice"},
		"-manager":                          {"project", "create"},
		"flag provided but not defined":     {"user", "list", "--nothing"},
	} {
		if said := refused(t, 2, args...); !strings.Contains(said, want) {
			t.Errorf("%q: %s", args, said)
		}
	}
	for want, args := range map[string][]string{
		"holds no data of tianye": {"user", "list", "--data", empty},
		"cannot be opened":        {"case", "import", filepath.Join(empty, "none.csv"), "--project", "p", "--data", empty},
		"with --project":          {"case", "import", filepath.Join(empty, "none.csv"), "--data", empty},
		"cannot be written":       {"backup", filepath.Join(empty, "none", "b"), "--data", empty},
	} {
		if said := refused(t, 1, args...); !strings.Contains(said, want) {
			t.Errorf("%q: %s", args, said)
		}
	}
	if left, err := os.ReadDir(empty); err != nil || len(left) > 0 {
		t.Errorf("a command without a store left %v, %v", left, err)
	}
}

// TestBackupAndRestore: written while it serves, restored where nobody does, into either store.
func TestBackupAndRestore(t *testing.T) {
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	data, folder := t.TempDir(), t.TempDir()
	_, _, stop, ended := started(t, "serve", "--listen", "127.0.0.1:0", "--data", data)
	did(t, "user", "add", "alice", "陈爱丽", "--data", data)
	users := did(t, "user", "list", "--data", data)
	plain, secret := filepath.Join(folder, "plain.tianye"), filepath.Join(folder, "secret.tianye")
	passphrase := file(t, "passphrase", "田野调查 2026\n")
	if said := refused(t, 0, "backup", plain, "--data", data); !strings.Contains(said, "Not encrypted") {
		t.Errorf("of a plain backup: %s", said)
	}
	if said := refused(t, 0, "backup", secret, "--passphrase-file", passphrase, "--data", data); !strings.Contains(said, "Encrypted with") {
		t.Errorf("of an encrypted backup: %s", said)
	}
	before, err := os.ReadFile(secret)
	if err != nil {
		t.Fatal(err)
	}
	if said := refused(t, 1, "backup", secret, "--data", data); !strings.Contains(said, "choose another name") {
		t.Errorf("over another backup: %s", said)
	}
	if after, err := os.ReadFile(secret); err != nil || !bytes.Equal(before, after) {
		t.Errorf("the encrypted backup was touched: %v", err)
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 2 {
		t.Errorf("beside the backups: %v, %v", left, err)
	}
	if said := refused(t, 1, "restore", plain, "--data", data); !strings.Contains(said, "Stop it first") {
		t.Errorf("restored under a server: %s", said)
	}
	if said := refused(t, 1, "backup", filepath.Join(folder, "none"), "--passphrase-file", file(t, "empty", "\n"), "--data", data); !strings.Contains(said, "first line") {
		t.Errorf("no passphrase: %s", said)
	}
	stop()
	<-ended
	refused(t, 1, "restore", plain, "--data", data) // not empty
	refused(t, 1, "restore", secret, "--data", t.TempDir())
	damaged := append(bytes.Clone(before[:len(before)/2]), before[len(before)/2+1:]...)
	for _, args := range [][]string{{secret, "--passphrase-file", file(t, "wrong", "田野调查 2025")}, {file(t, "damaged", string(damaged))}} {
		if said := refused(t, 1, append([]string{"restore", "--data", t.TempDir()}, args...)...); strings.Contains(said, "(") {
			t.Errorf("%q: the fault is told: %s", args, said)
		}
	}
	places := map[string][]string{"sqlite": {"--data", filepath.Join(t.TempDir(), "new")}}
	if !testing.Short() {
		places["ferretdb"] = []string{"--mongodb-uri", storetest.FerretDBAddress(t)}
	}
	for name, place := range places {
		did(t, append([]string{"restore", secret, "--passphrase-file", passphrase}, place...)...)
		if restored := did(t, append([]string{"user", "list"}, place...)...); restored != users {
			t.Errorf("%s: %s", name, restored)
		}
	}
}

// TestHalfRestored: a store in which a restore was stopped is neither served nor worked on.
func TestHalfRestored(t *testing.T) {
	data := t.TempDir()
	b := storetest.SQLiteIn(data)(t, store.Collections...)
	if err := store.BeginRestore(t.Context(), b, "0123456789abcdef"); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"serve", "--listen", "127.0.0.1:0"}, {"user", "list"}, {"backup", filepath.Join(t.TempDir(), "b")}} {
		if said := refused(t, 1, append(args, "--data", data)...); !strings.Contains(said, "01234567") {
			t.Errorf("%q: %s", args, said)
		}
	}
}

// TestStaleSocket: what a killed process left is replaced, and commands find nobody there before.
func TestStaleSocket(t *testing.T) {
	data := t.TempDir()
	_, _, stop, ended := started(t, "serve", "--listen", "127.0.0.1:0", "--data", data)
	stop()
	<-ended
	listener, err := net.Listen("unix", filepath.Join(data, socketName))
	if err != nil {
		t.Fatal(err)
	}
	listener.(*net.UnixListener).SetUnlinkOnClose(false)
	listener.Close()
	did(t, "user", "list", "--data", data)
	_, _, stop, ended = started(t, "serve", "--listen", "127.0.0.1:0", "--data", data)
	did(t, "user", "list", "--data", data)
	stop()
	<-ended
}

// served gives a connection to a server of commands, its data directory, and what ends it.
func served(t *testing.T) (data string, dial func() net.Conn) {
	t.Helper()
	data = t.TempDir()
	_, _, stop, ended := started(t, "serve", "--listen", "127.0.0.1:0", "--data", data)
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return data, func() net.Conn {
		t.Helper()
		conn, err := dialServer(data)
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
}

// TestStrangeSenders: what is no call, or another program's, is refused, and the server goes on.
func TestStrangeSenders(t *testing.T) {
	data, dial := served(t)
	for _, sent := range []string{"{}\n", "null\n", "[\n", `{"Command":"user fly"}` + "\n", `{"Command":"user list","Shout":true}` + "\n", `{"Command":"user add"}` + "\n",
		`{"Command":"restore","Args":["b"]}` + "\n", `{"Command":"user list"}` + "\n" + "i\x00\x00\x00\x00i\x00\x00\x00\x01a"} {
		conn := dial()
		var out, errOut bytes.Buffer
		if _, err := io.WriteString(conn, sent); err != nil {
			t.Fatal(err)
		}
		code, err := receive(conn, stdio{nil, &out, &errOut})
		if isList := strings.HasPrefix(sent, `{"Command":"user list"}`); err != nil || code == 0 != isList || out.Len() > 0 != isList || !isList && !strings.Contains(errOut.String(), version) {
			t.Errorf("%q: %d, %v, %s%s", sent, code, err, out.String(), errOut.String())
		}
		conn.Close()
	}
	for _, sent := range []string{"", "GET / HTTP/1.1\r\n", strings.Repeat("a", callLimit+1), `{"Command":"user list"}` + "\nx\xff\xff\xff\xff"} {
		conn := dial()
		_, _ = io.WriteString(conn, sent)
		conn.Close()
	}
	did(t, "user", "list", "--data", data)
}

// endless gives the beginning of a table, and then waits until it is closed.
type endless struct {
	head io.Reader
	wait chan struct{}
	met  chan struct{}
}

func (e *endless) Read(p []byte) (int, error) {
	if n, err := e.head.Read(p); err == nil {
		return n, nil
	}
	close(e.met)
	<-e.wait
	return 0, errors.New("the disk went away")
}

// TestGivenUp: a command whose sender hangs up, or cannot read its own file, does nothing by halves.
func TestGivenUp(t *testing.T) {
	data, dial := served(t)
	project := strings.TrimSpace(did(t, "project", "create", "衢州", "--manager", "admin", "--data", data))
	send := func(ctx context.Context, stop func(*endless)) error {
		file := &endless{strings.NewReader("标题\n花园社区\n"), make(chan struct{}), make(chan struct{})}
		go func() { <-file.met; stop(file) }()
		return remote(ctx, dial(), call{Command: "case import", Args: []string{"cases.csv"}, Project: project, Reads: true}, stdio{file, io.Discard, io.Discard})
	}
	ctx, cancel := context.WithCancel(t.Context())
	if err := send(ctx, func(*endless) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("given up: %v", err)
	}
	if err := send(t.Context(), func(file *endless) { close(file.wait) }); err == nil || !strings.Contains(err.Error(), "went away") {
		t.Errorf("unreadable: %v", err)
	}
	cases := file(t, "cases.csv", "标题\n花园社区\n")
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	if said := did(t, "case", "import", cases, "--project", project, "--preview", "--data", data); !strings.Contains(said, "new") {
		t.Errorf("half a file was imported: %s", said)
	}
}

func FuzzInput(f *testing.F) {
	f.Add([]byte("i\x00\x00\x00\x01ai\x00\x00\x00\x00"))
	f.Fuzz(func(t *testing.T, sent []byte) {
		in, feed := io.Pipe()
		done := make(chan struct{})
		go func() { defer close(done); receiveInput(bytes.NewReader(sent), feed) }()
		got, err := io.ReadAll(in)
		<-done
		if len(got) > len(sent) || err == nil && !bytes.Contains(sent, []byte("i\x00\x00\x00\x00")) {
			t.Errorf("%q gave %q, %v", sent, got, err)
		}
	})
}

// TestLongPath: a socket's name has about 100 bytes; where the directory's is longer it serves all the same.
func TestLongPath(t *testing.T) {
	data := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	address, _, stop, ended := started(t, "serve", "--listen", "127.0.0.1:0", "--data", data)
	if resp, err := http.Get("http://" + address + "/healthz"); err != nil || resp.StatusCode != http.StatusOK {
		t.Error(resp, err)
	}
	t.Setenv("LC_ALL", "en_GB.UTF-8")
	if said := refused(t, 1, "user", "list", "--data", data); !strings.Contains(said, "in use by another tianye process") {
		t.Errorf("a command: %s", said)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	did(t, "user", "list", "--data", data)
}
