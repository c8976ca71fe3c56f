package web_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/store"
	"tianye/web"
)

// TestHangingUpStopsNoImport: what was begun is done to the end, and has its line.
func TestHangingUpStopsNoImport(t *testing.T) {
	w := newWorld(t)
	server := httptest.NewServer(w.handler(nil))
	defer server.Close()
	var table, body bytes.Buffer
	table.WriteString("标题\n")
	const rows = 400
	for i := range rows {
		fmt.Fprintf(&table, "村%d\n", i)
	}
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "村.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(table.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	ctx, hangUp := context.WithCancel(t.Context())
	defer hangUp()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, server.URL+w.Base()+"/cases/import", &body)
	if err != nil {
		t.Fatal(err)
	}
	alice := w.As("alice")
	req.AddCookie(alice.cookie)
	req.Header.Set("X-CSRF-Token", alice.csrf)
	req.Header.Set("Content-Type", form.FormDataContentType())
	gone := make(chan error, 1)
	go func() {
		answer, err := http.DefaultTransport.RoundTrip(req)
		if err == nil {
			answer.Body.Close()
		}
		gone <- err
	}()
	for w.caseCount() == 0 {
		if t.Context().Err() != nil {
			t.Fatal("nothing was imported")
		}
	}
	hangUp()
	if err := <-gone; !errors.Is(err, context.Canceled) {
		t.Fatal("was answered before it hung up:", err)
	}
	server.Close() // waits for the handler
	if n := w.caseCount(); n != rows {
		t.Errorf("%d cases of %d", n, rows)
	}
	lines := w.lines(w.Project.ID)
	if len(lines) != 1 || lines[0].Action != "cases.import" || !strings.Contains(lines[0].After, "400") {
		t.Errorf("lines: %+v", lines)
	}
}

// blind does not list the users when it is told so.
type blind struct {
	account.Store
	closed atomic.Bool
}

func (b *blind) Users(ctx context.Context) ([]account.User, error) {
	if b.closed.Load() {
		return nil, errors.New("disk gone")
	}
	return b.Store.Users(ctx)
}

// TestFailingAfterItIsDone: the page that was to tell of it cannot be made; the audit tells all the same.
func TestFailingAfterItIsDone(t *testing.T) {
	w := newWorld(t)
	users := &blind{Store: store.NewAccounts(w.Backend)}
	w.serve(func(c *web.Config) { c.Accounts = account.New(users, func() time.Time { return now }) })
	root := w.As("root")
	root.Post("/users", url.Values{"login": {"alice"}, "name": {"林小雨"}}).Want(t, http.StatusConflict) // nothing was done
	users.closed.Store(true)
	made := root.Post("/users", url.Values{"login": {"lin.1"}, "name": {"林小雨"}}).Want(t, http.StatusInternalServerError)
	if oneTime.MatchString(made.Body) {
		t.Error("shows the password")
	}
	lines := w.lines("")
	if len(lines) != 1 || lines[0].Action != "users.create" || lines[0].Title != "林小雨" {
		t.Errorf("lines: %+v", lines)
	}
}
