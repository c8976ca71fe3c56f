package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tianye/casebase"
)

func caseFields(revision int64, title, text string) url.Values {
	return url.Values{"revision": {fmt.Sprint(revision)}, "title": {title}, "state": {"draft"}, "text": {text},
		"attribute-name": {"县", "户数", "", ""}, "attribute-type": {"choice", "number", "text", "text"}, "attribute-value": {"江山市", "312", "", ""}}
}

func (w *world) casePath(c casebase.Case) string { return w.Base() + "/cases/" + string(c.ID) }

func TestCreateAndEditACase(t *testing.T) {
	w := newWorld(t)
	ana := w.As("ana")
	ana.Get(w.Base()+"/cases").Want(t, http.StatusOK).Shows(t, "还没有案例")
	page := ana.Leads(ana.Post(w.Base()+"/cases", caseFields(0, "荷塘村", "# 荷塘村\n\n**《条例》**规定，每周议事。\n\n- 一\n- 二\n")))
	page.Shows(t, "案例已保存", "户数 312", "县 江山市").Holds(t, "<strong>《条例》</strong>", "<li>一</li>")
	cases, err := w.Cases.List(t.Context(), w.Project.ID, casebase.Filter{}, casebase.Sort{}, casebase.Page{})
	if err != nil || cases.Total != 1 {
		t.Fatal(cases, err)
	}
	at := w.Base() + "/cases/" + string(cases.Cases[0].ID)
	ana.Get(at+"/edit").Want(t, http.StatusOK).Holds(t, `name="revision" value="1"`, "每周议事", `value="312"`)
	fields := caseFields(1, "荷塘新村", "# 荷塘新村\n\n每月议事。\n")
	fields.Set("state", "done")
	ana.Leads(ana.Post(at, fields)).Shows(t, "荷塘新村", "已定稿", "每月议事")
	ana.Leads(ana.Post(at, fields)).Shows(t, "案例已保存") // the same again changes nothing
	ana.Get(at+"/revisions").Want(t, http.StatusOK).Shows(t, "共 2 稿", "第 1 稿到第 2 稿的差别", "标题 荷塘村 荷塘新村", "状态 撰写中 已定稿", "每月 议事").Hides(t, ">done<", ">draft<")
	ana.English().Get(at+"/revisions").Want(t, http.StatusOK).Shows(t, "State Draft Final")
	ana.Get(at+"/revisions?from=2&to=1").Want(t, http.StatusOK).Shows(t, "标题 荷塘新村 荷塘村")
	for _, bad := range []string{"?from=1&to=9", "/9", "/0", "/-1", "/x"} {
		ana.Get(at+"/revisions"+bad).Want(t, http.StatusNotFound)
	}
	ana.Get(at+"/revisions/1").Want(t, http.StatusOK).Shows(t, "以前的第 1 稿", "每周议事").Hides(t, "/delete", "/files/remove")
	ana.Get(w.Base()+"/cases?q="+url.QueryEscape("江山")+"&state=done").Want(t, http.StatusOK).Shows(t, "荷塘新村", "已定稿（1）")
	ana.Get(w.Base()+"/cases?attribute="+url.QueryEscape("县")+"&value="+url.QueryEscape("柯城区")).Want(t, http.StatusOK).Shows(t, "没有符合条件的案例")
}

func TestRefusedCaseKeepsWhatWasTyped(t *testing.T) {
	w := newWorld(t)
	c := w.Case("荷塘村")
	ana := w.As("ana")
	fields := caseFields(1, " ", "写了很久的正文 </textarea><script>alert(1)</script>")
	fields["attribute-value"] = []string{"江山市", "三百户", "没有名称", ""}
	for _, path := range []string{w.Base() + "/cases", w.casePath(c)} {
		ana.Post(path, fields).Want(t, http.StatusUnprocessableEntity).
			Shows(t, "案例没有保存", "请填写案例名称", "“三百户”不是数字", "有一项属性没有名称").
			Holds(t, "写了很久的正文 &lt;/textarea&gt;&lt;script&gt;", `value="三百户"`, `value="没有名称"`).Hides(t, "<script>alert")
	}
	fields = caseFields(1, strings.Repeat("长", 201), strings.Repeat("x", casebase.MaxText+1))
	ana.Post(w.casePath(c), fields).Want(t, http.StatusUnprocessableEntity).Shows(t, "案例名称最多 200 字", "正文最大 2 MB").Hides(t, "200 个字符以内")
	ana.Post(w.casePath(c), url.Values{"title": {"x"}, "text": {strings.Repeat("长", 1<<20)}}).Want(t, http.StatusRequestEntityTooLarge).Shows(t, "上传的内容超过")
	ana.Post(w.casePath(c), url.Values{"title": {"没有稿次"}}).Want(t, http.StatusBadRequest)
	if now, err := w.Cases.Get(t.Context(), w.Project.ID, c.ID); err != nil || now.Revision != 1 {
		t.Errorf("saved: %+v, %v", now, err)
	}
	w.As("bob").Post(w.casePath(c), caseFields(1, "荷塘村", "")).Want(t, http.StatusForbidden)
	w.As("vic").Get(w.casePath(c)).Want(t, http.StatusOK).Hides(t, "/edit", "/delete", "/fill")
}

