package account_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/account"
	"tianye/internal/problem"
)

// The codes of RFC 6238, Appendix B, of SHA-1, their last six digits: 20 bytes "12345678901234567890".
const rfcSecret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"

var rfcCodes = []struct {
	second int64
	code   string
}{{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}}

// factor gives a user a second factor with the RFC's secret.
func (w *world) factor(login string, recovery ...string) {
	w.Helper()
	u, err := w.Store.UserByLogin(w.Context(), login)
	if err != nil {
		w.Fatal(err)
	}
	u.TOTP = account.TOTP{Secret: rfcSecret, Since: time.Unix(1, 0), Recovery: recovery}
	if err := w.Store.ReplaceUser(w.Context(), u); err != nil {
		w.Fatal(err)
	}
}

// half gives the token of a sign-in that waits for the code.
func (w *world) half(login string) string {
	w.Helper()
	token := w.signIn(login, password)
	_, err := w.Authenticate(w.Context(), token)
	want(w, err, problem.Unauthenticated, "account.sessionEnded")
	return token
}

func TestCodesOfRFC6238(t *testing.T) {
	everywhere(t, func(w *world) {
		w.user("alice")
		w.factor("alice")
		for _, c := range rfcCodes {
			w.now = time.Unix(c.second, 0)
			half := w.half("alice")
			_, _, err := w.SignInCode(w.Context(), half, "000000", browser)
			want(w, err, problem.Unauthenticated, "secondfactor.wrong")
			u, token, err := w.SignInCode(w.Context(), half, c.code[:3]+" "+c.code[3:], browser)
			if err != nil || u.Login != "alice" {
				w.Fatal(c, err)
			}
			if in, err := w.Authenticate(w.Context(), token); err != nil || in.ID != u.ID {
				w.Error(in, err)
			}
			_, _, err = w.SignInCode(w.Context(), half, c.code, browser) // it ended
			want(w, err, problem.Unauthenticated, "account.sessionEnded")
			_, _, err = w.SignInCode(w.Context(), w.half("alice"), c.code, browser)
			want(w, err, problem.Unauthenticated, "secondfactor.wrong") // each code once
			w.pass(time.Hour)
		}
	})
}

// TestCodesOfOtherSteps: clocks differ by a step; what is older, or before the last one taken, counts no more.
func TestCodesOfOtherSteps(t *testing.T) {
	w := here(t)
	w.user("alice")
	w.factor("alice")
	w.now = time.Unix(1111111111+29, 0) // in the step after that of 050471
	_, _, err := w.SignInCode(t.Context(), w.half("alice"), "081804", browser)
	want(t, err, problem.Unauthenticated, "secondfactor.wrong") // two steps old
	if _, _, err := w.SignInCode(t.Context(), w.half("alice"), "050471", browser); err != nil {
		t.Error("the code of the step before:", err)
	}
	w.factor("alice")
	w.now = time.Unix(1111111109-29, 0)
	if _, _, err := w.SignInCode(t.Context(), w.half("alice"), "081804", browser); err != nil {
		t.Error("the code of the step after:", err)
	}
	w.now = time.Unix(1111111111, 0)
	if _, _, err := w.SignInCode(t.Context(), w.half("alice"), "050471", browser); err != nil {
		t.Error(err)
	}
	_, _, err = w.SignInCode(t.Context(), w.half("alice"), "081804", browser)
	want(t, err, problem.Unauthenticated, "secondfactor.wrong") // seen on the way, used late
}

