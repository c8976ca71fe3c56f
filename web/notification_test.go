package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// TestOlderNoticesAreReached though the newest are all of projects that one has left.
func TestOlderNoticesAreReached(t *testing.T) {
	w := newWorld(t)
	left := id.ProjectID(id.New(now))
	for i := range 61 {
		project := left
		if i == 0 {
			project = w.Project.ID
		}
		if err := w.Surveys.Notify(t.Context(), project, survey.Notification{To: []id.UserID{w.Users["bob"].ID}, Text: problem.Say("assignment.noticeNew", 7), Path: w.Base()}); err != nil {
			t.Fatal(err)
		}
	}
	page, bob := "/notifications", w.As("bob")
	for range 3 {
		body := bob.Get(page).Want(t, http.StatusOK).Body
		if strings.Contains(body, "notice-text") {
			return
		}
		next := regexp.MustCompile(`/notifications\?after=[^"]+|\?after=[^"]+`).FindString(body)
		if next == "" {
			t.Fatal("no way to what is older")
		}
		page = "/notifications" + next[strings.Index(next, "?"):]
	}
	t.Error("it is nowhere")
}
