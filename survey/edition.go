package survey

import (
	"context"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Edition is an instance that was a submission's until an edit took its place.
type Edition struct {
	InstanceID string
	Digest     string
}

// came tells whether there is a submission, and nothing of it.
func (s *Service) came(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (bool, error) {
	_, err := s.store.Submission(ctx, project, submission)
	if problem.Is(err, problem.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// byInstance finds the submission to which an instance belongs, be it the first of it,
// the present one, or one in between.
func (s *Service) byInstance(ctx context.Context, project id.ProjectID, formID id.FormID, instanceID string) (Submission, error) {
	own := submissionID(project, Incoming{FormID: formID, InstanceID: instanceID})
	sub, err := s.store.Submission(ctx, project, own)
	if !problem.Is(err, problem.NotFound) {
		return sub, err
	}
	of, err := s.store.EditionOf(ctx, project, own)
	if err != nil {
		return Submission{}, err
	}
	sub, err = s.store.Submission(ctx, project, of)
	if _, known := sub.edition(instanceID); err == nil && !known { // noted for an edit that was refused in the end
		err = problem.New(problem.NotFound, "openrosa.noDeprecated")
	}
	return sub, err
}

// edition gives the digest of an instance that is or was the submission's.
func (s *Submission) edition(instanceID string) (digest string, known bool) {
	if s.InstanceID == instanceID {
		return s.Digest, true
	}
	for _, e := range s.Former {
		if e.InstanceID == instanceID {
			return e.Digest, true
		}
	}
	return "", false
}

// edit puts a collection client's instance in the place of the one that it names. That must be the
// submission's present one, and nobody may have corrected it.
func (s *Service) edit(ctx context.Context, made Submission, deprecated string, files []Attachment) (Submission, error) {
	sub, err := s.byInstance(ctx, made.ProjectID, made.FormID, deprecated)
	if problem.Is(err, problem.NotFound) {
		err = problem.New(problem.NotFound, "openrosa.noDeprecated")
	}
	if err != nil {
		return Submission{}, err
	}
	if digest, known := sub.edition(made.InstanceID); known && digest == made.Digest { // another request with the same edit was first
		return s.addFiles(ctx, sub, made.InstanceID, files)
	}
	if sub.InstanceID != deprecated {
		return Submission{}, problem.New(problem.Conflict, "openrosa.deprecatedOld", sub.Receipt())
	}
	if slices.ContainsFunc(sub.Events, Event.corrects) {
		return Submission{}, problem.New(problem.Conflict, "openrosa.correctedHere", sub.Receipt())
	}
	made.CaseID = sub.CaseID
	return s.supersede(ctx, sub, made, files)
}

// corrects tells whether answers were changed at the desk.
func (e Event) corrects() bool { return len(e.Changes) > 0 && e.Instance == "" }

// supersede puts a new instance in the place of a submission's present one, whose revision stays
// readable. What it was asked to mend is mended.
func (s *Service) supersede(ctx context.Context, sub, made Submission, files []Attachment) (_ Submission, err error) {
	program, err := s.Program(ctx, sub.ProjectID, sub.FormID, made.Version)
	if err != nil {
		return Submission{}, err
	}
	event := Event{At: made.Received, By: made.Submitter, Instance: made.InstanceID, State: Edited, Changes: differences(program.Definition, sub.Answers, made.Answers)}
	if made.CaseID != sub.CaseID {
		event.Changes = append([]Change{{Path: VarCase, Old: string(sub.CaseID), New: string(made.CaseID)}}, event.Changes...)
	}
	for _, e := range made.Events {
		event.Found = append(event.Found, e.Found...)
		if e.State == HasIssues {
			event.State = HasIssues
		}
	}
	sub.Attachments = slices.Clone(sub.Attachments)
	for i := range sub.Attachments {
		sub.Attachments[i].Former = true
	}
	if sub.Attachments, err = joined(sub.Attachments, files, false); err != nil {
		return Submission{}, err
	}
	sub.Former = append(slices.Clip(sub.Former), Edition{sub.InstanceID, sub.Digest})
	sub.Version, sub.InstanceID, sub.Digest, sub.Original = made.Version, made.InstanceID, made.Digest, made.Original
	sub.Answers, sub.CaseID, sub.Started, sub.Ended, sub.DeviceID = made.Answers, made.CaseID, made.Started, made.Ended, made.DeviceID
	asked := sub.Return
	sub.State, sub.Return, sub.Late = event.State, nil, sub.Late || made.Late
	sub.Events = append(slices.Clip(sub.Events), event)
	// First where the instance belongs: stopped here, the edit is sent again and found new.
	if err := s.store.KeepEdition(ctx, sub.ProjectID, made.ID, sub.ID); err != nil {
		return Submission{}, err
	}
	if sub, err = s.replace(ctx, sub); err == nil {
		s.tellMended(ctx, sub, asked)
	}
	return sub, err
}

// addFiles keeps those files of an instance of a submission that are not there yet.
func (s *Service) addFiles(ctx context.Context, sub Submission, instanceID string, files []Attachment) (Submission, error) {
	former := instanceID != sub.InstanceID
	if !sub.Erased.IsZero() { // what was erased does not come back with the same sent again
		d, err := s.Definition(ctx, sub.ProjectID, sub.FormID, sub.Version)
		if err != nil {
			return Submission{}, err
		}
		stray := isStray(d, sub.Answers)
		files = slices.DeleteFunc(slices.Clone(files), func(f Attachment) bool { return former || stray(f) })
	}
	all, err := joined(sub.Attachments, files, former)
	if err != nil || slices.Equal(all, sub.Attachments) {
		sub.Resent = true
		return sub, err
	}
	sub.Attachments = all
	return s.replace(ctx, sub)
}

// joined gives the files with those that came, of the present instance or of a former one.
// One of a name that is taken must be the same; but a former instance's gives way to the
// present one's, whichever of its requests brings it.
func joined(files, came []Attachment, former bool) ([]Attachment, error) {
	out := slices.Clone(files)
	for _, f := range came {
		f.Former = former
		at := slices.IndexFunc(out, func(other Attachment) bool { return other.Name == f.Name })
		switch {
		case at < 0:
			out = append(out, f)
		case out[at].Hash == f.Hash:
			out[at].Former = out[at].Former && former
		case out[at].Former && !former:
			out[at] = f
		default:
			return nil, problem.New(problem.Conflict, "openrosa.otherFile", f.Name)
		}
	}
	if len(out) > MaxSentFiles {
		return nil, problem.New(problem.TooLarge, "openrosa.manyFiles", MaxSentFiles)
	}
	return out, nil
}
