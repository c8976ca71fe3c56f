package web_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/backup"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/web"
)

// notAudited are the requests of method POST that change nothing of anybody else's.
var notAudited = map[string]bool{
	"/language": true, "/p/:project/members/import/preview": true, "/p/:project/cases/import/preview": true, "/p/:project/cases/preview": true,
	"/p/:project/assignments/preview": true, "/p/:project/assignments/import/preview": true, "/p/:project/assignments/check/preview": true, "/l/:link/code": true, "/l/:link/board": true,
	"/p/:project/submissions/bulk/preview": true, "/notifications/read": true,
}

// TestEveryChangeIsAuditedOrListed: a new route that changes something cannot be forgotten, and is said in words.
func TestEveryChangeIsAuditedOrListed(t *testing.T) {
	for _, route := range web.Routes {
		name, label := web.Audited(route)
		if _, known := message.Catalog()[label]; name != "" && !known {
			t.Errorf("%s %s: no label %s", route.Method, route.Path, label)
		}
		if changes := route.Method == http.MethodPost && !notAudited[route.Path]; changes && name == "" {
			t.Errorf("%s %s is neither audited nor listed as no change", route.Method, route.Path)
		}
	}
}

// lines gives a chain, oldest first.
func (w *world) lines(project id.ProjectID) (lines []audit.Line) {
	w.Helper()
	err := w.Audit.Each(w.Context(), project, audit.Filter{}, func(l *audit.Line) error { lines = append(lines, *l); return nil })
	if err != nil {
		w.Fatal(err)
	}
	return lines
}

// auditWalk goes through all audited routes as who may.
type auditWalk struct {
	*world
	places map[string]string
	walked map[string]bool
}

// step asks a route, which must leave one line: of who, about object ("": about no one thing).
func (a *auditWalk) step(line, who, object string, ask func(path string) answer) audit.Line {
	a.Helper()
	a.walked[line] = true
	method, pattern, _ := strings.Cut(line, " ")
	var route web.Route
	for _, r := range web.Routes {
		if r.Method == method && r.Path == pattern {
			route = r
		}
	}
	chain := a.Project.ID
	if !strings.HasPrefix(pattern, "/p/:project") && !strings.HasPrefix(pattern, "/key/") && !strings.HasPrefix(pattern, "/l/") {
		chain = ""
	}
	before := len(a.lines(chain))
	if got := ask(fill(pattern, a.places)); got.StatusCode >= 400 {
		a.Fatalf("%s: status %d\n%.600s", line, got.StatusCode, got.Text())
	}
	after := a.lines(chain)
	if len(after) != before+1 {
		a.Fatalf("%s left %d lines", line, len(after)-before)
	}
	l := after[before]
	if action, _ := web.Audited(route); action == "" || l.Action != action {
		a.Errorf("%s is called %q, want %q", line, l.Action, action)
	}
	if who == "resident" { // nobody asks who that is, or where
		if l.Actor != id.UserID(a.places[":link"]) || l.Name == "" || l.Address != "" || l.Role != "" {
			a.Errorf("%s: %+v", line, l)
		}
		return l
	}
	if l.Actor != a.Users[who].ID && who != "app" || l.Name == "" || l.Address != "127.0.0.1" {
		a.Errorf("%s: who and where: %+v", line, l)
	}
	if l.Role == "" && (chain != "" || who == "root") || chain == "" && l.Role != "" && l.Role != "admin" { // outside projects only an administrator has a role
		a.Errorf("%s: role %q", line, l.Role)
	}
	if l.Object != object && object != "any" || object == "any" && l.Object == "" {
		a.Errorf("%s: object %q, want %q", line, l.Object, object)
	}
	return l
}

// post is a step that sends a form.
func (a *auditWalk) post(pattern, who, object string, fields url.Values) audit.Line {
	a.Helper()
	return a.step("POST "+pattern, who, object, func(path string) answer { return a.As(who).Post(path, fields) })
}

func (a *auditWalk) get(pattern, who, object, query string) audit.Line {
	a.Helper()
	return a.step("GET "+pattern, who, object, func(path string) answer { return a.As(who).Get(path + query) })
}

