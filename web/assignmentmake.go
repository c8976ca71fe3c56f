package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// whichCases is what a rule gives out.
const (
	oneCase   = "one"   // a case
	caseValue = "value" // all cases with an attribute's value
	allCases  = "all"
	noCase    = "none" // the form without a case
)

type assignmentMakePage struct {
	Page
	Forms      []survey.Form
	Cases      []caseName
	People     []account.Person
	Attributes []casebase.AttributeSummary
	Rule       assignmentRule
	Plan       *assignmentPlan
	Error      string
	NewValues  bool // another attribute is picked than the values were of
}

// assignmentRule is the page's form as it was sent.
type assignmentRule struct {
	Form, Which, Case, Attribute, Value, Share, Due, Note string
	People                                                []string
	Again                                                 bool
}

// Has tells whether somebody is ticked.
func (q assignmentRule) Has(user id.UserID) bool { return slices.Contains(q.People, string(user)) }

// shareOwn gives every case to those whose limit names it; else it is shared among all who are ticked.
const shareOwn = "own"

// ValuesOf are the values of the attribute that is picked.
func (p assignmentMakePage) ValuesOf() []casebase.ValueCount {
	return valuesOf(p.Attributes, p.Rule.Attribute)
}

// assignmentPlan says what making would do.
type assignmentPlan struct {
	Rows   []plannedRow // the first of them
	All    int          // there are
	Make   int
	There  int
	Done   int
	Taken  int
	Nobody int // cases that none of those who are ticked reaches
	People []plannedShare
}

// planPart is what the part "assignment-plan" shows.
type planPart struct {
	Page
	Plan *assignmentPlan
}

// PlanOf is the plan with what it needs to be shown.
func (p *assignmentMakePage) PlanOf() planPart { return planPart{p.Page, p.Plan} }

// mostPlanned is how many rows a preview shows.
const mostPlanned = 200

type plannedRow struct {
	survey.PlannedAssignment
	Case, Place, Name, Has string
	Nobody                 bool
}

// plannedShare is how many one enumerator gets.
type plannedShare struct {
	Name  string
	Count int
}

func (s *Server) assignmentMakePage(r *Request) (*assignmentMakePage, *fieldTitles, error) {
	titles, err := s.titles(r)
	if err != nil {
		return nil, nil, err
	}
	post := r.Request.PostForm
	q := assignmentRule{Form: cmp.Or(r.Field("form"), r.Query("form")), Which: r.Field("which"), Case: cmp.Or(r.Field("case"), r.Query("case")),
		Attribute: r.Field("attribute"), Value: r.Field("value"), Share: r.Field("share"), Due: r.Field("due"), Note: r.Field("note"),
		People: post["enumerator"], Again: r.Field("again") != ""}
	page := &assignmentMakePage{Page: s.page(r, "assignment.new"), Rule: q, Forms: titles.forms, Cases: titles.caseNames()}
	if page.Attributes, err = s.Cases.Attributes(r, r.Project.ID); err != nil {
		return nil, nil, err
	}
	page.Attributes = slices.DeleteFunc(page.Attributes, func(a casebase.AttributeSummary) bool { return len(a.Values) == 0 })
	if page.Rule.Attribute == "" {
		page.Rule.Attribute = likelyAttribute("", limiting(page.Attributes))
	}
	values := page.ValuesOf()
	if len(values) > 0 && !slices.ContainsFunc(values, func(v casebase.ValueCount) bool { return v.Value == q.Value }) {
		page.NewValues, page.Rule.Value = q.Value != "", values[0].Value
	}
	if page.Rule.Which == "" {
		page.Rule.Which = caseValue
		if page.Rule.Case != "" {
			page.Rule.Which = oneCase
		}
	}
	page.People, err = s.workers(r)
	return page, titles, err
}

// caseNames are the cases to pick from, by title.
func (t *fieldTitles) caseNames() []caseName {
	names := make([]caseName, 0, len(t.cases))
	for _, c := range t.sorted(nil) {
		names = append(names, caseName{ID: c.ID, Title: c.Title})
	}
	return names
}

