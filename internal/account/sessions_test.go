package account_test

import (
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/problem"
)

func TestOwnSessions(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		bob, alice := w.user("bob"), w.user("alice")
		open := func(u account.User, b account.Browser) string {
			w.pass(time.Minute)
			token, err := w.OpenSession(ctx, u.ID, b)
			if err != nil {
				w.Fatal(err)
			}
			return token
		}
		list := func(u account.User, token string) ([]account.Session, string) {
			sessions, this, err := w.Sessions(ctx, u.ID, token)
			if err != nil {
				w.Fatal(err)
			}
			return sessions, this
		}
		former := account.Session{Hash: strings.Repeat("a", 64), UserID: bob.ID, Created: w.now, Expires: w.now.Add(time.Hour)} // before they had an ID
		if err := w.Store.CreateSession(ctx, former); err != nil {
			w.Fatal(err)
		}
		desk, phone, hers := open(bob, browser), open(bob, account.Browser{Agent: strings.Repeat("汉", 200), Address: "::1"}), open(alice, browser)
		sessions, this := list(bob, desk)
		if len(sessions) != 3 || sessions[1].ID != this || sessions[1].Agent != browser.Agent || sessions[1].Address != office ||
			sessions[0].ID == this || len(sessions[0].Agent) > 300 || sessions[2].ID == "" {
			w.Fatal(sessions, this)
		}
		theirs, _ := list(alice, hers)
		for _, session := range []string{theirs[0].ID, "", "nothing"} { // not bob's to end
			if err := w.EndSession(ctx, bob.ID, session); err != nil {
				w.Fatal(err)
			}
		}
		if err := w.EndSession(ctx, bob.ID, sessions[2].ID); err != nil {
			w.Fatal(err)
		}
		if left, _ := list(bob, desk); len(left) != 2 {
			w.Error("the former one was not ended:", left)
		}
		if err := w.EndOtherSessions(ctx, bob.ID, desk); err != nil {
			w.Fatal(err)
		}
		_, err := w.Authenticate(ctx, phone)
		want(w, err, problem.Unauthenticated, "account.sessionEnded")
		for _, token := range []string{desk, hers} {
			if _, err := w.Authenticate(ctx, token); err != nil {
				w.Error(err)
			}
		}
		w.pass(account.SessionLength)
		if left, _ := list(bob, desk); len(left) != 0 {
			w.Error("expired:", left)
		}
	})
}
