package web

import (
	"cmp"

	"tianye/internal/id"
	"tianye/survey"
	"tianye/survey/form"
)

type comparePage struct {
	Page
	Row        assignmentRow
	First      survey.Submission
	Second     survey.Submission
	Names      map[id.UserID]string
	Lines      []comparedLine
	Same, Of   int // of the answers that are not free
	Tolerance  int
	Tolerances []int
}

// comparedLine is a question with its two answers as people read them.
type comparedLine struct {
	Label, Before, After string
	Same, Hidden, Free   bool
}

// Agreement is in percent.
func (p comparePage) Agreement() float64 { return 100 * float64(p.Same) / float64(p.Of) }

// compareAssignment shows what was answered at first and at the back-check side by side.
func (s *Server) compareAssignment(r *Request) error {
	a, err := s.ownAssignment(r)
	if err != nil {
		return err
	}
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	percent := toleranceOf(r)
	page := comparePage{Page: s.page(r, "assignment.compare"), Row: titles.row(a), Names: titles.names, Tolerance: percent, Tolerances: tolerances}
	if a.BackCheck == "" || a.Submission == "" { // it is still to come
		return s.show(r, "assignment/compare", page)
	}
	if page.First, err = s.Surveys.Submission(r, r.Project.ID, a.BackCheck); err != nil {
		return err
	}
	if page.Second, err = s.Surveys.Submission(r, r.Project.ID, a.Submission); err != nil {
		return err
	}
	before, err := s.sheet(r, page.Page, page.First)
	if err != nil {
		return err
	}
	after, err := s.sheet(r, page.Page, page.Second)
	if err != nil {
		return err
	}
	compared := survey.CompareAnswers(before.d, page.First.Answers, after.d, page.Second.Answers, float64(percent)/100)
	for _, c := range compared {
		page.Lines = append(page.Lines, comparedAnswers(before, after, c))
	}
	page.Same, page.Of = survey.Agreement(compared)
	return s.show(r, "assignment/compare", page)
}

// comparedAnswers keeps personal answers from who may not see them; whether they agree is said all the same.
func comparedAnswers(before, after *sheetBuilder, c survey.Compared) comparedLine {
	line := comparedLine{Label: cmp.Or(after.labels[c.Path], questionLabel(after, c.Field), string(c.Path)), Same: c.Same, Free: c.Free()}
	if line.Hidden = before.private.Has(c.First) && !before.personal || after.private.Has(c.Path) && !after.personal; line.Hidden {
		return line
	}
	line.Before, line.After = before.readable(c.First, fieldAt(before.d, c.First), c.Before), after.readable(c.Path, c.Field, c.After)
	return line
}

func questionLabel(b *sheetBuilder, f *form.Field) string { return f.Label.In(b.language, b.d) }
