package survey

import (
	"context"
	"reflect"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// An enumerator mends a submission: the one that was returned to them, or an own one that was not
// approved or rejected yet. The phone sends a new instance that names the one whose place it takes;
// the former revision stays readable, an open Return is done.

// Mendable gives a submission for its mender to begin from.
func (s *Service) Mendable(ctx context.Context, project id.ProjectID, actor id.UserID, submission id.SubmissionID) (Submission, error) {
	sub, err := s.store.Submission(ctx, project, submission)
	if err == nil {
		_, err = s.Form(ctx, project, sub.FormID)
	}
	if err == nil {
		err = s.mayMend(ctx, sub, actor)
	}
	if err != nil {
		return Submission{}, err
	}
	return sub, nil
}

// mayMend tells why somebody may not mend a submission.
func (s *Service) mayMend(ctx context.Context, sub Submission, actor id.UserID) error {
	reached, err := s.scope(ctx, sub.ProjectID)
	if err != nil {
		return err
	}
	isAsked := sub.Return != nil && sub.Return.To == actor
	switch {
	case actor == "" || !isAsked && sub.Submitter != actor || !reached.has(sub.CaseID, actor):
		return problem.New(problem.NotFound, "mend.notOwn")
	case sub.Deleted != nil:
		return problem.New(problem.Conflict, "mend.deleted", sub.Receipt())
	case !sub.Erased.IsZero():
		return problem.New(problem.Conflict, "mend.erased", sub.Receipt())
	case sub.Return != nil:
		return nil
	case sub.State == Approved:
		return problem.New(problem.Conflict, "mend.approved", sub.Receipt())
	case sub.State == Rejected:
		return problem.New(problem.Conflict, "mend.rejected", sub.Receipt())
	}
	return nil
}

// mended gives the submission in which an instance takes the place of the one that it names: the
// present one, not changed at the desk since its answers were given to the phone.
func (s *Service) mended(ctx context.Context, made Submission, in Incoming) (*Submission, error) {
	sub, err := s.byInstance(ctx, made.ProjectID, made.FormID, in.DeprecatedID)
	if problem.Is(err, problem.NotFound) {
		err = problem.New(problem.NotFound, "mend.notOwn")
	}
	if err == nil {
		err = s.mayMend(ctx, sub, made.Submitter)
	}
	if err == nil && sub.InstanceID != in.DeprecatedID {
		err = problem.New(problem.Conflict, "mend.elsewhere", sub.Receipt())
	}
	if err == nil {
		err = s.unchanged(ctx, sub, in.MendsRevision)
	}
	return &sub, err
}

// unchanged refuses to mend what was corrected at the desk after the revision from which the mender
// began. Without a revision no correction may be newer than the request to mend.
func (s *Service) unchanged(ctx context.Context, sub Submission, revision int64) error {
	corrected := problem.New(problem.Conflict, "mend.corrected", sub.Receipt())
	if revision == sub.Revision || !slices.ContainsFunc(sub.Events, Event.corrects) {
		return nil
	}
	if revision == 0 {
		for _, e := range sub.Events {
			if e.corrects() && (sub.Return == nil || e.At.After(sub.Return.At)) {
				return corrected
			}
		}
		return nil
	}
	former, err := s.store.FormerSubmissions(ctx, sub.ProjectID, sub.ID)
	if err != nil {
		return err
	}
	for _, f := range former {
		if f.Revision == revision && f.CaseID == sub.CaseID && reflect.DeepEqual(deepCopy(f.Answers), deepCopy(sub.Answers)) {
			return nil
		}
	}
	return corrected
}

// mend puts a judged instance in the place of a submission's present one. What files its answers name
// and the submission has need not come again.
func (s *Service) mend(ctx context.Context, sub, made Submission, d *form.Definition) (_ Submission, err error) {
	files := slices.Clone(made.Attachments)
	eachFile(d, made.Answers, func(_ form.Path, name string) {
		if !slices.ContainsFunc(files, fileNamed(name)) {
			if at := slices.IndexFunc(sub.Attachments, fileNamed(name)); at >= 0 {
				files = append(files, sub.Attachments[at])
			}
		}
	})
	if err := filesMatch(d, made.Answers, files); err != nil {
		return Submission{}, err
	}
	if d.Audit != nil {
		if files, err = s.withFormerLog(ctx, sub, files); err != nil {
			return Submission{}, err
		}
	}
	if NamesCase(d) { // the case was found when it came first
		made.CaseID = sub.CaseID
	}
	// The interview was when it was; when it was mended the event tells.
	made.Started, made.Ended = sub.Started, sub.Ended
	return s.supersede(ctx, sub, made, files)
}

func fileNamed(name string) func(Attachment) bool {
	return func(a Attachment) bool { return a.Name == name }
}

// FileNames are the files that the submission's answers name and that are there.
func (s *Submission) FileNames(d *form.Definition) []string {
	names := []string{}
	eachFile(d, s.Answers, func(_ form.Path, name string) {
		if slices.ContainsFunc(s.Attachments, fileNamed(name)) {
			names = append(names, name)
		}
	})
	return names
}
