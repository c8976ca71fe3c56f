package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/image"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
)

// The limits of what is taken.
const (
	MaxAttachment  = 50 << 20 // bytes
	MaxAttachments = 50
	maxInstanceID  = 100 // characters
)

// Incoming is a finished instance as it arrives.
type Incoming struct {
	InstanceID string
	FormID     id.FormID
	Version    int
	CaseID     id.CaseID                   // another domain's: CheckCase judges it
	CheckCase  func(context.Context) error // asked when the instance is new; nil: any case will do
	DeviceID   string
	Started    time.Time
	Ended      time.Time
	Answers    map[string]any
	Files      []Attachment // stored already, by Attach
	Closed     time.Time    // of the project: what was begun later is refused; zero: it is open
	Left       time.Time    // since when the sender is no member: the same; zero: they are one

	DeprecatedID  string    // the instance that this one takes the place of
	MendsRevision int64     // of its submission, as the answers were begun from
	Link          id.LinkID // by which it came; then there is no submitter
	Code          string    // one-time, of a link that wants one
	Agreed        time.Time // to the consent of a link

	claim func(context.Context, *Submission) error // called when all is judged, before it is stored; nil for most
}

// Attach stores a file that an answer names, of at most limit bytes: a picture without what tells where,
// when and by whom it was taken.
func (s *Service) Attach(ctx context.Context, project id.ProjectID, name, contentType string, r io.Reader, limit int64) (Attachment, error) {
	hash, size, err := s.store.PutBlob(ctx, project, image.Strip(r), limit)
	return Attachment{Name: name, Hash: hash, Size: size, ContentType: contentType}, err
}

// Submit judges a finished instance and stores it. The same instance sent again
// gives the same submission; with other content it is a conflict. One with a
// DeprecatedID takes the place of that instance: see mended.
func (s *Service) Submit(ctx context.Context, project id.ProjectID, actor id.UserID, in Incoming) (Submission, error) {
	if n := utf8.RuneCountInString(in.InstanceID); n == 0 || n > maxInstanceID || strings.ContainsFunc(in.InstanceID, isControl) {
		return Submission{}, problem.New(problem.Malformed, "survey.instanceID")
	}
	digest, err := digestOf(in)
	if err != nil {
		return Submission{}, err
	}
	for range retries {
		var sub Submission
		if sub, err = s.submit(ctx, project, actor, in, digest); err == nil || problem.From(err).Text.Key != "survey.submissionChanged" {
			return sub, err
		}
	}
	return Submission{}, err
}

func (s *Service) submit(ctx context.Context, project id.ProjectID, actor id.UserID, in Incoming, digest string) (Submission, error) {
	now := s.now().Truncate(time.Millisecond)
	sub := Submission{
		ID: submissionID(project, in), ProjectID: project, FormID: in.FormID, Version: in.Version, InstanceID: in.InstanceID, Digest: digest,
		CaseID: in.CaseID, Submitter: actor, DeviceID: clip(in.DeviceID, 100), Started: in.Started, Ended: in.Ended, Received: now,
		Attachments: in.Files, State: Received, Link: in.Link, Revision: 1,
	}
	// What was taken before is not judged again: a rule about today may refuse it now.
	if before, err := s.receivedBefore(ctx, sub); !problem.Is(err, problem.NotFound) {
		return before, err
	}
	former, err := s.admitted(ctx, &sub, in)
	if err != nil {
		return Submission{}, err
	}
	if in.CheckCase != nil {
		if err := in.CheckCase(ctx); err != nil {
			return Submission{}, err
		}
	}
	program, err := s.Program(ctx, project, in.FormID, in.Version)
	if err != nil {
		return Submission{}, err
	}
	inst, err := judge(program, in.Answers, instance.Environment{Now: now, InstanceID: in.InstanceID, DeviceID: sub.DeviceID}, nil)
	if err != nil {
		return Submission{}, err
	}
	sub.Answers = inst.Answers()
	if former != nil {
		return s.mend(ctx, *former, sub, program.Definition)
	}
	if err := filesMatch(program.Definition, sub.Answers, in.Files); err != nil {
		return Submission{}, err
	}
	found, err := s.link(ctx, &sub, program.Definition, inst.Entities())
	if err != nil {
		return Submission{}, err
	}
	sub.note(found)
	if in.claim != nil {
		if err := in.claim(ctx, &sub); err != nil {
			return Submission{}, err
		}
	}
	err = s.store.CreateSubmission(ctx, sub)
	if problem.Is(err, problem.Conflict) { // it came twice at once
		return s.receivedBefore(ctx, sub)
	}
	return sub, err
}

