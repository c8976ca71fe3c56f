package web

import (
	"math"
	"strconv"

	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
)

// setReviewRule changes which of a form's submissions wait on hold.
func (s *Server) setReviewRule(r *Request) error {
	revision, err := strconv.ParseInt(r.Field("revision"), 10, 64)
	if err != nil {
		return problem.New(problem.Malformed, "web.bodyUnreadable").Because(err)
	}
	f, err := s.Surveys.Form(r, r.Project.ID, id.FormID(r.Param("form")))
	if err != nil {
		return err
	}
	rule := survey.ReviewRule{Mode: survey.HoldMode(r.Field("mode"))}
	if rule.Mode == survey.HoldShare {
		percent, err := strconv.ParseFloat(r.Field("share"), 64)
		if err != nil {
			percent = math.NaN()
		}
		rule.Share = percent / 100
	}
	after, err := s.Surveys.SetReviewRule(r, r.Project.ID, f.ID, revision, rule)
	if err != nil {
		return err
	}
	r.did(string(f.ID), f.Title)
	r.changed(ruleWords(r, f.Review), ruleWords(r, after.Review))
	return r.To(s.formPath(r, f.ID), "review.ruleSaved")
}

func ruleWords(r *Request, rule survey.ReviewRule) string {
	words := message.Sprint(r.Language, rule.Mode.Label())
	if rule.Mode == survey.HoldShare {
		words += " " + strconv.FormatFloat(100*rule.Share, 'g', 4, 64) + "%"
	}
	return words
}

// HoldModes are what a form's rule can be.
func (p formPage) HoldModes() []survey.HoldMode { return survey.HoldModes }

// HoldMode is what it is.
func (p formPage) HoldMode() survey.HoldMode {
	if p.Form.Review.Mode == "" {
		return survey.HoldNone
	}
	return p.Form.Review.Mode
}

// HoldShare is the share of a random check, in percent.
func (p formPage) HoldShare() float64 {
	if p.Form.Review.Share == 0 {
		return 10
	}
	return math.Round(p.Form.Review.Share*1e4) / 100
}
