package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
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
	CaseID     id.CaseID // checked by the caller: cases are another domain's
	DeviceID   string
	Started    time.Time
	Ended      time.Time
	Answers    map[string]any
	Files      []Attachment // stored already, by Attach
}

// Attach stores a file that an answer names.
func (s *Service) Attach(ctx context.Context, project id.ProjectID, name, contentType string, r io.Reader) (Attachment, error) {
	hash, size, err := s.store.PutBlob(ctx, project, r, MaxAttachment)
	return Attachment{Name: name, Hash: hash, Size: size, ContentType: contentType}, err
}

// Submit judges a finished instance and stores it. The same instance sent again
// gives the same submission; with other content it is a conflict.
func (s *Service) Submit(ctx context.Context, project id.ProjectID, actor id.UserID, in Incoming) (Submission, error) {
	if n := utf8.RuneCountInString(in.InstanceID); n == 0 || n > maxInstanceID || strings.ContainsFunc(in.InstanceID, isControl) {
		return Submission{}, problem.New(problem.Malformed, "survey.instanceID")
	}
	program, err := s.Program(ctx, project, in.FormID, in.Version)
	if problem.Is(err, problem.NotFound) {
		return Submission{}, problem.New(problem.NotFound, "survey.noVersion", in.Version)
	}
	if err != nil {
		return Submission{}, err
	}
	digest, err := digestOf(in)
	if err != nil {
		return Submission{}, err
	}
	answers, err := judge(program, in.Answers, in.Files, s.now())
	if err != nil {
		return Submission{}, err
	}
	now := s.now().Truncate(time.Millisecond)
	sub := Submission{
		ID:        id.SubmissionID(id.Derived(string(project), string(in.FormID), in.InstanceID)),
		ProjectID: project, FormID: in.FormID, Version: in.Version, InstanceID: in.InstanceID, Digest: digest,
		CaseID: in.CaseID, Submitter: actor, DeviceID: clip(in.DeviceID, 100), Started: in.Started, Ended: in.Ended, Received: now,
		Answers: answers, Attachments: in.Files, State: Received, Revision: 1,
	}
	err = s.store.CreateSubmission(ctx, sub)
	if !problem.Is(err, problem.Conflict) {
		return sub, err
	}
	before, err := s.store.Submission(ctx, project, sub.ID)
	if err != nil {
		return Submission{}, err
	}
	if before.Digest != digest || before.Submitter != actor {
		return Submission{}, problem.New(problem.Conflict, "survey.otherContent", before.Receipt())
	}
	return before, nil
}

// Check judges answers before their attachments are taken in, so that what will be
// refused leaves no files behind.
func (s *Service) Check(ctx context.Context, project id.ProjectID, in Incoming) error {
	program, err := s.Program(ctx, project, in.FormID, in.Version)
	if err != nil {
		return err
	}
	_, err = evaluate(program, in.Answers, s.now())
	return err
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// digestOf covers what the sender decides; JSON sorts the names, so that the order
// of sending does not matter.
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
	return out
}

// judge evaluates answers, compares them with the files that came, and gives what is
// to be kept.
func judge(program *Program, answers map[string]any, files []Attachment, now time.Time) (map[string]any, error) {
	kept, err := evaluate(program, answers, now)
	if err != nil {
		return nil, err
	}
	return kept, checkFiles(program.Definition, kept, files)
}

// evaluate judges answers as the form's rules demand.
func evaluate(program *Program, answers map[string]any, now time.Time) (map[string]any, error) {
	inst, violations := program.Load(answers, instance.Environment{Now: now})
	violations = append(violations, inst.Validate()...)
	if len(violations) > 0 {
		p := problem.New(problem.Invalid, "survey.breaksRules", len(violations))
		for _, v := range violations {
			text := v.Text
			if own := v.Message.In(program.Definition.DefaultLanguage, program.Definition); own != "" {
				text = problem.Say("survey.ownMessage", own)
			}
			p.Details = append(p.Details, problem.Detail{Where: string(v.Path), Text: text})
		}
		return nil, p
	}
	return inst.Answers(), nil
}

// checkFiles refuses an answer that names a file which did not come, and a file
// that no answer names.
func checkFiles(d *form.Definition, answers map[string]any, files []Attachment) error {
	came := map[string]bool{}
	for _, f := range files {
		came[f.Name] = true
	}
	var p *problem.Problem
	add := func(where, key string, args ...any) {
		if p == nil {
			p = problem.New(problem.Invalid, "survey.filesMismatch")
		}
		p.With(where, key, args...)
	}
	named := map[string]bool{}
	EachLeaf(d, answers, func(path form.Path, f *form.Field, value string) {
		if f.Type.IsAttachment() && value != "" {
			named[value] = true
			if !came[value] {
				add(string(path), "survey.fileMissing", value)
			}
		}
	})
	for _, f := range files {
		if !named[f.Name] {
			add(f.Name, "survey.fileUnnamed", f.Name)
		}
	}
	if p != nil {
		return p
	}
	return nil
}
