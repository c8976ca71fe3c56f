package survey

import (
	"cmp"
	"math"
	"slices"

	"tianye/internal/id"
	"tianye/internal/table"
)

// sentBy is a form filled in for a case, or for none, by somebody.
type sentBy struct {
	form id.FormID
	of   id.CaseID
	by   id.UserID
}

func (a *Assignment) sentBy() sentBy { return sentBy{a.FormID, a.CaseID, a.Enumerator} }

// doneChecks gives the submissions that did back-checks, withdrawn ones too: to each the latest of its
// enumerator, form and case that came after it was made, was not rejected, and did no other back-check.
// The caller holds k.mu.
func (k *keptProject) doneChecks(given []*Assignment) map[id.AssignmentID]id.SubmissionID {
	var checks []*Assignment
	sent := map[sentBy][]int{} // rows
	forms := map[id.FormID]*keptForm{}
	for _, a := range given {
		if f := k.forms[a.FormID]; a.BackCheck != "" && f != nil {
			checks, sent[a.sentBy()], forms[a.FormID] = append(checks, a), nil, f
		}
	}
	for formID, f := range forms {
		cases, people, states := f.byPath[VarCase], f.byPath[VarEnumerator], f.byPath[VarState]
		checkers := people.wanted(func(code string) bool {
			return slices.ContainsFunc(checks, func(a *Assignment) bool { return string(a.Enumerator) == code })
		})
		for row, person := range people.data.Codes {
			if person == table.Missing || !checkers[person] {
				continue
			}
			key := sentBy{formID, id.CaseID(cases.lexical(row)), id.UserID(people.lexical(row))}
			if rows, wanted := sent[key]; wanted && ReviewState(states.lexical(row)) != Rejected {
				sent[key] = append(rows, row)
			}
		}
	}
	slices.SortFunc(checks, func(a, b *Assignment) int {
		if (a.Withdrawn == nil) != (b.Withdrawn == nil) {
			if a.Withdrawn == nil {
				return -1
			}
			return 1
		}
		return cmp.Or(a.Made.Compare(b.Made), cmp.Compare(a.ID, b.ID))
	})
	done, taken := map[id.AssignmentID]id.SubmissionID{}, map[id.SubmissionID]bool{}
	for _, a := range checks {
		f := forms[a.FormID]
		received, latest := f.byPath[VarReceived].data.Numbers, -1
		for _, row := range sent[a.sentBy()] {
			submission := id.SubmissionID(f.origins[row].ID)
			if submission != a.BackCheck && !taken[submission] && math.Round(received[row]*1000) >= float64(a.Made.UnixMilli()) &&
				(latest < 0 || received[row] > received[latest]) {
				latest = row
			}
		}
		if latest >= 0 {
			done[a.ID] = id.SubmissionID(f.origins[latest].ID)
			taken[done[a.ID]] = true
		}
	}
	return done
}

// checks are the submissions that were sent to check others. The caller holds k.mu.
func (k *keptProject) checks(given []*Assignment) map[id.SubmissionID]bool {
	checks := map[id.SubmissionID]bool{}
	for _, submission := range k.doneChecks(given) {
		checks[submission] = true
	}
	return checks
}
