package survey

import (
	"context"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

// LinkEntry is what comes with an instance by a public link, besides its answers.
type LinkEntry struct {
	Code    string    // one-time, as it was typed
	Devices []string  // by which the sender's device is known
	Seen    time.Time // when the device first opened the link, by our clock; zero: not known
	Agreed  time.Time // when the sender agreed to the consent's text, by theirs; zero: they did not
	Closed  time.Time // of the project; zero: it is open
}

// LinkReceipt is what the sender gets.
type LinkReceipt struct {
	Submission
	Tracking string // of a suggestion: by which its answer is looked up
}

// SubmitByLink is Submit for what comes by a public link. What was begun before the link was closed is
// taken and marked Late. The same instance again is the same submission, whatever has been closed,
// used up or filled meanwhile.
func (s *Service) SubmitByLink(ctx context.Context, l *PublicLink, in Incoming, entry LinkEntry) (LinkReceipt, error) {
	in = l.own(in)
	_, err := s.byInstance(ctx, l.ProjectID, l.FormID, in.InstanceID)
	var late []problem.Detail
	if problem.Is(err, problem.NotFound) {
		late, err = s.linkTakes(l, in.Started, entry)
	}
	if err != nil {
		return LinkReceipt{}, err
	}
	in.claim = func(ctx context.Context, sub *Submission) error {
		sub.flagLate(late)
		return s.claim(ctx, l, entry, sub)
	}
	sub, err := s.Submit(ctx, l.ProjectID, "", in)
	if err != nil || l.Settings.Suggestion == "" {
		return LinkReceipt{sub, ""}, err
	}
	tracking := l.Tracking(sub.ID)
	return LinkReceipt{sub, tracking}, s.noteSuggestion(ctx, l, sub.ID, tracking)
}

// own is an instance as the link takes it: about no case, in no other's place, and the link's alone to judge
// whether it comes in time.
func (l *PublicLink) own(in Incoming) Incoming {
	return Incoming{InstanceID: in.InstanceID, FormID: l.FormID, Version: in.Version, DeviceID: in.DeviceID, Started: in.Started, Ended: in.Ended,
		Answers: in.Answers, Files: in.Files, Link: l.ID}
}

// CheckByLink tells, before its attachments are taken in, whether an instance will be refused.
func (s *Service) CheckByLink(ctx context.Context, l *PublicLink, in Incoming, entry LinkEntry) error {
	in = l.own(in)
	_, err := s.byInstance(ctx, l.ProjectID, l.FormID, in.InstanceID)
	if !problem.Is(err, problem.NotFound) {
		return err
	}
	if _, err := s.linkTakes(l, in.Started, entry); err != nil {
		return err
	}
	if err := s.Check(ctx, l.ProjectID, "", in); err != nil {
		return err
	}
	if l.Settings.Once == OncePerCode {
		return s.CheckCode(ctx, l, entry.Code, submissionID(l.ProjectID, in))
	}
	return nil
}

// linkTakes tells whether a link takes what is new: while it is open, and for account.GraceLength after
// that what was begun before. Anybody may write any beginning: the device must have opened the link before
// its end too, by our clock. Phones' clocks go wrong: a beginning in the future says nothing.
func (s *Service) linkTakes(l *PublicLink, begun time.Time, entry LinkEntry) (late []problem.Detail, err error) {
	now := s.now()
	if now.Before(l.Settings.Opens) {
		return nil, problem.New(problem.Forbidden, "publiclink.early", s.minute(l.Settings.Opens))
	}
	if l.Settings.Consent != "" && entry.Agreed.IsZero() {
		return nil, problem.New(problem.Invalid, "publiclink.notAgreed")
	}
	ended := l.Ended(now)
	if !entry.Closed.IsZero() && (ended.IsZero() || entry.Closed.Before(ended)) {
		ended = entry.Closed
	}
	if ended.IsZero() {
		return nil, nil
	}
	isLater := !begun.Before(ended) && !begun.After(now)
	if isLater || entry.Seen.IsZero() || !entry.Seen.Before(ended) || now.Sub(ended) > account.GraceLength {
		return nil, problem.New(problem.Forbidden, "publiclink.closedSince", s.minute(ended))
	}
	return []problem.Detail{{Text: problem.Say("publiclink.cameLate", s.minute(ended))}}, nil
}

func (s *Service) minute(t time.Time) string {
	return t.In(s.now().Location()).Format("2006-01-02 15:04")
}

// claim takes for a new submission what it may have alone, and its places in quotas.
func (s *Service) claim(ctx context.Context, l *PublicLink, entry LinkEntry, sub *Submission) error {
	sub.Consented = entry.Agreed
	switch l.Settings.Once {
	case OncePerCode:
		if err := s.useCode(ctx, l, entry.Code, sub); err != nil {
			return err
		}
	case OncePerDevice:
		for _, device := range entry.Devices {
			holder, err := s.take(ctx, Claim{ID: id.Derived(string(l.ID), "device", device), Kind: ClaimDevice}, sub, false)
			if err != nil {
				return err
			}
			if holder != sub.ID {
				return problem.New(problem.Conflict, "publiclink.deviceUsed", Receipt(holder))
			}
		}
	}
	_, err := s.settle(ctx, sub)
	return err
}

// DeviceUsed gives the receipt of what came from a device by a link on which each may answer once; "" when
// nothing did: what broke off has no receipt.
func (s *Service) DeviceUsed(ctx context.Context, l *PublicLink, device string) (string, error) {
	if l.Settings.Once != OncePerDevice || device == "" {
		return "", nil
	}
	c, err := s.store.Claim(ctx, l.ProjectID, id.Derived(string(l.ID), "device", device))
	if problem.Is(err, problem.NotFound) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if hasCome, err := s.came(ctx, l.ProjectID, c.Submission); err != nil || !hasCome {
		return "", err
	}
	return Receipt(c.Submission), nil
}

// LinkCounts is how much came by a link.
type LinkCounts struct {
	All, Today int
	Quotas     []QuotaCount
}

// QuotaCount is how full a quota is.
type QuotaCount struct {
	Quota
	Taken int
}

// Share is how full the quota is, in percent.
func (q QuotaCount) Share() int { return min(100, 100*q.Taken/q.Limit) }

// CountLink counts what came by a link, as far as the context reaches; today begins at since.
func (s *Service) CountLink(ctx context.Context, l *PublicLink, since time.Time) (LinkCounts, error) {
	counts, err := s.CountLinks(ctx, l.ProjectID, l.FormID, []PublicLink{*l}, since)
	return counts[0], err
}

// CountLinks does so for links of a form, in their order.
func (s *Service) CountLinks(ctx context.Context, project id.ProjectID, formID id.FormID, links []PublicLink, since time.Time) ([]LinkCounts, error) {
	counts, at := make([]LinkCounts, len(links)), map[id.UserID]*LinkCounts{}
	for i, l := range links {
		at[id.UserID(l.ID)] = &counts[i]
	}
	err := s.eachMatch(ctx, project, Filter{FormID: formID}, func(item ListItem) {
		n := at[item.Submitter]
		if n == nil {
			return
		}
		n.All++
		if !item.Received.Before(since) {
			n.Today++
		}
	})
	for i, l := range links {
		for _, q := range l.Settings.Quotas {
			if err != nil {
				return counts, err
			}
			var taken int
			taken, err = s.store.CountPlaces(ctx, project, q.key(l.ID))
			counts[i].Quotas = append(counts[i].Quotas, QuotaCount{q, taken})
		}
	}
	return counts, err
}
