package web

import (
	"html/template"
	"net/url"
	"slices"
	"strconv"
	"time"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

const pageSize = 30

type submissionsPage struct {
	Page
	Filter   listFilter
	List     survey.Page
	Items    []listItem
	Forms    []survey.Form
	Cases    []caseName
	People   []account.Person
	Apps     []account.AppUser
	Links    []survey.PublicLink // by which submissions come
	States   []survey.ReviewState
	Queues   []survey.Queue
	Last     survey.Bulk // of the reader's own, that can be undone
	Error    string      // of a bulk action
	Versions []int
	Query    template.URL // of the filter, without the place in the list; encoded
	NextLink string
	First    bool
}

// listFilter is a filter as the page's fields write it.
type listFilter struct {
	Form, Version, Case, Enumerator, From, To, State, Text string
	Where                                                  string // attributes of the cases and their values, encoded: 县=江山市
	All                                                    string // exports hold what does not count, too
	Checks                                                 string // withoutChecks: not what was sent to check others
}

type listItem struct {
	survey.ListItem
	Receipt, FormTitle, CaseTitle, Name string
}

// filterOf reads the filter from the query; who may read only their own gets those, in
// which the personal data are of their own asking.
func (s *Server) filterOf(r *Request) (survey.Filter, listFilter, error) {
	return s.filterFrom(r, r.Request.URL.Query())
}

// filterFrom reads it from other values: of the list from which a page was opened.
func (s *Server) filterFrom(r *Request, from url.Values) (survey.Filter, listFilter, error) {
	q := listFilter{Form: from.Get("form"), Version: from.Get("version"), Case: from.Get("case"), Enumerator: from.Get("enumerator"),
		From: from.Get("from"), To: from.Get("to"), State: from.Get("state"), Text: from.Get("q"), Where: from.Get("where"), All: from.Get("all"), Checks: from.Get("checks")}
	f := survey.Filter{FormID: id.FormID(q.Form), CaseID: id.CaseID(q.Case), Submitter: id.UserID(q.Enumerator), Text: q.Text, NoChecks: q.Checks == withoutChecks, Personal: r.Can(account.ReadPersonal) || !r.Can(account.ReadSubmission)}
	switch queue := survey.Queue(q.State); {
	case slices.Contains(survey.Queues, queue):
		f.Queue = queue
	case q.State == stateDone:
		f.States = []survey.ReviewState{survey.Received, survey.Edited, survey.Approved}
	case q.State != "":
		f.States = []survey.ReviewState{survey.ReviewState(q.State)}
	}
	if q.Where != "" {
		var err error
		if f.Cases, err = s.casesWhere(r, q.Where); err != nil {
			return f, q, err
		}
	}
	if q.Version != "" {
		var err error
		if f.Version, err = strconv.Atoi(q.Version); err != nil {
			return f, q, problem.New(problem.Malformed, "submission.badFilter", q.Version)
		}
	}
	for _, day := range []struct {
		text string
		into *time.Time
		plus int
	}{{q.From, &f.From, 0}, {q.To, &f.To, 1}} {
		if day.text == "" {
			continue
		}
		t, err := time.ParseInLocation(time.DateOnly, day.text, s.location)
		if err != nil {
			return f, q, problem.New(problem.Malformed, "submission.badFilter", day.text)
		}
		*day.into = t.AddDate(0, 0, day.plus)
	}
	if !r.Can(account.ReadSubmission) {
		f.Submitter = r.User.ID
	}
	return f, q, nil
}

// exportFilter is what an export holds: of what the filter selects only what counts, unless everything
// is asked for, or a review state is.
func (s *Server) exportFilter(r *Request) (survey.Filter, listFilter, error) {
	f, q, err := s.filterOf(r)
	f.Counted = q.All == "" && q.State == ""
	return f, q, err
}

// Without is the query without one of its values.
func (p *submissionsPage) Without(name string) template.URL {
	v, _ := url.ParseQuery(string(p.Query))
	v.Del(name)
	return template.URL(v.Encode())
}

func (q listFilter) query() string {
	v := url.Values{}
	for name, value := range map[string]string{"form": q.Form, "version": q.Version, "case": q.Case, "enumerator": q.Enumerator,
		"from": q.From, "to": q.To, "state": q.State, "where": q.Where, "q": q.Text, "all": q.All, "checks": q.Checks} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v.Encode()
}

func (s *Server) submissions(r *Request) error {
	page, err := s.submissionsPage(r, r.Request.URL.Query())
	if err != nil {
		return err
	}
	return s.show(r, "submission/list", page)
}

// submissionsPage lists what a query selects.
func (s *Server) submissionsPage(r *Request, query url.Values) (page *submissionsPage, err error) {
	filter, q, err := s.filterFrom(r, query)
	if err != nil {
		return nil, err
	}
	after := query.Get("after")
	page = &submissionsPage{Page: s.page(r, "submission.list"), Filter: q, States: survey.ReviewStates, Queues: survey.Queues, Query: template.URL(q.query()), First: after == ""}
	if page.List, err = s.Surveys.List(r, r.Project.ID, filter, after, pageSize); err != nil {
		return nil, err
	}
	if r.Can(account.Review) {
		if page.Last, err = s.Surveys.LastBulk(r, r.Project.ID, r.User.ID); err != nil {
			return nil, err
		}
	}
	if page.Forms, err = s.Surveys.Forms(r, r.Project.ID); err != nil {
		return nil, err
	}
	if page.Cases, err = s.allCaseNames(r); err != nil {
		return nil, err
	}
	if r.Can(account.ReadSubmission) {
		if page.People, page.Apps, err = s.submitters(r); err != nil {
			return nil, err
		}
		if r.Limit.IsZero() { // who is limited reaches nothing that came by a link
			if page.Links, err = s.Surveys.Links(r, r.Project.ID, true); err != nil {
				return nil, err
			}
		}
	}
	if err := s.describe(r, page); err != nil {
		return nil, err
	}
	if page.List.Next != "" {
		page.NextLink = "?" + string(page.Query)
		if page.Query != "" {
			page.NextLink += "&"
		}
		page.NextLink += "after=" + url.QueryEscape(page.List.Next)
	}
	return page, nil
}

// submitters are those to filter by. A limited member is told of themselves and of those whose
// submissions they reach, not who else works on the project.
func (s *Server) submitters(r *Request) ([]account.Person, []account.AppUser, error) {
	people, err := s.Accounts.People(r, r.Project.ID)
	if err != nil {
		return nil, nil, err
	}
	apps, err := s.Accounts.AppUsers(r, r.Project.ID)
	if err != nil || r.Limit.IsZero() {
		return people, apps, err
	}
	sent, err := s.Surveys.Submitters(r, r.Project.ID)
	people = slices.DeleteFunc(people, func(p account.Person) bool { return p.UserID != r.User.ID && !sent[p.UserID] })
	apps = slices.DeleteFunc(apps, func(a account.AppUser) bool { return !sent[a.ID] })
	return people, apps, err
}

// describe finds the titles and names of what the lines point to.
func (s *Server) describe(r *Request, page *submissionsPage) (err error) {
	if page.Forms, err = s.Surveys.Forms(r, r.Project.ID); err != nil {
		return err
	}
	if page.Cases, err = s.allCaseNames(r); err != nil {
		return err
	}
	names, err := s.senders(r)
	page.describe(names)
	return err
}

// describe gives each line the titles and names of what it points to.
func (p *submissionsPage) describe(names map[id.UserID]string) {
	forms, cases := map[id.FormID]string{}, map[id.CaseID]string{}
	for _, f := range p.Forms {
		forms[f.ID] = f.Title
		if string(f.ID) == p.Filter.Form {
			for _, v := range f.Versions {
				p.Versions = append(p.Versions, v.Number)
			}
		}
	}
	for _, c := range p.Cases {
		cases[c.ID] = c.Title
	}
	for _, item := range p.List.Items {
		p.Items = append(p.Items, listItem{item, survey.Receipt(item.ID), forms[item.FormID], cases[item.CaseID], names[item.Submitter]})
	}
}

// caseNames lists the project's cases to pick from, by title.
func (s *Server) caseNames(r *Request) ([]caseName, error) {
	list, err := s.Cases.List(r, r.Project.ID, casebase.Filter{}, casebase.Sort{By: casebase.SortTitle}, casebase.Page{})
	if err != nil {
		return nil, err
	}
	names := make([]caseName, 0, len(list.Cases))
	for _, c := range list.Cases {
		names = append(names, caseName{ID: c.ID, Title: c.Title})
	}
	return names, nil
}
