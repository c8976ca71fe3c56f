package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/web"
)

// TestEveryRouteForEveryLimitedRole walks the whole table as every role that is limited to a
// county: with what lies in another county it answers as if that did not exist, with the county's
// own as the matrix of roles promises, and without either it tells nothing of the other county.
func TestEveryRouteForEveryLimitedRole(t *testing.T) {
	w := newScopeWorld(t)
	before := w.state(w.far)
	for _, route := range web.Routes {
		if !strings.HasPrefix(route.Path, "/p/:project") || forApps(route) {
			continue
		}
		for login, role := range limited {
			if ofCounty(route) {
				w.otherCounty(route, login, role)
				w.ownCounty(route, login, role)
			} else {
				w.noCounty(route, login, role)
			}
		}
	}
	if after := w.state(w.far); after != before {
		t.Errorf("the other county was changed:\n%s\n%s", before, after)
	}
}

// TestEveryRouteOfAnotherProject: its existence is not told, whatever is asked.
func TestEveryRouteOfAnotherProject(t *testing.T) {
	w := newScopeWorld(t)
	for _, route := range web.Routes {
		if !strings.HasPrefix(route.Path, "/p/:project") {
			continue
		}
		for login := range limited {
			for _, path := range w.paths(route, w.elsewhere, w.near) {
				got := w.request(login, route, path, w.near).StatusCode
				if got != http.StatusNotFound && !(forApps(route) && refused[got]) {
					t.Errorf("%s %s of another project as %s: status %d", route.Method, route.Path, login, got)
				}
			}
		}
	}
}

func (w *scopeWorld) otherCounty(route web.Route, login string, role account.Role) {
	w.Helper()
	want := http.StatusForbidden
	if account.Can(role, route.Verb) {
		want = http.StatusNotFound
	}
	for _, path := range w.paths(route, w.Project, w.far) {
		a := w.request(login, route, path, w.far)
		if told := w.told(a, w.far); a.StatusCode != want || len(told) > 0 {
			w.Errorf("%s %s of the other county as %s: status %d, want %d, tells %q", route.Method, route.Path, role, a.StatusCode, want, told)
		}
	}
}

func (w *scopeWorld) ownCounty(route web.Route, login string, role account.Role) {
	w.Helper()
	if strings.HasSuffix(route.Path, ".png") { // as the .svg, and takes long to draw
		return
	}
	own := w.near
	may := account.Can(role, route.Verb)
	if may && route.Method == http.MethodPost { // it leaves another one behind: each has its own
		w.made++
		painter := "alice"
		if account.Can(role, account.EditChart) { // others' charts are not theirs to change
			painter = login
		}
		own = w.county(painter, w.near.name, w.near.mark, fmt.Sprint("lake-", w.made))
	}
	for _, path := range w.paths(route, w.Project, own) {
		a := w.request(login, route, path, own)
		good := a.StatusCode == http.StatusForbidden
		if may {
			good = a.StatusCode < 400 || a.StatusCode == w.twin(login, route, path)
		}
		if told := w.told(a, w.far); !good || len(told) > 0 {
			w.Errorf("%s %s of the own county as %s (%s): status %d, tells %q\n%.600s", route.Method, route.Path, role, route.Verb, a.StatusCode, told, a.Text())
		}
		if route.Method == http.MethodPost {
			break
		}
	}
}

// twin is the status that somebody of the same role gets who is not limited. Nothing is changed.
func (w *scopeWorld) twin(login string, route web.Route, path string) int {
	w.Helper()
	if route.Method != http.MethodGet {
		return 0
	}
	return w.As(strings.TrimPrefix(login, "token:") + ".2").Get(path).StatusCode
}

func (w *scopeWorld) noCounty(route web.Route, login string, role account.Role) {
	w.Helper()
	for _, path := range w.paths(route, w.Project, w.near) {
		for _, query := range w.queries(route) {
			a := w.request(login, route, path+query, w.near)
			may := account.Can(role, route.Verb)
			is := a.StatusCode == http.StatusForbidden
			if may && is { // some pages want more than the verb: of everybody of the role
				is = w.twin(login, route, path+query) != http.StatusForbidden
			}
			if told := w.told(a, w.far); len(told) > 0 || may == is || a.StatusCode >= 500 {
				w.Errorf("%s %s%s as %s (%s): status %d, tells %q of the other county", route.Method, route.Path, query, role, route.Verb, a.StatusCode, told)
			}
		}
	}
}

// queries are the ways in which a route is asked that lists, searches, counts or draws.
func (w *scopeWorld) queries(route web.Route) []string {
	if route.Method != http.MethodGet {
		return []string{""}
	}
	far := "case=" + string(w.far.caseID)
	form := "form=" + string(w.visits.ID)
	switch strings.TrimPrefix(route.Path, "/p/:project") {
	case "/submissions":
		return []string{"", "?q=走访", "?" + form, "?" + far, "?state=hasIssues", "?state=received", "?enumerator=" + string(w.Users["alice"].ID)}
	case "/submissions/export":
		queries := []string{"?" + form + "&" + far, "?form=" + string(w.houses.ID) + "&format=xlsx"}
		for _, format := range []string{"xlsx", "csv", "jsonl", "sav", "stata", "geojson", "media"} {
			queries = append(queries, "?"+form+"&format="+format, "?"+form+"&values=1&personal=1&format="+format)
		}
		return queries
	case "/assignments":
		return []string{"", "?" + form, "?attribute=县&value=" + w.far.name, "?enumerator=" + string(w.Users["bob"].ID), "?state=open"}
	case "/quality":
		return []string{"", "?all=1&" + form, "?form=" + string(w.houses.ID), "?enumerator=" + string(w.Users["alice"].ID)}
	case "/quality/daily":
		return []string{"", "?day=2026-04-12", "?day=2026-04-13", "?day=" + now.Format(time.DateOnly)}
	case "/exports":
		return []string{"", "?" + form, "?" + form + "&" + far}
	case "/submissions/export/dictionary":
		return []string{"?" + form, "?" + form + "&format=docx"}
	case "/cases":
		return []string{"", "?q=走访记", "?q=村", "?trash=1", "?attribute=县", "?sort=updated", "?state=draft"}
	case "/forms/:form/fill":
		return []string{"", "?" + far}
	case "/progress/map":
		return []string{"", "?box=118,28,119,29"}
	case "/charts/new":
		return []string{"", w.specQueries()[0]}
	case "/charts/data", "/charts/evidence", "/charts/export.svg", "/charts/export.xlsx":
		return w.specQueries()
	}
	return []string{""}
}

