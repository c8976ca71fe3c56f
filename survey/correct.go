package survey

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
)

const maxComment = 1000 // characters

// Submission gives one submission.
func (s *Service) Submission(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (Submission, error) {
	return s.read(ctx, project, submission)
}

// Former gives a submission's former revisions, newest first.
func (s *Service) Former(ctx context.Context, project id.ProjectID, submission id.SubmissionID) ([]Submission, error) {
	if _, err := s.read(ctx, project, submission); err != nil {
		return nil, err
	}
	return s.store.FormerSubmissions(ctx, project, submission)
}

// OpenAttachment opens a file of a submission by its name.
func (s *Service) OpenAttachment(ctx context.Context, project id.ProjectID, submission id.SubmissionID, name string) (Attachment, io.ReadCloser, error) {
	sub, err := s.read(ctx, project, submission)
	if err != nil {
		return Attachment{}, nil, err
	}
	for _, a := range sub.Attachments {
		if a.Name == name {
			r, _, err := s.store.OpenBlob(ctx, project, a.Hash)
			return a, r, err
		}
	}
	return Attachment{}, nil, problem.New(problem.NotFound, "survey.noAttachment", name)
}

// Correction is what is to change in a submission, and why.
type Correction struct {
	Answers map[form.Path]string
	Case    *id.CaseID // nil leaves it; "" is none; checked by the caller: cases are another domain's
	Reason  string
}

// Correct changes answers and the case, for a reason. The whole instance is judged
// again; what was before stays readable. revision is the one that the corrector saw.
func (s *Service) Correct(ctx context.Context, project id.ProjectID, actor id.UserID, submission id.SubmissionID, revision int64,
	c Correction) (Submission, error) {
	reason := strings.TrimSpace(c.Reason)
	if n := utf8.RuneCountInString(reason); n == 0 || n > maxComment {
		return Submission{}, problem.New(problem.Invalid, "survey.reasonNeeded", maxComment).With("reason", "survey.reasonNeeded", maxComment)
	}
	sub, err := s.seen(ctx, project, submission, revision)
	if err != nil {
		return Submission{}, err
	}
	program, err := s.Program(ctx, project, sub.FormID, sub.Version)
	if err != nil {
		return Submission{}, err
	}
	answers, err := Corrected(program.Definition, sub.Answers, c.Answers)
	if err != nil {
		return Submission{}, err
	}
	var spared Personal
	if !sub.Erased.IsZero() { // nobody can give what was erased
		if spared, err = s.Personal(ctx, project, sub.FormID); err != nil {
			return Submission{}, err
		}
	}
	// Judged by the day on which it came, unless the instance itself says when.
	inst, err := judge(program, answers, instance.Environment{Now: sub.Received.In(s.now().Location()), InstanceID: sub.InstanceID, DeviceID: sub.DeviceID}, spared)
	if err != nil {
		return Submission{}, err
	}
	kept := inst.Answers()
	// All its files stay: a picture that is no answer any longer is still a former one. What a
	// client has not sent yet was missing before.
	files := slices.Clone(sub.Attachments)
	eachFile(program.Definition, sub.Answers, func(_ form.Path, name string) { files = append(files, Attachment{Name: name}) })
	if err := missingFiles(program.Definition, kept, files); err != nil {
		return Submission{}, err
	}
	changes := differences(program.Definition, sub.Answers, kept)
	if c.Case != nil && *c.Case != sub.CaseID {
		changes = append([]Change{{Path: VarCase, Old: string(sub.CaseID), New: string(*c.Case)}}, changes...)
		sub.CaseID = *c.Case
		if err := s.stays(ctx, sub); err != nil {
			return Submission{}, err
		}
	}
	if len(changes) == 0 {
		return Submission{}, problem.New(problem.Invalid, "survey.nothingChanged")
	}
	sub.Answers, sub.State, sub.Return = kept, Edited, nil // nobody need mend what was corrected here
	sub.Events = append(slices.Clip(sub.Events), Event{At: s.now().Truncate(time.Millisecond), By: actor, State: Edited, Comment: reason, Changes: changes})
	return s.replace(ctx, sub)
}

// Corrected gives a copy of the answers with corrections in it, not yet judged.
func Corrected(d *form.Definition, answers map[string]any, corrections map[form.Path]string) (map[string]any, error) {
	out := deepCopy(answers)
	for path, value := range corrections {
		if err := setLeaf(d, out, path, value); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// seen gives the submission if it still is as its reader saw it.
func (s *Service) seen(ctx context.Context, project id.ProjectID, submission id.SubmissionID, revision int64) (Submission, error) {
	sub, err := s.read(ctx, project, submission)
	if err == nil && sub.Revision != revision {
		err = problem.New(problem.Conflict, "survey.submissionChanged")
	}
	return sub, err
}

func (s *Service) replace(ctx context.Context, sub Submission) (Submission, error) {
	giveBack, err := s.settle(ctx, &sub)
	if err != nil {
		return Submission{}, err
	}
	if sub, err = s.write(ctx, sub); err != nil {
		return Submission{}, err
	}
	if err := giveBack(); err != nil { // it is written all the same, and idlePlaces finds what it keeps
		slog.WarnContext(ctx, "survey: places in quotas are kept", "submission", sub.ID, "error", err)
	}
	return sub, nil
}

// write is replace that leaves the submission its places in quotas, and how it is marked, as they are.
func (s *Service) write(ctx context.Context, sub Submission) (Submission, error) {
	if err := s.store.ReplaceSubmission(ctx, sub); err != nil {
		if problem.Is(err, problem.Conflict) {
			err = problem.New(problem.Conflict, "survey.submissionChanged").Because(err)
		}
		return Submission{}, err
	}
	sub.Revision++
	return sub, nil
}

// deepCopy copies answers as they are stored.
func deepCopy(answers map[string]any) map[string]any {
	out := make(map[string]any, len(answers))
	for name, value := range answers {
		switch value := value.(type) {
		case string:
			out[name] = value
		case map[string]any:
			out[name] = deepCopy(value)
		default:
			var copied []any
			for _, inner := range Instances(value) {
				copied = append(copied, deepCopy(inner))
			}
			out[name] = copied
		}
	}
	return out
}

// setLeaf changes one answer of what is asked; the path's sections are made where
// they are missing, the instances of repeats are not.
func setLeaf(d *form.Definition, answers map[string]any, path form.Path, value string) error {
	unknown := problem.New(problem.Invalid, "survey.noField", string(path)).With(string(path), "survey.noField", string(path))
	fields, names := d.Fields, path.Names()
	for i, segment := range names {
		name, position, isPositioned := strings.Cut(segment, "[")
		at := slices.IndexFunc(fields, func(f *form.Field) bool { return f.Name == name })
		if at < 0 || isPositioned != (fields[at].Type == form.Repeat) ||
			i == len(names)-1 && !fields[at].Type.IsAsked() || i < len(names)-1 && !fields[at].Type.IsSection() {
			return unknown
		}
		switch fields[at].Type {
		case form.Group:
			inner := Section(answers[name])
			if inner == nil {
				inner = map[string]any{}
				answers[name] = inner
			}
			answers = inner
		case form.Repeat:
			list := Instances(answers[name])
			n, err := strconv.Atoi(strings.TrimSuffix(position, "]"))
			if err != nil || n < 1 || n > len(list) || position != strconv.Itoa(n)+"]" {
				return unknown
			}
			answers = list[n-1]
		default:
			answers[name] = value
			return nil
		}
		fields = fields[at].Fields
	}
	return unknown
}

// differences lists what was changed in the form's order, then what is new.
func differences(d *form.Definition, before, after map[string]any) []Change {
	now := map[form.Path]string{}
	EachLeaf(d, after, func(path form.Path, _ *form.Field, value string) { now[path] = value })
	var changes []Change
	EachLeaf(d, before, func(path form.Path, _ *form.Field, value string) {
		if now[path] != value {
			changes = append(changes, Change{Path: path, Old: value, New: now[path]})
		}
		delete(now, path)
	})
	EachLeaf(d, after, func(path form.Path, _ *form.Field, value string) {
		if _, isNew := now[path]; isNew {
			changes = append(changes, Change{Path: path, New: value})
		}
	})
	return changes
}

// String makes a change readable in logs and tests.
func (c Change) String() string { return fmt.Sprintf("%s: %q -> %q", c.Path, c.Old, c.New) }
