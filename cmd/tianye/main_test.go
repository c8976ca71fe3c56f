package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

// started runs a command until the test ends or stop is called, and gives the
// address and all that it said before.
func started(t *testing.T, args ...string) (address, said string, stop context.CancelFunc, ended <-chan error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, args, w, io.Discard)
		w.CloseWithError(io.EOF)
		done <- err
	}()
	t.Cleanup(cancel)
	ready := regexp.MustCompile(`https?://(\S+)`)
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		said += lines.Text() + "\n"
		if found := ready.FindStringSubmatch(lines.Text()); found != nil {
			go io.Copy(io.Discard, r)
			return found[1], said, cancel, done
		}
	}
	t.Fatalf("%v ended: %v\n%s", args, <-done, said)
	return
}

func TestServe(t *testing.T) {
	data := t.TempDir()
	address, said, stop, ended := started(t, "serve", "--listen", "127.0.0.1:0", "--data", data)
	if !regexp.MustCompile(`admin\n.*: [a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}\n`).MatchString(said) {
		t.Errorf("no one-time password:\n%s", said)
	}
	resp, err := http.Get("http://" + address + "/healthz")
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatal(resp, err)
	}
	resp.Body.Close()

	err = run(t.Context(), []string{"serve", "--listen", "127.0.0.1:0", "--data", data}, io.Discard, io.Discard)
	if err == nil || !strings.Contains(sentence(err), "正被另一个 tianye 进程使用") || !strings.Contains(sentence(err), "in use by another tianye process") {
		t.Errorf("a second process: %v", err)
	}

	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	_, said, stop, ended = started(t, "serve", "--listen", "127.0.0.1:0", "--data", data)
	if strings.Contains(said, "admin") {
		t.Errorf("a second start shows a password again:\n%s", said)
	}
	stop()
	<-ended
}

// TestRequestsInFlightFinish ends the server while a request's body is still coming.
func TestRequestsInFlightFinish(t *testing.T) {
	address, _, stop, ended := started(t, "serve", "--listen", "127.0.0.1:0", "--data", t.TempDir())
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	body := "login=bob&password=wrong"
	fmt.Fprintf(conn, "POST /sign-in HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\nExpect: 100-continue\r\n\r\n", address, len(body))
	answers := bufio.NewReader(conn)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100") { // the handler reads
		t.Fatal(line, err)
	}
	stop()
	for { // the listener is closed: the server is ending
		other, err := net.Dial("tcp", address)
		if err != nil {
			break
		}
		other.Close()
	}
	io.WriteString(conn, body)
	rest, err := io.ReadAll(answers)
	if err != nil || !bytes.Contains(rest, []byte("HTTP/1.1 401")) {
		t.Errorf("%v\n%s", err, rest)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestDemoProgress: a log has some lines, a terminal one that changes.
func TestDemoProgress(t *testing.T) {
	for terminal, want := range map[bool][2]int{false: {5, 0}, true: {1, 100}} {
		var out bytes.Buffer
		tell := demoProgress(&out, terminal)
		for done := range 801 {
			tell(done, 800)
		}
		lines, changes := strings.Count(out.String(), "\n"), strings.Count(out.String(), "\r")
		if want != [2]int{lines, changes} || !strings.HasSuffix(out.String(), "800/800 (100 %)\n") {
			t.Errorf("terminal %v: lines %d, changes %d", terminal, lines, changes)
		}
	}
}

func TestUsage(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"version"}, &out, io.Discard); err != nil || !strings.HasPrefix(out.String(), "tianye ") {
		t.Errorf("version: %q, %v", out.String(), err)
	}
	for _, args := range [][]string{nil, {"fly"}, {"serve", "--nothing"}, {"serve", "stray"}} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
	t.Setenv("TIANYE_LISTEN", "127.0.0.1:99999")
	if err := run(t.Context(), []string{"serve", "--data", t.TempDir()}, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), "127.0.0.1:99999") {
		t.Errorf("the environment does not count: %v", err)
	}
}
