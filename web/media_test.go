package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"tianye/internal/id"
)

const picture = "\x89PNG\r\n\x1a\n" + "a picture of nothing"

func TestMediaOfAForm(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	alice, bob, path := w.As("alice"), w.As("bob"), w.Base()+"/forms/"+string(f.ID)
	page := alice.Leads(alice.Upload(path+"/media", "media", "甲 乙.png", []byte(picture), nil))
	page.Shows(t, "文件已存入草稿", "甲 乙.png", "未用到", "发布这一版")
	page = alice.Leads(alice.Upload(path+"/media", "media", "towns.csv", []byte("name,label\n1,\xba\xc9\xcc\xc1\n"), nil))
	page.Shows(t, "已自动转换", "towns.csv")
	bob.Upload(path+"/media", "media", "b.png", []byte(picture), nil).Want(t, http.StatusForbidden)
	bob.Post(path+"/media/remove", url.Values{"name": {"towns.csv"}}).Want(t, http.StatusForbidden)
	alice.Post(path+"/media", nil).Want(t, http.StatusBadRequest).Shows(t, "请先选择要上传的文件")
	alice.Upload(path+"/media", "media", "a.png", []byte("<html>"), nil).Want(t, http.StatusUnsupportedMediaType).Shows(t, "内容与扩展名不符")

	alice.Get(path+"/preview").Want(t, http.StatusOK).Holds(t, `"media":["towns.csv","甲 乙.png"]`, `/versions/0/media/"`)
	bob.Get(path+"/fill").Want(t, http.StatusOK).Holds(t, `"media":[]`, `/versions/1/media/"`)
	bob.Get(path+"/versions/1/media/towns.csv").Want(t, http.StatusNotFound).Shows(t, "没有文件")
	if got := bob.Get(path+"/versions/0/media/towns.csv").Want(t, http.StatusOK); got.Body != "name,label\n1,荷塘\n" || !strings.HasPrefix(got.Header.Get("Content-Type"), "text/csv") {
		t.Errorf("%q %v", got.Body, got.Header)
	}
	bob.header.Set("Range", "bytes=1-3")
	got := bob.Get(path+"/versions/0/media/"+url.PathEscape("甲 乙.png")).Want(t, http.StatusPartialContent)
	bob.header.Del("Range")
	if got.Body != "PNG" || got.Header.Get("Content-Type") != "image/png" || !strings.Contains(got.Header.Get("Content-Security-Policy"), "sandbox") || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") {
		t.Errorf("%q %v", got.Body, got.Header)
	}
	page = alice.Leads(alice.Post(path+"/media/remove", url.Values{"name": {"towns.csv"}}))
	page.Shows(t, "文件已从草稿中移除").Hides(t, ">towns.csv<")
	alice.Get(path+"/versions/0/media/towns.csv").Want(t, http.StatusNotFound)
	for _, version := range []string{"x", "9", "-1"} {
		alice.Get(path+"/versions/"+version+"/media/towns.csv").Want(t, http.StatusNotFound)
	}
}

// TestXFormsInAndOut: a version is downloaded as an XForm, and that uploaded again.
func TestXFormsInAndOut(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	alice, path := w.As("alice"), w.Base()+"/forms/"+string(f.ID)
	xform := alice.Get(path+"/versions/1/xform.xml").Want(t, http.StatusOK)
	if got := xform.Header.Get("Content-Disposition"); !strings.Contains(got, "visit.xml") || !strings.Contains(xform.Body, "<h:title>走访记录</h:title>") {
		t.Error(got, xform.Body[:min(len(xform.Body), 300)])
	}
	alice.Get(path+"/versions/2/xform.xml").Want(t, http.StatusNotFound)
	page := alice.Leads(alice.Upload(path, "workbook", "visit.xml", []byte(xform.Body), nil))
	page.Shows(t, "工作簿通过检查", "visit.xml", "发布这一版")
	if got := alice.Get(path+"/workbook").Want(t, http.StatusOK); got.Body != xform.Body || !strings.HasPrefix(got.Header.Get("Content-Type"), "application/xml") {
		t.Error(got.Header)
	}
	alice.Get(path+"/preview").Want(t, http.StatusOK).Holds(t, "党员人数不能少于 3 人")
	bad := strings.Replace(xform.Body, ". &gt;= 3", ". =&gt; 3", 1)
	alice.Upload(path, "workbook", "visit.xml", []byte(bad), nil).Want(t, http.StatusUnprocessableEntity).Shows(t, "“visit.xml”没有通过检查", "bind@constraint", "表达式第")
}

// TestLiveListsAreForThoseWhoFillIn: the page asks for their names only, whoever just reads forms gets nothing.
func TestLiveListsAreForThoseWhoFillIn(t *testing.T) {
	w := newWorld(t)
	made := 0
	w.Surveys.Offer("towns.csv", func(context.Context, id.ProjectID) ([]byte, error) {
		made++
		return []byte("name,label\n1,荷塘\n"), nil
	})
	f := w.Publish(workbook(t, sheets{"survey": {{"type", "name", "label"}, {"select_one_from_file towns.csv", "a", "甲"}, {"select_one_from_file cases.csv", "b", "乙"}}, "settings": {{"form_id", "form_title"}, {"t", "镇"}}}), "t.xlsx")
	path := w.Base() + "/forms/" + string(f.ID)
	w.As("bob").Get(path+"/fill").Want(t, http.StatusOK).Holds(t, `"media":["cases.csv","towns.csv"]`)
	if made != 0 {
		t.Errorf("the file was made %d times for its name", made)
	}
	w.As("bob").Get(path+"/versions/1/media/towns.csv").Want(t, http.StatusOK).Shows(t, "荷塘")
	w.As("vic").Get(path+"/versions/1/media/towns.csv").Want(t, http.StatusForbidden).Hides(t, "荷塘")
	w.As("vic").Get(path+"/versions/1/media/cases.csv").Want(t, http.StatusOK)
}
