package web

import (
	"strconv"

	"tianye/internal/account"
	"tianye/internal/problem"
)

// settingsPage is where a manager changes the project itself. What went wrong stands at its top.
type settingsPage struct {
	Page
	Settings               account.Project // as they stand, or as they were refused
	DeleteTitle, DeleteWhy string          // as they were refused
	Error                  string
}

func (s *Server) projectSettings(r *Request) error {
	return s.show(r, "project/settings", s.settingsPage(r))
}

func (s *Server) settingsPage(r *Request) *settingsPage {
	return &settingsPage{Page: s.page(r, "project.settings"), Settings: r.Project}
}

// refuse shows the page again with what is wrong.
func (s *Server) refuse(r *Request, page *settingsPage, p *problem.Problem) error {
	page.Error = page.Say(p.Text)
	return s.render(r, statuses[p.Kind], "project/settings", page)
}

// toSettings goes back to the page, which says what was done.
func (r *Request) toSettings(done string) error {
	return r.To("/p/"+string(r.Project.ID)+"/settings", done)
}

func (s *Server) updateProject(r *Request) error {
	p := r.Project
	var err error
	if p.Revision, err = strconv.ParseInt(r.Field("revision"), 10, 64); err != nil {
		return problem.New(problem.Malformed, "web.bodyUnreadable").Because(err)
	}
	p.Title, p.Description = r.Field("title"), r.Field("description")
	if err = s.Accounts.UpdateProject(r, p); err == nil {
		r.did(string(p.ID), p.Title)
		r.changed(r.Project.Title, p.Title)
		return r.toSettings("project.updated")
	}
	found := problem.From(err)
	if !mendable(found) {
		return err
	}
	page := s.settingsPage(r)
	page.Settings = p
	return s.refuse(r, page, found)
}

// setPhase closes, archives or reopens a project.
func (s *Server) setPhase(r *Request) error {
	before := r.Project.Phase
	p, err := s.Accounts.SetPhase(r, r.Project.ID, account.Phase(r.Field("phase")))
	if err != nil {
		return err
	}
	r.did(string(p.ID), p.Title)
	r.changed(say(r, before.Label().Key), say(r, p.Phase.Label().Key))
	return r.toSettings(phaseWords[p.Phase].done)
}

// deleteProject puts a project into the recycle bin, when its title was written once more.
func (s *Server) deleteProject(r *Request) error {
	r.about(string(r.Project.ID), r.Project.Title)
	why, err := r.why()
	if err == nil {
		_, err = s.Accounts.DeleteProject(r, r.User.ID, r.Project.ID, r.Field("title"), why)
	}
	if err == nil {
		return r.To("/", "bin.projectMoved")
	}
	found := problem.From(err)
	if found.Kind != problem.Invalid {
		return err
	}
	page := s.settingsPage(r)
	page.DeleteTitle, page.DeleteWhy = r.Field("title"), r.Field("why")
	return s.refuse(r, page, found)
}

// phaseWords are the keys of what a phase means for the project, what the button says that moves the
// project to it, and what is said then.
var phaseWords = map[account.Phase]struct{ means, do, done string }{
	account.Open:     {"bin.openMeans", "bin.reopen", "bin.reopened"},
	account.Closed:   {"bin.closedMeans", "bin.close", "bin.closed"},
	account.Archived: {"bin.archivedMeans", "bin.archive", "bin.archivedDone"},
}

// Phases are what a project can be moved to.
func (p settingsPage) Phases() []account.Phase { return account.Phases }

// PhaseMeans says what a phase means for the project.
func (p settingsPage) PhaseMeans(phase account.Phase) string { return p.T(phaseWords[phase].means) }

// PhaseDo is what the button says that moves the project to a phase.
func (p settingsPage) PhaseDo(phase account.Phase) string { return p.T(phaseWords[phase].do) }
