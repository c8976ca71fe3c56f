package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"tianye/internal/problem"
)

// The cost of argon2id: OWASP Password Storage Cheat Sheet, "19 MiB, t=2, p=1".
const (
	argonMemory  = 19 * 1024 // KiB
	argonTime    = 2
	argonThreads = 1
	argonKey     = 32
)

// hashing bounds how many passwords are hashed at once: each takes 19 MiB, and a
// flood of sign-ins must not take the server's memory. Nor may its queue grow without end: what
// strangers try is refused when many wait, so that who is known still comes to their turn.
var (
	hashing = make(chan struct{}, 2)
	waiting atomic.Int32
)

const (
	mostStrangers = 32 // hashed or waiting; about a second's work
	mostWaiting   = 64
)

func key(ctx context.Context, password string, salt []byte, memory, time uint32, known bool) ([]byte, error) {
	most := int32(mostStrangers)
	if known {
		most = mostWaiting
	}
	defer waiting.Add(-1)
	if waiting.Add(1) > most {
		return nil, problem.New(problem.Unavailable, "secondfactor.busy")
	}
	select {
	case hashing <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, time, memory, argonThreads, argonKey), nil
}

func hashPassword(ctx context.Context, password string) (string, error) {
	salt := make([]byte, 16)
	rand.Read(salt)
	sum, err := key(ctx, password, salt, argonMemory, argonTime, true)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s", argonMemory, argonTime, argonThreads,
		b64.EncodeToString(salt), b64.EncodeToString(sum)), nil
}

// checkPassword tells whether the password is the hash's; with an empty hash it
// takes as long and says no, so that time does not tell whether a login exists. Known tells that
// the browser or the session is one of the user's.
func checkPassword(ctx context.Context, hash, password string, known bool) (bool, error) {
	var memory, time uint32 = argonMemory, argonTime
	salt, want := make([]byte, 16), make([]byte, argonKey)
	if hash != "" {
		parts := strings.Split(hash, "$")
		if len(parts) != 6 {
			return false, fmt.Errorf("account: password hash of unknown form")
		}
		if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=1", &memory, &time); err != nil { // p is argonThreads
			return false, fmt.Errorf("account: password hash: %w", err)
		}
		var err error
		if salt, err = base64.RawStdEncoding.DecodeString(parts[4]); err != nil {
			return false, fmt.Errorf("account: password hash: %w", err)
		}
		if want, err = base64.RawStdEncoding.DecodeString(parts[5]); err != nil {
			return false, fmt.Errorf("account: password hash: %w", err)
		}
	}
	sum, err := key(ctx, password, salt, memory, time, known)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(sum, want) == 1 && hash != "", nil
}

// guessedFirst are the passwords of eight characters and more that lists of stolen ones hold most often,
// those of Chinese sites among them.
const guessedFirst = " 12345678 123456789 1234567890 0123456789 0987654321 987654321 87654321 11223344 12341234 12344321 11111111 00000000 " +
	"88888888 66666666 99999999 11112222 123123123 147258369 159357456 123654789 789456123 741852963 5201314520 13145200 31415926 " +
	"password password1 password123 passw0rd p@ssw0rd p@ssword qwertyui qwerty123 qwertyuiop 1qaz2wsx 1q2w3e4r 1q2w3e4r5t qazwsxedc asdfghjk " +
	"asdfghjkl zxcvbnm123 iloveyou sunshine princess football baseball superman computer internet trustno1 abcd1234 abc12345 abcdefgh " +
	"a1234567 a12345678 a123456789 aa123456 aa12345678 qq123456 qq123456789 woaini1314 woaini520 woaini123 woaiwojia wang1234 zhang123 liuliuliu " +
	"dearbook xiazhili admin123 admin888 administrator administrator1 root1234 tianye123 tianye1234 changeme welcome1 welcome123 letmein1 "

// validatePassword wants length, not kinds of characters (NIST SP 800-63B, 5.1.1.2), and none that is guessed first.
func validatePassword(password, login string) error {
	if n := utf8.RuneCountInString(password); n < 8 || n > 128 {
		return problem.New(problem.Invalid, "account.passwordLength").With("password", "account.passwordLength")
	}
	plain := strings.ToLower(password)
	first, _ := utf8.DecodeRuneInString(plain)
	if strings.Trim(plain, string(first)) == "" || plain == login || strings.Contains(guessedFirst, " "+plain+" ") {
		return problem.New(problem.Invalid, "secondfactor.passwordCommon").With("password", "secondfactor.passwordCommon")
	}
	return nil
}

// oneTimePassword is read aloud and typed on a phone: no letters that look alike.
func oneTimePassword() string {
	const letters = "abcdefghjkmnpqrstvwxyz23456789"
	raw := make([]byte, 12)
	rand.Read(raw)
	var b strings.Builder
	for i, c := range raw {
		if i > 0 && i%4 == 0 {
			b.WriteByte('-')
		}
		b.WriteByte(letters[int(c)%len(letters)]) // 256 mod 30 is a bias of 3 %: 58 bits remain
	}
	return b.String()
}
