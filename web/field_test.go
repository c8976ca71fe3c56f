package web_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"

	"tianye/survey"
)

// carried is what the phone reads of /p/:project/field/data.
type carried struct {
	User  string
	Forms []struct {
		ID, Title, FillURL, MediaURL, Stamp, Closed string
		Version                                     int
		Media, Live                                 []string
		Weight                                      int64
	}
	Cases       []struct{ ID, Title string }
	Assignments []struct{ ID, FormID, CaseTitle, State, Due string }
	Returned    []struct {
		ID, Kind, Receipt string
		Reasons           []struct{ Path, Label, Text string }
	}
}

func (c *client) carries() (data carried, tag string) {
	c.w.Helper()
	a := c.JSON().Get(c.w.Base()+"/field/data").Want(c.w, http.StatusOK)
	if err := json.Unmarshal([]byte(a.Body), &data); err != nil {
		c.w.Fatal(err)
	}
	return data, a.Header.Get("ETag")
}

// TestFieldPageNamesNobody: a phone keeps it, whoever holds it next.
func TestFieldPageNamesNobody(t *testing.T) {
	w := newWorld(t)
	page := w.As("bob").Get("/field").Want(t, http.StatusOK).Body
	if other := w.As("alice").Get("/field").Body; other != page {
		t.Error("the page differs between people")
	}
	for _, told := range []string{w.Users["bob"].Name, w.Users["bob"].Login + `"`, w.As("bob").csrf, string(w.Project.ID)} {
		if strings.Contains(page, told) {
			t.Errorf("the page tells %q", told)
		}
	}
	if a := w.As("").Get("/field"); a.Header.Get("Location") != "/sign-in?next=%2Ffield" {
		t.Error("nobody is led to", a.Header.Get("Location"))
	}
	w.As("").JSON().Get("/field/data").Want(t, http.StatusUnauthorized)
}

// TestFieldListsWhereOneFillsIn: the projects of those who collect, and of others none.
func TestFieldListsWhereOneFillsIn(t *testing.T) {
	w := newWorld(t)
	for login, want := range map[string]int{"bob": 1, "alice": 1, "rui": 1, "ana": 0, "vic": 0, "chelsea": 0} {
		var who struct {
			User     struct{ ID, Login string }
			CSRF     string
			Projects []struct{ ID, Title string }
		}
		a := w.As(login).JSON().Get("/field/data").Want(t, http.StatusOK)
		if err := json.Unmarshal([]byte(a.Body), &who); err != nil {
			t.Fatal(err)
		}
		if who.User.Login != login || who.CSRF != w.As(login).csrf || len(who.Projects) != want {
			t.Errorf("%s: %+v", login, who)
		}
	}
	w.As("ana").JSON().Get(w.Base()+"/field/data").Want(t, http.StatusForbidden)
	if home := w.As("root").Get("/?done=session.signedOut").Body; !strings.Contains(home, `href="/field"`) {
		t.Error("the list of projects does not lead there")
	}
}

// TestTakingAlong: forms that are published, with their media; what has not changed costs nothing.
func TestTakingAlong(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(workbook(t, sheets{
		"survey":   {{"type", "name", "label", "media::image"}, {"select_one_from_file cases.csv", "which", "哪个村", ""}, {"note", "map", "地图", "map.png"}},
		"settings": {{"form_id", "form_title"}, {"places", "地点"}},
	}), "places.xlsx")
	bob := w.As("bob")
	data, tag := bob.carries()
	if len(data.Forms) != 1 || data.User != string(w.Users["bob"].ID) || len(data.Assignments)+len(data.Returned)+len(data.Cases) != 0 {
		t.Fatalf("%+v", data)
	}
	form := data.Forms[0]
	if form.FillURL != w.formPath(f)+"/fill" || form.Version != 1 || !slices.Equal(form.Media, []string{"cases.csv"}) || !slices.Equal(form.Live, []string{"cases.csv"}) || form.Weight != 0 {
		t.Errorf("%+v", form)
	}
	same := bob.JSON()
	same.header.Set("If-None-Match", tag)
	if a := same.Get(w.Base()+"/field/data").Want(t, http.StatusNotModified); a.Body != "" {
		t.Error("what is known is sent again")
	}

	w.Case("石梁村")
	after, _ := bob.carries()
	if len(after.Cases) != 1 || after.Forms[0].Stamp == form.Stamp {
		t.Errorf("a new case: %+v", after)
	}
	same.Get(w.Base()+"/field/data").Want(t, http.StatusOK)

	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
		t.Fatal(err)
	}
	weight, alice := int64(picture.Len()), w.Users["alice"].ID
	f, _, err := w.Surveys.PutMedia(t.Context(), w.Project.ID, alice, f.ID, []survey.MediaFile{{Name: "map.png", Content: bytes.NewReader(picture.Bytes()), Size: weight}})
	if err == nil {
		f, err = w.Surveys.Publish(t.Context(), w.Project.ID, alice, f.ID, f.Revision)
	}
	if err != nil {
		t.Fatal(err)
	}
	later, _ := bob.carries()
	if got := later.Forms[0]; got.Version != 2 || !slices.Equal(got.Media, []string{"cases.csv", "map.png"}) || got.Weight != weight || got.Stamp == after.Forms[0].Stamp {
		t.Errorf("a new version: %+v", got)
	}
	// The fill page has itself kept as the list would: without asking again, and no more than was agreed to.
	bob.Get(later.Forms[0].FillURL).Want(t, http.StatusOK).Holds(t, fmt.Sprintf(`"weight":%d,"stamp":"%s"`, weight, later.Forms[0].Stamp))
}

// TestTakingAlongWhatCameBack: to who is to mend it alone.
func TestTakingAlongWhatCameBack(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	sub := w.giveBack(w.Submit(f, "", "uuid:1", goodVisit()), "bob")
	data, _ := w.As("bob").carries()
	if len(data.Returned) != 1 || data.Returned[0].ID != string(sub.ID) || data.Returned[0].Kind != "mend" || data.Returned[0].Receipt != sub.Receipt() {
		t.Fatalf("%+v", data.Returned)
	}
	if reasons := data.Returned[0].Reasons; len(reasons) != 1 || reasons[0].Path != "basic/members" || reasons[0].Label == "" || reasons[0].Text != "和名册不一致" {
		t.Errorf("%+v", reasons)
	}
	if other, _ := w.As("rui").carries(); len(other.Returned) != 0 {
		t.Error("another one is told of it")
	}
}

// TestWorkerServesTheWholeSite: and the list can be put on a home screen.
func TestWorkerServesTheWholeSite(t *testing.T) {
	w := newWorld(t)
	page := w.As("bob").Get("/field").Body
	for name, kind := range map[string]string{"manifest.webmanifest": "application/manifest+json", "icon-192.png": "image/png", "field.js": "text/javascript; charset=utf-8"} {
		if !strings.Contains(page, `"/static/`+name+`?v=`) {
			t.Errorf("%s is not named", name)
		}
		a := w.As("bob").Get("/static/" + name)
		if a.StatusCode == http.StatusOK && a.Header.Get("Content-Type") != kind {
			t.Errorf("%s is %s", name, a.Header.Get("Content-Type"))
		}
	}
	if a := w.As("").Get("/static/worker.js"); a.StatusCode == http.StatusOK && a.Header.Get("Service-Worker-Allowed") != "/" {
		t.Error("the worker may serve", a.Header.Get("Service-Worker-Allowed"))
	}
}
