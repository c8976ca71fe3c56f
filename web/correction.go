package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

// answerPrefix begins the names of the fields that carry answers: "a:members[2]/age".
const answerPrefix = "a:"

// seenSubmission gives the submission and the revision that the sender saw of it.
func (s *Server) seenSubmission(r *Request) (survey.Submission, int64, error) {
	sub, err := s.mayRead(r)
	if err != nil {
		return sub, 0, err
	}
	revision, err := strconv.ParseInt(r.Field("revision"), 10, 64)
	if err != nil {
		return sub, 0, problem.New(problem.Malformed, "web.bodyUnreadable").Because(err)
	}
	return sub, revision, nil
}

func (s *Server) submissionPath(r *Request, sub survey.Submission) string {
	return "/p/" + string(r.Project.ID) + "/submissions/" + string(sub.ID)
}

func mendable(p *problem.Problem) bool {
	return p.Kind == problem.Invalid || p.Kind == problem.Conflict
}

func (s *Server) reviewSubmission(r *Request) error {
	sub, revision, err := s.seenSubmission(r)
	if err != nil {
		return err
	}
	sent := reviewForm{State: survey.ReviewState(r.Field("state")), Comment: r.Field("comment")}
	_, err = s.Surveys.Review(r, r.Project.ID, r.User.ID, sub.ID, revision, sent.State, sent.Comment)
	if err == nil {
		return r.To(s.submissionPath(r, sub), "submission.reviewed")
	}
	p := problem.From(err)
	if !mendable(p) {
		return err
	}
	page, err := s.sheetPage(r, sub)
	if err != nil {
		return err
	}
	page.Review = sent
	page.Review.Error = page.Say(p.Text)
	return s.render(r, statuses[p.Kind], "submission/show", page)
}

func (s *Server) correctPage(r *Request) error {
	sub, err := s.mayRead(r)
	if err != nil {
		return err
	}
	page, err := s.sheetPage(r, sub)
	if err != nil {
		return err
	}
	page.Correcting = true
	return s.show(r, "submission/show", page)
}

// correctSubmission takes the corrected sheet. Only what differs from what the sender
// saw is a correction: it lies upon what others have corrected meanwhile.
func (s *Server) correctSubmission(r *Request) error {
	sub, revision, err := s.seenSubmission(r)
	if err != nil {
		return err
	}
	program, err := s.Surveys.Program(r, r.Project.ID, sub.FormID, sub.Version)
	if err != nil {
		return err
	}
	seen, err := s.answersAt(r, sub, revision)
	if err != nil {
		return err
	}
	corrections := correctionsOf(program.Definition, seen, r.Request.PostForm)
	if len(corrections) == 0 {
		err = problem.New(problem.Invalid, "survey.nothingChanged")
	} else {
		_, err = s.Surveys.Correct(r, r.Project.ID, r.User.ID, sub.ID, revision, survey.Correction{Answers: corrections, Reason: r.Field("reason")})
	}
	switch p := problem.From(err); {
	case err == nil:
		return r.To(s.submissionPath(r, sub), "submission.corrected")
	case mendable(p):
		return s.refuseCorrection(r, sub, program.Definition, seen, corrections, p)
	}
	return err
}

// answersAt gives the answers as they were at a revision; those of now when there
// never was such a revision, which Correct then refuses.
func (s *Server) answersAt(r *Request, sub survey.Submission, revision int64) (map[string]any, error) {
	if revision == sub.Revision {
		return sub.Answers, nil
	}
	former, err := s.Surveys.Former(r, r.Project.ID, sub.ID)
	for _, f := range former {
		if f.Revision == revision {
			return f.Answers, err
		}
	}
	return sub.Answers, err
}

func leaves(d *form.Definition, answers map[string]any) map[form.Path]string {
	values := map[form.Path]string{}
	survey.EachLeaf(d, answers, func(path form.Path, _ *form.Field, value string) { values[path] = value })
	return values
}

// correctionsOf finds the answers of a sent sheet that differ from those seen. What
// the sheet does not name is left alone.
func correctionsOf(d *form.Definition, seen map[string]any, sent url.Values) map[form.Path]string {
	before := leaves(d, seen)
	corrections := map[form.Path]string{}
	for name, values := range sent {
		text, ok := strings.CutPrefix(name, answerPrefix)
		path := form.Path(text)
		field := fieldAt(d, path)
		if !ok || field == nil || !editable(field) {
			continue
		}
		value := lineEnds(strings.Join(values, " "))
		old := lineEnds(before[path])
		if field.Type == form.SelectMultiple && sameWords(value, old) {
			continue
		}
		if value != old {
			corrections[path] = value
		}
	}
	return corrections
}

// lineEnds writes a text as it is kept, not as browsers send it.
func lineEnds(text string) string {
	return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
}

func sameWords(a, b string) bool {
	return slices.Equal(slices.Sorted(slices.Values(strings.Fields(a))), slices.Sorted(slices.Values(strings.Fields(b))))
}

// refuseCorrection shows the sheet again with all that was typed, also where that
// brings up other questions, and says what is wrong.
func (s *Server) refuseCorrection(r *Request, sub survey.Submission, d *form.Definition, seen map[string]any, corrections map[form.Path]string, p *problem.Problem) error {
	before, now := leaves(d, seen), leaves(d, sub.Answers)
	if corrected, err := survey.Corrected(d, sub.Answers, corrections); err == nil {
		sub.Answers = corrected
	}
	page, err := s.sheetPage(r, sub)
	if err != nil {
		return err
	}
	page.Correcting, page.Error, page.Reason = true, page.Say(p.Text), r.Field("reason")
	where := map[form.Path]*sheetRow{}
	for i := range page.Rows {
		where[page.Rows[i].Path] = &page.Rows[i]
	}
	for path := range corrections {
		if row := where[path]; row != nil && before[path] != now[path] {
			row.Error = page.T("submission.changedMeanwhile", now[path])
		}
	}
	for _, detail := range p.Details {
		text := page.Say(detail.Text)
		if row := where[form.Path(detail.Where)]; row != nil && row.Editable {
			row.Error = text
		} else if text != page.Error {
			page.Details = append(page.Details, detailJSON{detail.Where, text})
		}
	}
	return s.render(r, statuses[p.Kind], "submission/show", page)
}
