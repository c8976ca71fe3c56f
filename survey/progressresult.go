package survey

import (
	"maps"
	"slices"
)

// result makes of the tally what is told.
func (t *tally) result() Progress {
	if t.plan.Basis == ByCase {
		t.countCases()
	}
	p := Progress{Basis: t.plan.Basis, Folded: t.folded, Today: dateOf(t.today), ByDuty: len(t.duties) > 0, Newest: t.newArrivals(), People: t.persons()}
	course := t.plan.course()
	if p.Basis == ByAssignment {
		p.HasExpected = len(t.due) > 0
	} else if course != nil {
		p.HasExpected = true
		t.expect(course)
	}
	t.sum(&p)
	p.Course = t.course(course, p.Total.Counted, p.Total.Target)
	p.Forecast = t.forecast(max(0, p.Total.Target-p.Total.Counted), p.Total.Target)
	return p
}

// expect divides what is to be there by the last day among the cells and the whole rows.
func (t *tally) expect(c *course) {
	targets := make([]int, 0, len(t.cells)+len(t.whole))
	each := func(visit func(at int, c *Count)) {
		for i := range t.cells {
			visit(i, &t.cells[i])
		}
		for i := range t.whole {
			visit(len(t.cells)+i, &t.whole[i])
		}
	}
	each(func(_ int, c *Count) { targets = append(targets, c.Target) })
	now := apportion(targets, c.share(t.today))
	before := now
	if t.since <= t.today {
		before = apportion(targets, c.share(t.since-1))
	}
	each(func(at int, c *Count) { c.Expected, c.NewExpected = now[at], max(0, now[at]-before[at]) })
}

// sum makes the board and its totals, without the row and the column of nothing where they are empty.
func (t *tally) sum(p *Progress) {
	columns := len(t.columns)
	p.RowTotals, p.ColumnTotals = make([]Count, len(t.rows)), make([]Count, columns)
	for row := range t.rows {
		line := t.cells[row*columns : (row+1)*columns]
		beyond := 0 // what has come beyond the cells' own targets does for the row's
		for at := range line {
			if c := &line[at]; p.Basis == ByGroup {
				c.Counted = min(c.Done, c.Target)
				beyond += c.Done - c.Counted
			}
			t.judge(p, &line[at])
			p.RowTotals[row].add(line[at])
			p.ColumnTotals[at].add(line[at])
		}
		whole := t.whole[row]
		whole.Counted = min(beyond, whole.Target)
		p.RowTotals[row].add(whole)
		t.judge(p, &p.RowTotals[row])
		p.Total.add(p.RowTotals[row])
		p.Cells = append(p.Cells, line)
	}
	t.judge(p, &p.Total)
	for at := range p.ColumnTotals {
		t.judge(p, &p.ColumnTotals[at])
	}
	p.Rows, p.Columns = t.rows, t.columns
	if last := len(p.Rows) - 1; last > 0 && p.RowTotals[last] == (Count{}) {
		p.Rows, p.Cells, p.RowTotals = p.Rows[:last], p.Cells[:last], p.RowTotals[:last]
	}
	if last := len(p.Columns) - 1; last > 0 && p.ColumnTotals[last] == (Count{}) {
		p.Columns, p.ColumnTotals = p.Columns[:last], p.ColumnTotals[:last]
		for row := range p.Cells {
			p.Cells[row] = p.Cells[row][:last]
		}
	}
}

// judge tells what is late: without assignments what is missing of what was expected.
func (t *tally) judge(p *Progress, c *Count) {
	if !p.ByDuty {
		c.Late = max(0, c.Expected-c.Counted)
	}
}

// mostCourse is how many days of a course are told at most: the last ones.
const mostCourse = 3 * 366

// course gives every day from the first on which anything was to be there, or was, to the last.
func (t *tally) course(c *course, counted, target int) []CourseDay {
	known := slices.Collect(maps.Keys(t.days))
	known = append(known, t.due...)
	if counted < target || len(known) == 0 { // else it ended when all was there
		known = append(known, t.today)
	}
	if c != nil && t.plan.Basis != ByAssignment {
		known = append(known, c.knots[0].day, c.knots[len(c.knots)-1].day)
	}
	first, last := max(slices.Min(known), slices.Max(known)-mostCourse), slices.Max(known)
	if len(known) == 1 {
		return nil
	}
	due := map[int]int{}
	for _, day := range t.due {
		due[max(day, first)]++
	}
	days := make([]CourseDay, 0, last-first+1)
	come, expected := 0, 0.0
	for day, n := range t.days {
		if day < first {
			come += n
		}
	}
	for day := first; day <= last; day++ {
		come += t.days[day]
		switch {
		case t.plan.Basis == ByAssignment:
			expected += float64(due[day])
		case c != nil:
			expected = float64(target) * c.share(day)
		}
		d := CourseDay{dateOf(day), expected, come}
		if day > t.today {
			d.Counted = -1
		}
		days = append(days, d)
	}
	return days
}
