package web_test

import (
	"archive/zip"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"tianye/casebase"
	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/survey"
	"tianye/survey/quality"
	"tianye/web"
)

// scopeWorld has two counties with the same things in them. All roles but the manager's reach one.
type scopeWorld struct {
	box survey.PublicLink // a suggestion box
	*world
	visits, houses survey.Form
	near, far      *county
	elsewhere      account.Project // whose member nobody of the world is
	made           int             // counties for one use
}

// county is what there is in one of the counties, under which marks.
type county struct {
	name, mark    string
	file          string // of the case and of the submission
	caseID        id.CaseID
	submission    survey.Submission
	chart         id.ChartID
	assignment    id.AssignmentID   // bob's
	deleted       map[string]string // the same in the bin, by the place of paths
	marks         []string          // all that tells of the county
	suggested     id.SubmissionID   // came by a public link, and is about the case
	chartRevision int64
}

// limited are those who reach the near county only: members by their logins, and tokens.
var limited = map[string]account.Role{"rui": account.Reviewer, "ana": account.Analyst, "bob": account.Enumerator, "vic": account.Viewer,
	"token:rui": account.Reviewer, "token:ana": account.Analyst}

func newScopeWorld(t *testing.T) *scopeWorld {
	t.Helper()
	w := &scopeWorld{world: newWorld(t)}
	w.visits = w.Publish(workbook(t, sheets{
		"survey": {{"type", "name", "label", "personal"}, {"text", "note", "走访印象", ""}, {"text", "head", "户主", "yes"},
			{"select_one field", "field", "领域", ""}, {"integer", "people", "人口", ""}, {"image", "photo", "照片", ""}},
		"choices":  {{"list_name", "name", "label"}, {"field", "village", "农村"}, {"field", "town", "社区"}},
		"settings": {{"form_id", "form_title", "version"}, {"visits", "走访", "1"}},
	}), "visits.xlsx")
	w.houses = w.Publish(workbook(t, sheets{
		"survey": {{"type", "name", "label", "save_to"}, {"select_one_from_file cases.csv", "which", "哪个村", ""},
			{"select_one_from_file houses.csv", "next", "邻居", ""}, {"text", "house", "门牌", "门牌"}},
		"entities": {{"list_name", "label"}, {"houses", "${house}"}},
		"settings": {{"form_id", "form_title", "version"}, {"houses", "门牌", "1"}},
	}), "houses.xlsx")
	w.box = w.link(w.visits, url.Values{"once": {""}, "suggestion": {"note"}})
	w.far, w.near = w.county("alice", "开化县", "幽谷", "hidden-valley"), w.county("alice", "江山市", "清湖", "clear-lake")
	w.tell(w.far, w.submit("alice", "", w.far, "uuid:far-without-case")) // nobody's but alice's
	w.tell(w.near, w.submit("bob", "", w.near, "uuid:near-without-case"))
	for login, role := range limited {
		if strings.HasPrefix(login, "token:") {
			w.token(login, role)
			continue
		}
		w.limit(login, "江山市")
		twin := account.User{ID: id.UserID(id.New(now)), Login: login + ".2", Name: login, PasswordHash: hashed(t), Created: now}
		err := store.NewAccounts(w.Backend).CreateUser(t.Context(), twin)
		if err == nil {
			_, _, err = w.Accounts.AddMember(t.Context(), w.Project.ID, twin.Login, "", role)
		}
		if w.Users[twin.Login] = twin; err != nil {
			t.Fatal(err)
		}
	}
	var err error
	if w.elsewhere, err = w.Accounts.CreateProject(t.Context(), w.Users["chelsea"].ID, "别的课题", "", false); err != nil {
		t.Fatal(err)
	}
	return w
}

// limit limits a member to the cases of a county, and gives their browser.
func (w *world) limit(login, county string) *client {
	w.Helper()
	if err := w.Accounts.SetLimit(w.Context(), w.Project.ID, w.Users[login].ID, account.Limit{Attribute: "县", Values: []string{county}}); err != nil {
		w.Fatal(err)
	}
	return w.As(login)
}

