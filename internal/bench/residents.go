package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	meeting    = 10 * time.Minute // in which a village's residents come, behind one address
	placesEach = 200              // of the quota of each county
	resending  = 10               // one in so many sends twice, at once
)

// inLink is the address of a public link, inPlaces how full a quota is.
var (
	inLink   = regexp.MustCompile(`/links/([0-9a-z]{16})`)
	inPlaces = regexp.MustCompile(`(\d+) / (\d+) 人`)
)

// visitors are the residents who come by a public link.
type visitors struct {
	*target
	page, submit string
	ways         int // addresses: one for a whole meeting, more when its time is compressed
	mu           sync.Mutex
	pages, posts []time.Duration
	acknowledged []int
	failed       error
}

// residentsCome opens a form to the public and has residents come, each at a moment of their own, whether the
// server is ready for them or not: they open the page and send what they answered, once per device.
func (b *bench) residentsCome(ctx context.Context) error {
	b.flags = []string{"--trusted-proxy", "127.0.0.1"} // so that there can be more addresses
	srv, t, err := b.fresh(ctx, "residents")
	b.flags = nil
	if err != nil {
		return err
	}
	v := &visitors{target: t, ways: max(1, int(meeting/b.over))}
	heading(fmt.Sprintf("%d residents by a public link in %s, once per device, a quota for each of %d counties, from %d address(es)", b.residents, b.over, counties, v.ways))
	desk, err := v.open(ctx)
	if err != nil {
		return err
	}
	before, _, err := srv.spent()
	if err != nil {
		return err
	}
	if err := v.come(ctx, b.residents, b.over); err != nil {
		return err
	}
	spent, _, err := srv.spent()
	if err != nil {
		return err
	}
	line("processor time of the server for each resident", millis((spent-before)/time.Duration(b.residents)), "")
	slices.Sort(v.pages)
	slices.Sort(v.posts)
	for _, part := range []struct {
		what string
		took []time.Duration
	}{{"the page", v.pages}, {"sending", v.posts}} {
		o := outcome{Latencies: part.took}
		line(fmt.Sprintf("%s, %d times: p50 / p95", part.what, len(part.took)), millis(o.quantile(.5))+" / "+millis(o.quantile(.95)), "")
		line("    p99", millis(o.quantile(.99)), "< 300 ms")
		line("    slowest", millis(o.quantile(1)), "")
	}
	lost, doubled, err := t.check(ctx, v.acknowledged)
	if err != nil {
		return err
	}
	line(fmt.Sprintf("%d acknowledged, one in %d sent twice at once", len(v.acknowledged), resending), fmt.Sprintf("%d lost, %d doubled", lost, doubled), "0, 0")
	if err := v.quotas(ctx, desk, b.residents); err != nil {
		return err
	}
	now, peak, err := srv.memory()
	if err != nil {
		return err
	}
	line("memory now / at most", megabytes(now)+" / "+megabytes(peak), "")
	return srv.stop()
}

// open makes the link, and gives its page at the desk.
func (v *visitors) open(ctx context.Context) (desk string, err error) {
	var quotas strings.Builder
	for c := range counties {
		fmt.Fprintf(&quotas, "county=c%d: %d\n", c, placesEach)
	}
	place, err := v.post(ctx, fmt.Sprintf("/p/%s/forms/%s/links", v.project, v.form),
		url.Values{"title": {"荷塘村民意"}, "greeting": {"请**填写**"}, "once": {"device"}, "quotas": {quotas.String()}})
	if err != nil {
		return "", err
	}
	link, err := first(inLink, place)
	v.page, v.submit = v.url+"/l/"+link, v.url+"/l/"+link+"/submissions"
	return fmt.Sprintf("/p/%s/links/%s", v.project, link), err
}

// come has residents come at random moments of the time, and waits for the last.
func (v *visitors) come(ctx context.Context, residents int, over time.Duration) error {
	moments := make([]time.Duration, residents)
	for i := range moments {
		moments[i] = rand.N(over)
	}
	slices.Sort(moments)
	begin := time.Now()
	var wait sync.WaitGroup
	for i, moment := range moments {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Until(begin.Add(moment))):
		}
		wait.Go(func() {
			if err := v.visit(ctx, i); err != nil {
				v.mu.Lock()
				v.failed = errors.Join(v.failed, fmt.Errorf("resident %d: %w", i, err))
				v.mu.Unlock()
			}
		})
	}
	wait.Wait()
	return v.failed
}

// visit is one resident's: with a connection and a cookie of their own.
func (v *visitors) visit(ctx context.Context, i int) error {
	transport := &http.Transport{}
	defer transport.CloseIdleConnections()
	from := fmt.Sprintf("198.51.100.%d", 1+i%v.ways)
	begin := time.Now()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, v.page, nil)
	if err != nil {
		return err
	}
	req.Header.Set("X-Forwarded-For", from)
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	resp.Body.Close()
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("the page: %s", resp.Status)
	}
	if err != nil {
		return err
	}
	took := time.Since(begin)
	v.mu.Lock()
	v.pages = append(v.pages, took)
	v.mu.Unlock()
	times := 1
	if i%resending == 0 {
		times = 2
	}
	var wait sync.WaitGroup
	errs := make([]error, times)
	for n := range times {
		wait.Go(func() { errs[n] = v.send(ctx, transport, i, from, resp.Cookies()) })
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	v.mu.Lock()
	v.acknowledged = append(v.acknowledged, i)
	v.mu.Unlock()
	return nil
}

// send sends a resident's answers as the page does.
func (v *visitors) send(ctx context.Context, transport *http.Transport, i int, from string, cookies []*http.Cookie) error {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	answers := bytes.Replace(body(nil, v.form, i), []byte(`"deviceId":"bench"`), fmt.Appendf(nil, `"deviceId":"tianye:%d"`, i), 1)
	if err := m.WriteField("submission", string(answers)); err != nil {
		return err
	}
	if err := m.Close(); err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, v.submit, &b)
	if err != nil {
		return err
	}
	req.Header.Set("X-Forwarded-For", from)
	req.Header.Set("Content-Type", m.FormDataContentType())
	req.Header.Set("Accept", "application/json")
	for _, cookie := range cookies {
		req.AddCookie(cookie)
	}
	begin := time.Now()
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusCreated {
		err = fmt.Errorf("sending: %s %s", resp.Status, raw)
	}
	took := time.Since(begin)
	v.mu.Lock()
	v.posts = append(v.posts, took)
	v.mu.Unlock()
	return err
}

// quotas compares the places that are taken with those that must be.
func (v *visitors) quotas(ctx context.Context, desk string, residents int) error {
	came := make([]int, counties)
	for i := range residents {
		came[uint32(i)*2654435761>>8%counties]++
	}
	page, err := v.get(ctx, desk)
	if err != nil {
		return err
	}
	found := inPlaces.FindAllStringSubmatch(string(page), -1)
	if len(found) != counties {
		return fmt.Errorf("%d quotas on %s", len(found), desk)
	}
	wrong := 0
	for c, m := range found {
		taken, err := strconv.Atoi(m[1])
		if err != nil {
			return err
		}
		if taken != min(placesEach, came[c]) {
			wrong++
		}
	}
	line(fmt.Sprintf("%d quotas of %d places for %d residents", counties, placesEach, residents), fmt.Sprintf("%d wrong", wrong), "0")
	return nil
}
