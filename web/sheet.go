package web

import (
	"fmt"
	"html/template"
	"net/url"

	"tianye/internal/account"
	"tianye/internal/id"
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
	CaseInBin  string     // the title of a case in the recycle bin
	Cases      []caseName // to pick from in a correction
	PickedCase id.CaseID
	List       template.URL // the filter of the list from which one came, encoded
	Submitter  string
	Rows       []sheetRow
	Events     []sheetEvent
	Others     []otherFile // that no answer names; for who may see personal data
	Flags      flagsView
	Correcting bool
	reviewDesk
	Error   string
	Details []detailJSON
	Reason  string
	sheet   *sheetBuilder

	MendURL      string      // where the reader mends it; "" when they may not
	Timings      []timingRow // where the form logs them
	TimedMinutes float64
}

// Consent says whether the participant agreed, and when the filling in began with that; "" when the
// form does not ask.
func (p *sheetPage) Consent() string {
	f := p.sheet.d.Consent()
	switch {
	case f == nil:
		return ""
	case p.Submission.Answers[f.Name] != "OK":
		return p.T("personal.consentMissing")
	case p.Submission.Started.IsZero():
		return p.T("personal.consented", p.Time(p.Submission.Received))
	}
	return p.T("personal.consented", p.Time(p.Submission.Started))
}

// sheetRows is what the part "answers" shows.
type sheetRows struct {
	Page
	Rows    []sheetRow
	Asking  bool                 // what is wrong with an answer can be said beside it
	Reasons map[form.Path]string // what was said, as it was last sent
}

// otherFile is an attachment that no answer names: the log of how a form was filled in,
// a picture that was replaced.
type otherFile struct {
	survey.Attachment
	Path string
}

func (b *sheetBuilder) others(sub survey.Submission) []otherFile {
	named := map[string]bool{}
	survey.EachLeaf(b.d, sub.Answers, func(_ form.Path, f *form.Field, value string) {
		named[value] = named[value] || f.Type.IsAttachment()
	})
	var others []otherFile
	for _, a := range sub.Attachments {
		if b.personal && !named[a.Name] {
			others = append(others, otherFile{a, b.base + url.PathEscape(a.Name)})
		}
	}
	return others
}

// Personal tells whether the reader may see personal data in it.
func (p *sheetPage) Personal() bool { return p.sheet.personal }

// Answers are the rows with what they need to be shown.
func (p *sheetPage) Answers() sheetRows {
	return sheetRows{Page: p.Page, Rows: p.Rows, Asking: p.Asking(), Reasons: p.Review.Reasons}
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
	Element  string // what shows the attachment in place: img, audio, video; "" for nothing
	Missing  bool   // a client has not sent the attachment yet
	Hidden   bool   // personal data that the reader may not see
	Personal bool
	Editable bool
	Asked    bool   // a question: what is wrong with its answer can be said
	Reason   string // of an open return
	Changed  bool   // by the revision that followed
	Mended   bool   // since it came; Was is what it was before the last change, as people read it
	Was      string
	Control  string // of the correction: text, textarea, number, date, one, many, confirm
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
	Found   []labelledChange // the rules that it breaks; New says which
	Reasons []labelledChange // why it was returned
}

type labelledChange struct{ Label, Old, New string }

func (s *Server) showSubmission(r *Request) error {
	return s.showSheet(r, false)
}

// showSheet shows the path's submission, to be read or to be corrected.
func (s *Server) showSheet(r *Request, correcting bool) error {
	sub, err := s.mayRead(r)
	if err != nil {
		return err
	}
	page, err := s.sheetPage(r, sub)
	if err != nil {
		return err
	}
	page.Correcting = correcting
	return s.show(r, "submission/show", page)
}

