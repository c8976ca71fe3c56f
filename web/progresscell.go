package web

import (
	"tianye/internal/account"
	"tianye/survey"
)

// boardCell is a cell of the board, or a total, with where its numbers lead.
type boardCell struct {
	page        *progressPage
	Count       survey.Count
	row, column string // survey.WholeRow stands for all
	Links       bool   // the reader may see the lists
	HasExpected bool
}

// Cell makes one.
func (p *progressPage) Cell(c survey.Count, row, column string) boardCell {
	return boardCell{p, c, row, column, p.Named, p.Progress.HasExpected}
}

// Empty tells whether there is nothing to say.
func (c boardCell) Empty() bool { return c.Count == survey.Count{} }

// Behind tells whether less has come than was expected.
func (c boardCell) Behind() bool { return c.HasExpected && c.Count.Counted < c.Count.Expected }

// Complete tells whether all has come.
func (c boardCell) Complete() bool { return c.Count.Target > 0 && c.Count.Counted >= c.Count.Target }

// HasLate tells whether anything can be late.
func (p *progressPage) HasLate() bool { return p.Progress.HasExpected || p.Progress.ByDuty }

// HasLate tells so for a cell.
func (c boardCell) HasLate() bool { return c.page.HasLate() }

// Main is the number that stands first: what has come of the target, or all where there is none.
func (c boardCell) Main() int {
	if c.Count.Target == 0 {
		return c.Count.Done
	}
	return c.Count.Counted
}

// Extra is how many came beyond the target.
func (c boardCell) Extra() int {
	if c.Count.Target == 0 {
		return 0
	}
	return c.Count.Extra()
}

// Gauge draws it.
func (c boardCell) Gauge() *gauge { return c.page.Gauge(c.Count) }

// Link is the address of the submissions of a state that are behind it.
func (c boardCell) Link(state string) string { return c.page.Submissions(c.row, c.column, state) }

// LateLink is the address of its overdue assignments; "" where there are none to list.
func (c boardCell) LateLink() string {
	if !c.page.Progress.ByDuty || !c.page.Can(string(account.Assign)) {
		return ""
	}
	return c.page.Assignments(c.row, c.column)
}

// DoneTitle says what is behind the number.
func (c boardCell) DoneTitle() string { return c.page.T("progress.doneTitle", c.Count.Done) }

// CompleteTitle says that all has come.
func (c boardCell) CompleteTitle() string { return c.page.T("progress.complete") }

// ExtraTitle says what is beyond the target.
func (c boardCell) ExtraTitle() string { return c.page.T("progress.extra", c.Extra()) }