// TestEveryChangeIsAudited walks all routes of the audit as who may: after each success there is
// exactly one line more.
func TestEveryChangeIsAudited(t *testing.T) {
	w, backups := withBackups(t, 50<<30)
	a := &auditWalk{w, target(w), map[string]bool{}}
	a.places["first"] = a.places[":submission"]
	a.people()
	a.forms()
	a.submissions()
	a.assignments()
	a.links()
	a.quality()
	a.exports()
	a.progress()
	a.cases()
	a.charts()
	a.persons()
	a.server(backups)
	a.sessions()
	for _, route := range web.Routes {
		if name, _ := web.Audited(route); name != "" && !a.walked[route.Method+" "+route.Path] {
			t.Errorf("%s %s was not walked", route.Method, route.Path)
		}
	}
	for _, project := range []id.ProjectID{"", w.Project.ID} {
		if report, err := w.Audit.Verify(t.Context(), project); err != nil || !report.Whole() {
			t.Errorf("%q: %+v, %v", project, report, err)
		}
	}
	w.noAnswers()
}

// noAnswers looks for what was answered, for a case's name and for passwords.
func (w *world) noAnswers() {
	for _, project := range []id.ProjectID{"", w.Project.ID} {
		for _, l := range w.lines(project) {
			for _, never := range []string{"王大妈", "李大爷", "荷塘", password} {
				if strings.Contains(l.Title+l.Before+l.After+l.Reason+l.Object, never) {
					w.Errorf("line %d tells %s: %+v", l.Seq, never, l)
				}
			}
		}
	}
}

func (a *auditWalk) people() {
	vic := string(a.Users["vic"].ID)
	a.post("/p/:project/members", "alice", string(a.Users["chelsea"].ID), url.Values{"login": {"chelsea"}, "name": {"切尔西"}, "role": {"viewer"}})
	if l := a.post("/p/:project/members/:user/role", "alice", vic, url.Values{"role": {"analyst"}}); l.Before != "观察员" || l.After != "报告撰写" || l.Title != "魏观" || l.Role != "manager" {
		a.Errorf("%+v", l)
	}
	a.post("/p/:project/members/:user/limit", "alice", vic, url.Values{"attribute": {"县"}, "value": {"江山市"}})
	a.post("/p/:project/members/:user/deactivate", "alice", vic, nil)
	a.post("/p/:project/members/:user/activate", "alice", vic, nil)
	a.post("/p/:project/members/:user/reset", "root", vic, nil)
	a.post("/p/:project/members/reset", "root", "", url.Values{"user": {vic}})
	a.post("/p/:project/members/:user/remove", "alice", vic, nil)
	const table = "姓名,登录名,角色,县\n林小雨,lin.1,调研员,江山\n毛毛,mao.1,调研员,江山\n魏观,vic,审核员,江山\n"
	if l := a.step("POST /p/:project/members/import", "alice", "", func(path string) answer {
		return a.As("alice").Upload(path, "file", "成员.csv", []byte(table), url.Values{"role": {"enumerator"}})
	}); l.After != "调研员（县：江山）：林小雨、毛毛 · 审核员（县：江山）：魏观" {
		a.Errorf("%+v", l)
	}
	app := a.post("/p/:project/app-users", "alice", "any", url.Values{"name": {"吴博的第二部手机"}})
	a.places[":app"] = app.Object
	a.post("/p/:project/app-users/:app/revoke", "alice", app.Object, nil)
	token := a.post("/p/:project/tokens", "alice", "any", url.Values{"name": {"每晚导出"}, "role": {"analyst"}, "days": {"30"}, "attribute": {"县"}, "value": {"江山市"}})
	if token.After != "报告撰写（县：江山市），有效至 2026-05-13" {
		a.Errorf("%+v", token)
	}
	a.places[":token"] = token.Object
	a.post("/p/:project/tokens/:token/revoke", "alice", token.Object, nil)
	project := string(a.Project.ID)
	if l := a.post("/p/:project", "alice", project, url.Values{"revision": {"1"}, "title": {"衢州基层党建五十例"}}); l.Before != "衢州基层党建" || l.After != "衢州基层党建五十例" {
		a.Errorf("%+v", l)
	}
	a.post("/p/:project/phase", "alice", project, url.Values{"phase": {"closed"}})
	a.post("/p/:project/phase", "alice", project, url.Values{"phase": {""}})
	a.post("/p/:project/second-factor", "alice", project, url.Values{"role": {"analyst"}})
	a.post("/p/:project/second-factor", "alice", project, nil)
}

