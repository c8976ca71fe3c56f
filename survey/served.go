package survey

import (
	"bytes"
	"context"
	"slices"
	"strconv"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/openrosa"
)

// ServedVersions are the names under which collection clients know a form's versions: a
// client tells two versions apart by the name alone. It is settings' version unless an earlier one
// has it, else that with the number, or the number. A name never changes by a later publication.
func (f Form) ServedVersions() []string {
	names := make([]string, 0, len(f.Versions))
	for _, v := range f.Versions {
		number := strconv.Itoa(v.Number)
		name := v.Name
		if name == "" {
			name = number
		}
		for slices.Contains(names, name) {
			name += "-" + number
		}
		names = append(names, name)
	}
	return names
}

// numberOf gives the number of the version that a client calls so. A client that
// names none means the current one.
func (f Form) numberOf(served string) (int, error) {
	if len(f.Versions) == 0 {
		return 0, problem.New(problem.NotFound, "openrosa.notPublished", f.Title)
	}
	if served == "" {
		return len(f.Versions), nil
	}
	at := slices.Index(f.ServedVersions(), served)
	if at < 0 {
		return 0, problem.New(problem.NotFound, "openrosa.noVersion", f.Title, clip(served, 60))
	}
	return at + 1, nil
}

// XForm gives a published version as the XForm that clients run, with its hash.
func (s *Service) XForm(ctx context.Context, f Form, number int) (xform []byte, hash string, err error) {
	if number < 1 || number > len(f.Versions) {
		return nil, "", problem.New(problem.NotFound, "survey.noVersion", number)
	}
	d, err := s.Definition(ctx, f.ProjectID, f.ID, number)
	if err != nil {
		return nil, "", err
	}
	var out bytes.Buffer
	if err := openrosa.WriteForm(&out, served(d, f.ServedVersions()[number-1])); err != nil {
		return nil, "", err
	}
	return out.Bytes(), openrosa.Hash(out.Bytes()), nil
}

// served is the definition under the version's served name. What is filled in comes here,
// wherever a workbook made for another server would have it sent.
func served(d *form.Definition, version string) *form.Definition {
	copied := *d
	copied.Version, copied.XForm.SubmissionURL = version, ""
	return &copied
}

// XFormHash gives the hash of a published version's XForm. It never changes while the
// program runs, so that a form list needs not write all forms each time.
func (s *Service) XFormHash(ctx context.Context, f Form, number int) (string, error) {
	key := versionKey{f.ProjectID, f.ID, number}
	s.mu.Lock()
	hash := s.hashes[key]
	s.mu.Unlock()
	if hash != "" {
		return hash, nil
	}
	_, hash, err := s.XForm(ctx, f, number)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hashes[key] = hash
	return hash, nil
}

// correctsAnswers tells a correction from a review, a client's edit and a change of the case.
func correctsAnswers(e Event) bool {
	return e.Instance == "" && slices.ContainsFunc(e.Changes, func(c Change) bool { return c.Path != VarCase })
}

// instanceXML is a submission as a client would have sent it.
func (s *Service) instanceXML(ctx context.Context, sub Submission) ([]byte, error) {
	f, err := s.store.Form(ctx, sub.ProjectID, sub.FormID)
	if err != nil {
		return nil, err
	}
	d, err := s.Definition(ctx, sub.ProjectID, sub.FormID, sub.Version)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	head := openrosa.Head{FormID: f.Name, Version: f.ServedVersions()[sub.Version-1], InstanceID: sub.InstanceID}
	err = openrosa.WriteInstance(&out, d, head, sub.Answers)
	return out.Bytes(), err
}

// InstanceXML gives a submission's instance: as the client sent it, when one did and nobody
// has corrected its answers since.
func (s *Service) InstanceXML(ctx context.Context, project id.ProjectID, submission id.SubmissionID) ([]byte, error) {
	sub, err := s.read(ctx, project, submission)
	if err != nil || len(sub.Original) > 0 && !slices.ContainsFunc(sub.Events, correctsAnswers) {
		return sub.Original, err
	}
	return s.instanceXML(ctx, sub)
}
