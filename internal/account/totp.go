package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

const (
	codeStep      = 30 // seconds
	recoveryCodes = 10
	halfOpen      = 10 * time.Minute // how long one may take from the password to the code
	offerAge      = 10 * time.Minute // for how long the same secret is offered; it is taken for as long again
)

// InUse tells whether the factor was confirmed by a first code.
func (t TOTP) InUse() bool { return !t.Since.IsZero() }

var secretEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// codeAt is the code of a time step (RFC 6238 with SHA-1 and six digits; RFC 4226, 5.3).
func codeAt(secret []byte, step int64) string {
	mac := hmac.New(sha1.New, secret)
	binary.Write(mac, binary.BigEndian, step) // to a hash: never fails
	sum := mac.Sum(nil)
	offset := sum[len(sum)-1] & 0xf
	return fmt.Sprintf("%06d", binary.BigEndian.Uint32(sum[offset:])&0x7fff_ffff%1_000_000)
}

// step finds the time step that a code is of: this one, or one before or after it, as clocks differ
// and people type slowly. No step counts that is not after the last one taken.
func (t TOTP) step(code string, now time.Time) (int64, bool) {
	secret, err := secretEncoding.DecodeString(t.Secret)
	if err != nil || t.Secret == "" {
		return 0, false
	}
	present := now.Unix() / codeStep
	for step := present - 1; step <= present+1; step++ {
		right := subtle.ConstantTimeCompare([]byte(code), []byte(codeAt(secret, step))) == 1
		if right && step > t.LastStep {
			return step, true
		}
	}
	return 0, false
}

// BeginSecondFactor offers a secret, and the address (otpauth://) by which an app takes it over. The
// same one is offered for offerAge, or until it is confirmed. issuer is what the app calls the server.
func (s *Service) BeginSecondFactor(ctx context.Context, user id.UserID, issuer string) (secret, address string, err error) {
	u, err := s.store.User(ctx, user)
	if err != nil {
		return "", "", err
	}
	if u.TOTP.InUse() {
		return "", "", problem.New(problem.Conflict, "secondfactor.already")
	}
	if u.TOTP.Secret == "" || s.now().Sub(u.TOTP.Offered) >= offerAge {
		raw := make([]byte, 20) // as long as SHA-1's sum: RFC 4226, 4
		rand.Read(raw)
		u.TOTP.Secret, u.TOTP.Offered = secretEncoding.EncodeToString(raw), s.now()
		if err := s.store.ReplaceUser(ctx, u); err != nil {
			return "", "", err
		}
	}
	query := url.Values{"secret": {u.TOTP.Secret}, "issuer": {issuer}}
	return u.TOTP.Secret, "otpauth://totp/" + url.PathEscape(issuer+":"+u.Login) + "?" + query.Encode(), nil
}

// ConfirmSecondFactor puts the factor to use when the code is right, ends all of the user's sessions,
// and gives the recovery codes, which are kept as hashes only. It wants the password, so that who stole a session
// cannot lock its owner out.
func (s *Service) ConfirmSecondFactor(ctx context.Context, user id.UserID, password, code string) (recovery []string, err error) {
	u, err := s.store.User(ctx, user)
	if err != nil {
		return nil, err
	}
	if u.TOTP.InUse() {
		return nil, problem.New(problem.Conflict, "secondfactor.already")
	}
	if s.now().Sub(u.TOTP.Offered) >= 2*offerAge {
		return nil, problem.New(problem.Invalid, "secondfactor.late").With("code", "secondfactor.late")
	}
	wrong := problem.New(problem.Invalid, "account.oldPasswordWrong").With("password", "account.oldPasswordWrong")
	if err := s.provePassword(ctx, u, password, wrong); err != nil {
		return nil, err
	}
	counters := codeCounters(u.Login, string(u.ID))
	if err := s.throttle.try(counters, s.now()); err != nil {
		return nil, err
	}
	step, right := u.TOTP.step(plainCode(code), s.now())
	if !right {
		return nil, problem.New(problem.Invalid, "secondfactor.wrong").With("code", "secondfactor.wrong")
	}
	s.throttle.succeeded(counters)
	u.TOTP.Since, u.TOTP.LastStep, u.TOTP.Recovery = s.now(), step, nil
	for range recoveryCodes {
		code := oneTimePassword()
		recovery = append(recovery, code)
		u.TOTP.Recovery = append(u.TOTP.Recovery, hashRecovery(u.ID, code))
	}
	if err := s.store.ReplaceUser(ctx, u); err != nil {
		return nil, err
	}
	return recovery, s.store.DeleteSessions(ctx, user)
}

