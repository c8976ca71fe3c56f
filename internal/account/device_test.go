package account_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"tianye/internal/account"
	"tianye/internal/problem"
)

// known gives the browser on which the login signed in before.
func (w *world) known(login, address, devices string) account.Browser {
	w.Helper()
	devices, err := w.Remember(w.Context(), devices, login)
	if err != nil {
		w.Fatal(err)
	}
	return account.Browser{Address: address, Devices: devices}
}

// TestStrangersLockNobodyOut: on a browser of their own, neither strangers' failures of the account nor those from the
// same address keep a user out.
func TestStrangersLockNobodyOut(t *testing.T) {
	w := here(t)
	w.user("alice")
	phone := w.known("alice", office, "")
	for i := range 200 { // the account's limit
		w.try("alice", fmt.Sprintf("10.2.0.%d", i))
	}
	for i := range 60 { // the address's limit
		w.try(fmt.Sprintf("nobody%d", i), office)
	}
	_, _, err := w.SignIn(t.Context(), "alice", password, browser)
	want(t, err, problem.TooMany, "account.tooManyTries")
	if _, _, err := w.SignIn(t.Context(), "alice", password, phone); err != nil {
		t.Error("locked out of her own phone:", err)
	}
}

// TestAKnownBrowserGuessesLittle: it has a counter of its own, is of one login, and cannot be made up.
func TestAKnownBrowserGuessesLittle(t *testing.T) {
	w := here(t)
	w.user("alice")
	w.user("bob")
	phone := w.known("alice", office, "")
	for range 10 {
		_, _, err := w.SignIn(t.Context(), "alice", "wrong password", phone)
		want(t, err, problem.Unauthenticated, "account.signInWrong")
	}
	_, _, err := w.SignIn(t.Context(), "alice", password, phone)
	want(t, err, problem.TooMany, "account.tooManyTries")
	if _, _, err := w.SignIn(t.Context(), "alice", password, w.known("alice", office, "")); err != nil {
		t.Error("another browser of hers:", err)
	}
	for range 5 {
		w.try("bob", office)
	}
	made := strings.Replace(phone.Devices, phone.Devices[:1], "-", 1)
	for _, devices := range []string{phone.Devices, made, "", ".", strings.Repeat("x", 36), strings.Repeat(phone.Devices+".", 1000)} {
		_, _, err := w.SignIn(t.Context(), "bob", password, account.Browser{Address: office, Devices: devices})
		want(t, err, problem.TooMany, "account.tooManyTries")
	}
}

// TestSharedBrowser remembers eight people, and each once.
func TestSharedBrowser(t *testing.T) {
	w := here(t)
	var devices string
	for i := range 9 {
		login := fmt.Sprintf("user%d", i)
		devices = w.known(login, office, devices).Devices
		if again := w.known(login, office, devices).Devices; again != devices {
			t.Error("remembered twice")
		}
	}
	if n := len(strings.Split(devices, ".")); n != 8 || strings.Contains(devices, "user") {
		t.Errorf("%d are remembered: %s", n, devices)
	}
}

func TestNetworks(t *testing.T) {
	for _, c := range []struct{ address, network string }{
		{"10.1.2.3", "10.1.2.3"}, {"::ffff:10.1.2.3", "10.1.2.3"}, {"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
		{"2001:db8:1:2::", "2001:db8:1:2::/64"}, {"fe80::1%eth0", "fe80::/64"}, {"@", "@"}, {"", ""},
	} {
		if got := account.Network(c.address); got != c.network {
			t.Errorf("%s: %s, want %s", c.address, got, c.network)
		}
	}
	w := here(t)
	w.user("alice")
	for i := range 5 {
		w.try("alice", fmt.Sprintf("2001:db8:1:2::%d", i))
	}
	if !w.try("alice", "2001:db8:1:2:ffff::1") || w.try("alice", "2001:db8:1:3::1") {
		t.Error("a /64 is one sender")
	}
}

// TestAHundredThousandSignIns: a flood of guesses, of one account and of made-up ones, from many addresses, takes neither
// the server's memory nor a user's way in.
func TestAHundredThousandSignIns(t *testing.T) {
	w, attempts := here(t), 100_000
	if testing.Short() {
		attempts = 10_000
	}
	alice := w.user("alice")
	phone := w.known("alice", office, "")
	for i := range 5 {
		w.try("alice", fmt.Sprintf("10.3.0.%d", i/5)) // a guesser, who must stay slowed down
	}
	before := heap()
	var wait sync.WaitGroup
	for part := range 8 {
		wait.Go(func() {
			for i := part; i < attempts; i += 8 {
				if i%(attempts/10) == 0 { // the real one, in the midst of it
					if u, _, err := w.SignIn(t.Context(), "alice", password, phone); err != nil || u.ID != alice.ID {
						t.Error("not let in:", err)
					}
				}
				login, address := "alice", office
				if i%300 == 0 {
					login, address = fmt.Sprintf("nobody%d", i), fmt.Sprintf("10.%d.%d.9", 10+i>>16, i>>8&255)
				}
				_, _, err := w.SignIn(t.Context(), login, "wrong password", account.Browser{Address: address})
				if err == nil {
					t.Error("let in with a wrong password")
				}
			}
		})
	}
	wait.Wait()
	if grown := heap() - before; grown > 20<<20 {
		t.Errorf("%d MB more", grown>>20)
	}
	if !w.try("alice", "10.3.0.0") {
		t.Error("the guesser is forgotten")
	}
}

func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// TestManyAtOnceAreShed: what hashes passwords has a short queue, in which strangers leave room for who is known.
func TestManyAtOnceAreShed(t *testing.T) {
	w := here(t)
	w.user("alice")
	phone := w.known("alice", office, "")
	var wait sync.WaitGroup
	var mu sync.Mutex
	kinds := map[problem.Kind]int{}
	for i := range 200 {
		wait.Go(func() {
			_, _, err := w.SignIn(t.Context(), fmt.Sprintf("nobody%d", i), password, account.Browser{Address: fmt.Sprintf("10.4.0.%d", i)})
			mu.Lock()
			defer mu.Unlock()
			kinds[problem.From(err).Kind]++
		})
	}
	if _, _, err := w.SignIn(t.Context(), "alice", password, phone); err != nil {
		t.Error("alice had no place in the queue:", err)
	}
	wait.Wait()
	if kinds[problem.Unavailable] == 0 || kinds[problem.Unauthenticated] == 0 || len(kinds) != 2 {
		t.Errorf("%v", kinds)
	}
	if _, _, err := w.SignIn(t.Context(), "alice", password, browser); err != nil {
		t.Error(err)
	}
}
