package web

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey"
	"tianye/survey/form"
)

// erasure is what is ticked to be erased, for the second question.
type erasure struct {
	Submissions []id.SubmissionID
	Cases       []id.CaseID
	Assignments []id.AssignmentID
	Reason      string
}

// ticked reads what is ticked, and the text that it was found by.
func ticked(r *Request) (*erasure, *regexp.Regexp, error) {
	text, err := personPattern(r.Field("text"))
	if err != nil {
		return nil, nil, err
	}
	if err := r.givesReason(); err != nil {
		return nil, nil, err
	}
	asked := &erasure{Reason: r.Field("reason")}
	for _, one := range r.Request.PostForm["submission"] {
		if id.Valid(one) {
			asked.Submissions = append(asked.Submissions, id.SubmissionID(one))
		}
	}
	for _, one := range r.Request.PostForm["case"] {
		if id.Valid(one) {
			asked.Cases = append(asked.Cases, id.CaseID(one))
		}
	}
	for _, one := range r.Request.PostForm["assignment"] {
		if id.Valid(one) {
			asked.Assignments = append(asked.Assignments, id.AssignmentID(one))
		}
	}
	if len(asked.Submissions)+len(asked.Cases)+len(asked.Assignments) == 0 {
		return nil, nil, problem.New(problem.Invalid, "personal.nothingTicked")
	}
	return asked, text, nil
}

// erasePerson erases a person from what is ticked, when that is said twice.
func (s *Server) erasePerson(r *Request) error {
	asked, text, err := ticked(r)
	if err != nil {
		return err
	}
	if r.Field("sure") == "" {
		page := s.personal(r)
		page.Text, page.Asked = r.Field("text"), asked
		r.didNothing()
		return s.show(r, "personal/show", page)
	}
	submissions, failed := s.Surveys.EraseMentions(r, r.Project.ID, asked.Submissions, text)
	cases, work := 0, 0
	if failed == nil {
		cases, failed = s.Cases.EraseMentions(r, r.User.ID, r.Project.ID, asked.Cases, text, survey.Blot)
	}
	if failed == nil {
		work, failed = s.Surveys.EraseAssignmentMentions(r, r.Project.ID, asked.Assignments, text)
	}
	r.about("", personCounts(r, submissions, cases, work))
	r.changed("", namedThings(asked.Submissions[:submissions], asked.Cases[:cases], asked.Assignments[:work]))
	r.act.done = submissions+cases+work > 0
	if failed != nil && r.act.done { // what is done is done: the audit says how much
		return r.To("/p/"+string(r.Project.ID)+"/personal", "personal.erasedPartly")
	}
	if failed != nil {
		return failed
	}
	return r.To("/p/"+string(r.Project.ID)+"/personal", "personal.erased")
}

// personCounts says in how much a person was found, exported or erased.
func personCounts(r *Request, submissions, cases, assignments int) string {
	said := say(r, "personal.counts", submissions, cases)
	if assignments > 0 {
		said += say(r, "submission.listComma") + say(r, "assignment.count", assignments)
	}
	return said
}

// namedThings are the receipts of submissions and the ids of cases and assignments, for the audit: the first 50.
func namedThings(submissions []id.SubmissionID, cases []id.CaseID, assignments []id.AssignmentID) string {
	var names []string
	for _, one := range submissions {
		names = append(names, survey.Receipt(one))
	}
	for _, one := range cases {
		names = append(names, string(one))
	}
	for _, one := range assignments {
		names = append(names, string(one))
	}
	const most = 50
	if len(names) > most {
		names = append(names[:most], "…")
	}
	return strings.Join(names, " ")
}

// exportPerson gives a person's data in a ZIP: person.json for programs, person.xlsx for people, and the
// files of the submissions.
func (s *Server) exportPerson(r *Request) error {
	asked, text, err := ticked(r)
	if err != nil {
		return err
	}
	found, err := s.findPerson(r, text)
	if err != nil {
		return err
	}
	found.Submissions = slices.DeleteFunc(found.Submissions, func(m survey.Mention) bool { return !slices.Contains(asked.Submissions, m.ID) })
	found.Cases = slices.DeleteFunc(found.Cases, func(m casebase.Mention) bool { return !slices.Contains(asked.Cases, m.ID) })
	found.Assignments = slices.DeleteFunc(found.Assignments, func(m survey.AssignmentMention) bool { return !slices.Contains(asked.Assignments, m.ID) })
	r.about("", personCounts(r, len(found.Submissions), len(found.Cases), len(found.Assignments)))
	r.changed("", namedThings(asked.Submissions, asked.Cases, asked.Assignments))
	lines, err := s.personLines(r, found)
	if err != nil {
		return err
	}
	name := say(r, "personal.zipName") + "-" + s.Now().In(s.location).Format("20060102-1504") + ".zip"
	r.Header("Content-Type", "application/zip")
	r.Header("Content-Disposition", attachmentNamed(name))
	r.Header("Cache-Control", "no-store")
	r.Status(http.StatusOK)
	out := zip.NewWriter(r.Writer)
	if err := s.writePerson(r, out, found, lines); err != nil {
		return err
	}
	return out.Close()
}

