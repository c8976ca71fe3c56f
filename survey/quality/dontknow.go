package quality

import (
	"regexp"
	"slices"
	"strings"

	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey/form"
)

// How choices that mean "I don't know" are called.
var (
	dontKnowLabel  = regexp.MustCompile(`(?i)不知道|不清楚|说不清|不了解|不好说|不确定|记不清|\bdon.?t know\b|\bdo not know\b|\bnot sure\b|\bunsure\b|\bcan.?t say\b`)
	dontKnowName   = regexp.MustCompile(`(?i)^(dk|d_k|dont_?know|dnk|unknown|not_?sure|unsure|buzhidao|buqingchu|shuobuqing)$`)
	dontKnowNumber = regexp.MustCompile(`^-?(88|98|99|888|998|999|9998|9999)$`)
	otherLabel     = regexp.MustCompile(`(?i)其他|其它|拒|other|refuse`)
)

// longList is from how many choices on a number among their names is just a number.
const longList = 50

// dontKnows are the choices of a question that mean so, by their names.
func (q *question) dontKnows() []string {
	if q.list == nil || !q.field.Type.HasChoices() {
		return nil
	}
	var names []string
	for _, c := range q.list.Choices {
		if meansDontKnow(c, len(q.list.Choices)) {
			names = append(names, c.Name)
		}
	}
	return names
}

func meansDontKnow(c form.Choice, choices int) bool {
	labels := allLabels(c.Label)
	if dontKnowLabel.MatchString(labels) || dontKnowName.MatchString(c.Name) {
		return true
	}
	return dontKnowNumber.MatchString(c.Name) && choices < longList && !otherLabel.MatchString(labels)
}

// leastOffered is of how many answers at least a share is told.
const leastOffered = 5

// unknowing counts a row's answers to questions that offer a don't know, and those that are one.
func (v *view) unknowing() (offered, taken []int) {
	offered, taken = make([]int, len(v.Rows)), make([]int, len(v.Rows))
	for i := range v.questions {
		q := &v.questions[i]
		names := q.dontKnows()
		if len(names) == 0 || q.variable.Type != table.One && q.variable.Type != table.Many {
			continue
		}
		means := make([]bool, len(q.variable.Values))
		for code, value := range q.variable.Values {
			means[code] = slices.Contains(names, value.Code)
		}
		for row := range v.Rows {
			if q.missing(row) {
				continue
			}
			offered[row]++
			if q.variable.Type == table.One && means[q.column.Codes[row]] ||
				q.variable.Type == table.Many && slices.ContainsFunc(q.column.Sets[row], func(code int32) bool { return means[code] }) {
				taken[row]++
			}
		}
	}
	return offered, taken
}

// dontKnow finds who answers "I don't know" to a large share of the questions that offer it.
func (v *view) dontKnow() {
	most := v.Settings.Value("dontKnowShare")
	offered, taken := v.unknowing()
	for row := range v.Rows {
		if offered[row] < leastOffered {
			continue
		}
		if share := 100 * float64(taken[row]) / float64(offered[row]); share >= most {
			v.flag(row, DontKnow, "", round(share, 0), problem.Say("quality.say.dontKnow", offered[row], taken[row], number(share, 0), number(most, 0)))
		}
	}
}

// allLabels are a text in every language, to be searched.
func allLabels(t form.Text) string {
	var all []string
	for _, label := range t {
		all = append(all, label)
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}
