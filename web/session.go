package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"tianye/internal/account"
	"tianye/internal/message"
	"tianye/internal/problem"
)

type signInForm struct {
	Page
	Login string
	Next  string
	Error string
}

func signInPath(next string) string {
	if next == "" || next == "/" {
		return "/sign-in"
	}
	return "/sign-in?next=" + url.QueryEscape(next)
}

// localPath keeps redirects on this server. Browsers read \ as /, and leave out tabs
// and line ends: "/<tab>/host" leads to the host.
func localPath(path string) string {
	ambiguous := func(c rune) bool { return c == '\\' || unicode.IsControl(c) }
	if !strings.HasPrefix(path, "/") || strings.HasPrefix(path, "//") || strings.ContainsFunc(path, ambiguous) {
		return "/"
	}
	return path
}

func (s *Server) signInPage(r *Request) error {
	if r.User.ID != "" {
		return r.To(localPath(r.Query("next")), "")
	}
	return s.show(r, "session/sign-in", signInForm{Page: s.page(r, "session.signIn"), Next: localPath(r.Query("next"))})
}

func (s *Server) signIn(r *Request) error {
	next := localPath(r.Field("next"))
	user, token, err := s.Accounts.SignIn(r, r.Field("login"), r.Request.PostFormValue("password"), r.browser())
	if p := problem.From(err); err != nil && (p.Kind == problem.Unauthenticated || p.Kind == problem.TooMany) {
		s.signInRefused(r, user)
		r.retryLater(p)
		page := signInForm{Page: s.page(r, "session.signIn"), Login: r.Field("login"), Next: next, Error: message.Sprint(r.Language, p.Text)}
		return s.render(r, statuses[p.Kind], "session/sign-in", page)
	}
	if err != nil {
		return err
	}
	if user.TOTP.InUse() {
		r.setCookie(sessionCookie, token, 0)
		r.didNothing()
		return r.To("/sign-in/code?next="+url.QueryEscape(next), "")
	}
	return s.signedIn(r, user, token, next)
}

// signedIn sends on who has proved who they are.
func (s *Server) signedIn(r *Request, user account.User, token, next string) error {
	r.User = user
	r.did(string(user.ID), user.Login)
	if r.token != "" { // rotated: the old session ends
		if err := s.Accounts.SignOut(r, r.token); err != nil {
			return err
		}
	}
	r.setCookie(sessionCookie, token, account.SessionLength)
	devices, err := s.Accounts.Remember(r, r.cookie(deviceCookie), user.Login)
	if err != nil {
		return err
	}
	r.setCookie(deviceCookie, devices, account.DeviceLength)
	if user.MustChange {
		next = "/password"
	}
	return r.To(next, "")
}

// The cookies. Over TLS their names begin with hostOnly, so that browsers take them from this host alone,
// over TLS, and no neighbouring site can plant one (RFC 6265bis, 4.1.3.2).
const (
	sessionCookie = "tianye_session"
	deviceCookie  = "tianye_device"
	hostOnly      = "__Host-"
)

func (r *Request) cookieName(name string) string {
	if isSecure(r.Request) {
		return hostOnly + name
	}
	return name
}

// cookie gives a cookie's value; "" when there is none.
func (r *Request) cookie(name string) string {
	if found, err := r.Request.Cookie(r.cookieName(name)); err == nil {
		return found.Value
	}
	return ""
}

// setCookie sets a cookie that scripts cannot read; lasting 0, until the browser is closed.
func (r *Request) setCookie(name, value string, lasting time.Duration) {
	c := &http.Cookie{Name: r.cookieName(name), Value: value, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: isSecure(r.Request), MaxAge: int(lasting.Seconds())}
	if value == "" {
		c.MaxAge = -1
	}
	http.SetCookie(r.Writer, c)
}

func (r *Request) sessionToken() string { return r.cookie(sessionCookie) }

func (s *Server) signOut(r *Request) error {
	if err := s.Accounts.SignOut(r, r.token); err != nil {
		return err
	}
	r.did(string(r.User.ID), r.User.Login)
	r.setCookie(sessionCookie, "", 0)
	return r.To("/sign-in", "session.signedOut")
}

// session tells a page that was open for long whether it still may send.
func (s *Server) session(r *Request) error {
	r.Header("Cache-Control", "no-store")
	r.JSON(http.StatusOK, map[string]string{"csrf": account.CSRFToken(r.token), "name": r.User.Name, "login": r.User.Login})
	return nil
}

type passwordForm struct {
	Page
	Must  bool
	Error string
}

func (s *Server) passwordPage(r *Request) error {
	return s.show(r, "session/password", passwordForm{Page: s.page(r, "session.changePassword"), Must: r.User.MustChange})
}

func (s *Server) changePassword(r *Request) error {
	page := passwordForm{Page: s.page(r, "session.changePassword"), Must: r.User.MustChange}
	password := r.Request.PostFormValue("password")
	if password != r.Request.PostFormValue("again") {
		page.Error = page.T("session.passwordsDiffer")
		return s.render(r, http.StatusUnprocessableEntity, "session/password", page)
	}
	err := s.Accounts.ChangePassword(r, r.User.ID, r.Request.PostFormValue("old"), password)
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.TooMany) {
		p := problem.From(err)
		page.Error = page.Say(p.Text)
		return s.render(r, statuses[p.Kind], "session/password", page)
	}
	if err != nil {
		return err
	}
	r.did(string(r.User.ID), r.User.Login)
	token, err := s.Accounts.OpenSession(r, r.User.ID, r.browser())
	if err != nil {
		return err
	}
	r.setCookie(sessionCookie, token, account.SessionLength)
	return r.To("/", "session.passwordChanged")
}

func (s *Server) setLanguage(r *Request) error {
	language := message.Parse(r.Field("language"))
	http.SetCookie(r.Writer, &http.Cookie{Name: languageCookie, Value: string(language), Path: "/", HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: isSecure(r.Request), MaxAge: 400 * 24 * 3600})
	return r.To(localPath(r.Field("next")), "")
}

// health tells a supervisor whether the store answers.
func (s *Server) health(r *Request) error {
	if err := s.Ping(r); err != nil {
		return err
	}
	r.String(http.StatusOK, "ok\n")
	return nil
}

func (s *Server) help(r *Request) error {
	return s.show(r, "help/help", helpPage{Page: s.page(r, "help.title"), Version: s.Version})
}

type helpPage struct {
	Page
	Version string
}
