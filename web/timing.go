package web

import (
	"math"
	"time"

	"tianye/survey"
)

// timingRow is how long a question took.
type timingRow struct {
	Label   string
	Seconds float64
	Visits  int
}

// timings are the times of a submission whose form logs how it is filled in, and their sum in minutes.
func (s *Server) timings(r *Request, page *sheetPage) error {
	if page.sheet.d.Audit == nil {
		return nil
	}
	all, err := s.Surveys.Timings(r, r.Project.ID, page.Submission.ID)
	var sum time.Duration
	for _, t := range all {
		page.Timings = append(page.Timings, timingRow{page.sheet.change(survey.Change{Path: t.Path}).Label, math.Round(t.Spent.Seconds()*10) / 10, t.Visits})
		sum += t.Spent
	}
	page.TimedMinutes = math.Round(sum.Minutes()*10) / 10
	return err
}
