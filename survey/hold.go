package survey

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"maps"
	"math"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// HoldMode says which submissions of a form wait on hold until somebody approves them.
type HoldMode string

// The modes.
const (
	HoldNone    HoldMode = "none"    // all count at once
	HoldFlagged HoldMode = "flagged" // those with issues or open flags wait
	HoldShare   HoldMode = "share"   // a random share waits
	HoldAll     HoldMode = "all"
)

// HoldModes are all of them, in the order of strictness.
var HoldModes = []HoldMode{HoldNone, HoldFlagged, HoldShare, HoldAll}

// Label is the mode's name for people.
func (m HoldMode) Label() problem.Text {
	switch m {
	case HoldFlagged:
		return problem.Say("review.holdFlagged")
	case HoldShare:
		return problem.Say("review.holdShare")
	case HoldAll:
		return problem.Say("review.holdAll")
	}
	return problem.Say("review.holdNone")
}

// ReviewRule is how a form's submissions are reviewed. The zero rule is that of forms made before
// there were any: HoldNone.
type ReviewRule struct {
	Mode  HoldMode
	Share float64 `bson:",omitempty"` // of HoldShare: above 0, at most 1
}

// SetReviewRule changes how a form's submissions are reviewed. Nothing of them is changed: what
// counts follows at once.
func (s *Service) SetReviewRule(ctx context.Context, project id.ProjectID, formID id.FormID, revision int64, rule ReviewRule) (Form, error) {
	if !slices.Contains(HoldModes, rule.Mode) {
		return Form{}, problem.New(problem.Invalid, "review.ruleUnknown").With("mode", "review.ruleUnknown")
	}
	if rule.Mode != HoldShare {
		rule.Share = 0
	} else if !(rule.Share > 0 && rule.Share <= 1) {
		return Form{}, problem.New(problem.Invalid, "review.shareRange").With("share", "review.shareRange")
	}
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return Form{}, err
	}
	if f.Revision != revision {
		return Form{}, problem.New(problem.Conflict, "survey.formChanged")
	}
	f.Review = rule
	if err := s.store.ReplaceForm(ctx, f); err != nil {
		return Form{}, overtaken(err)
	}
	f.Revision++
	return f, nil
}

// Standing is where a submission stands between its coming and its counting. Nothing of it is
// stored: it follows from the submission, its form's rule and its open flags.
type Standing struct {
	Returned bool // somebody is asked to mend it
	Mended   bool // it was mended since a reviewer looked at it last
	Flagged  bool // it has open flags, or came late or over a quota, and nobody has approved or rejected it
	Held     bool // it waits on hold: it does not count until it is approved
	Waits    bool // for a reviewer
	Check    bool // it was sent to check another one: it says once more what was said
	Counts   bool // it enters charts and exports
}

// rowMark is what a row's standing needs beside its state.
type rowMark struct {
	share                       float64 // where the submission lies among all, 0 to 1: HoldShare goes by it
	returned, mended, set, late bool    // set: a reviewer gave it its state
	decided                     float64 // when it came into its state, in seconds since 1970
}

func markOf(sub *Submission) rowMark {
	sum := sha256.Sum256([]byte("review\x00" + sub.ID))
	m := rowMark{share: float64(binary.BigEndian.Uint64(sum[:])) / math.MaxUint64,
		returned: sub.Return != nil, late: sub.Late || len(sub.OverQuota) > 0, decided: float64(sub.Received.UnixMilli()) / 1000}
	state := Received
	for i, e := range sub.Events {
		if e.Undo || i+1 < len(sub.Events) && sub.Events[i+1].Undo { // it is as if neither had been
			continue
		}
		if e.State != state {
			state, m.decided = e.State, float64(e.At.UnixMilli())/1000
		}
		if !e.Remark {
			m.mended, m.set = e.Instance != "", e.By != "" && e.Instance == "" && len(e.Changes) == 0
		}
	}
	return m
}

func (r ReviewRule) standing(state ReviewState, m rowMark, flagged bool) Standing {
	open := state != Approved && state != Rejected // whoever decided has settled all doubts
	s := Standing{Returned: m.returned, Mended: open && m.mended && !m.returned, Flagged: open && (flagged || m.late)}
	switch {
	case m.returned, state == Rejected:
		return s
	case state == Approved:
		s.Counts = true
		return s
	}
	switch r.Mode {
	case HoldAll:
		s.Held = true
	case HoldFlagged:
		s.Held = s.Flagged || state == HasIssues
	case HoldShare:
		s.Held = m.share < r.Share
	default:
		s.Waits = state != HasIssues
	}
	s.Waits = s.Waits || s.Mended || s.Held && !(m.set && state == HasIssues)
	s.Counts = !s.Held
	return s
}

