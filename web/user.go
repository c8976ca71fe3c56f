package web

import (
	"tianye/internal/account"
	"tianye/internal/problem"
)

type usersPage struct {
	Page
	Users    []account.User
	NewLogin string // whose one-time password is shown, once
	NewName  string
	Password string
	Error    string
	Login    string
	Name     string
}

func (s *Server) usersPage(r *Request) (usersPage, error) {
	users, err := s.Accounts.Users(r)
	return usersPage{Page: s.page(r, "user.title"), Users: users}, err
}

func (s *Server) users(r *Request) error {
	page, err := s.usersPage(r)
	if err != nil {
		return err
	}
	return s.show(r, "user/list", page)
}

func (s *Server) createUser(r *Request) error {
	user, password, err := s.Accounts.CreateUser(r, r.Field("login"), r.Field("name"), r.Field("admin") != "")
	if err == nil {
		r.did(string(user.ID), user.Name)
	}
	return s.showUsers(r, user, password, err)
}

func (s *Server) resetUser(r *Request) error {
	user, err := s.userAt(r)
	if err != nil {
		return err
	}
	password, err := s.Accounts.ResetPassword(r, user.ID)
	if password != "" {
		r.did(string(user.ID), user.Name)
	}
	return s.showUsers(r, user, password, err)
}

// showUsers shows the list with a one-time password, or with what was wrong.
func (s *Server) showUsers(r *Request, user account.User, password string, err error) error {
	p := problem.From(err)
	if err != nil && p.Kind != problem.Invalid && p.Kind != problem.Conflict {
		return err
	}
	page, listErr := s.usersPage(r)
	if listErr != nil {
		return listErr
	}
	if err != nil {
		page.Error, page.Login, page.Name = page.Say(p.Text), r.Field("login"), r.Field("name")
		return s.render(r, statuses[p.Kind], "user/list", page)
	}
	page.NewLogin, page.NewName, page.Password = user.Login, user.Name, password
	return s.show(r, "user/list", page)
}