func (a *auditWalk) forms() {
	form := a.places[":form"]
	upload := func(path string) answer {
		return a.As("alice").Upload(path, "workbook", "visit.xlsx", visit(a), url.Values{})
	}
	a.step("POST /p/:project/forms", "alice", form, upload)
	a.step("POST /p/:project/forms/:form", "alice", form, upload)
	a.step("POST /p/:project/forms/:form/media", "alice", form, func(path string) answer {
		return a.As("alice").Upload(path, "media", "map.png", []byte("\x89PNG\r\n\x1a\n"), url.Values{})
	})
	a.post("/p/:project/forms/:form/media/remove", "alice", form, url.Values{"name": {"map.png"}})
	f, err := a.Surveys.Form(a.Context(), a.Project.ID, id.FormID(form))
	if err != nil {
		a.Fatal(err)
	}
	if l := a.post("/p/:project/forms/:form/publish", "alice", form, url.Values{"revision": {strconv.FormatInt(f.Revision, 10)}}); l.Title != "走访记录" || l.After != "第 2 版" {
		a.Errorf("%+v", l)
	}
	if l := a.post("/p/:project/forms/:form/delete", "alice", form, url.Values{"why": {"重复了"}}); l.Reason != "重复了" {
		a.Errorf("%+v", l)
	}
	a.post("/p/:project/forms/:form/restore", "alice", form, nil)
}

func (a *auditWalk) submissions() {
	f, err := a.Surveys.Form(a.Context(), a.Project.ID, id.FormID(a.places[":form"]))
	if err != nil {
		a.Fatal(err)
	}
	send := func(path string) answer { return a.As("bob").Send(path, incoming(f, "uuid:audited", goodVisit())) }
	made := a.step("POST /p/:project/submissions", "bob", "any", send)
	if len(made.Title) != 9 || made.Role != string(account.Enumerator) {
		a.Errorf("not its receipt: %+v", made)
	}
	before := len(a.lines(a.Project.ID))
	if send(a.Base()+"/submissions").Want(a, http.StatusCreated); len(a.lines(a.Project.ID)) != before {
		a.Error("what was sent again has a line")
	}
	_, phone := a.app("吴博的手机")
	a.step("POST /key/:key/submission", "app", "any", func(string) answer { return phone.send(instanceOf("uuid:a", "", "12")) })
	if phone.send(instanceOf("uuid:a", "", "12")).Want(a, http.StatusCreated); len(a.lines(a.Project.ID)) != before+1 {
		a.Error("what a phone sent again has a line")
	}
	second, phone := a.app("吴博的平板")
	phone.base = a.URL + "/p/" + string(a.Project.ID) + "/openrosa"
	phone.login = digest(second, second.Password(), "MD5")
	if l := a.step("POST /p/:project/openrosa/submission", "app", "any", func(string) answer { return phone.send(instanceOf("uuid:b", "", "12")) }); l.Actor != second.ID || l.Role != string(account.App) {
		a.Errorf("%+v", l)
	}
	a.places[":submission"] = made.Object
	fields := url.Values{"revision": {"1"}, "reason": {"电话核实，是李大爷"}, "a:basic/respondent": {"李大爷"}}
	if l := a.post("/p/:project/submissions/:submission/correct", "rui", made.Object, fields); l.Before != "修订 1" || l.After != "修订 2: basic/respondent" || l.Reason != "" {
		a.Errorf("%+v", l)
	}
	a.post("/p/:project/submissions/:submission/review", "rui", made.Object, url.Values{"revision": {"2"}, "state": {"approved"}})
	a.reviews(made.Object)
	a.post("/p/:project/submissions/:submission/delete", "alice", made.Object, nil)
	a.post("/p/:project/submissions/:submission/restore", "alice", made.Object, nil)
	if l := a.get("/p/:project/submissions/export", "ana", string(f.ID), "?form="+string(f.ID)+"&format=csv&state=approved&q=13800001111"); l.After != "CSV（去标识），共 0 份；筛选条件：审核状态、查找" {
		a.Errorf("%+v", l)
	}
	full := a.step("POST /p/:project/submissions/export/full", "alice", string(f.ID), func(path string) answer {
		return a.As("alice").Post(path+"?form="+string(f.ID)+"&format=csv", url.Values{"reason": {"抽样回访"}})
	})
	if full.Reason != "抽样回访" || full.After != "CSV（含个人信息），共 4 份" {
		a.Errorf("%+v", full)
	}
}

