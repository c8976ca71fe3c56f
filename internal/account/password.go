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

func validatePassword(password string) error {
	if n := utf8.RuneCountInString(password); n < 8 || n > 200 {
		return problem.New(problem.Invalid, "account.passwordLength").With("password", "account.passwordLength")
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
