package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tianye/casebase"
	"tianye/survey"
)

// TestSavedExport: saved with its filter, columns and their order, run by one click, deleted with undo; a limited
// member sees their own only.
func TestSavedExport(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(w), "visit.xlsx")
	w.Submit(f, w.Case("荷塘村").ID, "uuid:1", goodVisit())
	ana, at := w.As("ana"), w.Base()+"/exports?form="+string(f.ID)+"&state=received"
	ana.Get(at).Want(t, http.StatusOK).Shows(t, "另存为常用导出").Shows(t, "SPSS")
	fields := url.Values{"format": {"csv"}, "values": {"1"}, "columns": {"9"}, "col": {"basic/county", "basic/members"}, "at:basic/county": {"2"}, "at:basic/members": {"1"}, "do": {"save"}}
	ana.Post(at, fields).Want(t, http.StatusUnprocessableEntity).Shows(t, "请给常用导出起个名称")
	fields.Set("name", "给县里的周报")
	saved := ana.Leads(ana.Post(at, fields)).Shows(t, "给县里的周报")
	run := regexp.MustCompile(`href="([^"]*/submissions/export\?[^"]*col=[^"]*)"`).FindStringSubmatch(saved.Body)
	if run == nil {
		t.Fatal(saved.Body)
	}
	text := ana.Get(strings.ReplaceAll(run[1], "&amp;", "&")).Want(t, http.StatusOK).Body
	if header, rest, _ := strings.Cut(text, "\r\n"); !strings.HasSuffix(header, ",basic/members,basic/county") || !strings.Contains(rest, ",12,jiangshan") {
		t.Errorf("%s", text)
	}
	fields.Set("do", "run")
	if to := ana.Post(at, fields).Want(t, http.StatusSeeOther).Header.Get("Location"); !strings.Contains(to, "col=basic%2Fmembers&col=basic%2Fcounty") || strings.Contains(to, "csrf") {
		t.Error(to)
	}
	for _, do := range []string{"run", "save"} {
		ana.Post(at, url.Values{"format": {"csv"}, "name": {"空的"}, "columns": {"9"}, "do": {do}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "请至少勾选一道题")
	}
	fields.Set("do", "run")
	fields.Set("attributes", "1")
	if text := ana.Leads(ana.Post(at, fields)).Body; !strings.Contains(text, ",县,basic/members,basic/county\r\n") || !strings.Contains(text, ",江山市,12,jiangshan") {
		t.Errorf("%s", text)
	}
	w.limit("rui", "江山市").Get(at).Want(t, http.StatusOK).Hides(t, "给县里的周报")
	all, err := w.Surveys.ExportSettings(t.Context(), w.Project.ID)
	if err != nil || len(all) != 1 || all[0].Format != survey.CSV {
		t.Fatal(all, err)
	}
	one := w.Base() + "/exports/" + string(all[0].ID)
	w.As("rui").Post(one+"/delete", nil).Want(t, http.StatusNotFound)
	w.As("bob").Get(at).Want(t, http.StatusForbidden)
	ana.Leads(ana.Post(one+"/delete", nil)).Shows(t, "撤销")
	ana.Get(w.Base()+"/bin").Shows(t, "给县里的周报").Shows(t, "常用导出")
	ana.Leads(ana.Post(one+"/restore", nil)).Shows(t, "给县里的周报")
}

// TestExportCaseAttributes: those of few values are columns where that is wanted; the others in full exports alone.
func TestExportCaseAttributes(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(w), "visit.xlsx")
	c, err := w.Cases.Create(w.Context(), w.Users["alice"].ID, w.Project.ID, casebase.Edit{Title: "荷塘村", Text: "正文",
		Attributes: []casebase.Attribute{{Name: "属地", Type: casebase.TypeChoice, Value: "江山市"}, {Name: "联系人", Type: casebase.TypeText, Value: "王秀英"}}})
	if err != nil {
		t.Fatal(err)
	}
	w.Submit(f, c.ID, "uuid:1", goodVisit())
	ana, export := w.As("ana"), w.Base()+"/submissions/export"
	of := func(format string) string {
		return ana.Get(export+"?all=1&form="+string(f.ID)+"&attributes=1&format="+format).Want(t, http.StatusOK).Body
	}
	for format, wanted := range map[string]string{"csv": ",属地,", "jsonl": `"attributes":{"属地":"江山市"}`, "sav": "case_属地"} {
		if body := of(format); !strings.Contains(body, wanted) || !strings.Contains(body, "江山市") || strings.Contains(body, "联系人") || strings.Contains(body, "王秀英") {
			t.Errorf("%s: %s", format, body)
		}
	}
	ana.Get(export+"?all=1&form="+string(f.ID)+"&format=csv").Want(t, http.StatusOK).Hides(t, ",属地,")
	full := url.Values{"reason": {"核对"}, "format": {"csv"}, "attributes": {"1"}}
	w.As("alice").Post(export+"/full?all=1&form="+string(f.ID), full).Want(t, http.StatusOK).Holds(t, ",属地,联系人,").Holds(t, ",江山市,王秀英,")
	fields := url.Values{"name": {"按县"}, "format": {"sav"}, "attributes": {"1"}, "do": {"save"}}
	at := w.Base() + "/exports?form=" + string(f.ID)
	ana.Leads(ana.Post(at, fields)).Shows(t, "SPSS · 附上案例属性").Holds(t, "export?attributes=1")
}

