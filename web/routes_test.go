package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/survey"
	"tianye/web"
)

func TestEveryRouteNamesItsVerb(t *testing.T) {
	if len(web.Routes) < 40 {
		t.Fatalf("%d routes: the table was not read", len(web.Routes))
	}
	known := map[account.Verb]bool{account.Anyone: true, account.SignedIn: true, account.Serve: true}
	for _, role := range append([]account.Role{account.App}, account.Roles...) {
		for _, verb := range account.Verbs(role) {
			known[verb] = true
		}
	}
	seen := map[string]bool{}
	for _, r := range web.Routes {
		line := r.Method + " " + r.Path
		if r.Verb == "" || !known[r.Verb] {
			t.Errorf("%s: verb %q", line, r.Verb)
		}
		if r.Handle == nil || seen[line] {
			t.Errorf("%s: no handler, or twice in the table", line)
		}
		seen[line] = true
		inProject := strings.HasPrefix(r.Path, "/p/:project") || strings.HasPrefix(r.Path, "/key/:key/")
		if projectVerb := r.Verb != account.Anyone && r.Verb != account.SignedIn && r.Verb != account.Serve; inProject != projectVerb {
			t.Errorf("%s: %q is not a verb for this path", line, r.Verb)
		}
		if forApps(r) != (strings.HasPrefix(r.Path, "/key/:key/") || strings.HasPrefix(r.Path, "/p/:project/openrosa/")) {
			t.Errorf("%s: %q is of another sort of client", line, r.Verb)
		}
	}
}

// forApps tells whether a route is for collection clients, where no session counts.
func forApps(route web.Route) bool {
	return route.Verb == account.FetchForm || route.Verb == account.SendInstance
}

// target is a project with one thing of each kind, to fill the places of paths.
func target(w *world) map[string]string {
	f := w.Publish(visit(w), "visit.xlsx")
	c := w.Case("荷塘村")
	sub := w.Submit(f, c.ID, "uuid:1", goodVisit())
	t, err := w.Surveys.Table(w.Context(), w.Project.ID, f.ID, "zh")
	if err != nil {
		w.Fatal(err)
	}
	chart, err := w.Charts.Save(w.Context(), w.Project.ID, w.Users["ana"].ID, charts.Spec{Source: charts.Source{Kind: id.KindSubmission, Form: f.ID},
		Measure: "basic/members", By: "basic/county", Statistic: charts.Mean, Kind: charts.Bar, Title: "党员人数"}, t)
	if err != nil {
		w.Fatal(err)
	}
	app, err := w.Accounts.CreateAppUser(w.Context(), w.Project.ID, w.Users["alice"].ID, "吴博的手机")
	if err != nil {
		w.Fatal(err)
	}
	given, err := w.Surveys.MakeAssignments(w.Context(), w.Project.ID, w.Users["alice"].ID, []survey.NewAssignment{{FormID: f.ID, CaseID: c.ID, Enumerator: w.Users["bob"].ID, Again: true}}, false)
	if err != nil {
		w.Fatal(err)
	}
	return map[string]string{":assignment": string(given[0].ID), ":app": string(app.ID), ":key": strings.Repeat("k", 64), ":project": string(w.Project.ID), ":form": string(f.ID), ":case": string(c.ID), ":submission": string(sub.ID),
		":chart": string(chart.ID), ":user": string(w.Users["vic"].ID), ":token": "none", ":bulk": strings.Repeat("0", 26), ":export": strings.Repeat("0", 26), ":link": string(w.link(f, nil).ID), ":version": "1", ":revision": "1", ":name": "none.jpg", "*file": "placeholder.txt"}
}

func fill(path string, places map[string]string) string {
	segments := strings.Split(path, "/")
	for i, s := range segments {
		if value, ok := places[s]; ok {
			segments[i] = value
		}
	}
	return strings.Join(segments, "/")
}

// refused are the statuses of somebody who may not.
var refused = map[int]bool{http.StatusUnauthorized: true, http.StatusForbidden: true}

// TestEveryRouteForEveryRole walks the whole table as everybody.
func TestEveryRouteForEveryRole(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	roles := map[string]account.Role{"": "", "chelsea": "", "vic": account.Viewer, "bob": account.Enumerator, "ana": account.Analyst,
		"rui": account.Reviewer, "alice": account.Manager, "root": account.Admin}
	for _, route := range web.Routes {
		path := fill(route.Path, places)
		if strings.ContainsAny(path, ":*") {
			t.Fatalf("%s: no value for a place of the path", route.Path)
		}
		for login, role := range roles {
			// Its effect must not hinder the next: a changing request has no fields, and
			// sign-out would end the session. Pictures take long to draw: tests of charts do.
			if route.Path == "/sign-out" || isPicture(route.Path) && account.Can(role, route.Verb) || route.Method == http.MethodPost && destroys(route.Path) && account.Can(role, route.Verb) {
				continue
			}
			got := w.ask(login, route, path)
			if want := expected(login, role, route); !want(got) {
				t.Errorf("%s %s as %q (%s, needs %s): status %d", route.Method, route.Path, login, role, route.Verb, got)
			}
		}
	}
}

func isPicture(path string) bool {
	return strings.HasSuffix(path, ".svg") || strings.HasSuffix(path, ".png")
}

