package web_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
	"tianye/survey"
	"tianye/web"
)

func TestDigest(t *testing.T) {
	w := newWorld(t)
	w.Publish(visit(t), "visit.xlsx")
	u, c := w.app("吴博的手机")
	c.base = w.URL + w.Base() + "/openrosa"
	a := c.do("GET", c.base+"/formList", "", nil).Want(t, http.StatusUnauthorized)
	if c.message(a) == "" || len(a.Header.Values("WWW-Authenticate")) != 2 || strings.Contains(strings.Join(a.Header.Values("WWW-Authenticate"), ""), "Basic") {
		t.Error(a.Header)
	}
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		c.login = digest(u, u.Password(), algorithm)
		if forms := c.forms(); len(forms) != 1 || !strings.HasPrefix(forms[0].DownloadURL, c.base+"/forms/") {
			t.Fatalf("%s: %+v", algorithm, forms)
		}
		c.do("GET", c.forms()[0].DownloadURL, "", nil).Want(t, http.StatusOK)
		c.head().Want(t, http.StatusNoContent)
		c.send(instanceOf("uuid:"+algorithm, "", "12"), sent{"院子.jpg", jpeg}).Want(t, http.StatusCreated)
	}
	c.header.Set("Authorization", "Basic dTpw")
	c.login = nil
	c.do("GET", c.base+"/formList", "", nil).Want(t, http.StatusUnauthorized) // in the clear
	c.header.Del("Authorization")
	c.login = digest(u, "wrong", "MD5")
	for range 5 {
		c.head().Want(t, http.StatusUnauthorized)
	}
	c.head().Want(t, http.StatusTooManyRequests)
	c.login = digest(u, u.Password(), "MD5")
	c.head().Want(t, http.StatusNoContent) // who knows the password is not kept out by who guesses it
}

