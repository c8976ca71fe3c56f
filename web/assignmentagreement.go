package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"

	"tianye/internal/id"
	"tianye/survey"
)

// tolerances are by how much numbers may differ that agree, in percent.
var tolerances = []int{0, 1, 5, 10, 20}

func toleranceOf(r *Request) int {
	percent, _ := strconv.Atoi(r.Query("tolerance"))
	if !slices.Contains(tolerances, percent) {
		return 0
	}
	return percent
}

type agreementPage struct {
	Page
	Forms      []survey.Form
	Form       string
	Tolerance  int
	Tolerances []int
	Pairs      int
	Questions  []questionLine
	Free       []questionLine // answered in one's own words
	Same, Of   int            // of the answers to Questions
	Asked      *questionLine  // whose differing pairs are listed
	Rows       []assignmentRow
}

// questionLine is how the back-checks agree about a question.
type questionLine struct {
	Path, Label         string
	Compared, Different int
	Percent             float64 // that differ
}

// Agreement is how many of all answers that are not free agree, in percent.
func (p agreementPage) Agreement() float64 { return 100 * float64(p.Same) / float64(p.Of) }

// QuestionLink lists the pairs that differ in a question.
func (p agreementPage) QuestionLink(path string) string {
	v := url.Values{"form": {p.Form}, "tolerance": {strconv.Itoa(p.Tolerance)}, "question": {path}}
	return "?" + v.Encode() + "#pairs"
}

// agreement is what the back-checks of a form disagree about.
func (s *Server) agreement(r *Request) error {
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	percent := toleranceOf(r)
	page := agreementPage{Page: s.page(r, "assignment.agreement"), Forms: titles.forms, Form: r.Query("form"), Tolerance: percent, Tolerances: tolerances}
	if page.Form == "" {
		if page.Form, err = s.checkedForm(r); err != nil {
			return err
		}
	}
	if titles.titles[id.FormID(page.Form)] == "" {
		return s.show(r, "assignment/agreement", page)
	}
	questions, pairs, err := s.Surveys.Disagreement(r, r.Project.ID, id.FormID(page.Form), float64(percent)/100)
	if err != nil {
		return err
	}
	page.Pairs = pairs
	for _, q := range questions {
		label, different := cmp.Or(q.Field.Label.In(survey.LanguageFor(q.From, string(r.Language)), q.From), q.Field.Name), len(q.Different)
		line := questionLine{string(q.Path), label, q.Compared, different, 100 * float64(different) / float64(q.Compared)}
		if line.Path == r.Query("question") {
			page.Asked = &line
			if page.Rows, err = s.differing(r, titles, q); err != nil {
				return err
			}
		}
		if q.Free() {
			page.Free = append(page.Free, line)
			continue
		}
		page.Questions = append(page.Questions, line)
		page.Same, page.Of = page.Same+q.Compared-different, page.Of+q.Compared
	}
	return s.show(r, "assignment/agreement", page)
}

// differing are the first of the back-checks that differ in a question.
func (s *Server) differing(r *Request, titles *fieldTitles, q survey.QuestionAgreement) (rows []assignmentRow, err error) {
	checks, err := s.Surveys.Assignments(r, r.Project.ID, survey.AssignmentFilter{BackChecks: true})
	differs := map[id.AssignmentID]bool{}
	for _, a := range q.Different {
		differs[a] = true
	}
	for _, a := range checks {
		if len(rows) < mostPlanned && differs[a.ID] {
			rows = append(rows, titles.row(a))
		}
	}
	return rows, err
}

// checkedForm is the form of the first back-check; "" when there is none.
func (s *Server) checkedForm(r *Request) (string, error) {
	checks, err := s.Surveys.Assignments(r, r.Project.ID, survey.AssignmentFilter{BackChecks: true})
	for _, a := range checks {
		return string(a.FormID), err
	}
	return "", err
}
