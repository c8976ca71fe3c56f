package web_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
)

// hang sends a request whose body never ends, over a connection of its own.
func (w *world) hang(path, cookie string) net.Conn {
	w.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nCookie: tianye_session=%s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ncsrf=", path, cookie)
	if err != nil {
		w.Fatal(err)
	}
	return conn
}

// TestOverload: when all places are taken and the queue is full, whoever comes is told at once when to come again; the
// supervisor is answered; when it is over all is well.
func TestOverload(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	var hanging []net.Conn
	status := http.StatusOK
	var a answer
	for range 1000 { // some are let in late, and refused
		hanging = append(hanging, w.hang(w.Base(), alice.cookie.Value))
		if len(hanging) < 128+256 {
			continue
		}
		if a = alice.Get("/session"); a.StatusCode == http.StatusServiceUnavailable {
			status = a.StatusCode
			break
		}
	}
	if status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") == "" || !strings.Contains(a.Body, "服务器正忙") {
		t.Fatalf("with %d requests under way: %d %v", len(hanging), a.StatusCode, a.Header)
	}
	w.As("").Get("/healthz").Want(t, http.StatusOK)
	w.As("").Get("/static/placeholder.txt").Want(t, http.StatusOK)
	for _, conn := range hanging {
		conn.Close()
	}
	for range 1000 {
		if a = alice.Get("/session"); a.StatusCode == http.StatusOK {
			return
		}
	}
	t.Errorf("not well again: %d", a.StatusCode)
}

// TestSlowStrangersTakeNoPlace: however many send without end, others are served.
func TestSlowStrangersTakeNoPlace(t *testing.T) {
	w := newWorld(t)
	for range 200 {
		w.hang("/sign-in", "")
		w.hang("/language", "")
	}
	w.As("alice").Get(w.Base()).Want(t, http.StatusOK)
	w.As("").do("POST", "/sign-in", "application/x-www-form-urlencoded", strings.NewReader(strings.Repeat("x", 64<<10+1))).Want(t, http.StatusRequestEntityTooLarge)
}
