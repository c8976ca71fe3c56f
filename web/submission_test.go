package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"

	"tianye/casebase"
	"tianye/survey"
)

func receipt(t testing.TB, a answer) (number, path string) {
	t.Helper()
	var r struct{ Receipt, SubmissionURL string }
	if err := json.Unmarshal([]byte(a.Body), &r); err != nil || len(r.Receipt) != 9 {
		t.Fatalf("no receipt: %v\n%s", err, a.Body)
	}
	return r.Receipt, r.SubmissionURL
}

func TestTheSameSubmissionTwice(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	bob, path := w.As("bob"), w.Base()+"/submissions"
	first, url := receipt(t, bob.Send(path, incoming(f, "uuid:1", goodVisit())).Want(t, http.StatusCreated))
	again, sameURL := receipt(t, bob.SendFiles(path, incoming(f, "uuid:1", goodVisit())).Want(t, http.StatusCreated))
	if first != again || url != sameURL {
		t.Errorf("%s at %s, then %s at %s", first, url, again, sameURL)
	}
	bob.Get(url).Want(t, http.StatusOK).Shows(t, first, "王大妈", "江山市", "贺村镇", "12", "会议 1", "会议 2", "党建")

	other := goodVisit()
	other["topics"] = ""
	code, _ := bob.Send(path, incoming(f, "uuid:1", other)).Want(t, http.StatusConflict).Problem(t)
	if code != "survey.otherContent" {
		t.Error(code)
	}
	w.As("alice").Send(path, incoming(f, "uuid:1", goodVisit())).Want(t, http.StatusConflict)
	var wait sync.WaitGroup
	statuses := make([]int, 8)
	for i := range statuses {
		one := *bob
		one.header = http.Header{}
		wait.Go(func() { statuses[i] = one.Send(path, incoming(f, "uuid:2", goodVisit())).StatusCode })
	}
	wait.Wait()
	for _, got := range statuses {
		if got != http.StatusCreated {
			t.Errorf("sent eight times at once: %v", statuses)
			break
		}
	}
	if list, err := w.Surveys.List(t.Context(), w.Project.ID, survey.Filter{}, "", 10); err != nil || list.Total != 2 {
		t.Errorf("%d submissions, want 2: %v", list.Total, err)
	}
}

// with gives a good submission with other answers in the group basic.
func with(pairs ...any) map[string]any {
	answers := goodVisit()
	basic := answers["basic"].(map[string]any)
	for i := 0; i < len(pairs); i += 2 {
		basic[pairs[i].(string)] = pairs[i+1]
	}
	return answers
}

func TestRefusedAnswersNameTheirFields(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	bob, path := w.As("bob"), w.Base()+"/submissions"
	other := goodVisit()
	other["topics"] = "party other"
	noSuch := goodVisit()
	noSuch["nothing"] = "1"
	inRepeat := goodVisit()
	inRepeat["meetings"] = []any{map[string]any{"attended": "8"}, map[string]any{"attended": "many"}}
	for _, c := range []struct {
		name, where, text string
		answers           map[string]any
	}{
		{"a constraint", "basic/members", "党员人数不能少于 3 人", with("members", "2")},
		{"nothing where something is required", "basic/members", "", with("members", "")},
		{"not a number", "basic/members", "", with("members", "NaN")},
		{"no whole number", "basic/members", "", with("members", "12.5")},
		{"infinity", "basic/members", "", with("members", "Infinity")},
		{"too large a number", "basic/members", "", with("members", strings.Repeat("9", 400))},
		{"a town of another county", "basic/town", "", with("town", "hehua")},
		{"an unknown choice", "basic/county", "", with("county", "mars")},
		{"a text as long as a book", "basic/respondent", "", with("respondent", strings.Repeat("长", 200_000))},
		{"a section for an answer", "basic/respondent", "", with("respondent", map[string]any{"a": "b"})},
		{"what became necessary", "other", "", other},
		{"a question that is not there", "nothing", "", noSuch},
		{"inside a repeat", "meetings[2]/attended", "", inRepeat},
		{"a file that did not come", "photo", "没有收到", map[string]any{"basic": goodVisit()["basic"], "photo": "a.jpg"}},
	} {
		a := bob.Send(path, incoming(f, "uuid:"+c.name, c.answers))
		if a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%s: status %d\n%.300s", c.name, a.StatusCode, a.Body)
			continue
		}
		_, where := a.Problem(t)
		if text := where[c.where]; text == "" || !strings.Contains(text, c.text) {
			t.Errorf("%s: nothing at %s: %v", c.name, c.where, where)
		}
	}
	if list, err := w.Surveys.List(t.Context(), w.Project.ID, survey.Filter{}, "", 10); err != nil || list.Total != 0 {
		t.Errorf("%d submissions were stored: %v", list.Total, err)
	}
}

