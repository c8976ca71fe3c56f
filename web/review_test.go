package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tianye/charts"
	"tianye/survey"
)

func (w *world) submissionPath(sub survey.Submission) string {
	return w.Base() + "/submissions/" + string(sub.ID)
}

// TestReturnToTheEnumerator: with reasons at answers, which they read; who may not review cannot.
func TestReturnToTheEnumerator(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	sub := w.Submit(f, "", "uuid:1", goodVisit())
	at := w.submissionPath(sub)
	rui, bob := w.As("rui"), w.As("bob")
	rui.Get(at).Want(t, http.StatusOK).Holds(t, `name="r:basic/members"`, `data-key="r"`, `data-key="a"`).Shows(t, "键盘")
	bob.Get(at).Want(t, http.StatusOK).Hides(t, `name="r:basic/members"`, `data-key=`, "键盘").Holds(t, `name="text"`)
	rui.Post(at+"/return", url.Values{"revision": {"1"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "请至少指出一处问题")
	rui.Post(at+"/return", url.Values{"revision": {"1"}, "r:basic/members": {strings.Repeat("长", 301)}, "comment": {"见名册"}}).Want(t, http.StatusUnprocessableEntity).
		Shows(t, "最多写 300 个字").Holds(t, strings.Repeat("长", 301), ">见名册</textarea>")
	for _, state := range []string{"approved", "rejected", "hasIssues", "received"} { // the reason would be lost
		rui.Post(at+"/review", url.Values{"revision": {"1"}, "state": {state}, "r:basic/members": {"多了两人"}, "comment": {"见名册"}}).Want(t, http.StatusUnprocessableEntity).
			Shows(t, "您在 1 处答案上指出了问题").Holds(t, `value="多了两人"`, ">见名册</textarea>")
	}
	back := rui.Leads(rui.Post(at+"/return", url.Values{"revision": {"1"}, "r:basic/members": {"和名册 <b> 不一致"}, "comment": {"请核对"}}))
	back.Shows(t, "已退回给调研员修改", "退回待改", "退回原因", "和名册 <b> 不一致", "不计入对比图和导出").Hides(t, "册 <b> 不")
	rui.Post(at+"/return", url.Values{"revision": {"1"}, "comment": {"再看"}}).Want(t, http.StatusConflict).Holds(t, ">再看</textarea>")
	bob.Get(w.Base()+"/submissions").Shows(t, "退回待改")
	bob.Get(at).Shows(t, "和名册 <b> 不一致", "现在修改").Holds(t, `/fill?mend=`+string(sub.ID), `aria-label="通知，1 条未读"`)
	rui.Get(w.Base()).Hides(t, "1 条未读")
	news := bob.Get("/notifications").Want(t, http.StatusOK).Shows(t, "走访记录", sub.Receipt(), w.Project.Title).Hides(t, "王大妈", "名册")
	notice := regexp.MustCompile(`name="notice" value="(\w+)"`).FindStringSubmatch(news.Body)
	if notice == nil {
		t.Fatal(news.Body)
	}
	w.As("vic").Post("/notifications/read", url.Values{"notice": {notice[1]}}).Want(t, http.StatusSeeOther)
	bob.Get("/notifications").Shows(t, "未读")
	open := bob.Post("/notifications/read", url.Values{"notice": {notice[1]}, "to": {at}}).Want(t, http.StatusSeeOther)
	if open.Header.Get("Location") != at {
		t.Error(open.Header)
	}
	bob.Get("/notifications").Hides(t, `name="notice"`)
	if evil := bob.Post("/notifications/read", url.Values{"to": {"//evil.example"}}).Header.Get("Location"); evil != "/" {
		t.Error(evil)
	}
}

// TestWhatAnAppSentIsNotReturned: it is said, and what was written stays.
func TestWhatAnAppSentIsNotReturned(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	app, err := w.Accounts.CreateAppUser(t.Context(), w.Project.ID, w.Users["alice"].ID, "吴博的手机")
	if err != nil {
		t.Fatal(err)
	}
	sub, err := w.Surveys.Submit(t.Context(), w.Project.ID, app.ID, survey.Incoming{InstanceID: "uuid:app", FormID: f.ID, Version: 1, Answers: goodVisit()})
	if err != nil {
		t.Fatal(err)
	}
	rui := w.As("rui")
	rui.Get(w.submissionPath(sub)).Shows(t, "不能退回手机修改").Hides(t, `data-key="r"`)
	rui.Post(w.submissionPath(sub)+"/return", url.Values{"revision": {"1"}, "comment": {"请补拍照片"}}).Want(t, http.StatusUnprocessableEntity).
		Shows(t, "不能退回", "您写的意见还在下面").Holds(t, ">请补拍照片</textarea>")
	rui.Leads(rui.Post(w.submissionPath(sub)+"/comment", url.Values{"text": {"请补拍照片"}})).Shows(t, "评论已发表", "请补拍照片", "待审核")
}

// TestComments: with mentions of who may see it, by the enumerator of their own.
func TestComments(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	sub, others := w.Submit(f, "", "uuid:1", goodVisit()), w.SubmitAs("rui", f, "uuid:2", goodVisit())
	at := w.submissionPath(sub)
	bob, rui, name := w.As("bob"), w.As("rui"), func(login string) string { return w.Users[login].Name }
	bob.Leads(bob.Post(at+"/comment", url.Values{"text": {"@" + name("rui") + " 她不在家，write me@example.org"}})).Shows(t, "已提醒提到的人", "她不在家", "待审核")
	rui.Get(w.Base()).Holds(t, `aria-label="通知，1 条未读"`)
	rui.Get("/notifications").Shows(t, "评论里提到了您").Hides(t, "她不在家")
	for _, nobody := range []string{name("vic"), name("chelsea"), "没这人"} {
		bob.Post(at+"/comment", url.Values{"text": {"请看 @" + nobody}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "不是能看到这份填报的成员").Holds(t, "@"+nobody+"</textarea>")
	}
	bob.Post(at+"/comment", url.Values{"text": {" "}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "请写下评论")
	bob.Post(w.submissionPath(others)+"/comment", url.Values{"text": {"看看"}}).Want(t, http.StatusNotFound)
	w.As("vic").Post(at+"/comment", url.Values{"text": {"看看"}}).Want(t, http.StatusForbidden)
	w.As("ana").Leads(w.As("ana").Post(at+"/comment", url.Values{"text": {"第 3 题很有意思"}})).Shows(t, "第 3 题很有意思")
	rui.Get(at).Hides(t, "以前的版本") // nothing was changed
	rui.Get(at+"/history").Want(t, http.StatusOK).Shows(t, "没有改动过")
}

// TestThroughTheQueue goes on in the list from which a submission was opened, both ways.
func TestThroughTheQueue(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	var subs []survey.Submission
	for i := range 3 {
		subs = append(subs, w.Submit(f, "", fmt.Sprint("uuid:", i), with("members", fmt.Sprint(10+i))))
	}
	w.SubmitAs("rui", f, "uuid:rui", goodVisit())
	rui := w.As("rui")
	list := url.Values{"enumerator": {string(w.Users["bob"].ID)}, "state": {"waiting"}}.Encode()
	first := regexp.MustCompile(`/submissions/(\w{26})\?list=`).FindStringSubmatch(rui.Get(w.Base()+"/submissions?"+list).Want(t, http.StatusOK).Shows(t, "共 3 份").Body)
	if first == nil {
		t.Fatal("no link keeps the list")
	}
	page := rui.Get(w.Base()+"/submissions/"+first[1]+"?list="+url.QueryEscape(list)).Shows(t, "第 1 份，共 3 份", "下一份").Hides(t, `rel="prev"`)
	next := regexp.MustCompile(`rel="next" href="([^"]+)"`).FindStringSubmatch(page.Body)
	if next == nil {
		t.Fatal(page.Body)
	}
	second := rui.Get(strings.ReplaceAll(next[1], "&amp;", "&")).Want(t, http.StatusOK).Shows(t, "第 2 份，共 3 份").Holds(t, `rel="prev"`)
	approve := url.Values{"revision": {"1"}, "state": {"approved"}, "then": {"next"}, "list": {list}}
	path := second.Request.URL.Path
	rui.Leads(rui.Post(path+"/review", approve)).Shows(t, "上一份的审核结果已保存", "第 2 份，共 2 份")
	rui.Get(path+"?list="+url.QueryEscape(list)).Shows(t, "筛选出的共 2 份").Holds(t, `rel="prev"`, `rel="next"`)
}

var undoOf = regexp.MustCompile(`action="(/p/\w+/submissions/bulk/\w+/undo)"`)

// TestBulkReview: chosen ones and all of a filter, with what will happen, and back again after a reload.
func TestBulkReview(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	var chosen []string
	var subs []survey.Submission
	for i := range 35 {
		sub := w.Submit(f, "", fmt.Sprint("uuid:", i), goodVisit())
		subs, chosen = append(subs, sub), append(chosen, string(sub.ID)+".1")
	}
	rui, base := w.As("rui"), w.Base()+"/submissions"
	state := func(i int) survey.ReviewState {
		t.Helper()
		sub, err := w.Surveys.Submission(t.Context(), w.Project.ID, subs[i].ID)
		if err != nil {
			t.Fatal(err)
		}
		return sub.State
	}
	rui.Get(base).Want(t, http.StatusOK).Holds(t, `name="chosen"`, `name="all"`).Shows(t, "筛选出的全部 35 份")
	w.As("ana").Get(base).Hides(t, `name="chosen"`)
	rui.Post(base+"/bulk/preview", url.Values{"do": {"approved"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "请先选中", "共 35 份").Holds(t, `name="chosen"`)
	w.As("alice").Post(w.submissionPath(subs[1])+"/review", url.Values{"revision": {"1"}, "state": {"hasIssues"}, "comment": {"再问"}}).Want(t, http.StatusSeeOther)
	rui.Post(base+"/bulk/preview", url.Values{"do": {"approved"}, "chosen": chosen[:3]}).Want(t, http.StatusOK).
		Shows(t, "将把 2 份填报改为“已通过”", "1 份在您选中之后有人改动过", subs[0].Receipt()).Hides(t, subs[1].Receipt())
	rui.Post(base+"/bulk", url.Values{"do": {"rejected"}, "chosen": chosen[:3]}).Want(t, http.StatusUnprocessableEntity).Shows(t, "请写明意见")
	rui.Leads(rui.Post(base+"/bulk", url.Values{"do": {"approved"}, "chosen": chosen[:3], "list": {"state=waiting"}})).Shows(t, "批量处理完成，共 2 份，跳过了其间有人改动的填报", "批量处理了 2 份：已通过")
	if state(0) != survey.Approved || state(1) != survey.HasIssues || state(2) != survey.Approved {
		t.Error(state(0), state(1), state(2))
	}
	undo := undoOf.FindStringSubmatch(rui.Get(base).Body) // the page again, without anything in its address
	if undo == nil {
		t.Fatal("no undo after a reload")
	}
	w.As("alice").Get(base).Hides(t, undo[1])
	w.As("alice").Post(undo[1], nil).Want(t, http.StatusNotFound)
	w.As("alice").Post(w.submissionPath(subs[2])+"/review", url.Values{"revision": {"2"}, "state": {"rejected"}, "comment": {"重复"}}).Want(t, http.StatusSeeOther)
	rui.Leads(rui.Post(undo[1], nil)).Shows(t, "已撤销，1 份填报恢复了原来的状态")
	if state(0) != survey.Received || state(2) != survey.Rejected {
		t.Error(state(0), state(2))
	}
	if again := undoOf.FindString(rui.Get(base).Body); again != "" {
		t.Error("undone and still offered")
	}
	rui.Post(base+"/bulk/preview", url.Values{"do": {"return"}, "all": {"1"}, "list": {"state=waiting"}}).Want(t, http.StatusOK).Shows(t, "将把 33 份填报退回")
	for _, bad := range []string{"", "x", string(subs[0].ID), string(subs[0].ID) + ".x"} {
		rui.Post(base+"/bulk", url.Values{"do": {"approved"}, "chosen": {bad}}).Want(t, http.StatusBadRequest)
	}
	w.As("bob").Post(base+"/bulk", url.Values{"do": {"approved"}, "chosen": chosen[3:4]}).Want(t, http.StatusForbidden)
}

// TestReviewRulePage: on the form's page, for who designs forms; a new form begins with the flagged ones.
func TestReviewRulePage(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	page := alice.Leads(alice.Upload(w.Base()+"/forms", "workbook", "visit.xlsx", visit(t), url.Values{}))
	page.Holds(t, `value="flagged" checked`)
	f := w.onlyForm()
	at := w.formPath(f)
	revision := fmt.Sprint(f.Revision)
	alice.Leads(alice.Post(at+"/review-rule", url.Values{"revision": {revision}, "mode": {"share"}, "share": {"12.5"}})).
		Shows(t, "审核规则已保存").Holds(t, `value="share" checked`, `value="12.5"`)
	for _, bad := range []url.Values{{"mode": {"share"}, "share": {"0"}}, {"mode": {"share"}, "share": {"many"}}, {"mode": {"share"}, "share": {"NaN"}}, {"mode": {"?"}}} {
		bad.Set("revision", fmt.Sprint(f.Revision+1))
		alice.Post(at+"/review-rule", bad).Want(t, http.StatusUnprocessableEntity)
	}
	alice.Post(at+"/review-rule", url.Values{"revision": {revision}, "mode": {"all"}}).Want(t, http.StatusConflict)
	w.As("rui").Post(at+"/review-rule", url.Values{"revision": {revision}, "mode": {"all"}}).Want(t, http.StatusForbidden)
	w.As("rui").Get(at).Want(t, http.StatusOK).Hides(t, "review-rule")
}

// TestWhatCountsInChartsAndExports: by default what was approved, with the switch everything; what is
// behind a mark is the same.
func TestWhatCountsInChartsAndExports(t *testing.T) {
	c := newComparison(t)
	spec := c.Spec
	if data := c.data("ana", spec); data.Result.N != 5 || strings.Contains(fmt.Sprint(data.Result.Notes), "计入") {
		t.Errorf("without a rule: %+v", data.Result)
	}
	form, err := c.Surveys.Form(t.Context(), c.Project.ID, c.Form.ID)
	if err != nil {
		t.Fatal(err)
	}
	alice, rui := c.As("alice"), c.As("rui")
	alice.Post(c.formPath(form)+"/review-rule", url.Values{"revision": {fmt.Sprint(form.Revision)}, "mode": {"all"}}).Want(t, http.StatusSeeOther)
	list, err := c.Surveys.List(t.Context(), c.Project.ID, survey.Filter{}, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, item := range list.Items {
		if item.CaseID != "" {
			rui.Post(c.Base()+"/submissions/"+string(item.ID)+"/review", url.Values{"revision": {"1"}, "state": {"approved"}}).Want(t, http.StatusSeeOther)
		}
	}
	note := func(login string, spec charts.Spec, n int, says string) {
		t.Helper()
		data := c.data(login, spec)
		if notes := fmt.Sprint(data.Result.Notes); data.Result.N != n || !strings.Contains(notes, says) {
			t.Errorf("%s: n=%d, notes %s", login, data.Result.N, notes)
		}
	}
	note("ana", spec, 4, "只含计入的 4 份，另有 1 份")
	whole := spec
	whole.All = true
	note("ana", whole, 5, "包括未审核的：其中 1 份")
	evidence := func(spec charts.Spec) string {
		return c.As("ana").Get(c.at("/evidence", spec, "category", "kecheng")).Want(t, http.StatusOK).Text()
	}
	if got := strings.Count(evidence(spec), "调研员") + strings.Count(evidence(spec), "2026-04-13"); got == 0 || !strings.Contains(evidence(spec), "2 份") || !strings.Contains(evidence(whole), "3 份") {
		t.Errorf("%s\n%s", evidence(spec), evidence(whole))
	}
	for _, format := range []string{"csv", "jsonl", "xlsx"} {
		for query, n := range map[string]int{"": 4, "&all=1": 5, "&state=received": 1, "&state=waiting": 1, "&state=approved": 4} {
			file := c.As("ana").Get(c.Base()+"/submissions/export?format="+format+"&form="+string(c.Form.ID)+query).Want(t, http.StatusOK)
			if got := strings.Count(exported(t, file, format), "kecheng") + strings.Count(exported(t, file, format), "柯城区") + strings.Count(exported(t, file, format), "jiangshan") + strings.Count(exported(t, file, format), "江山市"); got != n && format != "xlsx" {
				t.Errorf("%s%s: %d rows, not %d", format, query, got, n)
			}
		}
	}
	c.As("ana").Get(c.Base()+"/submissions?form="+string(c.Form.ID)).Shows(t, "只导出计入的填报").Holds(t, "all=1")
	c.As("ana").Get(c.Base()+"/submissions?all=1&form="+string(c.Form.ID)).Shows(t, "包括未审核的在内的全部填报", "共 5 份")
	alice.Get(c.Base()+"/submissions/export/full?form="+string(c.Form.ID)).Shows(t, "共 4 份", "只含计入的")
	alice.Get(c.Base()+"/submissions/export/full?form="+string(c.Form.ID)).Holds(t, `action="`+c.Base()+"/submissions/export/full?form="+string(c.Form.ID)+`"`)
	alice.Get(c.Base()+"/submissions/export/full?all=1&form="+string(c.Form.ID)).Shows(t, "共 5 份", "包括未审核的")
	rui.Get(c.Base()).Shows(t, "1 份等待审核")
	if picture := c.As("vic").Get(c.Base()+"/charts/"+string(c.Saved.ID)+"/picture.svg").Want(t, http.StatusOK); !strings.Contains(picture.Body, "只含审核后计入的填报") || strings.Contains(picture.Body, "4 份") {
		t.Errorf("what a viewer reads: %.3000s", picture.Body)
	}
}