func TestSetUpAndRemove(t *testing.T) {
	everywhere(t, func(w *world) {
		alice := w.user("alice")
		before := w.signIn("alice", password)
		secret, address, err := w.BeginSecondFactor(w.Context(), alice.ID, "田野 survey.example.cn")
		if err != nil || len(secret) != 32 || !strings.HasPrefix(address, "otpauth://totp/%E7%94%B0") || !strings.Contains(address, "secret="+secret) {
			w.Fatal(secret, address, err)
		}
		_, err = w.ConfirmSecondFactor(w.Context(), alice.ID, "wrong password", "12345")
		want(w, err, problem.Invalid, "account.oldPasswordWrong")
		if again, _, err := w.BeginSecondFactor(w.Context(), alice.ID, ""); err != nil || again != secret {
			w.Error("another secret is offered", err)
		}
		_, err = w.ConfirmSecondFactor(w.Context(), alice.ID, password, "12345")
		want(w, err, problem.Invalid, "secondfactor.wrong")
		u, err := w.Store.User(w.Context(), alice.ID)
		if err != nil || u.TOTP.InUse() {
			w.Fatal("in use without a code", err)
		}
		u.TOTP.Secret, u.TOTP.Offered, w.now = rfcSecret, time.Unix(1, 0), time.Unix(59, 0)
		if err := w.Store.ReplaceUser(w.Context(), u); err != nil {
			w.Fatal(err)
		}
		recovery, err := w.ConfirmSecondFactor(w.Context(), alice.ID, password, "287082")
		if err != nil || len(recovery) != 10 {
			w.Fatal(recovery, err)
		}
		_, err = w.Authenticate(w.Context(), before)
		want(w, err, problem.Unauthenticated, "account.sessionEnded")
		_, err = w.ConfirmSecondFactor(w.Context(), alice.ID, password, "287082")
		want(w, err, problem.Conflict, "secondfactor.already")
		if u, err = w.Store.User(w.Context(), alice.ID); err != nil || strings.Contains(strings.Join(u.TOTP.Recovery, " "), recovery[0]) {
			w.Error("recovery codes are kept readable", err)
		}
		typed := strings.ToUpper(strings.ReplaceAll(recovery[3], "-", " "))
		if _, _, err := w.SignInCode(w.Context(), w.half("alice"), typed, browser); err != nil {
			w.Error(err)
		}
		_, _, err = w.SignInCode(w.Context(), w.half("alice"), typed, browser)
		want(w, err, problem.Unauthenticated, "secondfactor.wrong")
		want(w, w.RemoveSecondFactor(w.Context(), alice.ID, "wrong password", browser), problem.Invalid, "secondfactor.proofWrong")
		if err := w.RemoveSecondFactor(w.Context(), alice.ID, recovery[4], browser); err != nil {
			w.Error(err)
		}
		want(w, w.RemoveSecondFactor(w.Context(), alice.ID, password, browser), problem.Conflict, "secondfactor.none")
		w.factor("alice")
		if err := w.RemoveSecondFactor(w.Context(), alice.ID, password, browser); err != nil {
			w.Error(err)
		}
		if _, err := w.Authenticate(w.Context(), w.signIn("alice", password)); err != nil {
			w.Error("the password alone will do:", err)
		}
	})
}

// TestAnOldOffer: a secret that somebody saw long ago is not put to use.
func TestAnOldOffer(t *testing.T) {
	w := here(t)
	alice := w.user("alice")
	first, _, err := w.BeginSecondFactor(t.Context(), alice.ID, "")
	if err != nil {
		t.Fatal(err)
	}
	w.pass(20 * time.Minute)
	_, err = w.ConfirmSecondFactor(t.Context(), alice.ID, password, "287082")
	want(t, err, problem.Invalid, "secondfactor.late")
	if second, _, err := w.BeginSecondFactor(t.Context(), alice.ID, ""); err != nil || second == first {
		t.Error("the same secret is offered again", err)
	}
}

// TestOneCodeAtOnce: of many who send the same code together one is let in.
func TestOneCodeAtOnce(t *testing.T) {
	everywhere(t, func(w *world) {
		w.user("alice")
		w.factor("alice")
		w.now = time.Unix(59, 0)
		halves := make([]string, 4)
		for i := range halves {
			halves[i] = w.half("alice")
		}
		var wait sync.WaitGroup
		errs := make([]error, len(halves))
		for i, half := range halves {
			wait.Go(func() { _, _, errs[i] = w.SignInCode(w.Context(), half, "287082", browser) })
		}
		wait.Wait()
		in := 0
		for _, err := range errs {
			if err == nil {
				in++
			} else {
				want(w, err, problem.Unauthenticated, "secondfactor.wrong")
			}
		}
		if in != 1 {
			w.Errorf("%d were let in by one code", in)
		}
	})
}

// TestCodesAreNotGuessed: tries are counted though the password is right, and a half-open session ends soon.
func TestCodesAreNotGuessed(t *testing.T) {
	w := here(t)
	w.user("alice")
	w.factor("alice")
	w.now = time.Unix(59, 0)
	half := w.half("alice")
	for range 20 {
		_, _, err := w.SignInCode(t.Context(), half, "000000", browser)
		want(t, err, problem.Unauthenticated, "secondfactor.wrong")
	}
	elsewhere := account.Browser{Address: "192.0.2.7"}
	_, _, err := w.SignInCode(t.Context(), w.half("alice"), "287082", elsewhere)
	want(t, err, problem.TooMany, "account.tooManyTries")
	w.pass(10 * time.Minute)
	_, _, err = w.SignInCode(t.Context(), half, "287082", browser)
	want(t, err, problem.Unauthenticated, "account.sessionEnded")
}

func TestRolesThatNeedAFactor(t *testing.T) {
	everywhere(t, func(w *world) {
		p := w.project("衢州", w.user("alice"), nil)
		p, err := w.RequireSecondFactor(w.Context(), p.ID, []account.Role{account.Manager, account.Analyst})
		if err != nil || len(p.NeedFactor) != 2 {
			w.Fatal(p, err)
		}
		_, err = w.RequireSecondFactor(w.Context(), p.ID, []account.Role{"king"})
		want(w, err, problem.Invalid, "account.roleUnknown")
		if p, err = w.Project(w.Context(), p.ID); err != nil || len(p.NeedFactor) != 2 || p.NeedFactor[1] != account.Analyst {
			w.Error(p, err)
		}
	})
}
