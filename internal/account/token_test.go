package account_test

import (
	"strings"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

func TestTokens(t *testing.T) {
	everywhere(t, func(w *world) {
		alice := w.user("alice")
		p, other := w.project("衢州", alice, nil), w.project("汉阳", alice, nil)
		offered := account.Token{Name: " 每晚导出 ", Role: account.Analyst, Limit: account.Limit{Attribute: "县", Values: []string{"江山市"}}}
		made, secret, err := w.CreateToken(w.Context(), p.ID, alice.ID, offered, 90)
		if err != nil || !strings.HasPrefix(secret, "ty_") || len(secret) != 55 || made.Name != "每晚导出" {
			w.Fatal(made, secret, err)
		}
		found, err := w.TokenOf(w.Context(), secret)
		if err != nil || found.ID != made.ID || found.Role != account.Analyst || found.ProjectID != p.ID || found.Limit.Attribute != "县" {
			w.Error(found, err)
		}
		if strings.Contains(found.Hash, secret[3:]) {
			w.Error("the token is kept readable")
		}
		if names, err := w.Names(w.Context(), p.ID); err != nil || names[made.ID] != "每晚导出" {
			w.Error(names, err)
		}
		for _, wrong := range []string{"", "ty_", secret + "0", secret[3:], strings.ToUpper(secret)} {
			_, err := w.TokenOf(w.Context(), wrong)
			want(w, err, problem.Unauthenticated, "token.unknown")
		}
		w.pass(90*24*time.Hour - time.Millisecond)
		if _, err := w.TokenOf(w.Context(), secret); err != nil {
			w.Error(err)
		}
		w.pass(time.Millisecond)
		_, err = w.TokenOf(w.Context(), secret)
		want(w, err, problem.Unauthenticated, "token.hasExpired")
		made, secret, err = w.CreateToken(w.Context(), p.ID, alice.ID, offered, 365)
		if err != nil {
			w.Fatal(err)
		}
		_, err = w.RevokeToken(w.Context(), other.ID, made.ID)
		want(w, err, problem.NotFound, "token.none")
		if _, err := w.RevokeToken(w.Context(), p.ID, made.ID); err != nil {
			w.Error(err)
		}
		_, err = w.TokenOf(w.Context(), secret)
		want(w, err, problem.Unauthenticated, "token.wasRevoked")
		again, err := w.RevokeToken(w.Context(), p.ID, made.ID)
		if err != nil || !again.Revoked.Equal(w.now) {
			w.Error("revoked twice:", again, err)
		}
		if all, err := w.Tokens(w.Context(), p.ID); err != nil || len(all) != 2 {
			w.Error(all, err)
		}
	})
}

// TestTokensOfWhoManagesNoMore: they know the secrets still.
func TestTokensOfWhoManagesNoMore(t *testing.T) {
	w := here(t)
	alice, bob := w.user("alice"), w.user("bob")
	for what, leave := range map[string]func(id.ProjectID) error{
		"removed":                    func(p id.ProjectID) error { return w.RemoveMember(t.Context(), p, bob.ID) },
		"deactivated":                func(p id.ProjectID) error { return w.SetMemberDisabled(t.Context(), p, bob.ID, true) },
		"made viewer":                func(p id.ProjectID) error { return w.SetRole(t.Context(), p, bob.ID, account.Viewer) },
		"deactivated for the server": func(id.ProjectID) error { return w.SetUserDisabled(t.Context(), bob.ID, true) },
	} {
		if err := w.SetUserDisabled(t.Context(), bob.ID, false); err != nil {
			t.Fatal(err)
		}
		p := w.project("衢州", alice, map[string]account.Role{"bob": account.Manager})
		var secrets []string
		for _, by := range []id.UserID{alice.ID, bob.ID} {
			_, secret, err := w.CreateToken(t.Context(), p.ID, by, account.Token{Name: "每晚导出", Role: account.Analyst}, 90)
			if err != nil {
				t.Fatal(err)
			}
			secrets = append(secrets, secret)
		}
		if err := leave(p.ID); err != nil {
			t.Fatal(what, err)
		}
		if _, err := w.TokenOf(t.Context(), secrets[0]); err != nil {
			t.Error(what, "takes another's token:", err)
		}
		_, err := w.TokenOf(t.Context(), secrets[1])
		want(t, err, problem.Unauthenticated, "token.wasRevoked")
	}
}

func TestTokensOwnFields(t *testing.T) {
	w := here(t)
	alice := w.user("alice")
	p := w.project("衢州", alice, nil)
	for _, c := range []struct {
		offered account.Token
		days    int
		key     string
	}{
		{account.Token{Role: account.Viewer}, 1, "token.nameInvalid"},
		{account.Token{Name: strings.Repeat("长", 61), Role: account.Viewer}, 1, "token.nameInvalid"},
		{account.Token{Name: "x", Role: account.Manager}, 1, "token.roleInvalid"},
		{account.Token{Name: "x", Role: account.Admin}, 1, "token.roleInvalid"},
		{account.Token{Name: "x"}, 1, "token.roleInvalid"},
		{account.Token{Name: "x", Role: account.Viewer}, 0, "token.daysInvalid"},
		{account.Token{Name: "x", Role: account.Viewer}, 366, "token.daysInvalid"},
		{account.Token{Name: "x", Role: account.Viewer, Limit: account.Limit{Attribute: "县"}}, 1, "account.limitEmpty"},
	} {
		_, _, err := w.CreateToken(t.Context(), p.ID, alice.ID, c.offered, c.days)
		want(t, err, problem.Invalid, c.key)
	}
}
