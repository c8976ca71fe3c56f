package survey

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/openrosa"
	"tianye/survey/xpath"
)

// The limits of what a collection client may attach: more than on the fill page, because
// what was recorded in the field cannot be recorded again.
const (
	MaxSentFile  = 4 * MaxAttachment // bytes
	MaxSentFiles = 500
)

// Arrival is an instance that a collection client sent, read, of a form that takes it.
type Arrival struct {
	*openrosa.Instance
	Form   Form
	Number int       // of the version
	Closed time.Time // of the project: what was begun later is refused; zero: it is open
	xml    []byte
	digest string
}

// Arrive reads what a collection client sent and finds the published version of which it is.
// Nothing is judged: what an enumerator asked in the field is not sent back for a rule.
func (s *Service) Arrive(ctx context.Context, project id.ProjectID, raw []byte) (*Arrival, error) {
	sent, err := openrosa.ReadInstance(raw)
	if err != nil {
		return nil, err
	}
	if sent.Encrypted {
		return nil, problem.New(problem.Unsupported, "openrosa.encrypted")
	}
	f, err := s.formNamed(ctx, project, sent.FormID)
	if problem.Is(err, problem.NotFound) {
		err = problem.New(problem.NotFound, "openrosa.noForm", clip(sent.FormID, 60))
	}
	if err != nil {
		return nil, err
	}
	a := &Arrival{Instance: sent, Form: f, xml: raw}
	if a.Number, err = f.numberOf(sent.Version); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(raw)
	a.digest = hex.EncodeToString(sum[:16])
	if sent.InstanceID == "" { // the form's settings leave it out: the same content is the same instance
		sent.InstanceID = "sha256:" + a.digest
	}
	for _, name := range []string{sent.InstanceID, sent.DeprecatedID} {
		if utf8.RuneCountInString(name) > maxInstanceID || strings.ContainsFunc(name, isControl) {
			return nil, problem.New(problem.Malformed, "openrosa.instanceID", maxInstanceID)
		}
	}
	return a, nil
}

type formName struct {
	project id.ProjectID
	name    string
}

// formNamed is FormByName, but goes by the id when it has met the name before: a query
// takes much longer than a read by id. Names are never changed.
func (s *Service) formNamed(ctx context.Context, project id.ProjectID, name string) (Form, error) {
	key := formName{project, name}
	s.mu.Lock()
	known := s.formIDs[key]
	s.mu.Unlock()
	if known != "" {
		if f, err := s.Taking(ctx, project, known); !problem.Is(err, problem.NotFound) {
			return f, err // else purged: another form may have the name
		}
	}
	f, err := s.store.FormByName(ctx, project, name)
	if err == nil {
		_, err = s.Taking(ctx, project, f.ID)
	}
	if err == nil {
		s.mu.Lock()
		s.formIDs[key] = f.ID
		s.mu.Unlock()
	}
	return f, err
}

// retries is how often Receive begins again because another request was first.
const retries = 8

// Receive stores an arrival with the files that came along: a new submission, an edit of
// one, or more files of one that is here already. The same again changes nothing; the same
// instanceID with other XML is a conflict. An instance that breaks the form's
// rules is kept and marked HasIssues.
func (s *Service) Receive(ctx context.Context, project id.ProjectID, actor id.UserID, a *Arrival, files []Attachment, deviceID string) (Submission, error) {
	var err error
	for range retries {
		var sub Submission
		if sub, err = s.receive(ctx, project, actor, a, files, deviceID); err == nil || !overtakenInStore(err) {
			return sub, err
		}
	}
	return Submission{}, err
}

// overtakenInStore tells a conflict of the store, which another try may get past, from
// one that is final.
func overtakenInStore(err error) bool {
	return problem.Is(err, problem.Conflict) && !strings.HasPrefix(problem.From(err).Text.Key, "openrosa.")
}

