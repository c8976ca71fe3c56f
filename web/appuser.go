package web

import (
	"bytes"
	"compress/zlib"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"unicode"

	"rsc.io/qr"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

type appUsersPage struct {
	Page
	Apps  []account.AppUser
	Names map[id.UserID]string
	Name  string // as it was last sent
	Error string
}

func (s *Server) appUsersPage(r *Request) (appUsersPage, error) {
	page := appUsersPage{Page: s.page(r, "appuser.title")}
	page.Section = "members"
	var err error
	if page.Apps, err = s.Accounts.AppUsers(r, r.Project.ID); err != nil {
		return page, err
	}
	page.Names, err = s.Accounts.Names(r, r.Project.ID)
	return page, err
}

func (s *Server) appUsers(r *Request) error {
	page, err := s.appUsersPage(r)
	if err != nil {
		return err
	}
	return s.show(r, "appuser/list", page)
}

func appUserPath(u account.AppUser) string {
	return "/p/" + string(u.ProjectID) + "/app-users/" + string(u.ID)
}

func (s *Server) createAppUser(r *Request) error {
	u, err := s.Accounts.CreateAppUser(r, r.Project.ID, r.User.ID, r.Field("name"))
	if err == nil {
		r.did(string(u.ID), u.Name)
		return r.To(appUserPath(u), "appuser.created")
	}
	p := problem.From(err)
	if p.Kind != problem.Invalid {
		return err
	}
	page, err := s.appUsersPage(r)
	if err != nil {
		return err
	}
	page.Error, page.Name = page.Say(p.Text), r.Field("name")
	return s.render(r, statuses[p.Kind], "appuser/list", page)
}

func (s *Server) revokeAppUser(r *Request) error {
	u, err := s.appUserAt(r)
	if err != nil {
		return err
	}
	if err := s.Accounts.RevokeAppUser(r, r.Project.ID, u.ID); err != nil {
		return err
	}
	r.did(string(u.ID), u.Name)
	return r.To("/p/"+string(r.Project.ID)+"/app-users", "appuser.revoked")
}

// appUserAt is the app user of the path.
func (s *Server) appUserAt(r *Request) (account.AppUser, error) {
	missing := problem.New(problem.NotFound, "appuser.none")
	if !id.Valid(r.Param("app")) {
		return account.AppUser{}, missing
	}
	u, err := s.Accounts.AppUser(r, r.Project.ID, id.UserID(r.Param("app")))
	if problem.Is(err, problem.NotFound) {
		err = missing
	}
	return u, err
}

type appUserPage struct {
	Page
	App         account.AppUser
	KeyAddress  string // with the key in it: no login needed
	LoginBase   string // for login and password
	QR          string
	IsLocal     bool // the address leads to the reader's own machine only
	IsPlainHTTP bool
}

func (s *Server) showAppUser(r *Request) error {
	u, err := s.appUserAt(r)
	if err != nil {
		return err
	}
	page := appUserPage{Page: s.page(r, "appuser.title"), App: u, KeyAddress: s.keyAddress(r, u),
		LoginBase: s.base(r) + "/p/" + string(u.ProjectID) + "/openrosa", QR: appUserPath(u) + "/qr.png",
		IsLocal: s.BaseURL == "" && isLocal(r.Request.Host), IsPlainHTTP: strings.HasPrefix(s.base(r), "http:")}
	page.Title, page.Section = u.Name, "members"
	return s.show(r, "appuser/show", page)
}

func isLocal(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

func (s *Server) keyAddress(r *Request, u account.AppUser) string {
	return s.base(r) + "/key/" + u.Key
}

// appUserQR draws the settings that ODK Collect and KoboCollect read with their camera.
func (s *Server) appUserQR(r *Request) error {
	u, err := s.appUserAt(r)
	if err != nil {
		return err
	}
	if !u.InUse() {
		return problem.New(problem.NotFound, "appuser.none")
	}
	settings, err := collectSettings(s.keyAddress(r, u), r.Project.Title)
	if err != nil {
		return err
	}
	code, err := qr.Encode(settings, qr.L)
	if err != nil {
		return err
	}
	r.Header("Cache-Control", "no-store")
	r.Data(http.StatusOK, "image/png", code.PNG())
	return nil
}

// collectSettings are Collect's, as its QR codes hold them: JSON, zlib, base64
// (docs.getodk.org/collect-import-export).
func collectSettings(serverURL, project string) (string, error) {
	type m map[string]any
	icon := "田"
	for _, c := range project {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			icon = string(c)
			break
		}
	}
	raw, err := json.Marshal(m{
		"general": m{"protocol": "odk_default", "server_url": serverURL, "form_update_mode": "match_exactly", "autosend": "wifi_and_cellular"},
		"project": m{"name": project, "icon": icon, "color": "#2f6f4f"},
		"admin":   m{},
	})
	if err != nil {
		return "", err
	}
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	if _, err := z.Write(raw); err != nil {
		return "", err
	}
	if err := z.Close(); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(b.Bytes()), nil
}
