package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// The limits of what comes by a public link, from anybody: less than of members.
const (
	linkFile  = 10 << 20 // bytes of an attachment
	linkFiles = 10
	linkAll   = 20 << 20 // bytes of them together
	linkLimit = linkAll + 1<<20
)

// fillLink is what the fill page says and asks besides the form when it was opened by a public link.
type fillLink struct {
	Greeting   string          `json:"greeting"` // HTML
	Thanks     string          `json:"thanks"`   // HTML
	Consent    string          `json:"consent"`  // HTML; "": nobody is asked
	Once       survey.LinkOnce `json:"once"`
	Used       string          `json:"used,omitempty"`     // the receipt of what this device has sent already, where each may once
	CodeURL    string          `json:"codeUrl"`            // tells whether a code can be used
	BoardURL   string          `json:"boardUrl,omitempty"` // of a suggestion box
	Suggestion bool            `json:"suggestion"`
}

// enterLink finds the link of the path and enters its project, as nobody.
func (s *Server) enterLink(r *Request) (survey.PublicLink, error) {
	l, err := s.Surveys.LinkAt(r, id.LinkID(r.Param("link")))
	if err == nil {
		r.Project, err = s.Accounts.Project(r, l.ProjectID)
		if problem.Is(err, problem.NotFound) {
			err = problem.New(problem.NotFound, "publiclink.none")
		}
	}
	r.User, r.token, r.link = account.User{}, "", &l // who is signed in answers as a resident too
	return l, err
}

// openLink is the page that residents open.
func (s *Server) openLink(r *Request) error {
	l, err := s.enterLink(r)
	if err != nil {
		return err
	}
	f, version, err := s.Surveys.PublicVersion(r, l.ProjectID, l.FormID)
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.NotFound) {
		return problem.New(problem.NotFound, "publiclink.unavailable").Because(err)
	}
	if err != nil {
		return err
	}
	d, err := s.Surveys.Definition(r, l.ProjectID, f.ID, version.Number)
	if err != nil {
		return err
	}
	link, err := s.fillLink(r, &l)
	if err != nil {
		return err
	}
	here := "/l/" + string(l.ID)
	media := []string{}
	for _, a := range version.Media {
		media = append(media, a.Name)
	}
	page := fillPage{Page: s.page(r, "form.fill"), Data: fillData{
		Project: titled{"", l.Settings.Title}, Form: fillForm{f.ID, d.Title, version.Number, d}, User: fillUser{ID: id.UserID("link-" + l.ID)},
		Media: media, MediaURL: here + "/versions/" + strconv.Itoa(version.Number) + "/media/",
		Limits: fillLimits{linkFile, linkAll, linkFiles}, Cases: []caseName{},
		PostURL: here + "/submissions", HomeURL: here, ListURL: here, Language: string(r.Language), Demo: r.Project.Demo,
		Closed: s.linkClosed(r, &l, f, version), Link: link,
	}}
	page.Title = l.Settings.Title
	return s.show(r, "fill/fill", page)
}

func (s *Server) fillLink(r *Request, l *survey.PublicLink) (*fillLink, error) {
	here := "/l/" + string(l.ID)
	link := &fillLink{Once: l.Settings.Once, CodeURL: here + "/code", Suggestion: l.Settings.Suggestion != ""}
	if link.Suggestion {
		link.BoardURL = here + "/board"
	}
	for _, text := range []struct {
		from string
		to   *string
	}{{l.Settings.Greeting, &link.Greeting}, {l.Settings.Thanks, &link.Thanks}, {l.Settings.Consent, &link.Consent}} {
		html, err := markdown(text.from)
		if err != nil {
			return nil, err
		}
		*text.to = html
	}
	device, _ := s.linkDevice(r, l)
	if device == "" {
		s.nameDevice(r, l)
	}
	var err error
	link.Used, err = s.Surveys.DeviceUsed(r, l, device)
	return link, err
}

// linkClosed says why nothing new is begun by a link; "" when it is.
func (s *Server) linkClosed(r *Request, l *survey.PublicLink, f survey.Form, version *survey.Version) string {
	now := s.Now()
	minute := func(t time.Time) string { return t.In(s.location).Format("2006-01-02 15:04") }
	if closed := r.closed(); !closed.IsZero() {
		return say(r, "publiclink.closedSince", minute(closed))
	}
	if f.Deleted != nil {
		return say(r, "publiclink.closedSince", minute(f.Deleted.At))
	}
	switch l.State(now) {
	case survey.LinkEarly:
		return say(r, "publiclink.early", minute(l.Settings.Opens))
	case survey.LinkOver, survey.LinkClosed:
		return say(r, "publiclink.closedSince", minute(l.Ended(now)))
	}
	if version.Number != f.Current().Number {
		return say(r, "publiclink.listsNow")
	}
	return ""
}

