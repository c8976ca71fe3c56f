package survey

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Suggestion is what came of a submission by a link that is a suggestion box: the team's answer, and
// whether all may read both. The suggestion itself is the submission's answer; what is published is a
// copy, which the team may have shortened.
type Suggestion struct {
	ID         string // derived from the tracking number
	ProjectID  id.ProjectID
	Link       id.LinkID
	Submission id.SubmissionID
	State      ReplyState
	Reply      string
	Replied    time.Time `bson:",omitzero"`
	By         id.UserID
	Published  *Publication `bson:",omitempty"`
	Revision   int64        `bson:"-"`
}

// Publication is a suggestion as all may read it.
type Publication struct {
	At   time.Time
	By   id.UserID
	Text string
}

// ReplyState is what becomes of a suggestion.
type ReplyState string

// What becomes of a suggestion.
const (
	ReplyReceived ReplyState = "received"
	ReplyWorking  ReplyState = "working"
	ReplyDone     ReplyState = "done"
	ReplyDeclined ReplyState = "declined"
)

// ReplyStates are all of them, in the order of work.
var ReplyStates = []ReplyState{ReplyReceived, ReplyWorking, ReplyDone, ReplyDeclined}

// Label is the state's name for people.
func (s ReplyState) Label() problem.Text {
	switch s {
	case ReplyWorking:
		return problem.Say("publiclink.replyWorking")
	case ReplyDone:
		return problem.Say("publiclink.replyDone")
	case ReplyDeclined:
		return problem.Say("publiclink.replyDeclined")
	}
	return problem.Say("publiclink.replyReceived")
}

const (
	maxReply  = 2000 // characters
	boardSize = 100  // suggestions on the public board
)

// Tracking is the number by which the sender of a suggestion looks up its answer: "4F7K-M2QX-9D". Nobody
// can tell it from the submission, or the submission from it.
func (l *PublicLink) Tracking(sub id.SubmissionID) string {
	text := []byte(l.derive("tracking", string(sub))[:10])
	for i := range text {
		text[i] = codeLetters[int(text[i])%len(codeLetters)]
	}
	return string(text[:4]) + "-" + string(text[4:8]) + "-" + string(text[8:])
}

// suggestionID is the id of the suggestion with a tracking number, as it was typed.
func (l *PublicLink) suggestionID(tracking string) string {
	tidy := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '－' {
			return -1
		}
		return r
	}, strings.ToUpper(tracking))
	return id.Derived(string(l.ID), "suggestion", tidy)
}

// noteSuggestion makes the suggestion of a submission; the same again changes nothing.
func (s *Service) noteSuggestion(ctx context.Context, l *PublicLink, sub id.SubmissionID, tracking string) error {
	err := s.store.CreateSuggestion(ctx, Suggestion{ID: l.suggestionID(tracking), ProjectID: l.ProjectID, Link: l.ID, Submission: sub, State: ReplyReceived, Revision: 1})
	if problem.Is(err, problem.Conflict) {
		return nil
	}
	return err
}

// KeyNoTracking is said of a tracking number that is none.
const KeyNoTracking = "publiclink.noTracking"

// SuggestionItem is a suggestion with what it says.
type SuggestionItem struct {
	Suggestion
	Text     string
	Received time.Time
}

// Track gives the suggestion of a tracking number.
func (s *Service) Track(ctx context.Context, l *PublicLink, tracking string) (SuggestionItem, error) {
	none := problem.New(problem.NotFound, KeyNoTracking)
	found, err := s.store.Suggestion(ctx, l.ProjectID, l.suggestionID(tracking))
	if problem.Is(err, problem.NotFound) {
		return SuggestionItem{}, none
	}
	if err != nil {
		return SuggestionItem{}, err
	}
	sub, err := s.read(ctx, l.ProjectID, found.Submission)
	if problem.Is(err, problem.NotFound) {
		return SuggestionItem{}, none
	}
	return SuggestionItem{found, lookup(sub.Answers, l.Settings.Suggestion.Names()), sub.Received}, err
}

