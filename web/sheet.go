package web

import (
	"encoding/json"
	"fmt"
	"strings"

	"tianye/internal/account"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
	"tianye/survey/instance"
)

// sheetPage is one submission as a readable sheet.
type sheetPage struct {
	Page
	Submission survey.Submission
	FormTitle  string
	CaseTitle  string
	Submitter  string
	Rows       []sheetRow
	Events     []sheetEvent
	States     []survey.ReviewState
	Review     reviewForm
	Correcting bool
	Error      string
	Details    []detailJSON
	Reason     string
}

// reviewForm is the review as it was last sent.
type reviewForm struct {
	State   survey.ReviewState
	Comment string
	Error   string
}

// sheetRow is a question with its answer, or the head of a section.
type sheetRow struct {
	Path     form.Path
	Label    string
	Hint     string
	Section  bool
	Depth    int
	Value    string // as people read it
	Raw      string // in XForms' lexical form
	File     string // an attachment's path
	Picture  bool
	Hidden   bool // personal data that the reader may not see
	Personal bool
	Editable bool
	Control  string // of the correction: text, textarea, number, date, one, many
	Choices  []sheetChoice
	Error    string
}

type sheetChoice struct {
	Code    string
	Label   string
	Checked bool
}

type sheetEvent struct {
	survey.Event
	Name    string
	Changes []labelledChange
}

type labelledChange struct{ Label, Old, New string }

func (s *Server) showSubmission(r *Request) error {
	sub, err := s.mayRead(r)
	if err != nil {
		return err
	}
	page, err := s.sheetPage(r, sub)
	if err != nil {
		return err
	}
	return s.show(r, "submission/show", page)
}

func (s *Server) sheetPage(r *Request, sub survey.Submission) (*sheetPage, error) {
	program, err := s.Surveys.Program(r, r.Project.ID, sub.FormID, sub.Version)
	if err != nil {
		return nil, err
	}
	names, err := s.Accounts.Names(r)
	if err != nil {
		return nil, err
	}
	page := &sheetPage{Page: s.page(r, "submission.title"), Submission: sub, FormTitle: program.Definition.Title, Submitter: names[sub.Submitter],
		States: []survey.ReviewState{survey.Approved, survey.HasIssues, survey.Rejected, survey.Received}, Review: reviewForm{State: sub.State}}
	if sub.CaseID != "" {
		c, err := s.Cases.Get(r, r.Project.ID, sub.CaseID)
		if err != nil && !problem.Is(err, problem.NotFound) {
			return nil, err
		}
		page.CaseTitle = c.Title
	}
	page.Title = program.Definition.Title + " " + sub.Receipt()
	private, err := s.Surveys.Personal(r, r.Project.ID, sub.FormID)
	if err != nil {
		return nil, err
	}
	sheet := sheetBuilder{private: private, d: program.Definition, language: survey.LanguageFor(program.Definition, string(r.Language)), page: page.Page,
		base:     fmt.Sprintf("/p/%s/submissions/%s/files/", r.Project.ID, sub.ID),
		personal: r.Can(account.ReadPersonal) || sub.Submitter == r.User.ID, labels: map[form.Path]string{}, relevant: map[form.Path]bool{}}
	inst, _ := program.Load(sub.Answers, instance.Environment{Now: sub.Received.In(s.location)})
	sheet.note(inst.View())
	sheet.add("", program.Definition.Fields, sub.Answers, 0)
	page.Rows = sheet.rows
	for _, event := range sub.Events {
		e := sheetEvent{Event: event, Name: names[event.By]}
		for _, change := range event.Changes {
			e.Changes = append(e.Changes, sheet.change(change))
		}
		page.Events = append(page.Events, e)
	}
	return page, nil
}

// mayReadFile keeps a file that answers a personal question from who may not see it.
func (s *Server) mayReadFile(r *Request, sub survey.Submission, name string) error {
	if r.Can(account.ReadPersonal) || sub.Submitter == r.User.ID {
		return nil
	}
	program, err := s.Surveys.Program(r, r.Project.ID, sub.FormID, sub.Version)
	if err != nil {
		return err
	}
	private, err := s.Surveys.Personal(r, r.Project.ID, sub.FormID)
	if err != nil {
		return err
	}
	open := false
	survey.EachLeaf(program.Definition, sub.Answers, func(path form.Path, f *form.Field, value string) {
		open = open || f.Type.IsAttachment() && value == name && !private.Has(path)
	})
	if !open {
		return problem.New(problem.NotFound, "survey.noAttachment", name)
	}
	return nil
}

// StateName says a review state.
func (p Page) StateName(state survey.ReviewState) string { return p.Say(state.Label()) }

// StateLook is the CSS class of a review state's badge.
func (p Page) StateLook(state survey.ReviewState) string {
	switch state {
	case survey.Approved:
		return "good"
	case survey.HasIssues, survey.Rejected:
		return "bad"
	}
	return "wait"
}

type historyPage struct {
	Page
	Submission survey.Submission
	Former     []formerSheet
}

type formerSheet struct {
	Revision int64
	Answers  string
}

// submissionHistory shows the former revisions whole, as they were stored.
func (s *Server) submissionHistory(r *Request) error {
	sub, err := s.mayRead(r)
	if err != nil {
		return err
	}
	former, err := s.Surveys.Former(r, r.Project.ID, sub.ID)
	if err != nil {
		return err
	}
	private, err := s.Surveys.Personal(r, r.Project.ID, sub.FormID)
	if err != nil {
		return err
	}
	page := &historyPage{Page: s.page(r, "submission.history"), Submission: sub}
	for _, f := range former {
		answers := f.Answers
		if !r.Can(account.ReadPersonal) && sub.Submitter != r.User.ID {
			program, err := s.Surveys.Program(r, r.Project.ID, f.FormID, f.Version)
			if err != nil {
				return err
			}
			answers = private.Without(program.Definition, answers)
		}
		var text strings.Builder
		out := json.NewEncoder(&text)
		out.SetEscapeHTML(false) // the page escapes
		out.SetIndent("", "  ")
		if err := out.Encode(answers); err != nil {
			return err
		}
		page.Former = append(page.Former, formerSheet{f.Revision, text.String()})
	}
	return s.show(r, "submission/history", page)
}
