package xlsform

import (
	"slices"
	"strconv"
	"strings"

	"tianye/survey/form"
)

// parameterNames are those that a type of question takes.
var parameterNames = map[form.Type][]string{
	form.Range: {"start", "end", "step"},
	form.Image: {"max-pixels"},
}

// parameters reads "start=1;end=10;step=1"; the pairs may be set apart by spaces,
// commas or semicolons. A range always has all three: 1, 10 and 1 where nothing is said.
func (r *reader) parameters(row row, t form.Type) map[string]string {
	s, column := r.survey, r.survey.find("parameters")
	given := map[string]string{}
	for _, pair := range strings.FieldsFunc(tight(row.at(column)), func(c rune) bool { return strings.ContainsRune(" \n\t;,；，", c) }) {
		name, value, ok := strings.Cut(pair, "=")
		name = strings.ToLower(name)
		_, twice := given[name]
		switch {
		case !ok || name == "" || value == "":
			s.fail(row.number, column, "xlsform.parameterForm", pair)
		case twice:
			s.fail(row.number, column, "xlsform.parameterTwice", name)
		case !slices.Contains(parameterNames[t], name):
			s.fail(row.number, column, "xlsform.parameterLater", name, string(t), didYouMean(name, slices.Values(parameterNames[t])))
		default:
			given[name] = value
		}
	}
	switch t {
	case form.Range:
		r.checkRange(row, column, given)
	case form.Image:
		if pixels, ok := given["max-pixels"]; ok && !isPositive(pixels) {
			s.fail(row.number, column, "xlsform.maxPixels", pixels)
		}
	}
	if len(given) == 0 {
		return nil
	}
	return given
}

// tight takes the space from around "=".
func tight(s string) string {
	s = strings.ReplaceAll(s, "＝", "=")
	for _, around := range []string{" =", "= "} {
		for strings.Contains(s, around) {
			s = strings.ReplaceAll(s, around, "=")
		}
	}
	return s
}

func isPositive(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n > 0
}

// checkRange fills in what a range leaves unsaid and refuses one that has no steps.
func (r *reader) checkRange(row row, column int, given map[string]string) {
	s := r.survey
	values := map[string]float64{}
	for _, name := range parameterNames[form.Range] {
		if given[name] == "" {
			given[name] = map[string]string{"start": "1", "end": "10", "step": "1"}[name]
		}
		n, ok := literal(given[name], form.Range)
		if !ok {
			s.fail(row.number, column, "xlsform.rangeNumber", name, given[name])
			return
		}
		values[name], _ = strconv.ParseFloat(n, 64)
	}
	steps := (values["end"] - values["start"]) / values["step"]
	switch {
	case values["step"] <= 0:
		s.fail(row.number, column, "xlsform.rangeStep", given["step"])
	case values["end"] <= values["start"]:
		s.fail(row.number, column, "xlsform.rangeOrder", given["start"], given["end"])
	case steps < 1:
		s.fail(row.number, column, "xlsform.rangeStepTooBig", given["step"], given["start"], given["end"])
	case steps > maxSteps:
		s.fail(row.number, column, "xlsform.rangeSteps", maxSteps)
	}
}

const maxSteps = 10_000
