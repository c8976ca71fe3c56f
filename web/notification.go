package web

import (
	"maps"
	"net/url"
	"slices"

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
	titles, err := s.titlesOf(r)
	if err != nil {
		return err
	}
	page := notificationsPage{Page: s.page(r, "review.notices")}
	list, next, err := s.Surveys.Notices(r, r.User.ID, slices.Collect(maps.Keys(titles)), r.Query("after"), noticePage)
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

// titlesOf are the titles of the sender's projects.
func (s *Server) titlesOf(r *Request) (map[id.ProjectID]string, error) {
	projects, err := s.Accounts.ProjectsOf(r, r.User)
	titles := map[id.ProjectID]string{}
	for _, p := range projects {
		titles[p.ID] = p.Title
	}
	return titles, err
}

// unread counts what of it the sender has not read.
func (s *Server) unread(r *Request) (int, error) {
	return s.Surveys.Unread(r, r.User.ID, func() ([]id.ProjectID, error) {
		titles, err := s.titlesOf(r)
		return slices.Collect(maps.Keys(titles)), err
	})
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
