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

// formerSheet is a former revision, with what the next one changed marked, and both side by side.
type formerSheet struct {
	survey.Submission
	CaseTitle   string
	CaseChanged bool
	Answers     sheetRows
	Next        int64 // the revision that followed
	Versus      []labelledChange
}

// submissionHistory shows the former revisions as sheets. Those that only a comment followed are left out.
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
	after, err := s.sheet(r, page.Page, sub)
	if err != nil {
		return err
	}
	for _, f := range former {
		if n := len(next.Events); n > len(f.Events) && next.Events[n-1].Remark {
			next.Events = next.Events[:n-1]
			continue
		}
		sheet, err := s.sheet(r, page.Page, f)
		if err != nil {
			return err
		}
		sheet.mark(leaves(sheet.d, next.Answers))
		page.Former = append(page.Former, formerSheet{f, titleAmong(cases, f.CaseID), f.CaseID != next.CaseID,
			sheetRows{Page: page.Page, Rows: sheet.rows}, next.Revision, versus(sheet, after)})
		next, after = f, sheet
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

// versus puts the answers of two revisions that differ side by side, in the later one's order.
func versus(before, after *sheetBuilder) (changes []labelledChange) {
	was := map[form.Path]sheetRow{}
	for _, row := range before.rows {
		if !row.Section && !row.Hidden {
			was[row.Path] = row
		}
	}
	for _, row := range after.rows {
		old := was[row.Path]
		delete(was, row.Path)
		if !row.Section && !row.Hidden && row.Raw != old.Raw {
			changes = append(changes, labelledChange{row.Label, old.Value, row.Value})
		}
	}
	for _, row := range before.rows {
		if _, gone := was[row.Path]; gone && row.Raw != "" {
			changes = append(changes, labelledChange{row.Label, row.Value, ""})
		}
	}
	return changes
}
