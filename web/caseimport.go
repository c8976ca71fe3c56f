package web

import (
	"net/http"

	"tianye/casebase"
	"tianye/internal/message"
	"tianye/internal/problem"
)

// importLimit is of a file with cases, in bytes.
const importLimit = 60 << 20

type importPage struct {
	Page
	FileName string
	Preview  *casebase.Preview
	Error    string
	Details  []detailJSON
	New, Old int
	Update   bool // cases whose title is there already
}

func (s *Server) importPage(r *Request) error {
	return s.show(r, "case/import", importPage{Page: s.page(r, "case.import")})
}

func importFile(r *Request) (casebase.File, func(), error) {
	file, header, err := r.upload("file", "case.chooseFile")
	if err != nil {
		return casebase.File{}, nil, err
	}
	return casebase.File{Name: header.Filename, Content: file, Size: header.Size}, func() { file.Close() }, nil
}

// previewImport says what an import would do; the file stays in the browser's form.
func (s *Server) previewImport(r *Request) error {
	page := importPage{Page: s.page(r, "case.import")}
	file, done, err := importFile(r)
	if err == nil {
		defer done()
		page.FileName = file.Name
		page.Preview, err = s.Cases.PreviewImport(r, r.Project.ID, file)
	}
	if err != nil {
		if err := page.refused(err); err != nil {
			return err
		}
		return s.renderPart(r, http.StatusOK, "case/import", "preview", page)
	}
	for _, row := range page.Preview.Rows {
		if row.Existing == "" {
			page.New++
		} else {
			page.Old++
		}
	}
	return s.renderPart(r, http.StatusOK, "case/import", "preview", page)
}

// refused takes what people can mend; the rest is given back.
func (p *importPage) refused(err error) error {
	found := problem.From(err)
	if found.Kind == problem.Internal || found.Kind == problem.Unavailable {
		return err
	}
	p.Error = p.Say(found.Text)
	for _, d := range found.Details {
		p.Details = append(p.Details, detailJSON{d.Where, p.Say(d.Text)})
	}
	return nil
}

func (s *Server) importCases(r *Request) error {
	file, done, err := importFile(r)
	if err != nil {
		return err
	}
	defer done()
	existing := casebase.ExistingSkip
	if r.Field("existing") == string(casebase.ExistingUpdate) {
		existing = casebase.ExistingUpdate
	}
	page := importPage{Page: s.page(r, "case.import"), FileName: file.Name, Update: existing == casebase.ExistingUpdate}
	imported, err := s.Cases.Import(r, r.User.ID, r.Project.ID, file, existing)
	counts := message.T(r.Language, "case.imported", len(imported.Created), len(imported.Updated), len(imported.Unchanged)+len(imported.Skipped))
	r.changed("", counts)
	r.act.done = len(imported.Created)+len(imported.Updated) > 0
	if err != nil {
		if err := page.refused(err); err != nil {
			return err
		}
		return s.render(r, statuses[problem.From(err).Kind], "case/import", page)
	}
	page.Done = counts
	return s.show(r, "case/import", page)
}
