package survey_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

const phone id.UserID = "phone"

// visited is what a client sends of the form visits.
func visited(instance, deprecated, name, count string) []byte {
	if deprecated != "" {
		deprecated = "<orx:deprecatedID>" + deprecated + "</orx:deprecatedID>"
	}
	return fmt.Appendf(nil, `<data id="visits" version="1" xmlns:orx="http://openrosa.org/xforms"><who>%s</who><count>%s</count><photo>a.jpg</photo>`+
		`<orx:meta><orx:instanceID>%s</orx:instanceID>%s</orx:meta></data>`, name, count, instance, deprecated)
}

// visits publishes a form for clients.
func (w *world) visits() survey.Form {
	w.Helper()
	workbook := book(w, "survey", "type | name | label | required | constraint\ntext | who | 谁 | yes\ninteger | count | 几次 | | . < 10\nimage | photo | 照片",
		"settings", "form_title | form_id | version\n走访 | visits | 1")
	f, complaints, err := w.Upload(w.Context(), quzhou, alice, workbook, "visits.xlsx", "")
	if err != nil || f.ID == "" {
		w.Fatal(complaints, err)
	}
	if f, err = w.Publish(w.Context(), quzhou, alice, f.ID, f.Revision); err != nil {
		w.Fatal(err)
	}
	return f
}

func (w *world) receive(raw []byte, files ...string) (survey.Submission, error) {
	w.Helper()
	return receive(w.Context(), w.Service, raw, w.files(files...))
}

func receive(ctx context.Context, s *survey.Service, raw []byte, files []survey.Attachment) (survey.Submission, error) {
	a, err := s.Arrive(ctx, quzhou, raw)
	if err != nil {
		return survey.Submission{}, err
	}
	return s.Receive(ctx, quzhou, phone, a, files, "device")
}

// files stores files: "name content".
func (w *world) files(files ...string) []survey.Attachment {
	w.Helper()
	var out []survey.Attachment
	for _, f := range files {
		name, content, _ := strings.Cut(f, " ")
		a, err := w.Attach(w.Context(), quzhou, name, "image/jpeg", strings.NewReader(content), survey.MaxSentFile)
		if err != nil {
			w.Fatal(err)
		}
		out = append(out, a)
	}
	return out
}

func TestReceive(t *testing.T) {
	everywhere(t, func(w *world) {
		w.visits()
		first := visited("uuid:1", "", "王大妈", "3")
		sub, err := w.receive(first)
		if err != nil || sub.State != survey.Received || len(sub.Events) != 0 || sub.Submitter != phone || sub.DeviceID != "device" {
			w.Fatal(sub, err)
		}
		again, err := w.receive(first, "a.jpg picture", "audit.csv log")
		if err != nil || again.ID != sub.ID || len(again.Attachments) != 2 || again.Revision != 2 {
			w.Fatal(again, err)
		}
		if same, err := w.receive(first, "a.jpg picture"); err != nil || same.Revision != 2 {
			w.Error(same, err)
		}
		stored, err := w.Submission(w.Context(), quzhou, sub.ID)
		if err != nil || string(stored.Original) != string(first) || stored.Answers["who"] != "王大妈" || len(stored.Attachments) != 2 {
			w.Error(stored, err)
		}
		_, err = w.receive(visited("uuid:1", "", "王大妈", "4"))
		want(w, err, problem.Conflict, "openrosa.otherContent")
		_, err = w.receive(first, "a.jpg other")
		want(w, err, problem.Conflict, "openrosa.otherFile")
	})
}

func TestReceiveEdits(t *testing.T) {
	everywhere(t, func(w *world) {
		w.visits()
		_, err := w.receive(visited("uuid:2", "uuid:1", "王大妈", "5"))
		want(w, err, problem.NotFound, "openrosa.noDeprecated")
		sub, err := w.receive(visited("uuid:1", "", "王大妈", "3"), "a.jpg picture")
		if err != nil {
			w.Fatal(err)
		}
		edit := visited("uuid:2", "uuid:1", "王大妈", "50")
		edited, err := w.receive(edit, "a.jpg better")
		if err != nil || edited.ID != sub.ID || edited.State != survey.HasIssues || edited.InstanceID != "uuid:2" || len(edited.Attachments) != 1 {
			w.Fatal(edited, err)
		}
		event := edited.Events[0]
		if len(event.Changes) != 1 || event.Changes[0].New != "50" || event.By != phone || len(event.Found) != 1 || event.Found[0].Where != "count" {
			w.Errorf("%+v", event)
		}
		// Another process knows it, and its sentences come back as they were.
		same, err := receive(w.Context(), w.other(), edit, w.files("a.jpg better"))
		if err != nil || same.Revision != edited.Revision || same.Events[0].Found[0].Text.Key != event.Found[0].Text.Key {
			w.Error(same, err)
		}
		if former, err := w.Former(w.Context(), quzhou, sub.ID); err != nil || len(former) != 1 || string(former[0].Original) != string(visited("uuid:1", "", "王大妈", "3")) {
			w.Error(former, err)
		}
		_, err = w.receive(visited("uuid:3", "uuid:1", "王大妈", "6"))
		want(w, err, problem.Conflict, "openrosa.deprecatedOld")
		mended, err := w.receive(visited("uuid:4", "uuid:2", "王大妈", "6"))
		if err != nil || mended.State != survey.Edited || len(mended.Former) != 2 {
			w.Error(mended, err)
		}
		if _, err := w.receive(edit, "late.jpg late"); err != nil { // what belongs to the edit before comes late
			w.Error(err)
		}
	})
}

