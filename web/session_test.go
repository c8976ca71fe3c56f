package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tianye/internal/account"
)

// sessionOf finds the session cookie in an answer.
func sessionOf(a answer) *http.Cookie {
	for _, c := range a.Cookies() {
		if c.Name == "tianye_session" {
			return c
		}
	}
	return nil
}

func TestSignIn(t *testing.T) {
	w := newWorld(t)
	nobody := w.As("")
	nobody.Get("/p/"+string(w.Project.ID)).Want(t, http.StatusSeeOther)
	nobody.Post("/sign-in", url.Values{"login": {"alice"}, "password": {"wrong"}}).Want(t, http.StatusUnauthorized)
	in := nobody.Post("/sign-in", url.Values{"login": {" ALICE "}, "password": {password}, "next": {"/password"}}).Want(t, http.StatusSeeOther)
	cookie := sessionOf(in)
	if cookie == nil || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
		t.Fatalf("cookie %+v", cookie)
	}
	if to := in.Header.Get("Location"); to != "/password" {
		t.Errorf("sent to %s", to)
	}
	if strings.Contains(w.Logs.String(), "alice") || strings.Contains(w.Logs.String(), password) {
		t.Error("the log holds personal data")
	}
	evil := nobody.Post("/sign-in", url.Values{"login": {"alice"}, "password": {password}, "next": {"//evil.example"}}).Want(t, http.StatusSeeOther)
	if to := evil.Header.Get("Location"); to != "/" {
		t.Errorf("sent to another host: %s", to)
	}
}

func TestSignInIsThrottled(t *testing.T) {
	w := newWorld(t)
	nobody := w.As("")
	for range 5 {
		nobody.Post("/sign-in", url.Values{"login": {"bob"}, "password": {"guess"}}).Want(t, http.StatusUnauthorized)
	}
	a := nobody.Post("/sign-in", url.Values{"login": {"bob"}, "password": {password}}).Want(t, http.StatusTooManyRequests)
	if !strings.Contains(a.Body, "尝试次数过多") || a.Header.Get("Retry-After") != "900" {
		t.Error("no sentence, or no time", a.Header)
	}
	nobody.Post("/sign-in", url.Values{"login": {"alice"}, "password": {password}}).Want(t, http.StatusSeeOther)
}

func TestSessionsEnd(t *testing.T) {
	w := newWorld(t)
	signIn := func() *client {
		a := w.As("").Post("/sign-in", url.Values{"login": {"ana"}, "password": {password}}).Want(t, http.StatusSeeOther)
		cookie := sessionOf(a)
		return &client{w: w, cookie: cookie, csrf: account.CSRFToken(cookie.Value), header: http.Header{}}
	}
	phone, desk := signIn(), signIn()
	phone.Post("/sign-out", nil).Want(t, http.StatusSeeOther)
	phone.Get("/session").Want(t, http.StatusSeeOther)
	desk.Get("/session").Want(t, http.StatusOK)
	phone = signIn()
	fields := url.Values{"old": {password}, "password": {"another horse"}, "again": {"another horse"}}
	changed := desk.Post("/password", fields).Want(t, http.StatusSeeOther)
	phone.Get("/session").Want(t, http.StatusSeeOther)
	desk.Get("/session").Want(t, http.StatusSeeOther)
	desk.cookie = sessionOf(changed)
	desk.Get("/session").Want(t, http.StatusOK)
}

