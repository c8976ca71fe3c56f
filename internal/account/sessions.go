package account

import (
	"context"
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
