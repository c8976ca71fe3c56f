package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

// village is a form for residents: what they are, what they suggest, and a telephone number.
func village(t testing.TB) []byte {
	return workbook(t, sheets{
		"survey": {{"type", "name", "label", "required", "personal"}, {"select_one sex", "sex", "性别", "yes"}, {"text", "idea", "您的建议"},
			{"image", "photo", "照片"}, {"text", "phone", "电话", "", "yes"}},
		"choices":  {{"list_name", "name", "label"}, {"sex", "f", "女"}, {"sex", "m", "男"}},
		"settings": {{"form_title", "form_id"}, {"村民议事", "village"}},
	})
}

// link makes a public link at the desk.
func (w *world) link(f survey.Form, fields url.Values) survey.PublicLink {
	w.Helper()
	all := url.Values{"title": {"露天意见箱"}, "once": {"device"}, "greeting": {"# 您好\n\n请**说说**您的建议 <script>alert(1)</script>"}, "thanks": {"谢谢"}}
	for name, values := range fields {
		all[name] = values
	}
	a := w.As("alice").Post(w.Base()+"/forms/"+string(f.ID)+"/links", all).Want(w, http.StatusSeeOther)
	at := regexp.MustCompile(`/links/([0-9a-z]{16})`).FindStringSubmatch(a.Header.Get("Location"))
	if at == nil {
		w.Fatal(a.Header.Get("Location"))
	}
	return w.linkAt(id.LinkID(at[1]))
}

func (w *world) linkAt(link id.LinkID) survey.PublicLink {
	w.Helper()
	l, err := w.Surveys.LinkAt(w.Context(), link)
	if err != nil {
		w.Fatal(err)
	}
	return l
}

// stranger is a resident's browser: nobody's, with what cookies it is given.
func (w *world) stranger() *client { return &client{w: w, header: http.Header{}} }

// opens opens a link and keeps its cookie.
func (c *client) opens(l survey.PublicLink) answer {
	c.w.Helper()
	a := c.Get("/l/"+string(l.ID)).Want(c.w, http.StatusOK)
	for _, cookie := range a.Cookies() {
		if cookie.Name == "tianye_resident" {
			if cookie.Path != "/l/"+string(l.ID) || !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode {
				c.w.Errorf("%+v", cookie)
			}
			c.cookie = cookie
		}
	}
	return a
}

// earlier is a resident whose phone opened a link an hour ago.
func (w *world) earlier(l survey.PublicLink) *client {
	c := w.stranger()
	c.cookie = &http.Cookie{Name: "tianye_resident", Value: l.NameDevice(now.Add(-time.Hour))}
	return c
}

func residentAnswers(instance, sex, idea string, more map[string]any) map[string]any {
	all := map[string]any{"instanceId": instance, "formId": "another", "version": 1, "caseId": strings.Repeat("0", 26), "deviceId": "phone of " + instance,
		"started": now.Add(-5 * time.Minute), "ended": now, "answers": map[string]any{"sex": sex, "idea": idea, "phone": "13800000000"}}
	for name, value := range more {
		all[name] = value
	}
	return all
}

// accepted is what the phone is told.
type linkReceipt struct {
	Receipt, SubmissionURL, Digest, Tracking, Code string
	Access                                         bool
}

func (c *client) sends(l survey.PublicLink, status int, body map[string]any) (got linkReceipt) {
	c.w.Helper()
	a := c.Send("/l/"+string(l.ID)+"/submissions", body).Want(c.w, status)
	if err := json.Unmarshal([]byte(a.Body), &got); err != nil {
		c.w.Fatal(err)
	}
	return got
}

