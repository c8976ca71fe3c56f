package web_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"tianye/survey"
)

// SubmitAs stores a submission of somebody's.
func (w *world) SubmitAs(login string, f survey.Form, instance string, answers map[string]any) survey.Submission {
	w.Helper()
	sub, err := w.Surveys.Submit(w.Context(), w.Project.ID, w.Users[login].ID, survey.Incoming{InstanceID: instance, FormID: f.ID,
		Version: f.Current().Number, Started: now.Add(-time.Hour), Ended: now, Answers: answers})
	if err != nil {
		w.Fatal(err)
	}
	return sub
}

func TestListFiltersAndPages(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	c := w.Case("荷塘村")
	receipts := map[string]bool{}
	for i := range 70 {
		sub := w.Submit(f, "", fmt.Sprint("uuid:", i), with("respondent", fmt.Sprintf("受访人%02d", i)))
		receipts[sub.Receipt()] = true
	}
	about := w.Submit(f, c.ID, "uuid:case", goodVisit())
	mine := w.SubmitAs("rui", f, "uuid:rui", with("county", "kecheng", "town", "hehua"))
	rui := w.As("rui")
	list := func(query url.Values) answer {
		return rui.Get(w.Base()+"/submissions?"+query.Encode()).Want(t, http.StatusOK)
	}
	list(url.Values{"case": {string(c.ID)}}).Shows(t, "共 1 份", about.Receipt(), "荷塘村")
	list(url.Values{"enumerator": {string(w.Users["rui"].ID)}}).Shows(t, "共 1 份", mine.Receipt())
	list(url.Values{"form": {string(f.ID)}, "version": {"1"}}).Shows(t, "共 72 份")
	list(url.Values{"version": {"2"}}).Shows(t, "没有符合条件的填报")
	list(url.Values{"from": {"2026-04-13"}, "to": {"2026-04-13"}}).Shows(t, "共 72 份")
	list(url.Values{"from": {"2026-04-14"}}).Shows(t, "共 0 份")
	list(url.Values{"to": {"2026-04-12"}}).Shows(t, "共 0 份")
	list(url.Values{"state": {"approved"}}).Shows(t, "共 0 份", "待审核（72）")
	list(url.Values{"q": {mine.Receipt()}}).Shows(t, "共 1 份")
	list(url.Values{"q": {`"><script>alert(1)</script>`}}).Shows(t, "共 0 份").Hides(t, "<script>alert")
	for _, bad := range []url.Values{{"version": {"one"}}, {"from": {"2026-02-30"}}, {"to": {"' or 1=1"}}, {"after": {"zzz"}}} {
		rui.Get(w.Base()+"/submissions?"+bad.Encode()).Want(t, http.StatusBadRequest)
	}

	seen := map[string]int{}
	next := w.Base() + "/submissions?q=" + url.QueryEscape("受访人")
	for pages := 1; ; pages++ {
		a := rui.Get(next).Want(t, http.StatusOK).Shows(t, "共 70 份")
		for number := range receipts {
			seen[number] += strings.Count(a.Body, ">"+number+"<")
		}
		_, rest, more := strings.Cut(a.Body, `href="?q=`)
		for more && !strings.Contains(rest[:strings.IndexByte(rest, '"')], "after=") {
			_, rest, more = strings.Cut(rest, `href="?q=`)
		}
		if !more {
			if pages != 3 {
				t.Errorf("%d pages, want 3", pages)
			}
			break
		}
		link, _, _ := strings.Cut(rest, `"`)
		next = w.Base() + "/submissions?q=" + strings.ReplaceAll(link, "&amp;", "&")
	}
	for number := range receipts {
		if seen[number] != 1 {
			t.Errorf("%s is shown %d times", number, seen[number])
		}
	}
}

