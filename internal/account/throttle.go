package account

import (
	"sync"
	"time"

	"tianye/internal/problem"
)

// throttle slows down who guesses passwords. It counts failures by account and
// address together, by address, and by account: the last is set so wide that a
// stranger cannot lock a member out in an ordinary day.
type throttle struct {
	mu       sync.Mutex
	failures map[string]failure
}

type failure struct {
	count int
	last  time.Time
}

const (
	failureWindow = 15 * time.Minute
	byPair        = 5
	byAddress     = 60 // a whole office may share one address
	byAccount     = 200
	maxTracked    = 10_000
)

// check tells whether another try may be made now.
func (t *throttle) check(login, address string, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, k := range []struct {
		key   string
		limit int
	}{{"p\x00" + login + "\x00" + address, byPair}, {"a\x00" + address, byAddress}, {"l\x00" + login, byAccount}} {
		f, ok := t.failures[k.key]
		if ok && f.count >= k.limit && now.Sub(f.last) < failureWindow {
			minutes := int((failureWindow - now.Sub(f.last)).Minutes()) + 1
			return problem.New(problem.TooMany, "account.tooManyTries", minutes)
		}
	}
	return nil
}

func (t *throttle) failed(login, address string, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.failures == nil || len(t.failures) > maxTracked {
		t.forgetOld(now)
	}
	for _, key := range []string{"p\x00" + login + "\x00" + address, "a\x00" + address, "l\x00" + login} {
		f := t.failures[key]
		if now.Sub(f.last) >= failureWindow {
			f.count = 0
		}
		t.failures[key] = failure{f.count + 1, now}
	}
}

func (t *throttle) succeeded(login, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.failures, "p\x00"+login+"\x00"+address)
}

func (t *throttle) forgetOld(now time.Time) {
	kept := map[string]failure{}
	for key, f := range t.failures {
		if now.Sub(f.last) < failureWindow && len(kept) < maxTracked/2 {
			kept[key] = f
		}
	}
	t.failures = kept
}
