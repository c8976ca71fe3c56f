package account

import (
	"cmp"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"tianye/internal/problem"
)

// throttle slows down who guesses passwords and codes. From a browser that nobody signed in on
// before, failures are counted by account and address together, by address, and by account.
// A browser on which the same login signed in before (see device.go) has a counter of its own,
// so that strangers' failures, however many, never keep a user out of their own phone.
type throttle struct {
	mu       sync.Mutex
	failures map[string]failure
}

type failure struct {
	count int
	last  time.Time
}

// counter is what a try is counted by.
type counter struct {
	key   string
	limit int
	own   bool // only the one who is right in the end can have counted it up: forgiven whole
}

const (
	failureWindow = 15 * time.Minute
	byPair        = 5
	byAddress     = 60 // a whole office may share one address
	byAccount     = 200
	byDevice      = 10
	byCode        = 20 // of the second factor: six digits are few
	maxTracked    = 10_000
)

// passwordCounters are what a password is counted by; device is "" for a browser that the login
// never signed in on.
func passwordCounters(login, address, device string) []counter {
	if device != "" {
		return []counter{{"d\x00" + login + "\x00" + device, byDevice, true}}
	}
	network := Network(address)
	return []counter{{"p\x00" + login + "\x00" + network, byPair, true}, {"a\x00" + network, byAddress, false}, {"l\x00" + login, byAccount, false}}
}

// codeCounters are what a code of the second factor is counted by, after the right password.
func codeCounters(login, device string) []counter {
	return []counter{{"c\x00" + login + "\x00" + device, byCode, false}}
}

// appCounters are what the passwords of app users are counted by, apart from those of people.
func appCounters(login, address string) []counter {
	network := Network(address)
	return []counter{{"ap\x00" + login + "\x00" + network, byPair, true}, {"aa\x00" + network, byAddress, false}}
}

// Network is what addresses of one sender share: an IPv6 address's /64, which one machine has
// whole; any other address itself.
func Network(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	if a = a.Unmap().WithZone(""); a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return address
	}
	return p.String()
}

// try tells whether a password may be tried now. It counts as a failure until succeeded says
// otherwise, so that many tries at once are no way around the limit.
func (t *throttle) try(counters []counter, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range counters {
		left := failureWindow - now.Sub(t.failures[c.key].last)
		if t.failures[c.key].count >= c.limit && left > 0 {
			return problem.New(problem.TooMany, "account.tooManyTries", int((min(left, failureWindow)+time.Minute-1)/time.Minute))
		}
	}
	if t.failures == nil || len(t.failures) > maxTracked {
		t.forget(now)
	}
	for _, c := range counters {
		f := t.failures[c.key]
		if now.Sub(f.last) >= failureWindow {
			f.count = 0
		}
		t.failures[c.key] = failure{f.count + 1, now}
	}
	return nil
}

// succeeded forgives the failures of who was right in the end; of others only the try itself is
// taken back.
func (t *throttle) succeeded(counters []counter) { t.takeBack(counters, true) }

// unjudged takes back a try that came to no judgement.
func (t *throttle) unjudged(counters []counter) { t.takeBack(counters, false) }

func (t *throttle) takeBack(counters []counter, forgive bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range counters {
		f := t.failures[c.key]
		if f.count--; forgive && c.own || f.count <= 0 {
			delete(t.failures, c.key)
		} else {
			t.failures[c.key] = f
		}
	}
}

// forget keeps memory bounded: what is over goes, and of the rest the half that counted least, so
// that a flood of new names does not wash away the counters of those who guess.
func (t *throttle) forget(now time.Time) {
	kept := make(map[string]failure, maxTracked)
	for key, f := range t.failures {
		if now.Sub(f.last) < failureWindow {
			kept[key] = f
		}
	}
	if len(kept) > maxTracked/2 {
		least := slices.SortedFunc(maps.Keys(kept), func(a, b string) int { return cmp.Compare(kept[a].count, kept[b].count) })
		for _, key := range least[:len(kept)-maxTracked/2] {
			delete(kept, key)
		}
	}
	t.failures = kept
}
