package survey_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// receiver is a program that is told; it answers what it is set to.
type receiver struct {
	*httptest.Server
	mu      sync.Mutex // two processes may tell at once
	status  int
	refuses func(told) int // its own status for one; nil: status for all
	got     []told
}

type told struct {
	header http.Header
	body   string
	survey.HookEvent
	ID         string
	Submission struct{ ID, Receipt, State string }
	Form       struct{ Total int }
	Answers    map[string]any
}

func newReceiver(t testing.TB) *receiver {
	r := &receiver{status: http.StatusNoContent}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		one := told{header: q.Header, body: string(body), HookEvent: survey.HookEvent(q.Header.Get("X-Tianye-Event"))}
		if err := json.Unmarshal(body, &one); err != nil {
			t.Error(err)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		r.got = append(r.got, one)
		status := r.status
		if r.refuses != nil {
			status = r.refuses(one)
		}
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	t.Cleanup(r.Close)
	return r
}

// events are what was told, in the order in which it was; a submission by its number.
func (r *receiver) events(subs ...survey.Submission) string {
	var out []string
	for _, one := range r.got {
		event := strings.TrimPrefix(string(one.HookEvent), "submission.")
		for i, sub := range subs {
			if one.Submission.ID == string(sub.ID) {
				event += string(rune('1' + i))
			}
		}
		out = append(out, event)
	}
	return strings.Join(out, " ")
}

const serverSecret = "the server's"

// hooks is what tells in one process.
func (w *world) hooks(s *survey.Service) *survey.Hooks {
	return &survey.Hooks{Service: s, Secret: func(context.Context) (string, error) { return serverSecret, nil },
		Open:     func(context.Context, id.ProjectID) (bool, error) { return true, nil },
		Managers: func(context.Context, id.ProjectID) ([]id.UserID, error) { return []id.UserID{alice}, nil },
		IsOwn:    func(netip.AddrPort) bool { return false }, AllowLocal: true, Log: slog.New(slog.DiscardHandler)}
}

func (w *world) round(h *survey.Hooks) {
	w.Helper()
	if err := h.Round(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) hook(r *receiver, answers bool) survey.Webhook {
	w.Helper()
	hook, fresh, err := w.SaveWebhook(w.Context(), quzhou, alice, survey.HookEdit{URL: r.URL, Events: survey.HookEvents, Answers: answers, On: true})
	if err != nil || !fresh {
		w.Fatal(fresh, err)
	}
	return hook
}

func (w *world) approve(sub survey.Submission) {
	w.Helper()
	sub, err := w.Submission(w.Context(), quzhou, sub.ID)
	if err == nil {
		_, err = w.Review(w.Context(), quzhou, rui, sub.ID, sub.Revision, survey.Approved, "")
	}
	if err != nil {
		w.Fatal(err)
	}
}

// TestWebhookTells: what comes after it was turned on, once each, signed, without a word of an answer unless
// answers are asked for, and then without personal data.
func TestWebhookTells(t *testing.T) {
	everywhere(t, func(w *world) {
		f, r := w.publish(visit(w)), newReceiver(w)
		w.submit(f, answers("basic/respondent", "以前的人"))
		w.pass(time.Minute)
		hook := w.hook(r, true)
		h := w.hooks(w.Service)
		w.round(h)
		w.pass(time.Minute)
		sub := w.submit(f, answers("basic/respondent", "王大妈", "topics", "road"))
		w.pass(time.Minute)
		w.approve(sub)
		w.round(h)
		w.round(h)
		if got := r.events(sub); got != "created1 reviewed1" {
			w.Fatal(got)
		}
		one := r.got[0]
		if one.Submission.Receipt != sub.Receipt() || one.Form.Total != 2 || one.Answers["topics"] != "road" || strings.Contains(one.body, "王大妈") || one.ID != one.header.Get("X-Tianye-Delivery") {
			w.Errorf("%s", one.body)
		}
		at, signature, _ := strings.Cut(strings.TrimPrefix(one.header.Get("X-Tianye-Signature"), "t="), ",v1=")
		mac := hmac.New(sha256.New, []byte(hook.Secret(serverSecret)))
		io.WriteString(mac, at+"."+one.body)
		if hex.EncodeToString(mac.Sum(nil)) != signature || !strings.HasPrefix(hook.Secret(serverSecret), "whsec_") {
			w.Error("the signature is not of the secret", one.header)
		}
		if _, _, err := w.SaveWebhook(w.Context(), quzhou, alice, survey.HookEdit{URL: r.URL, Events: []survey.HookEvent{survey.HookCreated}, On: true}); err != nil {
			w.Fatal(err)
		}
		w.submit(f, answers("topics", "water"))
		w.round(h)
		if last := r.got[len(r.got)-1]; len(r.got) != 3 || last.Answers != nil || strings.Contains(last.body, "water") {
			w.Errorf("%d: %s", len(r.got), last.body)
		}
	})
}

// TestWebhookTriesAgain with growing pauses, in order per submission, after a restart too, and gives up after a day.
func TestWebhookTriesAgain(t *testing.T) {
	everywhere(t, func(w *world) {
		f, r := w.publish(visit(w)), newReceiver(w)
		w.hook(r, false)
		h := w.hooks(w.Service)
		w.pass(time.Second)
		first := w.submit(f, answers())
		w.pass(time.Second)
		w.approve(first)
		w.pass(time.Second)
		second := w.submit(f, answers())
		r.status = http.StatusInternalServerError
		w.round(h)
		w.round(h)
		if got := r.events(first, second); got != "created1" {
			t.Fatalf("nobody is there, all the same %q", got)
		}
		w.pass(11 * time.Second)
		h = w.hooks(w.other()) // another process, after a restart
		r.status = http.StatusBadRequest
		w.round(h)
		if got := r.events(first, second); got != "created1 created1 created2" {
			t.Fatal(got) // what follows a refused one of the same submission waits
		}
		r.status = http.StatusOK
		w.pass(time.Hour)
		w.round(h)
		w.round(w.hooks(w.Service))
		if got := r.events(first, second); got != "created1 created1 created2 created1 reviewed1 created2" && got != "created1 created1 created2 created1 created2 reviewed1" {
			t.Fatal(got)
		}
		r.status, r.got = http.StatusServiceUnavailable, nil
		third := w.submit(f, answers())
		for range 40 {
			w.round(h)
			w.pass(2 * time.Hour)
		}
		hook, err := w.Webhook(w.Context(), quzhou)
		if err != nil || hook.On || hook.Off == nil || hook.Off.Why.Key != "webhook.answered" || len(r.got) < 10 || len(r.got) > 20 {
			t.Fatalf("%+v after %d attempts, %v", hook, len(r.got), err)
		}
		if notices, _, err := w.Notices(w.Context(), alice, []id.ProjectID{quzhou}, "", 10); err != nil || len(notices) != 1 || notices[0].Text.Key != "webhook.wasTurnedOff" {
			t.Error(notices, err)
		}
		r.status, r.got = http.StatusOK, nil
		if _, fresh, err := w.SaveWebhook(w.Context(), quzhou, alice, survey.HookEdit{URL: r.URL, Events: survey.HookEvents, On: true}); err != nil || fresh {
			t.Fatal(fresh, err)
		}
		w.pass(4 * time.Hour)
		w.round(w.hooks(w.Service))
		if got := r.events(first, second, third); got != "created3" {
			t.Errorf("what waited is told when it is on again: %q", got)
		}
		w.pass(10 * 24 * time.Hour) // what was told is forgotten, and not told again when the submission changes
		w.approve(second)
		w.round(h)
		w.approve(third)
		w.pass(10 * 24 * time.Hour)
		w.round(w.hooks(w.other()))
		w.approve2(first)
		w.round(w.hooks(w.other()))
		for _, one := range r.got[1:] {
			if one.HookEvent == survey.HookCreated {
				t.Errorf("told again: %s", one.body)
			}
		}
	})
}

func (w *world) approve2(sub survey.Submission) {
	w.Helper()
	sub, err := w.Submission(w.Context(), quzhou, sub.ID)
	if err == nil {
		_, err = w.Review(w.Context(), quzhou, rui, sub.ID, sub.Revision, survey.HasIssues, "再看")
	}
	if err != nil {
		w.Fatal(err)
	}
}

// TestTwoProcessesTellOnce: they claim what they tell.
func TestTwoProcessesTellOnce(t *testing.T) {
	everywhere(t, func(w *world) {
		f, r := w.publish(visit(w)), newReceiver(w)
		w.hook(r, false)
		w.pass(time.Second)
		var subs []survey.Submission
		for range 5 {
			subs = append(subs, w.submit(f, answers()))
		}
		one, two := w.hooks(w.Service), w.hooks(w.other())
		done := make(chan error, 2)
		for _, h := range []*survey.Hooks{one, two} {
			go func() { done <- h.Round(w.Context()) }()
		}
		for range 2 {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
		w.round(one)
		if seen := map[string]bool{}; len(r.got) != len(subs) {
			t.Errorf("%d were told: %v", len(r.got), seen)
		}
	})
}

// TestWebhookReachesNotTheServerItself: neither by an address nor by a name, nor by a redirect.
func TestWebhookReachesNotTheServerItself(t *testing.T) {
	w := here(t)
	r := newReceiver(t)
	hook := func(url string) survey.HookAnswer {
		t.Helper()
		if _, _, err := w.SaveWebhook(t.Context(), quzhou, alice, survey.HookEdit{URL: url, Events: survey.HookEvents, On: true}); err != nil {
			t.Fatal(err)
		}
		h := w.hooks(w.Service)
		h.AllowLocal = false
		a, err := h.Try(t.Context(), quzhou)
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	_, port, _ := strings.Cut(strings.TrimPrefix(r.URL, "http://"), ":")
	for _, host := range []string{"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "169.254.169.254", "127.1.2.3", "100.100.100.200", "[fd00:ec2::254]"} {
		if a := hook("http://" + host + ":" + port); a.Failed.Key != "webhook.ownGround" {
			t.Errorf("%s: %+v", host, a)
		}
	}
	if len(r.got) != 0 {
		t.Error("the machine itself was reached")
	}
	h := w.hooks(w.Service)
	h.AllowLocal, h.IsOwn = false, func(a netip.AddrPort) bool { return true }
	hook("http://10.255.255.1:9")
	if a, err := h.Try(t.Context(), quzhou); err != nil || a.Failed.Key != "webhook.ownGround" {
		t.Error("an own listener", a, err)
	}
	hook(r.URL)
	r.status = http.StatusFound
	if a, err := w.hooks(w.Service).Try(t.Context(), quzhou); err != nil || a.Failed.Key != "webhook.redirected" || len(r.got) != 1 {
		t.Error("a redirect was followed", a, err, len(r.got))
	}
	for url, key := range map[string]string{"": "webhook.noURL", "ftp://x": "webhook.badURL", "http://": "webhook.badURL", "http://u:p@x/": "webhook.userInURL", "javascript:alert(1)": "webhook.badURL", "http://x/" + strings.Repeat("a", 1000): "webhook.badURL"} {
		_, _, err := w.SaveWebhook(t.Context(), quzhou, alice, survey.HookEdit{URL: url, Events: survey.HookEvents})
		want(t, err, problem.Invalid, key)
	}
	_, _, err := w.SaveWebhook(t.Context(), quzhou, alice, survey.HookEdit{URL: "http://x", Events: []survey.HookEvent{"all"}})
	want(t, err, problem.Invalid, "webhook.noEvent")
}
