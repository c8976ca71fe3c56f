package web_test

import (
	"bytes"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"tianye/internal/account"
	"tianye/survey"
)

// collect does what ODK Collect does, over real HTTP.
type collect struct {
	testing.TB
	w      *world
	base   string // the server's address in its settings
	client *http.Client
	header http.Header
	login  func(req *http.Request, challenge []string) // answers a 401; nil: with nothing
}

// app makes an app user; its client comes by the key.
func (w *world) app(name string) (account.AppUser, *collect) {
	w.Helper()
	u, err := w.Accounts.CreateAppUser(w.Context(), w.Project.ID, w.Users["alice"].ID, name)
	if err != nil {
		w.Fatal(err)
	}
	return u, &collect{TB: w, w: w, base: w.URL + "/key/" + u.Key, client: http.DefaultClient, header: http.Header{}}
}

func (c *collect) do(method, address, contentType string, body []byte) answer {
	c.Helper()
	send := func(challenge []string) answer {
		req, err := http.NewRequestWithContext(c.Context(), method, address, bytes.NewReader(body))
		if err != nil {
			c.Fatal(err)
		}
		req.Header = c.header.Clone()
		req.Header.Set("X-OpenRosa-Version", "1.0")
		req.Header.Set("Date", "Mon, 13 Apr 2026 09:30:00 GMT+08:00") // Collect's 12-hour clock
		if contentType != "" {
			req.Header.Set("Content-Type", contentType)
		}
		if challenge != nil {
			c.login(req, challenge)
		}
		resp, err := c.client.Do(req)
		if err != nil {
			c.Fatal(err)
		}
		defer resp.Body.Close()
		raw, err := io.ReadAll(resp.Body)
		if err != nil {
			c.Fatal(err)
		}
		return answer{resp, string(raw)}
	}
	a := send(nil)
	if a.StatusCode == http.StatusUnauthorized && c.login != nil {
		a = send(a.Header.Values("WWW-Authenticate"))
	}
	if a.Header.Get("X-OpenRosa-Version") != "1.0" || !regexp.MustCompile(`^[1-9][0-9]+$`).MatchString(a.Header.Get("X-OpenRosa-Accept-Content-Length")) {
		c.Errorf("%s %s: OpenRosa's headers: %v", method, address, a.Header)
	}
	return a
}

type listed struct {
	ID          string `xml:"formID"`
	Name        string `xml:"name"`
	Version     string `xml:"version"`
	Hash        string `xml:"hash"`
	DownloadURL string `xml:"downloadUrl"`
	ManifestURL string `xml:"manifestUrl"`
}

func (c *collect) forms() []listed {
	c.Helper()
	a := c.do("GET", c.base+"/formList", "", nil).Want(c, http.StatusOK)
	var list struct {
		XMLName xml.Name `xml:"http://openrosa.org/xforms/xformsList xforms"`
		Forms   []listed `xml:"xform"`
	}
	c.readXML(a, &list)
	return list.Forms
}

func (c *collect) readXML(a answer, into any) {
	c.Helper()
	if t := a.Header.Get("Content-Type"); t != "text/xml; charset=utf-8" {
		c.Errorf("%s is %s", a.Request.URL.Path, t)
	}
	if err := xml.Unmarshal([]byte(a.Body), into); err != nil {
		c.Fatalf("%v\n%s", err, a.Body)
	}
}

// head asks for permission as Collect does before it sends.
func (c *collect) head() answer {
	return c.do("HEAD", c.base+"/submission?deviceID=collect%3Aabc", "", nil)
}

// send posts an instance with some of its media, the XML first.
func (c *collect) send(instance string, files ...sent) answer {
	c.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for _, f := range append([]sent{{"", instance}}, files...) {
		disposition := `form-data; name="xml_submission_file"; filename="visit.xml"`
		if f.name != "" {
			disposition = `form-data; name="` + f.name + `"; filename="` + f.name + `"`
		}
		part, err := m.CreatePart(textproto.MIMEHeader{"Content-Disposition": {disposition}, "Content-Type": {"application/octet-stream"}})
		if err != nil {
			c.Fatal(err)
		}
		io.WriteString(part, f.content)
	}
	m.WriteField("*isIncomplete*", "yes")
	m.Close()
	return c.do("POST", c.base+"/submission?deviceID=collect%3Aabc", m.FormDataContentType(), b.Bytes())
}

// message reads the envelope of an answer.
func (c *collect) message(a answer) string {
	c.Helper()
	var r struct {
		XMLName xml.Name `xml:"http://openrosa.org/http/response OpenRosaResponse"`
		Message string   `xml:"message"`
	}
	c.readXML(a, &r)
	return r.Message
}

