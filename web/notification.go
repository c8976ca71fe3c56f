package web

import (
	"net/url"

	"tianye/internal/id"
	"tianye/survey"
)

// notificationsPage is one's notices of all projects.
type notificationsPage struct {
	Page
	Notices []notice
	Next    string // the address of the next page; "" on the last
}

type notice struct {
	survey.Notice
	ProjectTitle string
}

// noticePage is how many notices a page shows.
const noticePage = 50

// notifications shows the sender's notices, the newest first.
func (s *Server) notifications(r *Request) error {
	projects, err := s.Accounts.ProjectsOf(r, r.User)
	if err != nil {
		return err
	}
	titles := map[id.ProjectID]string{}
	var reached []id.ProjectID
	for _, p := range projects {
		titles[p.ID] = p.Title
		reached = append(reached, p.ID)
	}
	page := notificationsPage{Page: s.page(r, "review.notices")}
	list, next, err := s.Surveys.Notices(r, r.User.ID, reached, r.Query("after"), noticePage)
	if err != nil {
		return err
	}
	for _, n := range list {
		page.Notices = append(page.Notices, notice{n, titles[n.ProjectID]})
	}
	if next != "" {
		page.Next = "/notifications?after=" + url.QueryEscape(next)
	}
	return s.show(r, "notification/list", page)
}

// readNotices marks one notice as read and goes on to what it is about, or all of them.
func (s *Server) readNotices(r *Request) error {
	if err := s.Surveys.ReadNotices(r, r.User.ID, r.Field("notice")); err != nil {
		return err
	}
	if to := r.Field("to"); to != "" {
		return r.To(localPath(to), "")
	}
	return r.To("/notifications", "")
}
