package quality

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"time"

	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey/form"
)

// view is the input made ready for the checks.
type view struct {
	Input
	questions []question // outside of repeats, in the form's order
	order     []int      // the rows as they were received
	answered  []int      // of each row: questions that somebody answered
	flags     []Flag
	again     time.Time
}

// question is a column of the table that the definition has.
type question struct {
	path     form.Path
	field    *form.Field
	list     *form.ChoiceList // of a select whose choices are in the form
	variable *table.Variable
	column   *table.Column
}

func look(in Input) *view {
	v := &view{Input: in, order: make([]int, len(in.Rows)), answered: make([]int, len(in.Rows))}
	at := map[form.Path]int{}
	for i := range in.Table.Variables {
		at[form.Path(in.Table.Variables[i].Name)] = i
	}
	v.collect("", in.Definition.Fields, at)
	for row := range v.order {
		v.order[row] = row
		for i := range v.questions {
			if q := &v.questions[i]; q.field.Type.IsAsked() && !q.missing(row) {
				v.answered[row]++
			}
		}
	}
	slices.SortFunc(v.order, func(a, b int) int {
		return cmp.Or(in.Rows[a].Received.Compare(in.Rows[b].Received), cmp.Compare(in.Rows[a].Submission, in.Rows[b].Submission))
	})
	return v
}

func (v *view) collect(prefix form.Path, fields []*form.Field, at map[form.Path]int) {
	for _, f := range fields {
		path := prefix.Join(f.Name)
		switch f.Type {
		case form.Repeat: // a repeated question has no one answer a submission
		case form.Group:
			v.collect(path, f.Fields, at)
		default:
			if i, ok := at[path]; ok {
				v.questions = append(v.questions, question{path, f, v.Definition.Lists[f.List], &v.Table.Variables[i], &v.Table.Columns[i]})
			}
		}
	}
}

func (q *question) missing(row int) bool {
	switch q.variable.Type {
	case table.Number, table.Time:
		return math.IsNaN(q.column.Numbers[row])
	case table.Many:
		return len(q.column.Sets[row]) == 0
	}
	return q.column.Codes[row] == table.Missing
}

// text is a row's answer to a question of text or of one choice, "" when there is none.
func (q *question) text(row int) string {
	switch q.variable.Type {
	case table.Number:
		if !q.missing(row) {
			return strconv.FormatFloat(q.column.Numbers[row], 'f', -1, 64)
		}
	case table.Text, table.One:
		if code := q.column.Codes[row]; code != table.Missing {
			return q.variable.Values[code].Code
		}
	}
	return ""
}

// flag notes what was found in a submission.
func (v *view) flag(row int, check Check, path form.Path, value float64, text problem.Text) *Flag {
	v.flags = append(v.flags, Flag{Check: check, Submission: v.Rows[row].Submission, Path: path, Text: text, Value: value})
	return &v.flags[len(v.flags)-1]
}

// round keeps so many decimals.
func round(x float64, decimals int) float64 {
	scale := math.Pow10(decimals)
	return math.Round(x*scale) / scale
}

// number writes a figure for a sentence, with at most so many decimals.
func number(x float64, decimals int) string {
	return strconv.FormatFloat(round(x, decimals), 'f', -1, 64)
}
