package web

import (
	"encoding/base64"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"rsc.io/qr"

	"tianye/internal/account"
	"tianye/internal/message"
	"tianye/internal/problem"
)

type codeForm struct {
	Page
	Next  string
	Error string
}

// signInCodePage is the second step of signing in.
func (s *Server) signInCodePage(r *Request) error {
	next := localPath(r.Query("next"))
	if r.User.ID != "" {
		return r.To(next, "")
	}
	return s.show(r, "session/code", codeForm{Page: s.page(r, "secondfactor.signInTitle"), Next: next})
}

// signInCode takes the code of the second factor; the cookie holds the token of a half-open session.
func (s *Server) signInCode(r *Request) error {
	next := localPath(r.Field("next"))
	half := r.sessionToken()
	user, token, err := s.Accounts.SignInCode(r, half, r.Field("code"), r.browser())
	switch p := problem.From(err); {
	case err == nil:
		return s.signedIn(r, user, token, next)
	case p.Text.Key == "account.sessionEnded":
		page := signInForm{Page: s.page(r, "session.signIn"), Next: next, Error: message.T(r.Language, "secondfactor.signInLate")}
		return s.render(r, http.StatusUnauthorized, "session/sign-in", page)
	case p.Kind == problem.Unauthenticated || p.Kind == problem.TooMany:
		s.signInRefused(r, user)
		r.retryLater(p)
		page := codeForm{Page: s.page(r, "secondfactor.signInTitle"), Next: next, Error: message.Sprint(r.Language, p.Text)}
		return s.render(r, statuses[p.Kind], "session/code", page)
	}
	return err
}

const keyNeedFactor = "secondfactor.mustHave"

// needsFactor refuses who must have a second factor and has none.
func (s *Server) needsFactor(r *Request, route Route) error {
	if r.User.TOTP.InUse() || slices.Contains([]string{"/second-factor", "/password", "/sign-out", "/session"}, route.Path) {
		return nil
	}
	if r.Role == account.Admin && s.AdminsNeedFactor || slices.Contains(r.Project.NeedFactor, r.Role) {
		return problem.New(problem.Forbidden, keyNeedFactor)
	}
	return nil
}

// factorPath is where who lacks a second factor is sent, and comes back from.
func factorPath(next string) string { return "/second-factor?next=" + url.QueryEscape(next) }

type factorPage struct {
	Page
	Secret   string // in groups of four, to be typed
	QR       template.URL
	Address  template.URL // otpauth:, which opens the app on the phone itself
	Recovery []string     // shown once
	Next     string       // the page that asked for a second factor
	Error    string
}

func (s *Server) factorPage(r *Request, next string) (*factorPage, error) {
	page := &factorPage{Page: s.page(r, "secondfactor.title")}
	if next != "" {
		page.Next = localPath(next)
	}
	if r.User.TOTP.InUse() {
		return page, nil
	}
	issuer := r.Request.Host
	if u, err := url.Parse(s.BaseURL); err == nil && u.Host != "" {
		issuer = u.Host
	}
	secret, address, err := s.Accounts.BeginSecondFactor(r, r.User.ID, message.T(r.Language, "app.name")+" "+strings.ReplaceAll(issuer, ":", " "))
	if err != nil {
		return nil, err
	}
	code, err := qr.Encode(address, qr.M)
	if err != nil {
		return nil, err
	}
	page.Address = template.URL(address)
	page.QR = template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG()))
	for group := range slices.Chunk([]byte(secret), 4) {
		page.Secret += string(group) + " "
	}
	return page, nil
}

// Key is the secret as it is copied.
func (p *factorPage) Key() string { return strings.ReplaceAll(p.Secret, " ", "") }

func (s *Server) secondFactorPage(r *Request) error {
	page, err := s.factorPage(r, r.Query("next"))
	if err != nil {
		return err
	}
	return s.show(r, "session/second-factor", page)
}

// refusedFactor shows the page again with what was wrong.
func (s *Server) refusedFactor(r *Request, err error) error {
	p := problem.From(err)
	if p.Kind != problem.Invalid && p.Kind != problem.TooMany {
		return err
	}
	page, err := s.factorPage(r, r.Field("next"))
	if err != nil {
		return err
	}
	page.Error = page.Say(p.Text)
	return s.render(r, statuses[p.Kind], "session/second-factor", page)
}

func (s *Server) confirmSecondFactor(r *Request) error {
	recovery, err := s.Accounts.ConfirmSecondFactor(r, r.User.ID, r.Request.PostFormValue("password"), r.Field("code"))
	if err != nil {
		return s.refusedFactor(r, err)
	}
	r.did(string(r.User.ID), r.User.Login)
	token, err := s.Accounts.OpenSession(r, r.User.ID, r.browser()) // all others have ended
	if err != nil {
		return err
	}
	r.setCookie(sessionCookie, token, account.SessionLength)
	r.token = token
	page := &factorPage{Page: s.page(r, "secondfactor.title"), Recovery: recovery, Next: localPath(r.Field("next"))}
	return s.show(r, "session/second-factor", page)
}

func (s *Server) removeSecondFactor(r *Request) error {
	if err := s.Accounts.RemoveSecondFactor(r, r.User.ID, r.Request.PostFormValue("proof"), r.browser()); err != nil {
		return s.refusedFactor(r, err)
	}
	r.did(string(r.User.ID), r.User.Login)
	return r.To("/second-factor", "secondfactor.removed")
}

// resetSecondFactor is the administrator's, for who lost their phone.
func (s *Server) resetSecondFactor(r *Request) error {
	users, err := s.Accounts.Users(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(users, func(u account.User) bool { return string(u.ID) == r.Param("user") })
	if i < 0 {
		return problem.New(problem.NotFound, "web.noPage")
	}
	if err := s.Accounts.ResetSecondFactor(r, users[i].ID); err != nil {
		return err
	}
	r.did(string(users[i].ID), users[i].Login)
	return r.To("/users", "secondfactor.reset")
}

func (s *Server) requireSecondFactor(r *Request) error {
	var roles []account.Role
	for _, role := range r.Request.PostForm["role"] {
		roles = append(roles, account.Role(role))
	}
	before := r.Project.NeedFactor
	p, err := s.Accounts.RequireSecondFactor(r, r.Project.ID, roles)
	if err != nil {
		return err
	}
	r.did(string(p.ID), p.Title)
	r.changed(roleNames(before), roleNames(p.NeedFactor))
	return r.toSettings("secondfactor.rolesSet")
}

func roleNames(roles []account.Role) string {
	names := make([]string, len(roles))
	for i, role := range roles {
		names[i] = string(role)
	}
	return strings.Join(names, ", ")
}

// NeedsFactor tells whether a role must have a second factor in the project.
func (p Page) NeedsFactor(role account.Role) bool { return slices.Contains(p.Project.NeedFactor, role) }

// Roles are those that members can have.
func (p Page) Roles() []account.Role { return account.Roles }
