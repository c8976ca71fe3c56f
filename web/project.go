package web

import (
	"net/http"
	"slices"

	"tianye/casebase"
	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

type homePage struct {
	Page
	Projects []account.Membership
	Barred   []account.Project // in which the reader was deactivated
	Deleted  []deletedProject  // in the recycle bin
	Warnings []problem.Text    // of backups and the disk, for the administrator
	New      account.Project   // as it was refused
	Error    string
}

// Fills tells whether the reader fills in forms anywhere.
func (p homePage) Fills() bool {
	return slices.ContainsFunc(p.Projects, func(m account.Membership) bool {
		return account.Can(m.Role, account.Fill) && m.Phase.Allows(account.Fill)
	})
}

// home lists the projects that one may open; who has just one goes straight to it.
func (s *Server) home(r *Request) error {
	projects, err := s.Accounts.ProjectsOf(r, r.User)
	if err != nil {
		return err
	}
	if len(projects) == 1 && !r.User.Admin && r.Query("done") == "" {
		return r.To("/p/"+string(projects[0].ID), "")
	}
	page := homePage{Page: s.page(r, "project.all"), Projects: projects}
	if page.Barred, err = s.Accounts.DeactivatedIn(r, r.User.ID); err != nil {
		return err
	}
	if page.Deleted, err = s.deletedProjects(r); err != nil {
		return err
	}
	if r.User.Admin && s.Backups != nil {
		state, err := s.Backups.Status()
		if err != nil {
			return err
		}
		page.Warnings = state.Warnings
	}
	return s.show(r, "project/home", page)
}

func (s *Server) createProject(r *Request) error {
	title, description := r.Field("title"), r.Field("description")
	p, err := s.Accounts.CreateProject(r, r.User.ID, title, description, false)
	if err == nil {
		r.did(string(p.ID), p.Title)
		return r.To("/p/"+string(p.ID), "project.created")
	}
	if !problem.Is(err, problem.Invalid) {
		return err
	}
	page := homePage{Page: s.page(r, "project.all"), New: account.Project{Title: title, Description: description}}
	page.Error = page.Say(problem.From(err).Text)
	if page.Projects, err = s.Accounts.ProjectsOf(r, r.User); err != nil {
		return err
	}
	return s.render(r, http.StatusUnprocessableEntity, "project/home", page)
}

// projectPage is what a manager wants to see at nine in the morning; others see of
// it what their role may.
type projectPage struct {
	Page
	Overview  survey.Overview
	States    []survey.ReviewState
	Waiting   []listItem // for review, the newest first
	WaitCount int
	HeldCount int
	Forms     []survey.Form
	Cases     casebase.List
	Breakdown []breakdown
	CaseState []casebase.State
	Charts    []charts.Saved
}

// breakdown is the cases by one attribute and state.
type breakdown struct {
	Name string
	Most int
	Rows []breakdownRow
}

type breakdownRow struct {
	Value string
	Total int
	Parts []int // by state, in the order of casebase.States
}

const (
	overviewDays = 45
	mostWaiting  = 6
	mostCharts   = 6
)

func (s *Server) showProject(r *Request) error {
	page, err := s.projectPage(r)
	if err != nil {
		return err
	}
	return s.show(r, "project/show", page)
}

func (s *Server) projectPage(r *Request) (*projectPage, error) {
	page := &projectPage{Page: s.page(r, "nav.project"), States: survey.ReviewStates, CaseState: casebase.States}
	var mine id.UserID
	if !r.Can(account.ReadSubmission) {
		mine = r.User.ID
	}
	var err error
	if page.Overview, err = s.Surveys.Overview(r, r.Project.ID, mine, overviewDays, s.location); err != nil {
		return nil, err
	}
	if page.Forms, err = s.Surveys.Forms(r, r.Project.ID); err != nil {
		return nil, err
	}
	if err = s.waiting(r, page); err != nil {
		return nil, err
	}
	if page.Cases, err = s.Cases.List(r, r.Project.ID, casebase.Filter{}, casebase.Sort{By: casebase.SortTitle}, casebase.Page{}); err != nil {
		return nil, err
	}
	attributes, err := s.Cases.Attributes(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	page.Breakdown = breakdowns(attributes, page.Cases.Cases)
	if r.Can(account.ReadChart) {
		saved, err := s.Charts.Charts(r, r.Project.ID)
		if err != nil {
			return nil, err
		}
		page.Charts = saved[:min(len(saved), mostCharts)]
	}
	return page, nil
}

// waiting finds what waits for review, for those who review.
func (s *Server) waiting(r *Request, page *projectPage) error {
	if !r.Can(account.Review) {
		return nil
	}
	names, err := s.senders(r)
	if err != nil {
		return err
	}
	cases, err := s.allCaseNames(r)
	if err != nil {
		return err
	}
	list, err := s.Surveys.List(r, r.Project.ID, survey.Filter{Queue: survey.QueueWaiting}, "", mostWaiting)
	if err != nil {
		return err
	}
	lines := submissionsPage{List: list, Forms: page.Forms, Cases: cases}
	lines.describe(names)
	page.Waiting, page.WaitCount, page.HeldCount = lines.Items, list.Total, list.ByQueue[survey.QueueHeld]
	return nil
}

// mostBreakdowns is how many attributes the cases are told by.
const mostBreakdowns = 2

// breakdowns tells the cases by their first attributes of few values.
func breakdowns(attributes []casebase.AttributeSummary, cases []*casebase.Summary) []breakdown {
	var out []breakdown
	for _, a := range attributes {
		if a.Type != casebase.TypeChoice || len(a.Values) < 2 || len(a.Values) > 12 || len(out) == mostBreakdowns {
			continue
		}
		b := breakdown{Name: a.Name}
		rows := map[string]int{}
		for _, v := range a.Values {
			rows[v.Value] = len(b.Rows)
			b.Rows = append(b.Rows, breakdownRow{Value: v.Value, Parts: make([]int, len(casebase.States))})
		}
		for _, c := range cases {
			value, _ := c.Attribute(a.Name)
			if i, ok := rows[value.Value]; ok {
				b.Rows[i].Total++
				b.Rows[i].Parts[stateIndex(c.State)]++
				b.Most = max(b.Most, b.Rows[i].Total)
			}
		}
		out = append(out, b)
	}
	return out
}

func stateIndex(state casebase.State) int {
	for i, s := range casebase.States {
		if s == state {
			return i
		}
	}
	return 0
}

// Bars are the parts of a row as rectangles: offset and width in percent.
func (b breakdown) Bars(row breakdownRow) []bar {
	var bars []bar
	x := 0.0
	for i, n := range row.Parts {
		w := 100 * float64(n) / float64(max(1, b.Most))
		if n > 0 {
			bars = append(bars, bar{x, w, string(casebase.States[i]), n})
		}
		x += w
	}
	return bars
}

type bar struct {
	X, Width float64
	State    string
	Count    int
}
