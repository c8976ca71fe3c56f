package web

import (
	"tianye/internal/account"
)

type homePage struct {
	Page
	Projects []account.Membership
}

// home lists the projects that one may open; who has just one goes straight to it.
func (s *Server) home(r *Request) error {
	projects, err := s.Accounts.ProjectsOf(r, r.User)
	if err != nil {
		return err
	}
	if len(projects) == 1 && !r.User.Admin && r.Query("done") == "" {
		return r.To("/p/"+string(projects[0].ID), "")
	}
	return s.show(r, "project/home", homePage{Page: s.page(r, "project.all"), Projects: projects})
}

func (s *Server) createProject(r *Request) error {
	p, err := s.Accounts.CreateProject(r, r.User.ID, r.Field("title"), r.Field("description"), false)
	if err != nil {
		return err
	}
	return r.To("/p/"+string(p.ID), "project.created")
}

func (s *Server) updateProject(r *Request) error {
	p := r.Project
	p.Title, p.Description = r.Field("title"), r.Field("description")
	if err := s.Accounts.UpdateProject(r, p); err != nil {
		return err
	}
	return r.To("/p/"+string(p.ID), "project.updated")
}
