package web

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

var assignmentRoutes = []Route{
	{get, "/p/:project/assignments", account.Assign, (*Server).assignments, 0},
	{post, "/p/:project/assignments", account.Assign, (*Server).makeAssignments, 0},
	{get, "/p/:project/assignments/mine", account.Fill, (*Server).ownAssignments, 0},
	{get, "/p/:project/assignments/new", account.Assign, (*Server).newAssignments, 0},
	{post, "/p/:project/assignments/preview", account.Assign, (*Server).previewAssignments, 0},
	{post, "/p/:project/assignments/change", account.Assign, (*Server).changeAssignments, 0},
	{get, "/p/:project/assignments/template", account.Assign, (*Server).assignmentTemplate, 0},
	{get, "/p/:project/assignments/import", account.Assign, (*Server).assignmentImportPage, 0},
	{post, "/p/:project/assignments/import", account.Assign, (*Server).importAssignments, importLimit},
	{post, "/p/:project/assignments/import/preview", account.Assign, (*Server).previewAssignmentImport, importLimit},
	{get, "/p/:project/assignments/check", account.Assign, (*Server).checkPage, 0},
	{post, "/p/:project/assignments/check", account.Assign, (*Server).makeChecks, 0},
	{post, "/p/:project/assignments/check/preview", account.Assign, (*Server).previewChecks, 0},
	{get, "/p/:project/assignments/agreement", account.Assign, (*Server).agreement, 0},
	{get, "/p/:project/assignments/:assignment", account.Fill, (*Server).showAssignment, 0},
	{post, "/p/:project/assignments/:assignment/visits", account.Fill, (*Server).addVisit, 0},
	{get, "/p/:project/assignments/:assignment/compare", account.Assign, (*Server).compareAssignment, 0},
}

// assignmentPageSize is how many a page of the list shows.
const assignmentPageSize = 50

type assignmentsPage struct {
	Page
	Filter     assignmentFilter
	Rows       []assignmentRow
	Total      int // that the filter selects
	ByState    map[survey.AssignmentState]int
	Late       int
	States     []survey.AssignmentState
	Forms      []survey.Form
	People     []account.Person
	Attributes []casebase.AttributeSummary
	Query      template.URL // of the filter, encoded
	Here       template.URL // of the filter and the page's number
	Before     string       // the addresses of the pages beside this one
	After      string
	Mine       bool
	Tried      triedChange
}

// assignmentFilter is a filter as the page's fields write it.
type assignmentFilter struct {
	Form, Enumerator, State, Attribute, Value string
	Where                                     string // as of listFilter: 县=江山市&领域=社区
	Checks                                    string // withoutChecks: not what checks others
}

// WhereWords says the attributes that the cases are filtered by.
func (q assignmentFilter) WhereWords() []string { return whereWords(q.Where) }

// assignmentRow is an assignment with the names of what it points to.
type assignmentRow struct {
	survey.AssignmentItem
	Case, Place, Form, Name string
}

// Chosen names the assignment at the revision that is shown.
func (a assignmentRow) Chosen() string {
	return string(a.ID) + ":" + strconv.FormatInt(a.Revision, 10)
}

// Receipt is the number of the submission that did it.
func (a assignmentRow) Receipt() string { return survey.Receipt(a.Submission) }

func (q assignmentFilter) query() template.URL {
	v := url.Values{}
	for name, value := range map[string]string{"form": q.Form, "enumerator": q.Enumerator, "state": q.State, "attribute": q.Attribute, "value": q.Value, "where": q.Where, "checks": q.Checks} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return template.URL(v.Encode())
}

// StateLink leads to the same list of one state.
func (p assignmentsPage) StateLink(state survey.AssignmentState) template.URL {
	q := p.Filter
	if q.State == string(state) {
		q.State = ""
	} else {
		q.State = string(state)
	}
	return "?" + q.query()
}

// changePart is what the part "assignment-change" shows.
type changePart struct {
	Page
	People  []account.Person
	Restore bool
	Tried   triedChange
}

// Change is what can be done with those that are ticked.
func (p assignmentsPage) Change() changePart {
	return changePart{p.Page, p.People, p.ByState[survey.AssignmentWithdrawn] > 0, p.Tried}
}

// ValuesOf are the values that the filter can choose from.
func (p assignmentsPage) ValuesOf() []casebase.ValueCount {
	return valuesOf(p.Attributes, p.Filter.Attribute)
}

