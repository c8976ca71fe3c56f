package web

import (
	"context"
	"slices"

	"tianye/casebase"
	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey"
)

const (
	caseTitle = "title" // variables of a casebase Table
	caseState = "state"
	ofCase    = "case:" // before a case's attribute in a table of submissions
)

// chartTable gives the table of a spec's source with the case attributes that the
// spec uses, and the labels that people know; and the cases beside it. Personal
// data is refused to those who may not see it.
func (s *Server) chartTable(r *Request, spec charts.Spec) (t, cases *table.Table, err error) {
	if cases, err = s.Cases.Table(r, r.Project.ID); err != nil {
		return nil, nil, err
	}
	cases = cases.Relabel(caseTitle, say(r, "case.variable.title"), nil).
		Relabel(caseState, say(r, "case.variable.state"), func(code string) string { return message.Sprint(r.Language, casebase.State(code).Label()) })
	if spec.Source.Kind == id.KindCase {
		return cases, cases, nil
	}
	if !id.Valid(string(spec.Source.Form)) {
		return nil, nil, problem.New(problem.NotFound, "submission.noForm")
	}
	if t, err = submissionTable(r, s.Surveys, r.Project.ID, spec, string(r.Language)); err != nil {
		return nil, nil, err
	}
	for _, v := range t.Variables {
		switch {
		case v.Ranked:
			t = t.Relabel(v.Name, say(r, "chart.ranked", v.Label), nil)
		case v.Ticked:
			t = t.Relabel(v.Name, v.Label, func(string) string { return say(r, "submission.confirmed") })
		}
	}
	used := usedBy(spec)
	for _, v := range t.Variables {
		if v.Personal && used[v.Name] && !r.Can(account.ReadPersonal) {
			return nil, nil, problem.New(problem.Forbidden, "chart.personal", v.Label)
		}
	}
	names, err := s.senders(r)
	if err != nil {
		return nil, nil, err
	}
	titles := titlesOf(cases)
	t = t.Join(survey.VarCase, cases, ofCase, func(name string) bool { return used[name] }).
		Relabel(survey.VarCase, say(r, "submission.case"), func(code string) string {
			if title, ok := titles[code]; ok {
				return title
			}
			return say(r, "chart.deletedCase")
		}).
		Relabel(survey.VarEnumerator, say(r, "submission.enumerator"), func(code string) string { return names[id.UserID(code)] }).
		Relabel(survey.VarState, say(r, "submission.state"), func(code string) string { return message.Sprint(r.Language, survey.ReviewState(code).Label()) }).
		Relabel(survey.VarReceived, say(r, "submission.received"), nil).
		Relabel(survey.VarVersion, say(r, "submission.version"), nil).
		Relabel(survey.VarMinutes, say(r, "chart.minutes"), nil)
	return t, cases, nil
}

// submissionTable gives the submissions of a spec: those that count, or all.
func submissionTable(ctx context.Context, surveys *survey.Service, project id.ProjectID, spec charts.Spec, language string) (*table.Table, error) {
	if spec.All {
		return surveys.WholeTable(ctx, project, spec.Source.Form, language)
	}
	return surveys.Table(ctx, project, spec.Source.Form, language)
}

// sayCounted notes on a chart of submissions which of them are in it, when some do not count.
func (s *Server) sayCounted(r *Request, c *comparison) error {
	if c.Spec.Source.Kind == id.KindCase || c.Result == nil {
		return nil
	}
	counted, all, err := s.Surveys.Counts(r, r.Project.ID, c.Spec.Source.Form)
	if err != nil || counted == all {
		return err
	}
	var note string
	switch named := r.Can(account.ReadSubmission); { // else how many there are may be hidden
	case c.Spec.All && named:
		note = say(r, "review.chartAll", all-counted)
	case c.Spec.All:
		note = say(r, "review.chartAllSome")
	case named:
		note = say(r, "review.chartCounted", counted, all-counted)
	default:
		note = say(r, "review.chartSome")
	}
	c.Result.Notes = append(slices.Clip(c.Result.Notes), note)
	return nil
}

// usedBy are the variables that a spec names.
func usedBy(spec charts.Spec) map[string]bool {
	used := map[string]bool{spec.Measure: true, spec.Second: true, spec.By: true, spec.Split: true}
	for _, f := range spec.Filters {
		used[f.Variable] = true
	}
	return used
}

// titlesOf are the cases' titles by their ids.
func titlesOf(cases *table.Table) map[string]string {
	titles := make(map[string]string, cases.Len())
	at := cases.Find(caseTitle)
	for row, origin := range cases.Origins {
		titles[origin.ID] = cases.Variables[at].Values[cases.Columns[at].Codes[row]].Label
	}
	return titles
}
