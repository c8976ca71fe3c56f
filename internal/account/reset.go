package account

import (
	"context"
	"sync"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Slip is what a member is handed: the account with its one-time password, which is kept nowhere.
type Slip struct {
	Person
	Password string
}

// mayReset tells whether a project's manager may give the account a new password: it was made for this
// project, is no administrator's, and is used in no other. A manager may add whom they like, and must
// not become them.
func (s *Service) mayReset(ctx context.Context, project id.ProjectID, u User) (bool, error) {
	if u.Admin || u.MadeIn == "" || u.MadeIn != project {
		return false, nil
	}
	memberships, err := s.store.MembershipsOf(ctx, u.ID)
	for _, m := range memberships {
		if m.ProjectID != project {
			return false, nil
		}
	}
	return err == nil, err
}

// ResetMembers gives members new one-time passwords and ends all of their sessions. When the actor may
// not do so to one of them it is done to none. Slips of those that were done are given with an error as well.
func (s *Service) ResetMembers(ctx context.Context, actor User, project id.ProjectID, users []id.UserID) ([]Slip, error) {
	people := make([]Person, len(users))
	for i, user := range users {
		m, err := s.store.Member(ctx, project, user)
		if err != nil {
			return nil, err
		}
		u, err := s.store.User(ctx, user)
		if err != nil {
			return nil, err
		}
		if people[i] = (Person{m, u}); actor.Admin {
			continue
		}
		may, err := s.mayReset(ctx, project, u)
		if err != nil {
			return nil, err
		}
		if !may {
			return nil, problem.New(problem.Forbidden, "account.resetNeedsAdmin", u.Name)
		}
	}
	secrets, err := oneTimeSecrets(ctx, len(users))
	if err != nil {
		return nil, err
	}
	var slips []Slip
	for i, p := range people {
		if err := s.setOneTime(ctx, p.User.ID, secrets[i]); err != nil {
			return slips, err
		}
		p.User.MustChange = true
		slips = append(slips, Slip{p, secrets[i].password})
	}
	return slips, nil
}

// setOneTime replaces a user's password and ends all of their sessions.
func (s *Service) setOneTime(ctx context.Context, user id.UserID, secret oneTimeSecret) error {
	return again(ctx, func() (bool, error) {
		u, err := s.store.User(ctx, user)
		if err != nil {
			return false, err
		}
		u.PasswordHash, u.MustChange = secret.hash, true
		if err := s.store.ReplaceUser(ctx, u); err != nil {
			return overtaken(err), err
		}
		return false, s.store.DeleteSessions(ctx, user)
	})
}

type oneTimeSecret struct{ password, hash string }

// oneTimeSecrets makes n passwords, hashed two at once: who signs in meanwhile waits for one hash at most.
func oneTimeSecrets(ctx context.Context, n int) ([]oneTimeSecret, error) {
	secrets := make([]oneTimeSecret, n)
	errs := make([]error, 2)
	var wait sync.WaitGroup
	for worker := range errs {
		wait.Go(func() {
			for i := worker; i < n && errs[worker] == nil; i += len(errs) {
				secrets[i].password = oneTimePassword()
				secrets[i].hash, errs[worker] = hashPassword(ctx, secrets[i].password)
			}
		})
	}
	wait.Wait()
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return secrets, nil
}
