package web_test

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tianye/web"
)

// impatient serves the world with a short patience; the channel tells when a handler ends.
func (w *world) impatient() (at string, ended chan struct{}) {
	ended = make(chan struct{}, 1)
	handler := w.handler(func(c *web.Config) { c.Patience = 100 * time.Millisecond })
	server := httptest.NewServer(http.HandlerFunc(func(writer http.ResponseWriter, r *http.Request) {
		defer func() { ended <- struct{}{} }()
		handler.ServeHTTP(writer, r)
	}))
	w.Cleanup(server.Close)
	return server.Listener.Addr().String(), ended
}

// dial connects with little room for what is not read.
func (w *world) dial(at string) net.Conn {
	w.Helper()
	conn, err := net.Dial("tcp", at)
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { conn.Close() }) // before the server's Close, which would wait
	if err := conn.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		w.Fatal(err)
	}
	return conn
}

func (w *world) ends(ended chan struct{}, what string) {
	w.Helper()
	select {
	case <-ended:
	case <-time.After(20 * time.Second):
		w.Fatal(what, "holds the handler for ever")
	}
}

// TestReadersWhoStandStill lose their connection, and nothing of the server is held for them.
func TestReadersWhoStandStill(t *testing.T) {
	w := newWorld(t)
	c := w.Case("荷塘村")
	content := make([]byte, 24<<20)
	if _, _, err := w.Cases.Attach(t.Context(), w.Users["alice"].ID, w.Project.ID, c.ID, "录音.bin", bytes.NewReader(content)); err != nil {
		t.Fatal(err)
	}
	alice := w.As("alice")
	at, ended := w.impatient()
	conn := w.dial(at)
	path := w.Base() + "/cases/" + string(c.ID) + "/files/%E5%BD%95%E9%9F%B3.bin"
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: x\r\nCookie: %s\r\n\r\n", path, alice.cookie)
	w.ends(ended, "a download that nobody reads")
	w.URL = "http://" + at
	got := alice.Get(path).Want(t, http.StatusOK) // who reads has all of it
	if len(got.Body) != len(content) {
		t.Errorf("%d bytes", len(got.Body))
	}
}

// TestSendersWhoStandStill are answered, as far as they listen.
func TestSendersWhoStandStill(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	at, ended := w.impatient()
	conn := w.dial(at)
	fmt.Fprintf(conn, "POST %s/submissions HTTP/1.1\r\nHost: x\r\nCookie: %s\r\nX-CSRF-Token: %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{\"a", w.Base(), alice.cookie, alice.csrf)
	w.ends(ended, "a body that does not come")
	said, err := io.ReadAll(conn) // and the connection is closed
	if err != nil || !strings.HasPrefix(string(said), "HTTP/1.1 400 ") {
		t.Error(err, string(said))
	}
}
