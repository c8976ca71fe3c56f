package store

import (
	"context"

	"tianye/internal/account"
	"tianye/internal/id"
)

func appUserRevision(u *account.AppUser, revision int64) { u.Revision = revision }

func (s *Accounts) CreateAppUser(ctx context.Context, u account.AppUser) error {
	return insert(ctx, s.b, appUsers, "", string(u.ID), u)
}

func (s *Accounts) AppUser(ctx context.Context, user id.UserID) (account.AppUser, error) {
	return get(ctx, s.b, appUsers, "", string(user), appUserRevision)
}

func (s *Accounts) AppUserByLogin(ctx context.Context, login string) (account.AppUser, error) {
	found, err := all(ctx, s.b, appUsers, "", Query{Where: []Condition{Equal("login", login)}, Limit: 1}, appUserRevision)
	if err == nil && len(found) == 0 {
		err = NotFound()
	}
	if err != nil {
		return account.AppUser{}, err
	}
	return found[0], nil
}

func (s *Accounts) AppUsers(ctx context.Context, project id.ProjectID) ([]account.AppUser, error) {
	return all(ctx, s.b, appUsers, "", Query{Where: []Condition{Equal("projectid", string(project))}}, appUserRevision)
}

func (s *Accounts) ReplaceAppUser(ctx context.Context, u account.AppUser) error {
	return replace(ctx, s.b, appUsers, "", string(u.ID), u.Revision, u)
}

// secret is the one document of its collection.
type secret struct{ Value string }

const secretKey = "server"

// Secret is written by whoever asks first; all others read it.
func (s *Accounts) Secret(ctx context.Context, offered string) (string, error) {
	err := insert(ctx, s.b, secrets, "", secretKey, secret{offered})
	if err == nil || !IsExists(err) {
		return offered, err
	}
	kept, err := get(ctx, s.b, secrets, "", secretKey, func(*secret, int64) {})
	return kept.Value, err
}
