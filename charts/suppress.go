package charts

import (
	"math"
	"slices"
)

// Suppress gives a copy of a Result that does not tell of groups of fewer than k rows: their
// values, bases and evidence are taken out, and so are the next smallest values of a category or a
// series in which exactly one would be hidden, or fewer than k rows, which could be told by taking the others from the whole
// (primary and complementary suppression: Willenborg and de Waal, "Elements of Statistical Disclosure
// Control", 2001, ch. 4). Groups of none stay. A box's values outside its whiskers are single rows and go;
// a scatter's points are drawn together, k of them or more in one.
func Suppress(r *Result, s Spec, k int, language string) *Result {
	out := *r
	out.Categories, out.Series = slices.Clone(r.Categories), slices.Clone(r.Series)
	for i := range out.Series {
		out.Series[i].Cells = slices.Clone(r.Series[i].Cells)
	}
	x := &suppression{r: &out, s: s, k: k, words: wordsOf(language)}
	if s.Kind == Scatter {
		x.points()
	} else {
		x.cells()
	}
	x.tell()
	if x.few(out.N) {
		out.N, out.Total, out.Correlation, out.Least = 0, 0, nil, k
	}
	return &out
}

type suppression struct {
	r     *Result
	s     Spec
	k     int
	words *words
}

func (x *suppression) few(n int) bool { return n > 0 && n < x.k }

func (x *suppression) cells() {
	alone := 0 // values of single rows
	for i := range x.r.Series {
		for k := range x.r.Series[i].Cells {
			c := &x.r.Series[i].Cells[k]
			alone += len(c.Outliers)
			c.Outliers = nil
			if x.few(c.N) || x.few(c.Of) || c.Of > 0 && x.few(c.Of-c.N) {
				x.hide(c)
			}
		}
	}
	for x.complement() { // until none is left that could be told
	}
	if alone > 0 {
		x.say("须线以外的单个值没有画出。", "Single values beyond the whiskers are not drawn.")
	}
	if x.s.Kind == Pie && x.s.Statistic != Mean && x.s.Statistic != Median {
		x.gather()
	}
	for i := range x.r.Series {
		for k := range x.r.Series[i].Cells {
			if c := &x.r.Series[i].Cells[k]; c.Hidden {
				*c = Cell{Empty: true, Hidden: true, Of: c.Of}
				if c.Of < x.k {
					c.Of = 0
				}
			}
		}
	}
}

func (x *suppression) hide(c *Cell) {
	c.Hidden = true
	x.r.Hidden++
}

// complement hides one more value in a category or a series in which one alone is hidden, or in which all
// that are hidden are few together (two that are 2 are 1 each), and tells whether it did.
func (x *suppression) complement() bool {
	series, categories := make([]int, len(x.r.Series)), make([]int, len(x.r.Categories)) // hidden in each
	ofSeries, ofCategories := slices.Clone(series), slices.Clone(categories)             // their rows
	for i := range x.r.Series {
		for k, c := range x.r.Series[i].Cells {
			if c.Hidden {
				series[i]++
				categories[k]++
				ofSeries[i] += c.N
				ofCategories[k] += c.N
			}
		}
	}
	for i := range x.r.Series {
		if (series[i] == 1 || x.few(ofSeries[i])) && x.second(len(categories), func(k int) (*Cell, int) { return &x.r.Series[i].Cells[k], categories[k] }) {
			return true
		}
	}
	for k := range categories {
		if (categories[k] == 1 || x.few(ofCategories[k])) && x.second(len(series), func(i int) (*Cell, int) { return &x.r.Series[i].Cells[k], series[i] }) {
			return true
		}
	}
	return false
}

// second hides the smallest value in a line of n, if there can be, where the line across has hidden ones
// already. Values of no rows would hide nothing.
func (x *suppression) second(n int, at func(int) (cell *Cell, across int)) bool {
	var best *Cell
	crossed := false
	for i := range n {
		c, across := at(i)
		if c.Hidden || c.N == 0 {
			continue
		}
		if best == nil || across > 0 && !crossed || across > 0 == crossed && c.N < best.N {
			best, crossed = c, across > 0
		}
	}
	if best != nil {
		x.hide(best)
	}
	return best != nil
}

