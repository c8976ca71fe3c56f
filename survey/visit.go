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

// Visit is one attempt at an assignment that brought no answers.
type Visit struct {
	ID       string    // made by the phone: the same again is the same visit
	At       time.Time // as the phone says
	Outcome  Outcome
	Note     string      `bson:",omitempty"`
	Place    *VisitPlace `bson:",omitempty"`
	By       id.UserID
	Received time.Time
}

// VisitPlace is where a visit was made: WGS 84 degrees, and the accuracy in metres.
type VisitPlace struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Accuracy  float64 `json:"accuracy"`
}

// Outcome is how a visit ended.
type Outcome string

// The outcomes.
const (
	NotHome Outcome = "notHome"
	Refused Outcome = "refused"
	Moved   Outcome = "moved"
	Other   Outcome = "other"
)

// Outcomes are all of them.
var Outcomes = []Outcome{NotHome, Refused, Moved, Other}

// Label is the outcome's name for people.
func (o Outcome) Label() problem.Text {
	switch o {
	case NotHome:
		return problem.Say("assignment.outcome.notHome")
	case Refused:
		return problem.Say("assignment.outcome.refused")
	case Moved:
		return problem.Say("assignment.outcome.moved")
	}
	return problem.Say("assignment.outcome.other")
}

// The limits of visits.
const (
	maxVisits = 200 // of one assignment
	MaxNote   = 500 // characters of a note or a reason
)

func (v Visit) validate() error {
	p := problem.New(problem.Invalid, "assignment.visitInvalid")
	if n := utf8.RuneCountInString(v.ID); n == 0 || n > maxInstanceID || strings.ContainsFunc(v.ID, isControl) {
		p.With("id", "assignment.visitID", maxInstanceID)
	}
	if !slices.Contains(Outcomes, v.Outcome) {
		p.With("outcome", "assignment.visitOutcome")
	}
	if v.At.IsZero() {
		p.With("at", "assignment.visitTime")
	}
	if utf8.RuneCountInString(v.Note) > MaxNote || !utf8.ValidString(v.Note) {
		p.With("note", "assignment.noteLong", MaxNote)
	}
	if v.Outcome == Other && v.Note == "" {
		p.With("note", "assignment.visitWhat")
	}
	if at := v.Place; at != nil && !(at.Latitude >= -90 && at.Latitude <= 90 && at.Longitude >= -180 && at.Longitude <= 180 && at.Accuracy >= 0) {
		p.With("place", "assignment.visitPlace")
	}
	return ifAny(p)
}

// AddVisit notes a visit, of whomever the caller lets: a phone may send it long after, also when the
// assignment was withdrawn or handed on meanwhile. The same again changes nothing.
func (s *Service) AddVisit(ctx context.Context, project id.ProjectID, actor id.UserID, assignment id.AssignmentID, v Visit) (a Assignment, added bool, err error) {
	v.Note, v.By, v.Received = strings.TrimSpace(v.Note), actor, s.now().Truncate(time.Millisecond)
	v.At = v.At.Truncate(time.Millisecond)
	if err := v.validate(); err != nil {
		return Assignment{}, false, err
	}
	for range retries {
		if a, err = s.Assignment(ctx, project, assignment); err != nil {
			return Assignment{}, false, err
		}
		if slices.ContainsFunc(a.Visits, func(known Visit) bool { return known.ID == v.ID }) {
			return a, false, nil
		}
		if len(a.Visits) >= maxVisits {
			return Assignment{}, false, problem.New(problem.TooLarge, "assignment.manyVisits", maxVisits)
		}
		a.Visits = append(slices.Clip(a.Visits), v)
		if err = s.store.ReplaceAssignment(ctx, a); err == nil {
			a.Revision++
			return a, true, nil
		}
		if !problem.Is(err, problem.Conflict) {
			break
		}
	}
	return Assignment{}, false, err
}