// plainCode leaves out what people write between digits and letters.
func plainCode(code string) string {
	return strings.ToLower(strings.Map(func(c rune) rune {
		if c == ' ' || c == '-' || c == '\u3000' {
			return -1
		}
		return c
	}, code))
}

// hashRecovery needs no slow hash: a code has 58 random bits and counts once.
func hashRecovery(user id.UserID, code string) string {
	sum := sha256.Sum256([]byte("recovery\x00" + string(user) + "\x00" + plainCode(code)))
	return hex.EncodeToString(sum[:])
}

// SignInCode ends a sign-in that waits for the second factor: it takes a code of the app or a
// recovery code, each once, and gives the token of a whole session for that of the half-open one.
func (s *Service) SignInCode(ctx context.Context, half, code string, browser Browser) (User, string, error) {
	u, session, err := s.authenticate(ctx, half)
	if err == nil && !session.waits(u) {
		err = problem.New(problem.Unauthenticated, "account.sessionEnded")
	}
	if err != nil {
		return User{}, "", err
	}
	if err := s.takeCode(ctx, u, code, browser); err != nil {
		return u, "", err
	}
	if err := s.SignOut(ctx, half); err != nil {
		return u, "", err
	}
	token, err := s.OpenSession(ctx, u.ID, browser)
	return u, token, err
}

// takeCode uses a code up. Of two who send the same at once one has it, because the user's document is
// replaced at the revision that was read.
func (s *Service) takeCode(ctx context.Context, u User, code string, browser Browser) error {
	device, err := s.device(ctx, browser.Devices, u.Login)
	if err != nil {
		return err
	}
	counters := codeCounters(u.Login, device)
	if err := s.throttle.try(counters, s.now()); err != nil {
		return err
	}
	wrong := problem.New(problem.Unauthenticated, "secondfactor.wrong")
	if step, right := u.TOTP.step(plainCode(code), s.now()); right {
		u.TOTP.LastStep = step
	} else if i := slices.Index(u.TOTP.Recovery, hashRecovery(u.ID, code)); i >= 0 {
		u.TOTP.Recovery = slices.Delete(slices.Clone(u.TOTP.Recovery), i, i+1)
	} else {
		return wrong
	}
	err = s.store.ReplaceUser(ctx, u)
	if problem.Is(err, problem.Conflict) {
		return wrong
	}
	if err == nil {
		s.throttle.succeeded(counters)
	}
	return err
}

// RemoveSecondFactor takes a user's own factor away; proof is the password or a code.
func (s *Service) RemoveSecondFactor(ctx context.Context, user id.UserID, proof string, browser Browser) error {
	u, err := s.store.User(ctx, user)
	if err != nil {
		return err
	}
	if !u.TOTP.InUse() {
		return problem.New(problem.Conflict, "secondfactor.none")
	}
	err = s.takeCode(ctx, u, proof, browser)
	if problem.Is(err, problem.Unauthenticated) {
		err = s.provePassword(ctx, u, proof, problem.New(problem.Invalid, "secondfactor.proofWrong").With("proof", "secondfactor.proofWrong"))
	}
	if err != nil {
		return err
	}
	return s.ResetSecondFactor(ctx, user)
}

// ResetSecondFactor takes somebody's factor away: they lost the phone. Their sessions go on.
func (s *Service) ResetSecondFactor(ctx context.Context, user id.UserID) error {
	u, err := s.store.User(ctx, user)
	if err != nil {
		return err
	}
	u.TOTP = TOTP{}
	return s.store.ReplaceUser(ctx, u)
}

// RequireSecondFactor sets the roles whose members must have a second factor in a project.
func (s *Service) RequireSecondFactor(ctx context.Context, project id.ProjectID, roles []Role) (Project, error) {
	for _, role := range roles {
		if err := validateRole(role); err != nil {
			return Project{}, err
		}
	}
	p, err := s.store.Project(ctx, project)
	if err != nil {
		return Project{}, err
	}
	p.NeedFactor = roles
	return p, s.store.ReplaceProject(ctx, p)
}
