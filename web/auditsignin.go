package web

import (
	"context"
	"sync"
	"time"

	"tianye/internal/account"
	"tianye/internal/audit"
)

// refusals counts the sign-ins that were refused within an hour: who guesses passwords is seen in
// the audit, and cannot fill it.
type refusals struct {
	mu       sync.Mutex
	since    time.Time
	count    map[string]int // by address
	total    int
	unlisted int
}

// So many refusals are written down in an hour, one by one.
const (
	listedByAddress = 10
	listedInAll     = 200
)

// list tells whether a refusal is to be written down, and how many before it were not.
func (f *refusals) list(address string, now time.Time) (listed bool, unlisted int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if age := now.Sub(f.since); f.count == nil || age >= time.Hour || age < 0 {
		f.since, f.count, f.total = now, map[string]int{}, 0
	}
	if f.total >= listedInAll || f.count[address] >= listedByAddress {
		f.unlisted++
		return false, 0
	}
	f.total++
	f.count[address]++
	unlisted, f.unlisted = f.unlisted, 0
	return true, unlisted
}

// signInRefused writes down that somebody could not sign in. Only the login of a user is named: into its
// field people also type their passwords.
func (s *Server) signInRefused(r *Request, whose account.User) {
	listed, unlisted := s.refusals.list(r.address(), s.Now())
	if !listed {
		return
	}
	l := audit.Line{Address: r.address(), Action: "sessions.refused", Object: string(whose.ID), Title: whose.Login}
	if unlisted > 0 {
		l.After = say(r, "audit.unlisted", unlisted)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.context()), auditPatience)
	defer cancel()
	if err := s.Audit.Append(ctx, "", l); err != nil {
		s.Log.Error("audit", "error", err.Error())
	}
}
