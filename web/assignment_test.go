package web_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/survey"
)

// fieldWorld is a world with two counties: bob works in one, rui reviews and works everywhere.
type fieldWorld struct {
	*world
	form               survey.Form
	hetang, lake, deep id.CaseID // the last is in another county
}

func newFieldWorld(t *testing.T) *fieldWorld {
	t.Helper()
	w := &fieldWorld{world: newWorld(t)}
	w.form = w.Publish(visit(t), "visit.xlsx")
	w.hetang, w.lake, w.deep = w.Case("荷塘村").ID, w.CaseIn("江山市", "清湖村").ID, w.CaseIn("开化县", "幽谷村").ID
	return w
}

func (w *fieldWorld) path(rest string) string { return w.Base() + "/assignments" + rest }

func (w *fieldWorld) user(login string) string { return string(w.Users[login].ID) }

// all are the assignments, by the case.
func (w *fieldWorld) all() map[id.CaseID]survey.AssignmentItem {
	w.Helper()
	list, err := w.Surveys.Assignments(w.Context(), w.Project.ID, survey.AssignmentFilter{})
	if err != nil {
		w.Fatal(err)
	}
	out := map[id.CaseID]survey.AssignmentItem{}
	for _, a := range list {
		out[a.CaseID] = a
	}
	if len(out) != len(list) {
		w.Fatalf("a case is given twice: %+v", list)
	}
	return out
}

// give gives cases to somebody.
func (w *fieldWorld) give(login string, cases ...id.CaseID) {
	w.Helper()
	for _, c := range cases {
		w.As("alice").Post(w.path(""), url.Values{"form": {string(w.form.ID)}, "which": {"one"}, "case": {string(c)}, "enumerator": {w.user(login)}, "due": {"2026-04-30"},
			"note": {"先找村支书"}}).Want(w.T, http.StatusSeeOther)
	}
}

func chosen(items ...survey.AssignmentItem) []string {
	var all []string
	for _, a := range items {
		all = append(all, string(a.ID)+":"+strconv.FormatInt(a.Revision, 10))
	}
	return all
}

// TestAssignmentsByRule: what is said before is what is made, once.
func TestAssignmentsByRule(t *testing.T) {
	w := newFieldWorld(t)
	alice := w.As("alice")
	alice.Get(w.path("/new")).Want(t, http.StatusOK).Shows(t, "分派任务", "吴博", "江山市").Hides(t, "魏观", "安娜")
	rule := url.Values{"form": {string(w.form.ID)}, "which": {"value"}, "attribute": {"县"}, "value": {"江山市"}, "enumerator": {w.user("bob"), w.user("rui")}, "due": {"2026-04-30"}}
	alice.Post(w.path("/preview"), rule).Want(t, http.StatusOK).Shows(t, "新分派 2 条", "吴博 1 条、郑锐 1 条", "荷塘村").Hides(t, "幽谷村")
	if len(w.all()) != 0 {
		t.Error("the preview made some")
	}
	alice.Leads(alice.Post(w.path(""), rule)).Shows(t, "任务已分派，共 2 条", "2 条任务", "2026-04-30", "荷塘村", "清湖村", "吴博", "待走访")
	made := w.all()
	if a := made[w.hetang]; len(made) != 2 || a.Due.In(now.Location()).Format(time.RFC3339) != "2026-04-30T23:59:59+08:00" || a.By != w.Users["alice"].ID {
		t.Errorf("%+v", a)
	}
	rule.Set("which", "all")
	alice.Post(w.path("/preview"), rule).Want(t, http.StatusOK).Shows(t, "新分派 1 条", "跳过")
	alice.Post(w.path(""), rule).Want(t, http.StatusSeeOther)
	alice.Post(w.path(""), rule).Want(t, http.StatusSeeOther)
	if all := w.all(); len(all) != 3 {
		t.Errorf("%d", len(all))
	}
	alice.Get(w.path("?attribute=县&value=开化县")).Want(t, http.StatusOK).Shows(t, "1 条任务", "幽谷村").Hides(t, "清湖村")
	alice.Get(w.path("?enumerator="+w.user("vic"))).Want(t, http.StatusOK).Shows(t, "没有符合条件的任务")
	alice.Post(w.path("/preview"), url.Values{"form": {string(w.form.ID)}, "which": {"all"}}).Want(t, http.StatusOK).Shows(t, "选好以后").Hides(t, "请选择")
	for fields, says := range map[string]string{"enumerator": "请选择能填写问卷的调研员", "case": "请选择一个案例", "form": "请选择一份已发布的问卷", "due": "不是日期"} {
		bad := url.Values{"form": {string(w.form.ID)}, "which": {"one"}, "case": {string(w.deep)}, "enumerator": {w.user("bob")}, "again": {"1"}}
		bad.Set(fields, "明天")
		alice.Post(w.path("/preview"), bad).Want(t, http.StatusOK).Shows(t, says)
		alice.Post(w.path(""), bad).Want(t, http.StatusUnprocessableEntity).Shows(t, says)
	}
}