func TestUnreadableSubmissions(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	bob, path := w.As("bob"), w.Base()+"/submissions"
	good, err := json.Marshal(incoming(f, "uuid:1", goodVisit()))
	if err != nil {
		t.Fatal(err)
	}
	const form = "multipart/form-data; boundary=b"
	named := func(name, file, content string) string {
		return "--b\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + file + "\"\r\n\r\n" + content + "\r\n"
	}
	part := func(name, content string) string { return named(name, "a.jpg", content) }
	photos, many := []any{}, ""
	for i := range survey.MaxAttachments + 1 {
		name := fmt.Sprint(i, ".jpg")
		photos, many = append(photos, map[string]any{"file": name}), many+named("file", name, "x")
	}
	withPhoto, err := json.Marshal(incoming(w.Publish(withPhotos(t), "photos.xlsx"), "uuid:1", map[string]any{"photo": "a.jpg", "more": photos}))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, contentType, body string
		status                  int
	}{
		{"nothing", "application/json", "", http.StatusBadRequest},
		{"half of it", "application/json", string(good[:len(good)/2]), http.StatusBadRequest},
		{"a list", "application/json", "[]", http.StatusBadRequest},
		{"null", "application/json", "null", http.StatusNotFound},
		{"two of them", "application/json", string(good) + string(good), http.StatusBadRequest},
		{"a number for the form", "application/json", `{"formId": 7}`, http.StatusBadRequest},
		{"a day that is none", "application/json", strings.Replace(string(good), "2026-04-13", "2026-02-30", 1), http.StatusBadRequest},
		{"nested too deep", "application/json", `{"answers":` + strings.Repeat(`{"a":`, 20_000) + strings.Repeat("}", 20_001), http.StatusBadRequest},
		{"a form's id that is none", "application/json", `{"formId": "../../etc"}`, http.StatusNotFound},
		{"a version that is none", "application/json", strings.Replace(string(good), `"version":1`, `"version":-7`, 1), http.StatusNotFound},
		{"no instance", "application/json", strings.Replace(string(good), "uuid:1", "", 1), http.StatusBadRequest},
		{"an instance with a line end", "application/json", strings.Replace(string(good), "uuid:1", `uuid\n1`, 1), http.StatusBadRequest},
		{"too large", "application/json", `{"deviceId":"` + strings.Repeat("x", 3<<20) + `"}`, http.StatusRequestEntityTooLarge},
		{"no boundary", "multipart/form-data", string(good), http.StatusBadRequest},
		{"no parts", form, "--b--\r\n", http.StatusBadRequest},
		{"cut in its JSON", form, part("submission", string(good[:20])), http.StatusBadRequest},
		{"cut in a file", form, part("submission", string(withPhoto)) + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n" + strings.Repeat("x", 9000), http.StatusBadRequest},
		{"a file first", form, part("file", "x") + part("submission", string(good)) + "--b--\r\n", http.StatusBadRequest},
		{"twice the submission", form, part("submission", string(good)) + part("submission", string(good)) + "--b--\r\n", http.StatusBadRequest},
		{"too large a submission", form, part("submission", `{"deviceId":"`+strings.Repeat("x", 3<<20)+`"}`) + "--b--\r\n", http.StatusRequestEntityTooLarge},
		{"too many files", form, part("submission", string(withPhoto)) + many + "--b--\r\n", http.StatusRequestEntityTooLarge},
		{"a file that no answer names", form, part("submission", string(good)) + part("file", "x") + "--b--\r\n", http.StatusUnprocessableEntity},
	} {
		a := bob.Stream(path, c.contentType, strings.NewReader(c.body))
		if a.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d\n%.300s", c.name, a.StatusCode, c.status, a.Body)
			continue
		}
		a.Problem(t)
	}
	if list, err := w.Surveys.List(t.Context(), w.Project.ID, survey.Filter{}, "", 10); err != nil || list.Total != 0 {
		t.Errorf("%d submissions were stored: %v", list.Total, err)
	}
}

