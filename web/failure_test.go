package web_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tianye/web"
)

// TestTheStoreIsGone closes it while the server runs: every page says so in a
// sentence, and the supervisor is told.
func TestTheStoreIsGone(t *testing.T) {
	w := newWorld(t)
	places := target(w)
	alice, nobody := w.As("alice"), w.As("")
	nobody.Get("/healthz").Want(t, http.StatusOK)
	w.Backend.Close()
	for _, path := range []string{"", "/submissions", "/submissions/:submission", "/forms", "/forms/:form", "/cases", "/cases/:case", "/members"} {
		a := alice.Get(fill("/p/:project"+path, places)).Want(t, http.StatusServiceUnavailable).Shows(t, "系统正在停止或重新启动，请稍后再试")
		a.Hides(t, "sqlite", "goroutine", "database")
		if a.Header.Get("Retry-After") == "" {
			t.Errorf("%s does not say when to come back", path)
		}
	}
	alice.Post(w.Base()+"/cases", caseFields(0, "荷塘村", "")).Want(t, http.StatusServiceUnavailable)
	nobody.Post("/sign-in", url.Values{"login": {"alice"}, "password": {password}}).Want(t, http.StatusServiceUnavailable)
	nobody.Get("/healthz").Want(t, http.StatusServiceUnavailable)
	f := w.Users["bob"] // phones are told in JSON, so that they keep the submission and try again
	code, _ := alice.Send(w.Base()+"/submissions", map[string]any{"instanceId": "uuid:1", "formId": f.ID}).Want(t, http.StatusServiceUnavailable).Problem(t)
	if code != "store.closed" {
		t.Error(code)
	}
	nobody.Get("/sign-in").Want(t, http.StatusOK)
}

// TestAPanicIsCaught: people get a page, the log the place, nobody what was being said.
func TestAPanicIsCaught(t *testing.T) {
	w := newWorld(t)
	log := &bytes.Buffer{}
	ping := func(context.Context) error { panic("王大妈 13812345678") }
	handler, err := web.New(web.Config{Accounts: w.Accounts, Surveys: w.Surveys, Cases: w.Cases, Charts: w.Charts, Ping: ping,
		Now: func() time.Time { return now }, Location: now.Location(), Log: slog.New(slog.NewTextHandler(log, nil)), Version: "test"})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(handler)
	defer server.Close()
	w.URL = server.URL
	for range 2 { // it goes on serving
		w.As("").Get("/healthz").Want(t, http.StatusInternalServerError).Hides(t, "goroutine", "王大妈", "panic")
	}
	w.As("").Get("/sign-in").Want(t, http.StatusOK)
	text := log.String()
	if !strings.Contains(text, "level=ERROR msg=panic route=/healthz") || !strings.Contains(text, "session.go") || strings.Contains(text, "王大妈") || strings.Contains(text, "13812345678") {
		t.Error(text)
	}
}

// TestLogsHoldNoPersonalData does everything once, well and badly, and reads the log.
func TestLogsHoldNoPersonalData(t *testing.T) {
	w := newWorld(t)
	f := w.Publish(withFamily(t, "yes"), "household.xlsx")
	bob, alice := w.As("bob"), w.As("alice")
	_, at := receipt(t, bob.SendFiles(w.Base()+"/submissions", incoming(f, "uuid:1", household("赵四")), sent{"face.jpg", jpeg}, sent{"house.jpg", jpeg}).Want(t, http.StatusCreated))
	bob.Send(w.Base()+"/submissions", incoming(f, "uuid:2", household("赵四"))).Want(t, http.StatusUnprocessableEntity)
	bob.Stream(w.Base()+"/submissions", "application/json", strings.NewReader(`{"answers": "13812345678`)).Want(t, http.StatusBadRequest)
	alice.Get(w.Base()+"/submissions?q="+url.QueryEscape("赵四")).Want(t, http.StatusOK)
	alice.Get(at+"/files/face.jpg").Want(t, http.StatusOK)
	alice.Post(at+"/correct", url.Values{"revision": {"1"}, "a:head": {"赵四儿"}, "reason": {"改名"}}).Want(t, http.StatusSeeOther)
	alice.Post(at+"/correct", url.Values{"revision": {"1"}, "a:head": {"赵四六"}, "reason": {"改名"}}).Want(t, http.StatusConflict)
	alice.Upload(w.Base()+"/cases/import", "file", "赵四.txt", []byte("# 赵四家\n"), nil).Want(t, http.StatusOK)
	alice.Upload(w.Base()+"/cases/import", "file", "赵四.pdf", []byte("x"), nil).Want(t, http.StatusUnsupportedMediaType)
	made := alice.Post(w.Base()+"/members", url.Values{"login": {"zhaosi"}, "name": {"赵四"}, "role": {"viewer"}}).Want(t, http.StatusOK)
	once := oneTime.FindStringSubmatch(made.Body)
	in, _ := w.signIn("zhaosi", once[1], http.StatusSeeOther)
	w.signIn("zhaosi", "a wrong password", http.StatusUnauthorized)
	in.Post("/password", url.Values{"old": {once[1]}, "password": {"a new password"}, "again": {"a new password"}}).Want(t, http.StatusSeeOther)
	w.Backend.Close()
	alice.Get(at).Want(t, http.StatusServiceUnavailable)
	bob.SendFiles(w.Base()+"/submissions", incoming(f, "uuid:3", household("赵四"))).Want(t, http.StatusServiceUnavailable)
	log := w.Logs.String()
	if !strings.Contains(log, "status=503") || !strings.Contains(log, "status=422") || !strings.Contains(log, "level=ERROR") {
		t.Fatal("not much of a log:\n", log)
	}
	for _, secret := range []string{"赵四", "13812345678", "小明", "face.jpg", "改名", "zhaosi", "alice", "陈爱丽", "127.0.0.1", once[1], "password=", "a wrong", "a new",
		alice.cookie.Value, alice.csrf, "uuid:1", string(w.Users["bob"].ID)} {
		if strings.Contains(log, secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
}

// TestUnsentIsKept: what a form sent when the session was gone is told to wait, and signing in leads back.
func TestUnsentIsKept(t *testing.T) {
	w := newWorld(t)
	at := w.Base() + "/submissions/x"
	nobody := w.As("")
	nobody.header = http.Header{"Referer": {w.URL + at + "?list=state%3Dwaiting"}}
	nobody.Post(at+"/return", url.Values{"comment": {"少一张照片"}}).Want(t, http.StatusUnauthorized).Shows(t, "没有丢").
		Holds(t, "data-unsent=", "/sign-in?next="+url.QueryEscape(at+"?list=state%3Dwaiting"))
	nobody.Get(at).Want(t, http.StatusSeeOther)
}
