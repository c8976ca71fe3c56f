package store

import (
	"context"

	"tianye/internal/id"
	"tianye/survey"
)

var bulks = &Collection{Name: "bulks", Indexes: []Index{
	{Name: "by", Fields: []string{"by", "at"}}, {Name: "age", Fields: []string{"at"}}}}

func bulkRevision(b *survey.Bulk, revision int64) { b.Revision = revision }

func (s *Surveys) CreateBulk(ctx context.Context, b survey.Bulk) error {
	return insert(ctx, s.b, bulks, b.ProjectID, b.ID, b)
}

func (s *Surveys) ReplaceBulk(ctx context.Context, b survey.Bulk) error {
	return replace(ctx, s.b, bulks, b.ProjectID, b.ID, b.Revision, b)
}

func (s *Surveys) Bulk(ctx context.Context, project id.ProjectID, bulk string) (survey.Bulk, error) {
	return get(ctx, s.b, bulks, project, bulk, bulkRevision)
}

// LastBulk gives the last of somebody's bulk actions.
func (s *Surveys) LastBulk(ctx context.Context, project id.ProjectID, by id.UserID) (survey.Bulk, error) {
	found, err := all(ctx, s.b, bulks, project, Query{Where: []Condition{Equal("by", string(by))}, Order: "by", Descending: true, Limit: 1}, bulkRevision)
	if err == nil && len(found) == 0 {
		err = NotFound()
	}
	if err != nil {
		return survey.Bulk{}, err
	}
	return found[0], nil
}
