package survey

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/quality"
)

// Flag is what a quality check found odd; see package quality.
type Flag = quality.Flag

// Flags are what the checks found odd in one submission, or in an enumerator's work with one form,
// and what reviewers said to it. One document each; what was never odd has none.
type Flags struct {
	ID         string // the submission's, or FlagsOf's
	ProjectID  id.ProjectID
	FormID     id.FormID
	Submission id.SubmissionID `bson:",omitempty"`
	Enumerator id.UserID       `bson:",omitempty"` // then there is no Submission
	Flags      []Flag
	Answers    string    `bson:",omitempty"` // a digest of the answers that were looked at, but for personal data
	Checked    time.Time // when any of it changed
	Verdicts   []Verdict `bson:",omitempty"`
	Revision   int64     `bson:"-"`
}

// Verdict is what a reviewer said to a flag: it is right, or a false alarm.
type Verdict struct {
	Check   quality.Check
	Path    form.Path `bson:",omitempty"`
	Answers string    `bson:",omitempty"` // the digest to which it was said
	Value   float64   `bson:",omitempty"` // the flag's, then
	IsFalse bool      // a false alarm: no longer open as long as the answers are the same
	Note    string    `bson:",omitempty"`
	By      id.UserID
	At      time.Time
}

// FlagsOf is the id of an enumerator's flags in a form.
func FlagsOf(formID id.FormID, enumerator id.UserID) string {
	return id.Derived("flags", string(formID), string(enumerator))
}

// Verdict gives what was said to a flag while the answers were as they are, or an enumerator was as far
// from the others.
func (f Flags) Verdict(flag Flag) (Verdict, bool) {
	for _, v := range f.Verdicts {
		if v.Check == flag.Check && v.Path == flag.Path && v.Answers == f.Answers && (f.Enumerator == "" || v.reaches(flag)) {
			return v, true
		}
	}
	return Verdict{}, false
}

// further is how far an enumerator's flag may grow until it is another one, which nobody judged: it moves
// a little with every submission.
const further = 1.1

func (v Verdict) reaches(flag Flag) bool {
	grown := flag.Value / v.Value
	return grown > 0 && grown <= further
}

// IsOpen tells whether nobody called the flag a false alarm.
func (f Flags) IsOpen(flag Flag) bool {
	v, said := f.Verdict(flag)
	return !said || !v.IsFalse
}

// Open counts the flags that nobody called a false alarm.
func (f Flags) Open() int {
	n := 0
	for _, flag := range f.Flags {
		if f.IsOpen(flag) {
			n++
		}
	}
	return n
}

// FlagStore keeps flags.
type FlagStore interface {
	CreateFlags(ctx context.Context, f Flags) error // problem.Conflict when there are some
	Flags(ctx context.Context, project id.ProjectID, flags string) (Flags, error)
	ReplaceFlags(ctx context.Context, f Flags) error
	// FlagChanges opens a reader of what changes in a project's flags; each call of it gives, at least
	// once, what changed since the call before, all at first. Of what was purged there is only the ID,
	// and no Checked.
	FlagChanges(project id.ProjectID) func(ctx context.Context, each func(*Flags) error) error
}