// token makes a program's client whose token is limited to the near county.
func (w *scopeWorld) token(login string, role account.Role) {
	w.Helper()
	limit := account.Limit{Attribute: "县", Values: []string{w.near.name}}
	_, secret, err := w.Accounts.CreateToken(w.Context(), w.Project.ID, w.Users["alice"].ID, account.Token{Name: login, Role: role, Limit: limit}, 1)
	if err != nil {
		w.Fatal(err)
	}
	w.clients[login] = &client{w: w.world, name: login, header: http.Header{"Authorization": {"Bearer " + secret}}}
}

// county makes a county's case with a former revision, submissions with a file, a correction and an
// entity, a chart of the painter's, and one of each in the bin.
func (w *scopeWorld) county(painter, name, mark, latin string) *county {
	w.Helper()
	c := &county{name: name, mark: mark, file: latin + ".txt", deleted: map[string]string{}, marks: []string{name, mark, latin, url.PathEscape(mark), url.PathEscape(name)}}
	c.caseID = w.village2(c, mark+"村")
	c.submission = w.submit("bob", c.caseID, c, "uuid:"+latin)
	base := w.Base()
	alice := w.As("alice")
	sub := base + "/submissions/" + string(c.submission.ID)
	alice.Post(sub+"/correct", url.Values{"revision": {"1"}, "reason": {mark + "核对"}, "a:note": {mark + "走访，已核对"}}).Want(w.T, http.StatusSeeOther)
	alice.Post(sub+"/review", url.Values{"revision": {"2"}, "state": {"hasIssues"}, "comment": {mark + "再问"}}).Want(w.T, http.StatusSeeOther)
	house, err := w.Surveys.Submit(w.Context(), w.Project.ID, w.Users["bob"].ID, survey.Incoming{InstanceID: "uuid:house-" + latin, FormID: w.houses.ID, Version: 1,
		Started: now, Ended: now, Answers: map[string]any{"which": string(c.caseID), "house": mark + "一号"}})
	if err != nil || house.CaseID != c.caseID {
		w.Fatal(err)
	}
	c.chart, c.chartRevision = w.chart(painter, c)
	given, err := w.Surveys.MakeAssignments(w.Context(), w.Project.ID, w.Users["alice"].ID, []survey.NewAssignment{
		{FormID: w.visits.ID, CaseID: c.caseID, Enumerator: w.Users["bob"].ID, Note: mark + "再访", Again: true}}, false)
	if err != nil {
		w.Fatal(err)
	}
	c.assignment = given[0].ID
	flags := survey.Flags{ID: string(c.submission.ID), ProjectID: w.Project.ID, FormID: w.visits.ID, Submission: c.submission.ID, Checked: now,
		Flags: []survey.Flag{{Check: quality.Night, Submission: c.submission.ID, Text: problem.Say("quality.say.media")}}}
	if err := store.NewSurveys(w.Backend).CreateFlags(w.Context(), flags); err != nil {
		w.Fatal(err)
	}
	w.tell(c, c.submission)
	w.tell(c, house)
	c.marks = append(c.marks, string(c.caseID), string(c.chart), string(c.assignment), c.submission.Attachments[0].Hash)

	c.suggested = w.suggest(c, latin)

	gone := w.village2(c, mark+"旧村")
	alice.Post(base+"/cases/"+string(gone)+"/delete", url.Values{"reason": {mark + "并村"}}).Want(w.T, http.StatusSeeOther)
	goneSub := w.submit("bob", c.caseID, c, "uuid:gone-"+latin)
	alice.Post(base+"/submissions/"+string(goneSub.ID)+"/delete", url.Values{"reason": {mark + "填错"}}).Want(w.T, http.StatusSeeOther)
	goneChart, _ := w.chart(painter, c)
	alice.Post(base+"/charts/"+string(goneChart)+"/delete", url.Values{"reason": {mark + "不用"}}).Want(w.T, http.StatusSeeOther)
	w.tell(c, goneSub)
	c.marks = append(c.marks, string(gone), string(goneChart))
	c.deleted = map[string]string{":case": string(gone), ":submission": string(goneSub.ID), ":chart": string(goneChart)}
	return c
}

