package store

import (
	"context"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

// Notices of all projects lie beside them, by whom they are for.
var notices = &Collection{Name: "notices", Indexes: []Index{
	{Name: "unread", Fields: []string{"to", "unread"}}, {Name: "of", Fields: []string{"to", "at"}},
	{Name: "age", Fields: []string{"at"}}, {Name: "project", Fields: []string{"projectid"}}}}

func noticeRevision(n *survey.Notice, revision int64) {
	n.Revision = revision
	restore(n.Text.Args)
}

func (s *Surveys) PutNotice(ctx context.Context, n survey.Notice) error {
	for {
		err := insert(ctx, s.b, notices, "", n.ID, n)
		if !IsExists(err) {
			return err
		}
		former, err := get(ctx, s.b, notices, "", n.ID, noticeRevision)
		if err == nil {
			err = replace(ctx, s.b, notices, "", n.ID, former.Revision, n)
		}
		if err = unlessOther(err); err != nil || former.Revision > 0 {
			return err // who came second told the same
		}
	}
}

func (s *Surveys) Notices(ctx context.Context, to id.UserID, after string, limit int) ([]survey.Notice, string, error) {
	found, next, err := Find(ctx, s.b, notices, "", Query{Where: []Condition{Equal("to", string(to))}, Order: "of", Descending: true, Limit: limit, After: after})
	list := make([]survey.Notice, 0, len(found))
	for _, d := range found {
		n, err := read(notices, d, noticeRevision)
		if err != nil {
			return nil, "", err
		}
		list = append(list, n)
	}
	return list, next, err
}

func unreadOf(to id.UserID) Query {
	return Query{Where: []Condition{Equal("to", string(to)), Equal("unread", true)}}
}

func (s *Surveys) CountUnread(ctx context.Context, to id.UserID, of []id.ProjectID) (int, error) {
	q := unreadOf(to)
	if of != nil {
		q.Where = append(q.Where, In("projectid", of...))
	}
	return s.b.Count(ctx, notices, "", q)
}

func (s *Surveys) ReadNotices(ctx context.Context, to id.UserID, notice string) error {
	if notice != "" {
		n, err := get(ctx, s.b, notices, "", notice, noticeRevision)
		if err != nil || n.To != to {
			return unlessOther(err)
		}
		return s.markRead(ctx, n)
	}
	unread, err := all(ctx, s.b, notices, "", unreadOf(to), noticeRevision)
	for _, n := range unread {
		if err == nil {
			err = s.markRead(ctx, n)
		}
	}
	return err
}

func (s *Surveys) markRead(ctx context.Context, n survey.Notice) error {
	if !n.Unread {
		return nil
	}
	n.Unread = false
	return unlessOther(replace(ctx, s.b, notices, "", n.ID, n.Revision, n))
}

// sweepOld deletes notices and bulk actions that are too old to be of use.
func (s *Bin) sweepOld(ctx context.Context, project string, c *Collection, before time.Time) error {
	old, err := collect(ctx, s.b, c, project, Query{Where: []Condition{Below("at", before)}})
	for _, d := range old {
		if err == nil {
			err = unlessOther(s.b.Delete(ctx, c, project, d.ID, d.Revision))
		}
	}
	return err
}