// TestMediaOverHTTP: a .zip by speaking names, of what is no personal data, without what a picture tells of its place;
// the audit says how many files.
func TestMediaOverHTTP(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(workbook(t, sheets{"survey": {{"type", "name", "label", "personal"}, {"image", "photo", "村口", ""}, {"image", "face", "人像", "yes"}},
		"settings": {{"form_id", "form_title"}, {"visits", "走访"}}}), "visits.xlsx")
	var files []survey.Attachment
	for _, name := range []string{"a.jpg", "b.jpg"} {
		a, err := w.Surveys.Attach(t.Context(), w.Project.ID, name, "image/jpeg", strings.NewReader("picture "+name), 1000)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, a)
	}
	_, err := w.Surveys.Submit(t.Context(), w.Project.ID, w.Users["bob"].ID, survey.Incoming{InstanceID: "uuid:1", FormID: f.ID, Version: 1, CaseID: w.Case("荷塘村").ID, Started: now, Ended: now,
		Files: files, Answers: map[string]any{"photo": "a.jpg", "face": "b.jpg"}})
	if err != nil {
		t.Fatal(err)
	}
	ana := w.As("ana")
	ana.Get(w.Base()+"/exports?form="+string(f.ID)).Want(t, http.StatusOK).Shows(t, "1 个文件")
	all := whole(t, ana.Get(w.Base()+"/submissions/export?format=media&form="+string(f.ID)).Want(t, http.StatusOK))
	if !strings.Contains(all, "走访/荷塘村_村口_") || !strings.Contains(all, "picture a.jpg") || strings.Contains(all, "picture b.jpg") {
		t.Errorf("%q", all)
	}
	lines := w.lines(w.Project.ID)
	if last := lines[len(lines)-1]; !strings.Contains(last.After, "共 1 份；1 个文件，13 B") {
		t.Errorf("%+v", last)
	}
	for format, kind := range map[string]string{"sav": "application/x-spss-sav", "stata": "application/zip", "geojson": "application/geo+json; charset=utf-8"} {
		if got := ana.Get(w.Base()+"/submissions/export?format="+format+"&form="+string(f.ID)).Want(t, http.StatusOK).Header.Get("Content-Type"); got != kind {
			t.Errorf("%s is %s", format, got)
		}
	}
	w.As("alice").Post(w.Base()+"/submissions/export/full?form="+string(f.ID), url.Values{"format": {"media"}}).Want(t, http.StatusUnprocessableEntity)
	full := whole(t, w.As("alice").Post(w.Base()+"/submissions/export/full?form="+string(f.ID), url.Values{"format": {"media"}, "reason": {"核对"}}).Want(t, http.StatusOK))
	if !strings.Contains(full, "picture b.jpg") {
		t.Error("the full export lacks a file")
	}
}

// TestDictionary has every variable of every version, in both formats.
func TestDictionary(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(w), "visit.xlsx")
	w.Submit(f, "", "uuid:1", goodVisit())
	for _, format := range []string{"xlsx", "docx"} {
		a := w.As("ana").Get(w.Base()+"/submissions/export/dictionary?form="+string(f.ID)+"&format="+format).Want(t, http.StatusOK)
		all := whole(t, a)
		for _, want := range []string{"basic/members", "jiangshan = ", "何时出现", "数据字典", "单选（select_one）", "是"} {
			if !strings.Contains(all, want) {
				t.Errorf("%s: no %s", format, want)
			}
		}
		if strings.Contains(all, "王大妈") {
			t.Errorf("%s tells an answer", format)
		}
	}
	w.As("bob").Get(w.Base()+"/submissions/export/dictionary?form="+string(f.ID)).Want(t, http.StatusForbidden)
}

// TestWebhookPage: managers alone, the secret is shown once, and only others than the server itself are told.
func TestWebhookPage(t *testing.T) {
	w := newWorld(t)
	alice, at := w.As("alice"), w.Base()+"/webhook"
	alice.Get(at).Want(t, http.StatusOK).Shows(t, "本平台自己不会连接任何外部地址")
	for _, who := range []string{"rui", "ana", "bob", "vic"} {
		w.As(who).Get(at).Want(t, http.StatusForbidden)
	}
	fields := url.Values{"url": {"http://127.0.0.1:9/x"}, "event": {"created"}, "on": {"1"}}
	alice.Post(at, url.Values{"url": {"file:///etc/passwd"}, "event": {"created"}}).Want(t, http.StatusUnprocessableEntity).Shows(t, "接收地址要像")
	first := alice.Post(at, fields).Want(t, http.StatusOK)
	secret := regexp.MustCompile(`whsec_[A-Za-z0-9_-]{43}`).FindString(first.Body)
	if secret == "" {
		t.Fatal("no secret is shown")
	}
	alice.Leads(alice.Post(at, fields)).Hides(t, secret).Shows(t, "已启用")
	if again := regexp.MustCompile(`whsec_[A-Za-z0-9_-]{43}`).FindString(alice.Post(at+"/secret", nil).Want(t, http.StatusOK).Body); again == "" || again == secret {
		t.Error("the secret is not a new one")
	}
	alice.Post(at+"/test", nil).Want(t, http.StatusOK).Shows(t, "地址指向本机")
	for path, words := range map[string]string{at: "contacts no other host by itself", w.Base() + "/exports": "No form is published yet"} {
		if page := alice.English().Get(path).Want(t, http.StatusOK); regexp.MustCompile(`[\p{Han}]`).MatchString(chineseOf.ReplaceAllString(page.Text(), "")) || !strings.Contains(page.Text(), words) {
			t.Errorf("%s in English: %.600s", path, page.Text())
		}
	}
}

// chineseOf is what is Chinese on an English page: the project, its people, the other language.
var chineseOf = regexp.MustCompile(`衢州基层党建|陈爱丽|中文`)
