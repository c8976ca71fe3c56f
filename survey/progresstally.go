package survey

import (
	"cmp"
	"math"
	"slices"
	"time"

	"tianye/internal/id"
	"tianye/internal/stats"
	"tianye/internal/table"
)

// tally is a Progress in the making.
type tally struct {
	plan     Plan
	places   map[id.CaseID]BoardPlace
	reached  *scope
	location *time.Location
	today    int // the last day that counts
	since    int // the first that is new
	live     bool

	rows, columns []string // the last of each is "": no such value, no case
	rowAt, column map[string]int
	folded        bool
	cells         []Count
	whole         []Count       // targets of whole rows
	people        []*personWork // by code, one later: 0 is nobody's
	byUser        map[id.UserID]*personWork
	newest        []arrivedAt
	perCase       [][]int32 // of ByCase: the days on which what counts came, by the case's code
	caseCell      []int32   // the cell of each code
	days          map[int]int
	checks        map[id.SubmissionID]bool // those sent to check others: what they say has been said
	duties        []AssignmentItem
	flags         map[id.SubmissionID]int // open ones
	due           []int                   // ByAssignment: the days on which they are due

	from, to float64 // the day that dayOf found last, in seconds
	lastDay  int
}

type personWork struct {
	PersonCount
	minutes []float64
}

func newTally(q ProgressQuery, reached *scope, now time.Time) *tally {
	t := &tally{plan: q.Plan, places: q.Places, reached: reached, location: q.Location, since: math.MaxInt,
		byUser: map[id.UserID]*personWork{}, days: map[int]int{}}
	t.today, t.live = t.dayAt(now), true
	if !q.Until.IsZero() {
		until := t.dayAt(q.Until)
		t.today, t.live = min(until, t.today), until >= t.today
	}
	if !q.Since.IsZero() {
		t.since = t.dayAt(q.Since)
	}
	targets := t.targets()
	t.layOut(targets)
	for _, target := range targets {
		row := t.rowAt[target.Row]
		if target.Column == WholeRow {
			t.whole[row].Target += target.Count
		} else {
			t.cells[row*len(t.columns)+t.column[target.Column]].Target += target.Count
		}
	}
	return t
}

func (t *tally) cellOf(p BoardPlace) int { return t.rowAt[p.Row]*len(t.columns) + t.column[p.Column] }

// noPlace is the cell of what belongs to no case.
func (t *tally) noPlace() int { return len(t.cells) - 1 }

