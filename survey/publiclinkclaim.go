package survey

import (
	"context"
	"crypto/hmac"
	"strconv"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Claim is what a submission that came by a public link holds alone: the turn of a device, a one-time
// code, a place within a quota. Its id is derived from what is claimed, so that of several who want it
// at once the store lets one have it, and who comes again finds what is theirs.
type Claim struct {
	ID         string
	ProjectID  id.ProjectID
	Link       id.LinkID
	Kind       ClaimKind
	Quota      string          `bson:",omitempty"` // of a place: the quota's key
	Slot       int             // of a place: 0 … Limit-1, each once a quota
	Submission id.SubmissionID `bson:",omitempty"` // "": a code that nobody used yet
	At         time.Time       // when it was made or taken last
	Revision   int64           `bson:"-"`
}

// ClaimKind is what is claimed.
type ClaimKind string

// What is claimed.
const (
	ClaimDevice ClaimKind = "device"
	ClaimCode   ClaimKind = "code"
	ClaimPlace  ClaimKind = "place"
)

// claimGrace is how long a claim is left to a submission that is not there (yet): longer than any
// change may take, so that nobody loses to another what they are just about to use.
const claimGrace = 15 * time.Minute

// take makes a submission the holder of a device's turn or of a code, or tells whose it is. What was
// taken for an instance that never came, because its sending broke off, goes to the next.
func (s *Service) take(ctx context.Context, c Claim, sub *Submission, made bool) (holder id.SubmissionID, err error) {
	c.ProjectID, c.Link, c.Submission, c.At, c.Revision = sub.ProjectID, sub.Link, sub.ID, sub.Received, 1
	for range retries {
		before, err := s.store.Claim(ctx, sub.ProjectID, c.ID)
		switch {
		case problem.Is(err, problem.NotFound) && made:
			return "", err
		case problem.Is(err, problem.NotFound):
			if err = s.store.CreateClaim(ctx, c); err == nil {
				return sub.ID, nil
			}
		case err != nil:
			return "", err
		default:
			if isTaken, err := s.takenFrom(ctx, before, sub.ID); isTaken || err != nil {
				return before.Submission, err
			}
			before.Submission, before.At = sub.ID, sub.Received
			if err = s.store.ReplaceClaim(ctx, before); err == nil {
				return sub.ID, nil
			}
		}
		if !problem.Is(err, problem.Conflict) && !problem.Is(err, problem.NotFound) {
			return "", err
		}
	}
	return "", problem.New(problem.Unavailable, "publiclink.busy")
}

// takenFrom tells whether a claim belongs to another submission.
func (s *Service) takenFrom(ctx context.Context, c Claim, sub id.SubmissionID) (bool, error) {
	if c.Submission == "" || c.Submission == sub {
		return false, nil
	}
	if s.now().Sub(c.At) < claimGrace {
		return true, nil
	}
	return s.came(ctx, c.ProjectID, c.Submission)
}

// NameDevice makes the name by which a link knows a device from now on, signed.
func (l *PublicLink) NameDevice(now time.Time) string {
	name := id.Short() + "." + strconv.FormatInt(now.UnixMilli(), 36)
	return name + "." + l.derive("device", name)
}

// KnownDevice reads what NameDevice made: the device, and since when it is known; "" when it is not.
func (l *PublicLink) KnownDevice(signed string) (device string, seen time.Time) {
	at := strings.LastIndexByte(signed, '.')
	if at < 0 || !hmac.Equal([]byte(l.derive("device", signed[:at])), []byte(signed[at+1:])) {
		return "", time.Time{}
	}
	device, stamp, _ := strings.Cut(signed[:at], ".")
	millis, err := strconv.ParseInt(stamp, 36, 64)
	if err != nil {
		return "", time.Time{}
	}
	return device, time.UnixMilli(millis)
}
