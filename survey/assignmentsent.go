package survey

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"tianye/internal/id"
	"tianye/internal/table"
)

// sentItem is what an assignment must know of a submission.
type sentItem struct {
	ID       id.SubmissionID
	Received time.Time
	State    ReviewState
}

// sentAlready is what is known beside what was sent of each work.
type sentAlready struct {
	forms  map[id.FormID]bool // those in the recycle bin
	checks map[id.AssignmentID]id.SubmissionID
}

// collectSent fills in what was sent of each work, within the scope.
func (s *Service) collectSent(ctx context.Context, project id.ProjectID, reached *scope, sent map[work][]sentItem, given []*Assignment) (sentAlready, error) {
	out := sentAlready{forms: map[id.FormID]bool{}}
	k := s.keptFor(project)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, project, k); err != nil {
		return out, err
	}
	for formID, is := range k.gone {
		out.forms[formID] = is
	}
	for formID, f := range k.forms {
		if !k.gone[formID] {
			f.collectSent(formID, reached, sent)
		}
	}
	out.checks = k.doneChecks(given)
	return out, nil
}

// collectSent goes by the dictionaries' codes: most rows are of no assignment, or many of one.
func (f *keptForm) collectSent(formID id.FormID, reached *scope, sent map[work][]sentItem) {
	cases, people, states := f.byPath[VarCase], f.byPath[VarEnumerator], f.byPath[VarState]
	ofCase, byPerson := make([][]sentItem, len(cases.values)), make([][]sentItem, len(people.values))
	wantCase := cases.wanted(func(code string) bool { _, is := sent[work{form: formID, of: id.CaseID(code)}]; return is })
	wantPerson := people.wanted(func(code string) bool { _, is := sent[work{form: formID, by: id.UserID(code)}]; return is })
	received := f.byPath[VarReceived].data.Numbers
	for row, origin := range f.origins {
		ofCaseCode, byCode := cases.data.Codes[row], people.data.Codes[row]
		wanted, wantedOf := ofCaseCode != table.Missing && wantCase[ofCaseCode], byCode != table.Missing && wantPerson[byCode]
		if !wanted && !wantedOf || !reached.has(id.CaseID(cases.lexical(row)), id.UserID(people.lexical(row))) {
			continue
		}
		item := sentItem{id.SubmissionID(origin.ID), time.UnixMilli(int64(math.Round(received[row] * 1000))), ReviewState(states.lexical(row))}
		if item.State == Rejected {
			continue
		}
		if wanted {
			ofCase[ofCaseCode] = append(ofCase[ofCaseCode], item)
		}
		if wantedOf {
			byPerson[byCode] = append(byPerson[byCode], item)
		}
	}
	byComing := func(a, b sentItem) int { return cmp.Or(a.Received.Compare(b.Received), cmp.Compare(a.ID, b.ID)) }
	for code, list := range ofCase {
		if list != nil {
			slices.SortFunc(list, byComing)
			sent[work{form: formID, of: id.CaseID(cases.values[code].Code)}] = list
		}
	}
	for code, list := range byPerson {
		if list != nil {
			slices.SortFunc(list, byComing)
			sent[work{form: formID, by: id.UserID(people.values[code].Code)}] = list
		}
	}
}

// wanted tells of each of a column's codes whether it is, the empty one never.
func (c *keptColumn) wanted(is func(code string) bool) []bool {
	wanted := make([]bool, len(c.values))
	for code, value := range c.values {
		wanted[code] = value.Code != "" && is(value.Code)
	}
	return wanted
}
