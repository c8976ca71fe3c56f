package store

import (
	"context"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

var (
	users = &Collection{Name: "users", History: true, Indexes: []Index{
		{Name: "login", Fields: []string{"login"}, Unique: true}}}
	sessions = &Collection{Name: "sessions", Indexes: []Index{
		{Name: "user", Fields: []string{"userid"}}, {Name: "expires", Fields: []string{"expires"}}}}
	projects = &Collection{Name: "projects", History: true}
	// Members are looked up by project and by user, so they lie beside the projects,
	// not in them: their id is derived from both.
	members = &Collection{Name: "members", History: true, Indexes: []Index{
		{Name: "project", Fields: []string{"projectid"}}, {Name: "user", Fields: []string{"userid"}}}}
	departures = &Collection{Name: "departures", Indexes: []Index{{Name: "project", Fields: []string{"projectid"}}}}
	appUsers   = &Collection{Name: "appusers", History: true, Indexes: []Index{
		{Name: "project", Fields: []string{"projectid"}}, {Name: "login", Fields: []string{"login"}, Unique: true}}}
	secrets = &Collection{Name: "secrets"}
	tokens  = &Collection{Name: "tokens", History: true, Indexes: []Index{
		{Name: "hash", Fields: []string{"hash"}, Unique: true}, {Name: "project", Fields: []string{"projectid"}}}}
)

// Accounts keeps users, sessions, projects and members.
type Accounts struct{ b Backend }

// NewAccounts makes the accounts' store on a backend.
func NewAccounts(b Backend) *Accounts { return &Accounts{b} }

var _ account.Store = (*Accounts)(nil)

func userRevision(u *account.User, revision int64)       { u.Revision = revision }
func sessionRevision(*account.Session, int64)            {}
func projectRevision(p *account.Project, revision int64) { p.Revision = revision }
func memberRevision(m *account.Member, revision int64)   { m.Revision = revision }

func (s *Accounts) CreateUser(ctx context.Context, u account.User) error {
	return insert(ctx, s.b, users, "", string(u.ID), u)
}

func (s *Accounts) User(ctx context.Context, user id.UserID) (account.User, error) {
	return get(ctx, s.b, users, "", string(user), userRevision)
}

func (s *Accounts) UserByLogin(ctx context.Context, login string) (account.User, error) {
	found, err := all(ctx, s.b, users, "", Query{Where: []Condition{Equal("login", login)}, Limit: 1}, userRevision)
	if err == nil && len(found) == 0 {
		err = NotFound()
	}
	if err != nil {
		return account.User{}, err
	}
	return found[0], nil
}

func (s *Accounts) Users(ctx context.Context) ([]account.User, error) {
	return all(ctx, s.b, users, "", Query{}, userRevision)
}

func (s *Accounts) ReplaceUser(ctx context.Context, u account.User) error {
	return replace(ctx, s.b, users, "", string(u.ID), u.Revision, u)
}

func (s *Accounts) CreateSession(ctx context.Context, session account.Session) error {
	return insert(ctx, s.b, sessions, "", session.Hash, session)
}

func (s *Accounts) Session(ctx context.Context, hash string) (account.Session, error) {
	return get(ctx, s.b, sessions, "", hash, sessionRevision)
}

func (s *Accounts) Sessions(ctx context.Context, user id.UserID) ([]account.Session, error) {
	return all(ctx, s.b, sessions, "", Query{Where: []Condition{Equal("userid", string(user))}}, sessionRevision)
}

func (s *Accounts) DeleteSession(ctx context.Context, hash string) error {
	d, err := s.b.Get(ctx, sessions, "", hash)
	if err == nil {
		err = s.b.Delete(ctx, sessions, "", hash, d.Revision)
	}
	if problem.Is(err, problem.NotFound) {
		return nil
	}
	return err
}

func (s *Accounts) DeleteSessions(ctx context.Context, user id.UserID) error {
	return s.deleteSessions(ctx, Equal("userid", string(user)))
}

func (s *Accounts) DeleteExpiredSessions(ctx context.Context, now time.Time) error {
	return s.deleteSessions(ctx, Below("expires", now))
}

func (s *Accounts) deleteSessions(ctx context.Context, which Condition) error {
	old, err := all(ctx, s.b, sessions, "", Query{Where: []Condition{which}}, sessionRevision)
	if err != nil {
		return err
	}
	for _, session := range old {
		if err := s.DeleteSession(ctx, session.Hash); err != nil {
			return err
		}
	}
	return nil
}

func (s *Accounts) CreateProject(ctx context.Context, p account.Project) error {
	return insert(ctx, s.b, projects, "", string(p.ID), p)
}

func (s *Accounts) Project(ctx context.Context, project id.ProjectID) (account.Project, error) {
	return get(ctx, s.b, projects, "", string(project), projectRevision)
}

func (s *Accounts) Projects(ctx context.Context) ([]account.Project, error) {
	return all(ctx, s.b, projects, "", Query{}, projectRevision)
}

func (s *Accounts) ReplaceProject(ctx context.Context, p account.Project) error {
	return replace(ctx, s.b, projects, "", string(p.ID), p.Revision, p)
}

func memberKey(project id.ProjectID, user id.UserID) string {
	return id.Derived(string(project), string(user))
}

func (s *Accounts) PutMember(ctx context.Context, m account.Member) error {
	key := memberKey(m.ProjectID, m.UserID)
	if m.Revision == 0 {
		return insert(ctx, s.b, members, "", key, m)
	}
	return replace(ctx, s.b, members, "", key, m.Revision, m)
}

func (s *Accounts) Member(ctx context.Context, project id.ProjectID, user id.UserID) (account.Member, error) {
	return get(ctx, s.b, members, "", memberKey(project, user), memberRevision)
}

func (s *Accounts) Members(ctx context.Context, project id.ProjectID) ([]account.Member, error) {
	return all(ctx, s.b, members, "", Query{Where: []Condition{Equal("projectid", string(project))}}, memberRevision)
}

func (s *Accounts) MembershipsOf(ctx context.Context, user id.UserID) ([]account.Member, error) {
	return all(ctx, s.b, members, "", Query{Where: []Condition{Equal("userid", string(user))}}, memberRevision)
}

func (s *Accounts) DeleteMember(ctx context.Context, m account.Member) error {
	return s.b.Delete(ctx, members, "", memberKey(m.ProjectID, m.UserID), m.Revision)
}

type departure struct {
	account.Departure `bson:",inline"`
	revision          int64
}

func (s *Accounts) PutDeparture(ctx context.Context, d account.Departure) error {
	key := memberKey(d.ProjectID, d.UserID)
	err := insert(ctx, s.b, departures, "", key, d)
	if !IsExists(err) {
		return err
	}
	before, err := get(ctx, s.b, departures, "", key, func(d *departure, revision int64) { d.revision = revision })
	if err != nil {
		return err
	}
	return replace(ctx, s.b, departures, "", key, before.revision, d)
}

func (s *Accounts) Departure(ctx context.Context, project id.ProjectID, user id.UserID) (account.Departure, error) {
	return get(ctx, s.b, departures, "", memberKey(project, user), func(*account.Departure, int64) {})
}
