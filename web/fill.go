package web

import (
	"slices"
	"strconv"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

// fillPage is the phone's page, with a layout of its own.
type fillPage struct {
	Page
	Data fillData
}

// fillData is what the island fill starts from.
type fillData struct {
	Project  titled           `json:"project"`
	Form     fillForm         `json:"form"`
	User     fillUser         `json:"user"`
	Media    []string         `json:"media"` // names of the version's files, at mediaUrl + name
	MediaURL string           `json:"mediaUrl"`
	Limits   fillLimits       `json:"limits"`
	Cases    []caseName       `json:"cases"`
	CaseID   id.CaseID        `json:"caseId,omitempty"`
	Task     *fieldAssignment `json:"task,omitempty"` // the assignment that the address names
	PostURL  string           `json:"postUrl"`
	ListURL  string           `json:"listUrl"`
	HomeURL  string           `json:"homeUrl"`
	CSRF     string           `json:"csrf"`
	Language string           `json:"language"`
	Preview  bool             `json:"preview"`
	Demo     bool             `json:"demo"`
	Closed   string           `json:"closed,omitempty"` // why nothing new is begun; what is finished is sent
	Link     *fillLink        `json:"link,omitempty"`   // by which residents open it; nil for members
	Weight   int64            `json:"weight,omitempty"` // as fieldForm's
	Stamp    string           `json:"stamp,omitempty"`  // as fieldForm's
}

type titled struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type fillForm struct {
	ID         id.FormID        `json:"id"`
	Title      string           `json:"title"`
	Version    int              `json:"version"`
	Definition *form.Definition `json:"definition"`
}

// fillLimits are of attachments: the most bytes that one, and all of a submission, may
// have, and how many there may be.
type fillLimits struct {
	File  int64 `json:"file"`
	All   int64 `json:"all"`
	Count int   `json:"count"`
}

type fillUser struct {
	ID    id.UserID `json:"id"`
	Name  string    `json:"name"`
	Login string    `json:"login"`
}

type caseName struct {
	ID    id.CaseID `json:"id"`
	Title string    `json:"title"`
	Hint  string    `json:"hint,omitempty"`
}

func (s *Server) fillForm(r *Request) error {
	f, err := s.Surveys.Taking(r, r.Project.ID, id.FormID(r.Param("form")))
	if err != nil {
		return err
	}
	if f.Current() == nil {
		return problem.New(problem.NotFound, "form.notPublished")
	}
	d, err := s.Surveys.Definition(r, r.Project.ID, f.ID, f.Current().Number)
	if err != nil {
		return err
	}
	return s.showFill(r, f, f.Current().Number, d, false)
}

// previewForm shows the draft; without one the current version.
func (s *Server) previewForm(r *Request) error {
	f, err := s.Surveys.Form(r, r.Project.ID, id.FormID(r.Param("form")))
	if err != nil {
		return err
	}
	if f.Draft != nil {
		d, err := s.Surveys.Draft(r, r.Project.ID, f.ID)
		if err != nil {
			return err
		}
		return s.showFill(r, f, 0, d, true)
	}
	if f.Current() == nil {
		return problem.New(problem.NotFound, "form.notPublished")
	}
	d, err := s.Surveys.Definition(r, r.Project.ID, f.ID, f.Current().Number)
	if err != nil {
		return err
	}
	return s.showFill(r, f, f.Current().Number, d, true)
}

func (s *Server) showFill(r *Request, f survey.Form, version int, d *form.Definition, preview bool) error {
	cases, err := s.caseNames(r)
	if err != nil {
		return err
	}
	closed, media := s.fillClosed(r, f), []string{}
	if preview {
		closed = ""
	}
	lines, err := s.mediaLines(r, f, version)
	if err != nil {
		return err
	}
	if closed == "" || r.Query("mend") != "" { // what was returned is mended after the end too
		media = mediaNames(lines)
	}
	var taken fieldForm
	if !preview {
		taken = s.fieldForm(r, f, lines, cases)
	}
	if survey.NamesCase(d) { // then it is not asked, and not said beforehand
		cases = []caseName{}
	}
	base := "/p/" + string(r.Project.ID)
	page := fillPage{Page: s.page(r, "form.fill"), Data: fillData{
		Project: titled{string(r.Project.ID), r.Project.Title},
		Form:    fillForm{f.ID, d.Title, version, d},
		User:    fillUser{r.User.ID, r.User.Name, r.User.Login},
		Media:   media, MediaURL: s.formPath(r, f.ID) + "/versions/" + strconv.Itoa(version) + "/media/",
		Limits: fillLimits{survey.MaxAttachment, submitLimit - defaultLimit, survey.MaxAttachments},
		Cases:  cases, PostURL: base + "/submissions", ListURL: base + "/submissions", HomeURL: base,
		Language: string(r.Language), Preview: preview, Demo: r.Project.Demo, Closed: closed,
		Weight: taken.Weight, Stamp: taken.Stamp,
	}}
	page.Title, page.Data.CSRF = d.Title, page.CSRF
	if page.Data.Task, err = s.fillTask(r, f.ID); err != nil {
		return err
	}
	for _, c := range cases {
		if string(c.ID) == r.Query("case") {
			page.Data.CaseID = c.ID
		}
	}
	return s.show(r, "fill/fill", page)
}

// fillTask is the sender's assignment that the address names, if it is of the form.
func (s *Server) fillTask(r *Request, f id.FormID) (*fieldAssignment, error) {
	wanted := id.AssignmentID(r.Query("assignment"))
	if wanted == "" {
		return nil, nil
	}
	titles, err := s.titles(r)
	if err != nil {
		return nil, err
	}
	all, err := s.fieldAssignments(r, titles)
	at := slices.IndexFunc(all, func(a fieldAssignment) bool { return a.ID == wanted && a.FormID == f && a.HandedTo == "" })
	if at < 0 {
		return nil, err
	}
	return &all[at], err
}
