package web

import (
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
)

const uploadLimit = survey.MaxWorkbook + 1<<20

type formsPage struct {
	Page
	Forms      []survey.Form
	FileName   string // of a workbook that was refused
	Complaints []survey.Complaint
	Error      string
	InBin      bool // the form is in the recycle bin
}

func (s *Server) forms(r *Request) error {
	page, err := s.formsPage(r)
	if err != nil {
		return err
	}
	return s.show(r, "form/list", page)
}

func (s *Server) formsPage(r *Request) (formsPage, error) {
	forms, err := s.Surveys.Forms(r, r.Project.ID)
	return formsPage{Page: s.page(r, "form.title"), Forms: forms}, err
}

// uploadForm takes a workbook: of any form on the list's page, of the form in the
// path on its own. Errors are shown all at once, and nothing is taken.
func (s *Server) uploadForm(r *Request) error {
	file, header, err := r.upload("workbook", "form.chooseFile")
	if err != nil {
		return s.refuseWorkbook(r, "", nil, err)
	}
	defer file.Close()
	name, err := fileName(header.Filename)
	if err != nil {
		return s.refuseWorkbook(r, "", nil, err)
	}
	workbook, err := io.ReadAll(io.LimitReader(file, survey.MaxWorkbook+1))
	if err != nil {
		return bodyProblem(err)
	}
	media, shut, err := r.uploads("media")
	if err != nil {
		return err
	}
	defer shut()
	expected := id.FormID(r.Param("form"))
	f, complaints, err := s.Surveys.Upload(r, r.Project.ID, r.User.ID, workbook, name, expected, media...)
	if err != nil || f.ID == "" {
		return s.refuseWorkbook(r, name, complaints, err)
	}
	r.did(string(f.ID), f.Title)
	r.changed("", name)
	if f.Revision == 1 { // a new form's doubtful submissions wait; others are decided at its page
		if _, err := s.Surveys.SetReviewRule(r, r.Project.ID, f.ID, f.Revision, survey.ReviewRule{Mode: survey.HoldFlagged}); err != nil {
			return err
		}
	}
	return r.To(s.formPath(r, f.ID), "form.uploaded")
}

func (s *Server) refuseWorkbook(r *Request, fileName string, complaints []survey.Complaint, cause error) error {
	status, sentence := http.StatusUnprocessableEntity, ""
	if cause != nil {
		p := problem.From(cause)
		if p.Kind == problem.Internal || p.Kind == problem.Unavailable {
			return cause
		}
		status, sentence = statuses[p.Kind], message.Sprint(r.Language, p.Text)
	}
	page, err := s.formsPage(r)
	if err != nil {
		return err
	}
	page.FileName, page.Complaints, page.Error = fileName, complaints, sentence
	page.InBin = cause != nil && problem.From(cause).Text.Key == "bin.nameTaken"
	return s.render(r, status, "form/list", page)
}

func (s *Server) formPath(r *Request, f id.FormID) string {
	return "/p/" + string(r.Project.ID) + "/forms/" + string(f)
}

type formPage struct {
	Page
	Form  survey.Form
	Names map[id.UserID]string
	Count int                // submissions
	Media []survey.MediaLine // of the draft, else of the current version
}

// Missing are the names of the media files that are needed and not there.
func (p formPage) Missing() string {
	var names []string
	for _, line := range p.Media {
		if line.State == survey.MediaMissing {
			names = append(names, line.Name)
		}
	}
	return strings.Join(names, message.T(p.Language, "media.comma"))
}

// MediaVersion is the version whose media files are shown; 0 is the draft.
func (p formPage) MediaVersion() int {
	if p.Form.Draft == nil && p.Form.Current() != nil {
		return p.Form.Current().Number
	}
	return 0
}

// Newest lists the versions, the current one first.
func (p formPage) Newest() []survey.Version {
	versions := slices.Clone(p.Form.Versions)
	slices.Reverse(versions)
	return versions
}

// Drafted is the draft's warnings as the part "complaints" shows them.
func (p formPage) Drafted() formsPage {
	return formsPage{Page: p.Page, Complaints: p.Form.Draft.Warnings}
}

func (s *Server) showForm(r *Request) error {
	f, err := s.Surveys.Form(r, r.Project.ID, id.FormID(r.Param("form")))
	if err != nil {
		return err
	}
	names, err := s.Accounts.Names(r, r.Project.ID)
	if err != nil {
		return err
	}
	list, err := s.Surveys.List(r, r.Project.ID, survey.Filter{FormID: f.ID}, "", 1)
	if err != nil {
		return err
	}
	page := formPage{Page: s.page(r, "form.title"), Form: f, Names: names, Count: list.Total}
	page.Title = f.Title
	if page.Media, err = s.mediaLines(r, f, page.MediaVersion()); err != nil {
		return err
	}
	return s.show(r, "form/show", page)
}

func (s *Server) publishForm(r *Request) error {
	revision, err := strconv.ParseInt(r.Field("revision"), 10, 64)
	if err != nil {
		return problem.New(problem.Malformed, "web.bodyUnreadable").Because(err)
	}
	f, err := s.Surveys.Publish(r, r.Project.ID, r.User.ID, id.FormID(r.Param("form")), revision)
	if err != nil {
		return err
	}
	r.did(string(f.ID), f.Title)
	r.changed("", say(r, "form.versionNumber", f.Current().Number))
	return r.To(s.formPath(r, f.ID), "form.published")
}

// formWorkbook gives the workbook of a version back as it was uploaded.
func (s *Server) formWorkbook(r *Request) error {
	number, err := strconv.Atoi(r.DefaultQuery("version", "0"))
	if err != nil {
		return problem.New(problem.NotFound, "web.noPage")
	}
	a, content, err := s.Surveys.Workbook(r, r.Project.ID, id.FormID(r.Param("form")), number)
	if err != nil {
		return err
	}
	defer content.Close()
	return sendFile(r, sentFile{a.Name, a.Hash, a.ContentType, a.Size}, content)
}

// publishedForms are the project's, with the place of the wanted one, else of that in work; -1 when
// none is published.
func (s *Server) publishedForms(r *Request, wanted id.FormID) ([]survey.Form, int, error) {
	forms, err := s.Surveys.Forms(r, r.Project.ID)
	if err != nil {
		return nil, -1, err
	}
	forms = slices.DeleteFunc(forms, func(f survey.Form) bool { return f.Current() == nil })
	sought := wanted
	if wanted == "" {
		if sought, err = s.Surveys.InWork(r, r.Project.ID); err != nil {
			return nil, -1, err
		}
	}
	at := slices.IndexFunc(forms, func(f survey.Form) bool { return f.ID == sought })
	switch {
	case at < 0 && wanted != "":
		return nil, -1, problem.New(problem.NotFound, "submission.noForm")
	case at < 0 && len(forms) > 0:
		at = 0
	}
	return forms, at, nil
}