// reviews returns a submission, comments on it, decides in bulk and takes that back: never what was written.
func (a *auditWalk) reviews(sub string) {
	reasons := url.Values{"revision": {"3"}, "r:basic/respondent": {"不是王大妈吧"}, "comment": {"请问李大爷"}}
	if l := a.post("/p/:project/submissions/:submission/return", "rui", sub, reasons); l.Before != "已通过" || l.After != "退回待改" {
		a.Errorf("%+v", l)
	}
	a.post("/p/:project/submissions/:submission/comment", "bob", sub, url.Values{"text": {"李大爷就是王大妈家的"}})
	a.post("/p/:project/submissions/:submission/review", "rui", sub, url.Values{"revision": {"5"}, "state": {"received"}})
	bulk := a.post("/p/:project/submissions/bulk", "rui", "any", url.Values{"do": {"approved"}, "chosen": {sub + ".6"}, "comment": {"王大妈的好"}})
	if bulk.Title != "1 份" || bulk.After != "已通过" {
		a.Errorf("%+v", bulk)
	}
	a.places[":bulk"] = bulk.Object
	a.post("/p/:project/submissions/bulk/:bulk/undo", "rui", bulk.Object, nil)
	a.post("/p/:project/submissions/:submission/review", "rui", sub, url.Values{"revision": {"8"}, "state": {"approved"}})
	a.post("/p/:project/forms/:form/review-rule", "alice", a.places[":form"], url.Values{"revision": {a.formRevision()}, "mode": {"share"}, "share": {"10"}})
	if l := a.post("/p/:project/forms/:form/review-rule", "alice", a.places[":form"], url.Values{"revision": {a.formRevision()}, "mode": {"none"}}); !strings.HasSuffix(l.Before, " 10%") {
		a.Errorf("%+v", l)
	}
}

func (a *auditWalk) formRevision() string {
	f, err := a.Surveys.Form(a.Context(), a.Project.ID, id.FormID(a.places[":form"]))
	if err != nil {
		a.Fatal(err)
	}
	return strconv.FormatInt(f.Revision, 10)
}

func (a *auditWalk) assignments() {
	bob, form, given := string(a.Users["bob"].ID), a.places[":form"], a.places[":assignment"]
	rule := url.Values{"form": {form}, "which": {"none"}, "enumerator": {bob}}
	if l := a.post("/p/:project/assignments", "alice", "", rule); l.Title != "1 条任务" || l.After != "走访记录 → 吴博 1 条" {
		a.Errorf("%+v", l)
	}
	a.post("/p/:project/assignments/:assignment/visits", "bob", given, url.Values{"id": {"v1"}, "at": {"2026-04-13T09:00:00+08:00"}, "outcome": {"moved"}})
	change := url.Values{"do": {"withdraw"}, "reason": {"换一户"}, "assignment": {given + ":2"}}
	if l := a.post("/p/:project/assignments/change", "alice", given, change); l.Reason != "换一户" || l.After != "撤回任务" {
		a.Errorf("%+v", l)
	}
	a.post("/p/:project/assignments/import", "alice", "", url.Values{"form": {form}, "pasted": {"案例\t调研员\n\t郑锐\n"}})
	a.post("/p/:project/assignments/check", "alice", "", url.Values{"form": {form}, "count": {"1"}, "enumerator": {string(a.Users["rui"].ID)}})
}

func (a *auditWalk) links() {
	f := a.Publish(village(a), "village.xlsx")
	was := a.places[":form"]
	a.places[":form"] = string(f.ID)
	made := a.post("/p/:project/forms/:form/links", "alice", "any", url.Values{"title": {"议事箱"}, "once": {""}, "suggestion": {"idea"}})
	a.places[":form"], a.places[":link"] = was, made.Object
	sent := a.step("POST /l/:link/submissions", "resident", "any", func(path string) answer {
		return a.stranger().Send(path, residentAnswers("uuid:resident", "f", "修桥", nil))
	})
	first := a.places[":submission"]
	a.places[":submission"] = sent.Object
	if l := a.post("/p/:project/links/:link/suggestions/:submission", "rui", sent.Object, url.Values{"revision": {"1"}, "state": {"working"}}); l.After != "办理中" {
		a.Errorf("%+v", l)
	}
	a.places[":submission"] = first
	a.post("/p/:project/links/:link", "alice", made.Object, url.Values{"revision": {"1"}, "title": {"议事箱"}, "once": {"code"}, "suggestion": {"idea"}})
	var codes string
	a.step("POST /p/:project/links/:link/codes", "alice", made.Object, func(path string) answer {
		got := a.As("alice").Post(path, url.Values{"count": {"2"}})
		_, rest, _ := strings.Cut(got.Body, `name="codes" value="`)
		codes, _, _ = strings.Cut(rest, `"`)
		return got
	})
	a.post("/p/:project/links/:link/codes/table.xlsx", "alice", made.Object, url.Values{"codes": {codes}})
	a.post("/p/:project/links/:link/close", "alice", made.Object, url.Values{"revision": {"3"}})
	a.post("/p/:project/links/:link/reopen", "alice", made.Object, url.Values{"revision": {"4"}})
	a.post("/p/:project/links/:link/delete", "alice", made.Object, nil)
	a.post("/p/:project/links/:link/restore", "alice", made.Object, nil)
}