// TestEnumeratorsSeeTheirOwn looks for alice's submission everywhere as bob.
func TestEnumeratorsSeeTheirOwn(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	c := w.Case("荷塘村")
	mine := w.Submit(f, c.ID, "uuid:bob", goodVisit())
	theirs, err := w.Surveys.Submit(t.Context(), w.Project.ID, w.Users["alice"].ID, survey.Incoming{InstanceID: "uuid:alice", FormID: f.ID,
		Version: 1, CaseID: c.ID, Answers: with("respondent", "李大爷", "members", "77")})
	if err != nil {
		t.Fatal(err)
	}
	bob := w.As("bob")
	secrets := []string{theirs.Receipt(), string(theirs.ID), "李大爷"}
	at := w.Base() + "/submissions/" + string(theirs.ID)
	for _, path := range []string{"", "/submissions", "/submissions?q=" + url.QueryEscape("李大爷"), "/submissions?q=" + theirs.Receipt(),
		"/submissions?enumerator=" + string(w.Users["alice"].ID), "/cases/" + string(c.ID), "/cases", "/forms/" + string(f.ID), "/forms"} {
		a := bob.Get(w.Base()+path).Want(t, http.StatusOK)
		if !strings.Contains(path, "q=") { // what was looked for stands in its field
			a.Hides(t, secrets...)
		} else {
			a.Shows(t, "没有符合条件的填报")
		}
	}
	bob.Get(w.Base()).Shows(t, "1 份我的填报")
	bob.Get(w.Base()+"/submissions").Shows(t, "我的填报", "共 1 份", mine.Receipt())
	bob.Get(w.Base()+"/submissions?q="+url.QueryEscape("王大妈")).Shows(t, "共 1 份", "王大妈")
	for _, path := range []string{at, at + "/history", at + "/files/a.jpg"} {
		bob.Get(path).Want(t, http.StatusNotFound).Hides(t, theirs.Receipt(), "李大爷")
	}
	for _, path := range []string{at + "/correct", w.Base() + "/submissions/export?form=" + string(f.ID)} {
		bob.Get(path).Want(t, http.StatusForbidden).Hides(t, theirs.Receipt(), "李大爷")
	}
	bob.Post(at+"/review", url.Values{"state": {"approved"}, "revision": {"1"}}).Want(t, http.StatusForbidden)
	bob.Post(w.Base()+"/submissions/"+string(mine.ID)+"/review", url.Values{"state": {"approved"}, "revision": {"1"}}).Want(t, http.StatusForbidden)
	w.As("vic").Get(w.Base()+"/cases/"+string(c.ID)).Want(t, http.StatusOK).Hides(t, mine.Receipt(), string(mine.ID))
}

// withFamily has personal data outside, inside a personal section, and inside a repeat.
func withFamily(t testing.TB, personal string) []byte {
	return workbook(t, sheets{
		"survey": {
			{"type", "name", "label", "personal"},
			{"text", "village", "村名", ""},
			{"text", "head", "户主", personal},
			{"begin group", "contact", "联系方式", "yes"}, {"text", "phone", "电话", ""}, {"end group", "", "", ""},
			{"begin repeat", "family", "家人", ""}, {"text", "name", "姓名", personal}, {"text", "job", "职业", ""}, {"end repeat", "", "", ""},
			{"image", "face", "户主照片", "yes"}, {"image", "house", "房屋照片", ""},
		},
		"settings": {{"form_id", "form_title"}, {"household", "入户"}},
	})
}

func household(head string) map[string]any {
	return map[string]any{"village": "荷塘村", "head": head, "contact": map[string]any{"phone": "13812345678"},
		"family": []any{map[string]any{"name": "小明", "job": "学生"}}, "face": "face.jpg", "house": "house.jpg"}
}