func TestCaseOfASubmission(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	c := w.Case("荷塘村")
	other, err := w.Accounts.CreateProject(t.Context(), w.Users["alice"].ID, "别的课题", "", false)
	if err != nil {
		t.Fatal(err)
	}
	foreign, err := w.Cases.Create(t.Context(), w.Users["alice"].ID, other.ID, casebase.Edit{Title: "别的村"})
	if err != nil {
		t.Fatal(err)
	}
	bob, path := w.As("bob"), w.Base()+"/submissions"
	for id, status := range map[string]int{string(c.ID): http.StatusCreated, string(foreign.ID): http.StatusUnprocessableEntity,
		strings.Repeat("0", 26): http.StatusUnprocessableEntity, "../x": http.StatusUnprocessableEntity} {
		body := incoming(f, "uuid:"+id, goodVisit())
		body["caseId"] = id
		a := bob.Send(path, body).Want(t, status)
		if status != http.StatusCreated {
			if _, where := a.Problem(t); !strings.Contains(where["case"], "所选的案例不存在") {
				t.Errorf("%s: %v", id, where)
			}
		}
	}
	bob.Get(w.Base()+"/cases/"+string(c.ID)).Want(t, http.StatusOK).Shows(t, "走访记录")
	body := incoming(f, "uuid:elsewhere", goodVisit())
	w.As("alice").Send("/p/"+string(other.ID)+"/submissions", body).Want(t, http.StatusNotFound)

	// The case goes into the recycle bin: neither a receipt nor an interview is lost for that.
	if _, err := w.Cases.Delete(t.Context(), w.Users["alice"].ID, w.Project.ID, c.ID, ""); err != nil {
		t.Fatal(err)
	}
	for instance, status := range map[string]int{"uuid:" + string(c.ID): http.StatusCreated, "uuid:late": http.StatusCreated} {
		body := incoming(f, instance, goodVisit())
		body["caseId"] = string(c.ID)
		bob.Send(path, body).Want(t, status)
	}
}

const (
	jpeg = "\xff\xd8\xff\xe0\x00\x10JFIF\x00 a photo"
	svg  = `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"></svg>`
	page = "<!doctype html><script>alert(1)</script>"
)

// withPhotos is a form of one photo, and as many more as a repeat has.
func withPhotos(t testing.TB) []byte {
	return workbook(t, sheets{
		"survey": {{"type", "name", "label", "personal"}, {"image", "photo", "照片", ""}, {"image", "face", "受访人照片", "yes"},
			{"begin repeat", "more", "更多", ""}, {"file", "file", "文件", ""}, {"end repeat", "", "", ""}},
		"settings": {{"form_id", "form_title"}, {"photos", "照片"}},
	})
}