func TestOneTimePasswordMustBeChanged(t *testing.T) {
	w := newWorld(t)
	a := w.As("alice").Post(w.Base()+"/members", url.Values{"login": {"lin"}, "name": {"林小雨"}, "role": {"enumerator"}}).Want(t, http.StatusOK)
	_, rest, found := strings.Cut(a.Body, "密码</dt><dd><code>")
	once, _, _ := strings.Cut(rest, "<")
	if !found || len(once) != 14 {
		t.Fatalf("no one-time password: %q", once)
	}
	in := w.As("").Post("/sign-in", url.Values{"login": {"lin"}, "password": {once}}).Want(t, http.StatusSeeOther)
	cookie := sessionOf(in)
	lin := &client{w: w, cookie: cookie, csrf: account.CSRFToken(cookie.Value), header: http.Header{}}
	if to := lin.Get(w.Base()).Want(t, http.StatusSeeOther).Header.Get("Location"); to != "/password" {
		t.Errorf("sent to %s", to)
	}
	lin.Get("/password").Want(t, http.StatusOK).Shows(t, "一次性密码").Hides(t, "当前密码")
	lin.Post(w.Base()+"/submissions", nil).Want(t, http.StatusForbidden)
	lin.Post("/password", url.Values{"old": {once}, "password": {"short"}, "again": {"short"}}).Want(t, http.StatusUnprocessableEntity)
	changed := lin.Post("/password", url.Values{"old": {once}, "password": {"long enough"}, "again": {"long enough"}}).Want(t, http.StatusSeeOther)
	cookie = sessionOf(changed)
	lin = &client{w: w, cookie: cookie, csrf: account.CSRFToken(cookie.Value), header: http.Header{}}
	lin.Get(w.Base()).Want(t, http.StatusOK)
}

func TestLanguageIsRemembered(t *testing.T) {
	w := newWorld(t)
	a := w.As("").Post("/language", url.Values{"language": {"en"}, "next": {"/sign-in"}}).Want(t, http.StatusSeeOther)
	cookies := a.Cookies()
	if len(cookies) != 1 {
		t.Fatal(cookies)
	}
	if page := w.As("").Get("/sign-in"); !strings.Contains(page.Body, `lang="zh-CN"`) || !strings.Contains(page.Body, "登录名") {
		t.Error("Chinese is not the default")
	}
	c := &client{w: w, cookie: cookies[0], header: http.Header{}}
	if page := c.Get("/sign-in"); !strings.Contains(page.Body, `lang="en"`) || strings.Contains(page.Body, "登录名") {
		t.Error("English was not remembered")
	}
}

func TestEveryAnswerIsSecured(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/sign-in", "/nothing", "/static/placeholder.txt", "/healthz", "/p/x", "/key/x/formList"} {
		h := w.As("").Get(path).Header
		for name, want := range map[string]string{"Content-Security-Policy": "default-src 'none'", "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
			"Referrer-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Resource-Policy": "same-origin", "Permissions-Policy": "camera=(self)"} {
			if !strings.Contains(h.Get(name), want) {
				t.Errorf("%s: %s: %q", path, name, h.Get(name))
			}
		}
		for _, name := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin"} {
			if h.Get(name) != "" {
				t.Errorf("%s: %s: %q", path, name, h.Get(name))
			}
		}
		if policy := h.Get("Content-Security-Policy"); strings.Contains(policy, "unsafe") || strings.Contains(policy, "*") || strings.Contains(policy, "http") {
			t.Errorf("%s: %s", path, policy)
		}
	}
}

// TestSenderIsToldApart: a phone keeps what waits where nothing is said against it, only against who sends it.
func TestSenderIsToldApart(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	body := map[string]any{"instanceId": "uuid:1", "formId": f.ID, "version": 1, "answers": goodVisit(), "started": now, "ended": now}
	for login, status := range map[string]int{"chelsea": http.StatusNotFound, "vic": http.StatusForbidden, "bob": http.StatusForbidden} {
		c := *w.As(login)
		c.csrf = "of another session"
		c.Send(w.Base()+"/submissions", body).Want(t, status).Holds(t, `"access":true`)
	}
	body["answers"] = map[string]any{}
	a := w.As("bob").Send(w.Base()+"/submissions", body).Want(t, http.StatusUnprocessableEntity)
	if strings.Contains(a.Body, `"access"`) {
		t.Error("said against the sender:", a.Body)
	}
}
