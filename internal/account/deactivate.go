package account

import (
	"context"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// SetUserDisabled deactivates a user of the whole server, which ends all of their sessions, or activates
// them again. The last active administrator stays one, as changeMember has it with managers.
func (s *Service) SetUserDisabled(ctx context.Context, user id.UserID, disabled bool) error {
	return again(ctx, func() (bool, error) {
		u, err := s.store.User(ctx, user)
		if err != nil {
			return false, err
		}
		if u.Admin && disabled && !u.Disabled {
			stays, err := s.anotherAdmin(ctx, user)
			if err != nil {
				return false, err
			}
			if err := s.store.ReplaceUser(ctx, stays); err != nil {
				return overtaken(err), err
			}
		}
		u.Disabled = disabled
		if err := s.store.ReplaceUser(ctx, u); err != nil || !disabled {
			return overtaken(err), err
		}
		return false, s.store.DeleteSessions(ctx, user)
	})
}

// anotherAdmin gives an active administrator who is not the user.
func (s *Service) anotherAdmin(ctx context.Context, user id.UserID) (User, error) {
	users, err := s.store.Users(ctx)
	if err != nil {
		return User{}, err
	}
	for _, u := range users {
		if u.ID != user && u.Admin && !u.Disabled {
			return u, nil
		}
	}
	return User{}, problem.New(problem.Conflict, "account.lastAdmin")
}
