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

// edit puts a new instance in the place of the one that it names, whose revision stays
// readable. It must be the submission's present one, and nobody may have corrected that.
func (s *Service) edit(ctx context.Context, made Submission, a *Arrival, files []Attachment) (Submission, error) {
	sub, err := s.byInstance(ctx, made.ProjectID, made.FormID, a.DeprecatedID)
	if problem.Is(err, problem.NotFound) {
		err = problem.New(problem.NotFound, "openrosa.noDeprecated")
	}
	if err != nil {
		return Submission{}, err
	}
	if digest, known := sub.edition(a.InstanceID); known && digest == a.digest { // another request with the same edit was first
		return s.addFiles(ctx, sub, a.InstanceID, files)
	}
	if sub.InstanceID != a.DeprecatedID {
		return Submission{}, problem.New(problem.Conflict, "openrosa.deprecatedOld", sub.Receipt())
	}
	if slices.ContainsFunc(sub.Events, func(e Event) bool { return len(e.Changes) > 0 && e.Instance == "" }) {
		return Submission{}, problem.New(problem.Conflict, "openrosa.correctedHere", sub.Receipt())
	}
	program, err := s.Program(ctx, sub.ProjectID, sub.FormID, made.Version)
	if err != nil {
		return Submission{}, err
	}
	state := Edited
	event := Event{At: made.Received, By: made.Submitter, Instance: made.InstanceID, Changes: differences(program.Definition, sub.Answers, made.Answers)}
	for _, e := range made.Events {
		state, event.Found = HasIssues, e.Found
	}
	event.State = state
	sub.Attachments = slices.Clone(sub.Attachments)
	for i := range sub.Attachments {
		sub.Attachments[i].Former = true
	}
	if sub.Attachments, err = joined(sub.Attachments, files, false); err != nil {
		return Submission{}, err
	}
	sub.Former = append(slices.Clip(sub.Former), Edition{sub.InstanceID, sub.Digest})
	sub.Version, sub.InstanceID, sub.Digest, sub.Original = made.Version, made.InstanceID, made.Digest, made.Original
	sub.Answers, sub.Started, sub.Ended, sub.DeviceID, sub.State = made.Answers, made.Started, made.Ended, made.DeviceID, state
	sub.Events = append(slices.Clip(sub.Events), event)
	// First where the instance belongs: stopped here, the edit is sent again and found new.
	if err := s.store.KeepEdition(ctx, sub.ProjectID, made.ID, sub.ID); err != nil {
		return Submission{}, err
	}
	return s.replace(ctx, sub)
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
