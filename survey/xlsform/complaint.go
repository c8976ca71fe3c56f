package xlsform

import (
	"cmp"
	"iter"
	"slices"
	"strconv"

	"tianye/internal/problem"
)

// Severity says whether a complaint refuses the workbook.
type Severity string

// The severities.
const (
	Error   Severity = "error"
	Warning Severity = "warning"
)

// Complaint is one thing wrong with a workbook, at the cell where it can be put right.
type Complaint struct {
	Severity Severity
	Sheet    string       // as the workbook writes it
	Row      int          // from 1
	Column   string       // its letters: "C"
	Header   string       // what stands above it: "label::中文 (zh)"; "" where there is no header
	Text     problem.Text // the sentence
}

// Cell is the place within the sheet: "C12".
func (c Complaint) Cell() string { return c.Column + strconv.Itoa(c.Row) }

// Where is the place within the workbook: "survey!C12".
func (c Complaint) Where() string { return c.Sheet + "!" + c.Cell() }

// maxComplaints keeps the list readable and small; a workbook with more has one cause.
const maxComplaints = 500

// complaints gathers what is wrong.
type complaints struct {
	all    []Complaint
	failed bool
}

func (c *complaints) add(complaint Complaint) {
	c.failed = c.failed || complaint.Severity == Error
	c.all = append(c.all, complaint)
}

// didYouMean looks among names that the workbook itself gives, of which there may be
// many; past maxComplaints nobody reads the answer.
func (c *complaints) didYouMean(word string, words iter.Seq[string]) problem.Text {
	if len(c.all) >= maxComplaints {
		return problem.Text{}
	}
	return didYouMean(word, words)
}

// sorted gives the complaints in the workbook's order, at one cell the errors first, at most maxComplaints of
// them, errors kept before warnings when some must go.
func (c *complaints) sorted(sheets []string) []Complaint {
	byPlace := func(a, b Complaint) int {
		return cmp.Or(
			cmp.Compare(slices.Index(sheets, a.Sheet), slices.Index(sheets, b.Sheet)),
			cmp.Compare(a.Row, b.Row),
			cmp.Compare(len(a.Column), len(b.Column)),
			cmp.Compare(a.Column, b.Column),
			cmp.Compare(a.Severity, b.Severity), // "error" sorts before "warning"
		)
	}
	if len(c.all) > maxComplaints {
		slices.SortStableFunc(c.all, func(a, b Complaint) int {
			return cmp.Or(cmp.Compare(a.Severity, b.Severity), byPlace(a, b))
		})
		last := c.all[maxComplaints]
		last.Text = problem.Say("xlsform.more", len(c.all)-maxComplaints)
		c.all = append(c.all[:maxComplaints:maxComplaints], last)
	}
	slices.SortStableFunc(c.all, byPlace)
	return c.all
}
