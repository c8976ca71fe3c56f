package web

import (
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/survey"
)

// fieldAssignment is an assignment as the phone keeps it.
type fieldAssignment struct {
	ID        id.AssignmentID        `json:"id"`
	Revision  int64                  `json:"revision"`
	FormID    id.FormID              `json:"formId"`
	CaseID    id.CaseID              `json:"caseId"`
	CaseTitle string                 `json:"caseTitle"`
	Place     string                 `json:"place"`
	Due       string                 `json:"due"` // 2026-04-30; "" for none
	Note      string                 `json:"note"`
	State     survey.AssignmentState `json:"state"`
	Late      bool                   `json:"late"`
	BackCheck bool                   `json:"backCheck"`
	HandedTo  string                 `json:"handedTo,omitempty"`  // the name of who has it now; then it is the sender's no longer
	Withdrawn string                 `json:"withdrawn,omitempty"` // why
	Visits    []fieldVisit           `json:"visits"`
	Earlier   *earlierAnswers        `json:"earlier"`
}

// fieldVisit is a visit as the phone keeps it.
type fieldVisit struct {
	ID      string         `json:"id"`
	At      time.Time      `json:"at"`
	Outcome survey.Outcome `json:"outcome"`
	Note    string         `json:"note"`
}

// earlierAnswers are what was answered for the case before.
type earlierAnswers struct {
	At      time.Time      `json:"at"`
	Version int            `json:"version"`
	Answers map[string]any `json:"answers"`
}

// fieldLasting is how long an assignment that is over stays on its enumerator's phone.
const fieldLasting = 30 * 24 * time.Hour

// fieldAssignments are the sender's own: those to be done, and for a while those that are done, withdrawn
// or handed on.
func (s *Server) fieldAssignments(r *Request, titles *fieldTitles) ([]fieldAssignment, error) {
	items, err := s.Surveys.Assignments(r, r.Project.ID, survey.AssignmentFilter{Enumerator: r.User.ID, Former: true})
	if err != nil {
		return nil, err
	}
	private := map[id.FormID]survey.Personal{}
	out := make([]fieldAssignment, 0, len(items))
	for _, a := range items {
		to, handed := a.HandedTo(r.User.ID)
		if over := overSince(a, handed); !over.IsZero() && s.Now().Sub(over) > fieldLasting {
			continue
		}
		f := fieldAssignment{ID: a.ID, Revision: a.Revision, FormID: a.FormID, CaseID: a.CaseID, CaseTitle: titles.caseTitle(a.CaseID), Place: placeOf(titles.cases[a.CaseID]),
			Note: a.Note, State: a.State, Late: a.Late, BackCheck: a.BackCheck != "", HandedTo: titles.names[to], Visits: []fieldVisit{}}
		if !a.Due.IsZero() {
			f.Due = a.Due.In(s.location).Format(time.DateOnly)
		}
		if a.Withdrawn != nil {
			f.Withdrawn = a.Withdrawn.Reason
		}
		for _, v := range a.Visits {
			f.Visits = append(f.Visits, fieldVisit{v.ID, v.At, v.Outcome, v.Note})
		}
		if to == "" && a.State.IsToDo() {
			if f.Earlier, err = s.earlier(r, a, private); err != nil {
				return nil, err
			}
		}
		out = append(out, f)
	}
	return out, nil
}

// overSince is when there was nothing to do any longer for the sender; zero when there is.
func overSince(a survey.AssignmentItem, handed time.Time) time.Time {
	switch {
	case !handed.IsZero():
		return handed
	case a.Withdrawn != nil:
		return a.Withdrawn.At
	case a.State == survey.AssignmentDone || a.State == survey.AssignmentApproved:
		return a.Received
	}
	return time.Time{}
}

// earlier is what was last answered for the case of a further visit: the only one that has such answers. A
// back-check is blind. private is what is personal in the forms that were met already.
func (s *Server) earlier(r *Request, a survey.AssignmentItem, private map[id.FormID]survey.Personal) (*earlierAnswers, error) {
	if a.Earlier == "" {
		return nil, nil
	}
	sub, err := s.Surveys.Submission(r, r.Project.ID, a.Earlier)
	if err != nil {
		return nil, err
	}
	answers := sub.Answers
	if !r.Can(account.ReadPersonal) && sub.Submitter != r.User.ID {
		d, err := s.Surveys.Definition(r, r.Project.ID, sub.FormID, sub.Version)
		if err != nil {
			return nil, err
		}
		if _, met := private[sub.FormID]; !met {
			if private[sub.FormID], err = s.Surveys.Personal(r, r.Project.ID, sub.FormID); err != nil {
				return nil, err
			}
		}
		answers = private[sub.FormID].Without(d, answers)
	}
	return &earlierAnswers{sub.Received, sub.Version, answers}, nil
}
