package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tianye/web"
)

// until asks until it is held back, and gives how often it was not.
func until(t *testing.T, most int, ask func() answer) int {
	t.Helper()
	for n := range most {
		a := ask()
		if a.StatusCode == http.StatusTooManyRequests {
			if a.Header.Get("Retry-After") == "" || !strings.Contains(a.Body, "请 ") {
				t.Errorf("held back without a word: %v %.200s", a.Header, a.Body)
			}
			return n
		}
	}
	t.Fatalf("never held back in %d requests", most)
	return 0
}

// TestStrangersAreHeldBack in each class of their requests apart; who is signed in is not, nor what a supervisor asks.
func TestStrangersAreHeldBack(t *testing.T) {
	w := newWorld(t)
	clock := now
	w.serve(func(c *web.Config) { c.Now = func() time.Time { return clock } })
	nobody := w.As("")
	if n := until(t, 400, func() answer { return nobody.Get("/help") }); n != 300 {
		t.Errorf("%d pages", n)
	}
	nobody.Get("/nothing").Want(t, http.StatusTooManyRequests)
	if n := until(t, 200, func() answer { return nobody.Post("/language", url.Values{"language": {"zh"}}) }); n != 100 {
		t.Errorf("%d writes", n)
	}
	if n := until(t, 400, func() answer { return nobody.Get("/sign-in") }); n != 300 {
		t.Errorf("%d sign-ins", n)
	}
	nobody.Post("/sign-in", url.Values{"login": {"bob"}, "password": {password}}).Want(t, http.StatusTooManyRequests)
	for _, path := range []string{"/healthz", "/static/placeholder.txt"} {
		nobody.Get(path).Want(t, http.StatusOK)
	}
	alice := w.As("alice")
	for range 350 {
		alice.Get("/help").Want(t, http.StatusOK)
	}
	alice.Post("/language", url.Values{"language": {"zh"}}).Want(t, http.StatusSeeOther)
	clock = clock.Add(time.Second)
	nobody.Post("/sign-in", url.Values{"login": {"bob"}, "password": {"x"}}).Want(t, http.StatusUnauthorized)
	nobody.Get("/sign-in").Want(t, http.StatusTooManyRequests)
	clock = clock.Add(-24 * time.Hour) // set back
	nobody.Get("/sign-in").Want(t, http.StatusTooManyRequests)
}

// TestWrongKeysAreHeldBack, the right ones behind the same address are not.
func TestWrongKeysAreHeldBack(t *testing.T) {
	w := newWorld(t)
	nobody := w.As("")
	_, c := w.app("吴博的手机")
	wrong := strings.Repeat("k", 64)
	for range 100 {
		nobody.Get("/key/"+wrong+"/formList").Want(t, http.StatusForbidden)
	}
	nobody.Get("/key/"+wrong+"/formList").Want(t, http.StatusTooManyRequests)
	w.program("ty_wrong").Get(w.Base()).Want(t, http.StatusTooManyRequests)
	for range 150 {
		c.do("GET", c.base+"/formList", "", nil).Want(t, http.StatusOK)
	}
	if strings.Contains(w.Logs.String(), wrong) {
		t.Error("the log holds keys")
	}
}
