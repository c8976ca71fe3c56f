package account_test

import (
	"testing"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

// TestResetMembers: a manager resets accounts that were made for the project and are used in no other;
// to add somebody is no way to become them.
func TestResetMembers(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		alice, carol, root := w.user("alice"), w.user("carol"), w.user("root")
		p := w.project("衢州", alice, map[string]account.Role{"bob": account.Enumerator, "dave": account.Viewer, "erin": account.Viewer})
		people, err := w.People(ctx, p.ID)
		if err != nil {
			w.Fatal(err)
		}
		byLogin := map[string]account.User{}
		for _, person := range people {
			byLogin[person.User.Login] = person.User
		}
		bob, dave, erin := byLogin["bob"], byLogin["dave"], byLogin["erin"]
		first, err := w.ResetMembers(ctx, alice, p.ID, []id.UserID{bob.ID, dave.ID})
		if err != nil || len(first) != 2 || first[0].User.Login != "bob" || first[0].Password == first[1].Password {
			w.Fatal(first, err)
		}
		token := w.signIn("bob", first[0].Password)
		again, err := w.ResetMembers(ctx, alice, p.ID, []id.UserID{bob.ID})
		if err != nil {
			w.Fatal(err)
		}
		_, err = w.Authenticate(ctx, token)
		want(w, err, problem.Unauthenticated, "account.sessionEnded")
		w.signIn("bob", again[0].Password)

		// carol has an account of her own and is in no project; a manager adds her, and root as well.
		for _, login := range []string{"carol", "root"} {
			if _, secret, err := w.AddMember(ctx, p.ID, login, "", account.Viewer); err != nil || secret != "" {
				w.Fatal(secret, err)
			}
		}
		hanyang := w.project("汉阳", w.user("frank"), map[string]account.Role{"erin": account.Viewer})
		for _, user := range []id.UserID{carol.ID, root.ID, erin.ID} {
			_, err = w.ResetMembers(ctx, alice, p.ID, []id.UserID{bob.ID, user})
			want(w, err, problem.Forbidden, "account.resetNeedsAdmin")
		}
		w.signIn("bob", again[0].Password) // with one who may not be reset, none was
		if err := w.RemoveMember(ctx, p.ID, erin.ID); err != nil {
			w.Fatal(err)
		}
		frank, err := w.Store.UserByLogin(ctx, "frank")
		if err != nil {
			w.Fatal(err)
		}
		_, err = w.ResetMembers(ctx, frank, hanyang.ID, []id.UserID{erin.ID}) // made for another project
		want(w, err, problem.Forbidden, "account.resetNeedsAdmin")
		_, err = w.ResetMembers(ctx, alice, p.ID, []id.UserID{erin.ID})
		want(w, err, problem.NotFound, "store.notFound")
		byRoot, err := w.ResetMembers(ctx, root, p.ID, []id.UserID{carol.ID})
		if err != nil {
			w.Fatal(err)
		}
		w.signIn("carol", byRoot[0].Password)
	})
}
