package account

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"sort"
	"strings"
	"sync/atomic"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// SessionLength is how long a session lasts. Investigators sign in once before
// they go where there is no network.
const SessionLength = 30 * 24 * time.Hour

// Service holds the rules of accounts.
type Service struct {
	store    Store
	now      func() time.Time
	throttle throttle
	secret   atomic.Pointer[string]
}

// New makes the service; now is the clock.
func New(store Store, now func() time.Time) *Service { return &Service{store: store, now: now} }

// EnsureAdmin makes the first administrator when there is no user at all, and gives
// the one-time password; "" when there are users already.
func (s *Service) EnsureAdmin(ctx context.Context) (password string, err error) {
	users, err := s.store.Users(ctx)
	if err != nil || len(users) > 0 {
		return "", err
	}
	_, password, err = s.CreateUser(ctx, "admin", "管理员", true)
	if problem.Is(err, problem.Conflict) { // another process was first
		return "", nil
	}
	return password, err
}

// CreateUser makes an account with a one-time password, which is not kept in readable form.
func (s *Service) CreateUser(ctx context.Context, login, name string, admin bool) (User, string, error) {
	password := oneTimePassword()
	u, err := s.createUser(ctx, User{Login: login, Name: name, Admin: admin, MustChange: true}, password)
	return u, password, err
}

// CreateUserWithPassword makes an account whose password its owner already knows.
func (s *Service) CreateUserWithPassword(ctx context.Context, login, name, password string, admin bool) (User, error) {
	if err := validatePassword(password, NormalizeLogin(login)); err != nil {
		return User{}, err
	}
	return s.createUser(ctx, User{Login: login, Name: name, Admin: admin}, password)
}

func (s *Service) createUser(ctx context.Context, u User, password string) (User, error) {
	u.Login, u.Name = NormalizeLogin(u.Login), strings.TrimSpace(u.Name)
	err := u.Validate()
	if err != nil {
		return User{}, err
	}
	if u.PasswordHash, err = hashPassword(ctx, password); err != nil {
		return User{}, err
	}
	return s.keepUser(ctx, u)
}

// keepUser stores a new account, which has its password's hash.
func (s *Service) keepUser(ctx context.Context, u User) (User, error) {
	if u.Created = s.now(); u.ID == "" {
		u.ID = id.UserID(id.New(u.Created))
	}
	if err := s.store.CreateUser(ctx, u); err != nil {
		if problem.Is(err, problem.Conflict) {
			return User{}, problem.New(problem.Conflict, "account.loginTaken", u.Login).With("login", "account.loginTaken", u.Login)
		}
		return User{}, err
	}
	return u, nil
}

// SignIn checks a password and opens a session; the token goes to the browser. The session of who
// has a second factor is half open: it is good for SignInCode only.
func (s *Service) SignIn(ctx context.Context, login, password string, browser Browser) (User, string, error) {
	wrong := problem.New(problem.Unauthenticated, "account.signInWrong")
	if login = NormalizeLogin(login); !loginPattern().MatchString(login) { // nobody's, and perhaps too long to be counted
		return User{}, "", wrong
	}
	device, err := s.device(ctx, browser.Devices, login)
	if err != nil {
		return User{}, "", err
	}
	counters := passwordCounters(login, browser.Address, device)
	if err := s.throttle.try(counters, s.now()); err != nil {
		return User{}, "", err
	}
	u, err := s.store.UserByLogin(ctx, login)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return User{}, "", err
	}
	ok, err := checkPassword(ctx, u.PasswordHash, password, device != "")
	if err != nil {
		s.throttle.unjudged(counters)
		return User{}, "", err
	}
	if !ok || u.Disabled {
		return u, "", wrong
	}
	s.throttle.succeeded(counters)
	length := SessionLength
	if u.TOTP.InUse() {
		length = halfOpen
	}
	token, err := s.openSession(ctx, u.ID, browser, false, length)
	if err != nil {
		return u, "", err
	}
	if err := s.stillTrue(ctx, u, token, wrong); err != nil {
		return u, "", err
	}
	return u, token, nil
}

// stillTrue ends a session again whose password was changed, or whose user was deactivated, while it was opened:
// that ended all sessions, and this one came after.
func (s *Service) stillTrue(ctx context.Context, proved User, token string, wrong error) error {
	u, err := s.store.User(ctx, proved.ID)
	if err == nil && u.PasswordHash == proved.PasswordHash && !u.Disabled && u.TOTP.InUse() == proved.TOTP.InUse() {
		return nil
	}
	if err == nil {
		err = wrong
	}
	return cmp.Or(s.SignOut(context.WithoutCancel(ctx), token), err)
}

