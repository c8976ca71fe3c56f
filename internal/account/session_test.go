package account_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/problem"
)

func TestFirstAdministrator(t *testing.T) {
	everywhere(t, func(w *world) {
		secret, err := w.EnsureAdmin(w.Context())
		if err != nil || len(secret) != 14 || strings.ContainsAny(secret, "ilou01") {
			w.Fatalf("%q %v", secret, err)
		}
		if again, err := w.EnsureAdmin(w.Context()); err != nil || again != "" {
			w.Error(again, err)
		}
		u, err := w.Authenticate(w.Context(), w.signIn(" Admin", secret))
		if err != nil || !u.Admin || !u.MustChange || u.Login != "admin" {
			w.Error(u, err)
		}
		if strings.Contains(u.PasswordHash, secret) || !strings.HasPrefix(u.PasswordHash, "$argon2id$v=19$m=19456,t=2,p=1$") {
			w.Error(u.PasswordHash)
		}
	})
}

func TestUsersOwnFields(t *testing.T) {
	w := here(t)
	w.user("alice")
	for _, c := range []struct{ login, name, secret, key string }{
		{"", "爱丽", password, "account.loginInvalid"}, {"-a", "爱丽", password, "account.loginInvalid"}, {"a b", "爱丽", password, "account.loginInvalid"},
		{"a\x00", "爱丽", password, "account.loginInvalid"}, {strings.Repeat("长", 65), "爱丽", password, "account.loginInvalid"},
		{"a", " ", password, "account.nameInvalid"}, {"a", strings.Repeat("名", 61), password, "account.nameInvalid"},
		{"a", "爱丽", "1234567", "account.passwordLength"}, {"a", "爱丽", "七个字的密码啊", "account.passwordLength"}, {"a", "爱丽", strings.Repeat("x", 129), "account.passwordLength"},
		{"a", "爱丽", "12345678", "secondfactor.passwordCommon"}, {"a", "爱丽", "WoAiNi1314", "secondfactor.passwordCommon"}, {"a", "爱丽", "七七七七七七七七七", "secondfactor.passwordCommon"},
		{"Alice.Chen", "爱丽", "alice.chen", "secondfactor.passwordCommon"},
	} {
		_, err := w.CreateUserWithPassword(t.Context(), c.login, c.name, c.secret, false)
		want(t, err, problem.Invalid, c.key)
	}
	_, err := w.CreateUserWithPassword(t.Context(), " ALICE ", "另一个", password, false)
	want(t, err, problem.Conflict, "account.loginTaken")
	u, err := w.CreateUserWithPassword(t.Context(), "陈爱丽@衢州.cn", " 陈爱丽 ", strings.Repeat("密码", 64), false)
	if err != nil || u.Login != "陈爱丽@衢州.cn" || u.Name != "陈爱丽" || u.MustChange {
		t.Error(u, err)
	}
	if users, err := w.Users(t.Context()); err != nil || len(users) != 2 || users[0].Login != "alice" {
		t.Error(users, err)
	}
}

func TestTogetherOneLogin(t *testing.T) {
	w := here(t)
	var wait sync.WaitGroup
	made := make([]error, 4)
	for i := range made {
		wait.Go(func() {
			_, made[i] = account.New(w.Store, func() time.Time { return w.now }).EnsureAdmin(t.Context())
		})
	}
	wait.Wait()
	for _, err := range made {
		if err != nil {
			t.Error(err)
		}
	}
	if users, err := w.Users(t.Context()); err != nil || len(users) != 1 {
		t.Error(users, err)
	}
}