func TestTwoEditACase(t *testing.T) {
	w := newWorld(t)
	ana, rui := w.As("ana"), w.As("rui")
	base := "第一段。\n\n第二段。\n\n第三段。\n"
	c, err := w.Cases.Create(t.Context(), w.Users["alice"].ID, w.Project.ID, casebase.Edit{Title: "荷塘村", Text: base})
	if err != nil {
		t.Fatal(err)
	}
	rui.Post(w.casePath(c), caseFields(1, "荷塘村", "第一段，郑锐改过。\n\n第二段。\n\n第三段。\n")).Want(t, http.StatusSeeOther)
	merged := ana.Post(w.casePath(c), caseFields(1, "荷塘村", "第一段。\n\n第二段。\n\n第三段，安娜改过。\n")).Want(t, http.StatusConflict)
	merged.Shows(t, "郑锐在 2026-04-13 09:30 也保存了这个案例", "两人改的是不同的地方").
		Holds(t, `name="revision" value="2"`, "第一段，郑锐改过。\n\n第二段。\n\n第三段，安娜改过。\n</textarea>", "readonly>第一段，郑锐改过。")
	// A browser's textarea ends lines with \r\n; only the one line differs all the same.
	both := ana.Post(w.casePath(c), caseFields(1, "荷塘村", "第一段，安娜改过。\r\n\r\n第二段。\r\n\r\n第三段。\r\n")).Want(t, http.StatusConflict)
	if n := strings.Count(both.Body, `class="line removed"`); n != 1 {
		t.Errorf("%d lines are shown as removed, want the one that both changed", n)
	}
	both.Shows(t, "两人改了同一处", "郑锐保存的全文").Holds(t, "第一段，安娜改过。", "readonly>第一段，郑锐改过。")
	ana.Leads(ana.Post(w.casePath(c), caseFields(2, "荷塘村", "第一段，两人改过。\n\n第二段。\n"))).Shows(t, "两人改过")

	rui.Post(w.casePath(c)+"/delete", nil).Want(t, http.StatusSeeOther)
	gone := ana.Post(w.casePath(c), caseFields(3, "荷塘村", "放进回收站之后写的")).Want(t, http.StatusConflict)
	gone.Shows(t, "被放进了回收站", "请先恢复案例").Holds(t, "放进回收站之后写的</textarea>", `name="revision" value="4"`)
	ana.Get(w.casePath(c)).Want(t, http.StatusNotFound).Shows(t, "或者它在回收站里")
	rui.Get(w.Base()+"/cases").Want(t, http.StatusOK).Shows(t, "还没有案例")
	rui.Get(w.Base()+"/bin").Want(t, http.StatusOK).Shows(t, "荷塘村", "恢复")
	w.As("bob").Get(w.Base()+"/bin").Want(t, http.StatusOK).Hides(t, "荷塘村")
	rui.Leads(rui.Post(w.casePath(c)+"/restore", nil)).Shows(t, "已恢复", "两人改过")
	ana.Leads(ana.Post(w.casePath(c), caseFields(4, "荷塘村", "放进回收站之后写的"))).Shows(t, "放进回收站之后写的")
}

// hostileMarkdown are texts that would run a script, ask another host, or leave the
// document, if a page took them as they are.
var hostileMarkdown = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[链接](javascript:alert(1))", "[链接](JaVaScRiPt:alert(1))", "![图](javascript:alert(1))",
	"[链接](data:text/html;base64,PHNjcmlwdD4=)", "![图](https://evil.example/track.png)", "<iframe src=//evil.example></iframe>", "<a href='javascript:alert(1)'>x</a>",
	"[x](<javascript:alert(1)>)", "[x]( \"onmouseover=alert(1)\")", "```\"><script>alert(1)</script>\n```", "<style>body{display:none}</style>", "<form action=//evil.example><input name=csrf>",
	"[a]: javascript:alert(1)\n\n[a]", "<javascript:alert(1)>", "# <svg/onload=alert(1)>", "| <script> |\n|---|\n| </script> |", "[^1]\n\n[^1]: <script>alert(1)</script>", "&#60;script&#62;alert(1)&#60;/script&#62;",
	"![图](//evil.example/a.png)", "![图](\\\\evil.example/a.png)", "[x](vbscript:msgbox(1))", "{{.CSRF}}",
}

