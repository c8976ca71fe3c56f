package survey

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

const maxComment = 1000 // characters

// Submission gives one submission.
func (s *Service) Submission(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (Submission, error) {
	return s.store.Submission(ctx, project, submission)
}

// Former gives a submission's former revisions, newest first.
func (s *Service) Former(ctx context.Context, project id.ProjectID, submission id.SubmissionID) ([]Submission, error) {
	return s.store.FormerSubmissions(ctx, project, submission)
}

// OpenAttachment opens a file of a submission by its name.
func (s *Service) OpenAttachment(ctx context.Context, project id.ProjectID, submission id.SubmissionID, name string) (Attachment, io.ReadCloser, error) {
	sub, err := s.store.Submission(ctx, project, submission)
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

// Correct changes answers, for a reason. The whole instance is judged again; what
// was before stays readable. revision is the one that the corrector saw.
func (s *Service) Correct(ctx context.Context, project id.ProjectID, actor id.UserID, submission id.SubmissionID, revision int64,
	corrections map[form.Path]string, reason string) (Submission, error) {
	reason = strings.TrimSpace(reason)
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
	answers, err := Corrected(program.Definition, sub.Answers, corrections)
	if err != nil {
		return Submission{}, err
	}
	kept, err := judge(program, answers, sub.Attachments, s.now())
	if err != nil {
		return Submission{}, err
	}
	changes := differences(program.Definition, sub.Answers, kept)
	if len(changes) == 0 {
		return Submission{}, problem.New(problem.Invalid, "survey.nothingChanged")
	}
	sub.Answers, sub.State = kept, Edited
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

// Review gives a submission a review state, with a comment; one that has issues or
// is rejected says why.
func (s *Service) Review(ctx context.Context, project id.ProjectID, actor id.UserID, submission id.SubmissionID, revision int64,
	state ReviewState, comment string) (Submission, error) {
	comment = strings.TrimSpace(comment)
	if !slices.Contains([]ReviewState{Received, HasIssues, Approved, Rejected}, state) {
		return Submission{}, problem.New(problem.Invalid, "survey.stateUnknown").With("state", "survey.stateUnknown")
	}
	if utf8.RuneCountInString(comment) > maxComment || comment == "" && (state == HasIssues || state == Rejected) {
		return Submission{}, problem.New(problem.Invalid, "survey.commentNeeded", maxComment).With("comment", "survey.commentNeeded", maxComment)
	}
	sub, err := s.seen(ctx, project, submission, revision)
	if err != nil {
		return Submission{}, err
	}
	sub.State = state
	sub.Events = append(slices.Clip(sub.Events), Event{At: s.now().Truncate(time.Millisecond), By: actor, State: state, Comment: comment})
	return s.replace(ctx, sub)
}

// seen gives the submission if it still is as its reader saw it.
func (s *Service) seen(ctx context.Context, project id.ProjectID, submission id.SubmissionID, revision int64) (Submission, error) {
	sub, err := s.store.Submission(ctx, project, submission)
	if err == nil && sub.Revision != revision {
		err = problem.New(problem.Conflict, "survey.submissionChanged")
	}
	return sub, err
}

func (s *Service) replace(ctx context.Context, sub Submission) (Submission, error) {
	if err := s.store.ReplaceSubmission(ctx, sub); err != nil {
		if problem.Is(err, problem.Conflict) {
			err = problem.New(problem.Conflict, "survey.submissionChanged").Because(err)
		}
		return Submission{}, err
	}
	sub.Revision++
	return sub, nil
}

func deepCopy(answers map[string]any) map[string]any {
	out := maps.Clone(answers)
	for name, value := range out {
		switch value := value.(type) {
		case map[string]any:
			out[name] = deepCopy(value)
		case string:
		default:
			list := Instances(value)
			copied := make([]any, len(list))
			for i, inner := range list {
				copied[i] = deepCopy(inner)
			}
			out[name] = copied
		}
	}
	if out == nil {
		out = map[string]any{}
	}
	return out
}

// setLeaf changes one answer; the path's sections are made where they are missing,
// the instances of repeats are not.
func setLeaf(d *form.Definition, answers map[string]any, path form.Path, value string) error {
	unknown := problem.New(problem.Invalid, "survey.noField", string(path)).With(string(path), "survey.noField", string(path))
	names := path.Names()
	var plain form.Path
	for i, segment := range names {
		name, position := segment, 0
		if open := strings.IndexByte(segment, '['); open > 0 && strings.HasSuffix(segment, "]") {
			n, err := strconv.Atoi(segment[open+1 : len(segment)-1])
			if err != nil {
				return unknown
			}
			name, position = segment[:open], n
		}
		plain = plain.Join(name)
		f := d.Find(plain)
		switch {
		case f == nil || (i == len(names)-1) == f.Type.IsSection():
			return unknown
		case f.Type == form.Group:
			inner := Section(answers[name])
			if inner == nil {
				inner = map[string]any{}
				answers[name] = inner
			}
			answers = inner
		case f.Type == form.Repeat:
			list := Instances(answers[name])
			if position < 1 || position > len(list) {
				return unknown
			}
			answers = list[position-1]
		case value == "":
			delete(answers, name)
		default:
			answers[name] = value
		}
	}
	return nil
}

func differences(d *form.Definition, before, after map[string]any) []Change {
	old, now := map[form.Path]string{}, map[form.Path]string{}
	var order []form.Path
	EachLeaf(d, before, func(path form.Path, _ *form.Field, value string) { old[path] = value; order = append(order, path) })
	EachLeaf(d, after, func(path form.Path, _ *form.Field, value string) {
		now[path] = value
		if _, ok := old[path]; !ok {
			order = append(order, path)
		}
	})
	var changes []Change
	for _, path := range order {
		if old[path] != now[path] {
			changes = append(changes, Change{Path: path, Old: old[path], New: now[path]})
		}
	}
	sort.SliceStable(changes, func(i, j int) bool { return changes[i].Path < changes[j].Path })
	return changes
}

// String makes a change readable in logs and tests.
func (c Change) String() string { return fmt.Sprintf("%s: %q -> %q", c.Path, c.Old, c.New) }