// TestEachCountyItsOwn: cases go only to those who reach them.
func TestEachCountyItsOwn(t *testing.T) {
	w := newFieldWorld(t)
	w.limit("bob", "江山市")
	rule := url.Values{"form": {string(w.form.ID)}, "which": {"all"}, "share": {"own"}, "enumerator": {w.user("bob"), w.user("rui")}}
	w.As("alice").Post(w.path("/preview"), rule).Want(t, http.StatusOK).Shows(t, "新分派 2 条", "吴博 2 条", "没有谁能去，跳过 1 条", "幽谷村")
	w.limit("rui", "开化县")
	w.As("alice").Post(w.path(""), rule).Want(t, http.StatusSeeOther)
	for c, login := range map[id.CaseID]string{w.hetang: "bob", w.lake: "bob", w.deep: "rui"} {
		if a := w.all()[c]; a.Enumerator != w.Users[login].ID {
			t.Errorf("%s: %+v", login, a)
		}
	}
	rui := w.As("rui")
	rui.Get(w.path("")).Want(t, http.StatusOK).Shows(t, "幽谷村", "1 条任务").Hides(t, "清湖村", "吴博")
	rui.Post(w.path("/change"), url.Values{"do": {"withdraw"}, "reason": {"换"}, "assignment": chosen(w.all()[w.lake])}).Want(t, http.StatusNotFound)
	rui.Post(w.path(""), url.Values{"form": {string(w.form.ID)}, "which": {"one"}, "case": {string(w.lake)}, "enumerator": {w.user("rui")}}).Want(t, http.StatusUnprocessableEntity)
}