// provePassword checks the password of somebody who is signed in; wrong is the error when it is not
// theirs. Their tries are counted apart from those of strangers.
func (s *Service) provePassword(ctx context.Context, u User, password string, wrong error) error {
	counters := passwordCounters(u.Login, "", "signed in")
	if err := s.throttle.try(counters, s.now()); err != nil {
		return err
	}
	ok, err := checkPassword(ctx, u.PasswordHash, password, true)
	if err != nil {
		s.throttle.unjudged(counters)
		return err
	}
	if !ok {
		return wrong
	}
	s.throttle.succeeded(counters)
	return nil
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte("session\x00" + token))
	return hex.EncodeToString(sum[:])
}

// CSRFToken is what a changing request of the session must carry.
func CSRFToken(token string) string {
	sum := sha256.Sum256([]byte("csrf\x00" + token))
	return hex.EncodeToString(sum[:16])
}

// Authenticate gives the user of a session's token.
func (s *Service) Authenticate(ctx context.Context, token string) (User, error) {
	u, session, err := s.authenticate(ctx, token)
	if err == nil && session.waits(u) {
		err = problem.New(problem.Unauthenticated, "account.sessionEnded")
	}
	return u, err
}

// authenticate gives the user of a session, which may be half open.
func (s *Service) authenticate(ctx context.Context, token string) (User, Session, error) {
	ended := problem.New(problem.Unauthenticated, "account.sessionEnded")
	session, err := s.store.Session(ctx, hashToken(token))
	if problem.Is(err, problem.NotFound) {
		return User{}, session, ended
	}
	if err != nil {
		return User{}, session, err
	}
	if !s.now().Before(session.Expires) {
		return User{}, session, ended
	}
	u, err := s.store.User(ctx, session.UserID)
	if problem.Is(err, problem.NotFound) || err == nil && u.Disabled {
		err = ended
	}
	return u, session, err
}

// SignOut ends a session.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.store.DeleteSession(ctx, hashToken(token))
}

// ChangePassword sets a user's own password and ends all of their sessions.
func (s *Service) ChangePassword(ctx context.Context, user id.UserID, old, new string) error {
	u, err := s.store.User(ctx, user)
	if err != nil {
		return err
	}
	wrong := problem.New(problem.Invalid, "account.oldPasswordWrong").With("old", "account.oldPasswordWrong")
	if err := s.provePassword(ctx, u, old, wrong); err != nil {
		return err
	}
	if err := validatePassword(new, u.Login); err != nil {
		return err
	}
	if new == old {
		return problem.New(problem.Invalid, "account.passwordSame").With("password", "account.passwordSame")
	}
	if u.PasswordHash, err = hashPassword(ctx, new); err != nil {
		return err
	}
	u.MustChange = false
	if err := s.store.ReplaceUser(ctx, u); err != nil {
		return err
	}
	return s.store.DeleteSessions(ctx, user)
}

// ResetPassword gives a user a new one-time password and ends all of their sessions.
func (s *Service) ResetPassword(ctx context.Context, user id.UserID) (string, error) {
	u, err := s.store.User(ctx, user)
	if err != nil {
		return "", err
	}
	password := oneTimePassword()
	if u.PasswordHash, err = hashPassword(ctx, password); err != nil {
		return "", err
	}
	u.MustChange = true
	if err := s.store.ReplaceUser(ctx, u); err != nil {
		return "", err
	}
	return password, s.store.DeleteSessions(ctx, user)
}

// Users lists all accounts by login.
func (s *Service) Users(ctx context.Context) ([]User, error) {
	users, err := s.store.Users(ctx)
	sort.Slice(users, func(i, j int) bool { return users[i].Login < users[j].Login })
	return users, err
}

// CommandLine is who does what a command at the server's terminal does: nobody's account.
const (
	CommandLine     id.UserID = "command-line"
	CommandLineName           = "命令行"
)

// Names gives the display names of all users and of a project's app users and tokens, by id: for
// lists that name who did something in the project.
func (s *Service) Names(ctx context.Context, project id.ProjectID) (map[id.UserID]string, error) {
	users, err := s.store.Users(ctx)
	if err != nil {
		return nil, err
	}
	apps, err := s.store.AppUsers(ctx, project)
	if err != nil {
		return nil, err
	}
	tokens, err := s.store.Tokens(ctx, project)
	names := make(map[id.UserID]string, len(users)+len(apps)+len(tokens)+1)
	names[CommandLine] = CommandLineName
	for _, u := range users {
		names[u.ID] = u.Name
	}
	for _, u := range apps {
		names[u.ID] = u.Name
	}
	for _, t := range tokens {
		names[t.ID] = t.Name
	}
	return names, err
}
