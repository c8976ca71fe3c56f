package web_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tianye/internal/audit"
	"tianye/internal/id"
	"tianye/internal/store"
	"tianye/web"
)

// deaf takes no lines.
type deaf struct{ audit.Store }

func (deaf) PutBatch(context.Context, id.ProjectID, audit.Batch) error {
	return errors.New("disk full")
}

// TestNoAnswerWithoutItsLine: when the audit cannot be written nothing is confirmed: no cookie, no
// one-time password, no file, only a sentence. The line is written later.
func TestNoAnswerWithoutItsLine(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(w), "visit.xlsx")
	w.Submit(f, "", "uuid:1", goodVisit())
	alice, bob := w.As("alice"), w.As("bob")
	broken := audit.New(deaf{store.NewAudit(w.Backend)}, func() time.Time { return now })
	server := httptest.NewServer(w.handler(func(c *web.Config) { c.Audit = broken }))
	t.Cleanup(server.Close)
	t.Cleanup(broken.Close)
	w.URL = server.URL
	const sentence = "操作记录暂时写不进去"
	refused := w.As("").Post("/sign-in", url.Values{"login": {"alice"}, "password": {password}}).Want(t, http.StatusServiceUnavailable).Shows(t, sentence)
	if sessionOf(refused) != nil || refused.Header.Get("Retry-After") == "" {
		t.Errorf("headers %v", refused.Header)
	}
	made := alice.Post(w.Base()+"/members", url.Values{"login": {"lin.1"}, "name": {"林小雨"}, "role": {"viewer"}}).Want(t, http.StatusServiceUnavailable).Shows(t, sentence)
	if oneTime.MatchString(made.Body) {
		t.Error("shows the password")
	}
	alice.Post(w.Base(), url.Values{"revision": {"1"}, "title": {"新名称"}}).Want(t, http.StatusServiceUnavailable).Shows(t, sentence)
	alice.Get(w.Base()+"/submissions/export?format=csv&form="+string(f.ID)).Want(t, http.StatusServiceUnavailable).Shows(t, sentence).Hides(t, "hecun")
	code, _ := bob.Send(w.Base()+"/submissions", incoming(f, "uuid:2", goodVisit())).Want(t, http.StatusServiceUnavailable).Problem(t)
	if code != "audit.unavailable" {
		t.Errorf("code %s", code)
	}
	alice.Get(w.Base()).Want(t, http.StatusOK).Shows(t, "新名称") // what changes nothing goes on
	alice.Get(w.Base()+"/audit").Want(t, http.StatusOK)
}

// TestSignInsInTheAudit: who came in, who was refused; never a password; nobody can fill it.
func TestSignInsInTheAudit(t *testing.T) {
	w := newWorld(t)
	w.signIn("alice", "wrong wrong", http.StatusUnauthorized)
	w.signIn("my secret password", "wrong wrong", http.StatusUnauthorized) // typed into the other field
	alice, _ := w.signIn("alice", password, http.StatusSeeOther)
	alice.Post("/sign-out", nil).Want(t, http.StatusSeeOther)
	var got []string
	for _, l := range w.lines("") {
		got = append(got, fmt.Sprintf("%s %s(%s) %s %s", l.Action, l.Title, l.Name, l.Role, l.Address))
		if strings.Contains(fmt.Sprint(l), "wrong") || strings.Contains(fmt.Sprint(l), "secret") {
			t.Errorf("holds a password: %+v", l)
		}
	}
	want := "sessions.refused alice()  127.0.0.1, sessions.refused ()  127.0.0.1, sessions.open alice(陈爱丽)  127.0.0.1, sessions.close alice(陈爱丽)  127.0.0.1"
	if strings.Join(got, ", ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, ", "), want)
	}
	for i := range 40 {
		w.As("").Post("/sign-in", url.Values{"login": {fmt.Sprint("nobody", i)}, "password": {"wrong wrong"}})
	}
	if n := len(w.lines("")); n != 12 {
		t.Errorf("%d lines after 42 refusals: want 10 of them and the two others", n)
	}
}

