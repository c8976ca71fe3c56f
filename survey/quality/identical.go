package quality

import (
	"cmp"
	"hash/maphash"
	"math"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
)

const (
	mostAlike = 0.95 // of the answers to a question: one that nearly all answer alike says nothing
	window    = 200  // how many rows of a bucket one is compared with
)

// nearIdentical finds for each submission the one that it is most like: the share of questions with
// equal answers among those that either answers (percentmatch: Kuriakose and Robbins 2016), and
// flags shares that do not come about by chance.
//
// Two rows that differ in at most d of the questions agree wholly on one of d+1 parts of them:
// compared are the rows that do, in many those that came near each other.
func (v *view) nearIdentical() {
	codes, questions := v.answers()
	least := int(v.Settings.Value("identicalQuestions"))
	if questions < least || len(v.Rows) < 2 {
		return
	}
	share := v.Settings.Value("identicalShare") / 100
	m := &matching{codes: codes, questions: questions, least: least, share: share, best: make([]match, len(v.Rows))}
	differ := int(math.Floor((1-share)*float64(questions) + 1e-9))
	for part := range differ + 1 {
		for _, bucket := range m.buckets(v.order, part, differ+1) {
			for i, a := range bucket {
				for _, b := range bucket[i+1 : min(i+1+window, len(bucket))] {
					if !v.alikeOnPurpose(a, b) {
						m.compare(a, b)
					}
				}
			}
		}
	}
	rank := make([]int, len(v.Rows))
	for at, row := range v.order {
		rank[row] = at
	}
	for row, best := range m.best {
		if best.share == 0 {
			continue
		}
		slices.SortFunc(best.with, func(a, b int) int { return cmp.Compare(rank[a], rank[b]) })
		var with []id.SubmissionID
		for _, other := range slices.Compact(best.with) {
			if len(with) < mostWith {
				with = append(with, v.Rows[other].Submission)
			}
		}
		percent := math.Floor(100 * best.share)
		v.flag(row, NearIdentical, "", percent, problem.Say("quality.say.nearIdentical", best.of, number(percent, 0))).With = with
	}
}

// match is what a row is most like.
type match struct {
	share float64
	of    int   // questions that either answers
	with  []int // rows
}

type matching struct {
	codes            []int32 // row after row; 0 is no answer
	questions, least int
	share            float64
	best             []match
}

// compare counts the equal answers of two rows, as long as they may still be alike.
func (m *matching) compare(a, b int) {
	x, y := m.codes[a*m.questions:(a+1)*m.questions], m.codes[b*m.questions:(b+1)*m.questions]
	spare := int(math.Floor((1-m.share)*float64(m.questions) + 1e-9))
	equal, of := 0, 0
	for i, code := range x {
		switch {
		case code == y[i] && code != 0:
			equal++
			of++
		case code != y[i]:
			if of++; of-equal > spare {
				return
			}
		}
	}
	if of < m.least || float64(equal) < m.share*float64(of)-1e-9 {
		return
	}
	alike := float64(equal) / float64(of)
	m.note(a, b, alike, of)
	m.note(b, a, alike, of)
}

func (m *matching) note(row, with int, share float64, of int) {
	switch best := &m.best[row]; {
	case share > best.share:
		*best = match{share, of, []int{with}}
	case share == best.share:
		best.with = append(best.with, with)
		best.of = max(best.of, of)
	}
}

// buckets are the rows that agree on one of so many parts of the questions: every so manieth.
func (m *matching) buckets(order []int, part, parts int) [][]int {
	seed := maphash.MakeSeed()
	byHash := map[uint64][]int{}
	var piece []byte
	for _, row := range order {
		piece = piece[:0]
		for i := part; i < m.questions; i += parts {
			code := m.codes[row*m.questions+i]
			piece = append(piece, byte(code), byte(code>>8), byte(code>>16), byte(code>>24))
		}
		sum := maphash.Bytes(seed, piece)
		byHash[sum] = append(byHash[sum], row)
	}
	var found [][]int
	for _, rows := range byHash {
		if len(rows) > 1 {
			found = append(found, rows)
		}
	}
	return found
}

// answers gives the rows' answers to the questions that tell rows apart, as codes from 1, the most
// telling questions first, so that every part of them has some.
func (v *view) answers() (codes []int32, questions int) {
	type telling struct {
		codes []int32
		alike float64
	}
	var all []telling
	for i := range v.questions {
		q := &v.questions[i]
		if t := q.field.Type; !t.IsAsked() || t.IsAttachment() || t.IsPlace() {
			continue
		}
		coded, alike := q.coded(len(v.Rows))
		if alike <= mostAlike {
			all = append(all, telling{coded, alike})
		}
	}
	slices.SortStableFunc(all, func(a, b telling) int { return cmp.Compare(a.alike, b.alike) })
	codes = make([]int32, len(v.Rows)*len(all))
	for i, t := range all {
		for row, code := range t.codes {
			codes[row*len(all)+i] = code
		}
	}
	return codes, len(all)
}

// coded gives each row's answer a code from 1, 0 for none, and the share of the most frequent among
// the answers.
func (q *question) coded(rows int) ([]int32, float64) {
	codes, times, n := make([]int32, rows), map[int32]int{}, 0
	numbers, sets := map[float64]int32{}, map[string]int32{}
	for row := range codes {
		if q.missing(row) {
			continue
		}
		switch q.variable.Type {
		case table.Number, table.Time:
			codes[row] = code(numbers, q.column.Numbers[row])
		case table.Many:
			set := slices.Clone(q.column.Sets[row])
			slices.Sort(set)
			var key []byte
			for _, c := range set {
				key = append(key, byte(c), byte(c>>8), byte(c>>16), byte(c>>24))
			}
			codes[row] = code(sets, string(key))
		default:
			codes[row] = q.column.Codes[row] + 1
		}
		times[codes[row]]++
		n++
	}
	most := 0
	for _, t := range times {
		most = max(most, t)
	}
	if n == 0 {
		return codes, 1
	}
	return codes, float64(most) / float64(n)
}

func code[K comparable](known map[K]int32, key K) int32 {
	c, ok := known[key]
	if !ok {
		c = int32(len(known) + 1)
		known[key] = c
	}
	return c
}
