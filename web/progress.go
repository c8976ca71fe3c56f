package web

import (
	"net/url"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/survey"
)

var progressRoutes = []Route{
	{get, "/p/:project/progress", account.ReadProgress, (*Server).progressBoard, 0},
	{get, "/p/:project/progress/plan", account.ManageProject, (*Server).planPage, 0},
	{post, "/p/:project/progress/plan", account.ManageProject, (*Server).setPlan, 0},
	{get, "/p/:project/progress/map", account.ReadProgress, (*Server).progressMap, 0},
	{get, "/p/:project/progress/map/picture", account.ReadProgress, (*Server).outlinePicture, 0},
	{post, "/p/:project/progress/map/outline", account.ManageProject, (*Server).setOutline, survey.MaxOutline + 1<<20},
	{post, "/p/:project/progress/map/outline/remove", account.ManageProject, (*Server).removeOutline, 0},
	{get, "/p/:project/progress/screen", account.ReadProgress, (*Server).progressScreen, 0},
	{get, "/p/:project/progress/report", account.ReadProgress, (*Server).progressReport, 0},
	{get, "/p/:project/progress/report.xlsx", account.ReadProgress, (*Server).progressWorkbook, 0},
}

// progressPage is what the board, the map, the big screen and the report begin with.
type progressPage struct {
	Page
	Forms    []survey.Form // that are published
	Form     survey.Form
	Plan     survey.Plan
	Made     bool // somebody made the plan
	Progress survey.Progress
	Named    bool // the reader may know who did what
	Names    map[id.UserID]string
	Tab      string
	query    survey.ProgressQuery
	cases    *table.Table
}

// progress reads what the query's form, else that in work, has come to from one day to another; zero times
// are none, and now.
func (s *Server) progress(r *Request, title string, since, until time.Time) (*progressPage, error) {
	page, err := s.progressForm(r, title)
	if err != nil || page.Form.ID == "" {
		return page, err
	}
	page.query.Since, page.query.Until = since, until
	if page.Progress, err = s.Surveys.Progress(r, r.Project.ID, page.query); err != nil {
		return nil, err
	}
	if page.Progress.Folded {
		page.Plan.Columns = ""
	}
	page.Names, err = s.senders(r)
	return page, err
}

// progressForm finds the form and its plan, and where the cases stand on its board.
func (s *Server) progressForm(r *Request, title string) (*progressPage, error) {
	page := &progressPage{Page: s.page(r, title), Named: r.Can(account.ReadSubmission)}
	forms, at, err := s.publishedForms(r, id.FormID(r.Request.FormValue("form")))
	if page.Forms = forms; err != nil || at < 0 {
		return page, err
	}
	page.Form = page.Forms[at]
	if page.Plan, err = s.Surveys.Plan(r, r.Project.ID, page.Form.ID); err != nil {
		return nil, err
	}
	page.Made = page.Plan.Revision > 0
	if page.cases, err = s.Cases.Table(r, r.Project.ID); err != nil {
		return nil, err
	}
	page.Plan.Rows, page.Plan.Columns = groupings(page.cases, page.Plan.Rows, page.Plan.Columns)
	page.query = survey.ProgressQuery{Plan: page.Plan, Places: placesOf(page.cases, page.Plan), Location: s.location}
	return page, nil
}

// mostGroups is how many values an attribute may have to be drawn by when nobody said so.
const mostGroups = 40

// groupings are the attributes that the board is drawn by: those of the plan as far as the reader's
// cases have them, else the first of few values.
func groupings(cases *table.Table, rows, columns string) (string, string) {
	if cases.Find(rows) < 0 {
		rows, columns = "", ""
	}
	if cases.Find(columns) < 0 {
		columns = ""
	}
	if rows != "" {
		return rows, columns
	}
	for _, v := range cases.Variables {
		switch {
		case v.Name == caseState || v.Type != table.One || len(v.Values) < 1 || len(v.Values) > mostGroups:
		case rows == "":
			rows = v.Name
		case columns == "":
			columns = v.Name
		}
	}
	return rows, columns
}

// placesOf tells where on the board each case stands.
func placesOf(cases *table.Table, plan survey.Plan) map[id.CaseID]survey.BoardPlace {
	value := func(name string) func(row int) string {
		at := cases.Find(name)
		if at < 0 || cases.Columns[at].Codes == nil {
			return func(int) string { return "" }
		}
		return func(row int) string {
			if code := cases.Columns[at].Codes[row]; code != table.Missing {
				return cases.Variables[at].Values[code].Code
			}
			return ""
		}
	}
	rows, columns := value(plan.Rows), value(plan.Columns)
	places := make(map[id.CaseID]survey.BoardPlace, cases.Len())
	for row, origin := range cases.Origins {
		places[id.CaseID(origin.ID)] = survey.BoardPlace{Row: rows(row), Column: columns(row)}
	}
	return places
}

// Link is the address of one of the pages about progress, of the same form.
func (p *progressPage) Link(path string) string {
	return p.Base() + "/progress" + path + "?form=" + url.QueryEscape(string(p.Form.ID))
}

// Submissions is the address of the submissions behind a number; of a row or column named "*" all are.
func (p *progressPage) Submissions(row, column, state string) string {
	return p.Base() + "/submissions?" + p.behind(row, column, state).Encode()
}

// Assignments is the address of the overdue assignments behind a number.
func (p *progressPage) Assignments(row, column string) string {
	return p.Base() + "/assignments?" + p.behind(row, column, stateLate).Encode()
}

// behind is the filter of a list of what a cell, or a total, counts.
func (p *progressPage) behind(row, column, state string) url.Values {
	v := url.Values{"form": {string(p.Form.ID)}, "checks": {withoutChecks}}
	where := url.Values{}
	if row != survey.WholeRow && p.Plan.Rows != "" {
		where.Set(p.Plan.Rows, row)
	}
	if column != survey.WholeRow && p.Plan.Columns != "" {
		where.Set(p.Plan.Columns, column)
	}
	if len(where) > 0 {
		v.Set("where", where.Encode())
	}
	if state != "" {
		v.Set("state", state)
	}
	return v
}

// progressBoard shows the board.
func (s *Server) progressBoard(r *Request) error {
	page, err := s.progress(r, "progress.title", time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	page.Tab = "board"
	return s.show(r, "progress/board", page)
}
