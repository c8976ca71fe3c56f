package survey

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Decisions are the review states that a reviewer gives.
var Decisions = []ReviewState{Approved, HasIssues, Rejected, Received}

// Review gives a submission a review state, with a comment; one that has issues or
// is rejected says why. Who was asked to mend it no longer is.
func (s *Service) Review(ctx context.Context, project id.ProjectID, actor id.UserID, submission id.SubmissionID, revision int64,
	state ReviewState, comment string) (Submission, error) {
	comment, err := decision(state, comment)
	if err != nil {
		return Submission{}, err
	}
	sub, err := s.seen(ctx, project, submission, revision)
	if err != nil {
		return Submission{}, err
	}
	return s.decide(ctx, sub, Event{At: s.now().Truncate(time.Millisecond), By: actor, State: state, Comment: comment})
}

// decision checks what a reviewer decides, and gives the comment as it is kept.
func decision(state ReviewState, comment string) (string, error) {
	comment = strings.TrimSpace(comment)
	if !slices.Contains(Decisions, state) {
		return "", problem.New(problem.Invalid, "survey.stateUnknown").With("state", "survey.stateUnknown")
	}
	if utf8.RuneCountInString(comment) > maxComment || comment == "" && (state == HasIssues || state == Rejected) {
		return "", problem.New(problem.Invalid, "survey.commentNeeded", maxComment).With("comment", "survey.commentNeeded", maxComment)
	}
	return comment, nil
}

func (s *Service) decide(ctx context.Context, sub Submission, e Event) (Submission, error) {
	sub.State, sub.Return = e.State, nil
	sub.Events = append(slices.Clip(sub.Events), e)
	return s.replace(ctx, sub)
}

// Queue names submissions by what is to be done with them, whatever their ReviewState.
type Queue string

// The queues.
const (
	QueueWaiting  Queue = "waiting"  // for a reviewer
	QueueHeld     Queue = "held"     // they do not count yet
	QueueFlagged  Queue = "flagged"  // they have open flags, or came late or over a quota, and are neither approved nor rejected
	QueueReturned Queue = "returned" // somebody is asked to mend them
	QueueMended   Queue = "mended"   // and did
)

// Queues are all of them, in the order of work.
var Queues = []Queue{QueueWaiting, QueueMended, QueueFlagged, QueueReturned, QueueHeld}

// Label is the queue's name for people.
func (q Queue) Label() problem.Text {
	switch q {
	case QueueHeld:
		return problem.Say("review.queueHeld")
	case QueueFlagged:
		return problem.Say("review.queueFlagged")
	case QueueReturned:
		return problem.Say("review.queueReturned")
	case QueueMended:
		return problem.Say("review.queueMended")
	}
	return problem.Say("review.queueWaiting")
}

// has tells whether the queue has what stands so; the zero Queue has all.
func (q Queue) has(s Standing) bool {
	switch q {
	case QueueWaiting:
		return s.Waits
	case QueueHeld:
		return s.Held
	case QueueFlagged:
		return s.Flagged
	case QueueReturned:
		return s.Returned
	case QueueMended:
		return s.Mended
	}
	return true
}

// Neighbours are the submissions beside one in a list; "" at its ends.
type Neighbours struct {
	Previous, Next id.SubmissionID
	Place          int // of the submission in the list, from 1; 0 when it is not in it
	Total          int
}

// Neighbours finds them in the list of a filter, in which the submission need not be any longer.
func (s *Service) Neighbours(ctx context.Context, project id.ProjectID, filter Filter, sub Submission) (Neighbours, error) {
	var n Neighbours
	var previous, next ListItem
	here, before, isIn := ListItem{ID: sub.ID, Received: sub.Received}, 0, false
	err := s.eachMatch(ctx, project, filter, func(item ListItem) {
		if !filter.inState(item) {
			return
		}
		n.Total++
		switch order := newestFirst(item, here); {
		case order < 0:
			if before++; previous.ID == "" || newestFirst(previous, item) < 0 {
				previous = item
			}
		case order == 0:
			isIn = true
		case next.ID == "" || newestFirst(item, next) < 0:
			next = item
		}
	})
	n.Previous, n.Next = previous.ID, next.ID
	if isIn {
		n.Place = before + 1
	}
	return n, err
}

// Standing gives where one submission stands.
func (s *Service) Standing(ctx context.Context, sub Submission) (Standing, error) {
	var standing Standing
	err := s.eachMatch(ctx, sub.ProjectID, Filter{FormID: sub.FormID, CaseID: sub.CaseID, Submitter: sub.Submitter}, func(item ListItem) {
		if item.ID == sub.ID {
			standing = item.Standing
		}
	})
	return standing, err
}