// linkMedia gives a media file of the form.
func (s *Server) linkMedia(r *Request) error {
	l, err := s.enterLink(r)
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(r.Param("version"))
	if err != nil || number < 1 { // a draft is nobody's
		return problem.New(problem.NotFound, "web.noPage")
	}
	f, err := s.Surveys.Taking(r, l.ProjectID, l.FormID)
	if err != nil {
		return err
	}
	name := r.Param("name")
	if number > len(f.Versions) || !slices.ContainsFunc(f.Versions[number-1].Media, func(a survey.Attachment) bool { return a.Name == name }) {
		return problem.New(problem.NotFound, "web.noPage") // nor is a list that follows the project
	}
	return s.serveMedia(r, l.FormID, number, name)
}

// residentCookie names the device to its link alone: signed, so that nobody makes one up.
const residentCookie = "tianye_resident"

func (s *Server) nameDevice(r *Request, l *survey.PublicLink) {
	http.SetCookie(r.Writer, &http.Cookie{Name: residentCookie, Value: l.NameDevice(s.Now()), Path: "/l/" + string(l.ID), HttpOnly: true,
		SameSite: http.SameSiteLaxMode, Secure: isSecure(r.Request), MaxAge: int((400 * 24 * time.Hour).Seconds())})
}

// linkDevice is by which name the link knows the device, and since when; "" when it does not.
func (s *Server) linkDevice(r *Request, l *survey.PublicLink) (device string, seen time.Time) {
	cookie, err := r.Request.Cookie(residentCookie)
	if err != nil {
		return "", time.Time{}
	}
	return l.KnownDevice(cookie.Value)
}

// checkCode tells whether a one-time code can be used, before the form is begun.
func (s *Server) checkCode(r *Request) error {
	l, err := s.enterLink(r)
	if err != nil {
		return err
	}
	if err := s.guessing(r, func() error { return s.Surveys.CheckCode(r, &l, r.Field("code"), "") }); err != nil {
		return err
	}
	r.JSON(http.StatusOK, map[string]bool{"ok": true})
	return nil
}

// guessing lets who says many codes or numbers that are none try no more for a while.
func (s *Server) guessing(r *Request, try func() error) error {
	network := r.linkNetwork()
	if err := r.tooSoon(s.limits.codes.look(network, s.Now())); err != nil {
		return err
	}
	err := try()
	if err != nil && slices.Contains([]string{survey.KeyCodeWrong, survey.KeyNoTracking}, problem.From(err).Text.Key) {
		s.limits.codes.take(network, s.Now())
	}
	return err
}

// submitByLink receives what a resident sends.
func (s *Server) submitByLink(r *Request) error {
	l, err := s.enterLink(r)
	if err != nil {
		return err
	}
	if r.Project.Phase == account.Archived {
		r.barred = true // nothing is said against the answers: they wait for the project to be opened again
		return problem.New(problem.Forbidden, "bin.archived")
	}
	device, seen := s.linkDevice(r, &l)
	if device != "" {
		if err := r.tooSoon(s.limits.devices.take(device, s.Now())); err != nil {
			return err
		}
	}
	entry := survey.LinkEntry{Seen: seen, Closed: r.closed()}
	complete := func(in *survey.Incoming) survey.LinkEntry {
		entry.Code, entry.Agreed, entry.Devices = in.Code, in.Agreed, nil
		for _, name := range []string{device, strings.TrimSpace(in.DeviceID)} {
			if name != "" {
				entry.Devices = append(entry.Devices, name)
			}
		}
		return entry
	}
	var got survey.LinkReceipt
	var digest string
	receive := func() error {
		in, sum, err := s.readSubmission(r, intake{linkFile, linkFiles, func(in *survey.Incoming) error {
			in.FormID = l.FormID
			return s.Surveys.CheckByLink(r, &l, *in, complete(in))
		}})
		if err != nil {
			return err
		}
		digest = sum
		got, err = s.Surveys.SubmitByLink(r, &l, *in, complete(in))
		return err
	}
	if l.Settings.Once == survey.OncePerCode {
		err = s.guessing(r, receive)
	} else {
		err = receive()
	}
	if err != nil {
		return err
	}
	r.received(got.Submission)
	r.JSON(http.StatusCreated, accepted{Receipt: got.Receipt(), Received: got.Received, Digest: digest, Flagged: got.Late, Tracking: got.Tracking})
	return nil
}