// sorted gives cases, all or some, by their place, then title.
func (t *fieldTitles) sorted(some map[id.CaseID]bool) []*casebase.Summary {
	var list []*casebase.Summary
	for _, c := range t.cases {
		if some == nil || some[c.ID] {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *casebase.Summary) int {
		return cmp.Or(cmp.Compare(placeOf(a), placeOf(b)), cmp.Compare(a.Title, b.Title), cmp.Compare(a.ID, b.ID))
	})
	return list
}

func (s *Server) newAssignments(r *Request) error {
	page, _, err := s.assignmentMakePage(r)
	if err != nil {
		return err
	}
	return s.show(r, "assignment/new", page)
}

// chosenCases are those that the rule is about; a nil one stands for none.
func (q assignmentRule) chosenCases(titles *fieldTitles) ([]*casebase.Summary, error) {
	switch q.Which {
	case noCase:
		return []*casebase.Summary{nil}, nil
	case allCases:
		return titles.sorted(nil), nil
	case caseValue:
		return titles.sorted(titles.casesWith(q.Attribute, q.Value)), nil
	}
	c := titles.cases[id.CaseID(q.Case)]
	if c == nil {
		return nil, problem.New(problem.Invalid, "assignment.pickCase").With("case", "assignment.pickCase")
	}
	return []*casebase.Summary{c}, nil
}

// wanted is what the rule asks for; left are the cases that nobody who is ticked reaches.
func (s *Server) wanted(page *assignmentMakePage, titles *fieldTitles) (wanted []survey.NewAssignment, left []*casebase.Summary, err error) {
	q := page.Rule
	due, err := s.dueDay(q.Due)
	if err != nil {
		return nil, nil, err
	}
	cases, err := q.chosenCases(titles)
	if err != nil {
		return nil, nil, err
	}
	people := slices.DeleteFunc(slices.Clone(page.People), func(p account.Person) bool { return !q.Has(p.UserID) })
	if len(people) == 0 {
		return nil, nil, problem.New(problem.Invalid, "assignment.nobody").With("enumerator", "assignment.nobody")
	}
	n := survey.NewAssignment{FormID: id.FormID(q.Form), Due: due, Note: q.Note, Again: q.Again}
	if q.Which == noCase { // everybody who is ticked gets one
		for _, p := range people {
			n.Enumerator = p.UserID
			wanted = append(wanted, n)
		}
		return wanted, nil, nil
	}
	may := func(p account.Person, at int) bool {
		return reaches(p.Member, cases[at]) && (q.Share != shareOwn || !p.Limit.IsZero())
	}
	for at, user := range spread(len(cases), people, may) {
		if user == "" {
			left = append(left, cases[at])
			continue
		}
		n.CaseID, n.Enumerator = cases[at].ID, user
		wanted = append(wanted, n)
	}
	return wanted, left, nil
}

// spread shares work evenly: each piece goes to who has least of those who may do it. "" is nobody.
func spread(pieces int, people []account.Person, may func(p account.Person, piece int) bool) []id.UserID {
	given, load := make([]id.UserID, pieces), make([]int, len(people))
	for piece := range given {
		least := -1
		for i, p := range people {
			if may(p, piece) && (least < 0 || load[i] < load[least]) {
				least = i
			}
		}
		if least >= 0 {
			given[piece] = people[least].UserID
			load[least]++
		}
	}
	return given
}

// previewAssignments says what the rule would make.
func (s *Server) previewAssignments(r *Request) error {
	r.didNothing()
	page, titles, err := s.assignmentMakePage(r)
	if err != nil {
		return err
	}
	if len(page.Rule.People) == 0 { // not so far yet: the page says what will be here
		return s.renderPart(r, http.StatusOK, "assignment/new", "plan", page)
	}
	wanted, left, err := s.wanted(page, titles)
	if err == nil && len(wanted) > 0 {
		var planned []survey.PlannedAssignment
		if planned, err = s.Surveys.PlanAssignments(r, r.Project.ID, wanted, page.Rule.Which != oneCase); err == nil {
			page.Plan = titles.plan(planned, left)
		}
	} else if err == nil {
		page.Plan = titles.plan(nil, left)
	}
	if err != nil {
		if !mendable(problem.From(err)) {
			return err
		}
		page.Error = page.Say(problem.From(err).Text)
	}
	return s.renderPart(r, http.StatusOK, "assignment/new", "plan", page)
}

