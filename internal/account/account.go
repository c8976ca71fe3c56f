package account

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// User is an account of the whole server.
type User struct {
	ID           id.UserID
	Login        string // unique, lower case
	Name         string // as people call them: 陈爱丽
	PasswordHash string
	MustChange   bool // the password was given by someone else
	Admin        bool
	Disabled     bool
	Created      time.Time
	Revision     int64 `bson:"-"`
}

// Session is one signed-in browser. Its token is known to the browser only.
type Session struct {
	Hash    string // of the token
	UserID  id.UserID
	Created time.Time
	Expires time.Time
}

// Project holds forms, cases and members.
type Project struct {
	ID          id.ProjectID
	Title       string
	Description string
	Demo        bool // every page and export says 演示数据
	Created     time.Time
	Revision    int64 `bson:"-"`
}

// Member is a user in a project.
type Member struct {
	ProjectID id.ProjectID
	UserID    id.UserID
	Role      Role
	Added     time.Time
	Revision  int64 `bson:"-"`
}

// Store keeps accounts. Methods that replace take the revision that was read and
// give problem.Conflict when another came first.
type Store interface {
	CreateUser(ctx context.Context, u User) error // problem.Conflict when the login is taken
	User(ctx context.Context, user id.UserID) (User, error)
	UserByLogin(ctx context.Context, login string) (User, error)
	Users(ctx context.Context) ([]User, error)
	ReplaceUser(ctx context.Context, u User) error

	CreateSession(ctx context.Context, s Session) error
	Session(ctx context.Context, hash string) (Session, error)
	DeleteSession(ctx context.Context, hash string) error
	DeleteSessions(ctx context.Context, user id.UserID) error
	DeleteExpiredSessions(ctx context.Context, now time.Time) error

	CreateProject(ctx context.Context, p Project) error
	Project(ctx context.Context, project id.ProjectID) (Project, error)
	Projects(ctx context.Context) ([]Project, error)
	ReplaceProject(ctx context.Context, p Project) error

	PutMember(ctx context.Context, m Member) error // replaces the revision that was read; at revision 0 inserts
	Member(ctx context.Context, project id.ProjectID, user id.UserID) (Member, error)
	Members(ctx context.Context, project id.ProjectID) ([]Member, error)
	MembershipsOf(ctx context.Context, user id.UserID) ([]Member, error)
	DeleteMember(ctx context.Context, project id.ProjectID, user id.UserID) error

	CreateAppUser(ctx context.Context, u AppUser) error
	AppUser(ctx context.Context, user id.UserID) (AppUser, error)
	AppUserByLogin(ctx context.Context, login string) (AppUser, error)
	AppUsers(ctx context.Context, project id.ProjectID) ([]AppUser, error)
	ReplaceAppUser(ctx context.Context, u AppUser) error

	// Secret keeps the given secret if there is none yet, and gives the one that is kept.
	Secret(ctx context.Context, offered string) (string, error)
}

// loginPattern is made when it is first asked for: that takes longer than all else at the program's start.
var loginPattern = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$`)
})

// NormalizeLogin makes the stored form of a login: trimmed, lower case.
func NormalizeLogin(login string) string { return strings.ToLower(strings.TrimSpace(login)) }

// Validate tells what is wrong with a user's own fields.
func (u User) Validate() error {
	if !loginPattern().MatchString(u.Login) {
		return problem.New(problem.Invalid, "account.loginInvalid").With("login", "account.loginInvalid")
	}
	if n := utf8.RuneCountInString(strings.TrimSpace(u.Name)); n == 0 || n > 60 {
		return problem.New(problem.Invalid, "account.nameInvalid").With("name", "account.nameInvalid")
	}
	return nil
}

// Validate tells what is wrong with a project's own fields.
func (p Project) Validate() error {
	if n := utf8.RuneCountInString(strings.TrimSpace(p.Title)); n == 0 || n > 100 {
		return problem.New(problem.Invalid, "account.projectTitleInvalid").With("title", "account.projectTitleInvalid")
	}
	if utf8.RuneCountInString(p.Description) > 2000 {
		return problem.New(problem.Invalid, "account.descriptionTooLong").With("description", "account.descriptionTooLong")
	}
	return nil
}

func validateRole(role Role) error {
	if !slices.Contains(Roles, role) {
		return problem.New(problem.Invalid, "account.roleUnknown").With("role", "account.roleUnknown")
	}
	return nil
}