// specQueries compare what tells most: texts, cases, persons and attributes.
func (w *scopeWorld) specQueries() []string {
	submissions, cases := charts.Source{Kind: id.KindSubmission, Form: w.visits.ID}, charts.Source{Kind: id.KindCase}
	var queries []string
	for _, spec := range []charts.Spec{
		{Source: submissions, By: "case:县", Kind: charts.Bar, Statistic: charts.Count},
		{Source: submissions, By: "_case", Kind: charts.Bar, Statistic: charts.Count},
		{Source: submissions, By: "note", Split: "_enumerator", Kind: charts.Grouped, Statistic: charts.Count},
		{Source: submissions, Measure: "people", By: "_case", Kind: charts.Bar, Statistic: charts.Mean},
		{Source: submissions, Measure: "note", Kind: charts.Bar, Statistic: charts.Count},
		{Source: cases, By: "title", Kind: charts.Bar, Statistic: charts.Count},
		{Source: cases, Measure: "户数", By: "县", Kind: charts.Bar, Statistic: charts.Sum},
		w.spec(w.near),
	} {
		raw, err := json.Marshal(spec)
		if err != nil {
			w.Fatal(err)
		}
		queries = append(queries, "?variables=1&spec="+url.QueryEscape(string(raw)))
	}
	return queries
}

// TestWhoIsNotLimitedSeesAll asks what the walk above asks as somebody who is not limited: what tells
// nothing of the county then proves nothing there.
func TestWhoIsNotLimitedSeesAll(t *testing.T) {
	w := newScopeWorld(t)
	silent := map[string]bool{}
	for _, route := range web.Routes {
		if route.Method != http.MethodGet || !strings.HasPrefix(route.Path, "/p/:project") || forApps(route) || strings.HasSuffix(route.Path, ".png") {
			continue
		}
		tells := 0
		for _, path := range w.paths(route, w.Project, w.far) {
			for _, query := range w.queries(route) {
				a := w.request("alice", route, path+query, w.far)
				if tells += len(w.told(a, w.far)); a.StatusCode >= 400 && ofCounty(route) && !strings.HasSuffix(route.Path, "/restore") && !strings.HasSuffix(route.Path, "/mend") { // who sent it mends it
					t.Errorf("%s %s as a manager: status %d", route.Method, route.Path, a.StatusCode)
				}
			}
		}
		silent[strings.TrimPrefix(route.Path, "/p/:project")] = tells == 0
	}
	for _, path := range []string{"", "/bin", "/submissions", "/submissions/export", "/submissions/:submission", "/submissions/:submission/history", "/submissions/:submission/instance.xml",
		"/assignments", "/assignments/new", "/assignments/template", "/assignments/:assignment", "/assignments/:assignment/compare",
		"/submissions/:submission/correct", "/submissions/:submission/files/:name", "/cases", "/cases/new", "/cases/:case", "/cases/:case/edit", "/cases/:case/revisions",
		"/cases/:case/revisions/:revision", "/cases/:case/files/:name", "/cases/:case/revisions/:revision/files/:name", "/forms/:form/fill", "/forms/:form/versions/:version/media/:name",
		"/charts", "/charts/data", "/charts/evidence", "/charts/export.svg", "/charts/export.xlsx", "/charts/:chart", "/charts/:chart/picture.svg", "/charts/:chart/numbers.xlsx",
		"/progress", "/progress/map", "/progress/screen", "/progress/report", "/progress/report.xlsx"} {
		if is, asked := silent[path]; is || !asked {
			t.Errorf("%s tells a manager nothing of the other county: %t, asked %t", path, is, asked)
		}
	}
}

// state is what there is of a county, for comparison.
func (w *scopeWorld) state(c *county) string {
	w.Helper()
	var b strings.Builder
	village, err := w.Cases.Get(w.Context(), w.Project.ID, c.caseID)
	if err != nil {
		w.Fatal(err)
	}
	sub, err := w.Surveys.Submission(w.Context(), w.Project.ID, c.submission.ID)
	if err != nil {
		w.Fatal(err)
	}
	all, err := w.Charts.Charts(w.Context(), w.Project.ID)
	if err != nil {
		w.Fatal(err)
	}
	fmt.Fprint(&b, village, sub.Revision, sub.State, sub.CaseID)
	for _, saved := range all {
		if saved.ID == c.chart {
			fmt.Fprint(&b, saved.Spec)
		}
		if string(saved.ID) == c.deleted[":chart"] {
			b.WriteString("a chart is back from the bin")
		}
	}
	for place, gone := range c.deleted {
		if place == ":case" {
			if _, err := w.Cases.Get(w.Context(), w.Project.ID, id.CaseID(gone)); err == nil {
				b.WriteString("a case is back from the bin")
			}
		}
	}
	return b.String()
}