func TestPublicLinkPage(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(village(w), "village.xlsx")
	l := w.link(f, url.Values{"quotas": {"性别=女: 1"}, "suggestion": {"idea"}})
	resident := w.stranger()
	page := resident.opens(l)
	data := page.Body
	for _, wanted := range []string{"露天意见箱", `\u003cstrong\u003e说说`, `"postUrl":"/l/` + string(l.ID) + `/submissions"`, `"csrf":""`, `"projectId"`} {
		if (wanted == `"projectId"`) == strings.Contains(data, wanted) {
			t.Errorf("%q", wanted)
		}
	}
	for _, secret := range []string{string(w.Project.ID), l.Key, w.Project.Title, "陈爱丽"} {
		if strings.Contains(data, secret) {
			t.Errorf("residents are told %q", secret)
		}
	}
	if strings.Contains(data, `\u003cscript`) {
		t.Error("a greeting's script stays a script")
	}
	got := resident.sends(l, http.StatusCreated, residentAnswers("uuid:1", "f", "修桥", nil))
	if got.Receipt == "" || got.Tracking == "" || len(got.Digest) != 64 || got.SubmissionURL != "" {
		t.Errorf("%+v", got)
	}
	if again := resident.sends(l, http.StatusCreated, residentAnswers("uuid:1", "f", "修桥", nil)); again != got {
		t.Errorf("%+v", again)
	}
	refused := resident.sends(l, http.StatusConflict, residentAnswers("uuid:2", "f", "修路", nil))
	if refused.Code != "publiclink.deviceUsed" {
		t.Errorf("%+v", refused)
	}
	if page := resident.Get("/l/"+string(l.ID)).Want(t, http.StatusOK); !strings.Contains(page.Body, `"used":"`+got.Receipt) {
		t.Error("who has answered is not told")
	}
	w.stranger().sends(l, http.StatusCreated, residentAnswers("uuid:3", "f", "装路灯", nil)) // over the quota, and thanked all the same
	lines := w.lines(w.Project.ID)
	last := lines[len(lines)-1]
	if last.Action != "submissions.create" || last.Actor != id.UserID(l.ID) || last.Name != "公开链接：露天意见箱" || last.Address != "" {
		t.Errorf("%+v", last)
	}
	list := w.As("rui").Get(w.Base()+"/submissions?enumerator="+string(l.ID)).Want(t, http.StatusOK)
	if strings.Count(list.Body, "公开链接：露天意见箱") < 3 { // in the filter, and at two lines
		t.Error("the list does not say how they came")
	}
	if strings.Count(list.Body, `class="held-mark">超出配额<`) != 1 {
		t.Error("the list does not say which came over the quota")
	}
	w.As("rui").Get(w.Base()).Shows(t, "· 公开链接：露天意见箱")
	desk := w.As("alice").Get(w.Base()+"/links/"+string(l.ID)).Want(t, http.StatusOK).Body
	for _, wanted := range []string{"2 份", "1 / 1 人", "性别=女", "已满", "/l/" + string(l.ID)} {
		if !strings.Contains(desk, wanted) {
			t.Errorf("the link's page lacks %q", wanted)
		}
	}
}

func TestPublicLinkForOthersSites(t *testing.T) {
	w := newWorld(t)
	l := w.link(w.Publish(village(w), "village.xlsx"), nil)
	for _, path := range []string{"/submissions", "/code", "/board"} {
		evil := w.stranger()
		evil.header.Set("Sec-Fetch-Site", "cross-site")
		if got := evil.Send("/l/"+string(l.ID)+path, residentAnswers("uuid:1", "f", "", nil)).StatusCode; got != http.StatusForbidden {
			t.Errorf("%s from another site: %d", path, got)
		}
	}
	for _, path := range []string{"/l/" + strings.Repeat("0", 16), "/l/x", "/l/%00", "/l/" + strings.Repeat("0", 16) + "/board", "/l/" + string(l.ID) + "/board",
		"/l/" + string(l.ID) + "/versions/0/media/x.png", "/l/" + string(l.ID) + "/versions/1/media/cases.csv"} {
		w.stranger().Get(path).Want(t, http.StatusNotFound)
	}
}

