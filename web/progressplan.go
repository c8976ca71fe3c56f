package web

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey"
)

type planPage struct {
	*progressPage
	Attributes []string // of the cases, by which a board can be drawn
	Bases      []survey.Basis
	Grid       planGrid
	Each       string
	DaysOff    string // one a line, as is Course
	Course     string
	Error      string
	Details    []string
}

// planGrid are the targets' fields: Counts by row and column, the last column is of the whole row.
type planGrid struct {
	Rows, Columns []string
	Counts        [][]string
}

// planPage shows the form of a plan.
func (s *Server) planPage(r *Request) error {
	page, err := s.planForm(r)
	if err != nil {
		return err
	}
	if name := r.Query("rows"); name != "" { // the page is asked for anew with other attributes
		page.regroup(name, r.Query("columns"))
	}
	page.fill(page.Plan)
	return s.show(r, "progress/plan", page)
}

// regroup draws the board by other attributes. Targets for what is no longer told apart are left out.
func (p *planPage) regroup(rows, columns string) {
	p.Plan.Targets = slices.DeleteFunc(slices.Clone(p.Plan.Targets), func(t survey.Target) bool {
		return rows != p.Plan.Rows || columns != p.Plan.Columns && t.Column != survey.WholeRow
	})
	p.Plan.Rows, p.Plan.Columns = rows, columns
}

func (s *Server) planForm(r *Request) (*planPage, error) {
	base, err := s.progressForm(r, "progress.planTitle")
	if err != nil {
		return nil, err
	}
	if base.Form.ID == "" {
		return nil, problem.New(problem.NotFound, "submission.noForm")
	}
	page := &planPage{progressPage: base, Bases: survey.Bases}
	page.Tab = "plan"
	for _, v := range page.cases.Variables {
		if (v.Type == table.One || v.Type == table.Text) && v.Name != caseState && v.Name != caseTitle && len(v.Values) <= 10*mostGroups {
			page.Attributes = append(page.Attributes, v.Name)
		}
	}
	page.Plan.Basis = cmp.Or(page.Plan.Basis, survey.ByCase)
	return page, nil
}

// fill writes a plan into the fields.
func (p *planPage) fill(plan survey.Plan) {
	p.Each = strconv.Itoa(max(1, plan.Each))
	var off []string
	for _, d := range plan.DaysOff {
		off = append(off, string(d))
	}
	p.DaysOff = strings.Join(off, "\n")
	var course []string
	for _, w := range plan.Course {
		course = append(course, fmt.Sprintf("%s %s%%", w.Date, p.Number(100*w.Share)))
	}
	p.Course = strings.Join(course, "\n")
	counts := map[[2]string]string{}
	for _, t := range plan.Targets {
		counts[[2]string{t.Row, t.Column}] = strconv.Itoa(t.Count)
	}
	p.Grid.Rows = p.valuesOf(plan.Rows)
	if plan.Columns != "" {
		p.Grid.Columns = p.valuesOf(plan.Columns)
	}
	for _, row := range p.Grid.Rows {
		var line []string
		for _, column := range append(slices.Clip(p.Grid.Columns), survey.WholeRow) {
			line = append(line, counts[[2]string{row, column}])
		}
		p.Grid.Counts = append(p.Grid.Counts, line)
	}
}

// mostGrid is how many values an attribute may have in the grid.
const mostGrid = 60

// valuesOf are an attribute's values, in the order of the plan's targets first.
func (p *planPage) valuesOf(name string) []string {
	var values []string
	for _, t := range p.Plan.Targets {
		value := t.Row
		if name == p.Plan.Columns {
			value = t.Column
		}
		if value != survey.WholeRow && !slices.Contains(values, value) {
			values = append(values, value)
		}
	}
	if at := p.cases.Find(name); at >= 0 {
		for _, v := range p.cases.Variables[at].Values {
			if !slices.Contains(values, v.Code) {
				values = append(values, v.Code)
			}
		}
	}
	return values[:min(len(values), mostGrid)]
}

