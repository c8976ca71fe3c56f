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

// maxMentions is how many people one comment mentions.
const maxMentions = 20

// Comment adds a comment to a submission, whose review state stays, and tells those whom it mentions.
// Who may not see the submission cannot be mentioned.
func (s *Service) Comment(ctx context.Context, project id.ProjectID, actor id.UserID, submission id.SubmissionID, text string, mentions []id.UserID) (Submission, error) {
	text = strings.TrimSpace(text)
	if n := utf8.RuneCountInString(text); n == 0 || n > maxComment {
		return Submission{}, problem.New(problem.Invalid, "review.commentEmpty", maxComment).With("text", "review.commentEmpty", maxComment)
	}
	if len(mentions) > maxMentions {
		return Submission{}, problem.New(problem.Invalid, "review.manyMentions", maxMentions).With("text", "review.manyMentions", maxMentions)
	}
	var err error
	for range retries { // it changes nothing that another might have changed meanwhile
		var sub Submission
		if sub, err = s.read(ctx, project, submission); err != nil {
			return Submission{}, err
		}
		if err = s.canMention(ctx, sub, mentions); err != nil {
			return Submission{}, err
		}
		sub.Events = append(slices.Clip(sub.Events), Event{At: s.now().Truncate(time.Millisecond), By: actor, State: sub.State, Comment: text,
			Mentions: mentions, Remark: true})
		if sub, err = s.replace(ctx, sub); err == nil {
			others := slices.DeleteFunc(slices.Clone(mentions), func(u id.UserID) bool { return u == actor })
			s.tell(ctx, sub, "review.toldMention", "mention", others...)
			return sub, nil
		}
		if !problem.Is(err, problem.Conflict) {
			break
		}
	}
	return Submission{}, err
}

func (s *Service) canMention(ctx context.Context, sub Submission, mentions []id.UserID) error {
	if len(mentions) == 0 {
		return nil
	}
	readers, err := s.Readers(ctx, sub)
	if err != nil {
		return err
	}
	for _, u := range mentions {
		if !slices.Contains(readers, u) {
			return problem.New(problem.Invalid, "review.cannotSee").With("text", "review.cannotSee")
		}
	}
	return nil
}