// suggest sends a suggestion by the public link, which alice finds to be about the county's case.
func (w *scopeWorld) suggest(c *county, latin string) id.SubmissionID {
	w.Helper()
	got, err := w.Surveys.SubmitByLink(w.Context(), &w.box, survey.Incoming{InstanceID: "uuid:suggested-" + latin, Version: 1, Started: now, Ended: now,
		Answers: map[string]any{"note": c.mark + "建议"}}, survey.LinkEntry{})
	if err == nil {
		_, err = w.Surveys.Correct(w.Context(), w.Project.ID, w.Users["alice"].ID, got.ID, 1, survey.Correction{Case: &c.caseID, Reason: "是这个村的"})
	}
	if err != nil {
		w.Fatal(err)
	}
	w.tell(c, got.Submission)
	return got.ID
}

func (w *scopeWorld) tell(c *county, sub survey.Submission) {
	c.marks = append(c.marks, string(sub.ID), sub.Receipt(), sub.InstanceID)
}

func (w *scopeWorld) village2(c *county, title string) id.CaseID {
	w.Helper()
	edit := casebase.Edit{Title: title, Text: c.mark + "走访记：见 [附件](" + c.file + ")", Attributes: []casebase.Attribute{
		{Name: "县", Type: casebase.TypeChoice, Value: c.name}, {Name: c.mark + "属性", Type: casebase.TypeText, Value: c.mark + "值"}, {Name: "户数", Type: casebase.TypeNumber, Value: "30"},
		{Name: "坐标", Type: casebase.TypeText, Value: "28.7401, 118.6302"}}}
	made, err := w.Cases.Create(w.Context(), w.Users["alice"].ID, w.Project.ID, edit)
	if err == nil {
		_, _, err = w.Cases.Attach(w.Context(), w.Users["alice"].ID, w.Project.ID, made.ID, c.file, strings.NewReader(c.mark))
	}
	if err == nil {
		edit.Text += "，改过"
		_, err = w.Cases.Save(w.Context(), w.Users["alice"].ID, w.Project.ID, made.ID, 2, edit)
	}
	if err != nil {
		w.Fatal(err)
	}
	return made.ID
}

func (w *scopeWorld) submit(login string, caseID id.CaseID, c *county, instance string) survey.Submission {
	w.Helper()
	file, err := w.Surveys.Attach(w.Context(), w.Project.ID, c.file, "text/plain", strings.NewReader(c.mark), 1000)
	if err != nil {
		w.Fatal(err)
	}
	sub, err := w.Surveys.Submit(w.Context(), w.Project.ID, w.Users[login].ID, survey.Incoming{InstanceID: instance, FormID: w.visits.ID, Version: 1, CaseID: caseID,
		DeviceID: c.mark, Started: now, Ended: now, Files: []survey.Attachment{file},
		Answers: map[string]any{"note": c.mark + "走访", "head": c.mark + "户主", "field": "village", "people": "812", "photo": c.file}})
	if err != nil {
		w.Fatal(err)
	}
	return sub
}

// spec is a chart that is about a county only.
func (w *scopeWorld) spec(c *county) charts.Spec {
	return charts.Spec{Source: charts.Source{Kind: id.KindSubmission, Form: w.visits.ID}, Measure: "people", By: "case:县", Statistic: charts.Mean, Kind: charts.Bar,
		Title: c.mark + "人口", Filters: []charts.Filter{{Variable: "case:县", Values: []string{c.name}}}}
}

func (w *scopeWorld) chart(painter string, c *county) (id.ChartID, int64) {
	w.Helper()
	var saved struct {
		ID       id.ChartID
		Revision int64
	}
	a := w.As(painter).Send(w.Base()+"/charts", map[string]any{"spec": w.spec(c)}).Want(w.T, http.StatusCreated)
	if err := json.Unmarshal([]byte(a.Body), &saved); err != nil {
		w.Fatal(err)
	}
	return saved.ID, saved.Revision
}