func TestMarkdownRunsNothing(t *testing.T) {
	w := newWorld(t)
	ana := w.As("ana")
	text := strings.Join(hostileMarkdown, "\n\n")
	c, err := w.Cases.Create(t.Context(), w.Users["ana"].ID, w.Project.ID, casebase.Edit{Title: `"><script>alert(2)</script>`, Text: text,
		Attributes: []casebase.Attribute{{Name: `<b>"'`, Type: casebase.TypeText, Value: "<script>alert(3)</script>"}}})
	if err != nil {
		t.Fatal(err)
	}
	preview := ana.Post(w.Base()+"/cases/preview", url.Values{"text": {text}, "case": {string(c.ID)}}).Want(t, http.StatusOK)
	pages := map[string]string{"preview": preview.Body}
	for _, path := range []string{w.casePath(c), w.casePath(c) + "/edit", w.casePath(c) + "/revisions", w.casePath(c) + "/revisions/1", w.Base() + "/cases", w.Base() + "/submissions"} {
		pages[path] = ana.Get(path).Want(t, http.StatusOK).Body
	}
	for name, body := range pages {
		lower := strings.ToLower(body)
		for _, live := range []string{"<script>", "<img src=x", "<iframe", "<style", "<svg/", "<form action=//", `="javascript:`, `='javascript:`, "=javascript:", `href="data:`, `href="vbscript:`,
			`src="http`, `src="//`, `src="\\`, " onerror=alert(1)>", `"onmouseover`} {
			if strings.Contains(lower, live) {
				at := strings.Index(lower, live)
				t.Errorf("%s holds %s: %s", name, live, body[max(0, at-60):min(len(body), at+80)])
			}
		}
	}
	if !strings.Contains(preview.Body, "{{.CSRF}}") || strings.Contains(preview.Body, ana.csrf) {
		t.Error("a text was taken for a template")
	}
	ana.Post(w.Base()+"/cases/preview", url.Values{"text": {strings.Repeat("x", casebase.MaxText+1)}}).Want(t, http.StatusRequestEntityTooLarge)
}

func TestAttachmentsOfACase(t *testing.T) {
	w := newWorld(t)
	c := w.Case("荷塘村")
	ana := w.As("ana")
	at := w.casePath(c)
	for _, file := range []sent{{"合影 (1).jpg", jpeg}, {"合影 (1).jpg", jpeg + "2"}, {"page.jpg", page}, {"drawing.svg", svg}, {`..\..\etc\passwd`, "root"}, {"plan.docx", "PK\x03\x04"}} {
		ana.Leads(ana.Upload(at+"/files", "file", file.name, []byte(file.content), nil)).Shows(t, "附件已上传")
	}
	ana.Get(at).Shows(t, "合影 (1).jpg", "合影 (1)-2.jpg", "passwd", "plan.docx")
	for name, inPlace := range map[string]bool{"合影 (1).jpg": true, "合影 (1)-2.jpg": true, "page.jpg": false, "drawing.svg": false, "passwd": false, "plan.docx": false} {
		a := w.As("vic").Get(at+"/files/"+url.PathEscape(name)).Want(t, http.StatusOK)
		if (a.Header.Get("Content-Disposition") == "") != inPlace || a.Header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", name, a.Header)
		}
	}
	ana.Post(at, caseFields(7, "荷塘村", "![合影](page.jpg) 和 [规划](plan.docx)")).Want(t, http.StatusSeeOther)
	ana.Get(at).Holds(t, `src="`+at+`/files/page.jpg"`, `href="`+at+`/files/plan.docx"`)
	before := ana.Get(at + "/files/page.jpg").Body
	ana.Leads(ana.Post(at+"/files/remove", url.Values{"name": {"page.jpg"}})).Shows(t, "附件已移除，以前的版本中仍保留")
	ana.Post(at+"/files/remove", url.Values{"name": {"page.jpg"}}).Want(t, http.StatusSeeOther) // again is no harm
	ana.Get(at+"/files/page.jpg").Want(t, http.StatusNotFound)
	ana.Get(at+"/revisions").Shows(t, "附件 page.jpg")
	former := ana.Get(at+"/revisions/8").Want(t, http.StatusOK).Holds(t, `src="`+at+`/revisions/8/files/page.jpg"`)
	former.Hides(t, "/files/remove", `action="`+at+`/files"`)
	if got := ana.Get(at+"/revisions/8/files/page.jpg").Want(t, http.StatusOK); got.Body != before || got.Header.Get("Content-Disposition") == "" {
		t.Errorf("the former attachment: %q %v", got.Body, got.Header)
	}
	ana.Get(at+"/revisions/1/files/page.jpg").Want(t, http.StatusNotFound)
	ana.Upload(at+"/files", "other", "a.jpg", []byte(jpeg), nil).Want(t, http.StatusBadRequest).Shows(t, "请先选择文件")
	ana.Upload(at+"/files", "file", "...", []byte(jpeg), nil).Want(t, http.StatusUnprocessableEntity).Shows(t, "附件没有文件名")
	w.As("bob").Upload(at+"/files", "file", "a.jpg", []byte(jpeg), nil).Want(t, http.StatusForbidden)
}
