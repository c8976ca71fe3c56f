package survey

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// Return is a reviewer's request to the enumerator to mend a submission.
type Return struct {
	At      time.Time
	By, To  id.UserID
	Reasons []Reason
	Comment string
}

// Reason says what is wrong with one answer.
type Reason struct {
	Path form.Path
	Text string
}

// The limits of a return.
const (
	maxReasons = 100
	maxReason  = 300 // characters
)

// SendBack asks whoever sent a submission to mend it, for reasons at answers and a comment, one of
// which there must be. It has issues until it is mended. revision is the one that the reviewer saw.
func (s *Service) SendBack(ctx context.Context, project id.ProjectID, actor id.UserID, submission id.SubmissionID, revision int64,
	reasons []Reason, comment string) (Submission, error) {
	sub, err := s.seen(ctx, project, submission, revision)
	if err != nil {
		return Submission{}, err
	}
	menders, err := s.menders(ctx, project)
	if err != nil {
		return Submission{}, err
	}
	d, err := s.Definition(ctx, project, sub.FormID, sub.Version)
	if err != nil {
		return Submission{}, err
	}
	if reasons, comment, err = checkReasons(d, reasons, comment); err != nil {
		return Submission{}, err
	}
	if !sub.returnable(menders) {
		return Submission{}, problem.New(problem.Invalid, "review.noReturn", sub.Receipt())
	}
	return s.sendBack(ctx, sub, Return{At: s.now().Truncate(time.Millisecond), By: actor, To: sub.Submitter, Reasons: reasons, Comment: comment})
}

// Returnable tells whether a submission can be given back to who sent it: not when it came by a
// public link or from a collection client, nor when its sender is no enumerator any longer.
func (s *Service) Returnable(ctx context.Context, sub Submission) (bool, error) {
	menders, err := s.menders(ctx, sub.ProjectID)
	return sub.returnable(menders), err
}

func (s *Submission) returnable(menders map[id.UserID]bool) bool {
	return s.Erased.IsZero() && menders[s.Submitter]
}

func checkReasons(d *form.Definition, reasons []Reason, comment string) ([]Reason, string, error) {
	comment = strings.TrimSpace(comment)
	var kept []Reason
	for _, r := range reasons {
		if r.Text = strings.TrimSpace(r.Text); r.Text == "" {
			continue
		}
		if f := d.Find(plain(r.Path)); f == nil || !f.Type.IsAsked() {
			return nil, "", problem.New(problem.Invalid, "survey.noField", string(r.Path)).With(string(r.Path), "survey.noField", string(r.Path))
		}
		if utf8.RuneCountInString(r.Text) > maxReason {
			return nil, "", problem.New(problem.Invalid, "review.reasonLong", maxReason).With(string(r.Path), "review.reasonLong", maxReason)
		}
		kept = append(kept, r)
	}
	switch {
	case len(kept) == 0 && comment == "":
		return nil, "", problem.New(problem.Invalid, "review.reasonNeeded").With("comment", "review.reasonNeeded")
	case len(kept) > maxReasons:
		return nil, "", problem.New(problem.Invalid, "review.manyReasons", maxReasons)
	case utf8.RuneCountInString(comment) > maxComment:
		return nil, "", problem.New(problem.Invalid, "survey.commentNeeded", maxComment).With("comment", "survey.commentNeeded", maxComment)
	}
	return kept, comment, nil
}

func (s *Service) sendBack(ctx context.Context, sub Submission, r Return) (Submission, error) {
	sub.State, sub.Return = HasIssues, &r
	sub.Events = append(slices.Clip(sub.Events), Event{At: r.At, By: r.By, State: HasIssues, Comment: r.Comment, To: r.To, Reasons: r.Reasons})
	sub, err := s.replace(ctx, sub)
	if err == nil {
		s.tell(ctx, sub, "review.toldReturned", "return", r.To)
	}
	return sub, err
}

// tellMended tells the reviewer who returned a submission that it was mended.
func (s *Service) tellMended(ctx context.Context, sub Submission, r *Return) {
	if r != nil {
		s.tell(ctx, sub, "review.toldMended", "mended", r.By)
	}
}

// tell makes a notification about a submission, by its form and receipt. What it is about is done by
// then and stands in the submission: that it could not be told is no error.
func (s *Service) tell(ctx context.Context, sub Submission, text, about string, to ...id.UserID) {
	f, err := s.store.Form(ctx, sub.ProjectID, sub.FormID)
	if err != nil || len(to) == 0 {
		return
	}
	_ = s.Notify(ctx, sub.ProjectID, Notification{To: to, Text: problem.Say(text, f.Title, sub.Receipt()),
		Path: "/p/" + string(sub.ProjectID) + "/submissions/" + string(sub.ID), Key: about + ":" + string(sub.ID)})
}

// Returned gives the submissions that somebody is asked to mend, the first asked first.
func (s *Service) Returned(ctx context.Context, project id.ProjectID, to id.UserID) ([]Submission, error) {
	reached, err := s.scope(ctx, project)
	if err != nil {
		return nil, err
	}
	found, err := s.store.ReturnedSubmissions(ctx, project, to)
	if err != nil {
		return nil, err
	}
	forms, err := s.Forms(ctx, project)
	if err != nil {
		return nil, err
	}
	found = slices.DeleteFunc(found, func(sub Submission) bool {
		living := slices.ContainsFunc(forms, func(f Form) bool { return f.ID == sub.FormID })
		return sub.Deleted != nil || !living || !reached.has(sub.CaseID, to)
	})
	slices.SortStableFunc(found, func(a, b Submission) int { return a.Return.At.Compare(b.Return.At) })
	return found, nil
}

// cleaned gives the reasons with their texts changed, as an erasure changes them.
func cleaned(reasons []Reason, change mask) []Reason {
	out := slices.Clone(reasons)
	for i := range out {
		out[i].Text = change(out[i].Text)
	}
	return out
}
