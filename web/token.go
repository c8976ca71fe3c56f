package web

import (
	"strconv"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

// bearer gives the token that a program shows (RFC 6750). Where one is shown, cookies are not looked at.
func (r *Request) bearer() (secret string, shown bool) {
	scheme, secret, _ := strings.Cut(r.GetHeader("Authorization"), " ")
	return strings.TrimSpace(secret), strings.EqualFold(scheme, "Bearer")
}

// admitToken finds out what a program may. A token is of one project, and another's is not found by it. No
// other site can make a browser send it, so that it needs no token of a session besides.
func (s *Server) admitToken(r *Request, route Route, secret string) error {
	r.forProgram = true
	if !strings.HasPrefix(route.Path, "/p/:project") {
		return problem.New(problem.Forbidden, "token.notHere")
	}
	t, err := s.Accounts.TokenOf(r, secret)
	if problem.Is(err, problem.Unauthenticated) {
		r.Header("WWW-Authenticate", `Bearer realm="`+account.Realm+`", error="invalid_token"`)
		if held := s.slow(r, &s.limits.wrong); held != nil {
			return held
		}
	}
	if err != nil {
		return err
	}
	if string(t.ProjectID) != r.Param("project") {
		return problem.New(problem.NotFound, "web.noProject")
	}
	r.User = account.User{ID: t.ID, Name: t.Name}
	if err := s.openProject(r, account.Member{ProjectID: t.ProjectID, UserID: t.ID, Role: t.Role, Limit: t.Limit}); err != nil {
		return err
	}
	if !account.Can(r.Role, route.Verb) {
		return problem.New(problem.Forbidden, "web.forbidden")
	}
	streamed := route.Path == "/p/:project/submissions" && r.ContentType() == "multipart/form-data"
	if !changing(r.Request.Method) || streamed {
		return nil
	}
	return r.readForm()
}

type tokensPage struct {
	Page
	Tokens     []account.Token
	Names      map[id.UserID]string
	TokenRoles []account.Role
	Most       int
	Offered    account.Token // as it was last sent
	Values     string
	Days       string
	Made       account.Token // whose secret is shown, once
	Secret     string
	Error      string
}

func (s *Server) tokensPage(r *Request) (*tokensPage, error) {
	page := &tokensPage{Page: s.page(r, "token.title"), TokenRoles: account.TokenRoles, Most: account.MostTokenDays,
		Offered: account.Token{Role: account.Viewer}, Days: strconv.Itoa(account.TokenDays)}
	page.Section = "members"
	var err error
	if page.Tokens, err = s.Accounts.Tokens(r, r.Project.ID); err != nil {
		return nil, err
	}
	page.Names, err = s.Accounts.Names(r, r.Project.ID)
	return page, err
}

// State is how a token stands now.
func (p *tokensPage) State(t account.Token) account.TokenState { return t.State(p.now) }

// Join lists values.
func (p *tokensPage) Join(values []string) string { return strings.Join(values, "、") }

func (s *Server) tokens(r *Request) error {
	page, err := s.tokensPage(r)
	if err != nil {
		return err
	}
	return s.show(r, "token/list", page)
}

func (s *Server) createToken(r *Request) error {
	offered := account.Token{Name: r.Field("name"), Role: account.Role(r.Field("role"))}
	offered.Limit = limitOf(r.Field("attribute"), r.Field("values"))
	days, err := strconv.Atoi(r.Field("days"))
	if err != nil {
		days = 0
	}
	made, secret, refused := s.Accounts.CreateToken(r, r.Project.ID, r.User.ID, offered, days)
	p := problem.From(refused)
	if refused != nil && p.Kind != problem.Invalid {
		return refused
	}
	page, err := s.tokensPage(r)
	if err != nil {
		return err
	}
	if refused != nil {
		page.Offered, page.Values, page.Days, page.Error = offered, r.Field("values"), r.Field("days"), page.Say(p.Text)
		return s.render(r, statuses[p.Kind], "token/list", page)
	}
	r.did(string(made.ID), made.Name)
	r.changed("", page.T("audit.tokenMade", page.standing(made.Role, made.Limit), page.Date(made.Expires)))
	page.Made, page.Secret = made, secret
	return s.show(r, "token/list", page)
}

// limitOf reads a limit as it is typed: an attribute, and values with commas between.
func limitOf(attribute, values string) account.Limit {
	if attribute == "" {
		return account.Limit{}
	}
	l := account.Limit{Attribute: attribute}
	for _, value := range strings.FieldsFunc(values, func(c rune) bool { return c == ',' || c == '，' || c == '、' || c == '\n' }) {
		if value = strings.TrimSpace(value); value != "" {
			l.Values = append(l.Values, value)
		}
	}
	return l
}

func (s *Server) revokeToken(r *Request) error {
	t, err := s.Accounts.RevokeToken(r, r.Project.ID, id.UserID(r.Param("token")))
	if err != nil {
		return err
	}
	r.did(string(t.ID), t.Name)
	return r.To("/p/"+string(r.Project.ID)+"/tokens", "token.revoked")
}
