package web

import (
	"math"
	"time"

	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// inArchive are the changing routes that an archived project still answers: its phase, its deletion,
// those that post but change nothing, and those by which access is taken away.
var inArchive = map[string]bool{
	"/p/:project/phase": true, "/p/:project/delete": true, "/p/:project/submissions/export/full": true,
	"/p/:project/personal/search": true, "/p/:project/personal/export": true,
	"/p/:project/personal/erase":       true, // who asks to be forgotten is
	"/p/:project/tokens/:token/revoke": true, "/p/:project/app-users/:app/revoke": true, "/p/:project/members/:user/deactivate": true,
}

// inPhase refuses what an archived project has no more room for: nothing is filled in and nothing
// changes. A closed one serves the fill page, without a beginning, so that phones can send what
// was finished before: closed tells since when, and the survey judges by it.
func (r *Request) inPhase(route Route) error {
	if r.Project.Phase != account.Archived || inArchive[route.Path] {
		return nil
	}
	if route.Verb == account.Fill || changing(route.Method) {
		return problem.New(problem.Forbidden, "bin.archived")
	}
	return nil
}

// closed is since when nothing new is collected in the project; zero: it is.
func (r *Request) closed() time.Time {
	if r.Project.Phase == account.Open {
		return time.Time{}
	}
	return r.Project.PhaseSince
}

// fillClosed says why a form is not filled in any more; "" when it is. The page comes all the same: a
// phone sends from it what was finished before.
func (s *Server) fillClosed(r *Request, f survey.Form) string {
	switch {
	case f.Deleted != nil:
		return say(r, "bin.fillFormIn")
	case r.Project.Phase == account.Closed:
		return say(r, "bin.fillClosed", r.Project.PhaseSince.In(s.location).Format("2006-01-02 15:04"))
	}
	return ""
}

// restoreProject brings a project back with all that is in it.
func (s *Server) restoreProject(r *Request) error {
	p, err := s.Accounts.RestoreProject(r, id.ProjectID(r.Param("project")))
	if err != nil {
		return err
	}
	r.did(string(p.ID), p.Title)
	return r.To("/p/"+string(p.ID), "bin.restored")
}

// deletedProject is a project in the recycle bin, as the administrator sees it.
type deletedProject struct {
	account.Project
	By   string
	Days int // left
}

// deletedProjects are those that the administrator can restore.
func (s *Server) deletedProjects(r *Request) ([]deletedProject, error) {
	if !r.User.Admin {
		return nil, nil
	}
	projects, err := s.Accounts.DeletedProjects(r)
	if err != nil || len(projects) == 0 {
		return nil, err
	}
	names, err := s.Accounts.Names(r, "")
	if err != nil {
		return nil, err
	}
	out := make([]deletedProject, len(projects))
	for i, p := range projects {
		out[i] = deletedProject{p, names[p.Deleted.By], s.daysLeft(*p.Deleted)}
	}
	return out, nil
}

// daysLeft is how many days a thing stays in the recycle bin, begun ones counted.
func (s *Server) daysLeft(d id.Deletion) int {
	return int(math.Ceil(d.Until().Sub(s.Now()).Hours() / 24))
}

// SendsOnly tells that nothing new is collected from who collects: the fill pages are there to send
// what a phone still has.
func (p projectPage) SendsOnly() bool {
	return p.Project.Phase == account.Closed && account.Can(p.Role, account.Fill) && !account.Can(p.Role, account.ReadSubmission)
}

// Current are the projects that are not archived.
func (p homePage) Current() []account.Membership { return p.inArchive(false) }

// Archived are the others: folded away.
func (p homePage) Archived() []account.Membership { return p.inArchive(true) }

func (p homePage) inArchive(archived bool) []account.Membership {
	var out []account.Membership
	for _, m := range p.Projects {
		if (m.Phase == account.Archived) == archived {
			out = append(out, m)
		}
	}
	return out
}

// NoPicture says why a chart cannot be drawn; "" when it can.
func (p projectPage) NoPicture(c charts.Saved) string { return p.noPicture(p.Forms, c) }
