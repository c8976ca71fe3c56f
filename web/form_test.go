package web_test

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tianye/survey"
)

// broken is a form with an error of each sheet.
func broken(t testing.TB) []byte {
	return workbook(t, sheets{
		"survey": {
			{"type", "name", "label", "relevant"},
			{"select_one count", "county", "县", ""},
			{"intger", "members", "党员人数", ""},
			{"text", "why", "原因", "${nothing} = 1"},
			{"text", "why", "再问一次", ""},
		},
		"choices":  {{"list_name", "name", "label"}, {"county", "", "江山市"}},
		"settings": {{"form_id", "form_title"}, {"broken", "有错的问卷"}},
	})
}

func TestBrokenWorkbookIsRefusedWithEveryReason(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	a := alice.Upload(w.Base()+"/forms", "workbook", "有错.xlsx", broken(t), nil).Want(t, http.StatusUnprocessableEntity)
	a.Shows(t, "“有错.xlsx”没有通过检查", "什么都没有改动", "survey A2", "survey A3", "survey D4", "survey B5", "choices B2",
		"choices 表里没有选项列表“count”", "不认识的题型“intger”", "name“why”重复")
	english := alice.English().Upload(w.Base()+"/forms", "workbook", "有错.xlsx", broken(t), nil).Want(t, http.StatusUnprocessableEntity)
	english.Shows(t, "was refused", "Unknown type “intger”", "The choices sheet has no list “count”")
	if strings.Contains(english.Text(), "不认识") {
		t.Error("Chinese on the English page")
	}
	if forms, err := w.Surveys.Forms(t.Context(), w.Project.ID); err != nil || len(forms) != 0 {
		t.Errorf("stored: %v, %v", forms, err)
	}
	alice.Get(w.Base()+"/forms").Want(t, http.StatusOK).Hides(t, "broken", "有错的问卷")
}

// bomb is a workbook that says of itself that it unpacks to a gigabyte.
func bomb(t testing.TB) []byte {
	var b bytes.Buffer
	archive := zip.NewWriter(&b)
	part, err := archive.CreateRaw(&zip.FileHeader{Name: "xl/workbook.xml", Method: zip.Deflate, CompressedSize64: 2, UncompressedSize64: 1 << 30})
	if err != nil {
		t.Fatal(err)
	}
	part.Write([]byte{3, 0})
	archive.Close()
	return b.Bytes()
}

// manyRows is a workbook whose survey has more rows than any form; it is written by
// hand, since the library takes its time.
func manyRows(t testing.TB, rows int) []byte {
	var cells strings.Builder
	for i := range rows {
		fmt.Fprintf(&cells, `<row r="%d"><c r="A%d" t="inlineStr"><is><t>text</t></is></c></row>`, i+1, i+1)
	}
	return repacked(t, workbook(t, sheets{"survey": {{"type"}}}), regexp.MustCompile(`(?s)<row .*</row>`), cells.String())
}