// Flags gives what the checks found odd in a submission; none when nothing was. The others that it is
// like are named as far as the scope reaches.
func (s *Service) Flags(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (Flags, error) {
	if _, err := s.Submission(ctx, project, submission); err != nil {
		return Flags{}, err
	}
	f, err := s.store.Flags(ctx, project, string(submission))
	if problem.Is(err, problem.NotFound) {
		return Flags{ID: string(submission), ProjectID: project, Submission: submission}, nil
	}
	if err != nil || !slices.ContainsFunc(f.Flags, func(flag Flag) bool { return len(flag.With) > 0 }) {
		return f, err
	}
	reached := map[id.SubmissionID]bool{}
	err = s.eachMatch(ctx, project, Filter{FormID: f.FormID}, func(item ListItem) { reached[item.ID] = true })
	f.Flags = withReached(f.Flags, func(other id.SubmissionID) bool { return reached[other] })
	return f, err
}

// maxNote is how long a reviewer's note on a flag may be, in characters.
const maxNote = 500

// JudgeFlag keeps what a reviewer says to a flag, in the place of what was said before; it gives the
// flags and the revision before it. Flags of enumerators are judged by who reaches some of their
// submissions of the form.
func (s *Service) JudgeFlag(ctx context.Context, project id.ProjectID, actor id.UserID, flags string, v Verdict) (Flags, error) {
	if v.Note = strings.TrimSpace(v.Note); utf8.RuneCountInString(v.Note) > maxNote {
		return Flags{}, problem.New(problem.Invalid, "quality.noteLong", maxNote)
	}
	f, err := s.store.Flags(ctx, project, flags)
	if problem.Is(err, problem.NotFound) {
		return Flags{}, noFlag()
	}
	if err == nil {
		err = s.reachesFlags(ctx, f)
	}
	if err != nil {
		return Flags{}, err
	}
	at := slices.IndexFunc(f.Flags, func(flag Flag) bool { return flag.Check == v.Check && flag.Path == v.Path })
	if at < 0 {
		return Flags{}, noFlag()
	}
	v.By, v.At, v.Answers, v.Value = actor, s.now().Truncate(time.Millisecond), f.Answers, f.Flags[at].Value
	f.Verdicts = slices.DeleteFunc(slices.Clone(f.Verdicts), func(old Verdict) bool { return old.Check == v.Check && old.Path == v.Path })
	f.Verdicts = append(f.Verdicts, v)
	slices.SortFunc(f.Verdicts, func(a, b Verdict) int { return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.Path, b.Path)) })
	err = s.store.ReplaceFlags(ctx, f)
	if problem.Is(err, problem.Conflict) {
		err = problem.New(problem.Conflict, "quality.overtaken").Because(err)
	}
	if err != nil {
		return Flags{}, err
	}
	f.Revision++
	return f, nil
}

func noFlag() error { return problem.New(problem.NotFound, "quality.noFlag") }

// reachesFlags refuses flags of what is beyond the scope.
func (s *Service) reachesFlags(ctx context.Context, f Flags) error {
	if f.Submission != "" {
		_, err := s.Submission(ctx, f.ProjectID, f.Submission)
		return err
	}
	if _, err := s.Form(ctx, f.ProjectID, f.FormID); err != nil {
		return err
	}
	found := false
	err := s.eachMatch(ctx, f.ProjectID, Filter{FormID: f.FormID, Submitter: f.Enumerator}, func(ListItem) { found = true })
	if err == nil && !found {
		err = noFlag()
	}
	return err
}

// verdictNotes are the notes on the flags of each submission.
func (s *Service) verdictNotes(ctx context.Context, project id.ProjectID) (map[id.SubmissionID][]string, error) {
	notes := map[id.SubmissionID][]string{}
	err := s.eachFlags(ctx, project, func(f *Flags) {
		for _, v := range f.Verdicts {
			if v.Note != "" && f.Submission != "" {
				notes[f.Submission] = append(notes[f.Submission], v.Note)
			}
		}
	})
	return notes, err
}

// cleanPeopleVerdicts changes the notes on the flags of all enumerators of a project.
func (s *Service) cleanPeopleVerdicts(ctx context.Context, project id.ProjectID, change mask) error {
	var which []string
	err := s.eachFlags(ctx, project, func(f *Flags) {
		if f.Enumerator != "" && slices.ContainsFunc(f.Verdicts, func(v Verdict) bool { return change(v.Note) != v.Note }) {
			which = append(which, f.ID)
		}
	})
	for _, flags := range which {
		for range retries {
			if err = s.cleanVerdicts(ctx, project, flags, change); !problem.Is(err, problem.Conflict) {
				break
			}
		}
		if err != nil {
			return err
		}
	}
	return err
}

// cleanVerdicts changes the notes on flags as an erasure changes other comments.
func (s *Service) cleanVerdicts(ctx context.Context, project id.ProjectID, flags string, change mask) error {
	f, err := s.store.Flags(ctx, project, flags)
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	cleaned := slices.Clone(f.Verdicts)
	for i := range cleaned {
		cleaned[i].Note = change(cleaned[i].Note)
	}
	if slices.Equal(cleaned, f.Verdicts) {
		return nil
	}
	f.Verdicts = cleaned
	return s.store.ReplaceFlags(ctx, f)
}
