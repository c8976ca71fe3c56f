package web

import (
	"html/template"
	"slices"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// The limits of requests that carry a document or an attachment, in bytes. A
// document travels URL-encoded: a Chinese character of three bytes takes nine.
const (
	caseLimit   = 4 * casebase.MaxText
	attachLimit = casebase.MaxAttachment + 1<<20
)

type casesPage struct {
	Page
	Filter     caseFilter
	List       casebase.List
	States     []casebase.State
	Attributes []casebase.AttributeSummary
	Columns    []string // the attributes that the table shows
	Filtered   bool
}

type caseFilter struct{ Text, State, Attribute, Value, Sort string }

// mostColumns is how many attributes a list has room for.
const mostColumns = 4

func (s *Server) cases(r *Request) error {
	q := caseFilter{Text: r.Query("q"), State: r.Query("state"), Attribute: r.Query("attribute"), Value: r.Query("value"), Sort: r.Query("sort")}
	filter := casebase.Filter{Text: q.Text, State: casebase.State(q.State)}
	if q.Attribute != "" && q.Value != "" {
		filter.Attributes = map[string]string{q.Attribute: q.Value}
	}
	page := casesPage{Page: s.page(r, "case.list"), Filter: q, States: casebase.States,
		Filtered: q.Text != "" || q.State != "" || filter.Attributes != nil}
	order := casebase.Sort{By: casebase.SortTitle}
	if q.Sort == "updated" {
		order = casebase.Sort{By: casebase.SortUpdated, Descending: true}
	}
	var err error
	if page.List, err = s.Cases.List(r, r.Project.ID, filter, order, casebase.Page{}); err != nil {
		return err
	}
	if page.Attributes, err = s.Cases.Attributes(r, r.Project.ID); err != nil {
		return err
	}
	for _, a := range page.Attributes[:min(len(page.Attributes), mostColumns)] {
		page.Columns = append(page.Columns, a.Name)
	}
	return s.show(r, "case/list", page)
}

// AttributeOf is one attribute's value of a case in the list.
func (p casesPage) AttributeOf(c *casebase.Summary, name string) string {
	a, _ := c.Attribute(name)
	return a.Value
}

// ValuesOf are the values that the filter can choose from.
func (p casesPage) ValuesOf() []casebase.ValueCount {
	for _, a := range p.Attributes {
		if a.Name == p.Filter.Attribute {
			return a.Values
		}
	}
	return nil
}

// CaseLook is the CSS class of a case's state.
func (p Page) CaseLook(state casebase.State) string {
	switch state {
	case casebase.StateDone:
		return "good"
	case casebase.StateReview:
		return "wait"
	}
	return ""
}

type casePage struct {
	Page
	Case        casebase.Case
	Files       string // the path of its attachments
	Document    template.HTML
	Names       map[id.UserID]string
	Submissions []listItem
	Total       int
	Forms       []survey.Form
	Revision    int64 // the one that is shown, when it is a former one
}

// fillable are the forms that can be filled in.
func (p *casePage) fillable() []survey.Form {
	return slices.DeleteFunc(slices.Clone(p.Forms), func(f survey.Form) bool { return f.Current() == nil })
}

// mostFillable is how many forms are offered at first sight.
const mostFillable = 3

// Fillable are the forms to fill in for the case, MoreFillable those that are folded away.
func (p *casePage) Fillable() []survey.Form {
	all := p.fillable()
	return all[:min(len(all), mostFillable)]
}

// MoreFillable are the others.
func (p *casePage) MoreFillable() []survey.Form {
	all := p.fillable()
	return all[min(len(all), mostFillable):]
}

func (s *Server) caseOf(r *Request) (casebase.Case, error) {
	if !id.Valid(r.Param("case")) {
		return casebase.Case{}, problem.New(problem.NotFound, "case.none")
	}
	c, err := s.Cases.Get(r, r.Project.ID, id.CaseID(r.Param("case")))
	if problem.Is(err, problem.NotFound) {
		err = problem.New(problem.NotFound, "case.none")
	}
	return c, err
}

func (s *Server) showCase(r *Request) error {
	c, err := s.caseOf(r)
	if err != nil {
		return err
	}
	page, err := s.casePage(r, c, s.casePath(r, c.ID)+"/files/")
	if err != nil {
		return err
	}
	if !r.Can(account.ReadOwn) {
		return s.show(r, "case/show", page)
	}
	filter := survey.Filter{CaseID: c.ID}
	if !r.Can(account.ReadSubmission) {
		filter.Submitter = r.User.ID
	}
	list, err := s.Surveys.List(r, r.Project.ID, filter, "", 10)
	if err != nil {
		return err
	}
	if page.Forms, err = s.Surveys.Forms(r, r.Project.ID); err != nil {
		return err
	}
	lines := submissionsPage{List: list, Forms: page.Forms}
	lines.describe(page.Names)
	page.Submissions, page.Total = lines.Items, list.Total
	return s.show(r, "case/show", page)
}

// casePage shows a case, whose text finds its attachments below files.
func (s *Server) casePage(r *Request, c casebase.Case, files string) (*casePage, error) {
	html, err := casebase.RenderMarkdown(c.Text, files)
	if err != nil {
		return nil, err
	}
	names, err := s.Accounts.Names(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	page := &casePage{Page: s.page(r, "case.list"), Case: c, Files: files, Document: template.HTML(html), Names: names}
	page.Title = c.Title
	return page, nil
}

func (s *Server) casePath(r *Request, c id.CaseID) string {
	return "/p/" + string(r.Project.ID) + "/cases/" + string(c)
}