// instance is what Collect makes of the form visit; deprecated "" is no edit.
func instanceOf(id, deprecated, members string) string {
	edit := ""
	if deprecated != "" {
		edit = "<orx:deprecatedID>" + deprecated + "</orx:deprecatedID>"
	}
	return `<?xml version='1.0' ?><data id="visit" version="v1" xmlns:orx="http://openrosa.org/xforms" xmlns:jr="http://openrosa.org/javarosa">` +
		`<start>2026-04-13T09:00:00.000+08:00</start><basic><respondent>王大妈 &amp; 家人</respondent><county>jiangshan</county><town>hecun</town>` +
		`<members>` + members + `</members></basic><topics>party</topics><meetings><attended>8</attended></meetings><meetings><attended>5</attended></meetings>` +
		`<total>13</total><photo>院子.jpg</photo><orx:meta><orx:instanceID>` + id + `</orx:instanceID>` + edit + `</orx:meta></data>`
}

func TestCollectFetchesForms(t *testing.T) {
	w := newWorld(t)
	w.Publish(visit(t), "visit.xlsx")
	w.Publish(workbook(t, sheets{"survey": {{"type", "name", "label"}, {"text", "a", "甲"}}, "settings": {{"form_id", "form_title"}, {"plain", "普通"}}}), "plain.xlsx")
	_, c := w.app("吴博的手机")
	forms := c.forms()
	if len(forms) != 2 || forms[1].ID != "visit" || forms[1].Name != "走访记录" || forms[1].Version != "v1" || forms[0].Version != "1" || forms[0].ManifestURL != "" {
		t.Fatalf("%+v", forms)
	}
	forms = forms[1:]
	a := c.do("GET", forms[0].DownloadURL, "", nil).Want(t, http.StatusOK)
	sum := md5.Sum([]byte(a.Body))
	if forms[0].Hash != "md5:"+hex.EncodeToString(sum[:]) || !strings.Contains(a.Body, `version="v1"`) || !strings.Contains(a.Body, "<h:title>走访记录</h:title>") {
		t.Errorf("%s of\n%.300s", forms[0].Hash, a.Body)
	}
	one := c.do("GET", c.base+"/formList?formID=plain", "", nil).Want(t, http.StatusOK)
	if strings.Contains(one.Body, "visit") || !strings.Contains(one.Body, "plain") {
		t.Error(one.Body)
	}
	// A version of the same name gets a name of its own; the older one keeps its.
	w.Publish(visit(t), "visit.xlsx")
	if again := c.forms(); again[1].Version != "v1-2" || again[1].Hash == forms[0].Hash {
		t.Errorf("%+v", again)
	}
	if old := c.do("GET", forms[0].DownloadURL, "", nil).Want(t, http.StatusOK); old.Body != a.Body {
		t.Error("the first version changed")
	}
	for _, path := range []string{"/forms/" + strings.Repeat("0", 26) + "/versions/1/form.xml", "/forms/x/versions/1/manifest"} {
		if said := c.message(c.do("GET", c.base+path, "", nil).Want(t, http.StatusNotFound)); said == "" {
			t.Error("no sentence")
		}
	}
	number := strings.Replace(forms[0].DownloadURL, "/versions/1/", "/versions/9/", 1)
	c.do("GET", number, "", nil).Want(t, http.StatusNotFound)
}