// TestPersonalDataStayHidden looks for personal data everywhere as the analyst, and
// finds them as the reviewer.
func TestPersonalDataStayHidden(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(withFamily(t, "yes"), "household.xlsx")
	_, at := receipt(t, w.As("bob").SendFiles(w.Base()+"/submissions", incoming(f, "uuid:1", household("赵四")),
		sent{"face.jpg", jpeg + "face"}, sent{"house.jpg", jpeg}).Want(t, http.StatusCreated))
	alice, ana := w.As("alice"), w.As("ana")
	fields := url.Values{"revision": {"1"}, "a:head": {"赵四儿"}, "a:village": {"荷塘新村"}, "reason": {"名字写错了"}}
	alice.Post(at+"/correct", fields).Want(t, http.StatusSeeOther)
	secrets := []string{"赵四", "13812345678", "小明", "face.jpg"}
	ana.Get(at).Want(t, http.StatusOK).Shows(t, "荷塘新村", "学生", "个人信息，您的角色不可见").Holds(t, "house.jpg").Hides(t, secrets...)
	ana.Get(at+"/history").Want(t, http.StatusOK).Shows(t, "荷塘村", "学生").Hides(t, secrets...)
	ana.Get(at+"/files/face.jpg").Want(t, http.StatusNotFound)
	ana.Get(at+"/files/house.jpg").Want(t, http.StatusOK)
	for _, text := range []string{"赵四", "13812345678", "小明"} {
		query := "/submissions?q=" + url.QueryEscape(text)
		ana.Get(w.Base()+query).Want(t, http.StatusOK).Shows(t, "共 0 份")
		alice.Get(w.Base()+query).Want(t, http.StatusOK).Shows(t, "共 1 份")
		export := w.Base() + "/submissions/export?format=jsonl&form=" + string(f.ID) + "&q=" + url.QueryEscape(text)
		if a := ana.Get(export).Want(t, http.StatusOK); a.Body != "" {
			t.Errorf("found by %s: %s", text, a.Body)
		}
	}
	ana.Get(w.Base()+"/submissions?q="+url.QueryEscape("学生")).Shows(t, "共 1 份", "学生").Hides(t, "小明")
	alice.Get(at).Shows(t, "赵四儿", "13812345678", "小明").Holds(t, "face.jpg")
	alice.Get(at+"/history").Shows(t, "赵四")
	alice.Get(at+"/files/face.jpg").Want(t, http.StatusOK)
	full := w.Base() + "/submissions/export/full?form=" + string(f.ID)
	for _, format := range []string{"csv", "jsonl", "xlsx"} {
		export := w.Base() + "/submissions/export?form=" + string(f.ID) + "&personal=1&format=" + format
		why := url.Values{"format": {format}, "reason": {"街道核对名单"}}
		for what, a := range map[string]answer{"ana's": ana.Get(export), "alice's": alice.Get(export), "full": alice.Post(full, why)} {
			text := exported(t, a.Want(t, http.StatusOK), format)
			for _, secret := range []string{"赵四", "13812345678"} {
				if shown := what == "full"; strings.Contains(text, secret) != shown {
					t.Errorf("%s %s: %q shown=%v:\n%s", what, format, secret, !shown, text)
				}
			}
		}
	}
	for _, who := range []*client{ana, w.As("rui"), w.As("bob")} {
		who.Post(full, url.Values{"format": {"csv"}, "reason": {"想看看"}}).Want(t, http.StatusForbidden)
	}
	alice.Get(w.Base()+"/submissions?form="+string(f.ID)).Want(t, http.StatusOK).Shows(t, "开放回答照原样").Holds(t, full+`"`)
	alice.Get(full+"&state=approved").Want(t, http.StatusOK).Shows(t, "完整导出", "共 0 份", "审核状态 已通过")
	alice.Post(full, url.Values{"format": {"csv"}, "reason": {" "}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "完整导出", "请写明原因").Holds(t, `<option value="csv" selected>`).Hides(t, "赵四")
	ana.Get(full).Want(t, http.StatusForbidden)
	alice.Get(w.Base()+"/submissions/export/full").Want(t, http.StatusUnprocessableEntity)

	// Answers given as personal data stay so, when a later version no longer says it; and
	// answers to a question that became personal are not shown by its older version's leave.
	open := w.Publish(withFamily(t, ""), "household.xlsx")
	later := w.Base() + "/submissions/" + string(w.Submit(open, "", "uuid:2", map[string]any{"village": "贺村", "head": "钱五"}).ID)
	alice.Post(later+"/correct", url.Values{"revision": {"1"}, "a:head": {"钱六"}, "reason": {"写错了"}}).Want(t, http.StatusSeeOther)
	alice.Get(later).Shows(t, "钱六")
	for _, page := range []string{"", "/history"} {
		ana.Get(later+page).Want(t, http.StatusOK).Shows(t, "贺村").Hides(t, "钱五", "钱六")
	}
	ana.Get(w.Base()+"/submissions?q="+url.QueryEscape("赵四")).Shows(t, "共 0 份")
	for _, format := range []string{"csv", "xlsx"} {
		text := exported(t, ana.Get(w.Base()+"/submissions/export?format="+format+"&form="+string(f.ID)).Want(t, http.StatusOK), format)
		if strings.Contains(text, "赵四") || !strings.Contains(text, "贺村") {
			t.Errorf("%s after the next version:\n%s", format, text)
		}
	}
}

// exported is the content of an export as text.
func exported(t testing.TB, a answer, format string) string {
	t.Helper()
	if format != "xlsx" {
		return a.Body
	}
	book, err := excelize.OpenReader(strings.NewReader(a.Body))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	var b strings.Builder
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			b.WriteString(sheet + ": " + strings.Join(row, " | ") + "\n")
		}
	}
	return b.String()
}

