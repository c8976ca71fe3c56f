package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/casebase"
	"tianye/charts"
	"tianye/charts/render"
	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/id"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
	"tianye/survey"
	"tianye/web"
)

// now is the tests' fixed clock: a Monday in the fieldwork.
var now = time.Date(2026, 4, 13, 9, 30, 0, 0, time.FixedZone("CST", 8*3600))

const password = "correct horse"

// world is a server with a project: alice manages, rui reviews, ana writes the
// report, bob collects, vic watches; chelsea has no rights; root is the administrator.
type world struct {
	*testing.T
	URL      string
	Backend  store.Backend
	Accounts *account.Service
	Surveys  *survey.Service
	Cases    *casebase.Service
	Charts   *charts.Service
	Audit    *audit.Service
	Project  account.Project
	Users    map[string]account.User
	Logs     *bytes.Buffer
	clients  map[string]*client
}

func newWorld(t *testing.T) *world {
	t.Helper()
	t.Parallel()
	return openWorld(t)
}

// openWorld is newWorld for tests that change what all tests share.
func openWorld(t *testing.T) *world {
	t.Helper()
	backend, err := sqlite.Open(t.Context(), t.TempDir(), store.Collections)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { backend.Close() })
	clock := func() time.Time { return now }
	renderer := render.New("")
	t.Cleanup(func() { renderer.Close() })
	w := &world{T: t, Backend: backend, Logs: &bytes.Buffer{}, Users: map[string]account.User{}, clients: map[string]*client{},
		Accounts: account.New(store.NewAccounts(backend), clock), Surveys: survey.New(store.NewSurveys(backend), clock),
		Cases: casebase.New(store.NewCases(backend), clock), Charts: charts.New(store.NewCharts(backend), renderer, clock), Audit: audit.New(store.NewAudit(backend), clock)}
	t.Cleanup(w.Audit.Close)
	server := httptest.NewServer(w.handler(nil))
	t.Cleanup(server.Close)
	w.URL = server.URL
	w.people(t.Context())
	return w
}

// handler makes a server of the world's, changed by change.
func (w *world) handler(change func(*web.Config)) http.Handler {
	w.Helper()
	c := web.Config{Accounts: w.Accounts, Surveys: w.Surveys, Cases: w.Cases, Charts: w.Charts, Audit: w.Audit, Ping: w.Backend.Ping,
		Now: func() time.Time { return now }, Location: now.Location(), Log: slog.New(slog.NewTextHandler(w.Logs, nil)), Version: "test",
		Hooks: &survey.Hooks{Service: w.Surveys, Secret: w.Accounts.Secret, IsOwn: func(netip.AddrPort) bool { return true }}}
	if change != nil {
		change(&c)
	}
	handler, err := web.New(c)
	if err != nil {
		w.Fatal(err)
	}
	return handler
}

var (
	hashing      sync.Once
	passwordHash string // everybody's: hashing is slow, and is to be
)

func hashed(t *testing.T) string {
	hashing.Do(func() {
		backend, err := sqlite.Open(t.Context(), t.TempDir(), store.Collections)
		if err != nil {
			t.Fatal(err)
		}
		defer backend.Close()
		u, err := account.New(store.NewAccounts(backend), time.Now).CreateUserWithPassword(t.Context(), "anyone", "某人", password, false)
		if err != nil {
			t.Fatal(err)
		}
		passwordHash = u.PasswordHash
	})
	return passwordHash
}

func (w *world) people(ctx context.Context) {
	hash := hashed(w.T)
	accounts := store.NewAccounts(w.Backend)
	for login, name := range map[string]string{"root": "管理员", "alice": "陈爱丽", "rui": "郑锐", "ana": "安娜", "bob": "吴博", "vic": "魏观", "chelsea": "切尔西"} {
		u := account.User{ID: id.UserID(id.New(now)), Login: login, Name: name, PasswordHash: hash, Admin: login == "root", Created: now}
		if err := accounts.CreateUser(ctx, u); err != nil {
			w.Fatal(err)
		}
		w.Users[login] = u
	}
	var err error
	if w.Project, err = w.Accounts.CreateProject(ctx, w.Users["alice"].ID, "衢州基层党建", "", false); err != nil {
		w.Fatal(err)
	}
	for login, role := range map[string]account.Role{"rui": account.Reviewer, "ana": account.Analyst, "bob": account.Enumerator, "vic": account.Viewer} {
		if _, _, err := w.Accounts.AddMember(ctx, w.Project.ID, login, "", role); err != nil {
			w.Fatal(err)
		}
	}
}

// client is somebody's browser.
type client struct {
	w      *world
	name   string
	cookie *http.Cookie
	csrf   string
	header http.Header
}

