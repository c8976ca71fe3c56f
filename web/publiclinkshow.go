package web

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"rsc.io/qr"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

type linkPage struct {
	Page
	Form    survey.Form
	Link    survey.PublicLink
	State   survey.LinkState
	Counts  survey.LinkCounts
	Quotas  []quotaLine
	Fields  linkFields
	Names   map[id.UserID]string
	Codes   int // made
	Used    int // of them
	Address string
	QR      qrSquare
	IsLocal bool // the address leads to the reader's own machine only
	Error   *problem.Problem
}

type quotaLine struct {
	survey.QuotaCount
	Name string
}

func (s *Server) showLink(r *Request) error {
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	f, err := s.Surveys.Form(r, r.Project.ID, l.FormID)
	if err != nil {
		return err
	}
	page, err := s.linkPage(r, l, f)
	if err != nil {
		return err
	}
	return s.show(r, "publiclink/show", page)
}

func (s *Server) linkPage(r *Request, l survey.PublicLink, f survey.Form) (*linkPage, error) {
	page := &linkPage{Page: s.page(r, "publiclink.title"), Form: f, Link: l, State: l.State(s.Now()), Address: s.linkAddress(r, &l),
		IsLocal: s.BaseURL == "" && isLocal(r.Request.Host)}
	page.Title, page.Section = l.Settings.Title, "forms"
	var err error
	if page.QR, err = squareOf(page.Address); err != nil {
		return nil, err
	}
	if page.Counts, err = s.Surveys.CountLink(r, &l, s.today()); err != nil {
		return nil, err
	}
	if page.Names, err = s.Accounts.Names(r, r.Project.ID); err != nil {
		return nil, err
	}
	for _, b := range l.Batches {
		page.Codes += b.Count
	}
	if page.Codes > 0 {
		if page.Used, err = s.Surveys.CodesUsed(r, &l); err != nil {
			return nil, err
		}
	}
	d, err := s.Surveys.Definition(r, r.Project.ID, f.ID, f.Current().Number)
	if err != nil {
		return nil, err
	}
	language := survey.LanguageFor(d, string(r.Language))
	set := l.Settings
	page.Fields = linkFields{Title: set.Title, Opens: s.minuteField(set.Opens), Closes: s.minuteField(set.Closes), Greeting: set.Greeting, Thanks: set.Thanks,
		Consent: set.Consent, Once: string(set.Once), Suggestion: string(set.Suggestion)}
	for _, q := range page.Counts.Quotas {
		name := q.Say(d, language)
		page.Quotas = append(page.Quotas, quotaLine{q, name})
		page.Fields.Quotas += fmt.Sprintf("%s: %d\n", name, q.Limit)
	}
	page.Fields.Questions, err = s.linkQuestions(r, f)
	return page, err
}

// minuteField is a moment as a field of a form holds it.
func (s *Server) minuteField(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(s.location).Format("2006-01-02T15:04")
}

// linkAddress is what residents open.
func (s *Server) linkAddress(r *Request, l *survey.PublicLink) string {
	return s.base(r) + "/l/" + string(l.ID)
}

// linkPNG is the link's QR code to be put into other documents: 20 points a module.
func (s *Server) linkPNG(r *Request) error {
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	code, err := qr.Encode(s.linkAddress(r, &l), qr.M)
	if err != nil {
		return err
	}
	code.Scale = 20
	r.Header("Cache-Control", "no-store")
	r.Header("Content-Disposition", attachmentNamed(l.Settings.Title+".png"))
	r.Data(http.StatusOK, "image/png", code.PNG())
	return nil
}

func (s *Server) linkSVG(r *Request) error {
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	square, err := squareOf(s.linkAddress(r, &l))
	if err != nil {
		return err
	}
	r.Header("Cache-Control", "no-store")
	r.Header("Content-Disposition", attachmentNamed(l.Settings.Title+".svg"))
	svg := fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %[1]d %[1]d" width="%[2]d" height="%[2]d" shape-rendering="crispEdges">`+
		`<path fill="#fff" d="M0 0h%[1]dv%[1]dH0z"/><path d="%[3]s"/></svg>`, square.Size, 10*square.Size, square.Path)
	r.Data(http.StatusOK, "image/svg+xml", []byte(svg))
	return nil
}

type posterPage struct {
	Page
	Link    survey.PublicLink
	Line    string // the first of the greeting, without marks
	Address string // without its scheme, to be typed
	IsLocal bool   // the address leads to the reader's own machine only
	QR      qrSquare
}

// linkPoster is a sheet of A4 to be printed and put up.
func (s *Server) linkPoster(r *Request) error {
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	page := posterPage{Page: s.page(r, "publiclink.poster"), Link: l, Address: s.linkAddress(r, &l), IsLocal: s.BaseURL == "" && isLocal(r.Request.Host)}
	page.Section = "forms"
	if page.QR, err = squareOf(page.Address); err != nil {
		return err
	}
	page.Line = firstLine(l.Settings.Greeting)
	page.Address = strings.TrimPrefix(strings.TrimPrefix(page.Address, "https://"), "http://")
	return s.show(r, "publiclink/poster", page)
}

// firstLine is the first line of a text in Markdown that is no heading, without marks.
func firstLine(markdown string) string {
	for line := range strings.Lines(markdown) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "#") {
			return strings.Trim(strings.NewReplacer("**", "", "__", "", "`", "").Replace(line), "*_>- ")
		}
	}
	return ""
}

// markdown makes safe HTML of a text of a link; it has no files.
func markdown(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	return casebase.RenderMarkdown(text, "")
}

// badge is a state with how it looks.
type badge struct{ Text, Look string }

// linkBadge says the state of a link.
func (p Page) linkBadge(state survey.LinkState) badge {
	switch state {
	case survey.LinkOpen:
		return badge{p.T("publiclink.stateOpen"), "good"}
	case survey.LinkEarly:
		return badge{p.T("publiclink.stateEarly"), "wait"}
	case survey.LinkOver:
		return badge{p.T("publiclink.stateOver"), ""}
	}
	return badge{p.T("publiclink.stateClosed"), ""}
}

// Badge says the state of the link.
func (p *linkPage) Badge(state survey.LinkState) badge { return p.linkBadge(state) }

// Badge says the state of a link.
func (p *linksPage) Badge(state survey.LinkState) badge { return p.linkBadge(state) }
