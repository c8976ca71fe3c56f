package store

import (
	"context"

	"tianye/internal/id"
	"tianye/survey"
)

var assignments = &Collection{Name: "assignments", Indexes: []Index{{Name: "form", Fields: []string{"formid"}}}}

func assignmentRevision(a *survey.Assignment, revision int64) { a.Revision = revision }

func (s *Surveys) CreateAssignment(ctx context.Context, a survey.Assignment) error {
	return insert(ctx, s.b, assignments, a.ProjectID, string(a.ID), a)
}

func (s *Surveys) Assignment(ctx context.Context, project id.ProjectID, assignment id.AssignmentID) (survey.Assignment, error) {
	return get(ctx, s.b, assignments, project, string(assignment), assignmentRevision)
}

func (s *Surveys) ReplaceAssignment(ctx context.Context, a survey.Assignment) error {
	return replace(ctx, s.b, assignments, a.ProjectID, string(a.ID), a.Revision, a)
}

func (s *Surveys) AssignmentChanges(project id.ProjectID) func(context.Context, func(*survey.Assignment) error) error {
	follower := Follow(assignments, string(project), 0)
	return func(ctx context.Context, each func(*survey.Assignment) error) error {
		return follower.Next(ctx, s.b, func(d Document) error {
			if d.Deleted {
				return each(&survey.Assignment{ID: id.AssignmentID(d.ID)})
			}
			a, err := read(assignments, d, assignmentRevision)
			if err != nil {
				return err
			}
			return each(&a)
		})
	}
}