func (s *Service) receive(ctx context.Context, project id.ProjectID, actor id.UserID, a *Arrival, files []Attachment, deviceID string) (Submission, error) {
	before, known, err := s.arrivedBefore(ctx, project, a)
	if err != nil {
		return Submission{}, err
	}
	if known {
		return s.addFiles(ctx, before, a.InstanceID, files)
	}
	attached, err := joined(nil, files, false)
	if err != nil {
		return Submission{}, err
	}
	sub, err := s.judged(ctx, project, actor, a) // changes cases: nothing of the arrival is refused after it
	if err != nil {
		return Submission{}, err
	}
	sub.DeviceID = cmp.Or(sub.DeviceID, clip(deviceID, 100))
	if a.DeprecatedID != "" {
		return s.edit(ctx, sub, a.DeprecatedID, attached)
	}
	sub.Attachments = attached
	return sub, s.store.CreateSubmission(ctx, sub)
}

// arrivedBefore gives what the same instance became when it came before; with other
// content it is a conflict.
func (s *Service) arrivedBefore(ctx context.Context, project id.ProjectID, a *Arrival) (before Submission, known bool, err error) {
	before, err = s.byInstance(ctx, project, a.Form.ID, a.InstanceID)
	if problem.Is(err, problem.NotFound) {
		return Submission{}, false, nil
	}
	if err != nil {
		return Submission{}, false, err
	}
	if digest, _ := before.edition(a.InstanceID); digest != a.digest {
		err = problem.New(problem.Conflict, "openrosa.otherContent", before.Receipt())
	}
	return before, true, err
}

// CheckArrival tells, before its attachments are taken in, of a conflict with what came
// before, so that what will be refused leaves no files behind.
func (s *Service) CheckArrival(ctx context.Context, project id.ProjectID, a *Arrival) error {
	_, _, err := s.arrivedBefore(ctx, project, a)
	return err
}

// judged makes a submission of an arrival. The answers are kept as they were sent, also the
// calculated ones; what breaks the form's rules is noted beside them.
func (s *Service) judged(ctx context.Context, project id.ProjectID, actor id.UserID, a *Arrival) (Submission, error) {
	program, err := s.Program(ctx, project, a.Form.ID, a.Number)
	if err != nil {
		return Submission{}, err
	}
	now := s.now().Truncate(time.Millisecond)
	answers, unknown := a.Answers(program.Definition)
	sub := Submission{
		ID:        submissionID(project, Incoming{FormID: a.Form.ID, InstanceID: a.InstanceID}),
		ProjectID: project, FormID: a.Form.ID, Version: a.Number, InstanceID: a.InstanceID, Digest: a.digest,
		Submitter: actor, Received: now, Answers: answers, Original: a.xml, State: Received, Revision: 1,
	}
	sub.readMeta(program.Definition, now.Location())
	if err := s.late(&sub, a.Form, a.Closed, time.Time{}); err != nil {
		return Submission{}, err
	}
	var found []problem.Detail
	if _, err := judge(program, answers, instance.Environment{Now: now, InstanceID: a.InstanceID, DeviceID: sub.DeviceID}, nil); err != nil {
		found = problem.From(err).Details
	}
	for _, path := range unknown {
		found = append(found, problem.Detail{Where: string(path), Text: problem.Say("openrosa.unknownPlace", clip(string(path), 100))})
	}
	if a.DeprecatedID == "" { // an edit mends the answers, not what was done with them
		entities := a.Entities(program.Definition)
		if len(entities) > maxEntities {
			found = append(found, problem.Detail{Text: problem.Say("openrosa.manyEntities", maxEntities, len(entities))})
			entities = entities[:maxEntities]
		}
		more, err := s.link(ctx, &sub, program.Definition, entities)
		if err != nil {
			return Submission{}, err
		}
		found = append(found, more...)
	}
	sub.note(found)
	return sub, nil
}

// maxEntities is how many entities one instance makes or changes.
const maxEntities = 1000

// maxFound is how many broken rules one event names.
const maxFound = 100

// readMeta takes when and on which device the instance was filled in from its own answers.
func (s *Submission) readMeta(d *form.Definition, zone *time.Location) {
	EachLeaf(d, s.Answers, func(_ form.Path, f *form.Field, value string) {
		switch f.Type {
		case form.Start:
			if t, ok := xpath.ParseDateTime(value, zone); ok && s.Started.IsZero() {
				s.Started = t
			}
		case form.End:
			if t, ok := xpath.ParseDateTime(value, zone); ok {
				s.Ended = t
			}
		case form.DeviceID:
			s.DeviceID = clip(value, 100)
		}
	})
}