// plan counts and names what is planned.
func (t *fieldTitles) plan(planned []survey.PlannedAssignment, left []*casebase.Summary) *assignmentPlan {
	p := &assignmentPlan{All: len(planned) + len(left), Make: survey.CountFate(planned, survey.WillMake), There: survey.CountFate(planned, survey.IsThere),
		Done: survey.CountFate(planned, survey.IsDone), Taken: survey.CountFate(planned, survey.IsTaken), Nobody: len(left)}
	shares := map[id.UserID]int{}
	for _, one := range planned {
		if one.Fate == survey.WillMake {
			shares[one.Enumerator]++
		}
		if len(p.Rows) < mostPlanned {
			p.Rows = append(p.Rows, plannedRow{one, t.caseTitle(one.CaseID), placeOf(t.cases[one.CaseID]), t.names[one.Enumerator], t.names[one.Has], false})
		}
	}
	for _, c := range left {
		if len(p.Rows) < mostPlanned {
			p.Rows = append(p.Rows, plannedRow{Case: c.Title, Place: placeOf(c), Nobody: true})
		}
	}
	for user, n := range shares {
		p.People = append(p.People, plannedShare{t.names[user], n})
	}
	slices.SortFunc(p.People, func(a, b plannedShare) int { return cmp.Or(b.Count-a.Count, cmp.Compare(a.Name, b.Name)) })
	return p
}

// makeAssignments makes what the rule says.
func (s *Server) makeAssignments(r *Request) error {
	page, titles, err := s.assignmentMakePage(r)
	if err != nil {
		return err
	}
	wanted, _, err := s.wanted(page, titles)
	var made []survey.PlannedAssignment
	if err == nil {
		made, err = s.Surveys.MakeAssignments(r, r.Project.ID, r.User.ID, wanted, page.Rule.Which != oneCase)
	}
	if err != nil && survey.CountFate(made, survey.WillMake) == 0 {
		p := problem.From(err)
		if !mendable(p) {
			return err
		}
		page.Error = page.Say(p.Text)
		return s.render(r, statuses[p.Kind], "assignment/new", page)
	}
	s.made(r, titles, made)
	if err != nil {
		return err
	}
	return r.toMade(url.Values{"form": {page.Rule.Form}}, "assignment.madeDone", made)
}

// toMade leads to the list, where done says how many were made.
func (r *Request) toMade(list url.Values, done string, made []survey.PlannedAssignment) error {
	n := survey.CountFate(made, survey.WillMake)
	list.Set("count", strconv.Itoa(n))
	if n == 0 {
		done = "assignment.madeNone"
	}
	return r.To("/p/"+string(r.Project.ID)+"/assignments?"+list.Encode(), done)
}

// made tells the audit, and those who were given work. Cases have no place in the audit.
func (s *Server) made(r *Request, titles *fieldTitles, planned []survey.PlannedAssignment) {
	n := survey.CountFate(planned, survey.WillMake)
	if n == 0 {
		r.didNothing()
		return
	}
	shares, forms := map[id.UserID]int{}, map[id.FormID]bool{}
	for _, p := range planned {
		if p.Fate == survey.WillMake {
			shares[p.Enumerator]++
			forms[p.FormID] = true
		}
	}
	r.did("", say(r, "assignment.count", n))
	r.changed("", joinedTitles(titles, forms)+" → "+joinedNames(r, titles, shares))
	s.tellWorkers(r, titles, shares)
}

func joinedTitles(titles *fieldTitles, forms map[id.FormID]bool) string {
	var names []string
	for f := range forms {
		names = append(names, titles.titles[f])
	}
	slices.Sort(names)
	return joinShort(titles.r, names)
}

func joinedNames(r *Request, titles *fieldTitles, shares map[id.UserID]int) string {
	var names []string
	for user, n := range shares {
		names = append(names, say(r, "assignment.share", titles.names[user], n))
	}
	slices.Sort(names)
	return joinShort(r, names)
}

// mostNamed is how many names a line of the audit takes.
const mostNamed = 20

func joinShort(r *Request, names []string) string {
	more := ""
	if len(names) > mostNamed {
		names, more = names[:mostNamed], "…"
	}
	return strings.Join(names, say(r, "submission.listComma")) + more
}