func TestAttachmentsAreWhatTheyHold(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(withPhotos(t), "photos.xlsx")
	bob, path := w.As("bob"), w.Base()+"/submissions"
	files := []sent{{"照片 1.jpg", jpeg}, {"page.jpg", page}, {"drawing.png", svg}, {"empty.bin", ""}, {"a%2Fb&c=1#.txt", "文字"}}
	repeats := []any{}
	for _, file := range files[1:] {
		repeats = append(repeats, map[string]any{"file": file.name})
	}
	_, url := receipt(t, bob.SendFiles(path, incoming(f, "uuid:1", map[string]any{"photo": files[0].name, "more": repeats}), files...).Want(t, http.StatusCreated))
	sheet := bob.Get(url).Want(t, http.StatusOK)
	for i, file := range files {
		link := url + "/files/" + strings.NewReplacer(" ", "%20", "%2F", "%252F", "#", "%23", "照", "%E7%85%A7", "片", "%E7%89%87").Replace(file.name)
		sheet.Holds(t, strings.ReplaceAll(link, "&", "&amp;"))
		a := bob.Get(link).Want(t, http.StatusOK)
		if a.Body != file.content || a.Header.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(a.Header.Get("Cache-Control"), "no-cache") {
			t.Errorf("%s: %q %v", file.name, a.Body, a.Header)
		}
		inPlace := a.Header.Get("Content-Disposition") == ""
		if inPlace != (i == 0) || i == 0 != strings.HasPrefix(a.Header.Get("Content-Type"), "image/") {
			t.Errorf("%s: %q as %q", file.name, a.Header.Get("Content-Disposition"), a.Header.Get("Content-Type"))
		}
	}
	bob.Get(url+"/files/none.jpg").Want(t, http.StatusNotFound)
	bob.Get(url+"/files/..%2f..%2ftianye.db").Want(t, http.StatusNotFound)
	again := append([]sent{}, files...)
	again[0].content += "!"
	bob.SendFiles(path, incoming(f, "uuid:1", map[string]any{"photo": files[0].name, "more": repeats}), again...).Want(t, http.StatusConflict)
}

func TestAttachmentsNames(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(withPhotos(t), "photos.xlsx")
	bob, path := w.As("bob"), w.Base()+"/submissions"
	for i, name := range []string{"", "..", `C:\`, strings.Repeat("长", 201) + ".jpg", "a\x01b.jpg", "bad\xff.jpg"} {
		a := bob.SendFiles(path, incoming(f, fmt.Sprint("uuid:", i), map[string]any{"photo": name}), sent{name, jpeg})
		if a.StatusCode != http.StatusBadRequest && a.StatusCode != http.StatusUnprocessableEntity {
			t.Errorf("%q: status %d", name, a.StatusCode)
		}
	}
	_, url := receipt(t, bob.SendFiles(path, incoming(f, "uuid:windows", map[string]any{"photo": "a.jpg"}), sent{`C:\\fakepath\\a.jpg`, jpeg}).Want(t, http.StatusCreated))
	bob.Get(url+"/files/a.jpg").Want(t, http.StatusOK)
}

// TestTooLargeAnAttachment sends more than one may be; nothing of it stays behind,
// neither as a blob nor as a temporary file.
func TestTooLargeAnAttachment(t *testing.T) {
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	w := openWorld(t)
	f := w.Publish(withPhotos(t), "photos.xlsx")
	bob, path := w.As("bob"), w.Base()+"/submissions"
	large := strings.Repeat("x", survey.MaxAttachment+1)
	a := bob.SendFiles(path, incoming(f, "uuid:1", map[string]any{"photo": "a.jpg"}), sent{"a.jpg", large}).Want(t, http.StatusRequestEntityTooLarge)
	if code, _ := a.Problem(t); code != "store.tooLarge" {
		t.Error(code)
	}
	w.As("alice").Upload(w.Base()+"/cases/import", "file", "big.txt", make([]byte, 61<<20), nil).
		Want(t, http.StatusRequestEntityTooLarge).Shows(t, "上传的内容超过 60 MB")
	if left, err := os.ReadDir(temp); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
