package account_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/problem"
)

func TestProjects(t *testing.T) {
	everywhere(t, func(w *world) {
		alice, bob, chelsea, root := w.user("alice"), w.user("bob"), w.user("chelsea"), w.user("root")
		first := w.project(" 衢州基层党建 ", alice, map[string]account.Role{"bob": account.Enumerator})
		w.pass(time.Second)
		second := w.project("汉阳", bob, nil)
		if first.Title != "衢州基层党建" || w.role(alice, first.ID) != account.Manager || w.role(bob, first.ID) != account.Enumerator ||
			w.role(chelsea, first.ID) != "" || w.role(root, first.ID) != account.Admin || w.role(alice, second.ID) != "" {
			w.Error("roles")
		}
		for u, wanted := range map[*account.User]string{&alice: "衢州基层党建 manager", &bob: "汉阳 manager, 衢州基层党建 enumerator", &chelsea: "", &root: "汉阳 admin, 衢州基层党建 admin"} {
			list, err := w.ProjectsOf(w.Context(), *u)
			var got []string
			for _, m := range list {
				got = append(got, m.Title+" "+string(m.Role))
			}
			if err != nil || strings.Join(got, ", ") != wanted {
				w.Errorf("%s: %v %v", u.Login, got, err)
			}
		}
		_, err := w.CreateProject(w.Context(), alice.ID, " ", "", false)
		want(w, err, problem.Invalid, "account.projectTitleInvalid")
		seen, err := w.Project(w.Context(), first.ID)
		if err != nil {
			w.Fatal(err)
		}
		seen.Title, seen.Description = "衢州", strings.Repeat("长", 2001)
		want(w, w.UpdateProject(w.Context(), seen), problem.Invalid, "account.descriptionTooLong")
		seen.Description = "五十个案例"
		if err := w.UpdateProject(w.Context(), seen); err != nil {
			w.Fatal(err)
		}
		want(w, w.UpdateProject(w.Context(), seen), problem.Conflict, "store.changed")
		if got, err := w.Project(w.Context(), first.ID); err != nil || got.Title != "衢州" || got.Revision != 2 {
			w.Error(got, err)
		}
	})
}

func TestMembers(t *testing.T) {
	everywhere(t, func(w *world) {
		alice, bob := w.user("alice"), w.user("bob")
		p := w.project("衢州", alice, map[string]account.Role{"bob": account.Enumerator})
		dave, secret, err := w.AddMember(w.Context(), p.ID, "Dave ", " 大卫", account.Analyst)
		if err != nil || secret == "" || dave.Login != "dave" || !dave.MustChange {
			w.Fatal(dave, secret, err)
		}
		w.signIn("dave", secret)
		for _, c := range []struct {
			login string
			role  account.Role
			kind  problem.Kind
			key   string
		}{
			{"BOB", account.Reviewer, problem.Conflict, "account.alreadyMember"}, {"erin", account.Admin, problem.Invalid, "account.roleUnknown"},
			{"erin", "", problem.Invalid, "account.roleUnknown"}, {"e e", account.Viewer, problem.Invalid, "account.loginInvalid"},
		} {
			_, _, err := w.AddMember(w.Context(), p.ID, c.login, "某人", c.role)
			want(w, err, c.kind, c.key)
		}
		if w.role(bob, p.ID) != account.Enumerator {
			w.Error("adding again changed the role")
		}
		if err := w.SetRole(w.Context(), p.ID, bob.ID, account.Reviewer); err != nil {
			w.Fatal(err)
		}
		people, err := w.People(w.Context(), p.ID)
		var got []string
		for _, p := range people {
			got = append(got, p.User.Login+" "+string(p.Role))
		}
		if err != nil || strings.Join(got, ", ") != "alice manager, bob reviewer, dave analyst" {
			w.Error(got, err)
		}
		want(w, w.SetRole(w.Context(), p.ID, bob.ID, account.Admin), problem.Invalid, "account.roleUnknown")
		want(w, w.SetRole(w.Context(), p.ID, "nobody", account.Viewer), problem.NotFound, "store.notFound")
		want(w, w.RemoveMember(w.Context(), p.ID, "nobody"), problem.NotFound, "store.notFound")
		if err := w.RemoveMember(w.Context(), p.ID, bob.ID); err != nil {
			w.Fatal(err)
		}
		if w.role(bob, p.ID) != "" {
			w.Error("removed, but in")
		}
		if _, secret, err := w.AddMember(w.Context(), p.ID, "bob", "", account.Viewer); err != nil || secret != "" || w.role(bob, p.ID) != account.Viewer {
			w.Error("back again:", secret, err)
		}
	})
}

