package web

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
)

type chartsPage struct {
	Page
	Charts []charts.Saved
	Names  map[id.UserID]string
	Forms  []survey.Form
	scope  account.Scope
}

// Changeable tells whether the reader may move and delete a chart.
func (p chartsPage) Changeable(c charts.Saved) bool {
	return p.Can("chart.edit") && c.ChangeableBy(p.scope)
}

// NoPicture says why a chart cannot be drawn: its form is in the recycle bin; "" when it is not.
func (p chartsPage) NoPicture(c charts.Saved) string { return p.noPicture(p.Forms, c) }

func (p Page) noPicture(forms []survey.Form, c charts.Saved) string {
	if c.Spec.Source.Kind == id.KindCase || slices.ContainsFunc(forms, func(f survey.Form) bool { return f.ID == c.Spec.Source.Form }) {
		return ""
	}
	return p.T("bin.chartFormIn")
}

// charts is the gallery.
func (s *Server) charts(r *Request) error {
	page := chartsPage{Page: s.page(r, "chart.list"), scope: account.ScopeOf(r)}
	var err error
	if page.Charts, err = s.Charts.Charts(r, r.Project.ID); err != nil {
		return err
	}
	if page.Names, err = s.Accounts.Names(r, r.Project.ID); err != nil {
		return err
	}
	if page.Forms, err = s.Surveys.Forms(r, r.Project.ID); err != nil {
		return err
	}
	return s.show(r, "chart/list", page)
}

type chartPage struct {
	Page
	Saved    charts.Saved // empty of a new one
	Revision string       // of Saved from which Spec was made
	Spec     charts.Spec
	Forms    []survey.Form
	Editing  bool
	Theirs   bool // a chart that the reader may look at and copy, not change
}

// MarkHint says what there is behind a mark for the reader.
func (p chartPage) MarkHint() string {
	if p.Can("submission.read") || p.Spec.Source.Kind == id.KindCase {
		return p.T("chart.markHint")
	}
	return p.T("chart.markHintNumber")
}

// Kinds are all kinds in the order of the buttons.
func (p chartPage) Kinds() []charts.Kind {
	return []charts.Kind{charts.Bar, charts.Grouped, charts.Stacked, charts.Percent, charts.Line, charts.Pie, charts.Radar, charts.HeatMap,
		charts.BoxPlot, charts.Scatter}
}

// KindName says a kind.
func (p chartPage) KindName(kind charts.Kind) string { return p.T(kindKeys[kind]) }

// KindNeed says what a kind needs, for when it cannot be chosen.
func (p chartPage) KindNeed(kind charts.Kind) string { return p.T(kindNeeds[kind]) }

var kindKeys = map[charts.Kind]string{
	charts.Bar: "chart.kind.bar", charts.Grouped: "chart.kind.grouped", charts.Stacked: "chart.kind.stacked", charts.Percent: "chart.kind.percent",
	charts.Line: "chart.kind.line", charts.Pie: "chart.kind.pie", charts.Radar: "chart.kind.radar", charts.HeatMap: "chart.kind.heatmap",
	charts.BoxPlot: "chart.kind.boxplot", charts.Scatter: "chart.kind.scatter",
}

var kindNeeds = map[charts.Kind]string{
	charts.Bar: "chart.needs.bar", charts.Grouped: "chart.needs.series", charts.Stacked: "chart.needs.series", charts.Percent: "chart.needs.percent",
	charts.Line: "chart.needs.line", charts.Pie: "chart.needs.pie", charts.Radar: "chart.needs.radar", charts.HeatMap: "chart.needs.heatmap",
	charts.BoxPlot: "chart.needs.boxplot", charts.Scatter: "chart.needs.scatter",
}

// newChart is the builder with a proposal, or with the spec of the query.
func (s *Server) newChart(r *Request) error {
	page, err := s.chartPage(r, charts.Saved{})
	if err != nil {
		return err
	}
	if r.Query("spec") == "" {
		if page.Spec, err = s.firstSpec(r, firstSource(page.Forms)); err != nil {
			return err
		}
	}
	return s.show(r, "chart/show", page)
}

// showChart is a saved chart; the builder for those who make charts.
func (s *Server) showChart(r *Request) error {
	saved, err := s.savedChart(r)
	if err != nil {
		return err
	}
	page, err := s.chartPage(r, saved)
	if err != nil {
		return err
	}
	return s.show(r, "chart/show", page)
}

func (s *Server) chartPage(r *Request, saved charts.Saved) (*chartPage, error) {
	page := &chartPage{Page: s.page(r, "chart.new"), Saved: saved, Spec: saved.Spec, Editing: r.Can(account.EditChart),
		Revision: r.DefaultQuery("revision", strconv.FormatInt(saved.Revision, 10))}
	if saved.ID != "" {
		page.Title, page.Theirs = saved.Spec.Title, !saved.ChangeableBy(account.ScopeOf(r))
	}
	var err error
	if r.Query("spec") != "" {
		if page.Spec, err = decodeSpec([]byte(r.Query("spec"))); err != nil {
			return nil, err
		}
	}
	page.Forms, err = s.Surveys.Forms(r, r.Project.ID)
	return page, err
}

// savedChart is the chart of the path.
func (s *Server) savedChart(r *Request) (charts.Saved, error) {
	missing := problem.New(problem.NotFound, "chart.none")
	if !id.Valid(r.Param("chart")) {
		return charts.Saved{}, missing
	}
	saved, err := s.Charts.Chart(r, r.Project.ID, id.ChartID(r.Param("chart")))
	if problem.Is(err, problem.NotFound) {
		return charts.Saved{}, missing
	}
	return saved, err
}

// toSave is what the builder sends.
type toSave struct {
	Spec     charts.Spec `json:"spec"`
	Revision int64       `json:"revision"`
}

// kept is what it learns.
type kept struct {
	ID       id.ChartID  `json:"id"`
	Revision int64       `json:"revision"`
	Spec     charts.Spec `json:"spec"`
}

// saveChart keeps a chart: a new one, or the path's at the revision that was read.
func (s *Server) saveChart(r *Request) error {
	var in toSave
	if err := json.NewDecoder(r.Request.Body).Decode(&in); err != nil {
		return bodyProblem(err)
	}
	c, err := s.computed(r, in.Spec)
	if err != nil {
		return err
	}
	var saved charts.Saved
	status := http.StatusOK
	if chart := r.Param("chart"); chart == "" {
		status = http.StatusCreated
		saved, err = s.Charts.Save(r, r.Project.ID, r.User.ID, c.Spec, c.Table)
	} else if _, err = s.savedChart(r); err == nil {
		saved, err = s.Charts.Update(r, r.Project.ID, r.User.ID, id.ChartID(chart), in.Revision, c.Spec, c.Table)
	}
	if err != nil {
		return err
	}
	r.did(string(saved.ID), saved.Spec.Title)
	if status == http.StatusOK {
		r.revised(in.Revision, saved.Revision)
	}
	r.JSON(status, kept{saved.ID, saved.Revision, saved.Spec})
	return nil
}

func (s *Server) moveChart(r *Request) error {
	saved, err := s.savedChart(r)
	if err != nil {
		return err
	}
	if err := s.Charts.Move(r, r.Project.ID, saved.ID, r.Field("to") == "up"); err != nil {
		return err
	}
	r.did(string(saved.ID), saved.Spec.Title)
	return r.To("/p/"+string(r.Project.ID)+"/charts#"+string(saved.ID), "")
}

func say(r *Request, key string, args ...any) string { return message.T(r.Language, key, args...) }
