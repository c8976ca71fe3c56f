package account

import (
	"context"
	"sort"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Label is the phase's name for people.
func (p Phase) Label() problem.Text {
	switch p {
	case Closed:
		return problem.Say("bin.phaseClosed")
	case Archived:
		return problem.Say("bin.phaseArchived")
	}
	return problem.Say("bin.phaseOpen")
}

// Phases are all of them, in the order of a project's life.
var Phases = []Phase{Open, Closed, Archived}

// changes are the verbs of which nothing is left in an archived project. Managing it is not among
// them: its phase is what can still be changed.
var changes = map[Verb]bool{DesignForm: true, Fill: true, EditSubmission: true, Review: true, EditCase: true, EditChart: true, DeleteSubmission: true}

// Allows tells whether a verb has any use in a project of this phase: so pages leave out what would be
// refused.
func (p Phase) Allows(verb Verb) bool {
	return p == Open || p == Closed && verb != Fill || p == Archived && !changes[verb]
}

// SetPhase moves a project on in its life, or back.
func (s *Service) SetPhase(ctx context.Context, project id.ProjectID, phase Phase) (Project, error) {
	if phase != Open && phase != Closed && phase != Archived {
		return Project{}, problem.New(problem.Invalid, "bin.phaseUnknown")
	}
	return s.changeProject(ctx, project, func(p *Project) error {
		if p.Deleted != nil {
			return noProject()
		}
		if p.Phase != phase {
			p.Phase, p.PhaseSince = phase, s.now()
		}
		return nil
	})
}

// DeleteProject puts a project with all that is in it into the recycle bin. title is its own, written
// once more by who deletes it.
func (s *Service) DeleteProject(ctx context.Context, actor id.UserID, project id.ProjectID, title, why string) (Project, error) {
	return s.changeProject(ctx, project, func(p *Project) error {
		switch {
		case p.Deleted != nil:
			return noProject()
		case strings.TrimSpace(title) != p.Title:
			return problem.New(problem.Invalid, "bin.titleDiffers", p.Title).With("title", "bin.titleDiffers", p.Title)
		}
		p.Deleted = &id.Deletion{By: actor, At: s.now(), Why: why}
		return nil
	})
}

// RestoreProject takes a project out of the recycle bin.
func (s *Service) RestoreProject(ctx context.Context, project id.ProjectID) (Project, error) {
	return s.changeProject(ctx, project, func(p *Project) error {
		if p.Deleted != nil && p.Deleted.Expired(s.now()) {
			return noProject()
		}
		p.Deleted = nil
		return nil
	})
}

// DeletedProjects lists the projects in the recycle bin that can be restored, the last deleted first.
func (s *Service) DeletedProjects(ctx context.Context) ([]Project, error) {
	all, err := s.store.Projects(ctx)
	var out []Project
	for _, p := range all {
		if p.Deleted != nil && !p.Deleted.Expired(s.now()) {
			out = append(out, p)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Deleted.At.After(out[j].Deleted.At) })
	return out, err
}

func noProject() error { return problem.New(problem.NotFound, "web.noProject") }

// changeProject changes a project, again when somebody else changed it meanwhile.
func (s *Service) changeProject(ctx context.Context, project id.ProjectID, change func(*Project) error) (Project, error) {
	for try := 1; ; try++ {
		p, err := s.store.Project(ctx, project)
		if problem.Is(err, problem.NotFound) {
			err = noProject()
		}
		if err != nil {
			return Project{}, err
		}
		if err := change(&p); err != nil {
			return Project{}, err
		}
		err = s.store.ReplaceProject(ctx, p)
		if err == nil || !problem.Is(err, problem.Conflict) || try == 5 {
			p.Revision++
			return p, err
		}
	}
}