// TestAssignmentsByTable: all or none, every complaint with its cell; the same table again makes nothing.
func TestAssignmentsByTable(t *testing.T) {
	w := newFieldWorld(t)
	w.limit("rui", "开化县")
	alice := w.As("alice")
	template := alice.Get(w.path("/template")).Want(t, http.StatusOK)
	book, err := excelize.OpenReader(strings.NewReader(template.Body))
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := book.GetRows("任务"); err != nil || len(rows) != 4 || strings.Join(rows[0], " ") != "案例 问卷 调研员 截止日期 备注" {
		t.Errorf("%v, %v", rows, err)
	}
	for at, cells := range [][]any{{"荷塘村", "走访记录", "吴博", "2026/4/30", "先找村支书"}, {"幽谷村", "visit", "RUI", "明天"}, {"没有村", "", "某人"}, {"清湖村", "入户", "郑锐", "2026-05-01"}} {
		if err := book.SetSheetRow("任务", "A"+strconv.Itoa(at+2), &cells); err != nil {
			t.Fatal(err)
		}
	}
	buffer, err := book.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	wrong := []string{"任务!C3 没有叫“RUI”", "任务!D3 “明天”不是日期", "任务!A4 没有叫“没有村”的案例", "任务!C4 没有叫“某人”", "任务!B5 没有叫“入户”", "任务!C5 郑锐 的范围是“开化县”", "6 处要改"}
	alice.Upload(w.path("/import/preview"), "file", "任务.xlsx", buffer.Bytes(), nil).Want(t, http.StatusOK).Shows(t, wrong...)
	alice.Upload(w.path("/import"), "file", "任务.xlsx", buffer.Bytes(), nil).Want(t, http.StatusUnprocessableEntity).Shows(t, wrong...)
	if len(w.all()) != 0 {
		t.Error("half of it was made")
	}
	table := url.Values{"form": {string(w.form.ID)}, "pasted": {"案例\t调研员\t截止日期\t备注\n荷塘村\tbob\t2026年4月30日\t先找村支书\n幽谷村\t郑锐\n"}}
	alice.Post(w.path("/import/preview"), table).Want(t, http.StatusOK).Shows(t, "新分派 2 条", "荷塘村", "幽谷村")
	alice.Leads(alice.Post(w.path("/import"), table)).Shows(t, "任务已分派，共 2 条")
	alice.Leads(alice.Post(w.path("/import"), table)).Shows(t, "没有新分派").Hides(t, "任务已分派")
	all := w.all()
	if a := all[w.hetang]; len(all) != 2 || a.Enumerator != w.Users["bob"].ID || a.Note != "先找村支书" || a.Due.In(now.Location()).Day() != 30 {
		t.Errorf("%+v", all)
	}
	for name, c := range map[string]struct {
		content string
		status  int
		says    string
	}{
		"任务.csv": {"案例,问卷\n荷塘村,走访记录\n", http.StatusUnprocessableEntity, "找不到表头"},
		"空.csv":  {"案例,调研员\n", http.StatusUnprocessableEntity, "表头下面没有内容"},
		"旧.xls":  {"x", http.StatusUnsupportedMediaType, "xlsx"},
		"坏.xlsx": {"PK\x03\x04", http.StatusUnsupportedMediaType, "不是 Excel 工作簿"},
	} {
		if got := alice.Upload(w.path("/import"), "file", name, []byte(c.content), nil); got.StatusCode != c.status || !strings.Contains(got.Text(), c.says) {
			t.Errorf("%s: %d %.300s", name, got.StatusCode, got.Text())
		}
	}
}

// TestTablesDoubleNothing: what somebody else has to do is theirs, what has answers is visited again only when
// that is asked for.
func TestTablesDoubleNothing(t *testing.T) {
	w := newFieldWorld(t)
	w.give("bob", w.hetang)
	w.Submit(w.form, w.lake, "uuid:1", goodVisit())
	alice := w.As("alice")
	table := url.Values{"form": {string(w.form.ID)}, "pasted": {"案例\t调研员\n荷塘村\trui\n清湖村\trui\n"}}
	alice.Post(w.path("/import/preview"), table).Want(t, http.StatusOK).Shows(t, "新分派 0 条", "正由其他调研员走访，跳过 1 条", "已有这份问卷的填报，跳过 1 条", "没有可以新分派的").Hides(t, "分派 0 条</button>")
	alice.Post(w.path("/import"), table).Want(t, http.StatusSeeOther)
	if all := w.all(); len(all) != 1 || all[w.hetang].Enumerator != w.Users["bob"].ID {
		t.Errorf("%+v", all)
	}
	table.Set("again", "1")
	alice.Post(w.path("/import/preview"), table).Want(t, http.StatusOK).Shows(t, "新分派 1 条", "正由其他调研员走访，跳过 1 条")
	alice.Post(w.path("/import"), table).Want(t, http.StatusSeeOther)
	if all := w.all(); len(all) != 2 || all[w.lake].Enumerator != w.Users["rui"].ID || !all[w.lake].Again {
		t.Errorf("%+v", all)
	}
}

