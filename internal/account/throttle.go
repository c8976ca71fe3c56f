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

// keys are what a try is counted by, with their limits.
func keys(login, address string) map[string]int {
	return map[string]int{"p\x00" + login + "\x00" + address: byPair, "a\x00" + address: byAddress, "l\x00" + login: byAccount}
}

// try tells whether a password may be tried now. It counts as a failure until
// succeeded says otherwise, so that many tries at once are no way around the limit.
func (t *throttle) try(login, address string, now time.Time) error {
	return t.note(login, address, now, false)
}

// note tells whether what was tried counts, and counts it unless it was right.
func (t *throttle) note(login, address string, now time.Time, right bool) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key, limit := range keys(login, address) {
		left := failureWindow - now.Sub(t.failures[key].last)
		if t.failures[key].count >= limit && left > 0 {
			return problem.New(problem.TooMany, "account.tooManyTries", int((left+time.Minute-1)/time.Minute))
		}
	}
	if right {
		return nil
	}
	if t.failures == nil || len(t.failures) > maxTracked {
		t.forgetOld(now)
	}
	for key := range keys(login, address) {
		f := t.failures[key]
		if now.Sub(f.last) >= failureWindow {
			f.count = 0
		}
		t.failures[key] = failure{f.count + 1, now}
	}
	return nil
}

// succeeded forgives the failures of who knew the password in the end; of others
// only the try itself is taken back.
func (t *throttle) succeeded(login, address string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for key, limit := range keys(login, address) {
		f := t.failures[key]
		if f.count--; limit == byPair || f.count <= 0 {
			delete(t.failures, key)
		} else {
			t.failures[key] = f
		}
	}
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