// admitted refuses what the form does not take, or not any more, and marks what is late. Of what
// takes another instance's place it gives the submission.
func (s *Service) admitted(ctx context.Context, sub *Submission, in Incoming) (former *Submission, err error) {
	f, err := s.Taking(ctx, sub.ProjectID, sub.FormID)
	if err == nil && in.DeprecatedID != "" {
		if former, err = s.mended(ctx, *sub, in); err == nil && former.Return != nil {
			in.Closed = time.Time{} // what is asked back is no new collection
		}
	}
	if err != nil {
		return nil, err
	}
	if err := s.late(sub, f, in.Closed, in.Left); err != nil || former != nil {
		return former, err
	}
	return nil, s.lateForWithdrawal(ctx, sub)
}

func submissionID(project id.ProjectID, in Incoming) id.SubmissionID {
	return InstanceKey(project, in.FormID, in.InstanceID)
}

// InstanceKey is the id that an instance has as a submission of its own: Store.KeepEdition goes by it.
func InstanceKey(project id.ProjectID, formID id.FormID, instanceID string) id.SubmissionID {
	return id.SubmissionID(id.Derived(string(project), string(formID), instanceID))
}

// receivedBefore gives what the same instance became when it came before.
func (s *Service) receivedBefore(ctx context.Context, sub Submission) (Submission, error) {
	before, err := s.byInstance(ctx, sub.ProjectID, sub.FormID, sub.InstanceID)
	if err != nil {
		return Submission{}, err
	}
	if digest, _ := before.edition(sub.InstanceID); digest != sub.Digest || before.senderOf(sub.InstanceID) != sub.Submitter {
		return Submission{}, problem.New(problem.Conflict, "survey.otherContent", before.Receipt())
	}
	before.Resent = true
	return before, nil
}

// senderOf is who sent an instance that is or was the submission's.
func (s *Submission) senderOf(instanceID string) id.UserID {
	for _, e := range s.Events {
		if e.Instance == instanceID {
			return e.By
		}
	}
	return s.Submitter
}

// Check judges answers before their attachments are taken in, so that what will be
// refused leaves no files behind.
func (s *Service) Check(ctx context.Context, project id.ProjectID, actor id.UserID, in Incoming) error {
	if _, err := s.byInstance(ctx, project, in.FormID, in.InstanceID); !problem.Is(err, problem.NotFound) {
		return err // Submit compares it with what came before
	}
	sub := Submission{ProjectID: project, FormID: in.FormID, CaseID: in.CaseID, Submitter: actor, Started: in.Started, Ended: in.Ended, Received: s.now()}
	if _, err := s.admitted(ctx, &sub, in); err != nil {
		return err
	}
	program, err := s.Program(ctx, project, in.FormID, in.Version)
	if err != nil {
		return err
	}
	_, err = judge(program, in.Answers, instance.Environment{Now: s.now(), InstanceID: in.InstanceID, DeviceID: in.DeviceID}, nil)
	return err
}