func (s *Server) sheetPage(r *Request, sub survey.Submission) (*sheetPage, error) {
	names, err := s.senders(r)
	if err != nil {
		return nil, err
	}
	cases, err := s.caseNames(r)
	if err != nil {
		return nil, err
	}
	page := &sheetPage{Page: s.page(r, "submission.title"), Submission: sub, Submitter: names[sub.Sender()], Cases: cases, PickedCase: sub.CaseID, List: listQuery(r)}
	if page.sheet, err = s.sheet(r, page.Page, sub); err != nil {
		return nil, err
	}
	page.Rows, page.FormTitle, page.CaseTitle = page.sheet.rows, page.sheet.d.Title, titleAmong(cases, sub.CaseID)
	page.Title = page.FormTitle + " " + sub.Receipt()
	binned, err := s.binnedCases(r)
	if err != nil {
		return nil, err
	}
	page.CaseInBin = titleAmong(binned, sub.CaseID)
	page.Others = page.sheet.others(sub)
	if page.Flags, err = s.flagsOf(r, page.Page, sub); err != nil {
		return nil, err
	}
	for _, event := range sub.Events {
		e := sheetEvent{Event: event, Name: names[event.By]}
		for _, change := range event.Changes {
			if f := fieldAt(page.sheet.d, change.Path); f != nil && f.Type.IsPreload() {
				continue // the device's clock, not what anybody answered
			}
			if change.Path == survey.VarCase {
				e.Changes = append(e.Changes, labelledChange{page.T("submission.case"), page.caseNamed(id.CaseID(change.Old)), page.caseNamed(id.CaseID(change.New))})
			} else {
				e.Changes = append(e.Changes, page.sheet.change(change))
			}
		}
		if e.Name == "" {
			e.Name = page.T("submission.checked")
		}
		e.Found = page.sheet.findings(event.Found)
		for _, reason := range event.Reasons {
			e.Reasons = append(e.Reasons, page.sheet.reason(reason))
		}
		page.Events = append(page.Events, e)
	}
	page.sheet.markMended(sub.Events)
	if err := s.timings(r, page); err != nil {
		return nil, err
	}
	if page.MendURL, err = s.mendURL(r, sub); err != nil {
		return nil, err
	}
	return page, s.desk(r, page, names)
}

// sheet lays out a submission's answers as the reader may see them.
func (s *Server) sheet(r *Request, page Page, sub survey.Submission) (*sheetBuilder, error) {
	texts, err := s.Surveys.Choices(r, r.Project.ID, sub.FormID, sub.Version)
	if err != nil {
		return nil, err
	}
	private, err := s.Surveys.Personal(r, r.Project.ID, sub.FormID)
	if err != nil {
		return nil, err
	}
	program, files := texts.Program, map[string]bool{}
	for _, a := range sub.Attachments {
		files[a.Name] = true
	}
	sheet := &sheetBuilder{files: files, private: private, d: program.Definition, texts: texts, language: survey.LanguageFor(program.Definition, string(r.Language)), page: page,
		base:     fmt.Sprintf("/p/%s/submissions/%s/files/", r.Project.ID, sub.ID),
		personal: r.Can(account.ReadPersonal) || sub.Submitter == r.User.ID,
		labels:   map[form.Path]string{}, relevant: map[form.Path]bool{}, offered: map[form.Path][]form.Choice{}}
	inst, _ := program.Load(sub.Answers, instance.Environment{Now: sub.Received.In(s.location)})
	sheet.note(inst.View())
	sheet.add("", program.Definition.Fields, sub.Answers, 0)
	return sheet, nil
}

// titleAmong is a case's title; "" when there is no such case, or no longer.
func titleAmong(cases []caseName, c id.CaseID) string {
	for _, one := range cases {
		if one.ID == c {
			return one.Title
		}
	}
	return ""
}

// caseNamed names a case in a change, also one that was deleted since.
func (p *sheetPage) caseNamed(c id.CaseID) string {
	if title := titleAmong(p.Cases, c); title != "" || c == "" {
		return title
	}
	return p.T("submission.caseGone")
}

// mayReadFile keeps a file that answers a personal question from who may not see it.
func (s *Server) mayReadFile(r *Request, sub survey.Submission, name string) error {
	if r.Can(account.ReadPersonal) || r.isFor(sub) {
		return nil
	}
	d, err := s.Surveys.Definition(r, r.Project.ID, sub.FormID, sub.Version)
	if err != nil {
		return err
	}
	private, err := s.Surveys.Personal(r, r.Project.ID, sub.FormID)
	if err != nil {
		return err
	}
	open := false
	survey.EachLeaf(d, sub.Answers, func(path form.Path, f *form.Field, value string) {
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