// paths are what a route is asked as: every place is filled with what the county has there. A
// place that is unknown here fails the test.
func (w *scopeWorld) paths(route web.Route, project account.Project, c *county) []string {
	w.Helper()
	places := map[string]string{":project": string(project.ID), ":case": string(c.caseID), ":submission": string(c.submission.ID), ":chart": string(c.chart), ":assignment": string(c.assignment),
		":revision": "2", ":version": "1", ":user": string(w.Users["vic"].ID), ":app": strings.Repeat("0", 26), ":token": strings.Repeat("0", 26), ":bulk": strings.Repeat("0", 26), ":export": strings.Repeat("0", 26), ":link": string(w.box.ID), ":key": strings.Repeat("k", 64),
		"*file": "placeholder.txt", ":name": c.file}
	if strings.Contains(route.Path, "/suggestions/") {
		places[":submission"] = string(c.suggested)
	}
	if strings.HasSuffix(route.Path, "/restore") {
		maps.Copy(places, c.deleted)
	}
	var paths []string
	for _, form := range []survey.Form{w.visits, w.houses} {
		places[":form"] = string(form.ID)
		for _, name := range []string{c.file, "cases.csv", "houses.csv"} {
			if strings.Contains(route.Path, "/media/") {
				places[":name"] = name
			}
			path := fill(route.Path, places)
			if strings.ContainsAny(path, ":*") {
				w.Fatalf("%s: no value for a place of the path", route.Path)
			}
			if !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	return paths
}

// ofCounty tells whether a route is of something that lies in a county.
func ofCounty(route web.Route) bool {
	return slices.ContainsFunc(strings.Split(route.Path, "/"), func(s string) bool { return s == ":case" || s == ":submission" || s == ":chart" || s == ":assignment" })
}

// request asks a route as somebody would who means it: changes have the fields that they need.
func (w *scopeWorld) request(login string, route web.Route, path string, c *county) answer {
	w.Helper()
	who := w.As(login)
	if route.Method != http.MethodPost {
		return who.do(route.Method, path, "", nil)
	}
	fields := url.Values{"revision": {"3"}, "reason": {"核对"}, "title": {"新村"}, "state": {"draft"}, "text": {"正文"}, "name": {c.file},
		"attribute-name": {"县"}, "attribute-type": {"choice"}, "attribute-value": {w.near.name}}
	switch rest := strings.TrimPrefix(route.Path, "/p/:project"); rest {
	case "/submissions/:submission/correct":
		fields.Set("a:people", "820")
	case "/links/:link/suggestions/:submission":
		fields.Set("revision", "1")
		fields.Set("state", "working")
	case "/submissions/:submission/return":
		fields.Set("comment", c.mark+"请核对")
	case "/submissions/:submission/flags":
		fields = url.Values{"check": {"night"}, "verdict": {"false"}, "note": {"补访"}}
	case "/submissions/:submission/review":
		fields.Set("state", "approved")
	case "/cases/:case/files", "/cases/import", "/cases/import/preview", "/members/import", "/members/import/preview":
		content := "名称,县\n" + "新来的村," + w.near.name + "\n"
		return who.Upload(path, "file", "新.csv", []byte(content), fields)
	case "/charts", "/charts/:chart":
		return who.Send(path, map[string]any{"spec": w.spec(w.near), "revision": c.chartRevision})
	case "/assignments/:assignment/visits":
		return who.Send(path, map[string]any{"id": "uuid:visit-by-" + login, "at": now, "outcome": "notHome"})
	case "/submissions":
		return who.Send(path, incoming(w.visits, "uuid:sent-by-"+login, map[string]any{"note": "走访"}))
	}
	return who.Post(path, fields)
}

// told gives what an answer tells of a county beyond what was asked; a workbook is looked into.
func (w *scopeWorld) told(a answer, c *county) []string {
	w.Helper()
	all := whole(w, a)
	for _, values := range a.Header {
		all += strings.Join(values, "\n")
	}
	asked := a.Request.URL.Path + " " + a.Request.URL.RawQuery
	return slices.DeleteFunc(slices.Clone(c.marks), func(mark string) bool { return strings.Contains(asked, mark) || !strings.Contains(all, mark) })
}

// whole is all text of an answer, of a workbook that of its parts too.
func whole(t testing.TB, a answer) string {
	t.Helper()
	all := a.Body
	if strings.HasPrefix(all, "PK\x03\x04") {
		book, err := zip.NewReader(strings.NewReader(all), int64(len(all)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range book.File {
			part, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			raw, err := io.ReadAll(part)
			if err != nil {
				t.Fatal(err)
			}
			all += string(raw)
		}
	}
	return all
}