func TestForgedDigests(t *testing.T) {
	w := newWorld(t)
	u, c := w.app("吴博的手机")
	base := w.URL + w.Base() + "/openrosa"
	challenge := c.do("HEAD", base+"/submission", "", nil).Want(t, http.StatusUnauthorized).Header.Values("WWW-Authenticate")
	signed := func() *http.Request {
		req, err := http.NewRequestWithContext(t.Context(), "HEAD", base+"/submission", nil)
		if err != nil {
			t.Fatal(err)
		}
		digest(u, u.Password(), "MD5")(req, challenge)
		return req
	}
	line := signed().Header.Get("Authorization")
	c.header.Set("Authorization", line)
	c.do("HEAD", base+"/submission", "", nil).Want(t, http.StatusNoContent)
	for _, forged := range []string{
		strings.Replace(line, "HEAD", "GET", 1) + "x", strings.Replace(line, `nonce="`, `nonce="A`, 1), strings.Replace(line, "algorithm=MD5", "algorithm=MD4", 1),
		strings.Replace(line, "qop=auth", "qop=auth-int", 1), strings.Replace(line, "/submission", "/formList", 1), strings.Replace(line, u.Login, "nobody", 1),
		`Digest`, `Digest =`, `Digest a="`, `Digest username="\`, "Digest " + strings.Repeat(",", 1000), "Bearer x",
	} {
		if forged == line+"x" { // what follows the response does not matter
			continue
		}
		c.header.Set("Authorization", forged)
		c.do("HEAD", base+"/submission", "", nil).Want(t, http.StatusUnauthorized)
	}
	c.header.Set("Authorization", line)
	c.do("GET", base+"/formList", "", nil).Want(t, http.StatusUnauthorized) // signed for another request
	later := httptest.NewServer(w.handler(func(config *web.Config) { config.Now = func() time.Time { return now.Add(time.Hour) } }))
	defer later.Close()
	a := c.do("HEAD", later.URL+w.Base()+"/openrosa/submission", "", nil).Want(t, http.StatusUnauthorized)
	if !strings.Contains(a.Header.Get("WWW-Authenticate"), "stale=true") {
		t.Error(a.Header)
	}
}

// TestForeignAndRevokedApps asks for everything of a project with another project's key,
// and with one that was revoked.
func TestForeignAndRevokedApps(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	other, err := w.Accounts.CreateProject(t.Context(), w.Users["alice"].ID, "别的课题", "", false)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := w.Accounts.CreateAppUser(t.Context(), other.ID, w.Users["alice"].ID, "别人的手机")
	if err != nil {
		t.Fatal(err)
	}
	revoked, c := w.app("丢了的手机")
	if err := w.Accounts.RevokeAppUser(t.Context(), w.Project.ID, revoked.ID); err != nil {
		t.Fatal(err)
	}
	for _, route := range web.Routes {
		if !forApps(route) {
			continue
		}
		for _, u := range []account.AppUser{foreign, revoked} {
			places[":key"] = u.Key
			c.login = digest(u, u.Password(), "SHA-256")
			got := c.do(route.Method, w.URL+fill(route.Path, places), "", nil).StatusCode
			ownProject := strings.HasPrefix(route.Path, "/key/") && u.ID == foreign.ID
			switch {
			case !ownProject && !refused[got] && got != http.StatusTooManyRequests:
				t.Errorf("%s %s as %s: status %d", route.Method, route.Path, u.Name, got)
			case ownProject && strings.Contains(route.Path, ":form") && got != http.StatusNotFound:
				t.Errorf("%s %s with another project's key: status %d", route.Method, route.Path, got)
			}
		}
	}
	c.login, c.base = nil, w.URL+"/key/"+foreign.Key
	if forms := c.forms(); len(forms) != 0 {
		t.Errorf("another project's forms: %+v", forms)
	}
	c.send(instanceOf("uuid:1", "", "12")).Want(t, http.StatusNotFound)
}

// TestSessionsDoNotCount: a browser that is signed in is nobody to these routes, so that
// another site's page cannot make it send.
func TestSessionsDoNotCount(t *testing.T) {
	w := newWorld(t)
	w.Publish(visit(t), "visit.xlsx")
	for _, login := range []string{"alice", "root"} {
		w.As(login).Get(w.Base()+"/openrosa/formList").Want(t, http.StatusUnauthorized)
		w.As(login).Stream(w.Base()+"/openrosa/submission", "text/xml", strings.NewReader(instanceOf("uuid:1", "", "12"))).Want(t, http.StatusUnauthorized)
		w.As(login).Get("/key/"+strings.Repeat("a", 64)+"/formList").Want(t, http.StatusForbidden)
	}
	u, _ := w.app("吴博的手机")
	w.As("").Get("/key/"+u.Key+"/formList").Want(t, http.StatusOK)
	w.As("").Get(w.Base()+"/submissions").Want(t, http.StatusSeeOther) // a key opens nothing else
}

func TestBasicOverTLSAndBehindAProxy(t *testing.T) {
	w := newWorld(t)
	w.Publish(visit(t), "visit.xlsx")
	u, c := w.app("吴博的手机")
	server := httptest.NewTLSServer(w.handler(nil))
	defer server.Close()
	basic := func(req *http.Request, challenge []string) {
		if !strings.Contains(strings.Join(challenge, "\n"), "Basic realm=") {
			t.Error(challenge)
		}
		req.SetBasicAuth(u.Login, u.Password())
	}
	c.base, c.client, c.login = server.URL+w.Base()+"/openrosa", server.Client(), basic
	if forms := c.forms(); len(forms) != 1 || !strings.HasPrefix(forms[0].DownloadURL, "https://") {
		t.Errorf("%+v", forms)
	}
	c.send(instanceOf("uuid:1", "", "12")).Want(t, http.StatusCreated)
	c.login = func(req *http.Request, _ []string) { req.SetBasicAuth(u.Login, "wrong") }
	c.head().Want(t, http.StatusUnauthorized)

	proxied := httptest.NewServer(w.handler(func(config *web.Config) {
		config.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		config.BaseURL = "https://survey.example.cn"
	}))
	defer proxied.Close()
	c.base, c.client, c.login = proxied.URL+w.Base()+"/openrosa", http.DefaultClient, basic
	c.header.Set("X-Forwarded-Proto", "https")
	c.header.Set("X-Forwarded-For", "198.51.100.7, 203.0.113.9")
	if forms := c.forms(); len(forms) != 1 || !strings.HasPrefix(forms[0].DownloadURL, "https://survey.example.cn/p/") {
		t.Errorf("%+v", forms)
	}
	c.base, c.login = w.URL+w.Base()+"/openrosa", nil // a server that trusts nobody
	c.header.Set("Authorization", "Basic "+"dTpw")
	if a := c.head().Want(t, http.StatusUnauthorized); strings.Contains(strings.Join(a.Header.Values("WWW-Authenticate"), ""), "Basic") {
		t.Error(a.Header)
	}
}

// FuzzAuthorization: no header lets in who does not know the password.
func FuzzAuthorization(f *testing.F) {
	for _, seed := range []string{`Digest username="a\"b", realm=tianye, nonce="", uri="/", qop=auth, nc=00000001, cnonce="x", response="0"`, `Basic dTpw`, `Digest a="\`, `Digest =,="`, ``} {
		f.Add(seed)
	}
	backend, err := sqlite.Open(f.Context(), f.TempDir(), store.Collections)
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { backend.Close() })
	clock := func() time.Time { return now }
	handler, err := web.New(web.Config{Accounts: account.New(store.NewAccounts(backend), clock), Surveys: survey.New(store.NewSurveys(backend), clock),
		Charts: charts.New(store.NewCharts(backend), nil, clock), Now: clock, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header string) {
		r := httptest.NewRequest("HEAD", "/p/"+strings.Repeat("0", 26)+"/openrosa/submission", nil)
		r.Header.Set("Authorization", header)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, r)
		if answer.Code != http.StatusUnauthorized && answer.Code != http.StatusTooManyRequests {
			t.Errorf("%q: %d", header, answer.Code)
		}
	})
}