func TestAuditPage(t *testing.T) {
	w := newWorld(t)
	alice, rui := w.As("alice"), w.As("rui")
	alice.Get(w.Base()+"/audit").Want(t, http.StatusOK).Shows(t, "还没有记录")
	made := alice.Post(w.Base()+"/cases", caseFields(0, "荷塘村", "# 荷塘村\n")).Want(t, http.StatusSeeOther)
	path, _, _ := strings.Cut(made.Header.Get("Location"), "?")
	alice.Post(path, caseFields(1, "荷塘村", "# 荷塘村\n\n正文")).Want(t, http.StatusSeeOther)
	alice.Post(path, caseFields(2, "荷塘村", "# 荷塘村\n\n正文")).Want(t, http.StatusSeeOther) // as it was: no change
	member := w.Base() + "/members/" + string(w.Users["bob"].ID)
	alice.Post(member+"/role", url.Values{"role": {"analyst"}}).Want(t, http.StatusSeeOther)
	alice.Post(w.Base(), url.Values{"revision": {"1"}, "title": {"<b>=1+1"}}).Want(t, http.StatusSeeOther)

	page := alice.Get(w.Base()+"/audit").Want(t, http.StatusOK).Shows(t, "新建案例", "修改案例 荷塘村", "修订 1 → 修订 2", "修改成员角色 吴博", "调研员 → 报告撰写",
		"课题负责人 · 127.0.0.1", "2026-04-13 09:30:00", "<b>=1+1")
	page.Holds(t, `href="`+path+`"`, `href="`+w.Base()+`/audit?actor=`+string(w.Users["alice"].ID)+`"`)
	if n := strings.Count(page.Body, "audit-at"); n != 4 {
		t.Errorf("%d lines", n)
	}
	for query, shows := range map[string]string{
		"actor=" + string(w.Users["rui"].ID): "没有符合条件的记录", "action=cases.save": "修改案例 荷塘村", "object=" + path[len(path)-26:]: "只显示这个对象的记录",
		"from=2026-04-14": "没有符合条件的记录", "to=2026-04-13": "修改项目信息", "q=%E5%90%B4%E5%8D%9A": "修改成员角色", "q=nothing": "没有符合条件的记录",
	} {
		alice.Get(w.Base()+"/audit?"+query).Want(t, http.StatusOK).Shows(t, shows)
	}
	alice.Get(w.Base()+"/audit?from=yesterday").Want(t, http.StatusBadRequest)
	alice.Get(w.Base()+"/audit?action=cases.save").Hides(t, "修改成员角色 吴博")
	rui.Get(w.Base()+"/audit").Want(t, http.StatusForbidden)
	rui.Get(w.Base()+"/audit/export").Want(t, http.StatusForbidden)
	alice.Get("/audit").Want(t, http.StatusForbidden)
	w.As("root").Get("/audit").Want(t, http.StatusOK).Shows(t, "服务器操作记录")
	w.As("root").Get(w.Base()+"/audit").Want(t, http.StatusOK).Shows(t, "修改成员角色 吴博")

	csv := alice.Get(w.Base()+"/audit/export?format=csv&action=projects.update").Want(t, http.StatusOK)
	if rows := strings.Split(csv.Body, "\r\n"); len(rows) != 3 || !strings.HasPrefix(rows[0], "\ufeff行号,时间,谁,身份,网络地址,做了什么,") || !strings.HasPrefix(rows[1], "4,2026-04-13 09:30:00,陈爱丽,课题负责人,127.0.0.1,修改项目信息,") {
		t.Errorf("CSV %q", csv.Body)
	}
	alice.Post(w.Base(), url.Values{"revision": {"2"}, "title": {"=1+1"}}).Want(t, http.StatusSeeOther)
	if csv := alice.Get(w.Base() + "/audit/export?format=csv").Body; !strings.Contains(csv, ",'=1+1,") || strings.Contains(csv, ",=1+1,") {
		t.Errorf("a formula: %s", csv)
	}
	book := alice.Get(w.Base()+"/audit/export").Want(t, http.StatusOK)
	if cells := exported(t, book, "xlsx"); !strings.Contains(cells, "| 修改案例 | "+path[len(path)-26:]+" | 荷塘村 | 修订 1 |") {
		t.Errorf("the case has no title: %s", cells)
	}
	if !strings.HasPrefix(book.Body, "PK") || !strings.Contains(book.Header.Get("Content-Disposition"), ".xlsx") {
		t.Errorf("%v", book.Header)
	}
	alice.Get(w.Base()+"/audit/export?format=jsonl").Want(t, http.StatusBadRequest)
}

// TestAuditInTheReadersWords: codes of roles are told in words, and nobody is a viewer outside projects.
func TestAuditInTheReadersWords(t *testing.T) {
	w := newWorld(t)
	for _, l := range []audit.Line{
		{Action: "tokens.create", Title: "viewer", After: "analyst 2027-02-22"},
		{Action: "projects.needFactor", Before: "reviewer", After: "analyst, manager"},
		{Action: "forms.mediaAdd", After: "reviewer"}, // a file's name
	} {
		if err := w.Audit.Append(t.Context(), w.Project.ID, l); err != nil {
			t.Fatal(err)
		}
	}
	alice := w.As("alice")
	alice.Get(w.Base()+"/audit").Want(t, http.StatusOK).Shows(t, "新建访问令牌 viewer", "报告撰写 2027-02-22", "审核员 → 报告撰写, 课题负责人", "上传问卷附件 reviewer")
	csv := alice.Get(w.Base()+"/audit/export?format=csv").Want(t, http.StatusOK).Body
	if !strings.Contains(csv, "审核员,\"报告撰写, 课题负责人\"") || !strings.Contains(csv, "报告撰写 2027-02-22") {
		t.Errorf("%s", csv)
	}
	if err := w.Audit.Append(t.Context(), "", audit.Line{Name: "陈爱丽", Role: "viewer", Action: "password.change"}); err != nil { // of before
		t.Fatal(err)
	}
	w.As("root").Get("/audit").Want(t, http.StatusOK).Shows(t, "修改密码").Hides(t, "观察员")
	alice.Get(w.Base()+"/audit").Holds(t, `value="projects.restore"`)
}