func TestExports(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	c := w.Case("荷塘村")
	first := w.Submit(f, c.ID, "uuid:1", goodVisit())
	w.Submit(f, "", "uuid:2", with("members", "30", "respondent", "=HYPERLINK(\"http://evil\")"))
	ana, alice := w.As("ana"), w.As("alice")
	export := func(c *client, query string) answer {
		return c.Get(w.Base()+"/submissions/export?form="+string(f.ID)+query).Want(t, http.StatusOK)
	}
	a := export(ana, "&format=csv")
	if got := a.Header.Get("Content-Disposition"); got != "attachment; filename*=utf-8''%E8%B5%B0%E8%AE%BF%E8%AE%B0%E5%BD%95%EF%BC%88%E5%8E%BB%E6%A0%87%E8%AF%86%EF%BC%89-20260413-0930.csv" {
		t.Error(got)
	}
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(a.Body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 3 || !strings.HasPrefix(a.Body, "\ufeff") {
		t.Fatal(err, rows)
	}
	at, line := slices.Index(rows[0], "党员人数"), slices.IndexFunc(rows, func(row []string) bool { return row[1] == "荷塘村" })
	if at < 0 || line < 1 || rows[line][at] != "12" || !slices.Contains(rows[line], "荷塘村") || !slices.Contains(rows[line], "贺村镇") || slices.Contains(rows[0], "受访人") {
		t.Errorf("%q", rows)
	}
	for _, secret := range []string{first.Receipt(), "吴博", "09:"} {
		if strings.Contains(a.Body, secret) {
			t.Errorf("%s in a de-identified export", secret)
		}
	}
	about := exported(t, export(alice, "&enumerator="+string(w.Users["bob"].ID)+"&q="+url.QueryEscape("贺村")), "xlsx")
	for _, want := range []string{"说明: 去标识的导出 | 走访记录", "说明: 导出时间 | 2026-04-13 09:30", "说明: 导出人 | 陈爱丽", "说明: 筛选条件 | 只含计入的、只有一名调研员的、按文字查找过",
		"说明: 回执号 | 换成编号", "说明: 受访人 | 全部去掉", "说明: 请注意 | 开放回答照原样导出"} {
		if !strings.Contains(about, want) {
			t.Errorf("no %q in\n%s", want, about)
		}
	}
	if strings.Contains(about, "吴博") {
		t.Error("the sheet tells who the one enumerator is", about)
	}
	full := func(format, values string) answer {
		return alice.Post(w.Base()+"/submissions/export/full?form="+string(f.ID), url.Values{"format": {format}, "values": {values}, "reason": {"核对"}}).Want(t, http.StatusOK)
	}
	if text := full("csv", "1").Body; !strings.Contains(text, "basic/respondent") || !strings.Contains(text, "hecun") || strings.Contains(text, ",=HYPERLINK") || strings.Contains(text, `,"=HYPERLINK`) {
		t.Errorf("values, guarded against formulas:\n%s", text)
	}
	text := exported(t, full("xlsx", ""), "xlsx")
	for _, want := range []string{"走访记录: 回执号 | 案例 | 调研员", first.Receipt() + " | 荷塘村 | 吴博", "会议: " + first.Receipt() + " | 1 | 8", "会议: " + first.Receipt() + " | 2 | 5", "王大妈"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	if text := exported(t, export(w.As("rui").English(), ""), "xlsx"); !strings.Contains(text, "Receipt | Case | Enumerator") || !strings.Contains(text, "Hecun") {
		t.Errorf("in English:\n%s", text)
	}
	if text := export(ana, "&format=jsonl&case="+string(c.ID)).Body; strings.Count(text, "\n") != 1 || !strings.Contains(text, `"case":"荷塘村"`) {
		t.Errorf("filtered:\n%s", text)
	}
}

// TestRefusedExportsArePages wants a page, not a file to save.
func TestRefusedExportsArePages(t *testing.T) {
	w := newWorld(t)
	ana := w.As("ana")
	upload := w.As("alice").Upload(w.Base()+"/forms", "workbook", "visit.xlsx", visit(t), nil).Want(t, http.StatusSeeOther)
	draft := strings.TrimPrefix(upload.Header.Get("Location"), w.Base()+"/forms/")[:26]
	for query, status := range map[string]int{"": http.StatusUnprocessableEntity, "form=" + strings.Repeat("0", 26): http.StatusNotFound,
		"form=" + draft + "&format=exe": http.StatusBadRequest, "form=" + draft: http.StatusNotFound, "form=" + draft + "&from=x": http.StatusBadRequest} {
		a := ana.Get(w.Base()+"/submissions/export?"+query).Want(t, status)
		if a.Header.Get("Content-Disposition") != "" || !strings.HasPrefix(a.Header.Get("Content-Type"), "text/html") || !bytes.Contains([]byte(a.Body), []byte("<h1")) {
			t.Errorf("%s: %v", query, a.Header)
		}
	}
}
