package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tianye/survey"
)

func TestCorrection(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	sub := w.Submit(f, "", "uuid:1", goodVisit())
	at := w.Base() + "/submissions/" + string(sub.ID)
	rui := w.As("rui")
	rui.Get(at+"/correct").Want(t, http.StatusOK).Holds(t, `name="a:basic/members" value="12"`, `name="a:meetings[2]/attended" value="5"`).Hides(t, `"a:total"`, `"a:photo"`, `"a:start"`)
	page := rui.Leads(rui.Post(at+"/correct", url.Values{"revision": {"1"}, "a:basic/members": {"15"}, "a:meetings[2]/attended": {"6"},
		"a:topics": {"", "party"}, "a:basic/respondent": {"王大妈"}, "a:total": {"999"}, "a:start": {"x"}, "a:photo": {"x.jpg"}, "reason": {"电话核实"}}))
	page.Shows(t, "更正已保存", "已更正", "电话核实", "郑锐", "党员人数: 12 15", "到会人数: 5 6", "以前的版本").Hides(t, "999", "x.jpg")
	rui.Get(at+"/history").Want(t, http.StatusOK).Shows(t, "第 1 稿", "江山市").
		Holds(t, `<dl class="answer depth-1 changed"><dt>党员人数</dt>`, `<dl class="answer depth-1"><dt>县</dt>`)
	w.As("bob").Get(at).Want(t, http.StatusOK).Shows(t, "15", "电话核实")
}

