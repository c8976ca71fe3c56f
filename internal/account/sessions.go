package account

import (
	"context"
	"strings"

	"tianye/internal/id"
)

// Browser is where somebody signs in.
type Browser struct {
	Agent   string // what it calls itself
	Address string // the network address, without its port
}

// maxAgent is how much of what a browser calls itself is kept, in bytes.
const maxAgent = 300

// OpenSession starts a session for a user who has proved who they are.
func (s *Service) OpenSession(ctx context.Context, user id.UserID, browser Browser) (token string, err error) {
	now := s.now()
	if err := s.store.DeleteExpiredSessions(ctx, now); err != nil {
		return "", err
	}
	if len(browser.Agent) > maxAgent {
		browser.Agent = browser.Agent[:maxAgent]
	}
	token = id.Secret()
	return token, s.store.CreateSession(ctx, Session{ID: id.New(now), Hash: hashToken(token), UserID: user,
		Agent: strings.ToValidUTF8(browser.Agent, ""), Address: browser.Address, Created: now, Expires: now.Add(SessionLength)})
}
