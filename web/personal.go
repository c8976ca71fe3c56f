package web

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/problem"
	"tianye/survey"
)

// maxReason is the length of the reason for looking at personal data or erasing it, in characters.
const maxReason = 200

// givesReason wants the form's reason and puts it into the audit.
func (r *Request) givesReason() error {
	reason := r.Field("reason")
	if n := utf8.RuneCountInString(reason); n == 0 || n > maxReason {
		return problem.New(problem.Invalid, "personal.reasonNeeded", maxReason).With("reason", "personal.reasonNeeded", maxReason)
	}
	r.because(reason)
	return nil
}

type personalPage struct {
	Page
	SmallCell int
	All       bool // groups of any size are shown
	Until     string
	Retained  bool // the day is past
	Text      string
	Found     *personFound
	Asked     *erasure // to be confirmed
	Error     string
	pattern   *regexp.Regexp // of Text
}

// Excerpt is what stands around the first place in a text that was found.
func (p *personalPage) Excerpt(text string) string {
	const around = 40 // characters
	at := p.pattern.FindStringIndex(text)
	if at == nil {
		return ""
	}
	before, after := []rune(text[:at[0]]), []rune(text[at[1]:])
	out := text[at[0]:at[1]]
	if len(before) > around {
		out = "…" + string(before[len(before)-around:]) + out
	} else {
		out = string(before) + out
	}
	if len(after) > around {
		return out + string(after[:around]) + "…"
	}
	return out + string(after)
}

// mostFound is how many submissions, and how many cases, one search shows.
const mostFound = 200

// personFound is what a search found.
type personFound struct {
	Submissions []survey.Mention
	Cases       []casebase.Mention
	Assignments []survey.AssignmentMention
	Accounts    []string
	More        bool
}

func (s *Server) personalPage(r *Request) error {
	return s.show(r, "personal/show", s.personal(r))
}

func (s *Server) personal(r *Request) *personalPage {
	p := r.Project.Privacy
	page := &personalPage{Page: s.page(r, "personal.title"), SmallCell: max(p.Least(), 1), All: p.Least() == 0}
	if !p.RetainUntil.IsZero() {
		page.Until = p.RetainUntil.In(s.location).AddDate(0, 0, -1).Format(time.DateOnly)
		page.Retained = s.Now().After(p.RetainUntil)
	}
	return page
}

// setPrivacy changes the smallest group that is shown, and the day until which personal data is kept.
func (s *Server) setPrivacy(r *Request) error {
	privacy := account.Privacy{SmallCell: -1}
	if r.Field("all") == "" {
		n, err := strconv.Atoi(r.Field("smallCell"))
		if err != nil || n < 1 {
			n = account.MaxSmallCell + 1 // which is refused
		}
		privacy.SmallCell = n
	}
	if day := r.Field("until"); day != "" {
		t, err := time.ParseInLocation(time.DateOnly, day, s.location)
		if err != nil {
			return problem.New(problem.Invalid, "personal.dayInvalid", day).With("until", "personal.dayInvalid", day)
		}
		privacy.RetainUntil = t.AddDate(0, 0, 1) // all of that day
		if today := s.Now().In(s.location).Format(time.DateOnly); day < today && !privacy.RetainUntil.Equal(r.Project.Privacy.RetainUntil) {
			return problem.New(problem.Invalid, "personal.dayPast", day).With("until", "personal.dayPast", day)
		}
	}
	before, err := s.Accounts.SetPrivacy(r, r.Project.ID, privacy)
	if err != nil {
		return err
	}
	r.did(string(r.Project.ID), r.Project.Title)
	r.changed(s.sayPrivacy(r, before), s.sayPrivacy(r, privacy))
	return r.To("/p/"+string(r.Project.ID)+"/personal", "personal.saved")
}

func (s *Server) sayPrivacy(r *Request, p account.Privacy) string {
	until := "—"
	if !p.RetainUntil.IsZero() {
		until = p.RetainUntil.In(s.location).AddDate(0, 0, -1).Format(time.DateOnly)
	}
	return say(r, "personal.said", p.Least(), until)
}

// searchPerson looks for a person's data. The text stands in the form, never in an address or the audit.
func (s *Server) searchPerson(r *Request) error {
	page := s.personal(r)
	page.Text = r.Field("text")
	text, err := personPattern(page.Text)
	if err != nil {
		page.Error = page.Say(problem.From(err).Text)
		return s.render(r, http.StatusUnprocessableEntity, "personal/show", page)
	}
	page.pattern = text
	if page.Found, err = s.findPerson(r, text); err != nil {
		return err
	}
	r.about("", personCounts(r, len(page.Found.Submissions), len(page.Found.Cases), len(page.Found.Assignments)))
	return s.show(r, "personal/show", page)
}

const maxPersonText = 100 // characters

// personPattern finds a name or a number whatever spaces and hyphens are in it, and in either case.
func personPattern(text string) (*regexp.Regexp, error) {
	var parts []string
	for _, c := range text {
		if !unicode.IsSpace(c) && c != '-' {
			parts = append(parts, regexp.QuoteMeta(string(c)))
		}
	}
	if len(parts) < 2 || utf8.RuneCountInString(text) > maxPersonText || !utf8.ValidString(text) {
		return nil, problem.New(problem.Invalid, "personal.textInvalid", maxPersonText).With("text", "personal.textInvalid", maxPersonText)
	}
	return regexp.Compile("(?i)" + strings.Join(parts, `[\s-]*`))
}

func (s *Server) findPerson(r *Request, text *regexp.Regexp) (*personFound, error) {
	found := &personFound{}
	var moreCases bool
	var err error
	if found.Submissions, found.More, err = s.Surveys.Mentions(r, r.Project.ID, text, string(r.Language), mostFound); err != nil {
		return nil, err
	}
	if found.Cases, moreCases, err = s.Cases.Mentions(r, r.Project.ID, text, mostFound); err != nil {
		return nil, err
	}
	var moreWork bool
	if found.Assignments, moreWork, err = s.Surveys.AssignmentMentions(r, r.Project.ID, text, mostFound); err != nil {
		return nil, err
	}
	found.More = found.More || moreCases || moreWork
	people, err := s.Accounts.People(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		if text.MatchString(p.User.Name) || text.MatchString(p.User.Phone) || text.MatchString(p.User.Login) {
			found.Accounts = append(found.Accounts, say(r, "personal.account", p.User.Name, p.User.Login, p.User.Phone, say(r, p.Role.Label().Key)))
		}
	}
	apps, err := s.Accounts.AppUsers(r, r.Project.ID)
	for _, a := range apps {
		if text.MatchString(a.Name) || text.MatchString(a.Login) {
			found.Accounts = append(found.Accounts, say(r, "personal.appUser", a.Name, a.Login))
		}
	}
	return found, err
}
