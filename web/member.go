package web

import (
	"net/http"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

type membersPage struct {
	Page
	People   []account.Person
	Roles    []account.Role
	NewLogin string
	NewName  string
	Password string
	Error    string
	Login    string
	Name     string
	NewRole  account.Role
}

func (s *Server) membersPage(r *Request) (membersPage, error) {
	people, err := s.Accounts.People(r, r.Project.ID)
	return membersPage{Page: s.page(r, "member.title"), People: people, Roles: account.Roles, NewRole: account.Enumerator}, err
}

func (s *Server) members(r *Request) error {
	page, err := s.membersPage(r)
	if err != nil {
		return err
	}
	return s.show(r, "member/list", page)
}

func (s *Server) addMember(r *Request) error {
	user, password, err := s.Accounts.AddMember(r, r.Project.ID, r.Field("login"), r.Field("name"), account.Role(r.Field("role")))
	if err == nil && password == "" {
		return r.To("/p/"+string(r.Project.ID)+"/members", "member.added")
	}
	return s.showMembers(r, user, password, err)
}

func (s *Server) showMembers(r *Request, user account.User, password string, err error) error {
	p := problem.From(err)
	if err != nil && p.Kind != problem.Invalid && p.Kind != problem.Conflict {
		return err
	}
	page, listErr := s.membersPage(r)
	if listErr != nil {
		return listErr
	}
	if err != nil {
		page.Error, page.Login, page.Name, page.NewRole = page.Say(p.Text), r.Field("login"), r.Field("name"), account.Role(r.Field("role"))
		return s.render(r, statuses[p.Kind], "member/list", page)
	}
	page.NewLogin, page.NewName, page.Password = user.Login, user.Name, password
	return s.render(r, http.StatusOK, "member/list", page)
}

func (s *Server) setRole(r *Request) error {
	err := s.Accounts.SetRole(r, r.Project.ID, id.UserID(r.Param("user")), account.Role(r.Field("role")))
	if err != nil {
		return err
	}
	return r.To("/p/"+string(r.Project.ID)+"/members", "member.roleSet")
}

func (s *Server) removeMember(r *Request) error {
	if err := s.Accounts.RemoveMember(r, r.Project.ID, id.UserID(r.Param("user"))); err != nil {
		return err
	}
	return r.To("/p/"+string(r.Project.ID)+"/members", "member.removed")
}

func (s *Server) resetMember(r *Request) error {
	slips, err := s.Accounts.ResetMembers(r, r.User, r.Project.ID, []id.UserID{id.UserID(r.Param("user"))})
	if err != nil {
		return err
	}
	return s.showMembers(r, slips[0].User, slips[0].Password, nil)
}