func TestCollectSends(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	_, c := w.app("吴博的手机")
	if a := c.head(); a.StatusCode != http.StatusNoContent || a.Body != "" {
		t.Fatalf("HEAD: %d %q", a.StatusCode, a.Body)
	}
	first := instanceOf("uuid:1", "", "12")
	// Split: each request brings the XML and some media.
	said := c.message(c.send(first).Want(t, http.StatusCreated))
	w.As("rui").Get(w.Base()+"/submissions/"+string(w.only(survey.Received).ID)).Want(t, http.StatusOK).Shows(t, "院子.jpg （附件还没有收到）")
	c.send(first, sent{"院子.jpg", jpeg}).Want(t, http.StatusCreated)
	stored := func() survey.Submission {
		t.Helper()
		list, err := w.Surveys.List(t.Context(), w.Project.ID, survey.Filter{}, "", 10)
		if err != nil || list.Total != 1 {
			t.Fatalf("%d submissions: %v", list.Total, err)
		}
		sub, err := w.Surveys.Submission(t.Context(), w.Project.ID, list.Items[0].ID)
		if err != nil {
			t.Fatal(err)
		}
		return sub
	}
	sub := stored()
	if !strings.Contains(said, sub.Receipt()) || sub.State != survey.Received || string(sub.Original) != first || len(sub.Attachments) != 1 || sub.DeviceID != "collect:abc" ||
		sub.Started.IsZero() || sub.FormID != f.ID || sub.Version != 1 || sub.Revision != 2 {
		t.Errorf("%q %+v", said, sub)
	}
	// The same again: 201, and nothing new.
	for range 2 {
		if again := c.message(c.send(first, sent{"院子.jpg", jpeg}).Want(t, http.StatusCreated)); again != said {
			t.Error(again)
		}
	}
	if stored().Revision != sub.Revision {
		t.Error("a resend changed the submission")
	}
	c.send(first, sent{"audit.csv", "event,node\n"}).Want(t, http.StatusCreated)
	w.As("rui").Get(w.Base()+"/submissions/"+string(sub.ID)).Want(t, http.StatusOK).Shows(t, "其他附件 audit.csv")
	w.As("ana").Get(w.Base()+"/submissions/"+string(sub.ID)).Want(t, http.StatusOK).Hides(t, "audit.csv")
	sub = stored()
	// Other XML, or another file of the same name, is a conflict.
	c.message(c.send(instanceOf("uuid:1", "", "13")).Want(t, http.StatusConflict))
	c.message(c.send(first, sent{"院子.jpg", jpeg + "!"}).Want(t, http.StatusConflict))
	if now := stored(); now.Revision != sub.Revision || string(now.Original) != first {
		t.Error("a conflict changed the submission")
	}
	// People read it as any other, under the app user's name.
	page := w.As("rui").Get(w.Base()+"/submissions/"+string(sub.ID)).Want(t, http.StatusOK)
	page.Shows(t, "吴博的手机", "王大妈 & 家人", "贺村镇", "13")
	w.As("rui").Get(w.Base()+"/submissions").Want(t, http.StatusOK).Shows(t, "吴博的手机")
	w.As("rui").Get(w.Base()+"/submissions/"+string(sub.ID)+"/files/"+url.PathEscape("院子.jpg")).Want(t, http.StatusOK)
}

func TestCollectEdits(t *testing.T) {
	w := newWorld(t)
	w.Publish(visit(t), "visit.xlsx")
	_, c := w.app("吴博的手机")
	first, second := instanceOf("uuid:1", "", "12"), instanceOf("uuid:2", "uuid:1", "20")
	c.send(second).Want(t, http.StatusNotFound) // what it edits is not there
	said := c.message(c.send(first, sent{"院子.jpg", jpeg}).Want(t, http.StatusCreated))
	if again := c.message(c.send(second).Want(t, http.StatusCreated)); again != said {
		t.Errorf("the edit is another submission: %s, %s", said, again)
	}
	c.send(second).Want(t, http.StatusCreated)                                // the edit again
	c.send(first).Want(t, http.StatusCreated)                                 // the original again
	c.send(instanceOf("uuid:2", "uuid:1", "21")).Want(t, http.StatusConflict) // the edit's id with other content
	c.send(instanceOf("uuid:3", "uuid:1", "22")).Want(t, http.StatusConflict) // an edit of what is out of date
	c.send(instanceOf("uuid:4", "uuid:2", "23")).Want(t, http.StatusCreated)  // an edit of the edit
	list, err := w.Surveys.List(t.Context(), w.Project.ID, survey.Filter{}, "", 10)
	if err != nil || list.Total != 1 || list.Items[0].State != survey.Edited {
		t.Fatalf("%+v %v", list, err)
	}
	page := w.As("rui").Get(w.Base()+"/submissions/"+string(list.Items[0].ID)).Want(t, http.StatusOK)
	page.Shows(t, "党员人数", "12", "20", "23")
	former, err := w.Surveys.Former(t.Context(), w.Project.ID, list.Items[0].ID)
	if err != nil || len(former) != 2 || string(former[1].Original) != first || len(former[0].Attachments) != 1 {
		t.Errorf("%d former revisions: %v", len(former), err)
	}
	// What was corrected at the desk is not replaced by what a phone had before.
	w.As("rui").Post(w.Base()+"/submissions/"+string(list.Items[0].ID)+"/correct",
		url.Values{"revision": {"3"}, "reason": {"电话核实"}, "a:basic/members": {"24"}}).Want(t, http.StatusSeeOther)
	c.message(c.send(instanceOf("uuid:5", "uuid:4", "25")).Want(t, http.StatusConflict))
}

