package survey

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"math/big"
	"slices"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// CodeBatch is one-time codes that were made together.
type CodeBatch struct {
	Made  time.Time
	By    id.UserID
	Count int
}

// The bounds of codes.
const (
	MaxBatch = 1000
	maxCodes = 10_000 // of a link
)

// codeLetters are 31 signs of which none looks like another; 31 is a prime, so that the last sign of a
// code, the sum of the others by their places, tells every single mistake and every two that are swapped.
const codeLetters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

const codeLength = 8

// newCode makes a code: 7 random signs, 34 bits, and the check.
func newCode() string {
	code := make([]byte, codeLength-1)
	for i := range code {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(codeLetters))))
		if err != nil {
			panic(err) // never, since Go 1.24
		}
		code[i] = codeLetters[n.Int64()]
	}
	return string(append(code, checkSign(string(code))))
}

func checkSign(code string) byte {
	sum := 0
	for i := range len(code) {
		sum += (i + 1) * strings.IndexByte(codeLetters, code[i])
	}
	return codeLetters[sum%len(codeLetters)]
}

// TidyCode reads a code as people type it: small letters, spaces, hyphens and the wide signs of a Chinese
// keyboard are forgiven; "" when it cannot be one.
func TidyCode(typed string) string {
	code := strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '－' || r == '　' {
			return -1
		}
		if r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ' { // of a Chinese keyboard
			r -= '０' - '0'
		}
		return r
	}, typed)
	code = strings.ToUpper(code)
	if len(code) != codeLength || strings.ContainsFunc(code, func(r rune) bool { return !strings.ContainsRune(codeLetters, r) }) ||
		checkSign(code[:codeLength-1]) != code[codeLength-1] {
		return ""
	}
	return code
}

// derive makes of a text what only who has the link's key can: codes are kept like this alone.
func (l *PublicLink) derive(kind, text string) string {
	mac := hmac.New(sha256.New, []byte(l.Key))
	mac.Write([]byte(kind + "\x00" + text))
	return strings.ToLower(base32.StdEncoding.EncodeToString(mac.Sum(nil)[:20]))
}

// MakeCodes makes a batch of one-time codes, which nobody can be told again.
func (s *Service) MakeCodes(ctx context.Context, project id.ProjectID, actor id.UserID, link id.LinkID, count int) (PublicLink, []string, error) {
	l, err := s.Link(ctx, project, link)
	if err != nil {
		return PublicLink{}, nil, err
	}
	if count < 1 || count > MaxBatch {
		return l, nil, problem.New(problem.Invalid, "publiclink.batch", MaxBatch)
	}
	all := count
	for _, b := range l.Batches {
		all += b.Count
	}
	if all > maxCodes {
		return l, nil, problem.New(problem.Invalid, "publiclink.manyCodes", maxCodes)
	}
	now := s.now().Truncate(time.Millisecond)
	// Noted first: what breaks off leaves fewer codes than are noted, and none that nobody counts.
	l.Batches = append(slices.Clip(l.Batches), CodeBatch{now, actor, count})
	if l, err = s.replaceLink(ctx, l); err != nil {
		return l, nil, err
	}
	codes := make([]string, 0, count)
	for len(codes) < count {
		code := newCode()
		err := s.store.CreateClaim(ctx, Claim{ID: l.derive("code", code), ProjectID: project, Link: link, Kind: ClaimCode, At: now, Revision: 1})
		if problem.Is(err, problem.Conflict) { // there is one like it
			continue
		}
		if err != nil {
			return l, nil, err
		}
		codes = append(codes, code)
	}
	return l, codes, nil
}

// HasCode tells whether a code is one of the link's, used or not.
func (s *Service) HasCode(ctx context.Context, l *PublicLink, code string) (bool, error) {
	_, err := s.codeClaim(ctx, l, code)
	if problem.Is(err, problem.Invalid) {
		return false, nil
	}
	return err == nil, err
}

func (s *Service) codeClaim(ctx context.Context, l *PublicLink, typed string) (Claim, error) {
	code := TidyCode(typed)
	if code == "" {
		return Claim{}, problem.New(problem.Invalid, KeyCodeWrong)
	}
	c, err := s.store.Claim(ctx, l.ProjectID, l.derive("code", code))
	if problem.Is(err, problem.NotFound) {
		err = problem.New(problem.Invalid, KeyCodeWrong)
	}
	return c, err
}

// KeyCodeWrong is said of a code that is none: who says many is guessing.
const KeyCodeWrong = "publiclink.codeWrong"

// CheckCode tells why a code cannot be used, by a submission if it is known already.
func (s *Service) CheckCode(ctx context.Context, l *PublicLink, typed string, sub id.SubmissionID) error {
	c, err := s.codeClaim(ctx, l, typed)
	if err != nil {
		return err
	}
	isTaken, err := s.takenFrom(ctx, c, sub)
	if err == nil && isTaken {
		err = problem.New(problem.Conflict, "publiclink.codeUsed", Receipt(c.Submission))
	}
	return err
}

func (s *Service) useCode(ctx context.Context, l *PublicLink, typed string, sub *Submission) error {
	code := TidyCode(typed)
	if code == "" {
		return problem.New(problem.Invalid, KeyCodeWrong)
	}
	holder, err := s.take(ctx, Claim{ID: l.derive("code", code)}, sub, true)
	if problem.Is(err, problem.NotFound) {
		return problem.New(problem.Invalid, KeyCodeWrong)
	}
	if err == nil && holder != sub.ID {
		err = problem.New(problem.Conflict, "publiclink.codeUsed", Receipt(holder))
	}
	return err
}

// CodesUsed counts the codes of a link that were used.
func (s *Service) CodesUsed(ctx context.Context, l *PublicLink) (int, error) {
	return s.store.CountUsed(ctx, l.ProjectID, l.ID, ClaimCode)
}
