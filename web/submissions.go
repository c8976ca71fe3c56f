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
	States   []survey.ReviewState
	Versions []int
	Query    template.URL // of the filter, without the place in the list; encoded
	NextLink string
	First    bool
}

// listFilter is a filter as the page's fields write it.
type listFilter struct {
	Form, Version, Case, Enumerator, From, To, State, Text string
}

type listItem struct {
	survey.ListItem
	Receipt, FormTitle, CaseTitle, Name string
}

// filterOf reads the filter from the query; who may read only their own gets those, in
// which the personal data are of their own asking.
func (s *Server) filterOf(r *Request) (survey.Filter, listFilter, error) {
	q := listFilter{Form: r.Query("form"), Version: r.Query("version"), Case: r.Query("case"), Enumerator: r.Query("enumerator"),
		From: r.Query("from"), To: r.Query("to"), State: r.Query("state"), Text: r.Query("q")}
	f := survey.Filter{FormID: id.FormID(q.Form), CaseID: id.CaseID(q.Case), Submitter: id.UserID(q.Enumerator),
		States: statesOf(q.State), Text: q.Text, Personal: r.Can(account.ReadPersonal) || !r.Can(account.ReadSubmission)}
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

// waiting stands among the states of the list's filter for those that wait for review.
const waiting = "waiting"

func statesOf(state string) []survey.ReviewState {
	switch state {
	case "":
		return nil
	case waiting:
		return survey.Waiting
	}
	return []survey.ReviewState{survey.ReviewState(state)}
}

// WaitCount is how many of the filter's wait for review.
func (p submissionsPage) WaitCount() int {
	n := 0
	for _, state := range survey.Waiting {
		n += p.List.ByState[state]
	}
	return n
}

func (q listFilter) query() string {
	v := url.Values{}
	for name, value := range map[string]string{"form": q.Form, "version": q.Version, "case": q.Case, "enumerator": q.Enumerator,
		"from": q.From, "to": q.To, "state": q.State, "q": q.Text} {
		if value != "" {
			v.Set(name, value)
		}
	}
	return v.Encode()
}

func (s *Server) submissions(r *Request) error {
	filter, q, err := s.filterOf(r)
	if err != nil {
		return err
	}
	page := submissionsPage{Page: s.page(r, "submission.list"), Filter: q, States: survey.ReviewStates, Query: template.URL(q.query()), First: r.Query("after") == ""}
	if page.List, err = s.Surveys.List(r, r.Project.ID, filter, r.Query("after"), pageSize); err != nil {
		return err
	}
	if page.Forms, err = s.Surveys.Forms(r, r.Project.ID); err != nil {
		return err
	}
	if page.Cases, err = s.allCaseNames(r); err != nil {
		return err
	}
	if r.Can(account.ReadSubmission) {
		if page.People, page.Apps, err = s.submitters(r); err != nil {
			return err
		}
	}
	names, err := s.Accounts.Names(r, r.Project.ID)
	if err != nil {
		return err
	}
	page.describe(names)
	if page.List.Next != "" {
		page.NextLink = "?" + string(page.Query)
		if page.Query != "" {
			page.NextLink += "&"
		}
		page.NextLink += "after=" + url.QueryEscape(page.List.Next)
	}
	return s.show(r, "submission/list", page)
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