func (a *auditWalk) exports() {
	form := "?form=" + a.places[":form"]
	saved := a.step("POST /p/:project/exports", "ana", "any", func(path string) answer {
		return a.As("ana").Post(path+form, url.Values{"name": {"每周汇总"}, "format": {"sav"}, "do": {"save"}})
	})
	if saved.Title != "每周汇总" || saved.After != "SPSS" {
		a.Errorf("%+v", saved)
	}
	before := len(a.lines(a.Project.ID))
	if a.As("ana").Post(a.Base()+"/exports"+form, url.Values{"format": {"csv"}, "do": {"run"}}).Want(a, http.StatusSeeOther); len(a.lines(a.Project.ID)) != before {
		a.Error("what is only sent on has a line")
	}
	a.places[":export"] = saved.Object
	a.post("/p/:project/exports/:export/delete", "ana", saved.Object, nil)
	a.post("/p/:project/exports/:export/restore", "ana", saved.Object, nil)
	hook := url.Values{"url": {"http://127.0.0.1:1/hook"}, "event": {"created"}, "on": {"1"}}
	if l := a.post("/p/:project/webhook", "alice", string(a.Project.ID), hook); l.Title != "http://127.0.0.1:1/hook" || l.After != "已启用" {
		a.Errorf("%+v", l)
	}
	a.post("/p/:project/webhook/secret", "alice", string(a.Project.ID), nil)
	a.post("/p/:project/webhook/test", "alice", string(a.Project.ID), nil)
}

func (a *auditWalk) cases() {
	made := a.post("/p/:project/cases", "ana", "any", caseFields(0, "荷塘新村", "# 荷塘新村\n"))
	a.places[":case"] = made.Object
	if l := a.post("/p/:project/cases/:case", "ana", made.Object, caseFields(1, "荷塘新村", "# 荷塘新村\n\n正文")); l.Before != "修订 1" || l.After != "修订 2" {
		a.Errorf("%+v", l)
	}
	a.step("POST /p/:project/cases/:case/files", "ana", made.Object, func(path string) answer {
		return a.As("ana").Upload(path, "file", "荷塘.txt", []byte("x"), nil)
	})
	a.post("/p/:project/cases/:case/files/remove", "ana", made.Object, url.Values{"name": {"荷塘.txt"}})
	a.post("/p/:project/cases/:case/delete", "ana", made.Object, nil)
	a.post("/p/:project/cases/:case/restore", "ana", made.Object, nil)
	a.step("POST /p/:project/cases/import", "ana", "", func(path string) answer {
		return a.As("ana").Upload(path, "file", "cases.xlsx", casesTable(a), nil)
	})
}

func (a *auditWalk) charts() {
	spec := map[string]any{"source": map[string]any{"kind": "submission", "form": a.places[":form"]}, "measure": "basic/members", "by": "basic/county",
		"statistic": "mean", "kind": "bar", "title": "党员人数"}
	made := a.step("POST /p/:project/charts", "ana", "any", func(path string) answer { return a.As("ana").Send(path, map[string]any{"spec": spec}) })
	a.places[":chart"] = made.Object
	a.step("POST /p/:project/charts/:chart", "ana", made.Object, func(path string) answer {
		return a.As("ana").Send(path, map[string]any{"spec": spec, "revision": 1})
	})
	a.post("/p/:project/charts/:chart/move", "ana", made.Object, url.Values{"to": {"up"}})
	a.post("/p/:project/charts/:chart/delete", "ana", made.Object, nil)
	a.post("/p/:project/charts/:chart/restore", "ana", made.Object, nil)
	a.get("/p/:project/audit/export", "alice", "", "?format=csv")
	a.get("/audit/export", "root", "", "?format=xlsx")
}

