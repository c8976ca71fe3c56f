package account

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// TokenPrefix begins every token, so that one which lies about in a file is found for what it is.
const TokenPrefix = "ty_"

// The life of a token, in days.
const (
	TokenDays     = 90
	MostTokenDays = 365
)

// TokenRoles are those that a token can have.
var TokenRoles = []Role{Reviewer, Analyst, Enumerator, Viewer}

// State is how a token stands.
func (t Token) State(now time.Time) TokenState {
	switch {
	case !t.Revoked.IsZero():
		return TokenRevoked
	case !now.Before(t.Expires):
		return TokenExpired
	}
	return TokenInUse
}

// TokenState is how a token stands.
type TokenState string

// The states.
const (
	TokenInUse   TokenState = "inUse"
	TokenExpired TokenState = "expired"
	TokenRevoked TokenState = "revoked"
)

// CreateToken makes a token and gives it as its owner will know it; kept is only its hash. Of offered
// Name, Role and Limit count; it lasts so many days.
func (s *Service) CreateToken(ctx context.Context, project id.ProjectID, by id.UserID, offered Token, days int) (Token, string, error) {
	name := strings.TrimSpace(offered.Name)
	switch n := utf8.RuneCountInString(name); {
	case n == 0 || n > 60:
		return Token{}, "", problem.New(problem.Invalid, "token.nameInvalid").With("name", "token.nameInvalid")
	case !slices.Contains(TokenRoles, offered.Role):
		return Token{}, "", problem.New(problem.Invalid, "token.roleInvalid").With("role", "token.roleInvalid")
	case days < 1 || days > MostTokenDays:
		return Token{}, "", problem.New(problem.Invalid, "token.daysInvalid", MostTokenDays).With("days", "token.daysInvalid", MostTokenDays)
	}
	limit, err := offered.Limit.Normal()
	if err != nil {
		return Token{}, "", err
	}
	secret := TokenPrefix + id.Secret()
	t := Token{ID: id.UserID(id.New(s.now())), Hash: hashBearer(secret), ProjectID: project, Name: name, Role: offered.Role, Limit: limit,
		By: by, Created: s.now(), Expires: s.now().Add(time.Duration(days) * 24 * time.Hour)}
	return t, secret, s.store.CreateToken(ctx, t)
}

func hashBearer(secret string) string {
	sum := sha256.Sum256([]byte("token\x00" + secret))
	return hex.EncodeToString(sum[:])
}

// Tokens lists a project's tokens: those in use first, then the newest.
func (s *Service) Tokens(ctx context.Context, project id.ProjectID) ([]Token, error) {
	all, err := s.store.Tokens(ctx, project)
	now := s.now()
	slices.SortFunc(all, func(a, b Token) int {
		if used := a.State(now) == TokenInUse; used != (b.State(now) == TokenInUse) {
			if used {
				return -1
			}
			return 1
		}
		return strings.Compare(string(b.ID), string(a.ID))
	})
	return all, err
}

// RevokeToken ends a token for good; what was done with it stays.
func (s *Service) RevokeToken(ctx context.Context, project id.ProjectID, token id.UserID) (Token, error) {
	all, err := s.store.Tokens(ctx, project)
	if err != nil {
		return Token{}, err
	}
	for _, t := range all {
		if t.ID != token {
			continue
		}
		if !t.Revoked.IsZero() {
			return t, nil
		}
		t.Revoked = s.now()
		return t, s.store.ReplaceToken(ctx, t)
	}
	return Token{}, problem.New(problem.NotFound, "token.none")
}

// revokeTokensOf ends the tokens that somebody made in a project: they know their secrets.
func (s *Service) revokeTokensOf(ctx context.Context, project id.ProjectID, by id.UserID) error {
	all, err := s.store.Tokens(ctx, project)
	if err != nil {
		return err
	}
	for _, t := range all {
		if t.By != by || !t.Revoked.IsZero() {
			continue
		}
		t.Revoked = s.now()
		if err := s.store.ReplaceToken(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// TokenOf gives the token that a program shows, if it is in use.
func (s *Service) TokenOf(ctx context.Context, secret string) (Token, error) {
	t, err := s.store.TokenByHash(ctx, hashBearer(secret))
	if problem.Is(err, problem.NotFound) {
		err = problem.New(problem.Unauthenticated, "token.unknown")
	}
	if err != nil {
		return Token{}, err
	}
	switch t.State(s.now()) {
	case TokenExpired:
		return Token{}, problem.New(problem.Unauthenticated, "token.hasExpired")
	case TokenRevoked:
		return Token{}, problem.New(problem.Unauthenticated, "token.wasRevoked")
	}
	maker, err := s.store.User(ctx, t.By) // who is out knows its secret
	if problem.Is(err, problem.NotFound) || err == nil && maker.Disabled {
		err = problem.New(problem.Unauthenticated, "token.wasRevoked")
	}
	if err != nil {
		return Token{}, err
	}
	return t, nil
}
