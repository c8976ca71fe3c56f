package survey

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strconv"
	"syscall"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// HookAnswer is what a receiver said.
type HookAnswer struct {
	Status  int          // 0 when nothing was answered
	Failed  problem.Text // no Key when all is well
	Refused bool         // it is there and does not want this one
	Took    time.Duration
}

// What one attempt may take.
const (
	hookTimeout = 10 * time.Second
	hookAnswer  = 4 << 10 // bytes that are read of an answer
)

var errOwnGround = errors.New("survey: an address of the machine itself")

// client makes requests to receivers: to no address of the machine itself whatever a name resolves to, by
// no proxy, and it follows no redirect.
func (h *Hooks) client() *http.Client {
	dialer := &net.Dialer{Timeout: hookTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		a, err := netip.ParseAddrPort(address)
		if err == nil && !h.AllowLocal && (isOwnGround(a.Addr()) || h.IsOwn(a)) {
			err = errOwnGround
		}
		return err
	}}
	return &http.Client{Timeout: hookTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{DialContext: dialer.DialContext, TLSHandshakeTimeout: hookTimeout, DisableKeepAlives: true, MaxResponseHeaderBytes: 64 << 10}}
}

// send tells a receiver one thing. The signature is made as Stripe describes it: HMAC-SHA-256 with the
// secret over the time in seconds, a dot and the body.
func (h *Hooks) send(ctx context.Context, w Webhook, delivery string, event HookEvent, body []byte) HookAnswer {
	secret, err := h.Secret(ctx)
	if err != nil {
		return HookAnswer{Failed: problem.Say("webhook.unreachable")}
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL, bytes.NewReader(body))
	if err != nil {
		return HookAnswer{Failed: problem.Say("webhook.badURL")}
	}
	at := strconv.FormatInt(h.Service.now().Unix(), 10)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Tianye-Webhook")
	r.Header.Set("X-Tianye-Event", string(event))
	r.Header.Set("X-Tianye-Delivery", delivery)
	r.Header.Set("X-Tianye-Signature", "t="+at+",v1="+hex.EncodeToString(keyed([]byte(w.Secret(secret)), at+"."+string(body))))
	begun := time.Now()
	answer, err := h.client().Do(r)
	if err != nil {
		return HookAnswer{Failed: whyNot(err), Took: time.Since(begun)}
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, hookAnswer)
	a := HookAnswer{Status: answer.StatusCode, Took: time.Since(begun)}
	switch {
	case a.Status >= 200 && a.Status < 300:
	case a.Status >= 300 && a.Status < 400:
		a.Failed = problem.Say("webhook.redirected", a.Status)
	default:
		a.Failed = problem.Say("webhook.answered", a.Status)
		a.Refused = a.Status < 500 && !slices.Contains(ofAddress, a.Status)
	}
	return a
}

// ofAddress are the refusals that say nothing of this one: the address or the secret is wrong, or it is too much.
var ofAddress = []int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusGone, http.StatusTooManyRequests, http.StatusRequestTimeout}

func whyNot(err error) problem.Text {
	var timeout net.Error
	var name *net.DNSError
	switch {
	case errors.Is(err, errOwnGround):
		return problem.Say("webhook.ownGround")
	case errors.As(err, &name):
		return problem.Say("webhook.unknownHost", name.Name)
	case errors.As(err, &timeout) && timeout.Timeout():
		return problem.Say("webhook.timedOut", int(hookTimeout/time.Second))
	}
	return problem.Say("webhook.unreachable")
}

// Try tells the receiver of nothing, to see what it says.
func (h *Hooks) Try(ctx context.Context, project id.ProjectID) (HookAnswer, error) {
	w, err := h.Service.store.Webhook(ctx, project)
	if err != nil {
		return HookAnswer{}, err
	}
	body, err := json.Marshal(hookMessage{ID: id.New(h.Service.now()), Event: HookPing, At: stamp(h.Service.now()), Project: project})
	if err != nil {
		return HookAnswer{}, err
	}
	return h.send(ctx, w, "test", HookPing, body), nil
}

// hookMessage is what is told.
type hookMessage struct {
	ID         string          `json:"id"`
	Event      HookEvent       `json:"event"`
	At         string          `json:"at"` // RFC 3339
	Project    id.ProjectID    `json:"project"`
	Form       *hookForm       `json:"form,omitempty"`
	Submission *hookSubmission `json:"submission,omitempty"`
	Answers    map[string]any  `json:"answers,omitempty"` // de-identified
}

type hookForm struct {
	ID      id.FormID           `json:"id"`
	Name    string              `json:"name"`
	Title   string              `json:"title"`
	Total   int                 `json:"total"` // submissions there are
	ByState map[ReviewState]int `json:"byState"`
}

type hookSubmission struct {
	ID       id.SubmissionID `json:"id"`
	Receipt  string          `json:"receipt"`
	Version  int             `json:"version"`
	State    ReviewState     `json:"state"`
	Case     id.CaseID       `json:"case,omitempty"`
	Received string          `json:"received"`
	Revision int64           `json:"revision"`
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// messages makes the messages of one round.
type messages struct {
	*Hooks
	hook   Webhook
	counts map[id.FormID]map[ReviewState]int
}

// of makes a delivery's message, of the submission as it is now: what was erased or became personal data
// meanwhile is not told.
func (m *messages) of(ctx context.Context, d Delivery) ([]byte, error) {
	s := m.Service
	sub, err := s.read(ctx, d.ProjectID, d.Submission)
	if err != nil {
		return nil, err
	}
	f, err := s.Form(ctx, d.ProjectID, sub.FormID)
	if err != nil {
		return nil, err
	}
	counts := m.counts[f.ID]
	if counts == nil {
		counts = map[ReviewState]int{}
		if err := s.eachMatch(ctx, d.ProjectID, Filter{FormID: f.ID}, func(item ListItem) { counts[item.State]++ }); err != nil {
			return nil, err
		}
		m.counts[f.ID] = counts
	}
	told := hookMessage{ID: d.ID, Event: d.Event, At: stamp(d.At), Project: d.ProjectID, Form: &hookForm{ID: f.ID, Name: f.Name, Title: f.Title, ByState: counts},
		Submission: &hookSubmission{sub.ID, sub.Receipt(), sub.Version, sub.State, sub.CaseID, stamp(sub.Received), sub.Revision}}
	for _, n := range counts {
		told.Form.Total += n
	}
	if m.hook.Answers {
		versions, err := s.definitions(ctx, f)
		if err != nil {
			return nil, err
		}
		secret, err := m.Secret(ctx)
		if err != nil {
			return nil, err
		}
		x := deidentifier{PersonalIn(versions...), NewPseudonyms(secret, d.ProjectID)}
		told.Answers = masked("", versions[sub.Version-1].Fields, sub.Answers, x.maskOf)
	}
	return json.Marshal(told)
}
