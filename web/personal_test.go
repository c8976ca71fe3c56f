package web_test

import (
	"archive/zip"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tianye/charts"
	"tianye/internal/id"
	"tianye/survey"
)

// TestSmallGroupsAreHidden: from viewers on the page and behind its marks, from everybody in files; a
// project may show all.
func TestSmallGroupsAreHidden(t *testing.T) {
	c := newComparison(t)
	spec := c.Saved.Spec // 江山市 2, 柯城区 3
	privacy := func(smallCell string, all string) {
		c.As("alice").Post(c.Base()+"/personal", url.Values{"smallCell": {smallCell}, "all": {all}}).Want(t, http.StatusSeeOther)
	}
	privacy("3", "")
	hidden := func(r *charts.Result) (n int) {
		for _, cell := range r.Series[0].Cells {
			if cell.Hidden && cell.N == 0 && cell.Value == 0 {
				n++
			}
		}
		return n
	}
	if got := c.data("vic", spec).Result; hidden(got) != 2 || got.N != 5 {
		t.Errorf("a viewer: %+v", got)
	}
	ana := c.data("ana", spec).Result
	if hidden(ana) != 0 || !strings.Contains(strings.Join(ana.Notes, ""), "2 处因不足 3 份") {
		t.Errorf("an analyst: %+v", ana)
	}
	c.As("vic").Get(c.at("/evidence", spec, "category", "kecheng")).Want(t, http.StatusOK).Hides(t, "共 3 份")
	c.As("ana").Get(c.at("/evidence", spec, "category", "kecheng")).Want(t, http.StatusOK).Shows(t, "共 3 份")
	for _, who := range []string{"vic", "ana", "alice"} {
		text := exported(t, c.As(who).Get(c.at("/export.xlsx", spec)).Want(t, http.StatusOK), "xlsx")
		if strings.Contains(text, "20 | 3") || !strings.Contains(text, "隐去") {
			t.Errorf("%s's file: %s", who, text)
		}
		c.As(who).Get(c.at("/export.svg", spec)).Want(t, http.StatusOK).Holds(t, "隐去")
	}
	cases := charts.Spec{Source: charts.Source{Kind: id.KindCase}, By: "state", Statistic: charts.Count, Kind: charts.Bar}
	if text := exported(t, c.As("ana").Get(c.at("/export.xlsx", cases)).Want(t, http.StatusOK), "xlsx"); strings.Contains(text, "隐去") {
		t.Errorf("cases are hidden: %s", text)
	}
	privacy("", "1")
	if got := c.data("vic", spec).Result; hidden(got) != 0 {
		t.Errorf("all: %+v", got)
	}
	for _, wrong := range []string{"0", "x", "101"} {
		c.As("alice").Post(c.Base()+"/personal", url.Values{"smallCell": {wrong}}).Want(t, http.StatusUnprocessableEntity)
	}
}

func TestRetentionIsSet(t *testing.T) {
	w := newWorld(t)
	alice := w.As("alice")
	alice.Post(w.Base()+"/personal", url.Values{"smallCell": {"5"}, "until": {"2026-12-31"}}).Want(t, http.StatusSeeOther)
	p, err := w.Accounts.Project(t.Context(), w.Project.ID)
	if end := time.Date(2027, 1, 1, 0, 0, 0, 0, now.Location()); err != nil || !p.Privacy.RetainUntil.Equal(end) {
		t.Error(p.Privacy, err)
	}
	alice.Get(w.Base()+"/personal").Want(t, http.StatusOK).Holds(t, `value="2026-12-31"`)
	alice.Post(w.Base()+"/personal", url.Values{"smallCell": {"5"}, "until": {"31.12."}}).Want(t, http.StatusUnprocessableEntity)
	past := url.Values{"smallCell": {"5"}, "until": {"2006-12-31"}}
	alice.Post(w.Base()+"/personal", past).Want(t, http.StatusUnprocessableEntity)
	if p, _ := w.Accounts.Project(t.Context(), w.Project.ID); !p.Privacy.RetainSet.Equal(now) || p.Privacy.Due(now.AddDate(20, 0, 0)) != true {
		t.Error(p.Privacy)
	}
	for _, who := range []string{"rui", "ana", "bob", "vic"} {
		w.As(who).Get(w.Base()+"/personal").Want(t, http.StatusForbidden)
	}
}

