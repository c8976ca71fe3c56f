package quality

import (
	"cmp"
	"math"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/stats"
	"tianye/internal/table"
	"tianye/survey/form"
)

const (
	mostPeers = 1000 // of more others so many are taken, evenly over time
	certain   = 0.01 // what p-values, adjusted for all tests of the form, are below when it is no chance
	wideShare = 0.4  // the difference of two distributions (total variation) that is told
)

// difference is one test of an enumerator against the peers.
type difference struct {
	group
	q    *question
	size float64 // the effect, in what its text says
	told bool    // large enough to be told
	p    float64
	text problem.Text
}

// peers compares each enumerator's answers to each question with those of the others, all others of
// the area where most of the enumerator's are from when there are enough: the mean of numbers and
// scales (Welch's t and the difference in standard deviations), the distribution of other choices
// (chi-square and total variation). All tests of the form are adjusted together (Holm 1979).
func (v *view) peers() {
	groups := v.byEnumerator()
	if len(groups) < 2 {
		return
	}
	var tests []difference
	var p []float64
	for _, g := range groups {
		for i := range v.questions {
			if d := v.differs(&v.questions[i], g, nil); !math.IsNaN(d.p) {
				tests, p = append(tests, d), append(p, d.p)
			}
		}
	}
	odd := map[*question][]difference{}
	for i, adjusted := range stats.Holm(p) {
		if d := tests[i]; d.told && adjusted < certain {
			odd[d.q] = append(odd[d.q], d)
		}
	}
	for _, list := range odd {
		v.flagOdd(list, certain/float64(len(tests)))
	}
}

// flagOdd flags those who differ in a question. Who differs most is no peer for the others: few who
// work in one county would all differ from one of them.
func (v *view) flagOdd(list []difference, most float64) {
	slices.SortStableFunc(list, func(a, b difference) int { return cmp.Compare(math.Abs(b.size), math.Abs(a.size)) })
	flagged := map[id.UserID]bool{}
	for i, d := range list {
		if i > 0 {
			if d = v.differs(d.q, d.group, flagged); !d.told || !(d.p < most) {
				continue
			}
		}
		flagged[d.enumerator] = true
		v.flags = append(v.flags, Flag{Check: Peers, Enumerator: d.enumerator, Path: d.q.path, Text: d.text, Value: d.size})
	}
}

// differs tests a question, without some of the others; p is NaN when there is not enough to tell.
func (v *view) differs(q *question, g group, without map[id.UserID]bool) difference {
	least, effect := int(v.Settings.Value("peersCount")), v.Settings.Value("peersEffect")
	d := difference{group: g, q: q, p: math.NaN()}
	if !q.field.Type.IsAsked() || q.variable.Personal {
		return d
	}
	own, others := q.present(g.rows), q.present(g.others)
	if len(without) > 0 {
		others = slices.DeleteFunc(others, func(row int) bool { return without[v.Rows[row].Enumerator] })
	}
	if len(own) < least || len(others) < least {
		return d
	}
	if values := q.measure(); values != nil {
		d.means(values, own, others, effect)
	} else if q.variable.Type == table.One {
		d.shares(own, others)
	}
	return d
}

// group is an enumerator's rows and those that they are compared with.
type group struct {
	enumerator   id.UserID
	rows, others []int
}

// byEnumerator gives the groups, by enumerator. Who answered by a public link is nobody's.
func (v *view) byEnumerator() []group {
	byID := map[id.UserID][]int{}
	for _, row := range v.order {
		if who := v.Rows[row].Enumerator; who != "" {
			byID[who] = append(byID[who], row)
		}
	}
	var groups []group
	for who, rows := range byID {
		groups = append(groups, group{who, rows, v.othersOf(who, rows)})
	}
	slices.SortFunc(groups, func(a, b group) int { return cmp.Compare(a.enumerator, b.enumerator) })
	return groups
}

// othersOf are the rows of others from the area where most of the rows are from, when they are as
// many as a comparison wants twice; else all others'.
func (v *view) othersOf(who id.UserID, rows []int) []int {
	times, area := map[string]int{}, ""
	for _, row := range rows {
		a := v.Rows[row].Area
		if times[a]++; times[a] > times[area] || times[a] == times[area] && a < area {
			area = a
		}
	}
	var near, all []int
	for _, row := range v.order {
		if r := v.Rows[row]; r.Enumerator != who && r.Enumerator != "" {
			if all = append(all, row); r.Area == area {
				near = append(near, row)
			}
		}
	}
	if area != "" && len(near) >= 2*int(v.Settings.Value("peersCount")) {
		return sample(near)
	}
	return sample(all)
}

