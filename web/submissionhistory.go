package web

import (
	"tianye/survey"
	"tianye/survey/form"
)

type historyPage struct {
	Page
	Submission survey.Submission
	Former     []formerSheet
}

// formerSheet is a former revision, with what the next one changed marked.
type formerSheet struct {
	survey.Submission
	CaseTitle   string
	CaseChanged bool
	Answers     sheetRows
}

// submissionHistory shows the former revisions as sheets.
func (s *Server) submissionHistory(r *Request) error {
	sub, err := s.mayRead(r)
	if err != nil {
		return err
	}
	former, err := s.Surveys.Former(r, r.Project.ID, sub.ID)
	if err != nil {
		return err
	}
	cases, err := s.allCaseNames(r)
	if err != nil {
		return err
	}
	page := &historyPage{Page: s.page(r, "submission.history"), Submission: sub}
	next := sub
	for _, f := range former {
		sheet, err := s.sheet(r, page.Page, f)
		if err != nil {
			return err
		}
		sheet.mark(leaves(sheet.d, next.Answers))
		page.Former = append(page.Former, formerSheet{f, titleAmong(cases, f.CaseID), f.CaseID != next.CaseID, sheetRows{page.Page, sheet.rows}})
		next = f
	}
	return s.show(r, "submission/history", page)
}

// mark marks the rows whose answers became others.
func (b *sheetBuilder) mark(next map[form.Path]string) {
	for i := range b.rows {
		row := &b.rows[i]
		row.Changed = !row.Section && !row.Hidden && row.Raw != next[row.Path]
	}
}
