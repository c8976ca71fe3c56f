package web

import (
	"context"
	"strings"

	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/table"
	"tianye/survey"
	"tianye/survey/form"
)

// mostValues is how many different values a variable may have whose values are
// groups of a chart, and conditions to choose from.
const mostValues = 200

// chartVariable is one that can be chosen for a chart.
type chartVariable struct {
	Name    string        `json:"name"`
	Label   string        `json:"label"`
	Section string        `json:"section"`
	Type    table.Type    `json:"type"`
	Unit    string        `json:"unit,omitempty"`
	Values  []table.Value `json:"values,omitempty"`
}

// chartVariables lists what a source offers: the questions by their sections, then
// the cases' attributes, then what is known of every submission. Personal data is
// left out for those who may not see it, and so are free texts.
func (s *Server) chartVariables(r *Request, source charts.Source) ([]chartVariable, error) {
	t, cases, err := s.chartTable(r, charts.Spec{Source: source})
	if err != nil {
		return nil, err
	}
	var list []chartVariable
	add := func(v table.Variable, prefix, section string) {
		if len(v.Values) > mostValues || v.Personal && !r.Can(account.ReadPersonal) {
			return
		}
		list = append(list, chartVariable{prefix + v.Name, v.Label, section, v.Type, v.Unit, v.Values})
	}
	attributes := say(r, "chart.caseAttributes")
	if source.Kind == id.KindCase {
		for _, v := range t.Variables {
			add(v, "", attributes)
		}
		return list, nil
	}
	sections, err := s.sectionsOf(r, r.Project.ID, source.Form, r.Language)
	if err != nil {
		return nil, err
	}
	for _, v := range t.Variables {
		if !strings.HasPrefix(v.Name, "_") {
			section, known := sections[v.Name]
			if !known {
				section = say(r, "chart.formerQuestions")
			}
			if section != unfit {
				add(v, "", section)
			}
		}
	}
	for _, v := range cases.Variables {
		if v.Name != caseTitle {
			add(v, ofCase, attributes)
		}
	}
	for _, v := range t.Variables {
		if strings.HasPrefix(v.Name, "_") {
			add(v, "", say(r, "chart.ofSubmission"))
		}
	}
	return list, nil
}

// unfit is the section of questions whose answers are no groups and no numbers.
const unfit = "-"

// sectionsOf gives the label of the section in which each question of a form stands.
func (s *Server) sectionsOf(ctx context.Context, project id.ProjectID, formID id.FormID, language message.Language) (map[string]string, error) {
	f, err := s.Surveys.Form(ctx, project, formID)
	if err != nil || f.Current() == nil {
		return nil, err
	}
	d, err := s.Surveys.Definition(ctx, project, formID, f.Current().Number)
	if err != nil {
		return nil, err
	}
	own := survey.LanguageFor(d, string(language))
	sections := map[string]string{}
	d.Walk(func(path form.Path, f *form.Field) {
		top := d.Find(form.Path(path.Names()[0]))
		switch {
		case f.Type.IsPreload() || f.Type.IsAttachment() || f.Type.IsPlace() || f.Type == form.Barcode || f.Type == form.Time:
			sections[string(path)] = unfit
		case top != f:
			sections[string(path)] = top.Label.In(own, d)
		default:
			sections[string(path)] = d.Title
		}
	})
	return sections, nil
}

// firstSource is what a new chart takes its numbers from: a form, when one is published.
func firstSource(forms []survey.Form) charts.Source {
	for _, f := range forms {
		if f.Current() != nil {
			return charts.Source{Kind: id.KindSubmission, Form: f.ID}
		}
	}
	return charts.Source{Kind: id.KindCase}
}

// firstSpec is what the charts of a source begin with: the first question that has a
// scale, else the first that has choices, else numbers.
func (s *Server) firstSpec(r *Request, source charts.Source) (charts.Spec, error) {
	spec := charts.Spec{Source: source}
	t, _, err := s.chartTable(r, spec)
	if err != nil {
		return spec, err
	}
	variables, err := s.chartVariables(r, spec.Source)
	best := 0
	for _, v := range variables {
		rank := 0
		switch at := t.Find(v.Name); {
		case at < 0 || strings.HasPrefix(v.Name, "_") || v.Name == caseTitle:
		case t.Variables[at].Ordered && v.Name != caseState:
			rank = 3
		case v.Type == table.One:
			rank = 2
		case v.Type == table.Number:
			rank = 1
		}
		if rank > best {
			best, spec.Measure = rank, v.Name
		}
	}
	return spec, err
}
