package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"tianye/web"
)

// TestForwardedAddresses: guesses are counted by the client's address, as the trusted
// proxies tell it, and by nobody else's word.
func TestForwardedAddresses(t *testing.T) {
	w := newWorld(t)
	trusting := func(prefix, base string) string {
		server := httptest.NewServer(w.handler(func(config *web.Config) {
			config.TrustedProxies, config.BaseURL = []netip.Prefix{netip.MustParsePrefix(prefix)}, base
		}))
		t.Cleanup(server.Close)
		return server.URL
	}
	guess := func(server, login, secret string, forwarded ...string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), "POST", server+"/sign-in", strings.NewReader(url.Values{"login": {login}, "password": {secret}}.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header["X-Forwarded-For"] = forwarded
		req.Header.Set("X-Forwarded-Proto", "https")
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp
	}
	behind, otherPort := trusting("127.0.0.0/8", "https://survey.example.cn"), trusting("127.0.0.0/8", "https://survey.example.cn:8443")
	for range 5 {
		guess(behind, "bob", "wrong", "192.0.2.1")
	}
	for _, c := range []struct {
		server    string
		forwarded []string
		status    int
	}{
		{behind, []string{"192.0.2.1"}, http.StatusTooManyRequests},
		{behind, []string{"198.51.100.7, 192.0.2.1"}, http.StatusTooManyRequests},              // what the client says of itself comes first
		{behind, []string{"198.51.100.7", "192.0.2.1, 127.0.0.9"}, http.StatusTooManyRequests}, // through two proxies
		{behind, []string{"198.51.100.7, nonsense"}, http.StatusSeeOther},                      // as if the proxy itself asked
		{behind, []string{"192.0.2.2"}, http.StatusSeeOther},
		{otherPort, []string{"192.0.2.3"}, http.StatusSeeOther},
		{trusting("10.0.0.0/8", "https://survey.example.cn"), []string{"192.0.2.1"}, http.StatusSeeOther}, // nobody trusts 127.0.0.1
	} {
		resp := guess(c.server, "bob", password, c.forwarded...)
		if resp.StatusCode != c.status {
			t.Errorf("%v: status %d, want %d", c.forwarded, resp.StatusCode, c.status)
		}
		for _, cookie := range resp.Cookies() {
			strict := resp.Header.Get("Strict-Transport-Security") != ""
			if cookie.Secure != (c.server == behind || c.server == otherPort) || strict != (c.server == behind) {
				t.Errorf("%v: cookie %v, %v", c.forwarded, cookie, resp.Header)
			}
		}
	}
}

// TestOriginBehindAProxy: browsers name the server as they see it, not as its proxy does.
func TestOriginBehindAProxy(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.handler(func(config *web.Config) { config.BaseURL = "https://survey.example.cn" }))
	defer server.Close()
	for origin, status := range map[string]int{"https://survey.example.cn": http.StatusSeeOther, "https://evil.example.cn": http.StatusForbidden} {
		req, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/language", strings.NewReader("language=en"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Origin", origin)
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != status {
			t.Errorf("%s: status %d", origin, resp.StatusCode)
		}
	}
}