// SuggestionOf gives the suggestion of a submission, as far as the context reaches.
func (s *Service) SuggestionOf(ctx context.Context, l *PublicLink, submission id.SubmissionID) (SuggestionItem, error) {
	sub, err := s.read(ctx, l.ProjectID, submission)
	if err == nil && sub.Link != l.ID {
		err = problem.New(problem.NotFound, "store.notFound")
	}
	if err != nil {
		return SuggestionItem{}, err
	}
	item := SuggestionItem{Text: lookup(sub.Answers, l.Settings.Suggestion.Names()), Received: sub.Received}
	tracking := l.Tracking(submission)
	item.Suggestion, err = s.store.Suggestion(ctx, l.ProjectID, l.suggestionID(tracking))
	if problem.Is(err, problem.NotFound) { // it came before the link was a suggestion box
		if err = s.noteSuggestion(ctx, l, submission, tracking); err == nil {
			item.Suggestion, err = s.store.Suggestion(ctx, l.ProjectID, l.suggestionID(tracking))
		}
	}
	return item, err
}

// Reply is what the team says to a suggestion.
type Reply struct {
	State   ReplyState
	Text    string
	Publish string // the suggestion as all may read it; "": nobody may
}

// Answer answers a suggestion. revision is the one that the actor saw.
func (s *Service) Answer(ctx context.Context, l *PublicLink, actor id.UserID, submission id.SubmissionID, revision int64, r Reply) (SuggestionItem, error) {
	item, err := s.SuggestionOf(ctx, l, submission)
	if err != nil {
		return item, err
	}
	if item.Revision != revision {
		return item, problem.New(problem.Conflict, "publiclink.changed")
	}
	r.Text, r.Publish = strings.TrimSpace(r.Text), strings.TrimSpace(r.Publish)
	if r.State.Label().Key == ReplyReceived.Label().Key && r.State != ReplyReceived {
		return item, problem.New(problem.Invalid, "publiclink.replyUnknown")
	}
	if utf8.RuneCountInString(r.Text) > maxReply || utf8.RuneCountInString(r.Publish) > maxReply {
		return item, problem.New(problem.Invalid, "publiclink.textLong", maxReply)
	}
	if r.Publish != "" {
		if err := s.publicQuestion(ctx, l.ProjectID, l.FormID, l.Settings.Suggestion); err != nil {
			return item, err
		}
	}
	now := s.now().Truncate(time.Millisecond)
	if r.Text != item.Reply || r.State != item.State {
		item.State, item.Reply, item.Replied, item.By = r.State, r.Text, now, actor
	}
	switch {
	case r.Publish == "":
		item.Published = nil
	case item.Published == nil || item.Published.Text != r.Publish:
		item.Published = &Publication{now, actor, r.Publish}
	}
	err = s.store.ReplaceSuggestion(ctx, item.Suggestion)
	if problem.Is(err, problem.Conflict) {
		err = problem.New(problem.Conflict, "publiclink.changed").Because(err)
	}
	item.Revision++
	return item, err
}

// said is what the team wrote of suggestions, by the submission: replies, and what all may read.
func (s *Service) said(ctx context.Context, project id.ProjectID) (map[id.SubmissionID][]string, error) {
	said := map[id.SubmissionID][]string{}
	err := s.store.EachSuggestion(ctx, project, func(g *Suggestion) error {
		if g.Reply != "" {
			said[g.Submission] = append(said[g.Submission], g.Reply)
		}
		if g.Published != nil {
			said[g.Submission] = append(said[g.Submission], g.Published.Text)
		}
		return nil
	})
	return said, err
}

