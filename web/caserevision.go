package web

import (
	"net/url"
	"strconv"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/internal/problem"
)

type revisionsPage struct {
	Page
	Case       casebase.Case
	Revisions  []casebase.Revision
	Names      map[id.UserID]string
	From, To   int64
	Difference *casebase.Difference
}

// caseRevisions lists the revisions, and shows the difference between two of them.
func (s *Server) caseRevisions(r *Request) error {
	c, err := s.caseOf(r)
	if err != nil {
		return err
	}
	page := revisionsPage{Page: s.page(r, "case.revisions"), Case: c}
	if page.Names, err = s.Accounts.Names(r); err != nil {
		return err
	}
	if page.Revisions, err = s.Cases.Revisions(r, r.Project.ID, c.ID); err != nil {
		return err
	}
	page.To = number(r.Query("to"), c.Revision)
	page.From = number(r.Query("from"), page.To-1)
	if page.From >= 1 && page.From != page.To {
		if page.Difference, err = s.Cases.Diff(r, r.Project.ID, c.ID, page.From, page.To); err != nil {
			return err
		}
	}
	return s.show(r, "case/revisions", page)
}

func number(text string, otherwise int64) int64 {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n
	}
	return otherwise
}

func (s *Server) caseRevision(r *Request) error {
	if _, err := s.caseOf(r); err != nil {
		return err
	}
	c, err := s.Cases.Revision(r, r.Project.ID, id.CaseID(r.Param("case")), number(r.Param("revision"), 0))
	if err != nil {
		return err
	}
	page, err := s.casePage(r, c)
	if err != nil {
		return err
	}
	page.Revision = c.Revision
	return s.show(r, "case/show", page)
}

func (s *Server) attachToCase(r *Request) error {
	c, err := s.caseOf(r)
	if err != nil {
		return err
	}
	file, header, err := r.Request.FormFile("file")
	if err != nil {
		return problem.New(problem.Malformed, "case.chooseFile").Because(err)
	}
	defer file.Close()
	if _, _, err := s.Cases.Attach(r, r.User.ID, r.Project.ID, c.ID, header.Filename, file); err != nil {
		return err
	}
	return r.To(s.casePath(r, c.ID), "case.attached")
}

func (s *Server) detachFromCase(r *Request) error {
	c, err := s.caseOf(r)
	if err != nil {
		return err
	}
	if _, err := s.Cases.Detach(r, r.User.ID, r.Project.ID, c.ID, r.Field("name")); err != nil {
		return err
	}
	return r.To(s.casePath(r, c.ID), "case.detached")
}

func (s *Server) caseFile(r *Request) error {
	c, err := s.caseOf(r)
	if err != nil {
		return err
	}
	a, content, err := s.Cases.OpenAttachment(r, r.Project.ID, c.ID, r.Param("name"))
	if err != nil {
		return err
	}
	defer content.Close()
	sendFile(r, a.Name, a.ContentType, a.Size, content)
	return nil
}

// PathEscape makes a name part of a path.
func (p Page) PathEscape(name string) string { return url.PathEscape(name) }