func TestSessions(t *testing.T) {
	everywhere(t, func(w *world) {
		alice := w.user("alice")
		token, phone := w.signIn("alice", password), w.signIn("ALICE", password)
		if token == phone || len(token) != 52 || account.CSRFToken(token) == account.CSRFToken(phone) {
			w.Error(token, phone)
		}
		if s, err := w.Store.Session(w.Context(), token); err == nil {
			w.Error("the token itself is stored", s)
		}
		if err := w.SignOut(w.Context(), phone); err != nil {
			w.Fatal(err)
		}
		w.pass(account.SessionLength - time.Millisecond)
		if u, err := w.Authenticate(w.Context(), token); err != nil || u.ID != alice.ID {
			w.Error(u, err)
		}
		w.pass(time.Millisecond)
		for _, ended := range []string{token, phone, "", "nobody's"} {
			_, err := w.Authenticate(w.Context(), ended)
			want(w, err, problem.Unauthenticated, "account.sessionEnded")
		}
		if err := w.SignOut(w.Context(), phone); err != nil {
			w.Error("signed out twice:", err)
		}
		w.pass(time.Hour)
		token = w.signIn("alice", password) // sweeps what is over
		if err := w.Store.DeleteSessions(w.Context(), alice.ID); err != nil {
			w.Fatal(err)
		}
		_, err := w.Authenticate(w.Context(), token)
		want(w, err, problem.Unauthenticated, "account.sessionEnded")
	})
}

func TestExpiredSessionsAreSwept(t *testing.T) {
	everywhere(t, func(w *world) {
		alice := w.user("alice")
		old := account.Session{Hash: "old", UserID: alice.ID, Created: w.now, Expires: w.now.Add(-time.Second)}
		young := account.Session{Hash: "young", UserID: alice.ID, Created: w.now, Expires: w.now.Add(time.Second)}
		for _, s := range []account.Session{old, young} {
			if err := w.Store.CreateSession(w.Context(), s); err != nil {
				w.Fatal(err)
			}
		}
		w.signIn("alice", password)
		if _, err := w.Store.Session(w.Context(), "old"); !problem.Is(err, problem.NotFound) {
			w.Error(err)
		}
		if _, err := w.Store.Session(w.Context(), "young"); err != nil {
			w.Error(err)
		}
	})
}

func TestDisabledUser(t *testing.T) {
	w := here(t)
	w.user("bob")
	token := w.signIn("bob", password)
	u, err := w.Store.UserByLogin(t.Context(), "bob")
	if err != nil {
		t.Fatal(err)
	}
	u.Disabled = true
	if err := w.Store.ReplaceUser(t.Context(), u); err != nil {
		t.Fatal(err)
	}
	_, err = w.Authenticate(t.Context(), token)
	want(t, err, problem.Unauthenticated, "account.sessionEnded")
	_, _, err = w.SignIn(t.Context(), "bob", password, browser)
	want(t, err, problem.Unauthenticated, "account.signInWrong")
}

func TestChangePassword(t *testing.T) {
	everywhere(t, func(w *world) {
		u, secret, err := w.CreateUser(w.Context(), "bob", "鲍勃", false)
		if err != nil || !u.MustChange {
			w.Fatal(u, err)
		}
		token := w.signIn("bob", secret)
		for _, c := range []struct{ old, new, key string }{
			{"wrong", password, "account.oldPasswordWrong"}, {secret, "short", "account.passwordLength"}, {secret, secret, "account.passwordSame"},
		} {
			want(w, w.ChangePassword(w.Context(), u.ID, c.old, c.new), problem.Invalid, c.key)
		}
		if _, err := w.Authenticate(w.Context(), token); err != nil {
			w.Error("a refused change ended the session:", err)
		}
		if err := w.ChangePassword(w.Context(), u.ID, secret, password); err != nil {
			w.Fatal(err)
		}
		_, err = w.Authenticate(w.Context(), token)
		want(w, err, problem.Unauthenticated, "account.sessionEnded")
		_, _, err = w.SignIn(w.Context(), "bob", secret, browser)
		want(w, err, problem.Unauthenticated, "account.signInWrong")
		if u, err = w.Authenticate(w.Context(), w.signIn("bob", password)); err != nil || u.MustChange {
			w.Error(u, err)
		}
		again, err := w.ResetPassword(w.Context(), u.ID)
		if err != nil {
			w.Fatal(err)
		}
		_, _, err = w.SignIn(w.Context(), "bob", password, browser)
		want(w, err, problem.Unauthenticated, "account.signInWrong")
		if u, err = w.Authenticate(w.Context(), w.signIn("bob", again)); err != nil || !u.MustChange {
			w.Error(u, err)
		}
	})
}

// try signs in with a wrong password and tells whether that was slowed down.
func (w *world) try(login, address string) bool {
	w.Helper()
	_, _, err := w.SignIn(w.Context(), login, "wrong password", account.Browser{Address: address})
	if problem.Is(err, problem.TooMany) {
		return true
	}
	want(w, err, problem.Unauthenticated, "account.signInWrong")
	return false
}

