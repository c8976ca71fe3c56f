package web_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/web"
)

// codeOf is what an authenticator app shows (RFC 6238).
func codeOf(t testing.TB, secret string, at time.Time) string {
	key, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(strings.ReplaceAll(secret, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	mac.Write(binary.BigEndian.AppendUint64(nil, uint64(at.Unix()/30)))
	sum := mac.Sum(nil)
	part := sum[sum[19]&15:]
	return fmt.Sprintf("%06d", (uint32(part[0]&127)<<24|uint32(part[1])<<16|uint32(part[2])<<8|uint32(part[3]))%1_000_000)
}

var (
	shownSecret   = regexp.MustCompile(`factor-secret"[^>]*>([A-Z2-7 ]+)<`)
	shownRecovery = regexp.MustCompile(`<li><code>([a-z2-9-]{14})</code>`)
)

// setUp gives somebody a second factor by the page, and leaves their browser signed in.
func (c *client) setUp() (secret string, recovery []string) {
	c.w.Helper()
	page := c.Get("/second-factor").Want(c.w.T, http.StatusOK)
	found := shownSecret.FindStringSubmatch(page.Body)
	if found == nil || !strings.Contains(page.Body, `src="data:image/png;base64,`) {
		c.w.Fatal("no secret to take over")
	}
	done := c.Post("/second-factor", url.Values{"password": {password}, "code": {codeOf(c.w, found[1], now)}}).Want(c.w.T, http.StatusOK)
	for _, m := range shownRecovery.FindAllStringSubmatch(done.Body, -1) {
		recovery = append(recovery, m[1])
	}
	if len(recovery) != 10 || done.Header.Get("Cache-Control") != "no-store" {
		c.w.Fatal(recovery)
	}
	*c = *c.w.as(sessionOf(done))
	return found[1], recovery
}

// serve makes the world's clients ask a server that is changed.
func (w *world) serve(change func(*web.Config)) {
	w.Helper()
	server := httptest.NewServer(w.handler(change))
	w.Cleanup(server.Close)
	w.URL = server.URL
}

func TestSecondFactor(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	page := alice.Get("/second-factor").Want(t, http.StatusOK)
	if link := regexp.MustCompile(`href="(otpauth://totp/[^"]*)"`).FindStringSubmatch(page.Body); link == nil || !strings.Contains(link[1], strings.ReplaceAll(shownSecret.FindStringSubmatch(page.Body)[1], " ", "")) {
		t.Error("no link to an app on the phone itself:", link)
	}
	right := codeOf(t, shownSecret.FindStringSubmatch(page.Body)[1], now)
	alice.Post("/second-factor", url.Values{"code": {right}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "现在的密码不对") // of a stolen session
	alice.Post("/second-factor", url.Values{"password": {password}, "code": {"000000"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "验证码不对")
	elsewhere, _ := w.signIn("alice", password, http.StatusSeeOther)
	_, recovery := alice.setUp()
	elsewhere.Get("/session").Want(t, http.StatusSeeOther) // ended: it was opened without the factor
	alice.Get("/second-factor").Want(t, http.StatusOK).Shows(t, "恢复码还剩 10 个").Hides(t, shownSecret.FindStringSubmatch(page.Body)[1])
	alice.Get(w.Base()).Want(t, http.StatusOK)

	asked := w.As("").Post("/sign-in", url.Values{"login": {"alice"}, "password": {password}, "next": {w.Base()}}).Want(t, http.StatusSeeOther)
	half := w.as(sessionOf(asked))
	half.Get(asked.Header.Get("Location")).Want(t, http.StatusOK).Shows(t, "密码正确").Holds(t, `value="`+w.Base()+`"`)
	alice.Get(asked.Header.Get("Location")).Want(t, http.StatusSeeOther)
	for _, route := range web.Routes { // the half-open session can do nothing
		if route.Verb == account.Anyone || forApps(route) {
			continue
		}
		path := strings.ReplaceAll(route.Path, ":project", string(w.Project.ID))
		if got := half.do(route.Method, path, "application/x-www-form-urlencoded", strings.NewReader("csrf="+half.csrf)).StatusCode; got != http.StatusSeeOther && got != http.StatusUnauthorized {
			t.Errorf("%s %s with the password alone: status %d", route.Method, route.Path, got)
		}
	}
	half.Post("/sign-in/code", url.Values{"code": {"000000"}, "next": {w.Base()}}).Want(t, http.StatusUnauthorized).Shows(t, "验证码不对")
	in := half.Post("/sign-in/code", url.Values{"code": {recovery[0]}, "next": {w.Base()}}).Want(t, http.StatusSeeOther)
	if in.Header.Get("Location") != w.Base() {
		t.Error(in.Header)
	}
	w.as(sessionOf(in)).Get(w.Base()).Want(t, http.StatusOK)
	half.Post("/sign-in/code", url.Values{"code": {recovery[1]}}).Want(t, http.StatusUnauthorized).Shows(t, "请重新登录")
	w.As("").Post("/sign-in/code", url.Values{"code": {recovery[1]}}).Want(t, http.StatusUnauthorized)

	alice.Post("/second-factor/remove", url.Values{"proof": {"wrong password"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "密码或验证码不对")
	alice.Leads(alice.Post("/second-factor/remove", url.Values{"proof": {password}})).Shows(t, "两步验证已停用")
	w.signIn("alice", password, http.StatusSeeOther)
	for _, secret := range append(recovery, password) {
		if strings.Contains(w.Logs.String(), secret) {
			t.Error("the log holds a secret")
		}
	}
}

func TestAdministratorsTakeFactorsAway(t *testing.T) {
	w := newWorld(t)
	w.As("bob").setUp()
	path := "/users/" + string(w.Users["bob"].ID) + "/second-factor/remove"
	w.As("alice").Post(path, nil).Want(t, http.StatusForbidden)
	w.As("root").Post("/users/nobody/second-factor/remove", nil).Want(t, http.StatusNotFound)
	w.As("root").Get("/users").Want(t, http.StatusOK).Holds(t, `action="`+path+`"`)
	w.As("root").Leads(w.As("root").Post(path, nil)).Shows(t, "已为该用户停用两步验证")
	w.signIn("bob", password, http.StatusSeeOther)
}

// TestRolesMustHaveASecondFactor: who has none is sent to set it up; others, and programs, go on.
func TestRolesMustHaveASecondFactor(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	path := w.Base() + "/second-factor"
	alice.Post(path, url.Values{"role": {"king"}}).Want(t, http.StatusUnprocessableEntity)
	alice.Post(path, url.Values{"role": {"reviewer", "enumerator"}}).Want(t, http.StatusSeeOther)
	alice.Get(w.Base()+"/settings").Want(t, http.StatusOK).Holds(t, `value="reviewer" checked`).Hides(t, `value="viewer" checked`)
	rui := w.As("rui")
	sent := rui.Get(w.Base()+"/submissions?x=1").Want(t, http.StatusSeeOther)
	if to := sent.Header.Get("Location"); to != "/second-factor?next="+url.QueryEscape(w.Base()+"/submissions?x=1") {
		t.Error("sent to", to)
	}
	rui.Get(sent.Header.Get("Location")).Want(t, http.StatusOK).Shows(t, "请先启用再继续")
	w.As("bob").Send(w.Base()+"/submissions", map[string]any{}).Want(t, http.StatusForbidden).Shows(t, "这里要求使用两步验证")
	for _, login := range []string{"ana", "vic"} {
		w.As(login).Get(w.Base()).Want(t, http.StatusOK)
	}
	rui.setUp()
	rui.Get(w.Base()+"/submissions").Want(t, http.StatusOK)
	alice.Post(path, nil).Want(t, http.StatusSeeOther)
	w.As("bob").Get(w.Base()+"/submissions").Want(t, http.StatusOK)
}

func TestAdministratorsMustHaveASecondFactor(t *testing.T) {
	w := newWorld(t)
	w.serve(func(c *web.Config) { c.AdminsNeedFactor = true })
	root := w.As("root")
	for _, path := range []string{"/", "/users", w.Base()} {
		if to := root.Get(path).Want(t, http.StatusSeeOther).Header.Get("Location"); !strings.HasPrefix(to, "/second-factor?next=") {
			t.Error(path, to)
		}
	}
	root.Post("/projects", url.Values{"title": {"x"}}).Want(t, http.StatusForbidden)
	w.As("alice").Get(w.Base()).Want(t, http.StatusOK)
	root.setUp()
	root.Get("/users").Want(t, http.StatusOK)
}

// TestAStolenSession: a cookie that was copied is worth nothing after its owner signed out, changed the
// password, or set up a second factor.
func TestAStolenSession(t *testing.T) {
	for name, end := range map[string]func(c *client){
		"signed out": func(c *client) { c.Post("/sign-out", nil) },
		"another password": func(c *client) {
			c.Post("/password", url.Values{"old": {password}, "password": {"another horse"}, "again": {"another horse"}})
		},
		"second factor": func(c *client) { c.setUp() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			alice, _ := w.signIn("alice", password, http.StatusSeeOther)
			stolen := *alice
			stolen.Get(w.Base()).Want(t, http.StatusOK)
			end(alice)
			stolen.Get(w.Base()).Want(t, http.StatusSeeOther)
			stolen.Post(w.Base(), url.Values{"title": {"x"}, "revision": {"1"}}).Want(t, http.StatusUnauthorized)
		})
	}
}

// TestCookiesOverTLS: browsers take them from this host alone.
func TestCookiesOverTLS(t *testing.T) {
	w := newWorld(t)
	handler := w.handler(nil)
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		r.TLS = &tls.ConnectionState{} // as on a listener with TLS
		handler.ServeHTTP(rw, r)
	}))
	t.Cleanup(server.Close)
	w.URL = server.URL
	in := w.As("").Post("/sign-in", url.Values{"login": {"alice"}, "password": {password}}).Want(t, http.StatusSeeOther)
	names := map[string]bool{}
	for _, c := range in.Cookies() {
		names[c.Name] = true
		if !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
			t.Errorf("%+v", c)
		}
	}
	if !names["__Host-tianye_session"] || !names["__Host-tianye_device"] || len(names) != 2 {
		t.Error(names)
	}
	token, err := w.Accounts.OpenSession(t.Context(), w.Users["alice"].ID, account.Browser{})
	if err != nil {
		t.Fatal(err)
	}
	c := &client{w: w, cookie: &http.Cookie{Name: "tianye_session", Value: token}, header: http.Header{}}
	c.Get("/session").Want(t, http.StatusSeeOther) // planted by a neighbour: not looked at
	c.cookie.Name = "__Host-tianye_session"
	c.Get("/session").Want(t, http.StatusOK)
}

// TestKnownDevice: a browser that signed in before is let in though strangers guess without end.
func TestKnownDevice(t *testing.T) {
	w := newWorld(t)
	nobody := w.As("")
	in := nobody.Post("/sign-in", url.Values{"login": {"bob"}, "password": {password}}).Want(t, http.StatusSeeOther)
	for range 6 {
		nobody.Post("/sign-in", url.Values{"login": {"bob"}, "password": {"guess"}})
	}
	nobody.Post("/sign-in", url.Values{"login": {"bob"}, "password": {password}}).Want(t, http.StatusTooManyRequests)
	phone := &client{w: w, header: http.Header{}}
	for _, c := range in.Cookies() {
		if c.Name == "tianye_device" {
			phone.cookie = c
		}
	}
	if phone.cookie == nil || strings.Contains(phone.cookie.Value, "bob") || phone.cookie.MaxAge != 400*24*3600 {
		t.Fatalf("%+v", phone.cookie)
	}
	phone.Post("/sign-in", url.Values{"login": {"bob"}, "password": {password}}).Want(t, http.StatusSeeOther)
	phone.Get("/session").Want(t, http.StatusSeeOther) // it signs nobody in
}
