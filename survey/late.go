package survey

import (
	"context"
	"time"

	"tianye/internal/account"
	"tianye/internal/problem"
)

// late marks what comes after the end of something, and refuses what was begun after it, by what it
// says itself: an interview that was begun in time is received and flagged; after the end of a project
// for account.GraceLength, as of a member who left. closed is since when the project collects nothing, left since when the sender is no member any longer;
// zero times say nothing, nor does a beginning that is still to come: then the sender's clock is wrong.
func (s *Service) late(sub *Submission, f Form, closed, left time.Time) error {
	begun := sub.Started
	if begun.IsZero() {
		begun = sub.Ended
	}
	after := func(end time.Time) bool { return begun.After(end) && !begun.After(sub.Received.Add(clockError)) }
	said := func(t time.Time) string { return t.In(s.now().Location()).Format("2006-01-02 15:04") }
	var why []problem.Detail
	if !closed.IsZero() {
		if after(closed) {
			return problem.New(problem.Forbidden, "bin.closedSince", said(closed))
		}
		if s.now().Sub(closed) > account.GraceLength {
			return problem.New(problem.Forbidden, "late.over", said(closed), int(account.GraceLength.Hours()/24))
		}
		why = append(why, problem.Detail{Text: problem.Say("late.closed", said(closed))})
	}
	if !left.IsZero() {
		if after(left) {
			return problem.New(problem.Forbidden, "late.begunAfterLeaving", said(left))
		}
		why = append(why, problem.Detail{Text: problem.Say("late.left", said(left))})
	}
	if f.Deleted != nil {
		why = append(why, problem.Detail{Text: problem.Say("late.binned", said(f.Deleted.At))})
	}
	sub.flagLate(why)
	return nil
}

// lateForWithdrawal flags what was begun for an assignment that was taken back since: whoever began it had
// no way to know.
func (s *Service) lateForWithdrawal(ctx context.Context, sub *Submission) error {
	if sub.Submitter == "" || sub.Started.IsZero() {
		return nil
	}
	all, err := s.allAssignments(ctx, sub.ProjectID)
	var withdrawn time.Time
	for _, a := range all {
		if a.Enumerator != sub.Submitter || a.FormID != sub.FormID || a.CaseID != sub.CaseID {
			continue
		}
		if a.Withdrawn == nil { // it is for this one
			return err
		}
		if a.Withdrawn.At.After(sub.Started) && a.Withdrawn.At.After(withdrawn) {
			withdrawn = a.Withdrawn.At
		}
	}
	if err == nil && !withdrawn.IsZero() {
		at := withdrawn.In(s.now().Location()).Format("2006-01-02 15:04")
		sub.flagLate([]problem.Detail{{Text: problem.Say("late.withdrawn", at)}})
	}
	return err
}

// clockError is how far a phone's clock may be ahead before what it says is not believed.
const clockError = time.Hour

// flagLate notes that a submission came late; its review state stays.
func (s *Submission) flagLate(why []problem.Detail) {
	if len(why) == 0 {
		return
	}
	s.Late = true
	s.Events = append(s.Events, Event{At: s.Received, State: s.State, Found: why})
}
