package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"tianye/internal/account"
	"tianye/internal/problem"
)

// limits hold back strangers, each by the network that they come from. Who is signed in, a program
// with its token and an app user with its key are never held back: collecting in the field must go on
// though all of a county's phones share one address.
type limits struct {
	signIn buckets // the sign-in page and what is sent from it
	pages  buckets // all else that is open to anyone
	writes buckets // what anyone may change
	wrong  buckets // keys and tokens that are not right

	links   buckets // public links' pages, by link and network
	answers buckets // what comes by them, likewise
	devices buckets // the same, by device
	codes   buckets // one-time codes and tracking numbers that are not right, by link and network
}

// A class of fifty that signs in at once behind one address takes some 200 requests. A village meeting of 2,000
// behind one address takes ten minutes and some six requests each; one phone that is handed round fills in for
// thirty people, then one in five seconds.
func newLimits() *limits {
	return &limits{signIn: buckets{every: time.Second, burst: 300}, pages: buckets{every: time.Second / 5, burst: 300},
		writes: buckets{every: time.Second, burst: 100}, wrong: buckets{every: 2 * time.Second, burst: 100},
		links: buckets{every: time.Second / 50, burst: 2000}, answers: buckets{every: time.Second / 10, burst: 1000},
		devices: buckets{every: 5 * time.Second, burst: 30}, codes: buckets{every: 5 * time.Second, burst: 200}}
}

// buckets are a token bucket a network. Memory is bounded: when the young are many they become the
// old, and the old, which nobody asked for since, are forgotten.
type buckets struct {
	every      time.Duration // between two requests, in the long run
	burst      int
	mu         sync.Mutex
	young, old map[string]*rate.Limiter
}

// mostBuckets is how many of each age are kept; a bucket takes some 150 bytes.
const mostBuckets = 20_000

// take takes a token; wait is how long until there is one when there is none now.
func (b *buckets) take(network string, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	l := b.young[network]
	if l == nil {
		if l = b.old[network]; l == nil {
			l = rate.NewLimiter(rate.Every(b.every), b.burst)
		}
		if b.young == nil || len(b.young) >= mostBuckets {
			b.young, b.old = map[string]*rate.Limiter{}, b.young
		}
		b.young[network] = l
	}
	taken := l.ReserveN(now, 1)
	if wait = taken.DelayFrom(now); wait > 0 {
		taken.CancelAt(now)
	}
	return wait
}

// look is how long until there is a token.
func (b *buckets) look(network string, now time.Time) (wait time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, l := range []*rate.Limiter{b.young[network], b.old[network]} {
		if l == nil {
			continue
		}
		asked := l.ReserveN(now, 1)
		wait = asked.DelayFrom(now)
		asked.CancelAt(now)
		return wait
	}
	return 0
}

// slow refuses the request when its network has used up the bucket.
func (s *Server) slow(r *Request, b *buckets) error {
	return r.tooSoon(b.take(account.Network(r.address()), s.Now()))
}

// tooSoon refuses a request that would have to wait.
func (r *Request) tooSoon(wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	seconds := int(math.Ceil(wait.Seconds()))
	r.Header("Retry-After", strconv.Itoa(seconds))
	return problem.New(problem.TooMany, "limit.tooMany", seconds)
}

// slowStranger holds back who is not signed in on a route that is open to anyone.
func (s *Server) slowStranger(r *Request, route Route) error {
	switch {
	case r.User.ID != "" || unshed(route) || isSpooled(route): // the last were asked by maySpool
		return nil
	case strings.HasPrefix(route.Path, linkRoutes):
		return r.tooSoon(s.limits.byLink(changing(r.Request.Method)).take(r.linkNetwork(), s.Now()))
	case strings.HasPrefix(route.Path, "/sign-in"):
		return s.slow(r, &s.limits.signIn)
	case changing(r.Request.Method):
		return s.slow(r, &s.limits.writes)
	}
	return s.slow(r, &s.limits.pages)
}

// byLink are the buckets of public links.
func (l *limits) byLink(changing bool) *buckets {
	if changing {
		return &l.answers
	}
	return &l.links
}

// linkNetwork is a link and the network that asks for it.
func (r *Request) linkNetwork() string { return r.Param("link") + " " + account.Network(r.address()) }

// unshed tells which routes cost nothing and must always answer: what pages are made of, and the supervisor's.
func unshed(route Route) bool {
	return route.Path == "/healthz" || strings.HasPrefix(route.Path, "/static/")
}

// retryLater tells a program when to come again after a refusal that is not for good.
func (r *Request) retryLater(p *problem.Problem) {
	if p.Kind != problem.TooMany && p.Kind != problem.Unavailable || r.Writer.Header().Get("Retry-After") != "" {
		return
	}
	seconds := 30
	if minutes, ok := append(p.Text.Args, nil)[0].(int); ok && p.Text.Key == "account.tooManyTries" {
		seconds = 60 * minutes
	}
	r.Header("Retry-After", strconv.Itoa(seconds))
}

const (
	patience      = 30 * time.Second // how long a stranger may take to send what they send
	strangerLimit = 64 << 10         // bytes of it
)

// readEarly reads what a stranger sends before it takes a place among the requests under way: who
// sends slowly, from however many connections, keeps nobody else out.
func (r *Request) readEarly(route Route) error {
	if route.Verb != account.Anyone || route.Path == "" || isSpooled(route) || !changing(r.Request.Method) {
		return nil
	}
	deadline := http.NewResponseController(r.Writer)
	if err := deadline.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return err
	}
	if err := r.readForm(); err != nil {
		return err
	}
	return deadline.SetReadDeadline(time.Time{})
}
