package survey

import (
	"context"
	"encoding/base64"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// HookEvent is what a webhook tells of.
type HookEvent string

// The events.
const (
	HookCreated  HookEvent = ofSubmission + "created"
	HookChanged  HookEvent = ofSubmission + "changed" // its answers were corrected, mended or edited
	HookReviewed HookEvent = ofSubmission + "reviewed"
	HookPing     HookEvent = "ping" // of the test
)

const ofSubmission = "submission."

// Name is what happened to the submission, in a word.
func (e HookEvent) Name() string { return strings.TrimPrefix(string(e), ofSubmission) }

// HookEventOf is the event of a name.
func HookEventOf(name string) HookEvent { return HookEvent(ofSubmission + name) }

// Label is the event in words.
func (e HookEvent) Label() problem.Text {
	switch e {
	case HookChanged:
		return problem.Say("webhook.eventChanged")
	case HookReviewed:
		return problem.Say("webhook.eventReviewed")
	}
	return problem.Say("webhook.eventCreated")
}

// HookEvents are those that can be asked for.
var HookEvents = []HookEvent{HookCreated, HookChanged, HookReviewed}

// Webhook tells another program of a project's submissions. There is one a project, and none unless a
// manager made it.
type Webhook struct {
	ProjectID id.ProjectID
	URL       string
	Events    []HookEvent
	Answers   bool   // de-identified answers are told too
	Nonce     string // what the secret is made of, with the server's: the secret itself is not kept
	On        bool
	Since     time.Time // what happened before is not told
	Off       *HookOff  `bson:",omitempty"` // it was turned off by itself
	By        id.UserID
	Mark      int64     // of the changes that were looked at
	Found     time.Time // when that was
	Silent    time.Time `bson:",omitzero"` // since when nothing is answered; zero: it was, or nothing was told
	Revision  int64     `bson:"-"`
}

// HookOff says since when a webhook is off because nothing answered, and what was answered last.
type HookOff struct {
	At  time.Time
	Why problem.Text
}

// Delivery is one event that is told, or was. Its id is the same whoever finds the event.
type Delivery struct {
	ID         string
	ProjectID  id.ProjectID
	FormID     id.FormID
	Submission id.SubmissionID
	Event      HookEvent
	At         time.Time
	N          int // among the submission's events; -1: it came
	Pending    bool
	Attempts   int
	First      time.Time    // of the attempts
	Next       time.Time    // not tried before
	Claimed    time.Time    // until then one process is at it
	Status     int          // of the last answer; 0 when there was none
	Failed     problem.Text // what was wrong with it; no Key when nothing was
	Done       time.Time    // when it was taken, or given up
	Revision   int64        `bson:"-"`
}

// WebhookStore keeps webhooks and what they deliver.
type WebhookStore interface {
	Webhooks(ctx context.Context) ([]Webhook, error) // of all projects
	Webhook(ctx context.Context, project id.ProjectID) (Webhook, error)
	CreateWebhook(ctx context.Context, w Webhook) error
	ReplaceWebhook(ctx context.Context, w Webhook) error
	// QueueDelivery keeps a delivery, unless it is there.
	QueueDelivery(ctx context.Context, d Delivery) error
	// DueDeliveries gives those that are not done and may be tried by a time, what may longest first;
	// FirstDelivery a submission's oldest that is not done; LastDeliveries the newest of all.
	DueDeliveries(ctx context.Context, project id.ProjectID, by time.Time, limit int) ([]Delivery, error)
	FirstDelivery(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (Delivery, error)
	LastDeliveries(ctx context.Context, project id.ProjectID, limit int) ([]Delivery, error)
	CountPending(ctx context.Context, project id.ProjectID) (int, error)
	ReplaceDelivery(ctx context.Context, d Delivery) error
	// ForgetDeliveries removes those that were done before a time.
	ForgetDeliveries(ctx context.Context, project id.ProjectID, before time.Time) error
	// SubmissionsSince opens a reader of what changed after a mark; it gives the next mark.
	SubmissionsSince(project id.ProjectID, mark int64) func(ctx context.Context, each func(*Submission) error) (int64, error)
}

// Webhook gives a project's webhook; a new one, which is off, when there is none.
func (s *Service) Webhook(ctx context.Context, project id.ProjectID) (Webhook, error) {
	w, err := s.store.Webhook(ctx, project)
	if problem.Is(err, problem.NotFound) {
		return Webhook{ProjectID: project, Events: HookEvents}, nil
	}
	return w, err
}

// HookEdit is what a manager says of a webhook.
type HookEdit struct {
	URL     string
	Events  []HookEvent
	Answers bool
	On      bool
}

// SaveWebhook changes the webhook, and tells whether its secret is a new one: the first has to be shown.
func (s *Service) SaveWebhook(ctx context.Context, project id.ProjectID, actor id.UserID, edit HookEdit) (w Webhook, fresh bool, err error) {
	if err := checkHookURL(edit.URL); err != nil {
		return Webhook{}, false, err
	}
	edit.Events = slices.DeleteFunc(slices.Clone(HookEvents), func(e HookEvent) bool { return !slices.Contains(edit.Events, e) })
	if len(edit.Events) == 0 {
		return Webhook{}, false, problem.New(problem.Invalid, "webhook.noEvent").With("event", "webhook.noEvent")
	}
	w, err = s.changeWebhook(ctx, project, func(w *Webhook) {
		if edit.On && !w.On || w.URL != edit.URL {
			w.Since = s.now().Truncate(time.Millisecond)
			w.Mark, w.Found, w.Silent = w.Since.UnixMicro(), w.Since, time.Time{}
		}
		fresh = w.Nonce == ""
		if fresh {
			w.Nonce = id.New(s.now())
		}
		w.URL, w.Events, w.Answers, w.On, w.Off, w.By = edit.URL, edit.Events, edit.Answers, edit.On, nil, actor
	})
	return w, fresh, err
}

// RenewHookSecret gives the webhook another secret; the former one signs nothing more.
func (s *Service) RenewHookSecret(ctx context.Context, project id.ProjectID) (Webhook, error) {
	if _, err := s.store.Webhook(ctx, project); err != nil {
		return Webhook{}, err
	}
	return s.changeWebhook(ctx, project, func(w *Webhook) { w.Nonce = id.New(s.now()) })
}

func (s *Service) changeWebhook(ctx context.Context, project id.ProjectID, change func(*Webhook)) (w Webhook, err error) {
	for range retries {
		if w, err = s.Webhook(ctx, project); err != nil {
			return w, err
		}
		change(&w)
		if w.Revision == 0 {
			err = s.store.CreateWebhook(ctx, w)
		} else {
			err = s.store.ReplaceWebhook(ctx, w)
		}
		if err == nil || !problem.Is(err, problem.Conflict) {
			return w, err
		}
	}
	return w, err
}

// HookDeliveries gives the last deliveries and how many wait.
func (s *Service) HookDeliveries(ctx context.Context, project id.ProjectID, limit int) (last []Delivery, waiting int, err error) {
	if waiting, err = s.store.CountPending(ctx, project); err == nil {
		last, err = s.store.LastDeliveries(ctx, project, limit)
	}
	return last, waiting, err
}

// Secret is what signs what the webhook tells; server is the server's secret.
func (w Webhook) Secret(server string) string {
	return "whsec_" + base64.RawURLEncoding.EncodeToString(keyed([]byte(server), "webhook\x00"+string(w.ProjectID)+"\x00"+w.Nonce))
}

// maxHookURL is in bytes.
const maxHookURL = 1000

func checkHookURL(text string) error {
	bad := func(key string) error { return problem.New(problem.Invalid, key).With("url", key) }
	u, err := url.Parse(text)
	switch {
	case text == "":
		return bad("webhook.noURL")
	case err != nil || len(text) > maxHookURL || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Fragment != "":
		return bad("webhook.badURL")
	case u.User != nil:
		return bad("webhook.userInURL")
	}
	return nil
}

// isOwnGround tells whether an address is the machine's own or its link's: nothing that a manager of a
// project has any business with, and where services listen that trust whoever reaches them. The
// private ranges of an intranet are no such.
func isOwnGround(a netip.Addr) bool {
	a = a.Unmap()
	if nat64.Contains(a) { // the last four bytes are the address behind
		raw := a.As16()
		a = netip.AddrFrom4([4]byte(raw[12:]))
	}
	return !a.IsValid() || a.IsLoopback() || a.IsUnspecified() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsLinkLocalMulticast() ||
		a.IsInterfaceLocalMulticast() || thisNetwork.Contains(a) || slices.Contains(machines, a)
}

var (
	nat64       = netip.MustParsePrefix("64:ff9b::/96")
	thisNetwork = netip.MustParsePrefix("0.0.0.0/8") // RFC 1122: this host, on this network
	machines    = []netip.Addr{netip.AddrFrom4([4]byte{255, 255, 255, 255}),
		// where the machines of two clouds ask who they are: of no link, and trusting whoever asks
		netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("fd00:ec2::254")}
)