// As gives the browser of a person who is signed in; "" is nobody's.
func (w *world) As(login string) *client {
	w.Helper()
	if c := w.clients[login]; c != nil {
		return c
	}
	c := &client{w: w, name: login, header: http.Header{}}
	if login != "" {
		token, err := w.Accounts.OpenSession(w.Context(), w.Users[login].ID, account.Browser{})
		if err != nil {
			w.Fatal(err)
		}
		c.cookie, c.csrf = &http.Cookie{Name: "tianye_session", Value: token}, account.CSRFToken(token)
	}
	w.clients[login] = c
	return c
}

// answer is what came back, read whole.
type answer struct {
	*http.Response
	Body string
}

// plainly asks for uncompressed answers: compressing thousands of pages is slow under the race detector.
var plainly = func() *http.Client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DisableCompression = true
	return &http.Client{Transport: transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}()

func (c *client) do(method, path, contentType string, body io.Reader) answer {
	c.w.Helper()
	req, err := http.NewRequestWithContext(c.w.Context(), method, c.w.URL+path, body)
	if err != nil {
		c.w.Fatal(err)
	}
	for name, values := range c.header {
		req.Header[name] = values
	}
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if c.cookie != nil {
		req.AddCookie(c.cookie)
	}
	resp, err := plainly.Do(req)
	if err != nil {
		c.w.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		c.w.Fatal(err)
	}
	return answer{resp, string(raw)}
}

func (c *client) Get(path string) answer {
	c.w.Helper()
	return c.do("GET", path, "", nil)
}

// Post sends a form with the session's token.
func (c *client) Post(path string, fields url.Values) answer {
	c.w.Helper()
	all := url.Values{"csrf": {c.csrf}}
	for name, values := range fields {
		all[name] = values
	}
	return c.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader(all.Encode()))
}

// Upload sends a form with one file.
func (c *client) Upload(path, field, fileName string, content []byte, fields url.Values) answer {
	c.w.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	if fields == nil {
		fields = url.Values{}
	}
	fields.Set("csrf", c.csrf)
	for name, values := range fields {
		m.WriteField(name, values[0])
	}
	part, err := m.CreateFormFile(field, fileName)
	if err != nil {
		c.w.Fatal(err)
	}
	part.Write(content)
	m.Close()
	return c.do("POST", path, m.FormDataContentType(), &b)
}

// Send posts JSON as the fill page does.
func (c *client) Send(path string, body any) answer {
	c.w.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.w.Fatal(err)
	}
	c.header.Set("X-CSRF-Token", c.csrf)
	defer c.header.Del("X-CSRF-Token")
	return c.do("POST", path, "application/json", bytes.NewReader(raw))
}

// Want fails unless the status is the one wanted.
func (a answer) Want(t testing.TB, status int) answer {
	t.Helper()
	if a.StatusCode != status {
		body := a.Body
		if len(body) > 1500 {
			body = body[:1500]
		}
		t.Fatalf("%s %s: status %d, want %d\n%s", a.Request.Method, a.Request.URL.Path, a.StatusCode, status, body)
	}
	return a
}

// Base is the project's path.
func (w *world) Base() string { return "/p/" + string(w.Project.ID) }

// Publish uploads and publishes a workbook.
func (w *world) Publish(workbook []byte, name string) survey.Form {
	w.Helper()
	f, complaints, err := w.Surveys.Upload(w.Context(), w.Project.ID, w.Users["alice"].ID, workbook, name, "")
	if err != nil || f.ID == "" {
		w.Fatal(complaints, err)
	}
	f, err = w.Surveys.Publish(w.Context(), w.Project.ID, w.Users["alice"].ID, f.ID, f.Revision)
	if err != nil {
		w.Fatal(err)
	}
	return f
}

// Case makes a case.
func (w *world) Case(title string) casebase.Case {
	w.Helper()
	c, err := w.Cases.Create(w.Context(), w.Users["alice"].ID, w.Project.ID, casebase.Edit{Title: title, Text: "# " + title + "\n\n正文。\n",
		Attributes: []casebase.Attribute{{Name: "县", Type: casebase.TypeChoice, Value: "江山市"}}})
	if err != nil {
		w.Fatal(err)
	}
	return c
}

// Submit stores a submission of bob's.
func (w *world) Submit(f survey.Form, caseID id.CaseID, instance string, answers map[string]any) survey.Submission {
	w.Helper()
	sub, err := w.Surveys.Submit(w.Context(), w.Project.ID, w.Users["bob"].ID, survey.Incoming{InstanceID: instance, FormID: f.ID,
		Version: f.Current().Number, CaseID: caseID, Started: now.Add(-20 * time.Minute), Ended: now, Answers: answers})
	if err != nil {
		w.Fatal(err)
	}
	return sub
}
