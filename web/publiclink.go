package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// linkRoutes is what the paths begin with that residents open.
const linkRoutes = "/l/:link"

var publicLinkRoutes = []Route{
	{get, "/p/:project/forms/:form/links", account.ManageLink, (*Server).publicLinks, 0},
	{post, "/p/:project/forms/:form/links", account.ManageLink, (*Server).makeLink, 0},
	{get, "/p/:project/links/:link", account.ManageLink, (*Server).showLink, 0},
	{post, "/p/:project/links/:link", account.ManageLink, (*Server).saveLink, 0},
	{post, "/p/:project/links/:link/close", account.ManageLink, (*Server).closeLink, 0},
	{post, "/p/:project/links/:link/reopen", account.ManageLink, (*Server).closeLink, 0},
	{post, "/p/:project/links/:link/delete", account.ManageLink, (*Server).deleteLink, 0},
	{post, "/p/:project/links/:link/restore", account.ManageLink, (*Server).restoreLink, 0},
	{get, "/p/:project/links/:link/qr.png", account.ManageLink, (*Server).linkPNG, 0},
	{get, "/p/:project/links/:link/qr.svg", account.ManageLink, (*Server).linkSVG, 0},
	{get, "/p/:project/links/:link/poster", account.ManageLink, (*Server).linkPoster, 0},
	{post, "/p/:project/links/:link/codes", account.ManageLink, (*Server).makeCodes, 0},
	{post, "/p/:project/links/:link/codes/table.xlsx", account.ManageLink, (*Server).codeTable, 0},
	{get, "/p/:project/links/:link/suggestions", account.Review, (*Server).suggestions, 0},
	{post, "/p/:project/links/:link/suggestions/:submission", account.Review, (*Server).answerSuggestion, 0},

	{get, "/l/:link", account.Anyone, (*Server).openLink, 0},
	{post, "/l/:link/code", account.Anyone, (*Server).checkCode, 0},
	{post, "/l/:link/submissions", account.Anyone, (*Server).submitByLink, linkLimit},
	{get, "/l/:link/versions/:version/media/:name", account.Anyone, (*Server).linkMedia, 0},
	{get, "/l/:link/board", account.Anyone, (*Server).linkBoard, 0},
	{post, "/l/:link/board", account.Anyone, (*Server).trackSuggestion, 0},
}

type linksPage struct {
	Page
	Form   survey.Form
	Links  []linkLine
	Fields linkFields
	Closed string // why the form cannot be opened to the public
	Error  *problem.Problem
}

// linkLine is a link in the list of a form's.
type linkLine struct {
	survey.PublicLink
	Counts survey.LinkCounts
	State  survey.LinkState
}

func (s *Server) publicLinks(r *Request) error {
	page, err := s.linksPage(r, id.FormID(r.Param("form")))
	if err != nil {
		return err
	}
	return s.show(r, "publiclink/list", page)
}

func (s *Server) linksPage(r *Request, formID id.FormID) (*linksPage, error) {
	f, err := s.Surveys.Form(r, r.Project.ID, formID)
	if err != nil {
		return nil, err
	}
	page := &linksPage{Page: s.page(r, "publiclink.title"), Form: f}
	page.Section = "forms"
	links, err := s.Surveys.Links(r, r.Project.ID, false)
	if err != nil {
		return nil, err
	}
	links = slices.DeleteFunc(links, func(l survey.PublicLink) bool { return l.FormID != f.ID })
	counts, err := s.Surveys.CountLinks(r, r.Project.ID, f.ID, links, s.today())
	if err != nil {
		return nil, err
	}
	for i, l := range links {
		page.Links = append(page.Links, linkLine{l, counts[i], l.State(s.Now())})
	}
	if err := s.Surveys.Opens(r, r.Project.ID, f.ID); err != nil {
		if !problem.Is(err, problem.Invalid) {
			return nil, err
		}
		page.Closed = page.Say(problem.From(err).Text)
		return page, nil
	}
	page.Fields = linkFields{Title: f.Title, Once: string(survey.OncePerDevice)}
	page.Fields.Questions, err = s.linkQuestions(r, f)
	return page, err
}

// today is when this day began.
func (s *Server) today() time.Time {
	year, month, day := s.Now().In(s.location).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, s.location)
}

