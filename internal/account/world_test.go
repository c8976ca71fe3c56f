package account_test

import (
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
)

const office = "10.1.2.3"

var browser = account.Browser{Agent: "Mozilla/5.0 (X11; Linux x86_64) Firefox/145.0", Address: office}

// world is the accounts on a store, with a clock that moves when it is told.
type world struct {
	testing.TB
	*account.Service
	Store account.Store
	now   time.Time
}

func everywhere(t *testing.T, test func(w *world)) {
	for name, b := range storetest.Backends(t, store.Collections) {
		t.Run(name, func(t *testing.T) { test(newWorld(t, b)) })
	}
}

func here(t *testing.T) *world { return newWorld(t, storetest.SQLite(t, store.Collections...)) }

func newWorld(t testing.TB, b store.Backend) *world {
	w := &world{TB: t, Store: store.NewAccounts(b), now: time.Date(2026, 4, 12, 9, 0, 0, 0, time.UTC)}
	w.Service = account.New(w.Store, func() time.Time { return w.now })
	return w
}

func (w *world) pass(d time.Duration) { w.now = w.now.Add(d) }

const password = "一个足够长的密码"

// user makes someone who knows the password already.
func (w *world) user(login string) account.User {
	w.Helper()
	u, err := w.CreateUserWithPassword(w.Context(), login, login+"的姓名", password, login == "root")
	if err != nil {
		w.Fatal(err)
	}
	return u
}

// project has alice as its manager and the others in their roles.
func (w *world) project(title string, alice account.User, members map[string]account.Role) account.Project {
	w.Helper()
	p, err := w.CreateProject(w.Context(), alice.ID, title, "", false)
	if err != nil {
		w.Fatal(err)
	}
	for login, role := range members {
		if _, _, err := w.AddMember(w.Context(), p.ID, login, login, role); err != nil {
			w.Fatal(err)
		}
	}
	return p
}

func (w *world) role(u account.User, p id.ProjectID) account.Role {
	w.Helper()
	m, err := w.MemberIn(w.Context(), u, p)
	if err != nil {
		w.Fatal(err)
	}
	return m.Role
}

// signIn gives the session's token.
func (w *world) signIn(login, secret string) string {
	w.Helper()
	_, token, err := w.SignIn(w.Context(), login, secret, browser)
	if err != nil {
		w.Fatal(err)
	}
	return token
}

// want fails unless err is a problem of the kind with the sentence.
func want(t testing.TB, err error, kind problem.Kind, key string) {
	t.Helper()
	if !problem.Is(err, kind) || problem.From(err).Text.Key != key {
		t.Fatalf("got %v, want %s: %s", err, kind, key)
	}
}
