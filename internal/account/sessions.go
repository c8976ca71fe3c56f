package account

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"tianye/internal/id"
)

// Browser is where somebody signs in.
type Browser struct {
	Agent   string // what it calls itself
	Address string // the network address, without its port
	Devices string // what its cookie shows of who signed in on it before: see Remember
}

// maxAgent is how much of what a browser calls itself is kept, in bytes.
const maxAgent = 300

// OpenSession starts a session for a user who has proved who they are, by all that is asked of them.
func (s *Service) OpenSession(ctx context.Context, user id.UserID, browser Browser) (token string, err error) {
	return s.openSession(ctx, user, browser, true, SessionLength)
}

func (s *Service) openSession(ctx context.Context, user id.UserID, browser Browser, factor bool, length time.Duration) (token string, err error) {
	now := s.now()
	if err := s.store.DeleteExpiredSessions(ctx, now); err != nil {
		return "", err
	}
	if len(browser.Agent) > maxAgent {
		browser.Agent = browser.Agent[:maxAgent]
	}
	token = id.Secret()
	return token, s.store.CreateSession(ctx, Session{ID: id.New(now), Hash: hashToken(token), UserID: user, Factor: factor,
		Agent: strings.ToValidUTF8(browser.Agent, ""), Address: browser.Address, Created: now, Expires: now.Add(length)})
}

// waits tells whether the session is half open: the password was right, the second factor is still to come.
func (session Session) waits(u User) bool { return u.TOTP.InUse() && !session.Factor }

// Sessions lists a user's sessions, the newest first, and the ID of the one whose token is given.
func (s *Service) Sessions(ctx context.Context, user id.UserID, token string) (sessions []Session, this string, err error) {
	all, err := s.store.Sessions(ctx, user)
	for _, session := range all {
		if !s.now().Before(session.Expires) {
			continue
		}
		if session.ID == "" { // of a time when they had none
			session.ID = id.Derived("session", session.Hash)
		}
		if session.Hash == hashToken(token) {
			this = session.ID
		}
		sessions = append(sessions, session)
	}
	slices.SortFunc(sessions, func(a, b Session) int {
		return cmp.Or(b.Created.Compare(a.Created), cmp.Compare(a.ID, b.ID))
	})
	return sessions, this, err
}

// EndSession ends one of a user's sessions; one that has ended already is no error.
func (s *Service) EndSession(ctx context.Context, user id.UserID, session string) error {
	sessions, _, err := s.Sessions(ctx, user, "")
	for _, other := range sessions {
		if other.ID == session {
			return s.store.DeleteSession(ctx, other.Hash)
		}
	}
	return err
}

// EndOtherSessions ends all of a user's sessions but the one whose token is given.
func (s *Service) EndOtherSessions(ctx context.Context, user id.UserID, token string) error {
	sessions, _, err := s.Sessions(ctx, user, "")
	if err != nil {
		return err
	}
	for _, other := range sessions {
		if other.Hash == hashToken(token) {
			continue
		}
		if err := s.store.DeleteSession(ctx, other.Hash); err != nil {
			return err
		}
	}
	return nil
}