func (s *Server) makeLink(r *Request) error {
	f, err := s.Surveys.Form(r, r.Project.ID, id.FormID(r.Param("form")))
	if err != nil {
		return err
	}
	set, err := s.linkSettings(r, f)
	var l survey.PublicLink
	if err == nil {
		l, err = s.Surveys.MakeLink(r, r.Project.ID, r.User.ID, f.ID, set)
	}
	if problem.Is(err, problem.Invalid) {
		page, failed := s.linksPage(r, f.ID)
		if failed != nil {
			return failed
		}
		page.Error, page.Fields = problem.From(err), r.sentFields(page.Fields.Questions)
		return s.render(r, statuses[problem.Invalid], "publiclink/list", page)
	}
	if err != nil {
		return err
	}
	r.did(string(l.ID), l.Settings.Title)
	return r.To(linkPath(&l), "publiclink.made")
}

func linkPath(l *survey.PublicLink) string {
	return "/p/" + string(l.ProjectID) + "/links/" + string(l.ID)
}

func (s *Server) linkOf(r *Request) (survey.PublicLink, error) {
	return s.Surveys.Link(r, r.Project.ID, id.LinkID(r.Param("link")))
}

func (r *Request) revision() (int64, error) {
	revision, err := strconv.ParseInt(r.Field("revision"), 10, 64)
	if err != nil {
		return 0, problem.New(problem.Malformed, "web.bodyUnreadable").Because(err)
	}
	return revision, nil
}

func (s *Server) saveLink(r *Request) error {
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	revision, err := r.revision()
	if err != nil {
		return err
	}
	f, err := s.Surveys.Form(r, r.Project.ID, l.FormID)
	if err != nil {
		return err
	}
	set, err := s.linkSettings(r, f)
	var saved survey.PublicLink
	if err == nil {
		saved, err = s.Surveys.SaveLink(r, r.Project.ID, l.ID, revision, set)
	}
	if problem.Is(err, problem.Invalid) {
		page, failed := s.linkPage(r, l, f)
		if failed != nil {
			return failed
		}
		page.Error, page.Fields = problem.From(err), r.sentFields(page.Fields.Questions)
		return s.render(r, statuses[problem.Invalid], "publiclink/show", page)
	}
	if err != nil {
		return err
	}
	r.did(string(l.ID), saved.Settings.Title)
	r.revised(revision, saved.Revision)
	return r.To(linkPath(&l), "publiclink.saved")
}

// closeLink closes a link, or opens it again.
func (s *Server) closeLink(r *Request) error {
	revision, err := r.revision()
	if err != nil {
		return err
	}
	closed := strings.HasSuffix(r.FullPath(), "/close")
	l, err := s.Surveys.CloseLink(r, r.Project.ID, id.LinkID(r.Param("link")), revision, closed)
	if err != nil {
		return err
	}
	r.did(string(l.ID), l.Settings.Title)
	if closed {
		return r.To(linkPath(&l), "publiclink.closedNow")
	}
	return r.To(linkPath(&l), "publiclink.reopened")
}

func (s *Server) deleteLink(r *Request) error {
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	r.about(string(l.ID), l.Settings.Title)
	why, err := r.why()
	if err != nil {
		return err
	}
	if _, err := s.Surveys.DeleteLink(r, r.Project.ID, r.User.ID, l.ID, why); err != nil {
		return err
	}
	return r.To(s.formPath(r, l.FormID)+"/links?undo=links/"+string(l.ID), keyBinned)
}

func (s *Server) restoreLink(r *Request) error {
	l, err := s.Surveys.RestoreLink(r, r.Project.ID, id.LinkID(r.Param("link")))
	if err != nil {
		return err
	}
	r.did(string(l.ID), l.Settings.Title)
	return r.restoredTo(id.KindLink, string(l.ID))
}

// senders are the names of all by whom submissions come: people, app users, tokens, and public links.
func (s *Server) senders(r *Request) (map[id.UserID]string, error) {
	names, err := s.Accounts.Names(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	links, err := s.Surveys.Links(r, r.Project.ID, true)
	for _, l := range links {
		names[id.UserID(l.ID)] = say(r, "publiclink.by", l.Settings.Title)
	}
	return names, err
}