// TestWhatBreaksRulesIsKept: what was asked in the field is not sent back for a rule.
func TestWhatBreaksRulesIsKept(t *testing.T) {
	w := newWorld(t)
	w.Publish(visit(t), "visit.xlsx")
	_, c := w.app("吴博的手机")
	wrong := strings.Replace(instanceOf("uuid:1", "", "2"), "<total>", "<extra>1</extra><total>", 1)
	c.send(wrong, sent{"院子.jpg", jpeg}).Want(t, http.StatusCreated)
	list, err := w.Surveys.List(t.Context(), w.Project.ID, survey.Filter{}, "", 10)
	if err != nil || list.Total != 1 || list.Items[0].State != survey.HasIssues {
		t.Fatalf("%+v %v", list, err)
	}
	at := w.Base() + "/submissions/" + string(list.Items[0].ID)
	w.As("rui").Get(at).Want(t, http.StatusOK).Shows(t, "党员人数不能少于 3 人", "extra", "接收时检查")
	w.As("ana").Get(at).Want(t, http.StatusOK).Shows(t, "党员人数").Hides(t, "王大妈")
	w.As("rui").Get(at+"/instance.xml").Want(t, http.StatusOK).Holds(t, wrong)
	w.As("ana").Get(at+"/instance.xml").Want(t, http.StatusNotFound)
}

func TestCollectIsRefused(t *testing.T) {
	w := newWorld(t)
	w.Publish(visit(t), "visit.xlsx")
	draft := workbook(t, sheets{"survey": {{"type", "name", "label"}, {"text", "a", "甲"}}, "settings": {{"form_id", "form_title"}, {"draft", "草稿"}}})
	if _, _, err := w.Surveys.Upload(t.Context(), w.Project.ID, w.Users["alice"].ID, draft, "draft.xlsx", ""); err != nil {
		t.Fatal(err)
	}
	_, c := w.app("吴博的手机")
	good := instanceOf("uuid:1", "", "12")
	for _, test := range []struct {
		name, instance, says string
		status               int
	}{
		{"an unknown form", strings.Replace(good, `"visit"`, `"none"`, 1), "none", http.StatusNotFound},
		{"an unpublished form", strings.Replace(good, `"visit"`, `"draft"`, 1), "还没有发布", http.StatusNotFound},
		{"an unknown version", strings.Replace(good, `"v1"`, `"v9"`, 1), "v9", http.StatusNotFound},
		{"no XML", good[:200], "XML", http.StatusBadRequest},
		{"a DOCTYPE", "<!DOCTYPE data>" + good, "DOCTYPE", http.StatusBadRequest},
		{"an encrypted one", strings.Replace(good, `<data `, `<data encrypted="yes" `, 1), "加密", http.StatusUnsupportedMediaType},
		{"a too long instanceID", instanceOf(strings.Repeat("x", 200), "", "12"), "编号", http.StatusBadRequest},
		{"a too large one", strings.Replace(good, "王大妈", strings.Repeat("长", 2<<20), 1), "MB", http.StatusRequestEntityTooLarge},
	} {
		a := c.send(test.instance)
		if a.StatusCode != test.status || !strings.Contains(c.message(a), test.says) {
			t.Errorf("%s: %d %s", test.name, a.StatusCode, a.Body)
		}
	}
	c.do("POST", c.base+"/submission", "application/json", []byte("{}")).Want(t, http.StatusUnsupportedMediaType)
	c.do("POST", c.base+"/submission", "multipart/form-data; boundary=b", []byte("--b--\r\n")).Want(t, http.StatusBadRequest)
	if list, err := w.Surveys.List(t.Context(), w.Project.ID, survey.Filter{}, "", 10); err != nil || list.Total != 0 {
		t.Errorf("%d submissions were stored: %v", list.Total, err)
	}
	c.do("POST", c.base+"/submission", "text/xml", []byte(good)).Want(t, http.StatusCreated)
}

// digest answers a challenge as RFC 7616 says.
func digest(u account.AppUser, password, algorithm string) func(*http.Request, []string) {
	return func(req *http.Request, challenges []string) {
		h := func(parts ...string) string {
			text := []byte(strings.Join(parts, ":"))
			if algorithm == "SHA-256" {
				sum := sha256.Sum256(text)
				return hex.EncodeToString(sum[:])
			}
			sum := md5.Sum(text)
			return hex.EncodeToString(sum[:])
		}
		for _, challenge := range challenges {
			if !strings.HasPrefix(challenge, "Digest ") || !strings.Contains(challenge, "algorithm="+algorithm+",") {
				continue
			}
			field := func(name string) string {
				return regexp.MustCompile(name + `="([^"]*)"`).FindStringSubmatch(challenge)[1]
			}
			realm, nonce, cnonce, uri := field("realm"), field("nonce"), rand.Text(), req.URL.RequestURI()
			response := h(h(u.Login, realm, password), nonce, "00000001", cnonce, field("qop"), h(req.Method, uri))
			req.Header.Set("Authorization", fmt.Sprintf(`Digest username="%s", realm="%s", nonce="%s", uri="%s", algorithm=%s, qop=auth, nc=00000001, cnonce="%s", response="%s"`,
				u.Login, realm, nonce, uri, algorithm, cnonce, response))
		}
	}
}
