package survey

import (
	"context"
	"slices"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// NoticeAge is how long notices are kept.
const NoticeAge = 90 * 24 * time.Hour

// Notification tells people of something that concerns them. There is nothing personal in it.
type Notification struct {
	To   []id.UserID
	Text problem.Text
	Path string // of the page that shows it
	Key  string // the same again takes the place of the one before; "": always another
}

// Notice is a notification as one person has it.
type Notice struct {
	ID        string
	ProjectID id.ProjectID
	To        id.UserID
	At        time.Time
	Text      problem.Text
	Path      string
	Unread    bool
	Revision  int64 `bson:"-"`
}

// NoticeStore keeps notices: those of all projects together, by whom they are for.
type NoticeStore interface {
	PutNotice(ctx context.Context, n Notice) error // in place of the one with its ID
	// Notices gives a page, the newest first, and the cursor of the next one.
	Notices(ctx context.Context, to id.UserID, after string, limit int) (list []Notice, next string, err error)
	CountUnread(ctx context.Context, to id.UserID, of []id.ProjectID) (int, error) // nil: of all
	// ReadNotices marks one as read; all of somebody's when its id is "".
	ReadNotices(ctx context.Context, to id.UserID, notice string) error
}

// Notify tells each of the people once.
func (s *Service) Notify(ctx context.Context, project id.ProjectID, n Notification) error {
	told := map[id.UserID]bool{"": true}
	for _, to := range n.To {
		if told[to] {
			continue
		}
		told[to] = true
		notice := Notice{ID: id.New(s.now()), ProjectID: project, To: to, At: s.now().Truncate(time.Millisecond), Text: n.Text, Path: n.Path, Unread: true}
		if n.Key != "" {
			notice.ID = id.Derived("notice", string(project), string(to), n.Key)
		}
		if err := s.store.PutNotice(ctx, notice); err != nil {
			return err
		}
	}
	return nil
}

// Notices gives a page of somebody's notices of these projects, the newest first.
func (s *Service) Notices(ctx context.Context, to id.UserID, projects []id.ProjectID, after string, limit int) (list []Notice, next string, err error) {
	list, next, err = s.store.Notices(ctx, to, after, limit)
	return slices.DeleteFunc(list, func(n Notice) bool { return !slices.Contains(projects, n.ProjectID) }), next, err
}

// Unread counts somebody's unread notices of the projects that reached gives: what Notices shows. It is asked
// only when there are any.
func (s *Service) Unread(ctx context.Context, to id.UserID, reached func() ([]id.ProjectID, error)) (int, error) {
	n, err := s.store.CountUnread(ctx, to, nil)
	if err != nil || n == 0 {
		return 0, err
	}
	projects, err := reached()
	if err != nil || len(projects) == 0 {
		return 0, err
	}
	return s.store.CountUnread(ctx, to, projects)
}

// ReadNotices marks one of somebody's notices as read; all of them when it is "".
func (s *Service) ReadNotices(ctx context.Context, to id.UserID, notice string) error {
	return s.store.ReadNotices(ctx, to, notice)
}
