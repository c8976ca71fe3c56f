// Package quality looks for what is odd in the submissions of a form: interviews that were too fast,
// the same answer all the way down, persons who come twice, places that cannot be, enumerators who
// differ from their peers. It says what was seen, against what, and judges nobody: people do.
//
// The checks look at the questions outside of repeats, as tables of submissions have them. A
// sentence never holds a personal answer. The same submissions give the same flags, in whatever
// order they come.
package quality

import (
	"cmp"
	"slices"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey/form"
)

// Check names one of the checks.
type Check string

// The checks. The last two are of enumerators, all others of submissions.
const (
	TooFast       Check = "tooFast"
	StraightLine  Check = "straightLine"
	DontKnow      Check = "dontKnow"
	SamePerson    Check = "samePerson"
	NearIdentical Check = "nearIdentical"
	Outlier       Check = "outlier"
	Place         Check = "place"
	Night         Check = "night"
	Media         Check = "media"
	Peers         Check = "peers"
	Digits        Check = "digits"
)

// Checks are all of them, in the order in which people are told of them.
var Checks = []Check{TooFast, StraightLine, DontKnow, SamePerson, NearIdentical, Outlier, Place, Night, Media, Peers, Digits}

// OfEnumerators tells whether the check is of enumerators, not of single submissions.
func (c Check) OfEnumerators() bool { return c == Peers || c == Digits }

// Label is the check's name for people.
func (c Check) Label() problem.Text {
	switch c {
	case TooFast:
		return problem.Say("quality.check.tooFast")
	case StraightLine:
		return problem.Say("quality.check.straightLine")
	case DontKnow:
		return problem.Say("quality.check.dontKnow")
	case SamePerson:
		return problem.Say("quality.check.samePerson")
	case NearIdentical:
		return problem.Say("quality.check.nearIdentical")
	case Outlier:
		return problem.Say("quality.check.outlier")
	case Place:
		return problem.Say("quality.check.place")
	case Night:
		return problem.Say("quality.check.night")
	case Media:
		return problem.Say("quality.check.media")
	case Peers:
		return problem.Say("quality.check.peers")
	}
	return problem.Say("quality.check.digits")
}

// Explain says in a sentence what the check compares with what, and whose method it is.
func (c Check) Explain() problem.Text {
	switch c {
	case TooFast:
		return problem.Say("quality.explain.tooFast")
	case StraightLine:
		return problem.Say("quality.explain.straightLine")
	case DontKnow:
		return problem.Say("quality.explain.dontKnow")
	case SamePerson:
		return problem.Say("quality.explain.samePerson")
	case NearIdentical:
		return problem.Say("quality.explain.nearIdentical")
	case Outlier:
		return problem.Say("quality.explain.outlier")
	case Place:
		return problem.Say("quality.explain.place")
	case Night:
		return problem.Say("quality.explain.night")
	case Media:
		return problem.Say("quality.explain.media")
	case Peers:
		return problem.Say("quality.explain.peers")
	}
	return problem.Say("quality.explain.digits")
}

// Flag is what a check found odd.
type Flag struct {
	Check      Check
	Submission id.SubmissionID   `bson:",omitempty"` // "" of a check of enumerators
	Enumerator id.UserID         `bson:",omitempty"` // of such a check
	Path       form.Path         `bson:",omitempty"` // the question; "" for the whole
	Text       problem.Text      // a sentence without a personal answer
	Value      float64           // what was found of it itself, not of its peers, but for a count to the last doubling: the same again is no news
	With       []id.SubmissionID `bson:",omitempty"` // the others that it is like
}

// Input is what the checks look at: the submissions of one form.
type Input struct {
	Definition *form.Definition // the newest version
	Table      *table.Table
	Rows       []Row // one a row of the table
	Settings   Settings
	Location   *time.Location // of night and day
	Now        time.Time
}

// Row is what the table does not say of a submission.
type Row struct {
	Submission id.SubmissionID
	Enumerator id.UserID // "" when it came by a public link
	Case       id.CaseID // "" when it is of none
	Area       string    // where it is from, a county: compared within; "" unknown
	Started    time.Time
	Ended      time.Time
	Received   time.Time
	Active     time.Duration // that the questions took, by the log of filling in; 0: there is none
	Lacking    []form.Path   // questions whose file never came
	Again      string        // those with the same are meant to be alike: a visit and its back-check
}

// Run makes all checks that the settings do not leave out. again is when a later Run may find more
// though nothing changed; zero when it will not.
func Run(in Input) (flags []Flag, again time.Time) {
	v := look(in)
	for _, c := range []struct {
		check Check
		run   func()
	}{
		{TooFast, v.tooFast}, {StraightLine, v.straightLine}, {DontKnow, v.dontKnow}, {SamePerson, v.samePerson},
		{NearIdentical, v.nearIdentical}, {Outlier, v.outliers}, {Place, v.places}, {Night, v.night},
		{Media, v.media}, {Peers, v.peers}, {Digits, v.digits},
	} {
		if !slices.Contains(in.Settings.Off, c.check) {
			c.run()
		}
	}
	slices.SortStableFunc(v.flags, func(a, b Flag) int {
		return cmp.Or(cmp.Compare(a.Submission, b.Submission), cmp.Compare(a.Enumerator, b.Enumerator),
			cmp.Compare(slices.Index(Checks, a.Check), slices.Index(Checks, b.Check)), cmp.Compare(a.Path, b.Path))
	})
	return once(v.flags), v.again
}

// once keeps of several flags of a check on one question of a submission the first: one sentence is
// judged at a time.
func once(flags []Flag) []Flag {
	return slices.CompactFunc(flags, func(a, b Flag) bool {
		return cmp.Or(cmp.Compare(a.Submission, b.Submission), cmp.Compare(a.Enumerator, b.Enumerator), cmp.Compare(a.Check, b.Check), cmp.Compare(a.Path, b.Path)) == 0
	})
}