// repacked is a workbook in whose first sheet something is replaced.
func repacked(t testing.TB, book []byte, what *regexp.Regexp, with string) []byte {
	archive, err := zip.NewReader(bytes.NewReader(book), int64(len(book)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, part := range archive.File {
		r, err := part.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(part.Name, "xl/worksheets/") {
			content = what.ReplaceAllLiteral(content, []byte(with))
		}
		w, err := out.Create(part.Name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write(content)
	}
	out.Close()
	return b.Bytes()
}

func TestHostileWorkbooks(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	good := visit(t)
	for _, c := range []struct {
		name, field, file string
		content           []byte
		status            int
		sentence          string
	}{
		{"an old .xls", "workbook", "old.xls", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 Workbook"), http.StatusUnsupportedMediaType, "旧格式的 Excel"},
		{"not a zip", "workbook", "form.xlsx", []byte("survey,choices"), http.StatusUnsupportedMediaType, "不是 Excel 工作簿"},
		{"a zip bomb", "workbook", "bomb.xlsx", bomb(t), http.StatusRequestEntityTooLarge, "解压后超过"},
		{"100,000 rows", "workbook", "rows.xlsx", manyRows(t, 100_000), http.StatusRequestEntityTooLarge, "超过60000行"},
		{"an empty file", "workbook", "empty.xlsx", nil, http.StatusBadRequest, "文件是空的"},
		{"cut short", "workbook", "cut.xlsx", good[:len(good)/2], http.StatusBadRequest, "已损坏"},
		{"another field", "book", "visit.xlsx", good, http.StatusBadRequest, "请先选择一个 .xlsx 工作簿或 .xml 文件"},
		{"no name", "workbook", "..", good, http.StatusBadRequest, "文件名无效"},
		{"a long name", "workbook", strings.Repeat("表", 201) + ".xlsx", good, http.StatusBadRequest, "文件名无效或过长"},
		{"too large", "workbook", "large.xlsx", make([]byte, survey.MaxWorkbook+1), http.StatusRequestEntityTooLarge, "工作簿超过 20 MB"},
	} {
		a := alice.Upload(w.Base()+"/forms", c.field, c.file, c.content, nil)
		if a.StatusCode != c.status || !strings.Contains(a.Text(), c.sentence) {
			t.Errorf("%s: status %d, want %d and %q:\n%.600s", c.name, a.StatusCode, c.status, c.sentence, a.Text())
		}
	}
	alice.Post(w.Base()+"/forms", nil).Want(t, http.StatusBadRequest).Shows(t, "请先选择一个 .xlsx 工作簿或 .xml 文件")
	if forms, err := w.Surveys.Forms(t.Context(), w.Project.ID); err != nil || len(forms) != 0 {
		t.Errorf("stored: %v, %v", forms, err)
	}
}

func TestFormFromDraftToVersion(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.As("alice"), w.As("bob")
	book := visit(t)
	page := alice.Leads(alice.Upload(w.Base()+"/forms", "workbook", "走访 记录.xlsx", book, nil))
	page.Shows(t, "工作簿通过检查", "草稿", "走访 记录.xlsx", "还没有发布过")
	f := w.onlyForm()
	path := w.Base() + "/forms/" + string(f.ID)
	alice.Get(path+"/preview").Want(t, http.StatusOK).Holds(t, `"preview":true`, "走访记录")
	bob.Get(path+"/fill").Want(t, http.StatusNotFound).Shows(t, "还没有发布")
	bob.Get(path+"/preview").Want(t, http.StatusForbidden)
	if got := alice.Get(path + "/workbook"); got.Body != string(book) {
		t.Errorf("the draft's workbook: %d bytes of %d", len(got.Body), len(book))
	}

	// Somebody who looked before the last upload does not publish unseen.
	alice.Post(path+"/publish", url.Values{"revision": {fmt.Sprint(f.Revision - 1)}}).Want(t, http.StatusConflict).Shows(t, "有人上传了新的草稿")
	alice.Post(path+"/publish", url.Values{"revision": {"NaN"}}).Want(t, http.StatusBadRequest)
	published := alice.Leads(alice.Post(path+"/publish", url.Values{"revision": {fmt.Sprint(f.Revision)}}))
	published.Shows(t, "已发布，现在起填报使用这一版", "已发布的版本 版次").Hides(t, "预览试填，再发布")
	alice.Post(path+"/publish", url.Values{"revision": {fmt.Sprint(f.Revision + 1)}}).Want(t, http.StatusNotFound)
	bob.Get(path+"/fill").Want(t, http.StatusOK).Holds(t, `"version":1`, `"preview":false`)

	bob.Get(path+"/versions/1").Want(t, http.StatusOK).Shows(t, "党员人数", ". >= 3", "county=${county}", "虎山街道")
	bob.English().Get(path+"/versions/1").Want(t, http.StatusOK).Shows(t, "Members", "Respondent")
	for _, number := range []string{"0", "2", "-1", "x", "99999999999999999999"} {
		bob.Get(path+"/versions/"+number).Want(t, http.StatusNotFound)
		alice.Get(path+"/workbook?version="+number+"9").Want(t, http.StatusNotFound)
	}
}

func (w *world) onlyForm() survey.Form {
	w.Helper()
	forms, err := w.Surveys.Forms(w.Context(), w.Project.ID)
	if err != nil || len(forms) != 1 {
		w.Fatal(forms, err)
	}
	return forms[0]
}

// TestHostileTexts publishes a form whose every text would run a script, and reads
// every page that shows it.
func TestHostileTexts(t *testing.T) {
	w := newWorld(t)
	const evil = `</script><script>alert(1)</script><img src=x onerror=alert(2)>"'--></textarea>`
	f := w.Publish(workbook(t, sheets{
		"survey": {{"type", "name", "label", "hint", "required_message", "constraint", "constraint_message"},
			{"text", "a", evil, evil, "", ". != '" + "x" + "'", evil}, {"select_one list", "b", evil, evil, "", "", ""}},
		"choices":  {{"list_name", "name", "label"}, {"list", "one", evil}},
		"settings": {{"form_id", "form_title", "version"}, {"evil", evil, evil}},
	}), evil+".xlsx")
	c := w.Case(evil)
	sub := w.Submit(f, c.ID, "uuid:1", map[string]any{"a": evil, "b": "one"})
	alice, places := w.As("alice"), map[string]string{":project": string(w.Project.ID), ":form": string(f.ID), ":case": string(c.ID), ":submission": string(sub.ID)}
	alice.Post(fill("/p/:project/submissions/:submission/correct", places), url.Values{"revision": {"1"}, "a:a": {evil + "!"}, "reason": {evil}}).Want(t, http.StatusSeeOther)
	alice.Post(fill("/p/:project/submissions/:submission/review", places), url.Values{"revision": {"2"}, "state": {"hasIssues"}, "comment": {evil}}).Want(t, http.StatusSeeOther)
	for _, path := range []string{"", "/forms", "/forms/:form", "/forms/:form/versions/1", "/forms/:form/preview", "/forms/:form/fill", "/forms/:form/fill?case=" + string(c.ID), "/submissions",
		"/submissions?q=" + url.QueryEscape(evil), "/submissions/:submission", "/submissions/:submission/correct", "/submissions/:submission/history", "/cases", "/cases/:case", "/cases/:case/edit", "/charts", "/charts/new?form=:form"} {
		alice.Get(fill("/p/:project"+path, places)).Want(t, http.StatusOK).
			Hides(t, "<script>alert", "<img src=x", `"'--></textarea>`, "alert(1)</script>")
	}
	refused := alice.Send(w.Base()+"/submissions", incoming(f, "uuid:2", map[string]any{"a": "x"})).Want(t, http.StatusUnprocessableEntity)
	refused.Hides(t, "<script>", "<img")
	if got := refused.Header.Get("Content-Type"); !strings.HasPrefix(got, "application/json") {
		t.Error(got)
	}
	alice.Upload(w.Base()+"/forms", "workbook", "<img src=x>.xlsx", []byte("x"), nil).Want(t, http.StatusUnsupportedMediaType).Hides(t, "<img src=x")
}

func TestWorkbookComesBackAsItWas(t *testing.T) {
	w := newWorld(t)
	first := visit(t)
	f := w.Publish(first, "第一版.xlsx")
	path := w.Base() + "/forms/" + string(f.ID)
	second := workbook(t, sheets{
		"survey":   {{"type", "name", "label"}, {"integer", "members", "党员人数"}},
		"settings": {{"form_id", "form_title"}, {"visit", "走访记录"}},
	})
	alice := w.As("alice")
	alice.Upload(path, "workbook", "第二版\"; filename=x.exe\r\nX-Evil: 1.xlsx", second, nil).Want(t, http.StatusSeeOther)
	for version, want := range map[string][]byte{"1": first, "0": second} {
		a := alice.Get(path+"/workbook?version="+version).Want(t, http.StatusOK)
		if a.Body != string(want) {
			t.Errorf("version %s: %d bytes, want %d", version, len(a.Body), len(want))
		}
		disposition := a.Header.Get("Content-Disposition")
		if !strings.HasPrefix(disposition, "attachment; filename*=utf-8''%E7%AC%AC") || a.Header.Get("X-Evil") != "" {
			t.Errorf("version %s: %q, %v", version, disposition, a.Header)
		}
	}
	tag := alice.Get(path + "/workbook?version=1").Header.Get("ETag")
	alice.header.Set("If-None-Match", tag)
	alice.Get(path+"/workbook?version=1").Want(t, http.StatusNotModified)
	alice.header.Del("If-None-Match")
}

func TestAFormsPageTakesItsOwnWorkbooks(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	other := workbook(t, sheets{
		"survey":   {{"type", "name", "label"}, {"text", "name", "名称"}},
		"settings": {{"form_id", "form_title"}, {"another", "另一份"}},
	})
	alice := w.As("alice")
	a := alice.Upload(w.Base()+"/forms/"+string(f.ID), "workbook", "另一份.xlsx", other, nil).Want(t, http.StatusUnprocessableEntity)
	a.Shows(t, "form_id 是“another”，而这里是问卷“visit”的新版本")
	alice.Upload(w.Base()+"/forms/"+strings.Repeat("0", 26), "workbook", "另一份.xlsx", other, nil).Want(t, http.StatusNotFound)
	if got := w.onlyForm(); got.Draft != nil || got.Revision != f.Revision {
		t.Errorf("changed: %+v", got)
	}
	w.As("bob").Upload(w.Base()+"/forms", "workbook", "visit.xlsx", visit(t), nil).Want(t, http.StatusForbidden)
}
