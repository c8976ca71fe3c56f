package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

type checkPage struct {
	Page
	Forms  []survey.Form
	People []account.Person
	Rule   checkRule
	Plan   *assignmentPlan
	Drawn  int
	Error  string
}

// checkRule is the page's form as it was sent.
type checkRule struct {
	Form, With, Count, Share, Least, Seed, Due, Note string
	Receipts                                         string // by hand
	People                                           []string
}

// Has tells whether somebody is ticked.
func (q checkRule) Has(user id.UserID) bool { return slices.Contains(q.People, string(user)) }

// Blind are those who cannot see what others sent; Seeing are the rest.
func (p *checkPage) Blind() []account.Person  { return p.whoSees(false) }
func (p *checkPage) Seeing() []account.Person { return p.whoSees(true) }

func (p *checkPage) whoSees(sees bool) (some []account.Person) {
	for _, one := range p.People {
		if account.Can(one.Role, account.ReadSubmission) == sees {
			some = append(some, one)
		}
	}
	return some
}

// PlanOf is the plan with what it needs to be shown.
func (p *checkPage) PlanOf() planPart { return planPart{p.Page, p.Plan} }

func (s *Server) emptyCheckPage(r *Request, titles *fieldTitles) (*checkPage, error) {
	q := checkRule{Form: cmp.Or(r.Field("form"), r.Query("form")), With: r.Field("with"), Count: r.Field("count"), Share: r.Field("share"), Least: r.Field("least"),
		Seed: r.Field("seed"), Due: r.Field("due"), Note: r.Field("note"), Receipts: cmp.Or(r.Field("receipts"), r.Query("receipts")), People: slices.Concat(r.Request.PostForm["enumerator"], r.Request.PostForm["seeing"])}
	if q.Seed == "" {
		q.Seed = s.Now().In(s.location).Format("20060102")
	}
	people, err := s.workers(r)
	return &checkPage{Page: s.page(r, "assignment.check"), Forms: titles.forms, People: people, Rule: q}, err
}

func (s *Server) checkPage(r *Request) error {
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	page, err := s.emptyCheckPage(r, titles)
	if err != nil {
		return err
	}
	return s.show(r, "assignment/check", page)
}

// drawn are the submissions to be checked: those named by hand, or a sample.
func (s *Server) drawn(r *Request, q checkRule) ([]survey.ListItem, error) {
	if !id.Valid(q.Form) {
		return nil, problem.New(problem.Invalid, "assignment.noForm").With("form", "assignment.noForm")
	}
	sized := q.Share != "" || q.Count != "" || q.Least != ""
	switch {
	case q.Receipts != "" && sized:
		return nil, problem.New(problem.Invalid, "assignment.drawnOrNamed").With("receipts", "assignment.drawnOrNamed")
	case q.Share != "" && q.Count != "":
		return nil, problem.New(problem.Invalid, "assignment.shareOrCount").With("count", "assignment.shareOrCount")
	case q.Receipts != "":
		numbers := strings.FieldsFunc(q.Receipts, func(c rune) bool { return strings.ContainsRune(" ,，、;；\n\r\t", c) })
		return s.Surveys.ByReceipts(r, r.Project.ID, id.FormID(q.Form), numbers)
	}
	want := survey.Sample{FormID: id.FormID(q.Form), Seed: q.Seed}
	var share int
	for _, number := range []struct {
		text string
		into *int
		most int
	}{{q.Count, &want.Count, 100_000}, {q.Share, &share, 100}, {q.Least, &want.Least, 1000}} {
		if number.text == "" {
			continue
		}
		n, err := strconv.Atoi(number.text)
		if err != nil || n < 0 || n > number.most {
			return nil, problem.New(problem.Invalid, "assignment.sampleSize")
		}
		*number.into = n
	}
	want.Share = float64(share) / 100
	return s.Surveys.Sample(r, r.Project.ID, want)
}

// checks is what the rule asks for: every drawn submission goes to somebody else than who sent it.
func (s *Server) checks(r *Request, page *checkPage, titles *fieldTitles) (wanted []survey.NewAssignment, left int, err error) {
	q := page.Rule
	due, err := s.dueDay(q.Due)
	if err != nil {
		return nil, 0, err
	}
	chosen, err := s.drawn(r, q)
	if err != nil {
		return nil, 0, err
	}
	page.Drawn = len(chosen)
	people := slices.DeleteFunc(slices.Clone(page.People), func(p account.Person) bool { return !q.Has(p.UserID) })
	if len(people) == 0 {
		return nil, 0, problem.New(problem.Invalid, "assignment.nobody").With("enumerator", "assignment.nobody")
	}
	may := func(p account.Person, at int) bool {
		return p.UserID != chosen[at].Submitter && reaches(p.Member, titles.cases[chosen[at].CaseID])
	}
	for at, user := range spread(len(chosen), people, may) {
		if user == "" {
			left++
			continue
		}
		wanted = append(wanted, survey.NewAssignment{FormID: id.FormID(cmp.Or(q.With, q.Form)), Enumerator: user, Due: due, Note: q.Note, BackCheck: chosen[at].ID})
	}
	return wanted, left, nil
}

func (s *Server) previewChecks(r *Request) error {
	r.didNothing()
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	page, err := s.emptyCheckPage(r, titles)
	if err != nil {
		return err
	}
	wanted, left, err := s.checks(r, page, titles)
	if err == nil {
		var planned []survey.PlannedAssignment
		if len(wanted) > 0 {
			planned, err = s.Surveys.PlanAssignments(r, r.Project.ID, wanted, false)
		}
		page.Plan = titles.plan(planned, nil)
		page.Plan.Nobody = left
	}
	if err != nil {
		if !mendable(problem.From(err)) {
			return err
		}
		page.Plan, page.Error = nil, page.Say(problem.From(err).Text)
	}
	return s.renderPart(r, http.StatusOK, "assignment/check", "check-plan", page)
}

func (s *Server) makeChecks(r *Request) error {
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	page, err := s.emptyCheckPage(r, titles)
	if err != nil {
		return err
	}
	wanted, _, err := s.checks(r, page, titles)
	var made []survey.PlannedAssignment
	if err == nil {
		made, err = s.Surveys.MakeAssignments(r, r.Project.ID, r.User.ID, wanted, false)
	}
	if err != nil && survey.CountFate(made, survey.WillMake) == 0 {
		p := problem.From(err)
		if !mendable(p) {
			return err
		}
		page.Error = page.Say(p.Text)
		return s.render(r, statuses[p.Kind], "assignment/check", page)
	}
	s.made(r, titles, made)
	if err != nil {
		return err
	}
	return r.toMade(url.Values{}, "assignment.checksMade", made)
}
