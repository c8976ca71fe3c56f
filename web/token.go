package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
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
	limitChoice
	Tokens     []account.Token
	Names      map[id.UserID]string
	TokenRoles []account.Role
	Most       int
	Offered    account.Token // as it was last sent
	Days       string
	Exported   string        // the title of the form that the example exports; "" when none is published
	Address    string        // of that export
	Made       account.Token // whose secret is shown, once
	Secret     string
	Error      string
}

// tokensPage makes the page, with a limit that is being chosen.
func (s *Server) tokensPage(r *Request, limit account.Limit) (*tokensPage, error) {
	page := &tokensPage{Page: s.page(r, "token.title"), TokenRoles: account.TokenRoles, Most: account.MostTokenDays,
		Offered: account.Token{Role: account.Viewer}, Days: strconv.Itoa(account.TokenDays)}
	page.Section = "members"
	var err error
	if page.Tokens, err = s.Accounts.Tokens(r, r.Project.ID); err != nil {
		return nil, err
	}
	if page.Names, err = s.Accounts.Names(r, r.Project.ID); err != nil {
		return nil, err
	}
	summaries, err := s.Cases.Attributes(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	if unknownLimit(summaries, limit) != nil {
		limit = account.Limit{}
	}
	page.limitChoice = choiceOf(summaries, limit.Attribute, limit.Values)
	forms, err := s.Surveys.Forms(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	if at := slices.IndexFunc(forms, func(f survey.Form) bool { return f.Current() != nil }); at >= 0 {
		page.Exported = forms[at].Title
		page.Address = s.base(r) + page.Base() + "/submissions/export?form=" + url.QueryEscape(string(forms[at].ID)) + "&format=csv"
	}
	return page, nil
}

// Curl is a command that fetches the example's export; it reads the same to shells of Unix and of Windows. It is "" when
// there is nothing to export, or the token that was just made may not.
func (p *tokensPage) Curl() string {
	if p.Address == "" || p.Secret != "" && !account.Can(p.Made.Role, account.ExportSubmission) {
		return ""
	}
	return `curl -f -o export.csv -H "Authorization: Bearer ` + cmp.Or(p.Secret, account.TokenPrefix+"…") + `" "` + p.Address + `"`
}

// unknownLimit complains of an attribute that limits nothing, and of a value that no case has: a program would see
// nothing, and not know why.
func unknownLimit(summaries []casebase.AttributeSummary, limit account.Limit) error {
	if limit.Attribute == "" {
		return nil // values without one are refused with their limit
	}
	if !slices.Contains(limiting(summaries), limit.Attribute) {
		return problem.New(problem.Invalid, "token.limitUnknown", limit.Attribute)
	}
	for _, value := range limit.Values {
		if !slices.Contains(knownValues(summaries, limit.Attribute), value) {
			return problem.New(problem.Invalid, "token.limitNoCase", limit.Attribute, value)
		}
	}
	return nil
}

// State is how a token stands now.
func (p *tokensPage) State(t account.Token) account.TokenState { return t.State(p.now) }

// Join lists values.
func (p *tokensPage) Join(values []string) string { return strings.Join(values, "、") }

func (s *Server) tokens(r *Request) error {
	page, err := s.tokensPage(r, account.Limit{Attribute: r.Query("attribute")})
	if err != nil {
		return err
	}
	return s.show(r, "token/list", page)
}

func (s *Server) createToken(r *Request) error {
	offered := account.Token{Name: r.Field("name"), Role: account.Role(r.Field("role"))}
	offered.Limit = account.Limit{Attribute: r.Field("attribute"), Values: r.Request.PostForm["value"]}
	days, err := strconv.Atoi(r.Field("days"))
	if err != nil {
		days = 0
	}
	summaries, err := s.Cases.Attributes(r, r.Project.ID)
	if err != nil {
		return err
	}
	var made account.Token
	var secret string
	refused := unknownLimit(summaries, offered.Limit)
	if refused == nil {
		made, secret, refused = s.Accounts.CreateToken(r, r.Project.ID, r.User.ID, offered, days)
	}
	p := problem.From(refused)
	if refused == nil {
		r.did(string(made.ID), made.Name)
	}
	if refused != nil && p.Kind != problem.Invalid {
		return refused
	}
	var again account.Limit // what was being chosen, when it was refused
	if refused != nil {
		again = offered.Limit
	}
	page, err := s.tokensPage(r, again)
	if err != nil {
		return err
	}
	if refused != nil {
		page.Offered, page.Days, page.Error = offered, r.Field("days"), page.Say(p.Text)
		return s.render(r, statuses[p.Kind], "token/list", page)
	}
	r.changed("", page.T("audit.tokenMade", page.standing(made.Role, made.Limit), page.Date(made.Expires)))
	page.Made, page.Secret = made, secret
	return s.show(r, "token/list", page)
}

func (s *Server) revokeToken(r *Request) error {
	t, err := s.Accounts.RevokeToken(r, r.Project.ID, id.UserID(r.Param("token")))
	if err != nil {
		return err
	}
	r.did(string(t.ID), t.Name)
	return r.To("/p/"+string(r.Project.ID)+"/tokens", "token.revoked")
}