func (a *auditWalk) persons() {
	a.post("/p/:project/personal", "alice", string(a.Project.ID), url.Values{"smallCell": {"7"}})
	asked := url.Values{"text": {"王大妈"}, "reason": {"本人来电"}, "submission": {a.places["first"]}}
	a.post("/p/:project/personal/search", "alice", "", asked)
	a.post("/p/:project/personal/export", "alice", "", asked)
	before := len(a.lines(a.Project.ID))
	if a.As("alice").Post(a.Base()+"/personal/erase", asked).Want(a, http.StatusOK); len(a.lines(a.Project.ID)) != before {
		a.Error("being asked whether one is sure has a line")
	}
	asked.Set("sure", "1")
	if l := a.post("/p/:project/personal/erase", "alice", "", asked); l.Reason != "本人来电" {
		a.Errorf("%+v", l)
	}
}

func (a *auditWalk) server(backups *backup.Scheduler) {
	made := a.post("/users", "root", "any", url.Values{"login": {"zhao"}, "name": {"赵"}})
	a.places[":user"] = made.Object
	a.post("/users/:user/reset", "root", made.Object, nil)
	a.post("/users/:user/deactivate", "root", made.Object, nil)
	a.post("/users/:user/activate", "root", made.Object, nil)
	a.As("chelsea").setUp()
	a.places[":user"] = string(a.Users["chelsea"].ID)
	a.post("/users/:user/second-factor/remove", "root", a.places[":user"], nil)
	project := a.post("/projects", "root", "any", url.Values{"title": {"汉阳社区治理"}})
	was := a.places[":project"]
	a.places[":project"] = project.Object
	a.As("root").Post("/p/"+project.Object+"/delete", url.Values{"title": {"汉阳社区治理"}, "why": {"试用"}}).Want(a, http.StatusSeeOther)
	if l := a.lines(id.ProjectID(project.Object)); len(l) != 1 || l[0].Action != "projects.delete" || l[0].Reason != "试用" {
		a.Errorf("%+v", l)
	}
	a.walked["POST /p/:project/delete"] = true
	a.post("/projects/:project/restore", "root", project.Object, nil)
	if l := a.lines(id.ProjectID(project.Object)); len(l) != 2 || l[1].Action != "projects.restore" || l[1].Actor != a.Users["root"].ID || l[1].Role != "admin" {
		a.Errorf("%+v", l)
	}
	a.places[":project"] = was
	a.post("/server/backup", "root", "", nil)
	for { // until it is there
		st, err := backups.Status()
		if err != nil || st.Failed != nil {
			a.Fatal(err, st.Failed)
		}
		if len(st.Files) == 1 && !st.Running {
			a.places[":name"] = st.Files[0].Name
			break
		}
	}
	a.get("/server/backups/:name", "root", a.places[":name"], "")
	a.post("/server/backup/cancel", "root", "", nil)
}

func (a *auditWalk) sessions() {
	ana := string(a.Users["ana"].ID)
	var browser *client
	a.step("POST /sign-in", "ana", ana, func(path string) answer {
		got := a.As("").Post(path, url.Values{"login": {"ana"}, "password": {password}})
		browser = a.as(sessionOf(got))
		return got
	})
	a.clients["ana"] = browser
	a.post("/sessions/end", "ana", ana, url.Values{"others": {"yes"}})
	a.step("POST /second-factor", "ana", ana, func(string) answer {
		_, recovery := browser.setUp()
		a.places["recovery"], a.places["another"] = recovery[0], recovery[1]
		return browser.Get("/sessions")
	})
	a.step("POST /sign-in/code", "ana", ana, func(path string) answer {
		half := a.As("").Post("/sign-in", url.Values{"login": {"ana"}, "password": {password}}).Want(a, http.StatusSeeOther)
		got := a.as(sessionOf(half)).Post(path, url.Values{"code": {a.places["recovery"]}})
		browser = a.as(sessionOf(got))
		return got
	})
	a.clients["ana"] = browser
	a.post("/second-factor/remove", "ana", ana, url.Values{"proof": {a.places["another"]}})
	a.step("POST /password", "ana", ana, func(path string) answer {
		got := browser.Post(path, url.Values{"old": {password}, "password": {"another horse"}, "again": {"another horse"}})
		browser = a.as(sessionOf(got))
		return got
	})
	a.clients["ana"] = browser
	a.post("/sign-out", "ana", ana, nil)
}
