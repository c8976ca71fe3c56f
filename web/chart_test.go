package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/survey"
)

// comparisonWorld is a world with five visits: 江山市 12 and 8 members, 柯城区 30, 20 and 10.
type comparisonWorld struct {
	*world
	Form  survey.Form
	Spec  charts.Spec // the mean of the members by county
	Saved charts.Saved
}

func newComparison(t *testing.T) *comparisonWorld {
	t.Helper()
	w := newWorld(t)
	c := &comparisonWorld{world: w, Form: w.Publish(visit(t), "visit.xlsx")}
	if _, err := w.Accounts.SetPrivacy(t.Context(), w.Project.ID, account.Privacy{SmallCell: -1}); err != nil { // five are few
		t.Fatal(err)
	}
	village := w.Case("荷塘村")
	for i, v := range []struct{ county, town, members string }{{"jiangshan", "hecun", "12"}, {"jiangshan", "hushan", "8"},
		{"kecheng", "hehua", "30"}, {"kecheng", "hehua", "20"}, {"kecheng", "hehua", "10"}} {
		caseID := village.ID
		if i == 4 {
			caseID = ""
		}
		w.Submit(c.Form, caseID, fmt.Sprintf("uuid:%d", i), map[string]any{"topics": "party",
			"basic": map[string]any{"respondent": fmt.Sprintf("受访人%d", i), "county": v.county, "town": v.town, "members": v.members}})
	}
	c.Spec = charts.Spec{Source: charts.Source{Kind: id.KindSubmission, Form: c.Form.ID}, Measure: "basic/members", By: "basic/county",
		Statistic: charts.Mean, Kind: charts.Bar, Title: "柯城区党员更多"}
	table, err := w.Surveys.Table(t.Context(), w.Project.ID, c.Form.ID, "zh")
	if err != nil {
		t.Fatal(err)
	}
	if c.Saved, err = w.Charts.Save(t.Context(), w.Project.ID, w.Users["ana"].ID, c.Spec, table); err != nil {
		t.Fatal(err)
	}
	return c
}

// at is a path of the charts with a spec.
func (c *comparisonWorld) at(path string, spec charts.Spec, more ...string) string {
	raw, err := json.Marshal(spec)
	if err != nil {
		c.Fatal(err)
	}
	q := url.Values{"spec": {string(raw)}}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	return c.Base() + "/charts" + path + "?" + q.Encode()
}

// chartAnswer is what the island reads.
type chartAnswer struct {
	Spec      charts.Spec
	Result    *charts.Result
	Option    json.RawMessage
	Problem   string
	Kinds     []charts.Kind
	Variables []struct{ Name, Section string }
}

func (c *comparisonWorld) data(login string, spec charts.Spec) chartAnswer {
	c.Helper()
	var data chartAnswer
	body := c.As(login).Get(c.at("/data", spec, "variables", "1")).Want(c.T, http.StatusOK).Body
	if err := json.Unmarshal([]byte(body), &data); err != nil {
		c.Fatal(err, body)
	}
	return data
}

func TestChartData(t *testing.T) {
	c := newComparison(t)
	data := c.data("ana", c.Spec)
	cells := data.Result.Series[0].Cells
	if cells[0].Value != 10 || cells[0].N != 2 || cells[1].Value != 20 || cells[1].N != 3 || data.Result.N != 5 {
		t.Errorf("numbers %+v of %d", cells, data.Result.N)
	}
	if data.Result.Categories[0].Label != "江山市" || !bytes.Contains(data.Option, []byte("柯城区")) {
		t.Errorf("labels %v, option %.200s", data.Result.Categories, data.Option)
	}
	if !slices.Contains(data.Kinds, charts.BoxPlot) || !slices.Contains(data.Kinds, charts.Scatter) {
		t.Errorf("kinds of numbers: %v", data.Kinds)
	}
	sections := map[string]string{}
	for _, v := range data.Variables {
		sections[v.Name] = v.Section
	}
	for name, section := range map[string]string{"basic/county": "基本情况", "topics": "走访记录", "case:县": "案例属性", "_enumerator": "填报情况"} {
		if sections[name] != section {
			t.Errorf("%s stands in %q, not %q", name, sections[name], section)
		}
	}
	if _, offered := sections["photo"]; offered {
		t.Error("a photograph is offered for comparison")
	}
}

