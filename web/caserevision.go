package web

import (
	"fmt"
	"net/url"
	"strconv"

	"tianye/casebase"
	"tianye/internal/id"
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
	if page.Names, err = s.Accounts.Names(r, r.Project.ID); err != nil {
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
	page, err := s.casePage(r, c, fmt.Sprintf("%s/revisions/%d/files/", s.casePath(r, c.ID), c.Revision))
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
	file, header, err := r.upload("file", "case.chooseFile")
	if err != nil {
		return err
	}
	defer file.Close()
	after, _, err := s.Cases.Attach(r, r.User.ID, r.Project.ID, c.ID, header.Filename, file)
	if err != nil {
		return err
	}
	r.did(string(c.ID), "")
	r.revised(c.Revision, after.Revision)
	return r.To(s.casePath(r, c.ID), "case.attached")
}

func (s *Server) detachFromCase(r *Request) error {
	c, err := s.caseOf(r)
	if err != nil {
		return err
	}
	after, err := s.Cases.Detach(r, r.User.ID, r.Project.ID, c.ID, r.Field("name"))
	if err != nil {
		return err
	}
	r.did(string(c.ID), "")
	r.revised(c.Revision, after.Revision)
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
	return sendFile(r, sentFile{a.Name, a.Hash, a.ContentType, a.Size}, content)
}

// formerCaseFile gives an attachment of a former revision, which may be gone by now
// or have another content.
func (s *Server) formerCaseFile(r *Request) error {
	c, err := s.caseOf(r)
	if err != nil {
		return err
	}
	a, content, err := s.Cases.OpenFormerAttachment(r, r.Project.ID, c.ID, number(r.Param("revision"), 0), r.Param("name"))
	if err != nil {
		return err
	}
	defer content.Close()
	return sendFile(r, sentFile{a.Name, a.Hash, a.ContentType, a.Size}, content)
}

// difference is what changed between two revisions, in the reader's words.
type difference struct {
	Changes []labelledChange
	Hunks   []casebase.Hunk
}

// Shown puts a difference into the reader's words.
func (p Page) Shown(d *casebase.Difference) difference {
	out := difference{Hunks: d.Hunks}
	for _, f := range d.Fields {
		c := labelledChange{f.Name, f.Old, f.New}
		switch f.Kind {
		case casebase.FieldTitle:
			c.Label = p.T("case.title")
		case casebase.FieldState:
			c = labelledChange{p.T("case.state"), p.Say(casebase.State(f.Old).Label()), p.Say(casebase.State(f.New).Label())}
		case casebase.FieldAttachment: // its values are hashes
			c = labelledChange{Label: p.T("case.files")}
			if f.Old != "" {
				c.Old = f.Name
			}
			if f.New != "" {
				c.New = f.Name
			}
		}
		out.Changes = append(out.Changes, c)
	}
	return out
}

// PathEscape makes a name part of a path.
func (p Page) PathEscape(name string) string { return url.PathEscape(name) }