func (s *Server) writePerson(r *Request, out *zip.Writer, found *personFound, lines [][]any) error {
	file, err := out.Create("person.json")
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(file)
	encoder.SetIndent("", " ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(personJSON(found)); err != nil {
		return err
	}
	if file, err = out.Create("person.xlsx"); err != nil {
		return err
	}
	if err := writePersonSheet(r, file, lines); err != nil {
		return err
	}
	for _, m := range found.Submissions {
		for _, a := range m.Attachments {
			if err := s.copyPersonFile(r, out, m.Submission, a.Name); err != nil {
				return err
			}
		}
	}
	return nil
}

// copyPersonFile puts a file of a submission into the ZIP; its name was checked when it came.
func (s *Server) copyPersonFile(r *Request, out *zip.Writer, sub survey.Submission, name string) error {
	_, content, err := s.Surveys.OpenAttachment(r, r.Project.ID, sub.ID, name)
	if problem.Is(err, problem.NotFound) {
		return nil // in the recycle bin, or not sent yet
	}
	if err != nil {
		return err
	}
	defer content.Close()
	file, err := out.Create(path.Join("files", sub.Receipt(), path.Base(strings.ReplaceAll(name, `\`, "/"))))
	if err == nil {
		_, err = io.Copy(file, content)
	}
	return err
}

type personSubmission struct {
	Receipt  string         `json:"receipt"`
	Form     string         `json:"form"`
	Version  int            `json:"version"`
	Received time.Time      `json:"received"`
	Answers  map[string]any `json:"answers"`
	Events   []survey.Event `json:"events,omitempty"`
}

type personCase struct {
	casebase.Edit
	Former []casebase.Place `json:"former,omitempty"`
}

func personJSON(found *personFound) any {
	var data struct {
		Submissions []personSubmission `json:"submissions"`
		Cases       []personCase       `json:"cases"`
		Notes       []string           `json:"assignmentNotes,omitempty"`
		Accounts    []string           `json:"accounts"`
	}
	for _, m := range found.Assignments {
		data.Notes = append(data.Notes, m.Notes...)
	}
	for _, m := range found.Submissions {
		data.Submissions = append(data.Submissions, personSubmission{m.Receipt(), m.FormTitle, m.Version, m.Received, m.Answers, m.Events})
	}
	for _, m := range found.Cases {
		one := personCase{Edit: m.Edit}
		for _, p := range m.Places {
			if p.Former {
				one.Former = append(one.Former, p)
			}
		}
		data.Cases = append(data.Cases, one)
	}
	data.Accounts = found.Accounts
	return data
}

// personLines are what is found, a line each answer: where, what was asked, what was said.
func (s *Server) personLines(r *Request, found *personFound) (lines [][]any, err error) {
	for _, m := range found.Submissions {
		d, err := s.Surveys.Definition(r, r.Project.ID, m.FormID, m.Version)
		if err != nil {
			return nil, err
		}
		where := m.FormTitle + " " + m.Receipt()
		survey.EachLeaf(d, m.Answers, func(path form.Path, f *form.Field, value string) {
			label := f.Label.In(survey.LanguageFor(d, string(r.Language)), d)
			if label == "" {
				label = string(path)
			}
			lines = append(lines, []any{where, label, value})
		})
		for _, p := range m.Places {
			if p.Former {
				lines = append(lines, []any{where, fmt.Sprintf("%s（%s）", p.Label, say(r, "personal.former")), p.Text})
			}
		}
	}
	for _, m := range found.Cases {
		lines = append(lines, []any{m.Title, say(r, "case.title"), m.Title})
		for _, p := range m.Places {
			name := p.Name
			if p.Former {
				name += "（" + say(r, "personal.former") + "）"
			}
			lines = append(lines, []any{m.Title, name, p.Text})
		}
	}
	for _, m := range found.Assignments {
		for _, note := range m.Notes {
			lines = append(lines, []any{say(r, "assignment.list"), say(r, "assignment.note"), note})
		}
	}
	for _, a := range found.Accounts {
		lines = append(lines, []any{say(r, "personal.accounts"), "", a})
	}
	return lines, nil
}

func writePersonSheet(r *Request, w io.Writer, lines [][]any) error {
	book, err := table.NewWorkbook()
	if err != nil {
		return err
	}
	defer book.Close()
	sheet, err := book.Sheet(say(r, "personal.sheet"), []string{say(r, "personal.where"), say(r, "personal.what"), say(r, "personal.saidThere")})
	for i := 0; err == nil && i < len(lines); i++ {
		err = sheet.Row(lines[i])
	}
	if err == nil {
		_, err = book.WriteTo(w)
	}
	return err
}
