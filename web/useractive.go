package web

import (
	"slices"

	"tianye/internal/account"
	"tianye/internal/problem"
)

// userAt is the user of the path, who is what the request is about.
func (s *Server) userAt(r *Request) (account.User, error) {
	users, err := s.Accounts.Users(r)
	if err != nil {
		return account.User{}, err
	}
	at := slices.IndexFunc(users, func(u account.User) bool { return string(u.ID) == r.Param("user") })
	if at < 0 {
		return account.User{}, problem.New(problem.NotFound, "web.noPage")
	}
	r.about(string(users[at].ID), users[at].Name)
	return users[at], nil
}

func (s *Server) deactivateUser(r *Request) error {
	return s.setUserDisabled(r, true, "people.userDeactivated")
}

func (s *Server) activateUser(r *Request) error {
	return s.setUserDisabled(r, false, "people.activated")
}

func (s *Server) setUserDisabled(r *Request, disabled bool, done string) error {
	user, err := s.userAt(r)
	if err != nil {
		return err
	}
	if err := s.Accounts.SetUserDisabled(r, user.ID, disabled); err != nil {
		return err
	}
	return r.To("/users", done)
}
