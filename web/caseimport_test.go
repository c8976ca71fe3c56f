package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tianye/casebase"
	"tianye/internal/ooxml/ooxmltest"
)

func (w *world) caseCount() int {
	w.Helper()
	list, err := w.Cases.List(w.Context(), w.Project.ID, casebase.Filter{}, casebase.Sort{}, casebase.Page{})
	if err != nil {
		w.Fatal(err)
	}
	return list.Total
}

func casesTable(t testing.TB) []byte {
	return workbook(t, sheets{"案例": {{"标题", "县", "户数", "正文"}, {"荷塘村", "江山市", "312", "每周议事"}, {"贺村", "江山市", "508", ""}, {"航埠", "柯城区", "120", ""}}})
}

func TestImportIsPreviewedThenDone(t *testing.T) {
	w := newWorld(t)
	w.Case("荷塘村")
	ana := w.As("ana")
	path := w.Base() + "/cases/import"
	preview := ana.Upload(path+"/preview", "file", "案例.xlsx", casesTable(t), nil).Want(t, http.StatusOK)
	preview.Shows(t, "将新建 2 个案例，已有同名案例 1 个", "案例!A2", "荷塘村 已有", "航埠 新建", "户数: 508").Hides(t, "<html")
	if w.caseCount() != 1 {
		t.Error("the preview made cases")
	}
	ana.Upload(path, "file", "案例.xlsx", casesTable(t), nil).Want(t, http.StatusOK).Shows(t, "导入完成：新建 2 个，更新 0 个，未变 1 个")
	ana.Upload(path, "file", "案例.xlsx", casesTable(t), url.Values{"existing": {"everything"}}).Want(t, http.StatusOK).Shows(t, "新建 0 个，更新 0 个，未变 3 个")
	ana.Upload(path, "file", "案例.xlsx", casesTable(t), url.Values{"existing": {"update"}}).Want(t, http.StatusOK).Shows(t, "新建 0 个，更新 1 个，未变 2 个")
	csv := "标题,县\n\"石梁, 镇\",柯城区\n"
	ana.Upload(path, "file", "a.csv", []byte(csv), nil).Want(t, http.StatusOK).Shows(t, "新建 1 个")
	ana.Upload(path, "file", "淄博.txt", []byte("一、基本情况\n世纪花园社区，1.08平方公里。\n"), nil).Want(t, http.StatusOK).Shows(t, "新建 1 个")
	docx := ooxmltest.Docx(`<w:p><w:pPr><w:pStyle w:val="1"/></w:pPr><w:r><w:t>汉阳社区治理</w:t></w:r></w:p><w:p><w:r><w:t>54项指标 &lt;script&gt;。</w:t></w:r></w:p>`)
	ana.Upload(path, "file", "汉阳.docx", docx, nil).Want(t, http.StatusOK).Shows(t, "新建 1 个")
	ana.Get(w.Base()+"/cases").Want(t, http.StatusOK).Shows(t, "共 6 个", "石梁, 镇", "淄博", "汉阳社区治理")
}

func TestHostileImports(t *testing.T) {
	w := newWorld(t)
	ana := w.As("ana")
	path := w.Base() + "/cases/import"
	wrong := workbook(t, sheets{"案例": {{"标题", "", "县"}, {"荷塘村", "没有列名", "江山市"}, {"荷塘村", "", "#REF!"}}})
	for _, c := range []struct {
		name     string
		content  []byte
		status   int
		sentence string
	}{
		{"old.doc", []byte("\xd0\xcf\x11\xe0"), http.StatusUnsupportedMediaType, "旧格式的 Word"},
		{"old.xls", []byte("\xd0\xcf\x11\xe0"), http.StatusUnsupportedMediaType, "旧格式的表格"},
		{"locked.docx", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), http.StatusUnsupportedMediaType, "请用 Word 或 WPS 打开"},
		{"locked.xlsx", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), http.StatusUnsupportedMediaType, "设有打开密码"},
		{"program.exe", []byte("MZ"), http.StatusUnsupportedMediaType, "不能导入“program.exe”"},
		{"no-zip.docx", []byte("a text"), http.StatusUnsupportedMediaType, "不是 Word 文档"},
		{"no-zip.xlsx", []byte("a text"), http.StatusUnsupportedMediaType, "不是 Excel 工作簿"},
		{"binary.txt", []byte("a\x00b"), http.StatusUnsupportedMediaType, "不是文本文件"},
		{"empty.txt", nil, http.StatusUnprocessableEntity, "没有可以导入的内容"},
		{"head.csv", []byte("标题,县\n"), http.StatusUnprocessableEntity, "没有可以导入的内容"},
		{"quote.csv", []byte("标题,县\n\"荷塘村,江山\n"), http.StatusBadRequest, "引号不成对"},
		{"wrong.xlsx", wrong, http.StatusUnprocessableEntity, "有 4 处需要先改正"},
		{`<img src=x onerror=alert(1)>.pdf`, []byte("%PDF"), http.StatusUnsupportedMediaType, "不能导入"},
	} {
		a := ana.Upload(path, "file", c.name, c.content, url.Values{"existing": {"update"}})
		if a.StatusCode != c.status || !strings.Contains(a.Text(), c.sentence) {
			t.Errorf("%s: status %d, want %d and %q:\n%.500s", c.name, a.StatusCode, c.status, c.sentence, a.Text())
		}
		a.Hides(t, "<img src=x").Holds(t, `value="update" checked`)
		preview := ana.Upload(path+"/preview", "file", c.name, c.content, nil).Want(t, http.StatusOK).Hides(t, "<img src=x", "<html")
		if c.name != "wrong.xlsx" && !strings.Contains(preview.Text(), c.sentence) {
			t.Errorf("%s in the preview: %.300s", c.name, preview.Text())
		}
	}
	ana.Upload(path+"/preview", "file", "wrong.xlsx", wrong, nil).Shows(t, "案例!B1", "第一行没有列名", "案例!C3", "公式错误 #REF!", "案例!A3", "已经出现过")
	ana.Upload(path, "other", "a.txt", []byte("x"), nil).Want(t, http.StatusBadRequest).Shows(t, "请先选择文件")
	ana.Upload(path+"/preview", "other", "a.txt", []byte("x"), nil).Want(t, http.StatusOK).Shows(t, "请先选择文件")
	ana.English().Upload(path, "file", "program.exe", []byte("MZ"), nil).Want(t, http.StatusUnsupportedMediaType).Shows(t, "“program.exe” cannot be imported")
	if n := w.caseCount(); n != 0 {
		t.Errorf("%d cases were made", n)
	}
	w.As("bob").Upload(path, "file", "a.txt", []byte("x"), nil).Want(t, http.StatusForbidden)
}