// TestCorrectingTheCase gives a submission a case, refuses one that is gone, and takes it away.
func TestCorrectingTheCase(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	c, gone := w.Case("荷塘村"), w.Case("余东村")
	sub := w.Submit(f, "", "uuid:1", goodVisit())
	at := w.Base() + "/submissions/" + string(sub.ID)
	rui := w.As("rui")
	rui.Get(at+"/correct").Want(t, http.StatusOK).Holds(t, `value="`+string(c.ID)+`">荷塘村</option>`).Hides(t, at+"/review")
	rui.Leads(rui.Post(at+"/correct", url.Values{"revision": {"1"}, "case": {string(c.ID)}, "reason": {"现场没选案例"}})).
		Shows(t, "更正已保存", "已更正", "现场没选案例", "案例: 荷塘村")
	rui.Get(w.Base()+"/submissions?case="+string(c.ID)).Shows(t, "共 1 份", sub.Receipt())
	rui.Get(at+"/history").Want(t, http.StatusOK).Holds(t, `<dl class="answer changed"><dt>案例</dt><dd>—`)
	w.As("alice").Post(w.Base()+"/cases/"+string(gone.ID)+"/delete", url.Values{"revision": {"1"}}).Want(t, http.StatusSeeOther)
	for _, bad := range []string{string(gone.ID), strings.Repeat("0", 26), "../x"} {
		rui.Post(at+"/correct", url.Values{"revision": {"2"}, "case": {bad}, "reason": {"换"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "所选的案例不存在")
	}
	rui.Post(at+"/correct", url.Values{"revision": {"2"}, "case": {string(c.ID)}, "reason": {"换"}}).Want(t, http.StatusUnprocessableEntity).
		Shows(t, "没有任何答案发生变化").Holds(t, `value="`+string(c.ID)+`" selected`)
	rui.Leads(rui.Post(at+"/correct", url.Values{"revision": {"2"}, "case": {""}, "reason": {"不属于"}})).Shows(t, "案例: 荷塘村 —")
	w.As("bob").Post(at+"/correct", url.Values{"revision": {"3"}, "case": {string(c.ID)}, "reason": {"x"}}).Want(t, http.StatusForbidden)
}

// TestCorrectionOffersWhatTheFilterLets: only the county's towns; complaints say labels.
func TestCorrectionOffersWhatTheFilterLets(t *testing.T) {
	w := newWorld(t)
	sub := w.Submit(w.Publish(visit(t), "visit.xlsx"), "", "uuid:1", goodVisit())
	at := w.Base() + "/submissions/" + string(sub.ID)
	rui := w.As("rui")
	rui.Get(at+"/correct").Want(t, http.StatusOK).Holds(t, `value="hushan"`, `value="hecun" selected`).Hides(t, `value="hehua"`)
	rui.Post(at+"/correct", url.Values{"revision": {"1"}, "a:basic/county": {"kecheng"}, "reason": {"核实"}}).Want(t, http.StatusUnprocessableEntity).
		Holds(t, `value="hehua"`, `value="hecun" selected`).Hides(t, `value="hushan"`).Shows(t, "选项“贺村镇”")
}

// TestCorrectingAConfirmation takes a tick away and sets it again.
func TestCorrectingAConfirmation(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(workbook(t, sheets{"survey": {{"type", "name", "label"}, {"acknowledge", "told", "已告知用途"}},
		"settings": {{"form_id", "form_title"}, {"consent", "知情同意"}}}), "consent.xlsx")
	sub := w.Submit(f, "", "uuid:1", map[string]any{"told": "OK"})
	at := w.Base() + "/submissions/" + string(sub.ID)
	rui := w.As("rui")
	rui.Get(at+"/correct").Want(t, http.StatusOK).Holds(t, `type="checkbox" name="a:told" value="OK" checked`)
	rui.Leads(rui.Post(at+"/correct", url.Values{"revision": {"1"}, "a:told": {""}, "reason": {"没有告知"}})).Shows(t, "已告知用途: 已确认 —")
	rui.Leads(rui.Post(at+"/correct", url.Values{"revision": {"2"}, "a:told": {"", "OK"}, "reason": {"补告知"}})).Shows(t, "已告知用途: 已确认")
}

// TestReviewGoesOn from one that waits to the next, corrected ones too, until none does.
func TestReviewGoesOn(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	first, second := w.Submit(f, "", "uuid:1", goodVisit()), w.Submit(f, "", "uuid:2", goodVisit())
	rui := w.As("rui")
	at := func(sub survey.Submission) string { return w.Base() + "/submissions/" + string(sub.ID) }
	rui.Post(at(first)+"/correct", url.Values{"revision": {"1"}, "a:basic/members": {"15"}, "reason": {"核实"}}).Want(t, http.StatusSeeOther)
	rui.Get(w.Base()).Want(t, http.StatusOK).Shows(t, "2 份等待审核", first.Receipt(), second.Receipt())
	rui.Get(w.Base()+"/submissions?state=waiting").Shows(t, "共 2 份", "等待审核（2）").Holds(t, string(first.ID)+"?list=state%3dwaiting")
	rui.Get(at(second)+"?list=state%3Dwaiting").Holds(t, `href="`+w.Base()+`/submissions?state=waiting"`)
	review := url.Values{"revision": {"1"}, "state": {"approved"}, "then": {"next"}, "list": {"state=waiting"}}
	rui.Leads(rui.Post(at(second)+"/review", review)).Shows(t, "上一份的审核结果已保存", first.Receipt(), "已更正").Holds(t, `name="list" value="state=waiting"`)
	review.Set("revision", "2")
	rui.Leads(rui.Post(at(first)+"/review", review)).Shows(t, "没有其他填报等待审核", "共 0 份")
	rui.Get(w.Base()).Want(t, http.StatusOK).Shows(t, "0 份等待审核")
}

// TestRefusedCorrectionKeepsWhatWasTyped also brings up the question that the
// correction makes necessary.
func TestRefusedCorrectionKeepsWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	sub := w.Submit(f, "", "uuid:1", goodVisit())
	at := w.Base() + "/submissions/" + string(sub.ID)
	rui := w.As("rui")
	rui.Post(at+"/correct", url.Values{"revision": {"1"}, "a:basic/members": {"12"}, "reason": {"无"}}).
		Want(t, http.StatusUnprocessableEntity).Shows(t, "没有任何答案发生变化").Holds(t, ">无</textarea>")
	rui.Post(at+"/correct", url.Values{"revision": {"1"}, "a:basic/members": {"13"}}).
		Want(t, http.StatusUnprocessableEntity).Shows(t, "请写明更正的原因").Holds(t, `name="a:basic/members" value="13"`)
	refused := rui.Post(at+"/correct", url.Values{"revision": {"1"}, "a:basic/county": {"kecheng"}, "a:basic/town": {"hehua"}, "a:basic/members": {"2"},
		"a:topics": {"", "party", "other"}, "reason": {"<b>核实</b>"}}).Want(t, http.StatusUnprocessableEntity)
	refused.Shows(t, "党员人数不能少于 3 人").Hides(t, "<b>核实").
		Holds(t, `value="kecheng" selected`, `value="hehua" selected`, `name="a:basic/members" value="2"`, `value="other" checked`, `name="a:other" value=""`, "&lt;b&gt;核实")
	page := rui.Leads(rui.Post(at+"/correct", url.Values{"revision": {"1"}, "a:basic/county": {"kecheng"}, "a:basic/town": {"hehua"}, "a:basic/members": {"20"},
		"a:topics": {"", "party", "other"}, "a:other": {"环境整治"}, "reason": {"核实"}}))
	page.Shows(t, "柯城区", "荷花街道", "环境整治", "党建、其他")
}

// TestTwoCorrectAtOnce: what the other one changed is neither lost nor undone unseen.
func TestTwoCorrectAtOnce(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	sub := w.Submit(f, "", "uuid:1", goodVisit())
	at := w.Base() + "/submissions/" + string(sub.ID)
	rui, alice := w.As("rui"), w.As("alice")
	asSeen := func(changes url.Values) url.Values {
		fields := url.Values{"revision": {"1"}, "a:basic/respondent": {"王大妈"}, "a:basic/county": {"jiangshan"}, "a:basic/town": {"hecun"}, "a:basic/members": {"12"},
			"a:topics": {"", "party"}, "a:meetings[1]/attended": {"8"}, "a:meetings[2]/attended": {"5"}, "reason": {"核实"}}
		for name, values := range changes {
			fields[name] = values
		}
		return fields
	}
	rui.Post(at+"/correct", asSeen(url.Values{"a:basic/members": {"15"}, "a:basic/respondent": {"王大娘"}})).Want(t, http.StatusSeeOther)
	conflict := alice.Post(at+"/correct", asSeen(url.Values{"a:basic/members": {"18"}, "a:meetings[1]/attended": {"9"}})).Want(t, http.StatusConflict)
	conflict.Shows(t, "有人改动了这份填报", "别人刚把这一题改成了“15”").
		Holds(t, `name="revision" value="2"`, `name="a:basic/members" value="18"`, `name="a:basic/respondent" value="王大娘"`, `name="a:meetings[1]/attended" value="9"`)
	again := asSeen(url.Values{"revision": {"2"}, "a:basic/members": {"18"}, "a:meetings[1]/attended": {"9"}, "a:basic/respondent": {"王大娘"}})
	alice.Leads(alice.Post(at+"/correct", again)).Shows(t, "王大娘", "18", "党员人数: 15 18")
	for _, revision := range []string{"0", "-1", "99", "9223372036854775807"} {
		alice.Post(at+"/correct", asSeen(url.Values{"revision": {revision}, "a:basic/members": {"40"}})).Want(t, http.StatusConflict)
	}
	alice.Post(at+"/correct", url.Values{"revision": {"two"}}).Want(t, http.StatusBadRequest)
}

func TestReview(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	sub := w.Submit(f, "", "uuid:1", goodVisit())
	at := w.Base() + "/submissions/" + string(sub.ID)
	rui := w.As("rui")
	rui.Get(w.Base()).Want(t, http.StatusOK).Shows(t, "1 份等待审核", sub.Receipt())
	rui.Get(at).Holds(t, `<button class="btn btn-primary" name="state" value="approved"`, `name="state" value="rejected"`, `name="state" value="hasIssues"`, `name="state" value="received"`)
	rui.Post(at+"/review", url.Values{"revision": {"1"}, "state": {""}}).Want(t, http.StatusUnprocessableEntity)
	rui.Post(at+"/review", url.Values{"revision": {"1"}, "state": {"rejected"}}).Want(t, http.StatusUnprocessableEntity).
		Shows(t, "请写明意见")
	rui.Post(at+"/review", url.Values{"revision": {"1"}, "state": {"rejected"}, "comment": {strings.Repeat("长", 1001)}}).Want(t, http.StatusUnprocessableEntity).
		Holds(t, strings.Repeat("长", 1001)+"</textarea>")
	rui.Post(at+"/review", url.Values{"revision": {"1"}, "state": {"edited"}, "comment": {"?"}}).Want(t, http.StatusUnprocessableEntity)
	rui.Leads(rui.Post(at+"/review", url.Values{"revision": {"1"}, "state": {"hasIssues"}, "comment": {"人数请核对 <script>"}})).
		Shows(t, "审核结果已保存", "有问题", "人数请核对 <script>").Hides(t, "核对 <script>")
	stale := w.As("alice").Post(at+"/review", url.Values{"revision": {"1"}, "state": {"approved"}, "comment": {"没看到上一条"}}).Want(t, http.StatusConflict)
	stale.Shows(t, "有人改动了这份填报", "人数请核对").Holds(t, ">没看到上一条</textarea>", `name="revision" value="2"`)
	// From a refused page the language can still be changed.
	w.As("alice").English().Post("/language", url.Values{"language": {"zh"}, "next": {at}}).Want(t, http.StatusSeeOther)
	alice := w.As("alice")
	alice.header.Set("Referer", w.URL+at)
	alice.Post(at+"/review", url.Values{"revision": {"1"}, "state": {"approved"}}).Want(t, http.StatusConflict).Holds(t, `name="next" value="`+at+`"`)
	alice.header.Set("Referer", "https://evil.example"+at)
	alice.Post(at+"/review", url.Values{"revision": {"1"}, "state": {"approved"}}).Want(t, http.StatusConflict).Holds(t, `name="next" value="/"`)
	alice.header.Del("Referer")
	rui.Get(w.Base()+"/submissions?state=hasIssues").Want(t, http.StatusOK).Shows(t, "共 1 份")
}