// TestOnePerson: found, handed out and erased, and no page, file or audit line tells of the person after.
func TestOnePerson(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(withFamily(t, "yes"), "household.xlsx")
	sub := w.Submit(f, "", "uuid:1", map[string]any{"village": "贺村王小明家", "head": "王小明"})
	other := w.Submit(f, "", "uuid:2", map[string]any{"village": "贺村", "head": "李四"})
	c := w.Case("王小明访谈")
	alice := w.As("alice")
	search := func(text string) answer {
		return alice.Post(w.Base()+"/personal/search", url.Values{"text": {text}})
	}
	found := search("王 小-明").Want(t, http.StatusOK)
	found.Shows(t, "1 份填报，1 个案例", sub.Receipt(), "王小明访谈").Hides(t, other.Receipt(), "李四")
	search("王").Want(t, http.StatusUnprocessableEntity)
	search("查无此人").Want(t, http.StatusOK).Shows(t, "没有找到")
	search("bob").Want(t, http.StatusOK).Shows(t, "账号")

	ask := url.Values{"text": {"王小明"}, "reason": {"本人来电"}, "submission": {string(sub.ID)}, "case": {string(c.ID)}}
	file := alice.Post(w.Base()+"/personal/export", ask).Want(t, http.StatusOK)
	if body := unzipped(t, file.Body); !strings.Contains(body["person.json"], "王小明访谈") || !strings.Contains(body["person.json"], sub.Receipt()) || len(body["person.xlsx"]) == 0 {
		t.Errorf("the file: %v", body["person.json"])
	}
	silent := url.Values{"text": {"王小明"}, "submission": {string(sub.ID)}}
	alice.Post(w.Base()+"/personal/export", silent).Want(t, http.StatusUnprocessableEntity)
	alice.Post(w.Base()+"/personal/erase", silent).Want(t, http.StatusUnprocessableEntity)
	for _, who := range []string{"rui", "ana", "bob"} {
		w.As(who).Post(w.Base()+"/personal/erase", ask).Want(t, http.StatusForbidden)
		w.As(who).Post(w.Base()+"/personal/search", ask).Want(t, http.StatusForbidden)
	}

	alice.Post(w.Base()+"/personal/erase", ask).Want(t, http.StatusOK).Shows(t, "确实要抹去吗")
	search("王小明").Shows(t, sub.Receipt())
	ask.Set("sure", "1")
	alice.Post(w.Base()+"/personal/erase", ask).Want(t, http.StatusSeeOther)
	search("王小明").Want(t, http.StatusOK).Shows(t, "没有找到")
	for _, page := range []string{"/submissions", "/submissions/" + string(sub.ID), "/submissions/" + string(sub.ID) + "/history", "/cases", "/cases/" + string(c.ID), "/audit", "/audit/export"} {
		alice.Get(w.Base()+page).Want(t, http.StatusOK).Hides(t, "王小明")
	}
	alice.Get(w.Base()+"/submissions/"+string(other.ID)).Shows(t, "李四")
	alice.Get(w.Base()+"/audit").Shows(t, "1 份填报，1 个案例", "本人来电", sub.Receipt(), string(c.ID))
	alice.Post(w.Base()+"/personal/erase", ask).Want(t, http.StatusSeeOther) // again is no harm
}

func unzipped(t *testing.T, raw string) map[string]string {
	t.Helper()
	archive, err := zip.NewReader(strings.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range archive.File {
		content, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(content)
		if err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

// TestPhotosSayNothingOfTheirPlace: sent by the page, by a client and to a case, and sent again; the form's
// own media stay as they are.
func TestPhotosSayNothingOfTheirPlace(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(workbook(t, sheets{
		"survey":   {{"type", "name", "label"}, {"image", "photo", "照片"}},
		"settings": {{"form_title", "form_id"}, {"照片", "photos"}}}), "photos.xlsx")
	photo := "\xff\xd8\xff\xe1\x00\x15Exif\x00\x00GPS 28.97 118\xff\xda\x00\x02pixels\xff\xd9"
	in := map[string]any{"instanceId": "uuid:1", "formId": f.ID, "version": 1, "answers": map[string]any{"photo": "a.jpg"}}
	bob := w.As("bob")
	bob.SendFiles(w.Base()+"/submissions", in, sent{"a.jpg", photo}).Want(t, http.StatusCreated)
	bob.SendFiles(w.Base()+"/submissions", in, sent{"a.jpg", photo}).Want(t, http.StatusCreated)
	list, err := w.Surveys.List(t.Context(), w.Project.ID, survey.Filter{}, "", 10)
	if err != nil || len(list.Items) != 1 {
		t.Fatal(list, err)
	}
	stored := bob.Get(w.Base()+"/submissions/"+string(list.Items[0].ID)+"/files/a.jpg").Want(t, http.StatusOK).Body
	if stored != "\xff\xd8\xff\xda\x00\x02pixels\xff\xd9" {
		t.Errorf("%q", stored)
	}
	c := w.Case("荷塘村")
	w.As("alice").Upload(w.Base()+"/cases/"+string(c.ID)+"/files", "file", "b.jpg", []byte(photo), nil)
	if body := w.As("alice").Get(w.Base()+"/cases/"+string(c.ID)+"/files/b.jpg").Want(t, http.StatusOK).Body; strings.Contains(body, "GPS") {
		t.Errorf("%q", body)
	}
}

// TestConsent: a first question that the page refuses to go without, and that a client's submission is marked
// for.
func TestConsent(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(workbook(t, sheets{
		"survey":   {{"type", "name", "label"}, {"text", "a", "甲"}},
		"settings": {{"form_title", "form_id", "知情同意"}, {"同意书", "agree", "您同意参加吗？"}}}), "agree.xlsx")
	bob := w.As("bob")
	in := map[string]any{"instanceId": "uuid:1", "formId": f.ID, "version": 1, "answers": map[string]any{"a": "x"}}
	bob.Send(w.Base()+"/submissions", in).Want(t, http.StatusUnprocessableEntity)
	sub := w.Submit(f, "", "uuid:1", map[string]any{"a": "x", "consent": "OK"})
	w.As("rui").Get(w.Base()+"/submissions/"+string(sub.ID)).Want(t, http.StatusOK).Shows(t, "您同意参加吗？", "知情同意 已同意")
	a, err := w.Surveys.Arrive(t.Context(), w.Project.ID, []byte(`<data id="agree" xmlns:orx="http://openrosa.org/xforms"><a>y</a><orx:meta><orx:instanceID>uuid:2</orx:instanceID></orx:meta></data>`))
	if err != nil {
		t.Fatal(err)
	}
	sent, err := w.Surveys.Receive(t.Context(), w.Project.ID, w.Users["bob"].ID, a, nil, "")
	if err != nil || sent.State != survey.HasIssues {
		t.Error(sent.State, err)
	}
	w.As("rui").Get(w.Base()+"/submissions/"+string(sent.ID)).Shows(t, "没有同意")
}
