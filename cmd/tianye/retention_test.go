package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"os"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/id"
	"tianye/internal/store"
	"tianye/survey"
)

// TestRetentionIsTold: the audit has one line of the personal answers that went after their day.
func TestRetentionIsTold(t *testing.T) {
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
		"survey":   {{"type", "name", "label", "personal"}, {"text", "name", "姓名", "yes"}},
		"settings": {{"form_id", "form_title"}, {"people", "住户"}},
	}))
	if err != nil {
		t.Fatal(err)
	}
	form, _, err := p.surveys.Upload(t.Context(), project.ID, alice, raw, "people.xlsx", "")
	if err == nil {
		form, err = p.surveys.Publish(t.Context(), project.ID, alice, form.ID, form.Revision)
	}
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"王小明", "李四"} {
		if _, err := p.surveys.Submit(t.Context(), project.ID, alice, survey.Incoming{InstanceID: fmt.Sprintf("uuid:%04d", i), FormID: form.ID,
			Version: form.Current().Number, Ended: now(), Answers: map[string]any{"name": name}}); err != nil {
			t.Fatal(err)
		}
	}
	weekAgo := account.New(store.NewAccounts(p.backend), func() time.Time { return now().Add(-account.RetainGrace) })
	if _, err := weekAgo.SetPrivacy(t.Context(), project.ID, account.Privacy{RetainUntil: now().Add(-time.Hour)}); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	for range 2 { // what is done is not told again
		sweep(t.Context(), p.duties(nil), slog.New(slog.NewTextHandler(&log, nil)))
	}
	var told []string
	err = p.audit.Each(t.Context(), project.ID, audit.Filter{}, func(l *audit.Line) error {
		told = append(told, l.Action+" "+l.Name+" "+l.After)
		return nil
	})
	if err != nil || log.Len() > 0 || fmt.Sprint(told) != "[persons.retention 自动 2 份填报]" {
		t.Errorf("told %q, %v\n%s", told, err, log.String())
	}
}
