package web

import (
	"bytes"
	"net/http"
	"net/url"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// boardPage is what all may read of a suggestion box.
type boardPage struct {
	Page
	Link  survey.PublicLink
	Items []survey.Suggestion
	Mine  *survey.SuggestionItem // what was looked up
	Typed string                 // the tracking number as it was typed
	Error string
}

// linkBoard shows the suggestions that the team has published. It is the same for all, and may be kept
// for a while by whoever is in between.
func (s *Server) linkBoard(r *Request) error {
	page, err := s.boardPage(r)
	if err != nil {
		return err
	}
	return s.showBoard(r, http.StatusOK, page, "public, max-age=30")
}

func (s *Server) boardPage(r *Request) (*boardPage, error) {
	l, err := s.enterLink(r)
	if err != nil {
		return nil, err
	}
	if l.Settings.Suggestion == "" || l.Deleted != nil {
		return nil, problem.New(problem.NotFound, "publiclink.noBoard")
	}
	page := &boardPage{Page: s.page(r, "publiclink.board"), Link: l}
	page.Title = l.Settings.Title
	page.Items, err = s.Surveys.Board(r, &l)
	return page, err
}

func (s *Server) showBoard(r *Request, status int, page *boardPage, keep string) error {
	var b bytes.Buffer
	if err := s.pages.byName["publiclink/board"].ExecuteTemplate(&b, "public", page); err != nil {
		return err
	}
	r.Header("Cache-Control", keep)
	r.Header("Vary", "Cookie") // the language
	r.Data(status, "text/html; charset=utf-8", b.Bytes())
	return nil
}

// trackSuggestion shows a resident what became of their own suggestion.
func (s *Server) trackSuggestion(r *Request) error {
	page, err := s.boardPage(r)
	if err != nil {
		return err
	}
	page.Typed = r.Field("number")
	var mine survey.SuggestionItem
	err = s.guessing(r, func() (err error) {
		mine, err = s.Surveys.Track(r, &page.Link, page.Typed)
		return err
	})
	switch {
	case problem.Is(err, problem.NotFound):
		page.Error = page.Say(problem.From(err).Text)
		return s.showBoard(r, http.StatusNotFound, page, "no-store")
	case err != nil:
		return err
	}
	page.Mine = &mine
	return s.showBoard(r, http.StatusOK, page, "no-store")
}

type suggestionsPage struct {
	Page
	Link   survey.PublicLink
	Items  []survey.SuggestionItem
	States []survey.ReplyState
	Names  map[id.UserID]string
	Next   string
	First  bool
}

// suggestionPageSize is how many suggestions a page at the desk shows.
const suggestionPageSize = 20

// suggestions is the desk at which suggestions are answered.
func (s *Server) suggestions(r *Request) error {
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	if l.Settings.Suggestion == "" {
		return problem.New(problem.NotFound, "publiclink.noBoard")
	}
	page := suggestionsPage{Page: s.page(r, "publiclink.suggestions"), Link: l, States: survey.ReplyStates, First: r.Query("after") == ""}
	page.Section = "submissions"
	if page.Items, page.Next, err = s.Surveys.Suggestions(r, &l, r.Query("after"), suggestionPageSize); err != nil {
		return err
	}
	page.Next = url.QueryEscape(page.Next)
	if page.Names, err = s.Accounts.Names(r, r.Project.ID); err != nil {
		return err
	}
	return s.show(r, "publiclink/suggestions", page)
}

// answerSuggestion says what becomes of a suggestion, and whether all may read it.
func (s *Server) answerSuggestion(r *Request) error {
	missing := problem.New(problem.NotFound, "submission.none")
	if !id.Valid(r.Param("submission")) {
		return missing
	}
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	submission := id.SubmissionID(r.Param("submission"))
	if _, err := s.Surveys.SuggestionOf(r, &l, submission); problem.Is(err, problem.NotFound) {
		return missing
	} else if err != nil {
		return err
	}
	revision, err := r.revision()
	if err != nil {
		return err
	}
	reply := survey.Reply{State: survey.ReplyState(r.Field("state")), Text: r.Field("reply")}
	if r.Field("published") != "" {
		reply.Publish = r.Field("public")
	}
	item, err := s.Surveys.Answer(r, &l, r.User.ID, submission, revision, reply)
	if err != nil {
		return err
	}
	r.did(string(submission), survey.Receipt(submission))
	r.changed("", say(r, item.State.Label().Key))
	return r.To(linkPath(&l)+"/suggestions", "publiclink.answered")
}

// Receipt is the number by which people speak of a submission.
func (p suggestionsPage) Receipt(submission id.SubmissionID) string {
	return survey.Receipt(submission)
}