// TestReceiveAtOnce: the requests of one split submission come at the same time, and an
// edit is sent twice; nothing is lost or doubled.
func TestReceiveAtOnce(t *testing.T) {
	everywhere(t, func(w *world) {
		w.visits()
		first, edit := visited("uuid:1", "", "王大妈", "3"), visited("uuid:2", "uuid:1", "王大妈", "4")
		for _, raw := range [][]byte{first, edit} {
			var wait sync.WaitGroup
			for i := range 4 {
				files := w.files(fmt.Sprintf("%d.jpg %d", i, i))
				wait.Go(func() {
					if _, err := receive(w.Context(), w.Service, raw, files); err != nil {
						w.Error(err)
					}
				})
			}
			wait.Wait()
		}
		list, err := w.List(w.Context(), quzhou, survey.Filter{}, "", 10)
		if err != nil || list.Total != 1 {
			w.Fatal(list, err)
		}
		sub, err := w.Submission(w.Context(), quzhou, list.Items[0].ID)
		if err != nil || len(sub.Attachments) != 4 || sub.InstanceID != "uuid:2" || len(sub.Former) != 1 {
			w.Errorf("%+v %v", sub, err)
		}
	})
}

func TestServedVersions(t *testing.T) {
	for _, c := range []struct{ names, served string }{
		{"1 2 3", "1 2 3"}, {"1 1 1", "1 1-2 1-3"}, {"_ _", "1 2"}, {"2 _", "2 2-2"}, {"a a a-2", "a a-2 a-2-3"}, {"2026.1 _ 2026.1", "2026.1 2 2026.1-3"},
	} {
		f := survey.Form{}
		for i, name := range strings.Fields(c.names) {
			f.Versions = append(f.Versions, survey.Version{Number: i + 1, Name: strings.Trim(name, "_")})
		}
		if got := strings.Join(f.ServedVersions(), " "); got != c.served {
			t.Errorf("%s: %s, want %s", c.names, got, c.served)
		}
	}
}

// TestOlderVersions: what was filled in with an older version is judged by it.
func TestOlderVersions(t *testing.T) {
	w := here(t)
	w.visits()
	f := w.visits() // the same again is version "1-2"
	old, err := w.receive(visited("uuid:1", "", "王大妈", "3"))
	if err != nil || old.Version != 1 {
		t.Error(old, err)
	}
	now, err := w.receive([]byte(strings.Replace(string(visited("uuid:2", "", "王大妈", "3")), `version="1"`, `version="1-2"`, 1)))
	if err != nil || now.Version != 2 {
		t.Error(now, err)
	}
	unsaid, err := w.receive([]byte(strings.Replace(string(visited("uuid:3", "", "王大妈", "3")), `version="1"`, ``, 1)))
	if err != nil || unsaid.Version != f.Current().Number {
		t.Error(unsaid, err)
	}
	_, err = w.receive([]byte(strings.Replace(string(visited("uuid:4", "", "王大妈", "3")), `version="1"`, `version="7"`, 1)))
	want(t, err, problem.NotFound, "openrosa.noVersion")
	// Without an instanceID the same content is the same submission.
	nameless := []byte(strings.ReplaceAll(string(visited("", "", "王大妈", "3")), "<orx:instanceID></orx:instanceID>", ""))
	a, err := w.receive(nameless)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := w.receive(nameless); err != nil || b.ID != a.ID {
		t.Error(b, err)
	}
}

// TestInstanceXML: what came by the page can be had as a client would have sent it.
func TestInstanceXML(t *testing.T) {
	w := here(t)
	f := w.visits()
	sub, err := w.Submit(t.Context(), quzhou, bob, survey.Incoming{InstanceID: "uuid:page", FormID: f.ID, Version: 1, Answers: map[string]any{"who": "王 <大妈>"}})
	if err != nil {
		t.Fatal(err)
	}
	raw, err := w.InstanceXML(t.Context(), quzhou, sub.ID)
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.Arrive(t.Context(), quzhou, raw)
	if err != nil || a.InstanceID != "uuid:page" || a.Number != 1 {
		t.Fatalf("%s: %v", raw, err)
	}
	program, err := w.Program(t.Context(), quzhou, f.ID, 1)
	if err != nil {
		t.Fatal(err)
	}
	if answers, unknown := a.Answers(program.Definition); answers["who"] != "王 <大妈>" || len(answers) != 1 || len(unknown) != 0 {
		t.Error(answers, unknown)
	}
}

// BenchmarkReceive takes what clients send; each is durable when it is acknowledged.
func BenchmarkReceive(b *testing.B) {
	w, _ := newHousehold(b)
	b.ReportAllocs()
	b.ResetTimer()
	inParallel(b, 32, b.N, func(ctx context.Context, i int) error {
		raw := fmt.Appendf(nil, `<data id="household" version="1" xmlns:orx="http://openrosa.org/xforms"><county>kaihua</county><town>yinkeng</town><head>王家%d</head>`+
			`<size>%d</size><since>1999-07-01</since><income>%d.5</income><topics>roads other</topics><other>第%d次</other><satisfied>1</satisfied>`+
			`<orx:meta><orx:instanceID>uuid:%s</orx:instanceID></orx:meta></data>`, i, 1+i%8, 8000+i%90000, i%12, strconv.Itoa(i))
		_, err := receive(ctx, w.Service, raw, nil)
		return err
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "submissions/s")
}
