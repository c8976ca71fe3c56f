package main

import (
	"os"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

// TestQualityBeside: what came is checked beside answering requests, and the next morning reviewers are
// told of the digest, once.
func TestQualityBeside(t *testing.T) {
	p, err := open(t.Context(), options{data: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer p.close()
	const alice id.UserID = "alice"
	project, err := p.accounts.CreateProject(t.Context(), alice, "衢州", "", false)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(workbook(t, map[string][][]any{
		"survey":   {{"type", "name", "label", "personal"}, {"text", "name", "姓名", "yes"}, {"text", "phone", "电话", "yes"}},
		"settings": {{"form_id", "form_title"}, {"people", "住户"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	form, _, err := p.surveys.Upload(t.Context(), project.ID, alice, raw, "people.xlsx", "")
	if err == nil {
		form, err = p.surveys.Publish(t.Context(), project.ID, alice, form.ID, form.Revision)
	}
	for _, instance := range []string{"uuid:1", "uuid:2"} {
		if err == nil {
			_, err = p.surveys.Submit(t.Context(), project.ID, alice, survey.Incoming{InstanceID: instance, FormID: form.ID, Version: 1,
				Answers: map[string]any{"name": "王小明", "phone": "13800001111"}})
		}
	}
	if err == nil {
		err = p.checkProjects(t.Context(), p.surveys.NewChecker())
	}
	if err != nil {
		t.Fatal(err)
	}
	if open, err := p.surveys.OpenFlags(t.Context(), project.ID); err != nil || len(open) != 2 {
		t.Error(open, err)
	}

	today := now()
	morning := time.Date(today.Year(), today.Month(), today.Day()+1, digestFrom, 30, 0, 0, location)
	told := digests{}
	for _, c := range []struct {
		at   time.Time
		want int
	}{{morning.Add(-time.Hour), 0}, {morning.Add(3 * time.Hour), 0}, {morning.AddDate(0, 0, 1), 0}, {morning, 1}, {morning.Add(time.Hour), 1}} {
		if err := told.tell(t.Context(), p, c.at); err != nil || unread(t, p, alice, project.ID) != c.want {
			t.Errorf("at %s: not %d notices: %v", c.at, c.want, err)
		}
	}
}

// unread counts the notices of the digest that somebody has not read.
func unread(t *testing.T, p *platform, who id.UserID, project id.ProjectID) (n int) {
	t.Helper()
	list, _, err := p.surveys.Notices(t.Context(), who, []id.ProjectID{project}, "", 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, notice := range list {
		if notice.Text.Key == "quality.dailyNotice" && notice.Unread {
			n++
		}
	}
	return n
}
