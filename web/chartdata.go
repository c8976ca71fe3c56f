package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// comparison is a spec with what is computed of it.
type comparison struct {
	Spec    charts.Spec // complete: nothing is left to the program
	Table   *table.Table
	Result  *charts.Result
	Problem error // of the kind Invalid: why there is no Result
	hidden  bool  // groups of few are
}

// specOf reads what is to be compared: the saved chart of the path, else the
// query's spec.
func (s *Server) specOf(r *Request) (charts.Spec, error) {
	if r.Param("chart") != "" {
		saved, err := s.savedChart(r)
		return saved.Spec, err
	}
	spec, err := decodeSpec([]byte(r.Query("spec")))
	if err != nil {
		return spec, err
	}
	return spec, s.mayCompare(r, spec)
}

func decodeSpec(raw []byte) (charts.Spec, error) {
	var spec charts.Spec
	if err := json.Unmarshal(raw, &spec); err != nil {
		return spec, problem.New(problem.Malformed, "chart.badSpec").Because(err)
	}
	return spec, nil
}

// mayCompare refuses a spec of one's own to those who may neither make charts nor
// read submissions: they could single out one person's answers. They look at saved
// charts.
func (s *Server) mayCompare(r *Request, spec charts.Spec) error {
	if r.Can(account.EditChart) || r.Can(account.ReadSubmission) {
		return nil
	}
	saved, err := s.Charts.Charts(r, r.Project.ID)
	if err != nil {
		return err
	}
	asked, err := json.Marshal(spec)
	if err != nil {
		return err
	}
	for _, c := range saved {
		if one, err := json.Marshal(c.Spec); err == nil && bytes.Equal(one, asked) {
			return nil
		}
	}
	return problem.New(problem.Forbidden, "chart.savedOnly")
}

// compare completes a spec and computes it.
func (s *Server) compare(r *Request, spec charts.Spec) (*comparison, error) {
	t, _, err := s.chartTable(r, spec)
	if err != nil {
		return nil, err
	}
	c := &comparison{Spec: complete(r, t, spec), Table: t}
	c.Result, err = charts.Compute(t, c.Spec, string(r.Language), s.location)
	if problem.Is(err, problem.Invalid) {
		c.Problem, err = err, nil
	}
	if err == nil && c.Problem == nil {
		err = s.sayCounted(r, c)
	}
	if err == nil && c.Problem == nil && !r.Can(account.ReadSubmission) {
		c.suppress(r)
	}
	return c, err
}

// suppress hides groups of few submissions: from those who may not read them, and in files, which get about.
func (c *comparison) suppress(r *Request) {
	if k := r.Project.Privacy.Least(); k > 0 && c.Spec.Source.Kind != id.KindCase && !c.hidden {
		c.Result, c.hidden = charts.Suppress(c.Result, c.Spec, k, string(r.Language)), true
	}
}

// warn says on the screen what files will hide.
func (c *comparison) warn(r *Request) {
	shown := *c
	shown.suppress(r)
	if hidden := shown.Result.Hidden; hidden > c.Result.Hidden {
		result := *c.Result
		result.Notes = append(slices.Clip(result.Notes), say(r, "personal.smallInFiles", hidden, r.Project.Privacy.Least()))
		c.Result = &result
	}
}

// computed is compare for those who need the numbers.
func (s *Server) computed(r *Request, spec charts.Spec) (*comparison, error) {
	c, err := s.compare(r, spec)
	if err == nil {
		err = c.Problem
	}
	return c, err
}

// look is how charts are drawn for the reader.
func (r *Request) look() charts.Look {
	look := charts.Look{Language: string(r.Language)}
	if r.Project.Demo {
		look.Mark = say(r, "app.demo")
	}
	if !r.Limit.IsZero() {
		look.Scope = r.Limit.Attribute + " " + r.limitValues()
	}
	return look
}

// complete fills in what a spec leaves to the program, or what no longer fits: the
// statistic, the kind and the order with it, the title.
func complete(r *Request, t *table.Table, spec charts.Spec) charts.Spec {
	if spec.Kind == "" && spec.Sort == "" {
		spec.Sort = charts.Propose(t, spec.Measure, spec.By).Sort
	}
	spec = charts.Fit(t, spec)
	if spec.Title == "" {
		spec.Title = titleOf(r, t, spec)
	}
	return spec
}

