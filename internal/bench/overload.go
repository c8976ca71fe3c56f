package main

import (
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// The clients of the overload: twenty times the 32 connections that keep the server fully busy.
const (
	submitters = 480
	readers    = 100
	exporters  = 30
	strangers  = 30                    // who try to sign in, each time from another address
	again      = 50 * time.Millisecond // after a refusal; browsers and phones wait for longer
	aRequest   = time.Minute
)

// tally is what came of the requests of one sort.
type tally struct {
	mu       sync.Mutex
	statuses map[int]int
	silent   int // refusals that do not say when to come again
	broken   int // connections
	slow     time.Duration
}

func (t *tally) add(status int, took time.Duration, retryAfter bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.statuses == nil {
		t.statuses = map[int]int{}
	}
	t.statuses[status]++
	t.slow = max(t.slow, took)
	if shed(status) && !retryAfter {
		t.silent++
	}
}

func (t *tally) print(what string) {
	var parts []string
	for _, status := range slices.Sorted(maps.Keys(t.statuses)) {
		parts = append(parts, fmt.Sprintf("%d: %d", status, t.statuses[status]))
	}
	if t.broken > 0 {
		parts = append(parts, fmt.Sprintf("broken off: %d", t.broken))
	}
	line(what, strings.Join(parts, ", "), "")
	line("    slowest answer / refusals without Retry-After", fmt.Sprintf("%s / %d", millis(t.slow), t.silent), "")
}

func shed(status int) bool {
	return status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable
}

// flood is the overload under way.
type flood struct {
	*target
	ctx                                  context.Context
	ends                                 time.Time
	next                                 atomic.Int64
	mu                                   sync.Mutex
	acknowledged                         []int
	submissions, pages, exports, signIns tally
}

// overload sends for so long what twenty times as many clients send as keep the server busy, and
// looks at its memory, at what it acknowledged, and at how soon it is well again.
func (b *bench) overload(ctx context.Context) error {
	b.flags = []string{"--trusted-proxy", "127.0.0.1"} // so that each stranger can have an address
	srv, t, err := b.fresh(ctx, "overload")
	b.flags = nil
	if err != nil {
		return err
	}
	heading(fmt.Sprintf("Overload for %s: %d clients that submit, %d that read pages, %d that export, %d that sign in", b.flood, submitters, readers, exporters, strangers))
	if o := t.stream(32, 0, 2000, nil); o.Err != nil {
		return o.Err
	}
	normal, err := t.probe(ctx)
	if err != nil {
		return err
	}
	for range 19 {
		one, err := t.probe(ctx)
		if err != nil {
			return err
		}
		normal = max(normal, one)
	}
	f := &flood{target: t}
	f.next.Store(2000)
	during, stop := context.WithTimeout(ctx, b.flood)
	f.ctx, f.ends = during, time.Now().Add(b.flood)
	f.run()
	stop()
	recovered := t.recovers(ctx, normal)
	_, peak, err := srv.memory()
	if err != nil {
		return err
	}
	lost, doubled, err := t.check(ctx, f.acknowledged)
	if err != nil {
		return err
	}
	f.submissions.print("submissions")
	f.pages.print("pages")
	f.exports.print("exports")
	f.signIns.print("sign-ins with wrong passwords")
	line("memory at its most", megabytes(peak), "< 500 MB")
	line(fmt.Sprintf("%d acknowledged", len(f.acknowledged)), fmt.Sprintf("%d lost, %d doubled", lost, doubled), "0, 0")
	line(fmt.Sprintf("well again (page and submission within %s) after", millis(wellWithin(normal))), recovered, "≤ 5 s")
	return srv.stop()
}

// run sends until the time is over.
func (f *flood) run() {
	var wait sync.WaitGroup
	for range submitters {
		wait.Go(f.submits)
	}
	base := "/p/" + string(f.project)
	for i := range readers {
		pages := []string{base, base + "/submissions", base + "/forms", base + "/cases", "/help"}
		wait.Go(func() { f.asks(&f.pages, func(int) (*http.Request, error) { return f.signed(pages[i%len(pages)]) }) })
	}
	for i := range exporters {
		format := []string{"xlsx", "csv", "jsonl"}[i%3]
		wait.Go(func() {
			f.asks(&f.exports, func(int) (*http.Request, error) {
				return f.signed(fmt.Sprintf("%s/submissions/export?form=%s&format=%s", base, f.form, format))
			})
		})
	}
	for range strangers {
		wait.Go(func() { f.asks(&f.signIns, f.guess) })
	}
	wait.Wait()
}

// submits sends submissions over one connection, each until it is taken.
func (f *flood) submits() {
	address, err := url.Parse(f.url)
	if err != nil {
		return
	}
	var w *wire
	var buffer []byte
	i := int(f.next.Add(1)) - 1
	for f.ctx.Err() == nil {
		if w == nil {
			if w, err = dial(address.Host, f.way.head); err != nil {
				f.breaks(&f.submissions)
				f.rest()
				continue
			}
		}
		w.conn.SetDeadline(f.ends) // then what is under way is given up, as people do
		buffer = f.way.body(buffer[:0], i)
		begin := time.Now()
		status, _, err := w.post(buffer)
		if err != nil { // whether it was taken is not known: it is sent again
			f.breaks(&f.submissions)
			w.conn.Close()
			w = nil
			f.rest()
			continue
		}
		f.submissions.add(status, time.Since(begin), true) // its headers are not read
		if status != http.StatusCreated {
			f.rest()
			continue
		}
		f.mu.Lock()
		f.acknowledged = append(f.acknowledged, i)
		f.mu.Unlock()
		i = int(f.next.Add(1)) - 1
	}
	if w != nil {
		w.conn.Close()
	}
}

// asks sends one request after the other over a connection of its own.
func (f *flood) asks(t *tally, make func(i int) (*http.Request, error)) {
	client := http.Client{Transport: &http.Transport{DialContext: (&net.Dialer{}).DialContext},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer client.CloseIdleConnections()
	for i := 0; f.ctx.Err() == nil; i++ {
		req, err := make(i)
		if err != nil {
			return
		}
		begin := time.Now()
		resp, err := client.Do(req.WithContext(f.ctx))
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		if err != nil {
			f.breaks(t)
			f.rest()
			continue
		}
		t.add(resp.StatusCode, time.Since(begin), resp.Header.Get("Retry-After") != "")
		if shed(resp.StatusCode) {
			f.rest()
		}
	}
}

// breaks counts a connection that broke, but for those that are given up at the end.
func (f *flood) breaks(t *tally) {
	if !time.Now().Before(f.ends) {
		return
	}
	t.mu.Lock()
	t.broken++
	t.mu.Unlock()
}

func (f *flood) rest() {
	select {
	case <-f.ctx.Done():
	case <-time.After(again):
	}
}

// signed is a page asked for by the administrator.
func (f *flood) signed(path string) (*http.Request, error) {
	req, err := http.NewRequest(http.MethodGet, f.url+path, nil)
	if err == nil {
		req.AddCookie(&http.Cookie{Name: cookieName, Value: f.token})
	}
	return req, err
}

// guess is a sign-in with a wrong password from some address.
func (f *flood) guess(i int) (*http.Request, error) {
	fields := url.Values{"login": {fmt.Sprint("user", rand.IntN(1_000_000))}, "password": {fmt.Sprint("guess ", i)}}
	req, err := http.NewRequest(http.MethodPost, f.url+"/sign-in", strings.NewReader(fields.Encode()))
	if err == nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("X-Forwarded-For", fmt.Sprintf("10.%d.%d.%d", rand.IntN(256), rand.IntN(256), rand.IntN(256)))
	}
	return req, err
}

// probe times a page and a submission that is there already, one after the other.
func (t *target) probe(ctx context.Context) (time.Duration, error) {
	begin := time.Now()
	if _, err := t.get(ctx, "/p/"+string(t.project)+"/forms"); err != nil {
		return 0, err
	}
	o := t.stream(1, 0, 1, nil)
	return time.Since(begin), o.Err
}

// wellWithin is what a page and a submission may take when all is well.
func wellWithin(normal time.Duration) time.Duration { return max(3*normal, 100*time.Millisecond) }

// recovers waits for ten good answers in a row and tells when the first of them was asked for.
func (t *target) recovers(ctx context.Context, normal time.Duration) string {
	begin := time.Now()
	good := 0
	var since time.Duration
	for time.Since(begin) < aRequest {
		asked := time.Since(begin)
		took, err := t.probe(ctx)
		if err != nil || took > wellWithin(normal) {
			good = 0
			continue
		}
		if good++; good == 1 {
			since = asked
		}
		if good == 10 {
			return millis(since)
		}
	}
	return "not within a minute"
}
