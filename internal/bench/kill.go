package main

import (
	"context"
	"fmt"
	"path/filepath"
	"time"
)

// A round of killing sends at most this many submissions and is killed after between
// one and all of some hundreds were acknowledged.
const (
	killSend = 2_000
	killAt   = 37 // grows with the round, so that no two stop at the same point
)

// kills ends the server with SIGKILL while submissions stream in, starts it again, and
// looks for every submission that was acknowledged. What was under way is then sent
// again, as a phone does, and must be there once.
func (b *bench) kills(ctx context.Context) error {
	srv, t, err := b.fresh(ctx, "kill")
	if err != nil {
		return err
	}
	heading(fmt.Sprintf("Killed (SIGKILL) %d times while submissions stream in over 16 connections", b.rounds))
	var acknowledged []int
	var slowest time.Duration
	lost, resent := 0, 0
	for round := range b.rounds {
		from, after := round*killSend, 1+round*killAt
		killed := make(chan error, 1)
		o := t.stream(16, from, from+killSend, func(total int) {
			if total == after {
				go func() { killed <- srv.kill() }()
			}
		})
		if len(o.Acknowledged) < after || len(o.Acknowledged) == killSend {
			return fmt.Errorf("round %d: %d acknowledged, to be killed after %d of %d: %v", round, len(o.Acknowledged), after, killSend, o.Err)
		}
		if err := <-killed; err != nil {
			return err
		}
		acknowledged = append(acknowledged, o.Acknowledged...)
		if srv, err = b.run(ctx, "serve", filepath.Join(b.dir, "kill")); err != nil {
			return err
		}
		slowest = max(slowest, srv.Ready)
		t.url = srv.URL
		missing, _, err := t.check(ctx, acknowledged)
		if err != nil {
			return err
		}
		lost += missing
		again := t.stream(16, from, from+after+100, nil) // with those that were under way
		if again.Err != nil {
			return again.Err
		}
		resent += len(again.Acknowledged)
		acknowledged = append(acknowledged, again.Acknowledged...)
	}
	missing, doubled, err := t.check(ctx, acknowledged)
	if err != nil {
		return err
	}
	line(fmt.Sprintf("%d acknowledged, %d sent again", len(acknowledged), resent), fmt.Sprintf("%d lost, %d doubled", lost+missing, doubled), "0, 0")
	line("slowest start after a kill", millis(slowest), "")
	return srv.stop()
}