func (t *tally) dayAt(at time.Time) int {
	year, month, day := at.In(t.location).Date()
	return int(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// dayOf gives the day of a moment in seconds. Neighbours in a table mostly came on one day.
func (t *tally) dayOf(seconds float64) int {
	if seconds >= t.from && seconds < t.to {
		return t.lastDay
	}
	at := time.Unix(int64(math.Floor(seconds)), 0).In(t.location)
	year, month, day := at.Date()
	t.from = float64(time.Date(year, month, day, 0, 0, 0, 0, t.location).Unix())
	t.to = float64(time.Date(year, month, day+1, 0, 0, 0, 0, t.location).Unix())
	t.lastDay = t.dayAt(at)
	return t.lastDay
}

func (t *tally) person(user id.UserID) *personWork {
	p := t.byUser[user]
	if p == nil {
		p = &personWork{PersonCount: PersonCount{User: user}}
		t.byUser[user] = p
	}
	return p
}

// addSubmissions goes over a form's table; its project's lock is held.
func (t *tally) addSubmissions(f *keptForm) {
	cases, people, states := f.byPath[VarCase], f.byPath[VarEnumerator], f.byPath[VarState]
	received, minutes := f.byPath[VarReceived].data.Numbers, f.byPath[VarMinutes].data.Numbers
	t.caseCell = make([]int32, len(cases.values))
	t.perCase = make([][]int32, len(cases.values))
	reach := make([]bool, len(cases.values))
	for code, value := range cases.values {
		caseID := id.CaseID(value.Code)
		place, known := t.places[caseID]
		t.caseCell[code] = int32(t.noPlace())
		if known {
			t.caseCell[code] = int32(t.cellOf(place))
		}
		reach[code] = t.reached.has(caseID, "")
	}
	t.people = make([]*personWork, len(people.values)+1)
	flagged := f.flaggedRows(t.flags)
	for row := range f.origins {
		caseCode, personCode := cases.data.Codes[row], people.data.Codes[row]
		within := caseCode != table.Missing && reach[caseCode]
		if caseCode == table.Missing {
			within = t.reached.has("", id.UserID(people.lexical(row)))
		}
		day := t.dayOf(received[row])
		if !within || day > t.today || len(t.checks) > 0 && t.checks[id.SubmissionID(f.origins[row].ID)] {
			continue
		}
		p := t.people[personCode+1]
		if p == nil {
			p = t.person(id.UserID(people.lexical(row)))
			t.people[personCode+1] = p
		}
		t.addOne(arrived{ReviewState(states.values[states.data.Codes[row]].Code), caseCode, received[row], f.marks[row].decided, minutes[row], day, flagged != nil && flagged[row] || f.marks[row].late}, p)
	}
}

// arrived is one submission as a tally sees it.
type arrived struct {
	state             ReviewState
	caseCode          int32
	received, decided float64 // seconds since 1970
	minutes           float64
	day               int
	flagged           bool
}

// addOne counts a submission. One that was decided after the last day that counts was still to be reviewed then.
func (t *tally) addOne(a arrived, p *personWork) {
	cell := t.noPlace()
	if a.caseCode != table.Missing {
		cell = int(t.caseCell[a.caseCode])
	}
	c := &t.cells[cell]
	if at := a.received; at > float64(p.Last.UnixMilli())/1000 || p.Last.IsZero() {
		p.Last = time.UnixMilli(int64(math.Round(at * 1000)))
	}
	if !math.IsNaN(a.minutes) {
		p.minutes = append(p.minutes, a.minutes)
	}
	decided := a.day
	if a.state == Approved || a.state == HasIssues || a.state == Rejected {
		if decided = t.dayOf(a.decided); decided > t.today {
			a.state = Received
		}
	}
	switch a.state {
	case Rejected:
		c.Rejected++
		p.Rejected++
		return
	case HasIssues:
		c.Returned++
		p.Returned++
		if decided >= t.since {
			c.NewReturned++
			p.NewReturned++
		}
	default:
		t.addDone(a, cell, decided, p)
	}
	if a.flagged && a.state != Approved { // whoever approved it has settled that
		c.Flagged++
	}
	t.arrive(a, cell)
}

func (t *tally) addDone(a arrived, cell, decided int, p *personWork) {
	c := &t.cells[cell]
	c.Done++
	p.Done++
	if a.day >= t.since {
		c.NewDone++
		p.NewDone++
	}
	if a.state == Approved {
		c.Approved++
		p.Approved++
		if decided >= t.since {
			c.NewApproved++
			p.NewApproved++
		}
	}
	switch {
	case t.plan.Basis == ByGroup:
		t.days[a.day]++
	case t.plan.Basis == ByCase && a.caseCode != table.Missing && cell != t.noPlace():
		t.perCase[a.caseCode] = append(t.perCase[a.caseCode], int32(a.day))
	}
}

// arrivedAt is one of the newest in the making.
type arrivedAt struct {
	received float64
	cell     int
}

// arrive keeps the newest, the last first.
func (t *tally) arrive(a arrived, cell int) {
	at := len(t.newest)
	for at > 0 && t.newest[at-1].received < a.received {
		at--
	}
	if at == mostNewest {
		return
	}
	t.newest = slices.Insert(t.newest[:min(len(t.newest), mostNewest-1)], at, arrivedAt{a.received, cell})
}

func (t *tally) newArrivals() []NewArrival {
	var out []NewArrival
	for _, n := range t.newest {
		out = append(out, NewArrival{t.rows[n.cell/len(t.columns)], t.columns[n.cell%len(t.columns)], time.UnixMilli(int64(math.Round(n.received * 1000)))})
	}
	return out
}

// countCases counts of each case so many as are wanted, the first that came.
func (t *tally) countCases() {
	for code, days := range t.perCase {
		slices.Sort(days)
		days = days[:min(len(days), t.plan.Each)]
		t.cells[t.caseCell[code]].Counted += len(days)
		for _, day := range days {
			t.days[int(day)]++
		}
	}
}

// persons are those who did or were to do anything, those with the most first.
func (t *tally) persons() []PersonCount {
	var out []PersonCount
	for _, p := range t.byUser {
		p.Minutes = stats.Median(p.minutes)
		out = append(out, p.PersonCount)
	}
	slices.SortFunc(out, func(a, b PersonCount) int {
		return cmp.Or(cmp.Compare(b.Done, a.Done), cmp.Compare(b.Assigned, a.Assigned), cmp.Compare(a.User, b.User))
	})
	return out
}