func TestClosedPublicLink(t *testing.T) {
	w := newWorld(t)
	l := w.link(w.Publish(village(w), "village.xlsx"), url.Values{"once": {""}})
	alice := w.As("alice")
	path := w.Base() + "/links/" + string(l.ID)
	alice.Post(path+"/close", url.Values{"revision": {"1"}}).Want(t, http.StatusSeeOther)
	if page := w.stranger().opens(l); !strings.Contains(page.Body, "填报已于") {
		t.Error("a closed link does not say so")
	}
	w.earlier(l).sends(l, http.StatusCreated, residentAnswers("uuid:begun", "f", "", nil))
	w.stranger().sends(l, http.StatusForbidden, residentAnswers("uuid:unseen", "f", "", nil))
	w.stranger().sends(l, http.StatusForbidden, residentAnswers("uuid:new", "f", "", map[string]any{"started": now.Add(-time.Millisecond * 0), "ended": now}))
	alice.Post(path+"/reopen", url.Values{"revision": {"2"}}).Want(t, http.StatusSeeOther)
	alice.Post(path+"/close", url.Values{"revision": {"2"}}).Want(t, http.StatusConflict)
	alice.Post(path, url.Values{"revision": {"3"}, "title": {"另一个"}, "opens": {"2026-04-14T09:00"}, "quotas": {"性别=其他: 5"}}).Want(t, http.StatusUnprocessableEntity)
	alice.Post(path, url.Values{"revision": {"3"}, "title": {"另一个"}, "opens": {"2026-04-14T09:00"}}).Want(t, http.StatusSeeOther)
	if page := w.stranger().opens(l); !strings.Contains(page.Body, "还没有开始，2026-04-14 09:00") {
		t.Error("an early link does not say so")
	}
	undo := alice.Post(path+"/delete", url.Values{"why": {"印错了"}}).Want(t, http.StatusSeeOther)
	if page := alice.Get(undo.Header.Get("Location")).Want(t, http.StatusOK); !strings.Contains(page.Body, "/links/"+string(l.ID)+"/restore") {
		t.Error("a deletion cannot be undone")
	}
	alice.Get(path).Want(t, http.StatusNotFound)
	if bin := alice.Get(w.Base()+"/bin").Want(t, http.StatusOK); !strings.Contains(bin.Body, "另一个") {
		t.Error("not in the recycle bin")
	}
	alice.Post(path+"/restore", nil).Want(t, http.StatusSeeOther)
	alice.Get(path).Want(t, http.StatusOK)
	alice.Post(w.Base()+"/forms/"+string(l.FormID)+"/delete", nil).Want(t, http.StatusSeeOther)
	if page := w.stranger().opens(l); !strings.Contains(page.Body, "填报已于") {
		t.Error("the link of a deleted form does not say that it is closed")
	}
}

// TestPublicLinkOfAnArchivedProject receives nothing any more, and says so.
func TestPublicLinkOfAnArchivedProject(t *testing.T) {
	w := newWorld(t)
	l := w.link(w.Publish(village(w), "village.xlsx"), url.Values{"once": {""}})
	alice := w.As("alice")
	for _, phase := range []string{"closed", "archived"} {
		alice.Post(w.Base()+"/phase", url.Values{"phase": {phase}}).Want(t, http.StatusSeeOther)
		if page := w.stranger().opens(l); !strings.Contains(page.Body, "填报已于") {
			t.Errorf("%s: it does not say so", phase)
		}
		want := map[string]int{"closed": http.StatusCreated, "archived": http.StatusForbidden}[phase] // begun before
		got := w.earlier(l).sends(l, want, residentAnswers("uuid:"+phase, "f", "", nil))
		if got.Access != (phase == "archived") { // then the phone keeps them
			t.Errorf("%s: %+v", phase, got)
		}
	}
	alice.Post(w.Base()+"/delete", url.Values{"title": {w.Project.Title}}).Want(t, http.StatusSeeOther)
	w.stranger().Get("/l/"+string(l.ID)).Want(t, http.StatusNotFound)
}