// destroys names the changing routes that need no field to succeed; the tests of
// each resource show that those who may can use them.
func destroys(path string) bool {
	for _, end := range []string{"/delete", "/remove", "/reset", "/move", "/revoke", "/deactivate", "/end", "/cancel", "/backup"} {
		if strings.HasSuffix(path, end) {
			return true
		}
	}
	return false
}

func (w *world) ask(login string, route web.Route, path string) int {
	c := w.As(login)
	if route.Method == http.MethodPost {
		return c.Post(path, url.Values{}).StatusCode
	}
	return c.do(route.Method, path, "", nil).StatusCode
}

func expected(login string, role account.Role, route web.Route) func(int) bool {
	inProject := strings.HasPrefix(route.Path, "/p/:project")
	switch {
	case forApps(route):
		return func(got int) bool { return refused[got] } // sessions do not count
	case route.Verb == account.Anyone:
		return func(got int) bool {
			return !refused[got] || strings.HasPrefix(route.Path, "/sign-in") && got == http.StatusUnauthorized
		}
	case login == "" && route.Method == http.MethodGet:
		return func(got int) bool { return got == http.StatusSeeOther } // to the sign-in page
	case login == "":
		return func(got int) bool { return got == http.StatusUnauthorized }
	case role == "" && inProject:
		return func(got int) bool { return got == http.StatusNotFound } // its existence is not told
	case role == "" && route.Verb == account.Serve, !account.Can(role, route.Verb) && route.Verb != account.SignedIn,
		route.Verb == account.Serve && role != account.Admin:
		return func(got int) bool { return got == http.StatusForbidden }
	}
	return func(got int) bool { return !refused[got] && got < 500 }
}

// TestChangingNeedsTheToken sends every changing request without the session's token,
// and as another site's page would.
func TestChangingNeedsTheToken(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	root := w.As("root")
	for _, route := range web.Routes {
		if route.Method != http.MethodPost || route.Verb == account.Anyone || forApps(route) {
			continue
		}
		path := fill(route.Path, places)
		if got := root.do("POST", path, "application/x-www-form-urlencoded", strings.NewReader("")).StatusCode; got != http.StatusForbidden {
			t.Errorf("%s without a token: status %d", route.Path, got)
		}
		root.header.Set("Sec-Fetch-Site", "cross-site")
		if got := root.Post(path, nil).StatusCode; got != http.StatusForbidden {
			t.Errorf("%s from another site: status %d", route.Path, got)
		}
		root.header.Del("Sec-Fetch-Site")
	}
}

// TestUploadsNeedTheToken: a form with a file carries it in a field, or a script in a
// header; what is sent without either is not kept.
func TestUploadsNeedTheToken(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	alice := w.As("alice")
	stranger := *alice
	for _, token := range []string{"", "x", w.As("bob").csrf} {
		stranger.csrf = token
		for _, path := range []string{"/forms", "/forms/:form", "/cases/import", "/cases/import/preview", "/cases/:case/files"} {
			stranger.Upload(fill("/p/:project"+path, places), "file", "a.txt", []byte("x"), nil).Want(t, http.StatusForbidden)
		}
		stranger.SendFiles(w.Base()+"/submissions", map[string]any{}).Want(t, http.StatusForbidden)
	}
	if n := w.caseCount(); n != 1 {
		t.Errorf("%d cases", n)
	}
	body := "--b\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n" + alice.csrf // ends early
	alice.do("POST", w.Base()+"/cases/import", "multipart/form-data; boundary=b", strings.NewReader(body)).Want(t, http.StatusBadRequest)
	many := strings.Repeat("--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n", 2000) + "--b--\r\n"
	alice.do("POST", w.Base()+"/cases/import", "multipart/form-data; boundary=b", strings.NewReader(many)).Want(t, http.StatusRequestEntityTooLarge)
}

// TestAnotherProjectsThings asks for the things of one project below another's path.
func TestAnotherProjectsThings(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	other, err := w.Accounts.CreateProject(t.Context(), w.Users["alice"].ID, "别的课题", "", false)
	if err != nil {
		t.Fatal(err)
	}
	places[":project"] = string(other.ID)
	alice := w.As("alice")
	for _, route := range web.Routes {
		names := strings.Count(route.Path, ":")
		if !strings.HasPrefix(route.Path, "/p/:project/") || names < 2 {
			continue
		}
		if got := w.ask("alice", route, fill(route.Path, places)); got < 400 || got >= 500 {
			t.Errorf("%s %s of another project: status %d", route.Method, route.Path, got)
		}
		bad := fill(route.Path, map[string]string{":project": string(w.Project.ID), ":form": "%00", ":case": "../x", ":submission": "x", ":chart": "-1",
			":user": "nobody", ":bulk": "x", ":export": "x", ":link": "x", ":version": "NaN", ":revision": "999999999999999999999", ":name": "..%2f..%2fetc"})
		var got int
		if route.Method == http.MethodPost {
			got = alice.Post(bad, nil).StatusCode
		} else {
			got = alice.Get(bad).StatusCode
		}
		if got >= 500 || got == http.StatusOK {
			t.Errorf("%s %s with impossible ids: status %d", route.Method, bad, got)
		}
	}
}
