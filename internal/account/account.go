package account

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode"
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
	Disabled     bool         // deactivated: cannot sign in anywhere
	MadeIn       id.ProjectID `bson:",omitempty"` // the project that the account was made for; "": the administrator made it
	Phone        string       `bson:",omitempty"` // digits and +; how people without e-mail are reached
	TOTP         TOTP         `bson:",omitzero"`
	Created      time.Time
	Revision     int64 `bson:"-"`
}

// TOTP is a user's second factor (RFC 6238): six digits, 30 seconds, SHA-1, as every authenticator app has it.
type TOTP struct {
	Secret   string    // base32; "" when there is none
	Offered  time.Time // when the secret was made
	Since    time.Time // when it was confirmed by a first code; zero: not in use yet
	LastStep int64     // the time step of the last code that was taken: no code counts twice
	Recovery []string  // hashes of the recovery codes that are left
}

// Session is one signed-in browser. Its token is known to the browser only.
type Session struct {
	ID      string // what its owner ends it by; says nothing of the token
	Hash    string // of the token
	UserID  id.UserID
	Agent   string // what the browser calls itself
	Address string // from where it was opened
	Factor  bool   // the second factor was given
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
	Phase       Phase        `bson:",omitempty"`
	PhaseSince  time.Time    `bson:",omitzero"`
	Deleted     *id.Deletion `bson:",omitempty"` // in the recycle bin
	NeedFactor  []Role       `bson:",omitempty"` // whose members must have a second factor
	Privacy     Privacy      `bson:",omitzero"`
	Revision    int64        `bson:"-"`
}

// Phase is where a project stands in its life.
type Phase string

// The phases.
const (
	Open     Phase = ""         // 进行中
	Closed   Phase = "closed"   // 已结束: nothing more is collected; review, charts and exports go on
	Archived Phase = "archived" // 已归档: nothing changes
)

// Privacy is how a project treats personal data.
type Privacy struct {
	SmallCell   int       // groups of fewer are not shown in shared tables and charts; 0 is DefaultSmallCell, -1 shows all
	RetainUntil time.Time // after that day personal answers are anonymised; zero: never
	RetainSet   time.Time `bson:",omitzero"` // when RetainUntil was said: for RetainGrace nothing is anonymised
}

// DefaultSmallCell is the smallest group that shared tables and charts show.
const DefaultSmallCell = 5

// Member is a user in a project.
type Member struct {
	ProjectID id.ProjectID
	UserID    id.UserID
	Role      Role
	Limit     Limit `bson:",omitzero"`
	Disabled  bool  `bson:",omitempty"` // deactivated in this project: as if no member, but named and countable
	Added     time.Time
	Revision  int64 `bson:"-"`
}

// Limit narrows a membership to the cases whose attribute has one of the values
// (县 = 江山市), and to the submissions of those. The zero Limit takes nothing away.
type Limit struct {
	Attribute string
	Values    []string
}

// IsZero tells whether nothing is taken away.
func (l Limit) IsZero() bool { return l.Attribute == "" }

// Token lets a program use the pages of one project without a session. The token itself is
// shown once and known to its owner only.
type Token struct {
	ID        id.UserID // what it does is done in its name
	Hash      string    // of the token; never shown
	ProjectID id.ProjectID
	Name      string
	Role      Role  // any but Manager
	Limit     Limit `bson:",omitzero"`
	By        id.UserID
	Created   time.Time
	Expires   time.Time
	Revoked   time.Time // zero: in use
	Revision  int64     `bson:"-"`
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
	Sessions(ctx context.Context, user id.UserID) ([]Session, error)
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
	DeleteMember(ctx context.Context, m Member) error    // at the revision that was read
	PutDeparture(ctx context.Context, d Departure) error // in the place of an earlier one
	Departure(ctx context.Context, project id.ProjectID, user id.UserID) (Departure, error)

	CreateToken(ctx context.Context, t Token) error
	TokenByHash(ctx context.Context, hash string) (Token, error)
	Tokens(ctx context.Context, project id.ProjectID) ([]Token, error)
	ReplaceToken(ctx context.Context, t Token) error

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
	if strings.ContainsAny(u.Name[:1], "=+-@") || strings.ContainsFunc(u.Name, unicode.IsControl) { // a spreadsheet would run it
		return problem.New(problem.Invalid, "account.nameOdd").With("name", "account.nameOdd")
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