func TestOneTimeCodes(t *testing.T) {
	w := newWorld(t)
	l := w.link(w.Publish(village(w), "village.xlsx"), url.Values{"once": {"code"}})
	path := w.Base() + "/links/" + string(l.ID)
	slips := w.As("alice").Post(path+"/codes", url.Values{"count": {"3"}}).Want(t, http.StatusOK)
	found := regexp.MustCompile(`name="codes" value="([^"]*)"`).FindStringSubmatch(slips.Body)
	if found == nil {
		t.Fatal(slips.Body)
	}
	codes := strings.Fields(found[1])
	if len(codes) != 3 || strings.Count(slips.Body, `class="member-slip"`) != 3 {
		t.Fatal(codes)
	}
	table := w.As("alice").Post(path+"/codes/table.xlsx", url.Values{"codes": {found[1]}}).Want(t, http.StatusOK)
	if all := whole(t, table); !strings.Contains(all, codes[2]) || !strings.Contains(all, "/l/"+string(l.ID)+"#"+codes[0]) {
		t.Error("the table lacks a code")
	}
	w.As("alice").Post(path+"/codes/table.xlsx", url.Values{"codes": {"ABCDEFGH"}}).Want(t, http.StatusUnprocessableEntity)
	if page := w.As("alice").Get(path); strings.Contains(page.Body, codes[0]) {
		t.Error("a code is shown twice")
	}
	resident := w.stranger()
	resident.Post("/l/"+string(l.ID)+"/code", url.Values{"code": {strings.ToLower(codes[0])}}).Want(t, http.StatusOK)
	resident.sends(l, http.StatusCreated, residentAnswers("uuid:1", "f", "", map[string]any{"code": codes[0]}))
	resident.sends(l, http.StatusCreated, residentAnswers("uuid:1", "f", "", map[string]any{"code": codes[0]}))
	if got := resident.sends(l, http.StatusConflict, residentAnswers("uuid:2", "f", "", map[string]any{"code": codes[0]})); got.Code != "publiclink.codeUsed" {
		t.Errorf("%+v", got)
	}
	resident.Post("/l/"+string(l.ID)+"/code", url.Values{"code": {codes[0]}}).Want(t, http.StatusConflict)
	for try := 0; ; try++ { // guessing is slowed down, also for a guess that is right
		got := resident.Post("/l/"+string(l.ID)+"/code", url.Values{"code": {"ABCDEFGH"}}).StatusCode
		if got == http.StatusTooManyRequests {
			break
		}
		if got != http.StatusUnprocessableEntity || try > 300 {
			t.Fatalf("guess %d: %d", try, got)
		}
	}
	resident.sends(l, http.StatusTooManyRequests, residentAnswers("uuid:3", "f", "", map[string]any{"code": codes[1]}))
}

