package web

import (
	"context"
	"net/url"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

var reviewRoutes = []Route{
	{post, "/p/:project/submissions/:submission/return", account.Review, (*Server).returnSubmission, 0},
	{post, "/p/:project/submissions/:submission/comment", account.ReadOwn, (*Server).commentSubmission, 0},
	{post, "/p/:project/submissions/bulk/preview", account.Review, (*Server).previewBulk, 0},
	{post, "/p/:project/submissions/bulk", account.Review, (*Server).reviewMany, 0},
	{post, "/p/:project/submissions/bulk/:bulk/undo", account.Review, (*Server).undoBulk, 0},
	{post, "/p/:project/forms/:form/review-rule", account.DesignForm, (*Server).setReviewRule, 0},
	{get, "/notifications", account.SignedIn, (*Server).notifications, 0},
	{post, "/notifications/read", account.SignedIn, (*Server).readNotices, 0},
}

// team gives the active members of a project, for reviews.
func (s *Server) team(ctx context.Context, project id.ProjectID) ([]survey.Teammate, error) {
	people, err := s.Accounts.People(ctx, project)
	return survey.TeamOf(people), err
}

// reasonPrefix begins the names of the fields that say what is wrong with an answer.
const reasonPrefix = "r:"

// reviewForm is the review as it was last sent.
type reviewForm struct {
	Comment string
	Reasons map[form.Path]string
	Error   string
}

func reviewSent(r *Request) reviewForm {
	sent := reviewForm{Comment: r.Field("comment"), Reasons: map[form.Path]string{}}
	for name, values := range r.Request.PostForm {
		if path, ok := strings.CutPrefix(name, reasonPrefix); ok && strings.TrimSpace(values[0]) != "" {
			sent.Reasons[form.Path(path)] = values[0]
		}
	}
	return sent
}

// ordered are the reasons in the order of the form.
func (f reviewForm) ordered(d *form.Definition, answers map[string]any) []survey.Reason {
	var reasons []survey.Reason
	left := map[form.Path]bool{}
	for path := range f.Reasons {
		left[path] = true
	}
	survey.EachLeaf(d, answers, func(path form.Path, _ *form.Field, _ string) {
		if left[path] {
			reasons = append(reasons, survey.Reason{Path: path, Text: f.Reasons[path]})
			delete(left, path)
		}
	})
	for path, text := range f.Reasons {
		if left[path] {
			reasons = append(reasons, survey.Reason{Path: path, Text: text})
		}
	}
	return reasons
}

// reviewSubmission gives a submission a review state.
func (s *Server) reviewSubmission(r *Request) error {
	sub, revision, err := s.seenSubmission(r)
	if err != nil {
		return err
	}
	sent, state := reviewSent(r), survey.ReviewState(r.Field("state"))
	if n := len(sent.Reasons); n > 0 { // they would be lost
		return s.refuseReview(r, sub, sent, problem.New(problem.Invalid, "review.reasonsUnsent", n))
	}
	_, err = s.Surveys.Review(r, r.Project.ID, r.User.ID, sub.ID, revision, state, sent.Comment)
	if err != nil {
		return s.refuseReview(r, sub, sent, err)
	}
	r.did(string(sub.ID), sub.Receipt())
	r.changed(say(r, sub.State.Label().Key), say(r, state.Label().Key))
	return s.afterReview(r, sub, "submission.reviewed", "submission.reviewedNext")
}

// returnSubmission asks its enumerator to mend a submission.
func (s *Server) returnSubmission(r *Request) error {
	sub, revision, err := s.seenSubmission(r)
	if err != nil {
		return err
	}
	d, err := s.Surveys.Definition(r, r.Project.ID, sub.FormID, sub.Version)
	if err != nil {
		return err
	}
	sent := reviewSent(r)
	_, err = s.Surveys.SendBack(r, r.Project.ID, r.User.ID, sub.ID, revision, sent.ordered(d, sub.Answers), sent.Comment)
	if err != nil {
		return s.refuseReview(r, sub, sent, err)
	}
	r.did(string(sub.ID), sub.Receipt())
	r.changed(say(r, sub.State.Label().Key), say(r, "review.queueReturned"))
	return s.afterReview(r, sub, "review.returned", "review.returnedNext")
}

// refuseReview shows the page again with all that was typed.
func (s *Server) refuseReview(r *Request, sub survey.Submission, sent reviewForm, err error) error {
	p := problem.From(err)
	if !mendable(p) {
		return err
	}
	page, err := s.sheetPage(r, sub)
	if err != nil {
		return err
	}
	page.Review = sent
	page.Review.Error = page.Say(p.Text)
	return s.render(r, statuses[p.Kind], "submission/show", page)
}

// afterReview goes on to the next of the list from which the submission was opened, or of those that
// wait, when that is wanted.
func (s *Server) afterReview(r *Request, sub survey.Submission, done, next string) error {
	if r.Field("then") != "next" {
		return r.To(submissionPath(r, sub.ID), done)
	}
	beside, err := s.neighbours(r, sub)
	if err != nil {
		return err
	}
	for _, other := range []id.SubmissionID{beside.Next, beside.Previous} {
		if other != "" {
			return r.To(submissionPath(r, other), next)
		}
	}
	return r.To("/p/"+string(r.Project.ID)+"/submissions?"+string(listQuery(r)), "submission.reviewedLast")
}

// neighbours are the submissions beside one in the list from which it was opened; without a list,
// among those that wait.
func (s *Server) neighbours(r *Request, sub survey.Submission) (survey.Neighbours, error) {
	list, _ := url.ParseQuery(string(listQuery(r)))
	if len(list) == 0 {
		list = url.Values{"state": {string(survey.QueueWaiting)}}
	}
	filter, _, err := s.filterFrom(r, list)
	if err != nil {
		return survey.Neighbours{}, err
	}
	return s.Surveys.Neighbours(r, r.Project.ID, filter, sub)
}

// commentSubmission adds a comment, which changes no state.
func (s *Server) commentSubmission(r *Request) error {
	sub, err := s.mayRead(r)
	if err != nil {
		return err
	}
	text := r.Field("text")
	readers, err := s.readers(r, sub)
	if err != nil {
		return err
	}
	mentions, err := mentioned(text, readers)
	if err == nil {
		_, err = s.Surveys.Comment(r, r.Project.ID, r.User.ID, sub.ID, text, mentions)
	}
	if err == nil {
		r.did(string(sub.ID), sub.Receipt())
		done := "review.commented"
		if len(mentions) > 0 {
			done = "review.commentedTold"
		}
		return r.To(submissionPath(r, sub.ID), done)
	}
	p := problem.From(err)
	if !mendable(p) {
		return err
	}
	page, err := s.sheetPage(r, sub)
	if err != nil {
		return err
	}
	page.Comment, page.CommentError = text, page.Say(p.Text)
	return s.render(r, statuses[p.Kind], "submission/show", page)
}
