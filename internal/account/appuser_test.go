package account_test

import (
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/problem"
)

func TestAppUsers(t *testing.T) {
	everywhere(t, func(w *world) {
		alice := w.user("alice")
		here, there := w.project("衢州", alice, nil), w.project("汉阳", alice, nil)
		make := func(p account.Project, name string) account.AppUser {
			w.Helper()
			u, err := w.CreateAppUser(w.Context(), p.ID, alice.ID, name)
			if err != nil {
				w.Fatal(err)
			}
			return u
		}
		_, err := w.CreateAppUser(w.Context(), here.ID, alice.ID, " ")
		want(w, err, problem.Invalid, "appuser.nameInvalid")
		phone, tablet, foreign := make(here, " 手机 "), make(here, "平板"), make(there, "别处")
		if phone.Name != "手机" || len(phone.Key) != 64 || phone.Key == tablet.Key || phone.Login == tablet.Login || !strings.HasPrefix(phone.Key, phone.Password()) {
			w.Errorf("%+v %+v", phone, tablet)
		}
		w.pass(time.Hour)
		for range 2 { // once is enough
			if err := w.RevokeAppUser(w.Context(), here.ID, tablet.ID); err != nil {
				w.Fatal(err)
			}
			w.pass(time.Hour)
		}
		_, err = w.AppUser(w.Context(), here.ID, foreign.ID)
		want(w, err, problem.NotFound, "appuser.none")
		want(w, w.RevokeAppUser(w.Context(), here.ID, foreign.ID), problem.NotFound, "appuser.none")
		list, err := w.AppUsers(w.Context(), here.ID)
		if err != nil || len(list) != 2 || list[0].ID != phone.ID || list[1].InUse() || !list[1].Revoked.Equal(w.now.Add(-2*time.Hour)) {
			w.Errorf("%+v %v", list, err)
		}
		names, err := w.Names(w.Context(), here.ID)
		if err != nil || names[tablet.ID] != "平板" || names[alice.ID] == "" || names[foreign.ID] != "" {
			w.Error(names, err)
		}

		if u, err := w.AppUserByKey(w.Context(), phone.Key); err != nil || u.ID != phone.ID || u.ProjectID != here.ID {
			w.Error(u, err)
		}
		for _, key := range []string{"", phone.Key[:63], strings.ToUpper(phone.Key), tablet.Key, strings.Repeat("a", 64), string(phone.ID)} {
			_, err := w.AppUserByKey(w.Context(), key)
			want(w, err, problem.Forbidden, "appuser.keyRefused")
		}
	})
}

func TestAppUserByLogin(t *testing.T) {
	w := here(t)
	alice := w.user("alice")
	p, other := w.project("衢州", alice, nil), w.project("汉阳", alice, nil)
	u, err := w.CreateAppUser(t.Context(), p.ID, alice.ID, "手机")
	if err != nil {
		t.Fatal(err)
	}
	knows := func(u account.AppUser) bool { return u.Login != "" }
	guesses := func(account.AppUser) bool { return false }
	for range 100 { // who is right is never slowed down
		if got, err := w.AppUserByLogin(t.Context(), p.ID, u.Login, office, knows); err != nil || got.ID != u.ID {
			t.Fatal(got, err)
		}
	}
	_, err = w.AppUserByLogin(t.Context(), other.ID, u.Login, "10.0.0.1", knows)
	want(t, err, problem.Unauthenticated, "appuser.signInWrong")
	_, err = w.AppUserByLogin(t.Context(), p.ID, "alice", "10.0.0.1", knows) // people's logins are of another sort
	want(t, err, problem.Unauthenticated, "appuser.signInWrong")
	_, err = w.AppUserByLogin(t.Context(), p.ID, strings.Repeat("x", 65), "10.0.0.1", knows)
	want(t, err, problem.Unauthenticated, "appuser.signInWrong")
	for range 5 {
		_, err := w.AppUserByLogin(t.Context(), p.ID, u.Login, office, guesses)
		want(t, err, problem.Unauthenticated, "appuser.signInWrong")
	}
	_, err = w.AppUserByLogin(t.Context(), p.ID, u.Login, office, guesses)
	want(t, err, problem.TooMany, "account.tooManyTries")
	if got, err := w.AppUserByLogin(t.Context(), p.ID, u.Login, office, knows); err != nil || got.ID != u.ID {
		t.Error("a phone is locked out by who guesses", err)
	}
	w.pass(15 * time.Minute)
	if err := w.RevokeAppUser(t.Context(), p.ID, u.ID); err != nil {
		t.Fatal(err)
	}
	_, err = w.AppUserByLogin(t.Context(), p.ID, u.Login, office, knows)
	want(t, err, problem.Unauthenticated, "appuser.signInWrong")
}

// TestPhonesLockNobodyOut: neither revoked phones nor wrong ones use up the tries of the
// people behind the same address.
func TestPhonesLockNobodyOut(t *testing.T) {
	w := here(t)
	alice := w.user("alice")
	p := w.project("衢州", alice, nil)
	if _, err := w.CreateUserWithPassword(t.Context(), "bob", "吴博", password, false); err != nil {
		t.Fatal(err)
	}
	phones := make([]account.AppUser, 20)
	for i := range phones {
		u, err := w.CreateAppUser(t.Context(), p.ID, alice.ID, "手机")
		if err != nil {
			t.Fatal(err)
		}
		if phones[i] = u; i > 0 {
			if err := w.RevokeAppUser(t.Context(), p.ID, u.ID); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, u := range phones[1:] {
		for range 10 {
			_, err := w.AppUserByLogin(t.Context(), p.ID, u.Login, office, func(account.AppUser) bool { return true })
			want(t, err, problem.Unauthenticated, "appuser.signInWrong")
		}
	}
	if _, err := w.AppUserByLogin(t.Context(), p.ID, phones[0].Login, office, func(account.AppUser) bool { return true }); err != nil {
		t.Error(err)
	}
	for i := range 70 { // who guesses the passwords of phones is stopped, people are not
		_, err := w.AppUserByLogin(t.Context(), p.ID, phones[i%20].Login, office, func(account.AppUser) bool { return false })
		if stopped := i >= 60; problem.Is(err, problem.TooMany) != stopped {
			t.Fatal(i, err)
		}
	}
	if _, _, err := w.SignIn(t.Context(), "bob", password, browser); err != nil {
		t.Error(err)
	}
}

// TestDigestHash reckons the example of RFC 7616, 3.9.1.
func TestDigestHash(t *testing.T) {
	for algorithm, want := range map[string]string{"MD5": "8ca523f5e9506fed4657c9700eebdbec",
		"SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"} {
		h := func(parts ...string) string { return account.DigestHash(algorithm, parts...) }
		got := h(h("Mufasa", "http-auth@example.org", "Circle of Life"), "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", "00000001",
			"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", "auth", h("GET", "/dir/index.html"))
		if got != want {
			t.Errorf("%s: %s", algorithm, got)
		}
	}
}

// TestSecret: every process signs with the same.
func TestSecret(t *testing.T) {
	everywhere(t, func(w *world) {
		first, err := w.Secret(w.Context())
		if err != nil || len(first) < 50 {
			w.Fatal(first, err)
		}
		second, err := account.New(w.Store, time.Now).Secret(w.Context())
		if again, _ := w.Secret(w.Context()); err != nil || second != first || again != first {
			w.Error(first, second, again, err)
		}
	})
}
