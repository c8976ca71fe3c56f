package web

import (
	"cmp"
	"html/template"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/id"
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

// submissionPath leads to a submission, and from there back to the list it came from.
func submissionPath(r *Request, sub id.SubmissionID) string {
	path := "/p/" + string(r.Project.ID) + "/submissions/" + string(sub)
	if list := listQuery(r); list != "" {
		path += "?list=" + url.QueryEscape(string(list))
	}
	return path
}

// listQuery is the filter of the list from which the sheet was opened; "" when there is none.
func listQuery(r *Request) template.URL {
	v, err := url.ParseQuery(cmp.Or(r.Query("list"), r.Field("list")))
	if err != nil {
		return ""
	}
	return template.URL(v.Encode())
}

func mendable(p *problem.Problem) bool {
	return p.Kind == problem.Invalid || p.Kind == problem.Conflict
}

func (s *Server) correctPage(r *Request) error { return s.showSheet(r, true) }

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
	seen, err := s.revisionOf(r, sub, revision)
	if err != nil {
		return err
	}
	correction := survey.Correction{Answers: correctionsOf(program.Definition, seen.Answers, r.Request.PostForm), Reason: r.Field("reason")}
	if picked := id.CaseID(r.Field("case")); r.Request.PostForm.Has("case") && picked != seen.CaseID {
		correction.Case = &picked
	}
	after, err := s.correct(r, sub.ID, revision, correction)
	switch {
	case err == nil:
		r.corrected(after, revision, correction)
		return r.To(submissionPath(r, sub.ID), "submission.corrected")
	case mendable(problem.From(err)):
		return s.refuseCorrection(r, sub, program.Definition, seen.Answers, correction, problem.From(err))
	}
	return err
}

func (s *Server) correct(r *Request, sub id.SubmissionID, revision int64, c survey.Correction) (survey.Submission, error) {
	if len(c.Answers) == 0 && c.Case == nil {
		return survey.Submission{}, problem.New(problem.Invalid, "survey.nothingChanged")
	}
	if c.Case != nil && *c.Case != "" {
		if err := s.caseExists(r, r.Project.ID, *c.Case); err != nil {
			return survey.Submission{}, err
		}
	}
	return s.Surveys.Correct(r, r.Project.ID, r.User.ID, sub, revision, c)
}

// corrected tells the audit which answers were corrected; never what they say.
func (r *Request) corrected(after survey.Submission, revision int64, c survey.Correction) {
	var what []string
	if c.Case != nil {
		what = append(what, say(r, "audit.caseOf"))
	}
	for _, path := range slices.Sorted(maps.Keys(c.Answers)) {
		what = append(what, string(path))
	}
	r.did(string(after.ID), after.Receipt())
	r.changed(say(r, "audit.revision", revision), say(r, "audit.revision", after.Revision)+": "+strings.Join(what, " "))
}

// revisionOf gives a submission as it was at a revision; as it is now when there never
// was such a revision, which Correct then refuses.
func (s *Server) revisionOf(r *Request, sub survey.Submission, revision int64) (survey.Submission, error) {
	if revision == sub.Revision {
		return sub, nil
	}
	former, err := s.Surveys.Former(r, r.Project.ID, sub.ID)
	for _, f := range former {
		if f.Revision == revision {
			return f, err
		}
	}
	return sub, err
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
func (s *Server) refuseCorrection(r *Request, sub survey.Submission, d *form.Definition, seen map[string]any, c survey.Correction, p *problem.Problem) error {
	before, now := leaves(d, seen), leaves(d, sub.Answers)
	if corrected, err := survey.Corrected(d, sub.Answers, c.Answers); err == nil {
		sub.Answers = corrected
	}
	page, err := s.sheetPage(r, sub)
	if err != nil {
		return err
	}
	page.Correcting, page.Error, page.Reason = true, page.Say(p.Text), c.Reason
	if c.Case != nil {
		page.PickedCase = *c.Case
	}
	where := map[form.Path]*sheetRow{}
	for i := range page.Rows {
		where[page.Rows[i].Path] = &page.Rows[i]
	}
	for path := range c.Answers {
		if row := where[path]; row != nil && before[path] != now[path] {
			row.Error = page.T("submission.changedMeanwhile", page.sheet.readable(path, fieldAt(d, path), now[path]))
		}
	}
	for _, detail := range p.Details {
		text := page.Say(page.sheet.labelled(detail))
		if row := where[form.Path(detail.Where)]; row != nil && row.Editable {
			row.Error = text
		} else if text != page.Error {
			page.Details = append(page.Details, detailJSON{cmp.Or(page.sheet.labels[form.Path(detail.Where)], detail.Where), text})
		}
	}
	return s.render(r, statuses[p.Kind], "submission/show", page)
}
