package store

import (
	"context"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

// webhooks are found by those who look after all projects; one has its project's id.
var webhooks = &Collection{Name: "webhooks", Indexes: []Index{{Name: "project", Fields: []string{"projectid"}}}}

var deliveries = &Collection{Name: "deliveries", Indexes: []Index{
	{Name: "due", Fields: []string{"pending", "next"}}, {Name: "submission", Fields: []string{"pending", "submission", "at", "n"}}, {Name: "at", Fields: []string{"at"}}, {Name: "done", Fields: []string{"pending", "done"}}}}

func webhookRevision(w *survey.Webhook, revision int64) {
	w.Revision = revision
	if w.Off != nil {
		restore(w.Off.Why.Args)
	}
}

func deliveryRevision(d *survey.Delivery, revision int64) {
	d.Revision = revision
	restore(d.Failed.Args)
}

func (s *Surveys) Webhooks(ctx context.Context) ([]survey.Webhook, error) {
	return all(ctx, s.b, webhooks, "", Query{}, webhookRevision)
}

func (s *Surveys) Webhook(ctx context.Context, project id.ProjectID) (survey.Webhook, error) {
	return get(ctx, s.b, webhooks, "", string(project), webhookRevision)
}

func (s *Surveys) CreateWebhook(ctx context.Context, w survey.Webhook) error {
	return insert(ctx, s.b, webhooks, "", string(w.ProjectID), w)
}

func (s *Surveys) ReplaceWebhook(ctx context.Context, w survey.Webhook) error {
	return replace(ctx, s.b, webhooks, "", string(w.ProjectID), w.Revision, w)
}

func (s *Surveys) QueueDelivery(ctx context.Context, d survey.Delivery) error {
	err := insert(ctx, s.b, deliveries, d.ProjectID, d.ID, d)
	if IsExists(err) {
		return nil
	}
	return err
}

func (s *Surveys) DueDeliveries(ctx context.Context, project id.ProjectID, by time.Time, limit int) ([]survey.Delivery, error) {
	return all(ctx, s.b, deliveries, project, Query{Where: []Condition{Equal("pending", true), AtMost("next", by)}, Order: "due", Limit: limit}, deliveryRevision)
}

func (s *Surveys) FirstDelivery(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (survey.Delivery, error) {
	found, err := all(ctx, s.b, deliveries, project, Query{Where: []Condition{Equal("pending", true), Equal("submission", submission)}, Order: "submission", Limit: 1}, deliveryRevision)
	if err == nil && len(found) == 0 {
		err = NotFound()
	}
	if err != nil {
		return survey.Delivery{}, err
	}
	return found[0], nil
}

func (s *Surveys) LastDeliveries(ctx context.Context, project id.ProjectID, limit int) ([]survey.Delivery, error) {
	return all(ctx, s.b, deliveries, project, Query{Order: "at", Descending: true, Limit: limit}, deliveryRevision)
}

func (s *Surveys) CountPending(ctx context.Context, project id.ProjectID) (int, error) {
	return s.b.Count(ctx, deliveries, string(project), Query{Where: []Condition{Equal("pending", true)}})
}

func (s *Surveys) ReplaceDelivery(ctx context.Context, d survey.Delivery) error {
	return replace(ctx, s.b, deliveries, d.ProjectID, d.ID, d.Revision, d)
}

// ForgetDeliveries leaves tombstones: their events are older than any mark by then and are not found again.
func (s *Surveys) ForgetDeliveries(ctx context.Context, project id.ProjectID, before time.Time) error {
	found, err := collect(ctx, s.b, deliveries, string(project), Query{Where: []Condition{Equal("pending", false), AtMost("done", before)}})
	if err != nil {
		return err
	}
	for _, d := range found {
		if err := unlessOther(s.b.Delete(ctx, deliveries, d.Project, d.ID, d.Revision)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Surveys) SubmissionsSince(project id.ProjectID, mark int64) func(context.Context, func(*survey.Submission) error) (int64, error) {
	follower := Follow(submissions, string(project), mark)
	return func(ctx context.Context, each func(*survey.Submission) error) (int64, error) {
		err := follower.Next(ctx, s.b, func(d Document) error {
			if d.Deleted {
				return nil
			}
			sub, err := read(submissions, d, submissionRevision)
			if err != nil {
				return err
			}
			return each(&sub)
		})
		return follower.Mark(), err
	}
}
