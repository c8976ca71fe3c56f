package account_test

import (
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/problem"
)

// TestDeparture: how somebody left is known for a while, from the first time that they did.
func TestDeparture(t *testing.T) {
	everywhere(t, func(w *world) {
		ctx := w.Context()
		alice, bob := w.user("alice"), w.user("bob")
		p := w.project("衢州", alice, map[string]account.Role{"bob": account.Enumerator})
		none := func() {
			w.Helper()
			if _, err := w.Departed(ctx, p.ID, bob.ID); !problem.Is(err, problem.NotFound) {
				w.Error(err)
			}
		}
		none()
		limit := account.Limit{Attribute: "县", Values: []string{"江山市"}}
		if err := w.SetLimit(ctx, p.ID, bob.ID, limit); err != nil {
			w.Fatal(err)
		}
		left := w.now
		for range 2 { // twice is no second departure
			if err := w.SetMemberDisabled(ctx, p.ID, bob.ID, true); err != nil {
				w.Fatal(err)
			}
			w.pass(time.Hour)
		}
		if err := w.RemoveMember(ctx, p.ID, bob.ID); err != nil {
			w.Fatal(err)
		}
		d, err := w.Departed(ctx, p.ID, bob.ID)
		if err != nil || !d.At.Equal(left) || d.Role != account.Enumerator || d.Limit.Values[0] != "江山市" {
			w.Fatalf("%+v %v", d, err)
		}
		w.pass(account.GraceLength)
		none()
		if _, _, err := w.AddMember(ctx, p.ID, "bob", "", account.Viewer); err != nil {
			w.Fatal(err)
		}
		if err := w.RemoveMember(ctx, p.ID, bob.ID); err != nil {
			w.Fatal(err)
		}
		if d, err := w.Departed(ctx, p.ID, bob.ID); err != nil || d.Role != account.Viewer || !d.At.Equal(w.now) {
			w.Errorf("%+v %v", d, err)
		}
	})
}
