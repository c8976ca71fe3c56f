package survey

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
)

// casesList is the entity list that is the project's cases, and casesFile its content as forms see it.
const (
	casesList = "cases"
	casesFile = "cases.csv"
)

// KeepCase makes or changes a case by what an instance says of it, the same again without
// harm; with neither it tells whether there is such a case. A conflict is with what others made of
// the case, and to be looked at. Cases are another domain's.
type KeepCase func(ctx context.Context, project id.ProjectID, actor id.UserID, caseID id.CaseID, e instance.Entity) error

// KeepCases introduces the cases. It is called before the service is used.
func (s *Service) KeepCases(keep KeepCase) { s.keepCase = keep }

// CaseIDOf is the case that an entity's id means: our own, or one that a client made.
func CaseIDOf(project id.ProjectID, entity string) id.CaseID {
	if id.Valid(entity) {
		return id.CaseID(entity)
	}
	return id.CaseID(id.Derived(string(project), "entity", entity))
}

// link does to the cases what a new submission says, and ties it to the case that it is
// about: the first that it makes or changes, else the one that is chosen from cases.csv.
// It comes before the submission is stored: stopped in between, it is done again. What
// cannot be done is given back, for people to look at.
func (s *Service) link(ctx context.Context, sub *Submission, d *form.Definition, entities []instance.Entity) ([]problem.Detail, error) {
	if err := s.withoutPrivate(ctx, sub, entities); err != nil {
		return nil, err
	}
	sub.Entities = ofLists(sub, entities)
	if s.keepCase == nil {
		return nil, nil
	}
	var found []problem.Detail
	keep := func(where string, e instance.Entity) error {
		caseID := CaseIDOf(sub.ProjectID, e.ID)
		err := s.keepCase(ctx, sub.ProjectID, sub.Submitter, caseID, e)
		switch p := problem.From(err); {
		case err == nil:
		case slices.Contains([]problem.Kind{problem.Invalid, problem.NotFound, problem.Conflict, problem.Forbidden}, p.Kind):
			found = append(found, problem.Detail{Where: where, Text: p.Text})
			for _, detail := range p.Details {
				found = append(found, problem.Detail{Where: where, Text: detail.Text})
			}
		default:
			return err
		}
		if sub.CaseID == "" && (err == nil || problem.Is(err, problem.Conflict)) {
			sub.CaseID = caseID
		}
		return nil
	}
	for n, e := range entities {
		if e.Dataset != casesList || !e.Create && !e.Update {
			continue
		}
		if e.ID == "" {
			e.ID = sub.InstanceID + "#" + strconv.Itoa(n)
		}
		if err := keep(casesList, e); err != nil {
			return nil, err
		}
	}
	if path, chosen := chosenCase(d, sub.Answers); chosen != "" && sub.CaseID == "" {
		if err := keep(string(path), instance.Entity{Dataset: casesList, ID: chosen}); err != nil {
			return nil, err
		}
	}
	return found, nil
}

// chosenCase is the first answer outside repeats that was chosen from the cases.
func chosenCase(d *form.Definition, answers map[string]any) (at form.Path, chosen string) {
	EachLeaf(d, answers, func(path form.Path, f *form.Field, value string) {
		if chosen == "" && f.Type == form.SelectOne && f.File == casesFile && !strings.Contains(string(path), "[") {
			at, chosen = path, value
		}
	})
	return at, chosen
}

// NamesCase tells whether instances of a form say themselves which case they are about: they make or
// change one, or have it chosen from cases.csv.
func NamesCase(d *form.Definition) bool {
	names := slices.ContainsFunc(d.Entities, func(e form.Entity) bool { return e.Dataset == casesList })
	d.Walk(func(_ form.Path, f *form.Field) { names = names || f.Type == form.SelectOne && f.File == casesFile })
	return names
}

// note marks a submission for what was found in it.
func (s *Submission) note(found []problem.Detail) {
	if len(found) == 0 {
		return
	}
	s.State = HasIssues
	s.Events = append(s.Events, Event{At: s.Received, State: HasIssues, Found: found[:min(len(found), maxFound)]})
}