// FilesOf names the files that may come with an instance: those that its answers name; of one that came
// before those it came with.
func (s *Service) FilesOf(ctx context.Context, project id.ProjectID, in Incoming) (names []string, err error) {
	before, err := s.byInstance(ctx, project, in.FormID, in.InstanceID)
	if err == nil && before.Erased.IsZero() {
		for _, a := range before.Attachments {
			names = append(names, a.Name)
		}
		return names, nil
	}
	if err != nil && !problem.Is(err, problem.NotFound) {
		return nil, err
	}
	d, err := s.Definition(ctx, project, in.FormID, in.Version)
	if err != nil {
		return nil, err
	}
	if d.Audit != nil {
		names = append(names, AuditFile)
	}
	eachFile(d, in.Answers, func(_ form.Path, name string) { names = append(names, name) })
	return names, nil
}

// NoFileOf refuses a file that FilesOf does not name.
func NoFileOf(name string) error {
	return problem.New(problem.Invalid, "survey.filesMismatch").With(name, "survey.fileUnnamed", name)
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// digestOf covers what the sender decides, in whatever order it was sent: JSON sorts
// the names.
func digestOf(in Incoming) (string, error) {
	raw, err := json.Marshal(struct {
		Version int
		Case    id.CaseID
		Answers map[string]any
		Files   []string
	}{in.Version, in.CaseID, in.Answers, hashes(in.Files)})
	if err != nil {
		return "", problem.New(problem.Malformed, "survey.answersUnreadable").Because(err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16]), nil
}

func hashes(files []Attachment) []string {
	out := make([]string, len(files))
	for i, f := range files {
		out[i] = f.Name + "\x00" + f.Hash
	}
	slices.Sort(out)
	return out
}

// judge evaluates answers as the form's rules demand, but for those that are spared.
func judge(program *Program, answers map[string]any, e instance.Environment, spared Personal) (*instance.Instance, error) {
	inst, violations := program.Load(answers, e)
	violations = append(violations, inst.Validate()...)
	violations = slices.DeleteFunc(violations, func(v instance.Violation) bool { return spared.Has(v.Path) })
	if len(violations) == 0 {
		return inst, nil
	}
	p := problem.New(problem.Invalid, "survey.breaksRules", len(violations))
	for _, v := range violations {
		text := v.Text
		if own := program.Text(inst, v.Path, v.Message, program.Definition.DefaultLanguage); own != "" {
			text = problem.Say("survey.ownMessage", own)
		}
		p.Details = append(p.Details, problem.Detail{Where: string(v.Path), Text: text})
	}
	return nil, p
}

func filesMatch(d *form.Definition, answers map[string]any, files []Attachment) error {
	if err := missingFiles(d, answers, files); err != nil {
		return err
	}
	return strayFiles(d, answers, files)
}

// missingFiles refuses answers that name files which are not there.
func missingFiles(d *form.Definition, answers map[string]any, files []Attachment) error {
	p := problem.New(problem.Invalid, "survey.filesMismatch")
	eachFile(d, answers, func(path form.Path, name string) {
		if !slices.ContainsFunc(files, func(a Attachment) bool { return a.Name == name }) {
			p.With(string(path), "survey.fileMissing", name)
		}
	})
	return ifAny(p)
}

// strayFiles refuses files that no answer names, and a second file of one name.
func strayFiles(d *form.Definition, answers map[string]any, files []Attachment) error {
	p := problem.New(problem.Invalid, "survey.filesMismatch")
	places := map[string]int{}
	if d.Audit != nil {
		places[AuditFile] = 1
	}
	eachFile(d, answers, func(_ form.Path, name string) { places[name] = 1 })
	for _, f := range files {
		if places[f.Name]--; places[f.Name] < 0 {
			p.With(f.Name, "survey.fileUnnamed", f.Name)
		}
	}
	return ifAny(p)
}

func eachFile(d *form.Definition, answers map[string]any, visit func(path form.Path, name string)) {
	EachLeaf(d, answers, func(path form.Path, f *form.Field, value string) {
		if f.Type.IsAttachment() {
			visit(path, value)
		}
	})
}

func ifAny(p *problem.Problem) error {
	if len(p.Details) == 0 {
		return nil
	}
	return p
}