func valuesOf(attributes []casebase.AttributeSummary, name string) []casebase.ValueCount {
	for _, a := range attributes {
		if a.Name == name {
			return a.Values
		}
	}
	return nil
}

// AssignmentLook is the CSS class of a state's badge.
func (p Page) AssignmentLook(state survey.AssignmentState) string {
	switch state {
	case survey.AssignmentApproved, survey.AssignmentDone:
		return "good"
	case survey.AssignmentLate, survey.AssignmentReturned:
		return "bad"
	case survey.AssignmentVisited:
		return "wait"
	}
	return ""
}

// late stands among the states of the filter for all that are late, visited ones too.
const stateLate = string(survey.AssignmentLate)

func (s *Server) assignments(r *Request) error { return s.assignmentList(r, false) }

// ownAssignments are the sender's own, those done and withdrawn too.
func (s *Server) ownAssignments(r *Request) error { return s.assignmentList(r, true) }

func (s *Server) assignmentList(r *Request, mine bool) error {
	page, err := s.assignmentsPage(r, r.Request.URL.Query(), mine)
	if err != nil {
		return err
	}
	return s.show(r, "assignment/list", page)
}

func (s *Server) assignmentsPage(r *Request, asked url.Values, mine bool) (*assignmentsPage, error) {
	q := assignmentFilter{Form: asked.Get("form"), Enumerator: asked.Get("enumerator"), State: asked.Get("state"), Attribute: asked.Get("attribute"), Value: asked.Get("value"), Where: asked.Get("where"), Checks: asked.Get("checks")}
	page := &assignmentsPage{Page: s.page(r, "assignment.list"), Filter: q, States: survey.AssignmentStates, Query: q.query(), Mine: mine,
		ByState: map[survey.AssignmentState]int{}}
	filter := survey.AssignmentFilter{Enumerator: id.UserID(q.Enumerator), FormID: id.FormID(q.Form)}
	if mine {
		page.Title, filter.Enumerator = page.T("assignment.mine"), r.User.ID
	}
	titles, err := s.titles(r)
	if err != nil {
		return nil, err
	}
	if q.Attribute != "" && q.Value != "" {
		filter.Cases = titles.casesWith(q.Attribute, q.Value)
	}
	items, err := s.Surveys.Assignments(r, r.Project.ID, filter)
	if err != nil {
		return nil, err
	}
	chosen := func(id.CaseID) bool { return true }
	if q.Where != "" {
		if chosen, err = s.casesWhere(r, q.Where); err != nil {
			return nil, err
		}
	}
	items = slices.DeleteFunc(items, func(a survey.AssignmentItem) bool {
		if !chosen(a.CaseID) || q.Checks == withoutChecks && a.BackCheck != "" {
			return true
		}
		page.ByState[a.State]++
		if a.Late {
			page.Late++
		}
		return q.State != "" && string(a.State) != q.State && !(q.State == stateLate && a.Late)
	})
	page.turn(items, titles, asked.Get("page"))
	page.Forms = titles.forms
	if page.Attributes, err = s.Cases.Attributes(r, r.Project.ID); err != nil {
		return nil, err
	}
	if !mine {
		if page.People, err = s.workers(r); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// turn lays out the page of the list with a number, from 1.
func (p *assignmentsPage) turn(items []survey.AssignmentItem, titles *fieldTitles, number string) {
	n, _ := strconv.Atoi(number)
	last := max((len(items)+assignmentPageSize-1)/assignmentPageSize, 1)
	n = min(max(n, 1), last)
	address := func(n int) string {
		if n < 1 || n > last {
			return ""
		}
		v, _ := url.ParseQuery(string(p.Query))
		v.Set("page", strconv.Itoa(n))
		return "?" + v.Encode()
	}
	p.Total, p.Before, p.After = len(items), address(n-1), address(n+1)
	p.Here = template.URL(strings.TrimPrefix(address(n), "?"))
	for _, a := range items[min((n-1)*assignmentPageSize, len(items)):min(n*assignmentPageSize, len(items))] {
		p.Rows = append(p.Rows, titles.row(a))
	}
}

// fieldTitles name what assignments point to.
type fieldTitles struct {
	r      *Request
	cases  map[id.CaseID]*casebase.Summary
	named  []caseName // the same, by title
	binned map[id.CaseID]string
	forms  []survey.Form // published
	titles map[id.FormID]string
	names  map[id.UserID]string
}

func (s *Server) titles(r *Request) (*fieldTitles, error) {
	t := &fieldTitles{r: r, cases: map[id.CaseID]*casebase.Summary{}, named: []caseName{}, binned: map[id.CaseID]string{}, titles: map[id.FormID]string{}}
	list, err := s.Cases.List(r, r.Project.ID, casebase.Filter{}, casebase.Sort{By: casebase.SortTitle}, casebase.Page{})
	if err != nil {
		return nil, err
	}
	for _, c := range list.Cases {
		t.cases[c.ID] = c
		t.named = append(t.named, caseName{ID: c.ID, Title: c.Title})
	}
	binned, err := s.binnedCases(r)
	if err != nil {
		return nil, err
	}
	for _, c := range binned {
		t.binned[c.ID] = c.Title
	}
	forms, err := s.Surveys.Forms(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	for _, f := range forms {
		if t.titles[f.ID] = f.Title; f.Current() != nil {
			t.forms = append(t.forms, f)
		}
	}
	t.names, err = s.Accounts.Names(r, r.Project.ID)
	return t, err
}

func (t *fieldTitles) row(a survey.AssignmentItem) assignmentRow {
	return assignmentRow{a, t.caseTitle(a.CaseID), placeOf(t.cases[a.CaseID]), t.titles[a.FormID], t.names[a.Enumerator]}
}

// caseTitle is the title of a case, also of one in the recycle bin; "" of none.
func (t *fieldTitles) caseTitle(c id.CaseID) string {
	if known := t.cases[c]; known != nil {
		return known.Title
	}
	if title := t.binned[c]; title != "" || c == "" {
		return title
	}
	return say(t.r, "submission.caseGone")
}

func (t *fieldTitles) casesWith(attribute, value string) map[id.CaseID]bool {
	chosen := map[id.CaseID]bool{}
	for _, c := range t.cases {
		if a, _ := c.Attribute(attribute); a.Value == value {
			chosen[c.ID] = true
		}
	}
	return chosen
}

// townMarks are in the name of the attribute that says where in the county a case is.
var townMarks = []string{"乡", "镇", "街道", "town"}

// placeOf is a case's county and town, as far as its attributes say.
func placeOf(c *casebase.Summary) string {
	if c == nil {
		return ""
	}
	var county, town string
	for _, a := range c.Attributes {
		isTown := slices.ContainsFunc(townMarks, func(mark string) bool { return strings.Contains(strings.ToLower(a.Name), mark) })
		switch {
		case isCounty(a.Name) && county == "":
			county = a.Value
		case isTown && town == "":
			town = a.Value
		}
	}
	return strings.TrimSpace(county + " " + town)
}

// workers are those who can be given work: active members who may fill in, enumerators first. A limited
// sender is told of those who work where the sender's limit reaches.
func (s *Server) workers(r *Request) ([]account.Person, error) {
	people, err := s.Accounts.People(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(p account.Person) bool {
		return p.Disabled || p.User.Disabled || !account.Can(p.Role, account.Fill) || !overlap(r.Limit, p.Limit)
	})
	slices.SortStableFunc(people, func(a, b account.Person) int {
		return rankOf(a.Role) - rankOf(b.Role)
	})
	return people, nil
}

func rankOf(role account.Role) int {
	if role == account.Enumerator {
		return 0
	}
	return 1
}

// overlap tells whether two limits may reach the same case.
func overlap(a, b account.Limit) bool {
	return a.IsZero() || b.IsZero() || a.Attribute != b.Attribute || slices.ContainsFunc(a.Values, b.Allows)
}

// reaches tells whether a member reaches a case; nil is none.
func reaches(m account.Member, c *casebase.Summary) bool {
	if c == nil || m.Limit.IsZero() {
		return true
	}
	a, _ := c.Attribute(m.Limit.Attribute)
	return m.Limit.Allows(a.Value)
}

// dueDay is the last second of a day that a form's field says; zero for none.
func (s *Server) dueDay(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, ok := casebase.ParseDate(text)
	if !ok {
		return time.Time{}, problem.New(problem.Invalid, "assignment.dayInvalid", text).With("due", "assignment.dayInvalid", text)
	}
	return time.Date(day.Year(), day.Month(), day.Day(), 23, 59, 59, 0, s.location), nil
}