// TestChartLeftToTheProgram gives only what is compared; kind, statistic and title come by themselves.
func TestChartLeftToTheProgram(t *testing.T) {
	c := newComparison(t)
	got := c.data("ana", charts.Spec{Source: c.Spec.Source, Measure: "basic/members", By: "case:县"})
	if got.Spec.Kind == "" || got.Spec.Statistic != charts.Mean || got.Spec.Title != "党员人数：按县比较" || got.Problem != "" {
		t.Errorf("completed to %+v (%s)", got.Spec, got.Problem)
	}
	if got.Result.Categories[0].Label != "江山市" || got.Result.Series[0].Cells[0].Value != 17.5 {
		t.Errorf("by the case's attribute: %+v", got.Result)
	}
	cases := c.data("ana", charts.Spec{Source: charts.Source{Kind: id.KindCase}, By: "state"})
	if cases.Result.N != 1 || cases.Result.By != "状态" || cases.Result.Categories[0].Label != "撰写中" {
		t.Errorf("cases: %+v", cases.Result)
	}
	together := c.data("ana", charts.Spec{Source: c.Spec.Source, Measure: "basic/town", Choices: []string{"hecun", "hushan"}, By: "basic/county"})
	if together.Spec.Title != "乡镇（虎山街道、贺村镇）：按县比较" || together.Result.Series[0].Cells[0].Value != 1 {
		t.Errorf("choices together: %q %+v", together.Spec.Title, together.Result)
	}
	if got := c.data("ana", charts.Spec{Source: c.Spec.Source, Measure: "no/such"}); !strings.Contains(got.Problem, "no/such") {
		t.Errorf("an unknown question: %q", got.Problem)
	}
}

func TestChartsKeepPersonalData(t *testing.T) {
	c := newComparison(t)
	has := func(login string) bool {
		return slices.ContainsFunc(c.data(login, c.Spec).Variables, func(v struct{ Name, Section string }) bool { return v.Name == "basic/respondent" })
	}
	if has("ana") || !has("alice") {
		t.Errorf("respondents offered: to ana %v, to alice %v", has("ana"), has("alice"))
	}
	crafted := []charts.Spec{c.Spec, c.Spec, c.Spec}
	crafted[0].By = "basic/respondent"
	crafted[1].Split = "basic/respondent"
	crafted[2].Filters = []charts.Filter{{Variable: "basic/respondent", Values: []string{"受访人1"}}}
	for _, spec := range crafted {
		for _, path := range []string{"/data", "/evidence", "/export.svg", "/export.xlsx"} {
			c.As("ana").Get(c.at(path, spec)).Want(t, http.StatusForbidden)
		}
		if a := c.As("ana").Send(c.Base()+"/charts", map[string]any{"spec": spec}); a.StatusCode != http.StatusForbidden {
			t.Errorf("saved with personal data: %d", a.StatusCode)
		}
		c.As("alice").Get(c.at("/data", spec)).Want(t, http.StatusOK)
	}
}

// TestViewersSeeSavedCharts: a viewer may not read submissions, so neither single
// one out by a spec of their own.
func TestViewersSeeSavedCharts(t *testing.T) {
	c := newComparison(t)
	if got := c.data("vic", c.Saved.Spec); got.Result.N != 5 || len(got.Variables) > 0 {
		t.Errorf("the saved chart: %+v with %v", got.Result, got.Variables)
	}
	own := c.Spec
	own.By = "_case"
	c.As("vic").Get(c.at("/data", own)).Want(t, http.StatusForbidden)
	c.As("rui").Get(c.at("/data", own)).Want(t, http.StatusOK)
	page := c.As("vic").Get(c.Base()+"/charts/"+string(c.Saved.ID)).Want(t, http.StatusOK).Body
	if strings.Contains(page, `id="panel"`) || !strings.Contains(page, `data-export="png"`) {
		t.Error("a viewer's page: no panel, but exports")
	}
	evidence := c.As("vic").Get(c.at("/evidence", c.Saved.Spec, "category", "kecheng")).Want(t, http.StatusOK).Body
	if !strings.Contains(evidence, "共 3 份填报") || strings.Contains(evidence, "/submissions/") {
		t.Errorf("a viewer's evidence: %s", evidence)
	}
}

func TestChartEvidence(t *testing.T) {
	c := newComparison(t)
	body := c.As("ana").Get(c.at("/evidence", c.Spec, "category", "kecheng")).Want(t, http.StatusOK).Body
	if strings.Count(body, c.Base()+"/submissions/") != 3 || strings.Contains(body, "受访人") {
		t.Errorf("evidence: %s", body)
	}
	for _, want := range []string{"荷塘村", "吴博", ">党员人数</span> 30<", ">柯城区</p>"} {
		if !strings.Contains(body, want) {
			t.Errorf("evidence lacks %s: %s", want, body)
		}
	}
	cases := charts.Spec{Source: charts.Source{Kind: id.KindCase}, By: "县"}
	body = c.As("vic").Get(c.Base()+"/charts").Want(t, http.StatusOK).Body
	if !strings.Contains(body, "柯城区党员更多") {
		t.Error("the gallery lacks the chart")
	}
	body = c.As("ana").Get(c.at("/evidence", cases, "category", "江山市")).Want(t, http.StatusOK).Body
	if !strings.Contains(body, "/cases/") || !strings.Contains(body, "荷塘村") {
		t.Errorf("evidence of cases: %s", body)
	}
}

