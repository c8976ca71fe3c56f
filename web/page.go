package web

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
)

//go:embed pages
var pageFiles embed.FS

// pages are the parsed templates: each page with the layout and the parts.
type pages struct{ byName map[string]*template.Template }

// loadPages parses pages/layout.tmpl, pages/parts/*.tmpl and every
// pages/<resource>/<page>.tmpl, which is called "<resource>/<page>". They are the program's own, once.
var loadPages = sync.OnceValues(func() (*pages, error) {
	base, err := template.New("layout").Funcs(template.FuncMap{
		"mul": func(a, b int) int { return a * b },
		"sub": func(a, b int) int { return a - b },
	}).ParseFS(pageFiles, "pages/*.tmpl", "pages/parts/*.tmpl")
	if err != nil {
		return nil, err
	}
	p := &pages{byName: map[string]*template.Template{}}
	names, err := fs.Glob(pageFiles, "pages/*/*.tmpl")
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if strings.HasPrefix(name, "pages/parts/") {
			continue
		}
		clone, err := base.Clone()
		if err != nil {
			return nil, err
		}
		if clone, err = clone.ParseFS(pageFiles, name); err != nil {
			return nil, err
		}
		key := strings.TrimSuffix(strings.TrimPrefix(name, "pages/"), path.Ext(name))
		p.byName[key] = clone
	}
	p.byName["problem"] = base
	return p, nil
})

// Page is what every page struct begins with.
type Page struct {
	Language message.Language
	Title    string
	User     account.User
	Role     account.Role
	Project  account.Project
	CSRF     string
	Path     string // of the page, with its query
	Done     string // what a change before said
	Undo     string // the path that takes it back; "" when nothing does
	Reach    string // what the reader is limited to; "" for most
	Section  string // of the navigation that is open: forms, submissions, cases, charts, members
	assets   *assets
	location *time.Location
	now      time.Time
	unread   func() (int, error) // nil for nobody
}

// page makes the common part; title is a message key.
func (s *Server) page(r *Request, title string) Page {
	p := Page{Language: r.Language, Title: message.T(r.Language, title), User: r.User, Role: r.Role, Project: r.Project,
		Path: r.here(), assets: s.assets, location: s.location, now: s.Now()}
	if r.token != "" {
		p.CSRF = account.CSRFToken(r.token)
		p.unread = func() (int, error) { return s.unread(r) }
	}
	if !r.Limit.IsZero() {
		p.Reach = message.T(r.Language, "scope.shown", r.Limit.Attribute, r.limitValues())
	}
	if done := r.Query("done"); done != "" {
		if _, known := message.Catalog()[done]; known {
			p.Done, p.Undo = message.T(r.Language, done, p.doneAbout(r, s.Now())), r.undoPath()
		}
	}
	if rest, ok := strings.CutPrefix(r.FullPath(), "/p/:project/"); ok {
		p.Section, _, _ = strings.Cut(rest, "/")
	}
	return p
}

// doneAbout is what a done message tells: how many, where the address says so, else until when the recycle
// bin keeps it.
func (p Page) doneAbout(r *Request, now time.Time) any {
	if n, err := strconv.Atoi(r.Query("count")); err == nil {
		return n
	}
	return p.Date(now.Add(id.BinLength))
}

// T says a message.
func (p Page) T(key string, args ...any) string { return message.T(p.Language, key, args...) }

// Say says a Text that a domain gave.
func (p Page) Say(text problem.Text) string { return message.Sprint(p.Language, text) }

// Can tells whether the reader holds a verb, by its name: so pages leave out what
// would be refused.
func (p Page) Can(verb string) bool {
	return account.Can(p.Role, account.Verb(verb)) && p.Project.Phase.Allows(account.Verb(verb))
}

// Unread is how many notices the reader has not read; 0 when the store does not say: a page that tells
// of a failure has the bell too.
func (p Page) Unread() int {
	if p.unread == nil {
		return 0
	}
	n, err := p.unread()
	if err != nil {
		return 0
	}
	return n
}

// Base is the project's path.
func (p Page) Base() string { return "/p/" + string(p.Project.ID) }

// Asset is the path of a built file, changing with its content.
func (p Page) Asset(name string) string { return p.assets.path(name) }

// PartsOf are the addresses of what a script of the phone cannot begin without, to be fetched with it.
func (p Page) PartsOf(script string) []string { return p.assets.first[script] }

// Parts are the addresses of all parts that the phone's pages may ask for.
func (p Page) Parts() []string { return p.assets.parts }

// Date shows a day.
func (p Page) Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.location).Format("2006-01-02")
}

// Time shows a moment to the minute.
func (p Page) Time(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(p.location).Format("2006-01-02 15:04")
}

// Number shows a number with at most two decimals.
func (p Page) Number(n float64) string {
	return strings.TrimRight(strings.TrimRight(strconv.FormatFloat(n, 'f', 2, 64), "0"), ".")
}

// Size shows a number of bytes.
func (p Page) Size(bytes int64) string {
	switch {
	case bytes < 1<<10:
		return fmt.Sprintf("%d B", bytes)
	case bytes < 1<<20:
		return fmt.Sprintf("%.1f kB", float64(bytes)/(1<<10))
	case bytes >= 1<<30:
		return fmt.Sprintf("%.1f GB", float64(bytes)/(1<<30))
	}
	return fmt.Sprintf("%.1f MB", float64(bytes)/(1<<20))
}

// RoleName says a role.
func (p Page) RoleName(role account.Role) string { return p.Say(role.Label()) }

// JSON makes data for an island, to stand in <script type="application/json">:
// html/template passes it on as it is, because it escapes <, > and & itself.
func (p Page) JSON(data any) (template.JS, error) {
	raw, err := json.Marshal(data)
	return template.JS(raw), err
}

// Messages are the sentences of an area, for an island.
func (p Page) Messages(prefix string) (template.JS, error) {
	return p.JSON(message.Area(p.Language, prefix))
}

// render writes a page whole: a template that fails half-way sends nothing of it.
func (s *Server) render(r *Request, status int, name string, page any) error {
	return s.renderPart(r, status, name, "layout", page)
}

// renderPart writes one named template of a page: for htmx, and for pages with a
// layout of their own.
func (s *Server) renderPart(r *Request, status int, name, part string, page any) error {
	t, ok := s.pages.byName[name]
	if !ok {
		return fmt.Errorf("web: no page %q", name)
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, part, page); err != nil {
		return err
	}
	r.Header("Cache-Control", "no-store")
	r.Data(status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// show renders a page that is well.
func (s *Server) show(r *Request, name string, page any) error {
	return s.render(r, http.StatusOK, name, page)
}
