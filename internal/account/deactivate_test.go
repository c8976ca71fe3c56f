package account_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/problem"
)

func TestDeactivateMember(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		alice, bob := w.user("alice"), w.user("bob")
		p := w.project("衢州", alice, map[string]account.Role{"bob": account.Enumerator})
		other := w.project("汉阳", bob, nil)
		if err := w.SetMemberDisabled(ctx, p.ID, bob.ID, true); err != nil {
			w.Fatal(err)
		}
		list, err := w.ProjectsOf(ctx, bob)
		if err != nil || len(list) != 1 || list[0].ID != other.ID || w.role(bob, p.ID) != "" || w.role(bob, other.ID) != account.Manager {
			w.Error("deactivated here, and here only:", list, err)
		}
		w.signIn("bob", password)
		_, _, err = w.AddMember(ctx, p.ID, "bob", "", account.Manager)
		want(w, err, problem.Conflict, "account.alreadyMember")
		if err := w.SetMemberDisabled(ctx, p.ID, bob.ID, false); err != nil || w.role(bob, p.ID) != account.Enumerator {
			w.Error("active again:", w.role(bob, p.ID), err)
		}
		want(w, w.SetMemberDisabled(ctx, p.ID, "nobody", true), problem.NotFound, "store.notFound")
	})
}

// TestLastActiveManager: who is deactivated, here or on the server, does not count.
func TestLastActiveManager(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		alice, bob, carol := w.user("alice"), w.user("bob"), w.user("carol")
		p := w.project("衢州", alice, map[string]account.Role{"bob": account.Manager, "carol": account.Manager})
		if err := w.SetMemberDisabled(ctx, p.ID, bob.ID, true); err != nil {
			w.Fatal(err)
		}
		if err := w.SetUserDisabled(ctx, carol.ID, true); err != nil {
			w.Fatal(err)
		}
		want(w, w.SetMemberDisabled(ctx, p.ID, alice.ID, true), problem.Conflict, "account.lastManager")
		want(w, w.SetRole(ctx, p.ID, alice.ID, account.Viewer), problem.Conflict, "account.lastManager")
		want(w, w.RemoveMember(ctx, p.ID, alice.ID), problem.Conflict, "account.lastManager")
		if err := w.RemoveMember(ctx, p.ID, bob.ID); err != nil {
			w.Error("one who is deactivated can go:", err)
		}
		if err := w.SetUserDisabled(ctx, carol.ID, false); err != nil {
			w.Fatal(err)
		}
		if err := w.SetMemberDisabled(ctx, p.ID, alice.ID, true); err != nil {
			w.Error("carol is there again:", err)
		}
	})
}

// TestManagersOfTwoProcesses: each takes the other away, on a service of their own on one store; one of
// them stays, every time.
func TestManagersOfTwoProcesses(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		alice, bob := w.user("alice"), w.user("bob")
		clock := func() time.Time { return w.now }
		services := []*account.Service{account.New(w.Store, clock), account.New(w.Store, clock)}
		ways := []func(*account.Service, account.Project, account.User) error{
			func(s *account.Service, p account.Project, u account.User) error {
				return s.RemoveMember(ctx, p.ID, u.ID)
			},
			func(s *account.Service, p account.Project, u account.User) error {
				return s.SetRole(ctx, p.ID, u.ID, account.Viewer)
			},
			func(s *account.Service, p account.Project, u account.User) error {
				return s.SetMemberDisabled(ctx, p.ID, u.ID, true)
			},
		}
		for i := range 9 {
			p := w.project(fmt.Sprint("项目", i), alice, map[string]account.Role{"bob": account.Manager})
			var wait sync.WaitGroup
			errs := make([]error, 2)
			wait.Go(func() { errs[0] = ways[i%3](services[0], p, bob) })
			wait.Go(func() { errs[1] = ways[i/3%3](services[1], p, alice) })
			wait.Wait()
			left := 0
			for _, u := range []account.User{alice, bob} {
				if w.role(u, p.ID) == account.Manager {
					left++
				}
			}
			if left != 1 {
				w.Fatalf("%d managers are left: %v", left, errs)
			}
			for _, err := range errs {
				if err != nil {
					want(w, err, problem.Conflict, "account.lastManager")
				}
			}
		}
	})
}

func TestDeactivateUser(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		root, bob := w.user("root"), w.user("bob")
		token := w.signIn("bob", password)
		if err := w.SetUserDisabled(ctx, bob.ID, true); err != nil {
			w.Fatal(err)
		}
		_, err := w.Authenticate(ctx, token)
		want(w, err, problem.Unauthenticated, "account.sessionEnded")
		_, _, err = w.SignIn(ctx, "bob", password, browser)
		want(w, err, problem.Unauthenticated, "account.signInWrong")
		if err := w.SetUserDisabled(ctx, bob.ID, false); err != nil {
			w.Fatal(err)
		}
		w.signIn("bob", password)
		want(w, w.SetUserDisabled(ctx, root.ID, true), problem.Conflict, "account.lastAdmin")
		want(w, w.SetUserDisabled(ctx, "nobody", true), problem.NotFound, "store.notFound")
	})
}

// TestAdminsOfTwoProcesses: two administrators deactivate each other at once.
func TestAdminsOfTwoProcesses(t *testing.T) {
	everywhere(t, func(w *world) {
		admin := func(login string) account.User {
			u, err := w.CreateUserWithPassword(w.Context(), login, login, password, true)
			if err != nil {
				w.Fatal(err)
			}
			return u
		}
		one, two := admin("one"), admin("two")
		services := []*account.Service{account.New(w.Store, func() time.Time { return w.now }), account.New(w.Store, func() time.Time { return w.now })}
		for range 5 {
			var wait sync.WaitGroup
			wait.Go(func() { services[0].SetUserDisabled(w.Context(), two.ID, true) })
			wait.Go(func() { services[1].SetUserDisabled(w.Context(), one.ID, true) })
			wait.Wait()
			if left := w.active(w.Context()); len(left) != 1 {
				w.Fatalf("active: %v", left)
			}
			for _, u := range []account.User{one, two} {
				if err := w.SetUserDisabled(w.Context(), u.ID, false); err != nil {
					w.Fatal(err)
				}
			}
		}
	})
}

// active are the logins of those who can sign in.
func (w *world) active(ctx context.Context) (logins []string) {
	users, err := w.Users(ctx)
	if err != nil {
		w.Fatal(err)
	}
	for _, u := range users {
		if !u.Disabled {
			logins = append(logins, u.Login)
		}
	}
	return logins
}
