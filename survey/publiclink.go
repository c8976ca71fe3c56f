package survey

import (
	"context"
	"slices"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// PublicLink is a way by which anybody answers a form without an account: an address, which a QR code
// says too. What comes by it has no Submitter.
type PublicLink struct {
	ID        id.LinkID
	ProjectID id.ProjectID
	FormID    id.FormID
	Key       string // what codes, devices and tracking numbers of this link are derived with; never shown
	Settings  LinkSettings
	Closed    time.Time   // by hand; zero: it is not
	Batches   []CodeBatch `bson:",omitempty"`
	Made      time.Time
	By        id.UserID
	Deleted   *id.Deletion `bson:",omitempty"`
	Revision  int64        `bson:"-"`
}

// LinkSettings are what the makers of a link decide.
type LinkSettings struct {
	Title      string
	Opens      time.Time // zero: at once
	Closes     time.Time // zero: by hand alone
	Greeting   string    // Markdown
	Thanks     string    // Markdown
	Consent    string    // Markdown; "": nobody is asked
	Once       LinkOnce
	Quotas     []Quota   `bson:",omitempty"`
	Suggestion form.Path `bson:",omitempty"` // the question that holds the suggestion; "": the link is no suggestion box
}

// LinkOnce is how often one may answer.
type LinkOnce string

// How often one may answer.
const (
	Unlimited     LinkOnce = ""
	OncePerDevice LinkOnce = "device"
	OncePerCode   LinkOnce = "code"
)

// The bounds of what a link holds.
const (
	maxLinkTitle = 60   // characters
	maxLinkText  = 5000 // characters, of each text
	maxLinks     = 200  // of a project
)

// LinkState is whether a link takes answers.
type LinkState string

// The states of a link.
const (
	LinkOpen   LinkState = "open"
	LinkEarly  LinkState = "early"  // its day has not come
	LinkOver   LinkState = "over"   // its day is past
	LinkClosed LinkState = "closed" // by hand, or in the recycle bin
)

// Ended is since when nothing new is begun; zero: it is.
func (l *PublicLink) Ended(now time.Time) time.Time {
	ended := l.Closed
	if over := l.Settings.Closes; !over.IsZero() && !now.Before(over) && (ended.IsZero() || over.Before(ended)) {
		ended = over
	}
	if d := l.Deleted; d != nil && (ended.IsZero() || d.At.Before(ended)) {
		ended = d.At
	}
	return ended
}

// State tells whether the link takes answers.
func (l *PublicLink) State(now time.Time) LinkState {
	switch ended := l.Ended(now); {
	case !ended.IsZero() && l.Closed.IsZero() && l.Deleted == nil:
		return LinkOver
	case !ended.IsZero():
		return LinkClosed
	case now.Before(l.Settings.Opens):
		return LinkEarly
	}
	return LinkOpen
}

// MakeLink makes a public link of a published form.
func (s *Service) MakeLink(ctx context.Context, project id.ProjectID, actor id.UserID, formID id.FormID, settings LinkSettings) (PublicLink, error) {
	links, err := s.store.Links(ctx, project)
	if err != nil {
		return PublicLink{}, err
	}
	living := slices.DeleteFunc(links, func(l PublicLink) bool { return l.Deleted != nil })
	if len(living) >= maxLinks {
		return PublicLink{}, problem.New(problem.Invalid, "publiclink.tooMany", maxLinks)
	}
	now := s.now().Truncate(time.Millisecond)
	l := PublicLink{ID: id.LinkID(id.Short()), ProjectID: project, FormID: formID, Key: id.Secret(), Made: now, By: actor, Revision: 1}
	if l.Settings, err = s.judgeLink(ctx, project, formID, settings); err != nil {
		return PublicLink{}, err
	}
	return l, s.store.CreateLink(ctx, l)
}

// SaveLink changes a link's settings. revision is the one that the actor saw.
func (s *Service) SaveLink(ctx context.Context, project id.ProjectID, link id.LinkID, revision int64, settings LinkSettings) (PublicLink, error) {
	var former []Quota
	l, err := s.changeLink(ctx, project, link, revision, func(l *PublicLink) (err error) {
		former = l.Settings.Quotas
		l.Settings, err = s.judgeLink(ctx, project, l.FormID, settings)
		return err
	})
	if err == nil {
		err = s.fillQuotas(ctx, &l, former)
	}
	return l, err
}

// CloseLink closes a link now, or opens it again.
func (s *Service) CloseLink(ctx context.Context, project id.ProjectID, link id.LinkID, revision int64, closed bool) (PublicLink, error) {
	return s.changeLink(ctx, project, link, revision, func(l *PublicLink) error {
		now := s.now().Truncate(time.Millisecond)
		switch {
		case closed:
			l.Closed = now
		case l.Closed.IsZero() && l.State(now) == LinkOver:
			return problem.New(problem.Invalid, "publiclink.moveClosing")
		default:
			l.Closed = time.Time{}
		}
		return nil
	})
}

// changeLink changes a link as its reader saw it.
func (s *Service) changeLink(ctx context.Context, project id.ProjectID, link id.LinkID, revision int64, change func(*PublicLink) error) (PublicLink, error) {
	l, err := s.Link(ctx, project, link)
	if err == nil && l.Revision != revision {
		err = problem.New(problem.Conflict, "publiclink.changed")
	}
	if err == nil {
		err = change(&l)
	}
	if err != nil {
		return PublicLink{}, err
	}
	return s.replaceLink(ctx, l)
}

func (s *Service) replaceLink(ctx context.Context, l PublicLink) (PublicLink, error) {
	if err := s.store.ReplaceLink(ctx, l); err != nil {
		if problem.Is(err, problem.Conflict) {
			err = problem.New(problem.Conflict, "publiclink.changed").Because(err)
		}
		return PublicLink{}, err
	}
	l.Revision++
	return l, nil
}

// DeleteLink puts a link into the recycle bin; what came by it stays.
func (s *Service) DeleteLink(ctx context.Context, project id.ProjectID, actor id.UserID, link id.LinkID, why string) (PublicLink, error) {
	l, err := s.Link(ctx, project, link)
	if err != nil {
		return PublicLink{}, err
	}
	l.Deleted = &id.Deletion{By: actor, At: s.now().Truncate(time.Millisecond), Why: why}
	return s.replaceLink(ctx, l)
}

// RestoreLink takes a link out of the recycle bin.
func (s *Service) RestoreLink(ctx context.Context, project id.ProjectID, link id.LinkID) (PublicLink, error) {
	l, err := s.anyLink(ctx, link)
	switch {
	case err == nil && l.ProjectID != project:
		err = noLink()
	case err == nil && l.Deleted == nil:
		return l, nil
	case err == nil && l.Deleted.Expired(s.now()):
		err = problem.New(problem.NotFound, "bin.gone")
	}
	if err != nil {
		return PublicLink{}, err
	}
	l.Deleted = nil
	return s.replaceLink(ctx, l)
}

// Link gives a link of a project; one in the recycle bin is not found.
func (s *Service) Link(ctx context.Context, project id.ProjectID, link id.LinkID) (PublicLink, error) {
	l, err := s.anyLink(ctx, link)
	if err == nil && (l.ProjectID != project || l.Deleted != nil) {
		err = noLink()
	}
	if err != nil {
		return PublicLink{}, err
	}
	return l, nil
}

// LinkAt gives the link of an address, whichever project it is of. One in the recycle bin is there: it
// still takes what was begun before.
func (s *Service) LinkAt(ctx context.Context, link id.LinkID) (PublicLink, error) {
	return s.anyLink(ctx, link)
}

func (s *Service) anyLink(ctx context.Context, link id.LinkID) (PublicLink, error) {
	if !id.ValidShort(string(link)) {
		return PublicLink{}, noLink()
	}
	l, err := s.store.Link(ctx, link)
	if problem.Is(err, problem.NotFound) {
		err = noLink()
	}
	return l, err
}

func noLink() error { return problem.New(problem.NotFound, "publiclink.none") }

// Links are a project's links, the newest first, those in the recycle bin too when all are asked for.
func (s *Service) Links(ctx context.Context, project id.ProjectID, all bool) ([]PublicLink, error) {
	links, err := s.store.Links(ctx, project)
	if !all {
		links = slices.DeleteFunc(links, func(l PublicLink) bool { return l.Deleted != nil })
	}
	slices.SortFunc(links, func(a, b PublicLink) int { return b.Made.Compare(a.Made) })
	return links, err
}

// BinnedLinks are the links in the recycle bin.
func (s *Service) BinnedLinks(ctx context.Context, project id.ProjectID) ([]id.Binned, error) {
	links, err := s.store.Links(ctx, project)
	var out []id.Binned
	for _, l := range links {
		if l.Deleted != nil && !l.Deleted.Expired(s.now()) {
			out = append(out, id.Binned{Kind: id.KindLink, ID: string(l.ID), Title: l.Settings.Title, Deletion: *l.Deleted})
		}
	}
	return out, err
}

// LinkStore keeps public links, of which an address names no project, what submissions hold by them, and
// suggestions. Methods that replace or delete take the revision that was read and give problem.Conflict
// when another came first.
type LinkStore interface {
	CreateLink(ctx context.Context, l PublicLink) error
	Link(ctx context.Context, link id.LinkID) (PublicLink, error)
	Links(ctx context.Context, project id.ProjectID) ([]PublicLink, error)
	ReplaceLink(ctx context.Context, l PublicLink) error

	CreateClaim(ctx context.Context, c Claim) error // problem.Conflict when the id, or the place, is taken
	Claim(ctx context.Context, project id.ProjectID, claim string) (Claim, error)
	// CountUsed counts the claims of a link that are some submission's, CountPlaces those of a quota.
	CountUsed(ctx context.Context, project id.ProjectID, link id.LinkID, kind ClaimKind) (int, error)
	CountPlaces(ctx context.Context, project id.ProjectID, quota string) (int, error)
	Places(ctx context.Context, project id.ProjectID, quota string, each func(*Claim) error) error
	ReplaceClaim(ctx context.Context, c Claim) error
	DeleteClaim(ctx context.Context, c Claim) error

	CreateSuggestion(ctx context.Context, g Suggestion) error // problem.Conflict when the id exists
	Suggestion(ctx context.Context, project id.ProjectID, suggestion string) (Suggestion, error)
	// PublishedSuggestions gives so many, the last published first.
	PublishedSuggestions(ctx context.Context, project id.ProjectID, link id.LinkID, limit int, each func(*Suggestion) error) error
	// SuggestionsOf gives those of some submissions, EachSuggestion all of a project.
	SuggestionsOf(ctx context.Context, project id.ProjectID, submissions []id.SubmissionID) ([]Suggestion, error)
	EachSuggestion(ctx context.Context, project id.ProjectID, each func(*Suggestion) error) error
	ReplaceSuggestion(ctx context.Context, g Suggestion) error
	// ForgetSuggestion removes a suggestion's former revisions for good.
	ForgetSuggestion(ctx context.Context, project id.ProjectID, suggestion string) error
}

// Sender is by whom lists and tables know a submission: who sent it, or the link by which it came.
func (s *Submission) Sender() id.UserID {
	if s.Link != "" {
		return id.UserID(s.Link)
	}
	return s.Submitter
}