// TestAssignmentsAreChanged: with their history, told to those whom it concerns, and not over somebody
// else's change.
func TestAssignmentsAreChanged(t *testing.T) {
	w := newFieldWorld(t)
	w.give("bob", w.hetang, w.lake)
	alice, all := w.As("alice"), w.all()
	both := chosen(all[w.hetang], all[w.lake])
	alice.Leads(alice.Post(w.path("/change"), url.Values{"do": {"due"}, "due": {"2026-05-15"}, "assignment": both, "list": {"state=open"}})).Shows(t, "截止日期已改", "2026-05-15")
	alice.Post(w.path("/change"), url.Values{"do": {"reassign"}, "to": {w.user("rui")}, "assignment": both}).Want(t, http.StatusConflict).Shows(t, "刚被别人改过")
	all = w.all()
	w.limit("rui", "开化县")
	to := url.Values{"do": {"reassign"}, "to": {w.user("rui")}, "reason": {"吴博请假"}, "assignment": chosen(all[w.hetang]), "from": {"one"}}
	alice.Post(w.path("/change"), to).Want(t, http.StatusUnprocessableEntity).Shows(t, "郑锐", "范围不含其中 1 个案例")
	to.Set("to", w.user("vic"))
	alice.Post(w.path("/change"), to).Want(t, http.StatusUnprocessableEntity)
	if err := w.Accounts.SetLimit(t.Context(), w.Project.ID, w.Users["rui"].ID, account.Limit{}); err != nil {
		t.Fatal(err)
	}
	to.Set("to", w.user("rui"))
	alice.Leads(alice.Post(w.path("/change"), to)).Shows(t, "已转交", "由 吴博 转交给 郑锐", "吴博请假", "截止日期由 2026-04-30 改为 2026-05-15", "陈爱丽 分派")
	alice.Post(w.path("/change"), to).Want(t, http.StatusSeeOther) // sent twice
	lake := w.all()[w.lake]
	refused := alice.Post(w.path("/change"), url.Values{"do": {"withdraw"}, "assignment": chosen(lake), "due": {"2026-06-01"}, "list": {"form=" + string(w.form.ID)}})
	refused.Want(t, http.StatusUnprocessableEntity).Shows(t, "请写明理由", "清湖村").
		Holds(t, `form="picked" checked`, `value="2026-06-01"`, `<option value="`+string(w.form.ID)+`" selected>`)
	refused = alice.Post(w.path("/change"), url.Values{"do": {"withdraw"}, "from": {"one"}, "assignment": chosen(lake)})
	refused.Want(t, http.StatusUnprocessableEntity).Shows(t, "请写明理由", "补记一次走访")
	alice.Post(w.path("/change"), url.Values{"do": {"withdraw"}, "reason": {"换一户"}, "assignment": chosen(lake)}).Want(t, http.StatusSeeOther)
	lake = w.all()[w.lake]
	alice.Get(w.path("/"+string(lake.ID))).Want(t, http.StatusOK).Shows(t, "已撤回", "换一户", "恢复任务")
	alice.Post(w.path("/change"), url.Values{"do": {"restore"}, "assignment": chosen(lake)}).Want(t, http.StatusSeeOther)
	alice.Post(w.path("/change"), url.Values{"do": {"restore"}, "assignment": {"x"}}).Want(t, http.StatusBadRequest)
	alice.Post(w.path("/change"), url.Values{"do": {"due"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "请先选中任务")
	notices, _, err := w.Surveys.Notices(t.Context(), w.Users["bob"].ID, []id.ProjectID{w.Project.ID}, "", 20)
	told := map[string]int{}
	for _, n := range notices {
		told[n.Text.Key]++
	}
	if err != nil || told["assignment.noticeNew"] != 2 || told["assignment.noticeHandedOn"] != 1 || told["assignment.noticeWithdrawn"] != 1 {
		t.Errorf("%v, %v", told, err)
	}
}

// TestEnumeratorsSeeTheirAssignments and note visits; what is another's does not exist.
func TestEnumeratorsSeeTheirAssignments(t *testing.T) {
	w := newFieldWorld(t)
	w.give("bob", w.hetang)
	w.give("rui", w.lake)
	bob, all := w.As("bob"), w.all()
	bob.Get(w.path("/mine")).Want(t, http.StatusOK).Shows(t, "我的任务", "荷塘村", "2026-04-30").Hides(t, "清湖村")
	bob.Get(w.path("/"+string(all[w.lake].ID))).Want(t, http.StatusNotFound)
	own := w.path("/" + string(all[w.hetang].ID))
	bob.Get(own).Want(t, http.StatusOK).Shows(t, "先找村支书").Hides(t, "转交给")
	sent := map[string]any{"id": "uuid:v1", "at": "2026-04-12T08:00:00+08:00", "outcome": "notHome", "note": "门锁着", "place": map[string]any{"latitude": 28.7, "longitude": 118.6, "accuracy": 9}}
	bob.JSON().Send(own+"/visits", sent).Want(t, http.StatusCreated).Holds(t, `"state":"visited"`)
	bob.JSON().Send(own+"/visits", sent).Want(t, http.StatusOK)
	bob.JSON().Send(w.path("/"+string(all[w.lake].ID)+"/visits"), sent).Want(t, http.StatusNotFound)
	bob.JSON().Send(own+"/visits", map[string]any{"id": "uuid:v2"}).Want(t, http.StatusUnprocessableEntity)
	bob.Post(own+"/visits", url.Values{"id": {"v3"}, "at": {"2026-04-13T09:00:00+08:00"}, "outcome": {"notHome"}}).Want(t, http.StatusSeeOther)
	bob.Post(own+"/visits", url.Values{"id": {"v5"}, "at": {"2026-04-13T09:00:00+08:00"}, "outcome": {"other"}, "note": {" "}}).Want(t, http.StatusUnprocessableEntity).
		Shows(t, "请写明发生了什么").Holds(t, `value="other" selected`)
	w.As("rui").JSON().Send(own+"/visits", map[string]any{"id": "uuid:v4", "at": "2026-04-13T09:00:00+08:00", "outcome": "notHome"}).Want(t, http.StatusCreated)
	bob.Get(own).Want(t, http.StatusOK).Shows(t, "不在家", "门锁着", "3 次不在家，建议换一个案例")
	w.As("alice").Get(w.path("")).Want(t, http.StatusOK).Shows(t, "走访未成", "建议换一个案例")
	if a := w.all()[w.hetang]; len(a.Visits) != 3 || a.Visits[0].Place == nil {
		t.Errorf("%+v", a.Visits)
	}
}

// fieldItem is an assignment as the phone reads it.
type fieldItem struct {
	ID, FormID, CaseID, CaseTitle, Place, Due, Note, State, HandedTo, Withdrawn string
	BackCheck, Late                                                             bool
	Visits                                                                      []struct{ ID, Outcome string }
	Earlier                                                                     *struct{ Answers map[string]any }
}

func (w *fieldWorld) onPhone(login string) map[string]fieldItem {
	w.Helper()
	var data struct{ Assignments []fieldItem }
	a := w.As(login).Get(w.Base()+"/field/data").Want(w.T, http.StatusOK)
	if err := json.Unmarshal([]byte(a.Body), &data); err != nil {
		w.Fatal(err)
	}
	all := map[string]fieldItem{}
	for _, one := range data.Assignments {
		all[one.CaseTitle] = one
	}
	return all
}

// TestAssignmentsOnThePhone: what is to be done, what the case answered before without others' personal
// data, and what went to somebody else.
func TestAssignmentsOnThePhone(t *testing.T) {
	w := newFieldWorld(t)
	w.Submit(w.form, w.lake, "uuid:1", goodVisit()) // bob's own
	if _, err := w.Surveys.Submit(t.Context(), w.Project.ID, w.Users["rui"].ID, survey.Incoming{InstanceID: "uuid:2", FormID: w.form.ID, Version: 1, CaseID: w.deep, Answers: goodVisit()}); err != nil {
		t.Fatal(err)
	}
	again := url.Values{"form": {string(w.form.ID)}, "which": {"all"}, "again": {"1"}, "enumerator": {w.user("bob")}, "due": {"2026-04-12"}, "note": {"再访"}}
	w.As("alice").Post(w.path(""), again).Want(t, http.StatusSeeOther)
	phone := w.onPhone("bob")
	first := phone["荷塘村"]
	if first.Place != "江山市" || first.Due != "2026-04-12" || !first.Late || first.State != "late" || first.Note != "再访" || first.Earlier != nil || first.CaseID != string(w.hetang) || first.FormID != string(w.form.ID) {
		t.Errorf("%+v", first)
	}
	for title, personal := range map[string]bool{"清湖村": true, "幽谷村": false} {
		earlier := phone[title].Earlier
		if earlier == nil {
			t.Fatalf("%s: nothing of before", title)
		}
		basic, _ := earlier.Answers["basic"].(map[string]any)
		if _, told := basic["respondent"]; told != personal || basic["members"] != "12" {
			t.Errorf("%s: %v", title, basic)
		}
	}
	w.As("alice").Post(w.path("/change"), url.Values{"do": {"reassign"}, "to": {w.user("rui")}, "assignment": chosen(w.all()[w.lake])}).Want(t, http.StatusSeeOther)
	w.As("alice").Post(w.path("/change"), url.Values{"do": {"withdraw"}, "reason": {"换一户"}, "assignment": chosen(w.all()[w.deep])}).Want(t, http.StatusSeeOther)
	phone = w.onPhone("bob")
	if lake, deep := phone["清湖村"], phone["幽谷村"]; lake.HandedTo != "郑锐" || lake.Earlier != nil || deep.Withdrawn != "换一户" || deep.State != "withdrawn" {
		t.Errorf("%+v, %+v", lake, deep)
	}
	if rui := w.onPhone("rui"); len(rui) != 1 || rui["清湖村"].HandedTo != "" {
		t.Errorf("%+v", rui)
	}
}

// TestBackChecksAreBlindAndCompared: another enumerator asks again without the first answers, then both
// stand side by side.
func TestBackChecksAreBlindAndCompared(t *testing.T) {
	w := newFieldWorld(t)
	first := w.Submit(w.form, w.hetang, "uuid:1", goodVisit())
	alice := w.As("alice")
	alice.Get(w.path("/check")).Want(t, http.StatusOK).Shows(t, "随机抽取", "能看到初访答案的人").
		Holds(t, `name="enumerator" value="`+w.user("bob"), `name="seeing" value="`+w.user("rui"), `name="seeing" value="`+w.user("alice"))
	rule := url.Values{"form": {string(w.form.ID)}, "share": {"100"}, "seed": {"2026"}, "enumerator": {w.user("bob")}}
	alice.Post(w.path("/check/preview"), rule).Want(t, http.StatusOK).Shows(t, "抽中 1 份", "新分派 0 条", "没有谁能去，跳过 1 条")
	rule["seeing"] = []string{w.user("rui")}
	alice.Post(w.path("/check/preview"), rule).Want(t, http.StatusOK).Shows(t, "新分派 1 条", "郑锐 1 条")
	byHand := url.Values{"form": {string(w.form.ID)}, "receipts": {strings.ToLower(first.Receipt()) + "、" + first.Receipt()}, "enumerator": {w.user("rui")}}
	alice.Leads(alice.Post(w.path("/check"), byHand)).Shows(t, "复核任务已分派，共 1 条", "复核")
	alice.Post(w.path("/check"), rule).Want(t, http.StatusSeeOther) // the same submission is not checked twice
	alice.Post(w.path("/check"), url.Values{"form": {string(w.form.ID)}, "receipts": {"0000-0000"}, "enumerator": {w.user("rui")}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "没有回执号为 0000-0000")
	alice.Post(w.path("/check"), url.Values{"form": {string(w.form.ID)}, "enumerator": {w.user("rui")}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "请写明抽多少")
	for says, fields := range map[string]map[string]string{"只能用一种": {"receipts": first.Receipt(), "count": "5"}, "只写一个": {"count": "5", "share": "10"}} {
		bad := url.Values{"form": {string(w.form.ID)}, "enumerator": {w.user("rui")}}
		for name, value := range fields {
			bad.Set(name, value)
		}
		alice.Post(w.path("/check/preview"), bad).Want(t, http.StatusOK).Shows(t, says)
		alice.Post(w.path("/check"), bad).Want(t, http.StatusUnprocessableEntity).Shows(t, says)
	}
	check := w.all()[w.hetang]
	compare := w.path("/" + string(check.ID) + "/compare")
	alice.Get(compare).Want(t, http.StatusOK).Shows(t, "复核还没有交来")
	if phone := w.onPhone("rui")["荷塘村"]; !phone.BackCheck || phone.Earlier != nil {
		t.Errorf("%+v", phone)
	}
	second := goodVisit()
	second["basic"].(map[string]any)["members"] = "13"
	second["basic"].(map[string]any)["respondent"] = "李大爷"
	if _, err := w.Surveys.Submit(t.Context(), w.Project.ID, w.Users["rui"].ID, survey.Incoming{InstanceID: "uuid:2", FormID: w.form.ID, Version: 1, CaseID: w.hetang, Answers: second}); err != nil {
		t.Fatal(err)
	}
	alice.Get(compare).Want(t, http.StatusOK).Shows(t, "一致率 83%：6 题中 5 题一致", "自由文字，不计入", "王大妈", "李大爷", "党员人数", "12", "13", "贺村镇", "不一致")
	alice.Get(compare+"?tolerance=10").Want(t, http.StatusOK).Shows(t, "一致率 100%")
	alice.Get(w.path("/agreement")).Want(t, http.StatusOK).Shows(t, "1 对填报", "总一致率 75.0%（4 个答案中 3 个一致）", "受访人", "100%").Hides(t, "王大妈", "郑锐 复核")
	alice.Get(w.path("/agreement?tolerance=5&question="+url.QueryEscape("basic/members"))).Want(t, http.StatusOK).Shows(t, "两次不一致：党员人数", "荷塘村 郑锐 复核").Holds(t, compare+"?tolerance=5")
	w.As("bob").Get(compare).Want(t, http.StatusForbidden)
	w.give("bob", w.lake)
	alice.Get(w.path("/"+string(w.all()[w.lake].ID)+"/compare")).Want(t, http.StatusOK).Shows(t, "这不是复核任务")
	alice.Get(w.path("/"+strings.Repeat("0", 26))).Want(t, http.StatusNotFound)
}

// TestAPersonInTheNotes is found, handed out and erased with the rest.
func TestAPersonInTheNotes(t *testing.T) {
	w := newFieldWorld(t)
	w.give("bob", w.hetang)
	a, alice := w.all()[w.hetang], w.As("alice")
	w.As("bob").JSON().Send(w.path("/"+string(a.ID)+"/visits"), map[string]any{"id": "v", "at": now, "outcome": "notHome", "note": "王大妈去女儿家了"}).Want(t, http.StatusCreated)
	asked := url.Values{"text": {"王大妈"}, "reason": {"本人来电"}, "assignment": {string(a.ID)}}
	alice.Post(w.Base()+"/personal/search", asked).Want(t, http.StatusOK).Shows(t, "王大妈去女儿家了").Holds(t, `name="assignment" value="`+string(a.ID))
	if zip := whole(t, alice.Post(w.Base()+"/personal/export", asked).Want(t, http.StatusOK)); !strings.Contains(zip, "王大妈去女儿家了") {
		t.Error("it is not handed out")
	}
	alice.Post(w.Base()+"/personal/erase", asked).Want(t, http.StatusOK).Holds(t, string(a.ID))
	asked.Set("sure", "1")
	alice.Post(w.Base()+"/personal/erase", asked).Want(t, http.StatusSeeOther)
	if note := w.all()[w.hetang].Visits[0].Note; note != "■去女儿家了" {
		t.Error(note)
	}
}
