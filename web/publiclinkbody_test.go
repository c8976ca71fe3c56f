package web_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"tianye/web"
)

// begins opens a connection and begins to send a resident's answers with pictures, of which no more than a part comes.
func (w *world) begins(path, network, part string) net.Conn {
	w.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
	if err != nil {
		w.Fatal(err)
	}
	w.Cleanup(func() { conn.Close() })
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: %s\r\nAccept: application/json\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: %d\r\n\r\n%s",
		path, network, 20<<20, part)
	if err != nil {
		w.Fatal(err)
	}
	return conn
}

// TestNothingIsKeptForALinkThatIsNone: who sends to it is told before all has come.
func TestNothingIsKeptForALinkThatIsNone(t *testing.T) {
	w := newWorld(t)
	a, err := http.ReadResponse(bufio.NewReader(w.begins("/l/"+strings.Repeat("a", 16)+"/submissions", "192.0.2.1", strings.Repeat("x", 300<<10))), nil)
	if err != nil {
		t.Fatal(err)
	}
	if a.Body.Close(); a.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", a.StatusCode)
	}
}

// TestOneNetworkLeavesRoom: those who begin to send pictures from one network, and go no further, keep no
// others from sending theirs.
func TestOneNetworkLeavesRoom(t *testing.T) {
	w := newWorld(t)
	l := w.link(w.Publish(village(w), "village.xlsx"), url.Values{"once": {""}})
	server := httptest.NewServer(w.handler(func(config *web.Config) {
		config.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
	}))
	t.Cleanup(server.Close)
	w.URL = server.URL
	path := "/l/" + string(l.ID) + "/submissions"
	for range 100 {
		w.begins(path, "192.0.2.1", strings.Repeat("x", 300<<10))
	}
	body := residentAnswers("uuid:1", "f", "", nil)
	body["answers"].(map[string]any)["photo"] = "a.jpg"
	resident := w.stranger()
	resident.header.Set("X-Forwarded-For", "198.51.100.7")
	resident.SendFiles(path, body, sent{"a.jpg", "\xff\xd8\xff" + strings.Repeat("x", 1<<20)}).Want(t, http.StatusCreated)
}
