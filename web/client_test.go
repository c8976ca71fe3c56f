package web_test

import (
	"bytes"
	"encoding/json"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"regexp"
	"strings"
	"testing"

	"tianye/internal/account"
	"tianye/survey"
)

// English is the same browser, set to English.
func (c *client) English() *client {
	other := *c
	other.header = c.header.Clone()
	other.header.Set("Cookie", "tianye_language=en")
	return &other
}

// JSON is the same browser, as a script of a page asks.
func (c *client) JSON() *client {
	other := *c
	other.header = c.header.Clone()
	other.header.Set("Accept", "application/json")
	return &other
}

// sent is a file as a phone sends it.
type sent struct{ name, content string }

// SendFiles posts a submission with its attachments, as the fill page does.
func (c *client) SendFiles(path string, submission any, files ...sent) answer {
	c.w.Helper()
	raw, err := json.Marshal(submission)
	if err != nil {
		c.w.Fatal(err)
	}
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	m.WriteField("submission", string(raw))
	for _, file := range files {
		part, err := m.CreatePart(textproto.MIMEHeader{
			"Content-Disposition": {`form-data; name="file"; filename="` + file.name + `"`}, "Content-Type": {"image/jpeg"}})
		if err != nil {
			c.w.Fatal(err)
		}
		io.WriteString(part, file.content)
	}
	m.Close()
	return c.Stream(path, m.FormDataContentType(), &b)
}

// Stream posts any body, with the session's token in its header.
func (c *client) Stream(path, contentType string, body io.Reader) answer {
	c.w.Helper()
	other := c.JSON()
	other.header.Set("X-CSRF-Token", c.csrf)
	return other.do("POST", path, contentType, body)
}

// incoming is a submission as the fill page sends it.
func incoming(f survey.Form, instance string, answers map[string]any) map[string]any {
	return map[string]any{"instanceId": instance, "formId": f.ID, "version": f.Current().Number, "deviceId": "phone-1",
		"started": now, "ended": now, "answers": answers}
}

// Problem reads an error that was sent to a program.
func (a answer) Problem(t testing.TB) (code string, where map[string]string) {
	t.Helper()
	var p struct {
		Code, Message string
		Details       []struct{ Where, Text string }
	}
	if err := json.Unmarshal([]byte(a.Body), &p); err != nil || p.Message == "" || p.Message == p.Code {
		t.Fatalf("no problem: %v\n%s", err, a.Body)
	}
	where = map[string]string{}
	for _, d := range p.Details {
		where[d.Where] = d.Text
	}
	return p.Code, where
}

var (
	unseen = regexp.MustCompile(`(?s)<(script|style|head)\b.*?</(script|style|head)>`)
	tag    = regexp.MustCompile(`(?s)<[^>]*>`)
	spaces = regexp.MustCompile(`\s+`)
)

// Text is what people read of a page.
func (a answer) Text() string {
	text := tag.ReplaceAllString(unseen.ReplaceAllString(a.Body, " "), " ")
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(text), " "))
}

// Shows fails unless people read every text on the page.
func (a answer) Shows(t testing.TB, texts ...string) answer {
	t.Helper()
	page := a.Text()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			t.Errorf("%s %s does not show %q:\n%.1500s", a.Request.Method, a.Request.URL.Path, text, page)
		}
	}
	return a
}

// Holds fails unless the page's source has every text.
func (a answer) Holds(t testing.TB, texts ...string) answer {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.Body, text) {
			t.Errorf("%s %s does not hold %q", a.Request.Method, a.Request.URL.Path, text)
		}
	}
	return a
}

// Hides fails when any of the texts is in the answer.
func (a answer) Hides(t testing.TB, texts ...string) answer {
	t.Helper()
	for _, text := range texts {
		if strings.Contains(a.Body, text) {
			t.Errorf("%s %s holds %q", a.Request.Method, a.Request.URL.Path, text)
		}
	}
	return a
}

// Leads fails unless the answer sends the browser on, and gives the page it comes to.
func (c *client) Leads(a answer) answer {
	c.w.Helper()
	return c.Get(a.Want(c.w.T, http.StatusSeeOther).Header.Get("Location")).Want(c.w.T, http.StatusOK)
}

// as is a browser with a session that was opened elsewhere.
func (w *world) as(cookie *http.Cookie) *client {
	return &client{w: w, cookie: cookie, csrf: account.CSRFToken(cookie.Value), header: http.Header{}}
}