func sample(rows []int) []int {
	if len(rows) <= mostPeers {
		return rows
	}
	some := make([]int, mostPeers)
	for i := range some {
		some[i] = rows[i*len(rows)/mostPeers]
	}
	return some
}

// present are those rows that answer.
func (q *question) present(rows []int) []int {
	return slices.DeleteFunc(slices.Clone(rows), func(row int) bool { return q.missing(row) })
}

// measure gives what has a mean: a number, or a place on a scale without the don't knows (NaN).
func (q *question) measure() func(row int) float64 {
	switch q.field.Type {
	case form.Integer, form.Decimal, form.Range:
		if q.variable.Type == table.Number {
			return func(row int) float64 { return q.column.Numbers[row] }
		}
	case form.SelectOne:
		if q.variable.Type != table.One || !q.variable.Ordered || q.list == nil {
			return nil
		}
		unknown := q.dontKnows()
		places := make([]float64, len(q.variable.Values))
		for code, value := range q.variable.Values {
			places[code] = float64(placeOf(q.list, value.Code) + 1)
			if slices.Contains(unknown, value.Code) || places[code] == 0 {
				places[code] = math.NaN()
			}
		}
		return func(row int) float64 { return places[q.column.Codes[row]] }
	}
	return nil
}

func collect(rows []int, value func(row int) float64) []float64 {
	values := make([]float64, 0, len(rows))
	for _, row := range rows {
		if x := value(row); !math.IsNaN(x) {
			values = append(values, x)
		}
	}
	return values
}

// means compares two means. Long tails are cut at the outliers' distance, so that one mistyped
// number makes nobody differ.
func (d *difference) means(value func(row int) float64, own, others []int, effect float64) {
	a, b := collect(own, value), collect(others, value)
	if len(a) < 2 || len(b) < 2 {
		return
	}
	middle := stats.Median(b)
	reach := 3.5 * stats.WideSpread(b, middle)
	for _, values := range [][]float64{a, b} {
		for i, x := range values {
			values[i] = min(max(x, middle-reach), middle+reach)
		}
	}
	mean, deviation := stats.Moments(a)
	usual, spread := stats.Moments(b)
	if !(spread > 0) {
		return
	}
	_, d.p = stats.Welch(len(a), mean, deviation, len(b), usual, spread)
	size := (mean - usual) / spread
	d.size, d.told = round(size, 1), math.Abs(size) >= effect
	d.text = problem.Say("quality.say.peersMean", len(a), number(mean, 2), len(b), number(usual, 2), number(math.Abs(size), 1))
}

// shares compares two distributions over choices.
func (d *difference) shares(own, others []int) {
	n := len(d.q.variable.Values)
	a, b := make([]float64, n), make([]float64, n)
	for _, row := range own {
		a[d.q.column.Codes[row]]++
	}
	for _, row := range others {
		b[d.q.column.Codes[row]]++
	}
	x, degrees, distance := 0.0, -1, 0.0
	widest, at := 0.0, 0
	for i := range a {
		if a[i]+b[i] == 0 {
			continue
		}
		degrees++
		all := (a[i] + b[i]) / float64(len(own)+len(others))
		ea, eb := all*float64(len(own)), all*float64(len(others))
		x += (a[i]-ea)*(a[i]-ea)/ea + (b[i]-eb)*(b[i]-eb)/eb
		apart := math.Abs(a[i]/float64(len(own)) - b[i]/float64(len(others)))
		if distance += apart / 2; apart > widest || apart == widest && d.q.variable.Values[i].Code < d.q.variable.Values[at].Code {
			widest, at = apart, i
		}
	}
	if degrees < 1 {
		return
	}
	d.p = stats.ChiSquareTail(x, degrees)
	d.size, d.told = round(distance, 1), distance >= wideShare
	d.text = problem.Say("quality.say.peersShare", len(own), number(100*a[at]/float64(len(own)), 0), len(others), number(100*b[at]/float64(len(others)), 0))
}