func TestSaveChart(t *testing.T) {
	c := newComparison(t)
	charted := c.Base() + "/charts"
	var made struct {
		ID       string
		Revision int64
		Spec     charts.Spec
	}
	answer := c.As("ana").Send(charted, map[string]any{"spec": charts.Spec{Source: c.Spec.Source, Measure: "topics"}}).Want(t, http.StatusCreated)
	if err := json.Unmarshal([]byte(answer.Body), &made); err != nil || made.Spec.Title != "议题" || made.Spec.Kind == "" {
		t.Fatal(answer.Body, err)
	}
	one := charted + "/" + made.ID
	spec := made.Spec
	spec.Title = "议题都是党建"
	c.As("alice").Send(one, map[string]any{"spec": spec, "revision": made.Revision}).Want(t, http.StatusOK)
	late := c.As("ana").Send(one, map[string]any{"spec": spec, "revision": made.Revision}).Want(t, http.StatusConflict)
	if !strings.Contains(late.Body, "议题都是党建") {
		t.Errorf("the conflict does not tell: %s", late.Body)
	}
	spec.Title = strings.Repeat("长", 300)
	c.As("ana").Send(charted, map[string]any{"spec": spec}).Want(t, http.StatusUnprocessableEntity)
	c.As("rui").Send(charted, map[string]any{"spec": c.Spec}).Want(t, http.StatusForbidden)

	titles := func() (found []string) {
		list, err := c.Charts.Charts(t.Context(), c.Project.ID)
		if err != nil {
			t.Fatal(err)
		}
		for _, saved := range list {
			found = append(found, saved.Spec.Title)
		}
		return found
	}
	c.As("ana").Post(one+"/move", url.Values{"to": {"up"}}).Want(t, http.StatusSeeOther)
	if got := titles(); got[0] != "议题都是党建" {
		t.Errorf("moved up: %v", got)
	}
	to := c.As("ana").Post(one+"/delete", nil).Want(t, http.StatusSeeOther).Header.Get("Location")
	c.As("ana").Get(one).Want(t, http.StatusNotFound)
	if !strings.Contains(c.As("ana").Get(to).Want(t, http.StatusOK).Body, one+"/restore") {
		t.Error("a deletion cannot be undone")
	}
	c.As("ana").Post(one+"/restore", nil).Want(t, http.StatusSeeOther)
	if got := titles(); len(got) != 2 || !slices.Contains(got, "议题都是党建") {
		t.Errorf("restored: %v", got)
	}
}

func TestChartFiles(t *testing.T) {
	c := newComparison(t)
	saved := c.Base() + "/charts/" + string(c.Saved.ID)
	picture := c.As("vic").Get(saved+"/picture.svg").Want(t, http.StatusOK)
	if !strings.HasPrefix(picture.Body, "<svg") || !strings.Contains(picture.Body, "柯城区党员更多") {
		t.Errorf("picture: %.200s", picture.Body)
	}
	vic := c.As("vic")
	vic.header.Set("If-None-Match", picture.Header.Get("ETag"))
	vic.Get(saved+"/picture.svg").Want(t, http.StatusNotModified)
	c.Submit(c.Form, "", "uuid:more", map[string]any{"basic": map[string]any{"county": "kecheng", "town": "hehua", "members": "100"}})
	vic.Get(saved+"/picture.svg").Want(t, http.StatusOK)
	vic.header.Del("If-None-Match")

	export := c.As("ana").Get(c.at("/export.svg", c.Spec)).Want(t, http.StatusOK)
	if !strings.HasPrefix(export.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("an export is shown, not saved: %v", export.Header)
	}
	data := c.data("ana", c.Spec)
	book, err := excelize.OpenReader(strings.NewReader(c.As("ana").Get(c.at("/export.xlsx", c.Spec)).Want(t, http.StatusOK).Body))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for i, category := range data.Result.Categories {
		want := fmt.Sprint(data.Result.Series[0].Cells[i].Value)
		if !slices.ContainsFunc(rows, func(row []string) bool { return len(row) > 1 && row[0] == category.Label && row[1] == want }) {
			t.Errorf("the workbook lacks %s %s: %v", category.Label, want, rows)
		}
	}
	c.As("ana").Get(c.Base()+"/charts/export.svg?spec={").Want(t, http.StatusBadRequest)
}

// TestChartOfAcknowledgements names what was ticked as the submission's page does.
func TestChartOfAcknowledgements(t *testing.T) {
	c := newComparison(t)
	f := c.Publish(workbook(t, sheets{"survey": {{"type", "name", "label"}, {"acknowledge", "agreed", "已读"}}, "settings": {{"form_id", "form_title"}, {"agreed", "同意"}}}), "agreed.xlsx")
	c.Submit(f, "", "uuid:agreed", map[string]any{"agreed": "OK"})
	spec := charts.Spec{Source: charts.Source{Kind: id.KindSubmission, Form: f.ID}, Measure: "agreed", Statistic: charts.Count, Kind: charts.Bar}
	if a := c.As("ana").Get(c.at("/data", spec)).Want(t, http.StatusOK); !strings.Contains(a.Body, "已确认") || strings.Contains(a.Body, `"label":"OK"`) {
		t.Error(a.Body)
	}
}