// setPlan keeps the plan that the form says.
func (s *Server) setPlan(r *Request) error {
	page, err := s.planForm(r)
	if err != nil {
		return err
	}
	plan, wrong := r.planOf(page.Form.ID)
	if wrong == nil {
		var before survey.Plan
		if before, err = s.Surveys.SetPlan(r, r.User.ID, plan); err == nil {
			r.did(string(page.Form.ID), page.Form.Title)
			r.changed(r.sayPlan(before), r.sayPlan(plan))
			return r.To(page.Link(""), "progress.planSaved")
		}
		wrong = problem.From(err)
	}
	page.Plan = plan
	page.fill(plan)
	page.Error = page.Say(wrong.Text)
	for _, d := range wrong.Details {
		page.Details = append(page.Details, page.Say(d.Text))
	}
	if r.Field("daysOff") != "" {
		page.DaysOff = r.Field("daysOff")
	}
	if r.Field("course") != "" {
		page.Course = r.Field("course")
	}
	return s.render(r, statuses[wrong.Kind], "progress/plan", page)
}

// planOf reads the form's fields.
func (r *Request) planOf(formID id.FormID) (survey.Plan, *problem.Problem) {
	p := survey.Plan{FormID: formID, ProjectID: r.Project.ID, Rows: r.Field("rows"), Columns: r.Field("columns"), Basis: survey.Basis(r.Field("basis")),
		Start: survey.Date(r.Field("start")), End: survey.Date(r.Field("end")), Weekends: r.Field("weekends") != ""}
	p.Revision, _ = strconv.ParseInt(r.Field("revision"), 10, 64)
	wrong := problem.New(problem.Invalid, "progress.planInvalid")
	var err error
	if p.Each, err = strconv.Atoi(cmp.Or(r.Field("each"), "1")); err != nil {
		wrong.With("each", "progress.eachInvalid")
	}
	rows, columns, counts := r.Request.PostForm["row"], append(slices.Clip(r.Request.PostForm["column"]), survey.WholeRow), r.Request.PostForm["count"]
	for i, text := range counts {
		if text = strings.TrimSpace(text); text == "" || i/len(columns) >= len(rows) {
			continue
		}
		t := survey.Target{Row: rows[i/len(columns)], Column: columns[i%len(columns)]}
		if t.Count, err = strconv.Atoi(text); err != nil {
			wrong.With("targets", "progress.targetNumber", t.Row, text)
		}
		p.Targets = append(p.Targets, t)
	}
	for _, text := range strings.Fields(strings.NewReplacer(",", " ", "，", " ", "、", " ").Replace(r.Field("daysOff"))) {
		p.DaysOff = append(p.DaysOff, survey.Date(text))
	}
	for line := range strings.Lines(r.Field("course")) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		fields := strings.Fields(strings.TrimRight(strings.NewReplacer(",", " ", "，", " ", "：", " ", ":", " ").Replace(line), "%％"))
		if len(fields) != 2 {
			wrong.With("course", "progress.waypointUnread", line)
			continue
		}
		share, err := strconv.ParseFloat(fields[1], 64)
		if err != nil {
			wrong.With("course", "progress.waypointUnread", line)
		}
		p.Course = append(p.Course, survey.Waypoint{Date: survey.Date(fields[0]), Share: share / 100})
	}
	if len(wrong.Details) > 0 {
		return p, wrong
	}
	return p, nil
}

// sayPlan says a plan in a few words, for the audit.
func (r *Request) sayPlan(p survey.Plan) string {
	if p.Rows == "" {
		return ""
	}
	total := 0
	for _, t := range p.Targets {
		total += t.Count
	}
	by := p.Rows
	if p.Columns != "" {
		by += " × " + p.Columns
	}
	days := "—"
	if p.Start != "" {
		days = string(p.Start) + "–" + string(p.End)
	}
	switch p.Basis {
	case survey.ByCase:
		return say(r, "progress.saidCases", by, p.Each, days)
	case survey.ByAssignment:
		return say(r, "progress.saidAssignments", by)
	}
	return say(r, "progress.saidGroups", by, total, days)
}

// BasisLabel says a plan's basis.
func (p *planPage) BasisLabel(b survey.Basis) string {
	switch b {
	case survey.ByGroup:
		return p.T("progress.byGroup")
	case survey.ByAssignment:
		return p.T("progress.byAssignment")
	}
	return p.T("progress.byCase")
}

// GridColumn says a column of the grid by its place.
func (p *planPage) GridColumn(at int) string {
	if at < len(p.Grid.Columns) {
		return p.Grid.Columns[at]
	}
	return p.T("progress.wholeRow")
}
