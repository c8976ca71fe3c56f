package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tianye/internal/message"
	"tianye/web"
)

// rawKey is what a message that is missing looks like: "case.noFiles".
var rawKey = regexp.MustCompile(`\b[a-z]+(\.[a-zA-Z]+)+\b`)

// TestEveryPageInBothLanguages walks every page as everybody and reads it: no
// template fails, no catalogue key stands there raw.
func TestEveryPageInBothLanguages(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	for login := range map[string]bool{"": true, "vic": true, "bob": true, "ana": true, "rui": true, "alice": true, "root": true} {
		for _, language := range []message.Language{message.Chinese, message.English} {
			c := w.As(login)
			if language == message.English {
				c = c.English()
			}
			for _, route := range web.Routes {
				if route.Method != http.MethodGet || isPicture(route.Path) {
					continue
				}
				a := c.Get(fill(route.Path, places))
				if a.StatusCode >= 500 {
					t.Errorf("%s as %q in %s: status %d", route.Path, login, language, a.StatusCode)
				}
				if !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") {
					continue
				}
				shown := unseen.ReplaceAllString(a.Body, " ") // islands get patterns
				for _, key := range rawKey.FindAllString(shown, -1) {
					if _, known := message.Catalog()[key]; known {
						t.Errorf("%s as %q in %s shows the key %s", route.Path, login, language, key)
					}
				}
				for _, odd := range []string{"{0}", "{1}", "<no value>", "%!", "ZgotmplZ", "<nil>", "NaN"} {
					if strings.Contains(shown, odd) {
						t.Errorf("%s as %q in %s holds %s", route.Path, login, language, odd)
					}
				}
				if tag := language.Tag(); a.StatusCode != http.StatusSeeOther && !strings.Contains(a.Body, `<html lang="`+tag+`"`) && strings.Contains(a.Body, "<html") {
					t.Errorf("%s as %q: not in %s", route.Path, login, tag)
				}
			}
		}
	}
}

// TestPagesSpeakEnglish: a page's own words change with the language.
func TestPagesSpeakEnglish(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	alice := w.As("alice").English()
	for path, words := range map[string]string{"/p/:project": "wait for review", "/p/:project/forms": "Upload a form", "/p/:project/forms/:form": "Published versions",
		"/p/:project/submissions": "Receipt", "/p/:project/submissions/:submission": "Approve", "/p/:project/cases": "New case", "/p/:project/cases/:case": "Attachments",
		"/p/:project/cases/:case/edit": "Another line", "/p/:project/cases/import": "When the title is there already", "/p/:project/members": "Add a member", "/nothing": "There is no such page"} {
		if a := alice.Get(fill(path, places)); !strings.Contains(a.Text(), words) {
			t.Errorf("%s does not say %q:\n%.800s", path, words, a.Text())
		}
	}
}

func TestUnknownPages(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	for _, path := range []string{"/nothing", "/p", "/p/x", "/p/" + strings.Repeat("0", 26), w.Base() + "/nothing", w.Base() + "/cases/x/y/z/a", "/static/../server.go", "/static/%2e%2e/routes.go", "//evil.example", "/%00", "/" + strings.Repeat("a", 5000)} {
		a := alice.Get(path)
		if a.StatusCode != http.StatusNotFound || !strings.Contains(a.Text(), "没有这个") {
			t.Errorf("%s: status %d\n%.300s", path, a.StatusCode, a.Text())
		}
	}
	a := alice.do("DELETE", w.Base(), "", nil)
	if a.StatusCode != http.StatusNotFound && a.StatusCode != http.StatusForbidden {
		t.Errorf("DELETE: status %d", a.StatusCode)
	}
}

// TestRedirectsStayHere sends the addresses by which a browser would leave.
func TestRedirectsStayHere(t *testing.T) {
	w := newWorld(t)
	for _, next := range []string{"//evil.example", "https://evil.example", `/\evil.example`, `\\evil.example`, "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil.example", ""} {
		a := w.As("").Post("/language", map[string][]string{"language": {"en"}, "next": {next}}).Want(t, http.StatusSeeOther)
		if to := a.Header.Get("Location"); to != "/" {
			t.Errorf("%q led to %q", next, to)
		}
	}
	for _, next := range []string{w.Base(), w.Base() + "/submissions?q=%E6%9D%91&state=received"} {
		a := w.As("").Post("/language", map[string][]string{"language": {"en"}, "next": {next}}).Want(t, http.StatusSeeOther)
		if to := a.Header.Get("Location"); to != next {
			t.Errorf("%q led to %q", next, to)
		}
	}
}
