package web

import (
	"strings"
	"time"

	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

// linkFields are a link's settings as its form shows them, or as they were last sent.
type linkFields struct {
	Title, Opens, Closes, Greeting, Thanks, Consent, Once, Quotas, Suggestion string
	Questions                                                                 []linkQuestion
}

// linkQuestion is a question that quotas or the suggestion box can name.
type linkQuestion struct {
	Path    form.Path
	Label   string
	Choices string // in words; "" of a text
}

// linkQuestions are the questions that quotas and the suggestion box can name: with one answer each.
func (s *Server) linkQuestions(r *Request, f survey.Form) ([]linkQuestion, error) {
	d, err := s.Surveys.Definition(r, r.Project.ID, f.ID, f.Current().Number)
	if err != nil {
		return nil, err
	}
	personal, err := s.Surveys.Personal(r, r.Project.ID, f.ID)
	if err != nil {
		return nil, err
	}
	language := survey.LanguageFor(d, string(r.Language))
	var found []linkQuestion
	d.Walk(func(path form.Path, q *form.Field) {
		var words []string
		switch q.Type {
		case form.SelectOne, form.SelectMultiple:
			if list := d.Lists[q.List]; list != nil {
				for _, c := range list.Choices {
					words = append(words, c.Label.In(language, d))
				}
			}
		case form.TextQuestion:
			if personal.Has(path) {
				return
			}
		default:
			return
		}
		label := q.Label.In(language, d)
		if label == "" {
			label = q.Name
		}
		found = append(found, linkQuestion{path, label, strings.Join(words, say(r, "people.listComma"))})
	})
	return found, nil
}

// linkSettings reads what the form of a link's settings sends.
func (s *Server) linkSettings(r *Request, f survey.Form) (set survey.LinkSettings, err error) {
	p := problem.New(problem.Invalid, "publiclink.wrong")
	set = survey.LinkSettings{Title: r.Field("title"), Greeting: r.Field("greeting"), Thanks: r.Field("thanks"), Consent: r.Field("consent"),
		Once: survey.LinkOnce(r.Field("once")), Suggestion: form.Path(r.Field("suggestion"))}
	for _, day := range []struct {
		field string
		into  *time.Time
	}{{"opens", &set.Opens}, {"closes", &set.Closes}} {
		text := r.Field(day.field)
		if text == "" {
			continue
		}
		if *day.into, err = time.ParseInLocation("2006-01-02T15:04", text, s.location); err != nil {
			p.With(day.field, "publiclink.badTime")
		}
	}
	if f.Current() == nil {
		return set, problem.New(problem.Invalid, "publiclink.notPublished")
	}
	d, err := s.Surveys.Definition(r, r.Project.ID, f.ID, f.Current().Number)
	if err != nil {
		return set, err
	}
	if set.Quotas, err = survey.ParseQuotas(d, r.Field("quotas")); err != nil {
		p.Details = append(p.Details, problem.From(err).Details...)
	}
	if len(p.Details) > 0 {
		return set, p
	}
	return set, nil
}

// sentFields are the settings as they were sent, to be mended.
func (r *Request) sentFields(questions []linkQuestion) linkFields {
	return linkFields{Title: r.Field("title"), Opens: r.Field("opens"), Closes: r.Field("closes"), Greeting: r.Field("greeting"), Thanks: r.Field("thanks"),
		Consent: r.Field("consent"), Once: r.Field("once"), Quotas: r.Field("quotas"), Suggestion: r.Field("suggestion"), Questions: questions}
}