// gather makes one slice of those that a pie hides, when together they are not few.
func (x *suppression) gather() {
	var categories []Label
	var cells []Cell
	all := Cell{}
	for k, c := range x.r.Series[0].Cells {
		if !c.Hidden {
			categories, cells = append(categories, x.r.Categories[k]), append(cells, c)
			continue
		}
		all.N, all.Of, all.Value = all.N+c.N, max(all.Of, c.Of), all.Value+c.Value
	}
	if all.N >= x.k {
		label := Label{CodeHidden, x.words.say("隐去的 %d 项", "%d hidden", x.r.Hidden)}
		x.r.Categories, x.r.Series[0].Cells = append(categories, label), append(cells, all)
	}
}

// points draws the points of a scatter together that lie in one square of a grid, at their mean.
func (x *suppression) points() {
	low, high := Point{X: math.Inf(1), Y: math.Inf(1)}, Point{X: math.Inf(-1), Y: math.Inf(-1)}
	for _, one := range x.r.Series {
		for _, p := range one.Points {
			low.X, low.Y = min(low.X, p.X), min(low.Y, p.Y)
			high.X, high.Y = max(high.X, p.X), max(high.Y, p.Y)
		}
	}
	const squares = 12
	square := func(value, low, high float64) int {
		return min(squares-1, int((value-low)/max(high-low, 1e-300)*squares))
	}
	for i := range x.r.Series {
		one := &x.r.Series[i]
		in := map[[2]int][]Point{}
		var order [][2]int
		for _, p := range one.Points {
			at := [2]int{square(p.X, low.X, high.X), square(p.Y, low.Y, high.Y)}
			if in[at] == nil {
				order = append(order, at)
			}
			in[at] = append(in[at], p)
		}
		one.Points, one.rows = nil, nil
		for _, at := range order {
			if len(in[at]) < x.k {
				x.r.Hidden += len(in[at])
				continue
			}
			mean, n := Point{}, float64(len(in[at]))
			for _, p := range in[at] {
				mean.X, mean.Y = mean.X+p.X/n, mean.Y+p.Y/n
			}
			one.Points = append(one.Points, mean)
		}
	}
	x.say("每个点是相近的 %d 个或更多的平均。", "Each point is the mean of %d or more that are close.", x.k)
}

// tell says what is hidden, and nothing of small groups that are.
func (x *suppression) tell() {
	r := x.r
	if x.few(r.N) {
		r.Notes = nil // they may give it away
	}
	r.Notes = slices.DeleteFunc(slices.Clone(r.Notes), func(note string) bool { return note == r.smallNote })
	if r.smallNote = smallNote(r, x.s, x.words); r.smallNote != "" {
		r.Notes = append(r.Notes, r.smallNote)
	}
	switch {
	case r.Hidden == 0:
	case x.s.Kind == Scatter:
		x.say("有 %d 个点不足 %d 个相近，没有画出。", "%d points are not drawn: fewer than %d lie close together.", r.Hidden, x.k)
	default:
		x.say("为保护个人信息，有 %d 处因不足 %d 份（或可据以推算）而隐去。", "To protect people, %d values are hidden: they are of fewer than %d, or would tell those that are.", r.Hidden, x.k)
	}
}

func (x *suppression) say(zh, en string, args ...any) {
	x.r.Notes = append(slices.Clip(x.r.Notes), x.words.say(zh, en, args...))
}

// IsHidden tells whether Suppress took out a mark that a category and a series name, as for Evidence.
func (r *Result) IsHidden(category, series string) bool {
	for i := range r.Series {
		for k, c := range r.Series[i].Cells {
			if c.Hidden && (series == "" || r.Series[i].Code == series) && (category == "" || r.Categories[k].Code == category) {
				return true
			}
		}
	}
	return r.Least > 0 || category == CodeHidden
}
