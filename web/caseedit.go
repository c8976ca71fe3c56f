package web

import (
	"errors"
	"html/template"
	"net/http"
	"strconv"
	"strings"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/internal/problem"
)

type caseForm struct {
	Page
	ID         id.CaseID // "" of a new one
	Revision   int64
	Edit       casebase.Edit
	States     []casebase.State
	Attributes []casebase.Attribute // the lines of the page, empty ones at the end
	Known      []string             // the project's attribute names
	Preview    template.HTML
	Error      string
	Details    []detailJSON
	Conflict   *conflictView
}

// conflictView shows what somebody else saved meanwhile.
type conflictView struct {
	Name       string
	Merged     bool
	Difference *casebase.Difference // from theirs to what is in the editor
	Current    casebase.Case
}

func (s *Server) newCase(r *Request) error {
	edit := casebase.Edit{State: casebase.StateDraft}
	for _, value := range r.Limit.Values[:min(len(r.Limit.Values), 1)] { // else it could not be saved
		edit.Attributes = []casebase.Attribute{{Name: r.Limit.Attribute, Type: casebase.TypeChoice, Value: value}}
	}
	return s.showCaseForm(r, http.StatusOK, &caseForm{Page: s.page(r, "case.new"), Edit: edit})
}

func (s *Server) editCase(r *Request) error {
	c, err := s.caseOf(r)
	if err != nil {
		return err
	}
	return s.showCaseForm(r, http.StatusOK, &caseForm{Page: s.page(r, "case.edit"), ID: c.ID, Revision: c.Revision, Edit: c.Edit})
}

// showCaseForm completes the lines of the attributes: the case's own, those that
// other cases of the project have, and empty ones.
func (s *Server) showCaseForm(r *Request, status int, f *caseForm) error {
	known, err := s.Cases.Attributes(r, r.Project.ID)
	if err != nil {
		return err
	}
	f.States = casebase.States
	f.Attributes = append(f.Attributes, f.Edit.Attributes...)
	for _, a := range known {
		f.Known = append(f.Known, a.Name)
		if _, has := f.Edit.Attribute(a.Name); !has && 2*a.Cases >= len(known) && a.Cases > 1 {
			f.Attributes = append(f.Attributes, casebase.Attribute{Name: a.Name, Type: a.Type})
		}
	}
	for range 2 {
		f.Attributes = append(f.Attributes, casebase.Attribute{Type: casebase.TypeText})
	}
	html, err := casebase.RenderMarkdown(f.Edit.Text, s.casePath(r, f.ID)+"/files/")
	if err != nil {
		return err
	}
	f.Preview = template.HTML(html)
	return s.render(r, status, "case/edit", f)
}

func editOf(r *Request) casebase.Edit {
	e := casebase.Edit{Title: r.Field("title"), State: casebase.State(r.Field("state")), Text: r.Request.PostFormValue("text")}
	names, types, values := r.Request.PostForm["attribute-name"], r.Request.PostForm["attribute-type"], r.Request.PostForm["attribute-value"]
	for i, name := range names {
		if i < len(types) && i < len(values) && strings.TrimSpace(values[i]) != "" {
			e.Attributes = append(e.Attributes, casebase.Attribute{Name: strings.TrimSpace(name), Type: casebase.AttributeType(types[i]), Value: values[i]})
		}
	}
	return e
}

func (s *Server) createCase(r *Request) error {
	edit := editOf(r)
	c, err := s.Cases.Create(r, r.User.ID, r.Project.ID, edit)
	if err != nil {
		return s.refuseCase(r, &caseForm{Page: s.page(r, "case.new"), Edit: edit}, err)
	}
	r.did(string(c.ID), "")
	return r.To(s.casePath(r, c.ID), "case.saved")
}

func (s *Server) saveCase(r *Request) error {
	revision, err := strconv.ParseInt(r.Field("revision"), 10, 64)
	if err != nil || !id.Valid(r.Param("case")) {
		return problem.New(problem.Malformed, "web.bodyUnreadable").Because(err)
	}
	caseID, edit := id.CaseID(r.Param("case")), editOf(r)
	c, err := s.Cases.Save(r, r.User.ID, r.Project.ID, caseID, revision, edit)
	if err != nil {
		return s.refuseCase(r, &caseForm{Page: s.page(r, "case.edit"), ID: caseID, Revision: revision, Edit: edit}, err)
	}
	r.did(string(c.ID), "")
	r.revised(revision, c.Revision)
	return r.To(s.casePath(r, c.ID), "case.saved")
}

// refuseCase shows the editor again with all that was written, and what is wrong;
// after a conflict with what somebody else saved meanwhile beside it.
func (s *Server) refuseCase(r *Request, f *caseForm, err error) error {
	p := problem.From(err)
	var conflict *casebase.Conflict
	switch {
	case errors.As(err, &conflict) && conflict.Current.Deleted:
		f.Revision, f.Error = conflict.Current.Revision, f.Say(p.Text)
	case errors.As(err, &conflict):
		names, err := s.Accounts.Names(r, r.Project.ID)
		if err != nil {
			return err
		}
		f.Revision, f.Edit = conflict.Current.Revision, conflict.Yours
		if conflict.Merged != nil {
			f.Edit = *conflict.Merged
		}
		mine := conflict.Current
		mine.Edit = f.Edit
		f.Conflict = &conflictView{Name: names[conflict.Current.UpdatedBy], Merged: conflict.Merged != nil,
			Difference: casebase.Compare(conflict.Current, mine), Current: conflict.Current}
	case p.Kind == problem.Invalid, p.Text.Key == "scope.outside":
		f.Error = f.Say(p.Text)
		for _, d := range p.Details {
			f.Details = append(f.Details, detailJSON{d.Where, f.Say(d.Text)})
		}
	default:
		return err
	}
	return s.showCaseForm(r, statuses[p.Kind], f)
}

// previewDocument renders what is in the editor.
func (s *Server) previewDocument(r *Request) error {
	text := r.Request.PostFormValue("text")
	if len(text) > casebase.MaxText {
		return problem.New(problem.TooLarge, "case.text.long", casebase.MaxText>>20)
	}
	html, err := casebase.RenderMarkdown(text, s.casePath(r, id.CaseID(r.Field("case")))+"/files/")
	if err != nil {
		return err
	}
	r.Data(http.StatusOK, "text/html; charset=utf-8", []byte(html))
	return nil
}
