package web

import (
	"fmt"
	"html/template"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/message"
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
	if page.Cases, err = s.caseNames(r); err != nil {
		return err
	}
	if r.Can(account.ReadSubmission) {
		if page.People, err = s.Accounts.People(r, r.Project.ID); err != nil {
			return err
		}
		if page.Apps, err = s.Accounts.AppUsers(r, r.Project.ID); err != nil {
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

var exportTypes = map[survey.Format]string{
	survey.XLSX:      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	survey.CSV:       "text/csv; charset=utf-8",
	survey.JSONLines: "application/jsonl; charset=utf-8",
}

// exportSubmissions streams what the filter selects of one form.
func (s *Server) exportSubmissions(r *Request) error {
	filter, q, err := s.filterOf(r)
	if err != nil {
		return err
	}
	if q.Form == "" {
		return problem.New(problem.Invalid, "submission.exportForm")
	}
	f, err := s.Surveys.Form(r, r.Project.ID, filter.FormID)
	if err != nil {
		return err
	}
	format := survey.Format(r.DefaultQuery("format", string(survey.XLSX)))
	if exportTypes[format] == "" {
		return problem.New(problem.Malformed, "submission.badFilter", string(format))
	}
	e, err := s.export(r, filter, format)
	if err != nil {
		return err
	}
	name := fmt.Sprintf("%s%s-%s.%s", f.Title, exportKind(r.Language, e), s.Now().In(s.location).Format("20060102-1504"), format)
	r.Header("Content-Type", exportTypes[format])
	r.Header("Content-Disposition", attachmentNamed(name))
	r.Header("Cache-Control", "no-store")
	r.Status(http.StatusOK)
	return s.Surveys.Write(r, r.Project.ID, e, r.Writer)
}

// exportKind is what tells one export's file from another's: that with personal data
// must not be passed on by mistake.
func exportKind(language message.Language, e survey.Export) string {
	kind := ""
	if e.Format == survey.XLSX && !e.Labels {
		kind += message.T(language, "submission.kindValues")
	}
	if e.Personal {
		kind += message.T(language, "submission.kindPersonal")
	}
	return kind
}

func (s *Server) export(r *Request, filter survey.Filter, format survey.Format) (survey.Export, error) {
	names, err := s.Accounts.Names(r, r.Project.ID)
	if err != nil {
		return survey.Export{}, err
	}
	cases, err := s.caseNames(r)
	if err != nil {
		return survey.Export{}, err
	}
	titles := map[id.CaseID]string{}
	for _, c := range cases {
		titles[c.ID] = c.Title
	}
	say := func(key string) string { return message.T(r.Language, key) }
	e := survey.Export{Filter: filter, Format: format, Labels: r.Query("values") == "", Personal: r.Query("personal") != "" && r.Can(account.ReadPersonal),
		Language: string(r.Language), Location: s.location,
		CaseTitle:  func(c id.CaseID) string { return titles[c] },
		PersonName: func(u id.UserID) string { return names[u] },
		StateName:  func(state survey.ReviewState) string { return message.Sprint(r.Language, state.Label()) },
		Header:     func(meta string) string { return say(exportKeys[meta]) },
	}
	if r.Project.Demo {
		e.Mark = say("app.demo")
	}
	return e, nil
}

var exportKeys = map[string]string{
	"receipt": "submission.receipt", "case": "submission.case", "enumerator": "submission.enumerator", "received": "submission.received",
	"started": "submission.started", "ended": "submission.ended", "state": "submission.state", "version": "submission.version", "position": "submission.position",
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
