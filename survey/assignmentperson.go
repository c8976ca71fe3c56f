package survey

import (
	"cmp"
	"context"
	"regexp"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// AssignmentMention is an assignment in whose notes a text was found, with those notes.
type AssignmentMention struct {
	Assignment
	Notes []string
}

// AssignmentMentions finds a text in what people noted at assignments and visits, at most so many; more
// tells that there are others.
func (s *Service) AssignmentMentions(ctx context.Context, project id.ProjectID, text *regexp.Regexp, most int) (found []AssignmentMention, more bool, err error) {
	reached, err := s.scope(ctx, project)
	if err != nil {
		return nil, false, err
	}
	all, err := s.allAssignments(ctx, project)
	for _, a := range all {
		m := AssignmentMention{Assignment: *a}
		m.notes(func(note *string) {
			if text.MatchString(*note) {
				m.Notes = append(m.Notes, *note)
			}
		})
		if len(m.Notes) > 0 && reached.has(a.CaseID, a.Enumerator) {
			found = append(found, m)
		}
	}
	slices.SortFunc(found, func(a, b AssignmentMention) int { return cmp.Compare(a.ID, b.ID) })
	if more = len(found) > most; more {
		found = found[:most]
	}
	return found, more, err
}

// EraseAssignmentMentions blots a text out of the notes of assignments. It tells how many are done: after an
// error it may be asked for again.
func (s *Service) EraseAssignmentMentions(ctx context.Context, project id.ProjectID, assignments []id.AssignmentID, text *regexp.Regexp) (int, error) {
	for done, which := range assignments {
		if err := s.eraseNotes(ctx, project, which, text); err != nil {
			return done, err
		}
	}
	return len(assignments), nil
}

func (s *Service) eraseNotes(ctx context.Context, project id.ProjectID, which id.AssignmentID, text *regexp.Regexp) error {
	var err error
	for range retries {
		var a Assignment
		if a, err = s.reachedAssignment(ctx, project, which); err != nil {
			return err
		}
		a.notes(func(note *string) { *note = text.ReplaceAllString(*note, Blot) })
		if err = s.store.ReplaceAssignment(ctx, a); !problem.Is(err, problem.Conflict) {
			return err
		}
	}
	return err
}

// notes visits all that people wrote at an assignment.
func (a *Assignment) notes(visit func(note *string)) {
	visit(&a.Note)
	for i := range a.Visits {
		visit(&a.Visits[i].Note)
	}
	for i := range a.Events {
		visit(&a.Events[i].Reason)
	}
	if a.Withdrawn != nil {
		visit(&a.Withdrawn.Reason)
	}
}
