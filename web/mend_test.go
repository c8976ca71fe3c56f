package web_test

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/store"
	"tianye/survey"
)

// giveBack returns a submission to somebody.
func (w *world) giveBack(sub survey.Submission, login string) survey.Submission {
	w.Helper()
	sub.State, sub.Return = survey.HasIssues, &survey.Return{At: now, By: w.Users["rui"].ID, To: w.Users[login].ID, Comment: "请核对名册",
		Reasons: []survey.Reason{{Path: "basic/members", Text: "和名册不一致"}}}
	surveys := store.NewSurveys(w.Backend)
	if err := surveys.ReplaceSubmission(w.Context(), sub); err != nil {
		w.Fatal(err)
	}
	sub.Revision++
	return sub
}

// TestMendOnThePhone: the answers go to who mends them, come back in their former place, and both
// versions can be read.
func TestMendOnThePhone(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	c := w.Case("石梁村")
	first := goodVisit()
	first["photo"] = "a.jpg"
	in := incoming(f, "uuid:1", first)
	in["caseId"] = c.ID
	bob, path := w.As("bob"), w.Base()+"/submissions"
	number, at := receipt(t, bob.SendFiles(path, in, sent{"a.jpg", "picture"}).Want(t, http.StatusCreated))
	list, err := w.Surveys.List(t.Context(), w.Project.ID, survey.Filter{}, "", 1)
	if err != nil {
		t.Fatal(err)
	}
	sub, err := w.Surveys.Submission(t.Context(), w.Project.ID, list.Items[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	sub = w.giveBack(sub, "bob")

	var task struct {
		ID, InstanceID, CaseID, CaseTitle, Receipt, FillURL, FilesURL, Comment string
		Revision                                                               int64
		Answers                                                                map[string]any
		Attachments                                                            []string
		Reasons                                                                []struct{ Path, Label, Text string }
	}
	got := bob.JSON().Get(at+"/mend").Want(t, http.StatusOK)
	if err := json.Unmarshal([]byte(got.Body), &task); err != nil {
		t.Fatal(err)
	}
	if task.InstanceID != "uuid:1" || task.Receipt != number || task.CaseTitle != "石梁村" || task.Comment != "请核对名册" || task.Revision != sub.Revision ||
		len(task.Attachments) != 1 || len(task.Reasons) != 1 || task.Reasons[0].Label != "党员人数" || task.Answers["photo"] != "a.jpg" {
		t.Fatalf("%+v", task)
	}
	bob.Get(task.FilesURL+"a.jpg").Want(t, http.StatusOK).Holds(t, "picture")
	for login, status := range map[string]int{"rui": http.StatusNotFound, "alice": http.StatusNotFound, "chelsea": http.StatusNotFound, "vic": http.StatusForbidden, "ana": http.StatusForbidden} {
		w.As(login).JSON().Get(at+"/mend").Want(t, status)
	}
	bob.JSON().Get(path+"/nobody/mend").Want(t, http.StatusNotFound)

	mended := with("members", "13")
	mended["photo"] = "a.jpg" // is there
	in = incoming(f, "uuid:2", mended)
	in["deprecatedId"], in["mendsRevision"], in["caseId"] = "uuid:1", task.Revision, task.CaseID
	sameNumber, sameAt := receipt(t, bob.SendFiles(path, in).Want(t, http.StatusCreated))
	if sameNumber != number || sameAt != at {
		t.Error(sameNumber, sameAt)
	}
	bob.SendFiles(path, in).Want(t, http.StatusCreated)
	bob.Get(at).Want(t, http.StatusOK).Shows(t, "13", "已修改 原为：12", "石梁村")
	w.As("alice").Get(at+"/history").Want(t, http.StatusOK).Shows(t, "12")
	code, _ := bob.SendFiles(path, incomingFor(in, "uuid:3")).Want(t, http.StatusConflict).Problem(t)
	if code != "mend.elsewhere" {
		t.Error(code)
	}
}

func incomingFor(in map[string]any, instance string) map[string]any {
	other := map[string]any{}
	for name, value := range in {
		other[name] = value
	}
	other["instanceId"] = instance
	return other
}

// TestReceiptDigest: the receipt tells what came, byte by byte, also when it came before.
func TestReceiptDigest(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	answers := goodVisit()
	answers["photo"] = "照片-1.jpg"
	in := incoming(f, "uuid:1", answers)
	raw, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	sum := func(s string) string { return fmt.Sprintf("%x", sha256.Sum256([]byte(s))) }
	picture := "\xff\xd8\xff\xe1\x00\x10Exif\x00\x00where I was\xff\xd9" // stored without that
	want := sum(sum(string(raw)) + "\n" + sum(picture) + " 照片-1.jpg\n")
	for range 2 {
		w.As("bob").SendFiles(w.Base()+"/submissions", in, sent{"照片-1.jpg", picture}).Want(t, http.StatusCreated).Holds(t, `"digest":"`+want+`"`)
	}
	raw, _ = json.Marshal(incoming(f, "uuid:2", goodVisit()))
	w.As("bob").Send(w.Base()+"/submissions", incoming(f, "uuid:2", goodVisit())).Want(t, http.StatusCreated).Holds(t, `"digest":"`+sum(sum(string(raw))+"\n")+`"`)
}

// TestFormerMember: who was removed sends what was begun before, and nothing else, for a while.
func TestFormerMember(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(visit(t), "visit.xlsx")
	bob, path := w.As("bob"), w.Base()+"/submissions"
	w.As("alice").Post(w.Base()+"/members/"+string(w.Users["bob"].ID)+"/remove", nil).Want(t, http.StatusSeeOther)
	under := incoming(f, "uuid:1", goodVisit())
	under["started"], under["ended"] = now.Add(-time.Hour), now.Add(time.Minute)
	_, at := receipt(t, bob.SendFiles(path, under).Want(t, http.StatusCreated).Holds(t, `"flagged":true`))
	w.As("alice").Get(at).Want(t, http.StatusOK).Shows(t, "已不是项目成员")
	begun := incoming(f, "uuid:2", goodVisit())
	begun["started"] = now.Add(time.Minute)
	if code, _ := bob.SendFiles(path, begun).Want(t, http.StatusForbidden).Problem(t); code != "late.begunAfterLeaving" {
		t.Error(code)
	}
	for _, page := range []string{"", "/submissions", "/forms/" + string(f.ID) + "/fill", strings.TrimPrefix(at, w.Base()), strings.TrimPrefix(at, w.Base()) + "/mend"} {
		bob.Get(w.Base()+page).Want(t, http.StatusNotFound)
	}
	bob.Post(at+"/review", url.Values{"state": {"approved"}}).Want(t, http.StatusNotFound)
	w.As("chelsea").SendFiles(path, under).Want(t, http.StatusNotFound)

	accounts := store.NewAccounts(w.Backend)
	old := account.Departure{ProjectID: w.Project.ID, UserID: w.Users["bob"].ID, Role: account.Enumerator, At: now.Add(-account.GraceLength - time.Hour)}
	if err := accounts.PutDeparture(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	under["instanceId"] = "uuid:3"
	bob.SendFiles(path, under).Want(t, http.StatusNotFound)
	old.At, old.Role = now, account.Viewer // who could not fill in before cannot now
	if err := accounts.PutDeparture(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	bob.SendFiles(path, under).Want(t, http.StatusForbidden)
}
