package store

import (
	"context"
	"io"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

var submissions = &Collection{Name: "submissions", History: true, Indexes: []Index{
	{Name: "received", Fields: []string{"formid", "received"}}, {Name: "deleted", Fields: []string{"deleted.at"}},
	{Name: "returned", Fields: []string{"return.to"}}}}

// editions lead from the instances that edited a submission to it: the first one's id is
// derived from its instanceID, the others' is not.
var editions = &Collection{Name: "editions"}

type edition struct {
	Of       id.SubmissionID
	revision int64
}

func (s *Surveys) KeepEdition(ctx context.Context, project id.ProjectID, instance, of id.SubmissionID) error {
	err := insert(ctx, s.b, editions, project, string(instance), edition{Of: of})
	if !IsExists(err) {
		return err
	}
	noted, err := get(ctx, s.b, editions, project, string(instance), func(e *edition, revision int64) { e.revision = revision })
	if err != nil || noted.Of == of {
		return err
	}
	return replace(ctx, s.b, editions, project, string(instance), noted.revision, edition{Of: of})
}

func (s *Surveys) EditionOf(ctx context.Context, project id.ProjectID, instance id.SubmissionID) (id.SubmissionID, error) {
	e, err := get(ctx, s.b, editions, project, string(instance), func(*edition, int64) {})
	return e.Of, err
}

func submissionRevision(s *survey.Submission, revision int64) {
	s.Revision = revision
	for _, e := range s.Events {
		for i := range e.Found {
			restore(e.Found[i].Text.Args)
		}
	}
}

func (s *Surveys) CreateSubmission(ctx context.Context, sub survey.Submission) error {
	return insert(ctx, s.b, submissions, sub.ProjectID, string(sub.ID), sub)
}

func (s *Surveys) Submission(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (survey.Submission, error) {
	return get(ctx, s.b, submissions, project, string(submission), submissionRevision)
}

func (s *Surveys) ReplaceSubmission(ctx context.Context, sub survey.Submission) error {
	return replace(ctx, s.b, submissions, sub.ProjectID, string(sub.ID), sub.Revision, sub)
}

func (s *Surveys) FormerSubmissions(ctx context.Context, project id.ProjectID, submission id.SubmissionID) ([]survey.Submission, error) {
	revisions, err := s.b.Revisions(ctx, submissions, string(project), string(submission))
	if err != nil {
		return nil, err
	}
	out := make([]survey.Submission, 0, len(revisions))
	for _, d := range revisions {
		sub, err := read(submissions, d, submissionRevision)
		if err != nil {
			return nil, err
		}
		out = append(out, sub)
	}
	return out, nil
}

func (s *Surveys) ForgetSubmission(ctx context.Context, project id.ProjectID, submission id.SubmissionID) error {
	return s.b.Forget(ctx, submissions, string(project), string(submission))
}

// StreamSubmissions gives a form's submissions in the order of their coming.
func (s *Surveys) StreamSubmissions(ctx context.Context, project id.ProjectID, form id.FormID, each func(*survey.Submission) error) error {
	q := Query{Where: []Condition{Equal("formid", string(form))}, Order: "received"}
	return s.b.Stream(ctx, submissions, string(project), q, func(d Document) error {
		sub, err := read(submissions, d, submissionRevision)
		if err != nil {
			return err
		}
		return each(&sub)
	})
}

func (s *Surveys) ReturnedSubmissions(ctx context.Context, project id.ProjectID, to id.UserID) ([]survey.Submission, error) {
	return all(ctx, s.b, submissions, project, Query{Where: []Condition{Equal("return.to", string(to))}}, submissionRevision)
}

// DeletedSubmissions goes by the index: there are few among many.
func (s *Surveys) DeletedSubmissions(ctx context.Context, project id.ProjectID, after, until time.Time, each func(*survey.Submission) error) error {
	q := Query{Where: []Condition{Above("deleted.at", after)}, Order: "deleted", Descending: true}
	if !until.IsZero() {
		q.Where = append(q.Where, AtMost("deleted.at", until))
	}
	return s.b.Stream(ctx, submissions, string(project), q, func(d Document) error {
		sub, err := read(submissions, d, submissionRevision)
		if err != nil {
			return err
		}
		return each(&sub)
	})
}

func (s *Surveys) SubmissionChanges(project id.ProjectID) func(context.Context, func(*survey.Submission) error) error {
	follower := Follow(submissions, string(project), 0)
	return func(ctx context.Context, each func(*survey.Submission) error) error {
		return follower.Next(ctx, s.b, func(d Document) error {
			if d.Deleted {
				return each(&survey.Submission{ID: id.SubmissionID(d.ID), Deleted: &id.Deletion{}})
			}
			sub, err := read(submissions, d, submissionRevision)
			if err != nil {
				return err
			}
			return each(&sub)
		})
	}
}

func (s *Surveys) PutBlob(ctx context.Context, project id.ProjectID, r io.Reader, limit int64) (string, int64, error) {
	return s.b.PutBlob(ctx, string(project), r, limit)
}

func (s *Surveys) OpenBlob(ctx context.Context, project id.ProjectID, hash string) (io.ReadCloser, int64, error) {
	return s.b.OpenBlob(ctx, string(project), hash)
}