// flaggedRows marks the rows that have open flags; nil when none has.
func (f *keptForm) flaggedRows(flags map[id.SubmissionID]int) []bool {
	var marked []bool
	for sub, n := range flags {
		if row, known := f.rows[sub]; known && n > 0 {
			if marked == nil {
				marked = make([]bool, len(f.origins))
			}
			marked[row] = true
		}
	}
	return marked
}

// judge gives the standing of a form's rows.
func (f *keptForm) judge(rule ReviewRule, flags map[id.SubmissionID]int, checks map[id.SubmissionID]bool) func(row int) Standing {
	states, flagged := f.byPath[VarState], f.flaggedRows(flags)
	return func(row int) Standing {
		s := rule.standing(ReviewState(states.lexical(row)), f.marks[row], flagged != nil && flagged[row])
		s.Check = len(checks) > 0 && checks[id.SubmissionID(f.origins[row].ID)]
		s.Counts = s.Counts && !s.Check
		return s
	}
}

// counting is which rows counted when it was asked last.
type counting struct {
	changes int // of the form's, then
	rule    ReviewRule
	flags   map[id.SubmissionID]int
	checks  map[id.SubmissionID]bool
	rows    []int32
}

// counted gives the rows that count; nil: all do. It looks at them only when something changed.
func (f *keptForm) counted(rule ReviewRule, flags map[id.SubmissionID]int, checks map[id.SubmissionID]bool) []int32 {
	if rule.Mode != HoldFlagged {
		flags = nil // they change nothing
	}
	if c := f.counting; c == nil || c.changes != f.changes || c.rule != rule || !maps.Equal(c.flags, flags) || !maps.Equal(c.checks, checks) {
		f.counting = &counting{f.changes, rule, flags, checks, f.count(rule, flags, checks)}
	}
	return f.counting.rows
}

func (f *keptForm) count(rule ReviewRule, flags map[id.SubmissionID]int, checks map[id.SubmissionID]bool) []int32 {
	standing, rows := f.judge(rule, flags, checks), make([]int32, 0, len(f.origins))
	for row := range f.origins {
		if standing(row).Counts {
			rows = append(rows, int32(row))
		}
	}
	if len(rows) == len(f.origins) {
		return nil
	}
	return rows
}

// Counts tells how many of a form's submissions count, of how many.
func (s *Service) Counts(ctx context.Context, project id.ProjectID, formID id.FormID) (counted, all int, err error) {
	some, err := s.Table(ctx, project, formID, "")
	if err != nil {
		return 0, 0, err
	}
	whole, err := s.WholeTable(ctx, project, formID, "") // both are kept: this visits no row
	if err != nil {
		return 0, 0, err
	}
	return some.Len(), whole.Len(), nil
}

// narrowed is a form's table with the rows alone that count. It is kept as long as nothing is changed
// in them, and grows with those that come.
type narrowed struct {
	rows    []int32
	origins []id.Origin
	columns map[*keptColumn]table.Column
}

// narrow gives the columns of some rows.
func (f *keptForm) narrow(rows []int32) *narrowed {
	n := f.narrowed
	if n == nil || f.altered || len(n.rows) > len(rows) || !slices.Equal(n.rows, rows[:len(n.rows)]) {
		n = &narrowed{columns: make(map[*keptColumn]table.Column, len(f.columns))}
		f.narrowed, f.altered = n, false
	}
	// Appended behind what tables that were given out show.
	if more := rows[len(n.rows):]; len(more) > 0 {
		n.rows, n.origins = rows, append(n.origins, only(f.origins, more)...)
		for _, c := range f.columns {
			was := n.columns[c]
			n.columns[c] = table.Column{Numbers: append(was.Numbers, only(c.data.Numbers, more)...),
				Codes: append(was.Codes, only(c.data.Codes, more)...), Sets: append(was.Sets, only(c.data.Sets, more)...)}
		}
	}
	return n
}

// only gives a copy of a list's rows; nil of nil.
func only[T any](list []T, rows []int32) []T {
	if list == nil {
		return nil
	}
	kept := make([]T, len(rows))
	for i, row := range rows {
		kept[i] = list[row]
	}
	return kept
}
