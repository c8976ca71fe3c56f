package web

import (
	"html/template"
	"slices"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// reviewDesk is what a submission's page has for those who review and comment.
type reviewDesk struct {
	Standing     survey.Standing
	Beside       survey.Neighbours
	Returnable   bool
	Review       reviewForm // as it was last sent
	Readers      []reader   // to be mentioned
	Comment      string
	CommentError string
	Asked        string // of whom it is asked to mend it
}

// HasFormer tells whether there are former revisions to look at: a comment alone makes none.
func (p *sheetPage) HasFormer() bool {
	return p.Submission.Revision > 1 && slices.ContainsFunc(p.Submission.Events, func(e survey.Event) bool { return !e.Remark })
}

// ReaderNames are the names that can be mentioned.
func (p *sheetPage) ReaderNames() []string {
	names := []string{}
	for _, one := range p.Readers {
		names = append(names, one.Name)
	}
	return names
}

// Did says what happened to the submission.
func (p *sheetPage) Did(e sheetEvent) string {
	switch {
	case e.Remark:
		return p.T("review.eventCommented")
	case e.Undo:
		return p.T("review.eventUndone", p.StateName(e.State))
	case e.To != "":
		return p.T("review.eventReturned")
	case e.Instance != "":
		return p.T("review.eventMended") + " · " + p.StateName(e.State)
	}
	return p.StateName(e.State)
}

// stateBadge is a state as lists and pages show it.
type stateBadge struct{ Text, Look string }

// Badge says a review state by what is to be done.
func (p Page) Badge(state survey.ReviewState, standing survey.Standing) stateBadge {
	switch {
	case standing.Returned:
		return stateBadge{p.T("review.queueReturned"), "bad"}
	case standing.Mended && state == survey.Edited:
		return stateBadge{p.T("review.queueMended"), "wait"}
	case state == survey.Received && !standing.Waits:
		return stateBadge{p.T("review.stateKept"), "kept"}
	}
	return stateBadge{p.StateName(state), p.StateLook(state)}
}

// reader is a member who may see a submission.
type reader struct {
	User id.UserID
	Name string
}

// Listed is the parameter by which links keep the list; "" without one.
func (p *sheetPage) Listed() template.URL {
	if p.List == "" {
		return ""
	}
	return template.URL("?list=" + template.URLQueryEscaper(string(p.List)))
}

// Asking tells whether the page lets its reader say what is wrong with answers.
func (p *sheetPage) Asking() bool { return p.Can("submission.review") && p.Returnable && !p.Correcting }

// desk fills in what reviews and comments need.
func (s *Server) desk(r *Request, page *sheetPage, names map[id.UserID]string) (err error) {
	sub := page.Submission
	if page.Standing, err = s.Surveys.Standing(r, sub); err != nil {
		return err
	}
	if r.Can(account.Review) {
		if page.Beside, err = s.neighbours(r, sub); err == nil {
			page.Returnable, err = s.Surveys.Returnable(r, sub)
		}
		if err != nil {
			return err
		}
	}
	if sub.Return != nil {
		page.Asked = page.T("review.waitsFor", page.Time(sub.Return.At), names[sub.Return.To])
		for i := range page.Rows {
			for _, reason := range sub.Return.Reasons {
				if page.Rows[i].Path == reason.Path && !page.Rows[i].Section {
					page.Rows[i].Reason = reason.Text
				}
			}
		}
	}
	page.Readers, err = s.readers(r, sub)
	return err
}

// readers are the members who may see a submission, by name.
func (s *Server) readers(r *Request, sub survey.Submission) ([]reader, error) {
	users, err := s.Surveys.Readers(r, sub)
	if err != nil {
		return nil, err
	}
	names, err := s.Accounts.Names(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	var readers []reader
	for _, u := range users {
		readers = append(readers, reader{u, names[u]})
	}
	slices.SortFunc(readers, func(a, b reader) int { return strings.Compare(a.Name, b.Name) })
	return readers, nil
}

// mentioned finds the members whom a comment mentions as "@name". What else stands behind an @ after a
// blank or at the beginning is a name that nobody has; in the middle of a word it is an address.
func mentioned(text string, readers []reader) ([]id.UserID, error) {
	var found []id.UserID
	for at := 0; ; {
		next := strings.IndexByte(text[at:], '@')
		if next < 0 {
			return found, nil
		}
		at += next + 1
		var who reader
		for _, one := range readers { // the longest: 王明 is not 王明华
			if one.Name != "" && len(one.Name) > len(who.Name) && strings.HasPrefix(text[at:], one.Name) {
				who = one
			}
		}
		switch name := wordAt(text[at:]); {
		case who.User != "" && !slices.Contains(found, who.User):
			found = append(found, who.User)
		case who.User == "" && name != "" && begins(text[:at-1]):
			return nil, problem.New(problem.Invalid, "review.unknownName", name)
		}
	}
}

// begins tells whether a word would begin behind a text.
func begins(before string) bool {
	return before == "" || strings.ContainsAny(before[len(before)-1:], " \n\t\r") || before[len(before)-1] >= 0x80
}

// wordAt is the word with which a text begins.
func wordAt(text string) string {
	end := strings.IndexAny(text, " \n\t\r,.;:!?，。；：！？、）)@")
	if end < 0 {
		end = len(text)
	}
	return text[:end]
}
