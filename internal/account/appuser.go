package account

import (
	"cmp"
	"context"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// AppUser is a collection client's way into one project: ODK Collect, KoboCollect and
// the like on one phone or several. It signs in by its key alone, in a path, or by login
// and password (Digest, Basic). It can fetch forms and send submissions, nothing else.
type AppUser struct {
	ID        id.UserID // derived from the key
	ProjectID id.ProjectID
	Name      string // as lists of submissions show it
	Login     string // made, unique on the server
	Key       string // 64 random characters; kept, because Digest needs it and the QR code shows it
	Created   time.Time
	By        id.UserID
	Revoked   time.Time // zero: in use
	Revision  int64     `bson:"-"`
}

const keyLength = 64

// passwordLength is how much of the key is the password: 80 bits, short enough to type.
const passwordLength = 16

// Password is what a person types where no QR code can be scanned.
func (u AppUser) Password() string { return u.Key[:passwordLength] }

// InUse tells whether the app user was not revoked.
func (u AppUser) InUse() bool { return u.Revoked.IsZero() }

// Realm is the realm of Digest and Basic.
const Realm = "tianye"

// HA1 is the hash of login, realm and password that Digest reckons with (RFC 7616, 3.4.2).
// algorithm is "MD5" or "SHA-256".
func (u AppUser) HA1(algorithm string) string {
	return DigestHash(algorithm, u.Login, Realm, u.Password())
}

// DigestHash is Digest's H of parts joined by colons, in hexadecimal.
func DigestHash(algorithm string, parts ...string) string {
	text := []byte(strings.Join(parts, ":"))
	if algorithm == "SHA-256" {
		sum := sha256.Sum256(text)
		return hex.EncodeToString(sum[:])
	}
	sum := md5.Sum(text)
	return hex.EncodeToString(sum[:])
}

const appLetters = "abcdefghjkmnpqrstvwxyz0123456789" // 32, so that no letter is likelier than another

func randomLetters(n int) string {
	raw := make([]byte, n)
	rand.Read(raw)
	for i, c := range raw {
		raw[i] = appLetters[c%32]
	}
	return string(raw)
}

func appUserID(key string) id.UserID { return id.UserID(id.Derived("app user", key)) }

// CreateAppUser makes an app user with a new key.
func (s *Service) CreateAppUser(ctx context.Context, project id.ProjectID, by id.UserID, name string) (AppUser, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > 60 {
		return AppUser{}, problem.New(problem.Invalid, "appuser.nameInvalid").With("name", "appuser.nameInvalid")
	}
	key := randomLetters(keyLength)
	u := AppUser{ID: appUserID(key), ProjectID: project, Name: name, Login: randomLetters(8), Key: key, Created: s.now(), By: by}
	return u, s.store.CreateAppUser(ctx, u)
}

// AppUsers lists a project's app users: those in use first, by name.
func (s *Service) AppUsers(ctx context.Context, project id.ProjectID) ([]AppUser, error) {
	users, err := s.store.AppUsers(ctx, project)
	slices.SortFunc(users, func(a, b AppUser) int {
		if a.InUse() != b.InUse() {
			if a.InUse() {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return users, err
}

// AppUser gives one of a project's app users.
func (s *Service) AppUser(ctx context.Context, project id.ProjectID, user id.UserID) (AppUser, error) {
	u, err := s.store.AppUser(ctx, user)
	if err == nil && u.ProjectID != project {
		err = problem.New(problem.NotFound, "appuser.none")
	}
	return u, err
}

// RevokeAppUser ends an app user's way in for good; what it sent stays.
func (s *Service) RevokeAppUser(ctx context.Context, project id.ProjectID, user id.UserID) error {
	u, err := s.AppUser(ctx, project, user)
	if err != nil || !u.InUse() {
		return err
	}
	u.Revoked = s.now()
	return s.store.ReplaceAppUser(ctx, u)
}

// AppUserByKey gives the app user of a key in a path. Keys are too long to be guessed, so
// that tries are not counted.
func (s *Service) AppUserByKey(ctx context.Context, key string) (AppUser, error) {
	refused := problem.New(problem.Forbidden, "appuser.keyRefused")
	if len(key) != keyLength {
		return AppUser{}, refused
	}
	u, err := s.store.AppUser(ctx, appUserID(key))
	if problem.Is(err, problem.NotFound) || err == nil && !u.InUse() {
		return AppUser{}, refused
	}
	return u, err
}

// AppUserByLogin gives a project's app user whose password proves, told by proof, to be
// known: made by the server, it is too long to be guessed, so that a phone that knows it is never refused for
// others' failures. Wrong ones are counted, apart from those of people.
func (s *Service) AppUserByLogin(ctx context.Context, project id.ProjectID, login, address string, proof func(AppUser) bool) (AppUser, error) {
	refused := problem.New(problem.Unauthenticated, "appuser.signInWrong")
	if len(login) > 64 {
		return AppUser{}, refused
	}
	u, err := s.store.AppUserByLogin(ctx, login)
	if err != nil && !problem.Is(err, problem.NotFound) {
		return AppUser{}, err
	}
	if err != nil || !proof(u) {
		if err := s.throttle.try(appCounters(login, address), s.now()); err != nil {
			return AppUser{}, err
		}
		return AppUser{}, refused
	}
	if !u.InUse() || u.ProjectID != project {
		return AppUser{}, refused
	}
	return u, nil
}

// Secret is the server's own, the same on every process: what it signs with.
func (s *Service) Secret(ctx context.Context) (string, error) {
	if secret := s.secret.Load(); secret != nil {
		return *secret, nil
	}
	secret, err := s.store.Secret(ctx, id.Secret())
	if err == nil {
		s.secret.Store(&secret)
	}
	return secret, err
}