// slowly does something before it opens a session.
type slowly struct {
	account.Store
	first func()
}

func (s *slowly) CreateSession(ctx context.Context, session account.Session) error {
	s.first()
	return s.Store.CreateSession(ctx, session)
}

// TestSignInWithThePasswordOfBefore: it was right when it was checked, and is not when the session opens.
func TestSignInWithThePasswordOfBefore(t *testing.T) {
	w := here(t)
	alice := w.user("alice")
	for what, meanwhile := range map[string]func() error{
		"reset":       func() error { _, err := w.ResetPassword(t.Context(), alice.ID); return err },
		"deactivated": func() error { return w.SetUserDisabled(t.Context(), alice.ID, true) },
	} {
		u, err := w.Store.User(t.Context(), alice.ID)
		if err != nil {
			t.Fatal(err)
		}
		u.PasswordHash, u.Disabled = alice.PasswordHash, false
		if err := w.Store.ReplaceUser(t.Context(), u); err != nil {
			t.Fatal(err)
		}
		slow := account.New(&slowly{w.Store, func() {
			if err := meanwhile(); err != nil {
				t.Error(what, err)
			}
		}}, func() time.Time { return w.now })
		_, token, err := slow.SignIn(t.Context(), "alice", password, browser)
		want(t, err, problem.Unauthenticated, "account.signInWrong")
		if sessions, err := w.Store.Sessions(t.Context(), alice.ID); err != nil || len(sessions) != 0 || token != "" {
			t.Error(what, token, sessions, err)
		}
	}
}

func TestGuessing(t *testing.T) {
	w := here(t)
	w.user("alice")
	for range 4 {
		w.try("alice", office)
	}
	w.signIn("alice", password) // forgives
	for range 5 {
		if w.try("ALICE", office) {
			t.Fatal("slowed down too early")
		}
	}
	_, _, err := w.SignIn(t.Context(), "alice", password, browser)
	want(t, err, problem.TooMany, "account.tooManyTries")
	if minutes := problem.From(err).Text.Args[0]; minutes != 15 {
		t.Errorf("wait %v minutes", minutes)
	}
	if w.try("alice", "10.9.9.9") || w.try("bob", office) {
		t.Error("another address or login is slowed down")
	}
	w.pass(15*time.Minute - time.Millisecond)
	_, _, err = w.SignIn(t.Context(), "alice", password, browser)
	want(t, err, problem.TooMany, "account.tooManyTries")
	if minutes := problem.From(err).Text.Args[0]; minutes != 1 {
		t.Errorf("wait %v minutes", minutes)
	}
	w.pass(time.Millisecond)
	w.signIn("alice", password)
}

// TestGuessingAtOnce: tries under way at the same time count before they have failed.
func TestGuessingAtOnce(t *testing.T) {
	w := here(t)
	w.user("alice")
	var wait sync.WaitGroup
	var mu sync.Mutex
	judged := 0
	for range 20 {
		wait.Go(func() {
			if !w.try("alice", office) {
				mu.Lock()
				judged++
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	if judged != 5 {
		t.Errorf("%d guesses were judged", judged)
	}
}

// TestGuessingFromOneAddress: a whole office may share an address, but not try names without end.
func TestGuessingFromOneAddress(t *testing.T) {
	w := here(t)
	w.user("alice")
	for i := range 59 {
		w.try(fmt.Sprintf("nobody%d", i), office)
	}
	w.signIn("alice", password) // takes back its own try only
	if w.try("nobody59", office) {
		t.Error("the sixtieth")
	}
	if !w.try("nobody60", office) {
		t.Error("the sixty-first is not slowed down")
	}
}

// TestImpossibleLogin: what can be nobody's login is not counted, so that the
// addresses and texts of a stranger take no memory.
func TestImpossibleLogin(t *testing.T) {
	w := here(t)
	w.user("alice")
	for range 100 {
		_, _, err := w.SignIn(t.Context(), strings.Repeat("a", 1<<16), password, browser)
		want(t, err, problem.Unauthenticated, "account.signInWrong")
	}
	w.signIn("alice", password)
}
