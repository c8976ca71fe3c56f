package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/survey"
	"tianye/survey/quality"
)

// check makes the quality checks as the process does beside answering requests.
func (w *world) check() {
	w.Helper()
	if err := w.Surveys.NewChecker().Check(w.Context(), w.Project.ID); err != nil {
		w.Fatal(err)
	}
}

// thresholds are the fields of a form's page as they stand there, but for some.
func thresholds(f survey.Form, changed ...string) url.Values {
	fields := url.Values{"revision": {strconv.FormatInt(f.Revision, 10)}, "boxes": {""}}
	for _, check := range quality.Checks {
		fields.Set("on:"+string(check), "1")
	}
	for _, p := range quality.Parameters {
		fields.Set(p.Name, fmt.Sprint(p.Default))
	}
	for at := 0; at < len(changed); at += 2 {
		fields.Set(changed[at], changed[at+1])
	}
	return fields
}

func (a *auditWalk) quality() {
	f, err := a.Surveys.Form(a.Context(), a.Project.ID, id.FormID(a.places[":form"]))
	if err != nil {
		a.Fatal(err)
	}
	if l := a.post("/p/:project/forms/:form/quality", "alice", string(f.ID), thresholds(f, "fastZ", "4")); l.Title != f.Title || l.After != "启用 11 项检查，改动 1 个阈值" {
		a.Errorf("%+v", l)
	}
	first, bob := a.places["first"], a.Users["bob"].ID
	for _, one := range []survey.Flags{
		{ID: first, Submission: id.SubmissionID(first), Flags: []survey.Flag{{Check: quality.Night, Text: problem.Say("quality.say.media")}}},
		{ID: survey.FlagsOf(f.ID, bob), Enumerator: bob, Flags: []survey.Flag{{Check: quality.Digits, Text: problem.Say("quality.say.media")}}},
	} {
		one.ProjectID, one.FormID, one.Checked = a.Project.ID, f.ID, now
		if err := store.NewSurveys(a.Backend).CreateFlags(a.Context(), one); err != nil {
			a.Fatal(err)
		}
	}
	submission, user := a.places[":submission"], a.places[":user"]
	a.places[":submission"], a.places[":user"] = first, string(bob)
	said := url.Values{"check": {"night"}, "verdict": {"false"}, "note": {"王大妈只有晚上在家"}}
	if l := a.post("/p/:project/submissions/:submission/flags", "rui", first, said); l.After != "夜间作业：误报" {
		a.Errorf("%+v", l)
	}
	a.post("/p/:project/forms/:form/enumerators/:user/flags", "rui", string(bob), url.Values{"check": {"digits"}, "verdict": {"true"}})
	a.places[":submission"], a.places[":user"] = submission, user
}

// twice has two submissions of one person.
func twice(t *testing.T) (*world, survey.Form, survey.Submission, survey.Submission) {
	w := newWorld(t)
	f := w.Publish(workbook(t, sheets{
		"survey":   {{"type", "name", "label", "personal"}, {"text", "head", "户主", "yes"}, {"text", "phone", "电话", "yes"}, {"integer", "people", "人口", ""}},
		"settings": {{"form_id", "form_title", "version"}, {"homes", "入户", "1"}},
	}), "homes.xlsx")
	village := w.Case("荷塘村")
	answers := map[string]any{"head": "徐根土", "phone": "13800001111", "people": "4"}
	first := w.Submit(f, village.ID, "uuid:1", answers)
	second := w.Submit(f, village.ID, "uuid:2", map[string]any{"head": "徐 根土", "phone": "138 0000 1111", "people": "5"})
	w.check()
	return w, f, first, second
}

