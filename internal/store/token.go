package store

import (
	"context"

	"tianye/internal/account"
	"tianye/internal/id"
)

func tokenRevision(t *account.Token, revision int64) { t.Revision = revision }

func (s *Accounts) CreateToken(ctx context.Context, t account.Token) error {
	return insert(ctx, s.b, tokens, "", string(t.ID), t)
}

func (s *Accounts) TokenByHash(ctx context.Context, hash string) (account.Token, error) {
	found, err := all(ctx, s.b, tokens, "", Query{Where: []Condition{Equal("hash", hash)}, Limit: 1}, tokenRevision)
	if err == nil && len(found) == 0 {
		err = NotFound()
	}
	if err != nil {
		return account.Token{}, err
	}
	return found[0], nil
}

func (s *Accounts) Tokens(ctx context.Context, project id.ProjectID) ([]account.Token, error) {
	return all(ctx, s.b, tokens, "", Query{Where: []Condition{Equal("projectid", string(project))}}, tokenRevision)
}

func (s *Accounts) ReplaceToken(ctx context.Context, t account.Token) error {
	return replace(ctx, s.b, tokens, "", string(t.ID), t.Revision, t)
}