// TestLongImportInTheAudit: all who came are named with their standings, on as many lines as that takes.
func TestLongImportInTheAudit(t *testing.T) {
	w := newWorld(t)
	var rows strings.Builder
	rows.WriteString("姓名,登录名,角色\n")
	for i := range 120 {
		fmt.Fprintf(&rows, "调研员丙%03d,many.%d,%s\n", i, i, []string{"调研员", "审核员"}[i%2])
	}
	w.As("alice").Upload(w.Base()+"/members/import", "file", "成员.csv", []byte(rows.String()), nil).Want(t, http.StatusOK)
	lines := w.lines(w.Project.ID)
	told := ""
	for _, l := range lines {
		if !strings.HasPrefix(l.After, "调研员：") && !strings.HasPrefix(l.After, "审核员：") || l.Title != "120 人" || l.Action != "members.import" {
			t.Errorf("%+v", l)
		}
		told += l.After
	}
	if n := strings.Count(told, "调研员丙"); n != 120 || len(lines) < 2 || len(lines) > 4 || strings.Contains(told, "…") {
		t.Errorf("%d of 120 on %d lines: %s", n, len(lines), told)
	}
}

func TestAuditPages(t *testing.T) {
	w := newWorld(t)
	for i := range 120 {
		if err := w.Audit.Append(t.Context(), w.Project.ID, audit.Line{Name: "系统", Action: "cases.save", Reason: fmt.Sprintf("第%d次", i+1)}); err != nil {
			t.Fatal(err)
		}
	}
	alice := w.As("alice")
	first := alice.Get(w.Base()+"/audit").Want(t, http.StatusOK).Shows(t, "第120次", "第71次", "更早的记录").Hides(t, "第70次")
	first.Holds(t, `href="?before=71"`)
	alice.Get(w.Base()+"/audit?before=71").Want(t, http.StatusOK).Shows(t, "第70次", "第21次", "回到最新").Hides(t, "第71次")
	alice.Get(w.Base()+"/audit?before=21").Want(t, http.StatusOK).Shows(t, "第20次", "第1次").Hides(t, "更早的记录")
}

// TestVerifyPage shows a whole chain, its check sum to note down, and what was done to a broken one.
func TestVerifyPage(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	alice.Get(w.Base()+"/audit?verify=1").Want(t, http.StatusOK).Shows(t, "还没有任何记录")
	for _, role := range []string{"analyst", "viewer", "reviewer"} {
		alice.Post(w.Base()+"/members/"+string(w.Users["bob"].ID)+"/role", url.Values{"role": {role}}).Want(t, http.StatusSeeOther)
	}
	lines := w.lines(w.Project.ID)
	hash := lines[2].Hash
	alice.Get(w.Base()+"/audit?verify=1").Want(t, http.StatusOK).Shows(t, "记录完整：3 行", "第 3 行的校验值", hash)
	alice.Get(w.Base()+"/audit?q="+hash).Want(t, http.StatusOK).Shows(t, "观察员 → 审核员").Hides(t, "调研员 → 报告撰写")
	for _, c := range store.Collections {
		if c.Name == "auditlines" {
			if err := w.Backend.Delete(t.Context(), c, string(w.Project.ID), fmt.Sprintf("%019d", 2), 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	alice.Get(w.Base()+"/audit?verify=1").Want(t, http.StatusOK).Shows(t, "记录被动过", "第 2 行至第 2 行不在原处").Hides(t, "记录完整")
}

// TestLongExport: what is longer than can be held goes out as it comes, after its line.
func TestLongExport(t *testing.T) {
	w := newWorld(t)
	gone, cancel := context.WithCancel(t.Context())
	cancel() // does not wait for each line
	for range 3000 {
		_ = w.Audit.Append(gone, w.Project.ID, audit.Line{Action: "cases.save", Reason: strings.Repeat("长", 400)})
	}
	if err := w.Audit.Append(t.Context(), w.Project.ID, audit.Line{Action: "cases.save"}); err != nil {
		t.Fatal(err)
	}
	got := w.As("alice").Get(w.Base()+"/audit/export?format=csv").Want(t, http.StatusOK)
	if rows := strings.Count(got.Body, "\r\n"); rows < 3002 || rows > 3003 || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("%d rows, %v", rows, got.Header)
	}
	if lines := w.lines(w.Project.ID); len(lines) != 3002 || lines[3001].Action != "audits.export" {
		t.Errorf("%d lines", len(lines))
	}
}
