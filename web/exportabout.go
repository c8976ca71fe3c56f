package web

import (
	"cmp"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
)

// fullExportPage asks why personal data is exported.
type fullExportPage struct {
	Page
	Form           survey.Form
	Filter         []string // in words
	Count          int
	Query          template.URL // encoded
	Format, Reason string       // as they were refused
	Values         bool
	Attributes     bool // of the cases, too
	Error          string
}

func (s *Server) fullExportPage(r *Request) error { return s.askFull(r, nil) }

// askFull shows the page, with what is wrong.
func (s *Server) askFull(r *Request, wrong *problem.Problem) error {
	filter, q, err := s.exportFilter(r)
	if err != nil {
		return err
	}
	if q.Form == "" {
		return problem.New(problem.Invalid, "submission.exportForm")
	}
	page := fullExportPage{Page: s.page(r, "submission.fullTitle"), Query: template.URL(q.query()),
		Format: r.Field("format"), Reason: r.Field("reason"), Values: r.Field("values") != "", Attributes: r.Field("attributes") != ""}
	if page.Form, err = s.Surveys.Form(r, r.Project.ID, filter.FormID); err != nil {
		return err
	}
	selected, err := s.Surveys.Select(r, r.Project.ID, filter)
	if err != nil {
		return err
	}
	cases, err := s.allCaseNames(r)
	if err != nil {
		return err
	}
	page.Count, page.Filter = len(selected), r.filterWords(q, caseTitles(cases))
	status := http.StatusOK
	if wrong != nil {
		status, page.Error = statuses[wrong.Kind], page.Say(wrong.Text)
	}
	return s.render(r, status, "submission/full", page)
}

// filterWords says what a filter lets through. Whose submissions and what text was looked for are not
// told: a de-identified file would give away by them who is who.
func (r *Request) filterWords(q listFilter, caseTitle func(id.CaseID) string) []string {
	state := q.State
	switch queue := survey.Queue(state); {
	case slices.Contains(survey.Queues, queue):
		state = message.Sprint(r.Language, queue.Label())
	case state != "":
		state = message.Sprint(r.Language, survey.ReviewState(state).Label())
	}
	var words []string
	switch {
	case q.All != "":
		words = append(words, say(r, "review.filterAll"))
	case q.State == "":
		words = append(words, say(r, "review.filterCounted"))
	}
	for _, f := range []struct{ label, value string }{
		{"submission.version", q.Version}, {"submission.case", caseTitle(id.CaseID(q.Case))}, {"submission.state", state},
		{"submission.from", q.From}, {"submission.to", q.To},
	} {
		if f.value != "" {
			words = append(words, say(r, f.label)+" "+f.value)
		}
	}
	if q.Enumerator != "" {
		words = append(words, say(r, "submission.ofOne"))
	}
	if q.Text != "" {
		words = append(words, say(r, "submission.withText"))
	}
	return words
}

// caseTitles finds cases' titles.
func caseTitles(cases []caseName) func(id.CaseID) string {
	titles := make(map[id.CaseID]string, len(cases))
	for _, c := range cases {
		titles[c.ID] = c.Title
	}
	return func(c id.CaseID) string { return titles[c] }
}

// about makes the sheet that says what a de-identified workbook holds and what was changed in it.
func (s *Server) about(r *Request, f survey.Form, q listFilter, e survey.Export) func([]survey.Reduced) (string, [][2]string) {
	page := s.page(r, "submission.about")
	return func(changes []survey.Reduced) (string, [][2]string) {
		lines := [][2]string{
			{page.T("submission.aboutFile"), f.Title},
			{page.T("submission.aboutProject"), r.Project.Title},
			{page.T("submission.aboutWhen"), page.Time(s.Now())},
			{page.T("submission.aboutWho"), r.User.Name},
			{page.T("submission.aboutFilter"), cmp.Or(strings.Join(r.filterWords(q, e.CaseTitle), page.T("submission.listComma")), page.T("submission.aboutAll"))},
		}
		if page.Reach != "" {
			lines = append(lines, [2]string{page.T("submission.aboutReach"), page.Reach})
		}
		lines = append(lines, [2]string{}, [2]string{page.T("submission.aboutColumn"), page.T("submission.aboutLeft")})
		for _, c := range changes {
			lines = append(lines, [2]string{c.What, page.Say(c.Left)})
		}
		return page.Title, append(lines, [2]string{}, [2]string{page.T("submission.aboutOpen"), page.T("submission.openAnswers")})
	}
}
