package main

import (
	"bytes"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
)

// target is where submissions go.
type target struct {
	*session
	project id.ProjectID
	form    id.FormID
	way     way
}

// way is how submissions are sent.
type way struct {
	head string                        // of each request, up to the length of its body
	body func(to []byte, i int) []byte // appends that of the i-th
	told func(i int) string            // what the answer to the i-th must hold
}

// byPage sends as the fill page does.
func (t *target) byPage() way {
	return way{
		head: fmt.Sprintf("POST /p/%s/submissions HTTP/1.1\r\nHost: bench\r\nCookie: %s=%s\r\nX-CSRF-Token: %s\r\n"+
			"Content-Type: application/json\r\nAccept: application/json\r\n", t.project, cookieName, t.token, account.CSRFToken(t.token)),
		body: func(to []byte, i int) []byte { return body(to, t.form, i) },
		told: t.submissionID,
	}
}

// submissionID is what the server must give the i-th submission.
func (t *target) submissionID(i int) string {
	return id.Derived(string(t.project), string(t.form), instanceID(i))
}

// outcome is what came of a stream of submissions.
type outcome struct {
	Acknowledged []int           // by number
	Latencies    []time.Duration // sorted
	Took         time.Duration
	Err          error // of the first connection that broke
}

// stream sends the submissions from..to over so many connections, each the next as
// soon as its last is answered. acknowledged, when given, is told how many were so far.
func (t *target) stream(connections, from, to int, acknowledged func(total int)) outcome {
	address, err := url.Parse(t.url)
	if err != nil {
		return outcome{Err: err}
	}
	var next, total atomic.Int64
	next.Store(int64(from))
	parts := make([]outcome, connections)
	var wait sync.WaitGroup
	begin := time.Now()
	for c := range connections {
		wait.Go(func() {
			part := &parts[c]
			w, err := dial(address.Host, t.way.head)
			if err != nil {
				part.Err = err
				return
			}
			defer w.conn.Close()
			var buffer []byte
			for i := int(next.Add(1)) - 1; i < to; i = int(next.Add(1)) - 1 {
				buffer = t.way.body(buffer[:0], i)
				if part.Err = t.submit(w, buffer, i, part); part.Err != nil {
					return
				}
				if n := int(total.Add(1)); acknowledged != nil {
					acknowledged(n)
				}
			}
		})
	}
	wait.Wait()
	all := outcome{Took: time.Since(begin)}
	for _, part := range parts {
		all.Acknowledged = append(all.Acknowledged, part.Acknowledged...)
		all.Latencies = append(all.Latencies, part.Latencies...)
		if all.Err == nil {
			all.Err = part.Err
		}
	}
	slices.Sort(all.Latencies)
	return all
}

func (t *target) submit(w *wire, body []byte, i int, part *outcome) error {
	begin := time.Now()
	status, answer, err := w.post(body)
	if err != nil {
		return err
	}
	part.Latencies = append(part.Latencies, time.Since(begin))
	if status != http.StatusCreated || !bytes.Contains(answer, []byte(t.way.told(i))) {
		return fmt.Errorf("submission %d: %d %s", i, status, answer)
	}
	part.Acknowledged = append(part.Acknowledged, i)
	return nil
}

func (o outcome) perSecond() float64 { return float64(len(o.Latencies)) / o.Took.Seconds() }

// quantile gives the latency that the share q of the submissions kept below.
func (o outcome) quantile(q float64) time.Duration {
	return o.Latencies[min(int(q*float64(len(o.Latencies))), len(o.Latencies)-1)]
}
