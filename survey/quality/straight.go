package quality

import (
	"strings"

	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey/form"
)

const (
	leastScale = 4   // points of what counts as a scale: yes, no and don't know are none
	common     = 0.1 // an answer that one in ten gives says nothing of who gives it
)

// block is a run of questions on the same scale, one after the other in a section.
type block struct {
	path   form.Path // of its first
	items  []*question
	places [][]int // of each item: the places in its list of the answers, by code
}

func (b *block) add(items ...*question) {
	for _, q := range items {
		places := make([]int, len(q.variable.Values))
		for code, value := range q.variable.Values {
			places[code] = placeOf(q.list, value.Code)
		}
		b.items, b.places = append(b.items, q), append(b.places, places)
	}
}

// blocks finds them. A note or a calculation between two does not part them, another question does.
func (v *view) blocks() []block {
	var all []block
	for i := range v.questions {
		q := &v.questions[i]
		if !q.field.Type.IsAsked() {
			continue
		}
		if q.field.Type != form.SelectOne || q.variable.Type != table.One || q.list == nil || len(q.list.Choices) < leastScale {
			all = append(all, block{})
			continue
		}
		if n := len(all); n > 0 && len(all[n-1].items) > 0 {
			before := all[n-1].items[0]
			if before.list == q.list && parent(before.path) == parent(q.path) {
				all[n-1].add(q)
				continue
			}
		}
		next := block{path: q.path}
		next.add(q)
		all = append(all, next)
	}
	return all
}

func parent(path form.Path) form.Path {
	if at := strings.LastIndexByte(string(path), '/'); at >= 0 {
		return path[:at]
	}
	return ""
}

// line is the place in its list of the one choice of all answered items of a row, and how many they
// are; 0 when they differ.
func (b block) line(row int) (place, n int) {
	for i, q := range b.items {
		if q.missing(row) {
			continue
		}
		at := b.places[i][q.column.Codes[row]]
		if n > 0 && at != place {
			return 0, 0
		}
		place, n = at, n+1
	}
	return place, n
}

// straightLine finds the same choice all the way down a block of scales (Johnson 2005 and Meade and
// Craig 2012 call the length of it the long string), and the same place on all scales of the form.
// What is common in the form is not odd in one submission.
func (v *view) straightLine() {
	least := int(v.Settings.Value("straightItems"))
	flagged := map[int]bool{}
	var scales block // of all blocks
	for _, b := range v.blocks() {
		if len(b.items) >= 3 {
			scales.add(b.items...)
		}
		if len(b.items) < least {
			continue
		}
		for row, n := range v.lines(least, b) {
			flagged[row] = true
			v.flag(row, StraightLine, b.path, float64(n), problem.Say("quality.say.straightLine", n))
		}
	}
	if len(scales.items) < least {
		return
	}
	for row, n := range v.lines(least, scales) {
		if !flagged[row] {
			v.flag(row, StraightLine, "", float64(n), problem.Say("quality.say.noVariance", n))
		}
	}
}

func placeOf(list *form.ChoiceList, name string) int {
	for i := range list.Choices {
		if list.Choices[i].Name == name {
			return i
		}
	}
	return -1
}

// lines gives the rows that answer at least so many items alike, with how many, but for those whose
// choice is common there.
func (v *view) lines(least int, b block) map[int]int {
	found, choices, times := map[int]int{}, map[int]int{}, map[int]int{}
	for row := range v.Rows {
		if choice, n := b.line(row); n >= least {
			found[row], choices[row] = n, choice
			times[choice]++
		}
	}
	for row, choice := range choices {
		if len(v.Rows) >= leastPeers && float64(times[choice]) > common*float64(len(v.Rows)) {
			delete(found, row)
		}
	}
	return found
}