// cleanSuggestion changes what the team wrote of a suggestion as an erasure changes comments, and forgets
// what it was before. Where nobody looked at the text nobody can tell whom it names: then it is taken
// back from the public, until the team publishes it again.
func (s *Service) cleanSuggestion(ctx context.Context, e eraser, sub Submission) error {
	if sub.Link == "" {
		return nil
	}
	found, err := s.store.SuggestionsOf(ctx, sub.ProjectID, []id.SubmissionID{sub.ID})
	for _, g := range found {
		before := g
		g.Reply = e.change(g.Reply)
		switch {
		case g.Published == nil:
		case e.unsearched:
			g.Published = nil
		default:
			if text := e.change(g.Published.Text); text != g.Published.Text {
				g.Published = &Publication{g.Published.At, g.Published.By, text}
			}
		}
		if g != before {
			err = s.store.ReplaceSuggestion(ctx, g)
		}
		if err == nil {
			err = s.store.ForgetSuggestion(ctx, g.ProjectID, g.ID)
		}
		if err != nil {
			return err
		}
	}
	return err
}

// Board gives the published suggestions of a link, the last published first: those whose submission
// counts, while the question may be shown to all.
func (s *Service) Board(ctx context.Context, l *PublicLink) ([]Suggestion, error) {
	if err := s.publicQuestion(ctx, l.ProjectID, l.FormID, l.Settings.Suggestion); err != nil {
		if problem.Is(err, problem.Invalid) {
			err = nil
		}
		return nil, err
	}
	var board []Suggestion
	var of []id.SubmissionID
	err := s.store.PublishedSuggestions(ctx, l.ProjectID, l.ID, boardSize, func(g *Suggestion) error {
		board, of = append(board, *g), append(of, g.Submission)
		return nil
	})
	if err != nil || len(board) == 0 {
		return nil, err
	}
	holds, err := s.holders(ctx, l, Quota{}, of)
	return slices.DeleteFunc(board, func(g Suggestion) bool { return !holds[g.Submission] }), err
}

// Suggestions gives what came by a link that is a suggestion box, the newest first, as far as the
// context reaches: a page of limit items from a cursor on, and the next cursor.
func (s *Service) Suggestions(ctx context.Context, l *PublicLink, after string, limit int) (items []SuggestionItem, next string, err error) {
	page, err := s.List(ctx, l.ProjectID, Filter{FormID: l.FormID, Submitter: id.UserID(l.ID)}, after, limit)
	if err != nil {
		return nil, "", err
	}
	of := make([]id.SubmissionID, len(page.Items))
	for i, one := range page.Items {
		of[i] = one.ID
	}
	texts, err := s.texts(ctx, l, of)
	if err != nil {
		return nil, "", err
	}
	answered, err := s.store.SuggestionsOf(ctx, l.ProjectID, of)
	if err != nil {
		return nil, "", err
	}
	for _, one := range page.Items {
		item := SuggestionItem{Text: texts[one.ID], Received: one.Received}
		if at := slices.IndexFunc(answered, func(g Suggestion) bool { return g.Submission == one.ID }); at >= 0 {
			item.Suggestion = answered[at]
		} else if item, err = s.SuggestionOf(ctx, l, one.ID); problem.Is(err, problem.NotFound) { // deleted just now
			continue
		} else if err != nil {
			return nil, "", err
		}
		items = append(items, item)
	}
	return items, page.Next, nil
}

// texts are what some suggestions say, from the tables in memory.
func (s *Service) texts(ctx context.Context, l *PublicLink, of []id.SubmissionID) (map[id.SubmissionID]string, error) {
	k := s.keptFor(l.ProjectID)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, l.ProjectID, k); err != nil {
		return nil, err
	}
	texts := map[id.SubmissionID]string{}
	f := k.form(l.FormID)
	for _, sub := range of {
		if row, found := f.rows[sub]; found {
			texts[sub] = f.answer(row, l.Settings.Suggestion)
		}
	}
	return texts, nil
}