func TestSuggestions(t *testing.T) {
	w := newWorld(t)
	l := w.link(w.Publish(village(w), "village.xlsx"), url.Values{"once": {""}, "suggestion": {"idea"}})
	resident := w.stranger()
	got := resident.sends(l, http.StatusCreated, residentAnswers("uuid:1", "f", "<b>修桥</b>，找我 13800000000", nil))
	board := "/l/" + string(l.ID) + "/board"
	if page := resident.Get(board).Want(t, http.StatusOK); strings.Contains(page.Body, "修桥") || !strings.Contains(page.Header.Get("Cache-Control"), "public") {
		t.Error("what is not published is public")
	}
	desk := w.Base() + "/links/" + string(l.ID) + "/suggestions"
	page := w.As("rui").Get(desk).Want(t, http.StatusOK)
	page.Holds(t, "data-leave") // what is typed at others is not left by mistake
	at := regexp.MustCompile(`/suggestions/([0-9a-z]{26})`).FindStringSubmatch(page.Body)
	if at == nil || !strings.Contains(page.Body, "&lt;b&gt;修桥") {
		t.Fatal(page.Body)
	}
	w.As("bob").Get(desk).Want(t, http.StatusForbidden)
	fields := url.Values{"revision": {"1"}, "state": {"working"}, "reply": {"已报<镇里>"}, "published": {"1"}, "public": {"<b>修桥</b>"}}
	w.As("rui").Post(desk+"/"+at[1], fields).Want(t, http.StatusSeeOther)
	fields["reply"] = []string{"也报过<县里>"}
	again := w.As("rui").Post(desk+"/"+at[1], fields).Want(t, http.StatusConflict)
	if !strings.Contains(again.Body, "也报过&lt;县里&gt;") || !strings.Contains(again.Body, "现在是“办理中”，答复：“已报&lt;镇里&gt;”") {
		t.Error("who came second does not see both answers")
	}
	empty := w.As("rui").Post(desk+"/"+at[1], url.Values{"revision": {"2"}, "state": {"done"}, "reply": {"修好了"}, "published": {"1"}, "public": {" "}}).Want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(empty.Body, "公开的文字") || !strings.Contains(empty.Body, ">修好了</textarea>") {
		t.Error("nothing to publish is not told, or the answer is lost")
	}
	public := resident.Get(board).Want(t, http.StatusOK).Body
	for _, wanted := range []string{"&lt;b&gt;修桥", "办理中", "已报&lt;镇里&gt;"} {
		if !strings.Contains(public, wanted) {
			t.Errorf("the board lacks %q", wanted)
		}
	}
	if strings.Contains(public, "13800000000") || strings.Contains(public, got.Receipt) || strings.Contains(public, got.Tracking) {
		t.Error("the board tells too much")
	}
	mine := resident.Post(board, url.Values{"number": {strings.ToLower(strings.ReplaceAll(got.Tracking, "-", " "))}}).Want(t, http.StatusOK)
	if !strings.Contains(mine.Body, "找我 13800000000") {
		t.Error("one's own is not found")
	}
	resident.Post(board, url.Values{"number": {"AAAA-AAAA-AA"}}).Want(t, http.StatusNotFound)
	w.As("alice").Post(w.Base()+"/submissions/"+at[1]+"/delete", nil).Want(t, http.StatusSeeOther)
	if strings.Contains(resident.Get(board).Body, "修桥") {
		t.Error("what was deleted stays on the board")
	}
	resident.Post(board, url.Values{"number": {got.Tracking}}).Want(t, http.StatusNotFound)
}

// TestPublicLinkFiles: pictures come along, fewer and smaller than of members; much that is sent slowly waits in a file.
func TestPublicLinkFiles(t *testing.T) {
	w := newWorld(t)
	l := w.link(w.Publish(village(w), "village.xlsx"), url.Values{"once": {""}})
	body := residentAnswers("uuid:1", "f", "", nil)
	body["answers"].(map[string]any)["photo"] = "a.jpg"
	path := "/l/" + string(l.ID) + "/submissions"
	w.stranger().SendFiles(path, body, sent{"a.jpg", "\xff\xd8\xff" + strings.Repeat("x", 1<<20)}).Want(t, http.StatusCreated)
	w.stranger().SendFiles(path, body, sent{"a.jpg", "\xff\xd8\xff" + strings.Repeat("x", 1<<20)}).Want(t, http.StatusCreated)
	body["instanceId"] = "uuid:2"
	w.stranger().SendFiles(path, body, sent{"a.jpg", strings.Repeat("x", 11<<20)}).Want(t, http.StatusRequestEntityTooLarge)
	w.stranger().SendFiles(path, body, sent{"a.jpg", strings.Repeat("x", 30<<20)}).Want(t, http.StatusRequestEntityTooLarge)
}