func TestLastManager(t *testing.T) {
	everywhere(t, func(w *world) {
		alice, bob := w.user("alice"), w.user("bob")
		p := w.project("衢州", alice, map[string]account.Role{"bob": account.Reviewer})
		want(w, w.SetRole(w.Context(), p.ID, alice.ID, account.Viewer), problem.Conflict, "account.lastManager")
		want(w, w.RemoveMember(w.Context(), p.ID, alice.ID), problem.Conflict, "account.lastManager")
		if err := w.SetRole(w.Context(), p.ID, alice.ID, account.Manager); err != nil {
			w.Error("stays one:", err)
		}
		if err := w.SetRole(w.Context(), p.ID, bob.ID, account.Manager); err != nil {
			w.Fatal(err)
		}
		if err := w.RemoveMember(w.Context(), p.ID, alice.ID); err != nil {
			w.Fatal(err)
		}
		want(w, w.RemoveMember(w.Context(), p.ID, bob.ID), problem.Conflict, "account.lastManager")
	})
}

// TestManagersLeavingTogether: of two who give it up at once one stays.
func TestManagersLeavingTogether(t *testing.T) {
	w := here(t)
	alice, bob := w.user("alice"), w.user("bob")
	for i := range 20 {
		p := w.project(fmt.Sprint("项目", i), alice, map[string]account.Role{"bob": account.Manager})
		var wait sync.WaitGroup
		wait.Go(func() { w.SetRole(t.Context(), p.ID, alice.ID, account.Viewer) })
		wait.Go(func() { w.RemoveMember(t.Context(), p.ID, bob.ID) })
		wait.Wait()
		if (w.role(alice, p.ID) == account.Manager) == (w.role(bob, p.ID) == account.Manager) {
			t.Fatalf("alice %q, bob %q", w.role(alice, p.ID), w.role(bob, p.ID))
		}
	}
}

// TestVerbs prints who may do what; a change of it must be meant.
func TestVerbs(t *testing.T) {
	all := []account.Verb{account.Anyone, account.SignedIn, account.Serve, account.ReadProject, account.ManageProject, account.ReadForm, account.DesignForm,
		account.Fill, account.ReadSubmission, account.ReadOwn, account.EditSubmission, account.Review, account.ExportSubmission, account.ReadPersonal,
		account.ReadCase, account.EditCase, account.ReadChart, account.EditChart}
	roles := append([]account.Role{"", "stranger"}, append(account.Roles, account.Admin)...)
	var b strings.Builder
	for _, verb := range all {
		fmt.Fprintf(&b, "%s:", verb)
		for _, role := range roles {
			if account.Can(role, verb) {
				fmt.Fprintf(&b, " %s", cmp.Or(role, "nobody"))
			}
		}
		b.WriteByte('\n')
	}
	for _, role := range account.Roles {
		for _, verb := range account.Verbs(role) {
			if !account.Can(role, verb) {
				t.Errorf("%s holds %s, but cannot", role, verb)
			}
		}
	}
	got := b.String()
	golden := filepath.Join("testdata", "verbs.txt")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if wanted, err := os.ReadFile(golden); err != nil || string(wanted) != got {
		t.Errorf("who may do what has changed (UPDATE=1 go test writes it anew): %v\n%s", err, got)
	}
}

// TestRoleOfAnOldRevision: two who change a role at once do not write over each other unseen.
func TestRoleOfAnOldRevision(t *testing.T) {
	everywhere(t, func(w *world) {
		p := w.project("衢州", w.user("alice"), nil)
		bob := w.user("bob")
		if _, _, err := w.AddMember(w.Context(), p.ID, "bob", "", account.Enumerator); err != nil {
			w.Fatal(err)
		}
		seen, err := w.Store.Member(w.Context(), p.ID, bob.ID)
		if err != nil {
			w.Fatal(err)
		}
		if err := w.SetRole(w.Context(), p.ID, bob.ID, account.Reviewer); err != nil {
			w.Fatal(err)
		}
		seen.Role = account.Viewer
		if err := w.Store.PutMember(w.Context(), seen); !problem.Is(err, problem.Conflict) {
			w.Error(err)
		}
		if role := w.role(bob, p.ID); role != account.Reviewer {
			w.Error(role)
		}
	})
}
