package main

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// checkEvery is how long after its arrival a submission is checked at most, when nothing else is.
const checkEvery = 5 * time.Second

// checkQuality makes the quality checks of what came and changed, every few seconds until the context
// ends. Every process does: they find the same, and what one has written the others leave alone.
func (p *platform) checkQuality(ctx context.Context, log *slog.Logger) {
	checker := p.surveys.NewChecker()
	next := time.NewTimer(checkEvery)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			sweep(ctx, []duty{{"quality checks", func(ctx context.Context) error { return p.checkProjects(ctx, checker) }}}, log)
			next.Reset(checkEvery)
		}
	}
}

// checkProjects checks the projects in which something may still come.
func (p *platform) checkProjects(ctx context.Context, checker *survey.Checker) error {
	living, err := p.accounts.ProjectsOf(ctx, account.User{Admin: true})
	for _, project := range living {
		if project.Phase != account.Archived && ctx.Err() == nil {
			err = errors.Join(err, checker.Check(ctx, project.ID))
		}
	}
	return err
}

// digests tells reviewers of the daily digest.
type digests struct {
	told string // the day of which they were told
}

// digestHours are those of the morning in which it is told: a process that begins later is silent, another
// one has told.
const (
	digestFrom = 7
	digestTo   = 9
)

// tell tells the reviewers of each project where something came yesterday, once.
func (d *digests) tell(ctx context.Context, p *platform, today time.Time) error {
	yesterday := today.AddDate(0, 0, -1)
	day := yesterday.Format(time.DateOnly)
	if today.Hour() < digestFrom || today.Hour() >= digestTo || d.told == day {
		return nil
	}
	living, err := p.accounts.ProjectsOf(ctx, account.User{Admin: true})
	if err != nil {
		return err
	}
	from := time.Date(yesterday.Year(), yesterday.Month(), yesterday.Day(), 0, 0, 0, 0, location)
	for _, project := range living {
		if project.Phase != account.Archived {
			err = errors.Join(err, p.tellReviewers(ctx, project.ID, from, day))
		}
	}
	if err == nil {
		d.told = day
	}
	return err
}

// tellReviewers tells each reviewer within whose reach something came.
func (p *platform) tellReviewers(ctx context.Context, project id.ProjectID, from time.Time, day string) error {
	people, err := p.accounts.People(ctx, project)
	var reviewers []id.UserID
	for _, one := range people {
		if !account.Can(one.Role, account.Review) || one.Disabled || one.User.Disabled {
			continue
		}
		within := account.WithScope(ctx, account.Scope{User: one.UserID, Limit: one.Limit})
		came, failed := p.surveys.DailyQuality(within, project, from, from.AddDate(0, 0, 1))
		if err = errors.Join(err, failed); len(came) > 0 {
			reviewers = append(reviewers, one.UserID)
		}
	}
	if err != nil || len(reviewers) == 0 {
		return err
	}
	return p.surveys.Notify(ctx, project, survey.Notification{To: reviewers, Text: problem.Say("quality.dailyNotice", day),
		Path: "/p/" + string(project) + "/quality/daily?day=" + day, Key: "quality.daily." + day})
}
