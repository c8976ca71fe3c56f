package survey

import (
	"context"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Assignment is a case and form given to an enumerator, to be done by a day.
type Assignment struct {
	ID         id.AssignmentID
	ProjectID  id.ProjectID
	FormID     id.FormID
	CaseID     id.CaseID // "": the form is filled in for no case
	Enumerator id.UserID
	Due        time.Time       // the last second of the day; zero: no day
	Note       string          // to the enumerator
	BackCheck  id.SubmissionID `bson:",omitempty"` // the submission that it checks; "" for a first visit
	Again      bool            `bson:",omitempty"` // a further visit: what had come before it was made does not do it
	Visits     []Visit         `bson:",omitempty"` // in the order of their coming
	Withdrawn  *Withdrawal     `bson:",omitempty"`
	Made       time.Time
	By         id.UserID
	Events     []AssignmentEvent `bson:",omitempty"` // what happened to it since, oldest first
	Revision   int64             `bson:"-"`
}

// Withdrawal says who took an assignment back, when and why. What arrives all the same is received.
type Withdrawal struct {
	At     time.Time
	By     id.UserID
	Reason string
}

// AssignmentChange is what an AssignmentEvent did.
type AssignmentChange string

// The changes of assignments.
const (
	Reassigned AssignmentChange = "reassigned" // Old and New are users
	DueChanged AssignmentChange = "due"        // Old and New are moments in RFC 3339; "" is none
	TakenBack  AssignmentChange = "withdrawn"
	GivenBack  AssignmentChange = "restored" // the withdrawal was undone
)

// AssignmentEvent is one change of an assignment after it was made.
type AssignmentEvent struct {
	At       time.Time
	By       id.UserID
	Change   AssignmentChange
	Old, New string
	Reason   string
}

// HandedTo tells to whom an assignment went after it was a user's; "" when it never was, or is again.
func (a Assignment) HandedTo(user id.UserID) (id.UserID, time.Time) {
	var to id.UserID
	var at time.Time
	for _, e := range a.Events {
		if e.Change == Reassigned && e.Old == string(user) {
			to, at = id.UserID(e.New), e.At
		}
	}
	if a.Enumerator == user {
		return "", time.Time{}
	}
	return to, at
}

// AssignmentState is how far the work on an assignment is. It is derived, never stored.
type AssignmentState string

// The states of assignments.
const (
	AssignmentOpen      AssignmentState = "open"
	AssignmentLate      AssignmentState = "late"    // open, and its day is past
	AssignmentVisited   AssignmentState = "visited" // somebody was there, and there are no answers yet
	AssignmentDone      AssignmentState = "done"
	AssignmentReturned  AssignmentState = "returned" // its submission has issues
	AssignmentApproved  AssignmentState = "approved"
	AssignmentWithdrawn AssignmentState = "withdrawn"
)

// AssignmentStates are all of them, in the order of work.
var AssignmentStates = []AssignmentState{AssignmentOpen, AssignmentLate, AssignmentVisited, AssignmentReturned, AssignmentDone,
	AssignmentApproved, AssignmentWithdrawn}

// Label is the state's name for people.
func (s AssignmentState) Label() problem.Text {
	switch s {
	case AssignmentLate:
		return problem.Say("assignment.state.late")
	case AssignmentVisited:
		return problem.Say("assignment.state.visited")
	case AssignmentDone:
		return problem.Say("assignment.state.done")
	case AssignmentReturned:
		return problem.Say("assignment.state.returned")
	case AssignmentApproved:
		return problem.Say("assignment.state.approved")
	case AssignmentWithdrawn:
		return problem.Say("assignment.state.withdrawn")
	}
	return problem.Say("assignment.state.open")
}

// IsToDo tells whether the enumerator still has to go.
func (s AssignmentState) IsToDo() bool {
	return s == AssignmentOpen || s == AssignmentLate || s == AssignmentVisited
}

// AssignmentItem is an assignment with what follows from what was sent.
type AssignmentItem struct {
	Assignment
	State      AssignmentState
	Late       bool            // to be done, and its day is past
	Submission id.SubmissionID // that did it; "" while it is to be done
	Received   time.Time       // of the submission
	Earlier    id.SubmissionID // of a further visit: what was answered last before it was made
}

// ReplaceAfter is after how many visits with nobody at home a list suggests another case.
const ReplaceAfter = 3

// NotHome counts the visits at which nobody was at home.
func (a Assignment) NotHome() int {
	n := 0
	for _, v := range a.Visits {
		if v.Outcome == NotHome {
			n++
		}
	}
	return n
}

// WantsReplacement tells whether enough visits were in vain.
func (a AssignmentItem) WantsReplacement() bool {
	return a.State.IsToDo() && a.NotHome() >= ReplaceAfter
}

// AssignmentStore keeps assignments; it is part of Store.
type AssignmentStore interface {
	CreateAssignment(ctx context.Context, a Assignment) error // problem.Conflict when the id exists
	Assignment(ctx context.Context, project id.ProjectID, assignment id.AssignmentID) (Assignment, error)
	ReplaceAssignment(ctx context.Context, a Assignment) error
	// AssignmentChanges opens a reader of what changes in a project's assignments, all at first; of one
	// that was purged there is only the ID.
	AssignmentChanges(project id.ProjectID) func(ctx context.Context, each func(*Assignment) error) error
}