func titleOf(r *Request, t *table.Table, spec charts.Spec) string {
	label := func(name string) string {
		if at := t.Find(name); at >= 0 {
			return t.Variables[at].Label
		}
		return ""
	}
	measure := label(spec.Measure)
	if measure == "" {
		measure = say(r, "chart.submissions")
		if spec.Source.Kind == id.KindCase {
			measure = say(r, "chart.cases")
		}
	}
	if len(spec.Choices) > 0 {
		measure = say(r, "chart.titleChoices", measure, choiceLabels(r, t, spec))
	}
	switch {
	case spec.Second != "" && spec.Kind == charts.Scatter:
		return say(r, "chart.titleTwo", measure, label(spec.Second))
	case spec.By != "":
		return say(r, "chart.titleBy", measure, label(spec.By))
	}
	return measure
}

// choiceLabels says the choices that are taken together.
func choiceLabels(r *Request, t *table.Table, spec charts.Spec) string {
	var labels []string
	if at := t.Find(spec.Measure); at >= 0 {
		for _, v := range t.Variables[at].Values {
			if slices.Contains(spec.Choices, v.Code) {
				labels = append(labels, v.Label)
			}
		}
	}
	return strings.Join(labels, say(r, "chart.listComma"))
}

// chartData is what the island draws.
type chartData struct {
	Spec       charts.Spec        `json:"spec"`
	Option     json.RawMessage    `json:"option,omitempty"`
	Height     int                `json:"height"` // of the drawing, in CSS pixels
	Result     *charts.Result     `json:"result,omitempty"`
	Value      string             `json:"value"` // what the numbers are: the statistic
	Problem    string             `json:"problem,omitempty"`
	Kinds      []charts.Kind      `json:"kinds"`
	Statistics []charts.Statistic `json:"statistics"`
	Variables  []chartVariable    `json:"variables,omitempty"`
}

var statisticKeys = map[charts.Statistic]string{
	charts.Count: "chart.statistic.count", charts.Share: "chart.statistic.share", charts.Mean: "chart.statistic.mean",
	charts.Median: "chart.statistic.median", charts.Sum: "chart.statistic.sum",
}

// chartData answers the island: the option, the numbers, and what else could be chosen;
// for those who make charts, with variables=1, also what the source offers, and with
// first=1 a first comparison of it.
func (s *Server) chartData(r *Request) error {
	spec, err := s.specOf(r)
	if err == nil && r.Query("first") != "" && r.Can(account.EditChart) {
		spec, err = s.firstSpec(r, spec.Source)
	}
	if err != nil {
		return err
	}
	c, err := s.compare(r, spec)
	if err != nil {
		return err
	}
	if c.Problem == nil && r.Can(account.ReadSubmission) {
		c.warn(r)
	}
	data := chartData{Spec: c.Spec, Result: c.Result, Value: say(r, statisticKeys[c.Spec.Statistic]),
		Kinds: kindsOf(c.Table, c.Spec), Statistics: charts.Statistics(c.Table, c.Spec)}
	if c.Problem != nil {
		data.Problem = sentence(r, c.Problem)
	} else {
		look := r.look()
		look.Dark = r.Query("dark") != ""
		if width, err := strconv.Atoi(r.Query("width")); err == nil {
			look.Width = min(max(width, 300), 2000)
		}
		_, data.Height = charts.Size(c.Result, c.Spec, look)
		if data.Option, err = charts.Option(c.Result, c.Spec, look); err != nil {
			return err
		}
	}
	if r.Query("variables") != "" && r.Can(account.EditChart) {
		if data.Variables, err = s.chartVariables(r, spec.Source); err != nil {
			return err
		}
	}
	r.Header("Cache-Control", "no-store")
	r.JSON(http.StatusOK, data)
	return nil
}

// kindsOf are the kinds that could be chosen, a scatter among them when another
// number would make one.
func kindsOf(t *table.Table, spec charts.Spec) []charts.Kind {
	spec.Second = ""
	kinds := charts.Kinds(t, spec)
	if at := t.Find(spec.Measure); at >= 0 && t.Variables[at].Type == table.Number {
		kinds = append(kinds, charts.Scatter)
	}
	return kinds
}

// sentence says a problem with all its details.
func sentence(r *Request, err error) string {
	p := problem.From(err)
	text := message.Sprint(r.Language, p.Text)
	for _, d := range p.Details {
		text += " " + message.Sprint(r.Language, d.Text)
	}
	return text
}
