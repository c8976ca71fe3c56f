package web

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
)

// auditView is a page of the audit: of a project's chain, or of the server's.
type auditView struct {
	Page
	At       string // the page's path
	Filter   auditFilter
	Lines    []auditRow
	People   []namedActor
	Actions  []action
	Query    template.URL // of the filter, without the place in the list; encoded
	Next     int64        // to go on with; 0 at the beginning of the chain
	First    bool
	Searched bool          // there is a filter
	Report   *audit.Report // when it was asked for
}

// auditFilter is a filter as the page's fields write it.
type auditFilter struct{ Actor, Action, Object, From, To, Text string }

type auditRow struct {
	audit.Line
	Label  string // what was done
	Title  string // of the object
	Link   string // to it; "" when it has no page
	Role   string
	Moment string
}

type namedActor struct {
	ID   id.UserID
	Name string
}

const auditPageSize = 50

func (s *Server) auditPage(r *Request) error {
	page := &auditView{Page: s.page(r, "audit.title"), At: "/p/" + string(r.Project.ID) + "/audit"}
	page.Section = "audit"
	people, err := s.Accounts.People(r, r.Project.ID)
	if err != nil {
		return err
	}
	for _, p := range people {
		page.People = append(page.People, namedActor{p.UserID, p.User.Name})
	}
	apps, err := s.Accounts.AppUsers(r, r.Project.ID)
	if err != nil {
		return err
	}
	for _, a := range apps {
		page.People = append(page.People, namedActor{a.ID, a.Name})
	}
	return s.showAudit(r, page)
}

func (s *Server) serverAudit(r *Request) error {
	page := &auditView{Page: s.page(r, "audit.serverTitle"), At: "/audit"}
	users, err := s.Accounts.Users(r)
	if err != nil {
		return err
	}
	for _, u := range users {
		page.People = append(page.People, namedActor{u.ID, u.Name})
	}
	return s.showAudit(r, page)
}

// showAudit shows what the query's filter selects, and with verify whether the chain is whole.
func (s *Server) showAudit(r *Request, page *auditView) error {
	f, q, err := s.auditFilterOf(r)
	if err != nil {
		return err
	}
	page.Filter, page.Query, page.Searched = q, template.URL(q.query()), q != auditFilter{}
	before := number(r.Query("before"), 0)
	page.First = before <= 0
	found, err := s.Audit.Search(r, r.Project.ID, f, before, auditPageSize)
	if err != nil {
		return err
	}
	page.Next = found.Next
	titles, err := s.caseTitles(r)
	if err != nil {
		return err
	}
	for _, l := range found.Lines {
		page.Lines = append(page.Lines, s.auditRow(r, l, titles))
	}
	page.Actions = knownActions(r.Project.ID == "")
	slices.SortFunc(page.Actions, func(a, b action) int { return strings.Compare(a.name, b.name) })
	if r.Query("verify") != "" {
		report, err := s.Audit.Verify(r, r.Project.ID)
		if err != nil {
			return err
		}
		page.Report = &report
	}
	return s.show(r, "audit/list", page)
}

func (s *Server) auditFilterOf(r *Request) (audit.Filter, auditFilter, error) {
	q := auditFilter{Actor: r.Query("actor"), Action: r.Query("action"), Object: r.Query("object"), From: r.Query("from"), To: r.Query("to"), Text: strings.TrimSpace(r.Query("q"))}
	f := audit.Filter{Actor: id.UserID(q.Actor), Action: q.Action, Object: q.Object, Text: q.Text}
	var err error
	if f.From, err = s.day(q.From, 0); err == nil {
		f.To, err = s.day(q.To, 1)
	}
	return f, q, err
}

// day gives the beginning of a day as date fields write it, and so many days later; the zero time of none.
func (s *Server) day(text string, later int) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, text, s.location)
	if err != nil {
		return t, problem.New(problem.Malformed, "submission.badFilter", text)
	}
	return t.AddDate(0, 0, later), nil
}

func (q auditFilter) query() string {
	v := url.Values{}
	for name, value := range map[string]string{"actor": q.Actor, "action": q.Action, "object": q.Object, "from": q.From, "to": q.To, "q": q.Text} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v.Encode()
}

// NextLink leads to the older lines.
func (p *auditView) NextLink() template.URL {
	return template.URL("?" + strings.TrimPrefix(string(p.Query)+"&before="+strconv.FormatInt(p.Next, 10), "&"))
}

// ActionName says an action.
func (p *auditView) ActionName(a action) string { return p.T(a.label) }

// Name is what the filter's field sends.
func (a action) Name() string { return a.name }

// knownActions are those that a chain may hold, each once: the server's, or a project's.
func knownActions(server bool) []action {
	var all []action
	for line, a := range auditedRoutes {
		_, path, _ := strings.Cut(line, " ")
		inProject := strings.HasPrefix(path, "/p/:project") || strings.HasPrefix(path, "/key/")
		if (inProject != server || a.name == "projects.restore") && !slices.Contains(all, a) {
			all = append(all, a)
		}
	}
	return append(all, otherActions...)
}

// labelOf is the message key of an action; an action that this program does not know stands as it is.
func labelOf(name string) string {
	for _, a := range auditedRoutes {
		if a.name == name {
			return a.label
		}
	}
	for _, a := range otherActions {
		if a.name == name {
			return a.label
		}
	}
	return name
}

// objectPages are where the objects of actions are shown, by the action's first word.
var objectPages = map[string]string{"forms": "/forms/", "submissions": "/submissions/", "cases": "/cases/", "charts": "/charts/", "appUsers": "/app-users/"}

func (s *Server) auditRow(r *Request, l audit.Line, cases map[string]string) auditRow {
	role := roleIn(r.Project.ID, account.Role(l.Role)) // older lines have one everywhere
	l.Before, l.After = roleWords(r.Language, l.Action, l.Before), roleWords(r.Language, l.Action, l.After)
	row := auditRow{Line: l, Label: message.T(r.Language, labelOf(l.Action)), Title: l.Title, Role: roleOf(r.Language, string(role)),
		Moment: time.UnixMilli(l.At).In(s.location).Format("2006-01-02 15:04:05")}
	area, _, _ := strings.Cut(l.Action, ".")
	if strings.HasPrefix(l.Action, "submissions.export") {
		area = "forms"
	}
	if area == "cases" && row.Title == "" {
		row.Title = cases[l.Object]
	}
	if page := objectPages[area]; page != "" && id.Valid(l.Object) && r.Project.ID != "" {
		row.Link = "/p/" + string(r.Project.ID) + page + l.Object
	}
	return row
}

// caseTitles gives the titles of the project's cases. They are looked up, not kept in the audit: a
// case may be a person, who can ask to be forgotten.
func (s *Server) caseTitles(r *Request) (map[string]string, error) {
	if r.Project.ID == "" {
		return nil, nil
	}
	cases, err := s.allCaseNames(r)
	titles := map[string]string{}
	for _, c := range cases {
		titles[string(c.ID)] = c.Title
	}
	return titles, err
}

// roleOf says in which role something was done.
func roleOf(language message.Language, role string) string {
	switch known := account.Role(role); {
	case known == account.App:
		return message.T(language, "audit.app")
	case known == account.Admin, slices.Contains(account.Roles, known):
		return message.Sprint(language, known.Label())
	}
	return role
}