// TestNoFileThatNoAnswerNames: what will be refused leaves no blob behind.
func TestNoFileThatNoAnswerNames(t *testing.T) {
	w := newWorld(t)
	l := w.link(w.Publish(village(w), "village.xlsx"), url.Values{"once": {""}})
	path := "/l/" + string(l.ID) + "/submissions"
	body := residentAnswers("uuid:1", "f", "", nil)
	large := strings.Repeat("z", 2<<20)
	sends := func(status int, files ...sent) {
		t.Helper()
		w.stranger().SendFiles(path, body, files...).Want(t, status)
	}
	sends(http.StatusUnprocessableEntity, sent{"a.jpg", large})
	body["answers"].(map[string]any)["photo"] = "a.jpg"
	small := sent{"a.jpg", "picture"}
	sends(http.StatusUnprocessableEntity, small, sent{"b.jpg", large})
	sends(http.StatusUnprocessableEntity, small, sent{"a.jpg", large})
	sends(http.StatusCreated, small)
	sends(http.StatusUnprocessableEntity, small, sent{"b.jpg", large}) // of what is known already, too
	sends(http.StatusCreated, small)
	err := w.Backend.EachBlob(t.Context(), func(_, hash string, size int64) error {
		if size >= int64(len(large)) {
			t.Errorf("%d bytes stay", size)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestManyResidentsBehindOneAddress: a village meeting is not taken for an attack.
func TestManyResidentsBehindOneAddress(t *testing.T) {
	w := newWorld(t)
	l := w.link(w.Publish(village(w), "village.xlsx"), nil)
	for i := range 300 { // at one moment of the tests' clock
		c := w.stranger()
		c.opens(l)
		c.sends(l, http.StatusCreated, residentAnswers(fmt.Sprint("uuid:", i), "f", "", nil))
	}
}

func TestFormsThatCannotBePublic(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(workbook(t, sheets{"survey": {{"type", "name", "label"}, {"select_one_from_file cases.csv", "which", "哪个案例"}}, "settings": {{"form_title", "form_id"}, {"登记", "register"}}}), "register.xlsx")
	a := w.As("alice").Post(w.Base()+"/forms/"+string(f.ID)+"/links", url.Values{"title": {"x"}, "once": {""}}).Want(t, http.StatusUnprocessableEntity)
	if !strings.Contains(a.Body, "不能公开") {
		t.Error(a.Body)
	}
}

// TestPublicLinkOfAFormThatReadsListsNow: nothing new is begun, but the page on which answers wait opens, and they are taken.
func TestPublicLinkOfAFormThatReadsListsNow(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(village(w), "village.xlsx")
	l := w.link(f, nil)
	resident := w.stranger()
	resident.opens(l)
	later := workbook(t, sheets{"survey": {{"type", "name", "label"}, {"select_one_from_file cases.csv", "which", "哪个村"}}, "settings": {{"form_title", "form_id"}, {"村民议事", "village"}}})
	f, complaints, err := w.Surveys.Upload(t.Context(), w.Project.ID, w.Users["alice"].ID, later, "village.xlsx", f.ID)
	if err == nil {
		_, err = w.Surveys.Publish(t.Context(), w.Project.ID, w.Users["alice"].ID, f.ID, f.Revision)
	}
	if err != nil {
		t.Fatal(complaints, err)
	}
	page := resident.opens(l).Holds(t, `"version":1`).Holds(t, `"closed":"问卷正在修改，现在不能新填。`)
	if strings.Contains(page.Body, "哪个村") {
		t.Error("residents are shown what reads lists")
	}
	resident.sends(l, http.StatusCreated, residentAnswers("uuid:1", "f", "修桥", nil))
}

// TestPosterAndCodes of the link's address.
func TestPosterAndQR(t *testing.T) {
	w := newWorld(t)
	l := w.link(w.Publish(village(w), "village.xlsx"), nil)
	alice, path := w.As("alice"), w.Base()+"/links/"+string(l.ID)
	poster := alice.Get(path+"/poster").Want(t, http.StatusOK).Body
	for _, wanted := range []string{"露天意见箱", "请说说您的建议", "/l/" + string(l.ID)} {
		if !strings.Contains(poster, wanted) {
			t.Errorf("the poster lacks %q", wanted)
		}
	}
	if strings.Contains(poster, "填报码") {
		t.Error("a code that nobody needs")
	}
	coded := w.link(w.Publish(village(w), "village2.xlsx"), url.Values{"once": {"code"}})
	alice.Get(w.Base()+"/links/"+string(coded.ID)+"/poster").Want(t, http.StatusOK).Shows(t, "填写需要填报码")
	if png := alice.Get(path+"/qr.png").Want(t, http.StatusOK); !strings.HasPrefix(png.Body, "\x89PNG") {
		t.Error("no PNG")
	}
	if svg := alice.Get(path+"/qr.svg").Want(t, http.StatusOK); !strings.HasPrefix(svg.Body, "<svg") || svg.Header.Get("Content-Type") != "image/svg+xml" {
		t.Error("no SVG")
	}
}
