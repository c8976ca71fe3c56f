package web

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"

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
	Items  []suggestionLine
	States []survey.ReplyState
	Names  map[id.UserID]string
	After  string // where the page begins
	Next   string
}

// suggestionLine is a suggestion with the answer as it is kept, or as it was sent and refused.
type suggestionLine struct {
	survey.SuggestionItem
	Answer    survey.Reply
	Publishes bool
	Error     string
}

// suggestionPageSize is how many suggestions a page at the desk shows.
const suggestionPageSize = 20

// suggestions is the desk at which suggestions are answered.
func (s *Server) suggestions(r *Request) error {
	l, err := s.linkOf(r)
	if err != nil {
		return err
	}
	page, err := s.suggestionsPage(r, l, r.Query("after"))
	if err != nil {
		return err
	}
	return s.show(r, "publiclink/suggestions", page)
}

func (s *Server) suggestionsPage(r *Request, l survey.PublicLink, after string) (*suggestionsPage, error) {
	if l.Settings.Suggestion == "" {
		return nil, problem.New(problem.NotFound, "publiclink.noBoard")
	}
	page := &suggestionsPage{Page: s.page(r, "publiclink.suggestions"), Link: l, States: survey.ReplyStates, After: after}
	page.Section = "submissions"
	items, next, err := s.Surveys.Suggestions(r, &l, after, suggestionPageSize)
	if err != nil {
		return nil, err
	}
	for _, item := range items {
		line := suggestionLine{SuggestionItem: item, Answer: survey.Reply{State: item.State, Text: item.Reply, Publish: item.Text}}
		if item.Published != nil {
			line.Answer.Publish, line.Publishes = item.Published.Text, true
		}
		page.Items = append(page.Items, line)
	}
	page.Next = url.QueryEscape(next)
	page.Names, err = s.Accounts.Names(r, r.Project.ID)
	return page, err
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
	reply, publishes := survey.Reply{State: survey.ReplyState(r.Field("state")), Text: r.Field("reply")}, r.Field("published") != ""
	if publishes {
		reply.Publish = r.Field("public")
	}
	var item survey.SuggestionItem
	if publishes && strings.TrimSpace(reply.Publish) == "" {
		err = problem.New(problem.Invalid, "publiclink.publicEmpty")
	} else {
		item, err = s.Surveys.Answer(r, &l, r.User.ID, submission, revision, reply)
	}
	if problem.Is(err, problem.Invalid) || problem.Is(err, problem.Conflict) {
		reply.Publish = r.Field("public")
		return s.answerAgain(r, l, submission, suggestionLine{Answer: reply, Publishes: publishes}, problem.From(err))
	}
	if err != nil {
		return err
	}
	r.did(string(submission), survey.Receipt(submission))
	r.changed("", say(r, item.State.Label().Key))
	path := linkPath(&l) + "/suggestions"
	if after := r.Field("after"); after != "" {
		path += "?after=" + url.QueryEscape(after)
	}
	return r.To(path, "publiclink.answered")
}

// answerAgain shows the desk with an answer that was refused, as it was sent.
func (s *Server) answerAgain(r *Request, l survey.PublicLink, submission id.SubmissionID, sent suggestionLine, wrong *problem.Problem) error {
	page, err := s.suggestionsPage(r, l, r.Field("after"))
	if err != nil {
		return err
	}
	at := slices.IndexFunc(page.Items, func(line suggestionLine) bool { return line.Submission == submission })
	if at < 0 {
		return wrong
	}
	line := &page.Items[at]
	line.Answer, line.Publishes, line.Error = sent.Answer, sent.Publishes, page.Say(wrong.Text)
	if wrong.Kind == problem.Conflict {
		line.Error = page.T("publiclink.answerChanged", page.Say(line.State.Label()), line.Reply)
	}
	return s.render(r, statuses[wrong.Kind], "publiclink/suggestions", page)
}

// Receipt is the number by which people speak of a submission.
func (p suggestionsPage) Receipt(submission id.SubmissionID) string {
	return survey.Receipt(submission)
}