func TestQualityPage(t *testing.T) {
	w, f, first, second := twice(t)
	rui := w.As("rui")
	page := w.Base() + "/quality?form=" + string(f.ID)
	rui.Get(page).Want(t, http.StatusOK).Shows(t, "检查了 2 份，2 份有提示", first.Receipt(), second.Receipt(), "受访者重复", "姓名和电话与另外 1 份填报相同。", "吴博").
		Hides(t, "徐根土", "13800001111", "保存阈值")
	rui.Get(w.Base()+"/submissions/"+string(first.ID)).Want(t, http.StatusOK).Shows(t, "姓名和电话与另外 1 份填报相同。", second.Receipt())
	w.As("ana").Get(w.Base()+"/submissions/"+string(first.ID)).Want(t, http.StatusOK).Hides(t, "姓名和电话")
	rui.Get(w.Base()+"/submissions?state=flagged").Want(t, http.StatusOK).Shows(t, first.Receipt(), second.Receipt(), "⚑ 有提示")

	rui.Get(page+"&page=1000000000000000000").Want(t, http.StatusOK).Shows(t, first.Receipt(), second.Receipt()) // the last there is

	judge := w.Base() + "/submissions/" + string(first.ID) + "/flags"
	said := url.Values{"check": {"samePerson"}, "path": {"head"}, "verdict": {"false"}, "note": {"父子同名"}, "back": {page + "&check=samePerson&done=x"}}
	answer := rui.Post(judge, said).Want(t, http.StatusSeeOther)
	if to := answer.Header.Get("Location"); !strings.HasPrefix(to, w.Base()+"/quality?check=samePerson&form=") || strings.Contains(to, "done=x") {
		t.Error(to)
	}
	rui.Leads(answer).Shows(t, "已记为误报", second.Receipt(), "1 份有提示")
	rui.Get(page+"&all=1").Want(t, http.StatusOK).Shows(t, "郑锐 认为是误报", "父子同名", "已判 1 条，误报 1 条（100%）")
	w.check()
	rui.Get(w.Base()+"/submissions?state=flagged").Want(t, http.StatusOK).Shows(t, second.Receipt()).Hides(t, first.Receipt())
	board := w.Base() + "/progress?form=" + string(f.ID)
	rui.Get(board).Want(t, http.StatusOK).Shows(t, "⚑ 质量疑点 1")
	if _, err := w.Surveys.Review(t.Context(), w.Project.ID, w.Users["rui"].ID, second.ID, second.Revision, survey.Approved, ""); err != nil {
		t.Fatal(err)
	}
	rui.Get(w.Base()+"/submissions?state=flagged").Want(t, http.StatusOK).Hides(t, second.Receipt()) // whoever approved it has settled that
	rui.Get(board).Want(t, http.StatusOK).Hides(t, "⚑")
	for _, bad := range []url.Values{{"verdict": {"maybe"}}, {"verdict": {"true"}, "check": {"samePerson"}, "path": {"head"}, "back": {"//evil.example"}}} {
		a := rui.Post(judge, bad)
		if a.StatusCode != http.StatusBadRequest && a.Header.Get("Location") != w.Base()+"/submissions/"+string(first.ID)+"?done=quality.judgedTrue" {
			t.Errorf("%v: %d %s", bad, a.StatusCode, a.Header.Get("Location"))
		}
	}
	rui.Post(judge, url.Values{"verdict": {"true"}, "check": {"night"}}).Want(t, http.StatusNotFound)
}

func TestQualityThresholds(t *testing.T) {
	w, f, _, _ := twice(t)
	alice := w.As("alice")
	path, page := w.Base()+"/forms/"+string(f.ID)+"/quality", w.Base()+"/quality?form="+string(f.ID)
	f, err := w.Surveys.Form(t.Context(), w.Project.ID, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	wrong := thresholds(f, "fastZ", "fast", "straightItems", "7.5", "boxes", "江山市：28.2，118.3，28.9，118.8\n开化县 29")
	alice.Post(path, wrong).Want(t, http.StatusUnprocessableEntity).Shows(t, "请填 1 到 20 之间的数。", "“开化县 29”的范围写得不对").Holds(t, `value="fast"`, "江山市：28.2，118.3")
	wrong.Set("fastZ", "3")
	wrong.Set("boxes", "")
	alice.Post(path, wrong).Want(t, http.StatusUnprocessableEntity).Shows(t, "请填整数。")
	good := thresholds(f, "fastZ", "4", "boxes", "江山市：28.2，118.3，28.9，118.8\n")
	good.Del("on:samePerson")
	alice.Leads(alice.Post(path, good)).Shows(t, "阈值已保存", "江山市: 28.2, 118.3, 28.9, 118.8")
	w.check()
	alice.Get(page).Want(t, http.StatusOK).Shows(t, "检查了 2 份，0 份有提示").Holds(t, `name="fastZ" value="4"`)
	alice.Post(path, good).Want(t, http.StatusConflict)
	w.As("rui").Post(path, good).Want(t, http.StatusForbidden)
}

func TestDailyQuality(t *testing.T) {
	w, _, _, _ := twice(t)
	rui := w.As("rui")
	today := now.Format(time.DateOnly)
	rui.Get(w.Base()+"/quality/daily?day="+today).Want(t, http.StatusOK).Shows(t, "收到 2 份，其中 2 份有质量提示。", "江山市", "吴博", "受访者重复").Hides(t, "徐根土")
	rui.Get(w.Base()+"/quality/daily").Want(t, http.StatusOK).Shows(t, now.AddDate(0, 0, -1).Format(time.DateOnly), "这一天没有收到填报。")
	rui.Get(w.Base()+"/quality/daily?day=yesterday").Want(t, http.StatusBadRequest)
}
