package quality

import (
	"cmp"
	"math"
	"regexp"
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
// (chi-square and total variation). Submissions of one case are alike, which makes them tell less than
// as many of different cases: both tests reckon with that (the design effect, Kish 1965). All tests of
// the form are adjusted together (Holm 1979).
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
	if !q.field.Type.IsAsked() || q.variable.Personal || q.isPlace() {
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
		v.means(&d, values, own, others, effect)
	} else if q.variable.Type == table.One {
		v.shares(&d, own, others)
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

// placeWords are in the names and labels of questions for where somebody is: that follows from whom
// one is sent to.
var (
	placeWords = regexp.MustCompile(`(?i)^(county|district|town|township|village|street|region|city|province|place|location)$`)
	placeLabel = regexp.MustCompile(`(?i)(县|区|乡镇|街道|村|社区|地点|地址)[）)]?$|^(所在|哪个)|^(county|district|town(ship)?|village|region|place)\b`)
)

func (q *question) isPlace() bool {
	return q.field.Type.HasChoices() && (q.field.ChoiceFilter != nil || placeWords.MatchString(q.field.Name) ||
		placeLabel.MatchString(allLabels(q.field.Label)))
}
