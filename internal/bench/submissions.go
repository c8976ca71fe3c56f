package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"time"
)

// fresh starts a server on an empty folder with the questionnaire published.
func (b *bench) fresh(ctx context.Context, name string) (*server, *target, error) {
	srv, err := b.run(ctx, "serve", filepath.Join(b.dir, name))
	if err != nil {
		return nil, nil, err
	}
	s, err := administrator(ctx, srv)
	if err != nil {
		return nil, nil, err
	}
	t := &target{session: s}
	t.project, t.form, err = s.questionnaire(ctx)
	t.way = t.byPage()
	return srv, t, err
}

// submissions measures taking them and comparing them.
func (b *bench) submissions(ctx context.Context) error {
	srv, t, err := b.fresh(ctx, "load")
	if err != nil {
		return err
	}
	heading("Submissions of 9 answers over HTTP, judged, each durable (fsync) before it is acknowledged")
	if err := t.refuses(ctx); err != nil {
		return err
	}
	if err := b.rate(srv, t, 1, 0, b.send/10, "", ""); err != nil {
		return err
	}
	sent := b.send/10 + b.send
	if err := b.rate(srv, t, 32, b.send/10, sent, "≥ 2000/s", "< 50 ms"); err != nil {
		return err
	}
	if o := t.stream(32, sent, b.fill, nil); o.Err != nil {
		return o.Err
	}
	again := t.stream(32, 0, b.send/10, nil) // the same once more
	if again.Err != nil {
		return again.Err
	}
	if err := t.compare(ctx, b.fill); err != nil {
		return err
	}
	everything := make([]int, b.fill)
	for i := range everything {
		everything[i] = i
	}
	lost, doubled, err := t.check(ctx, everything)
	if err != nil {
		return err
	}
	line(fmt.Sprintf("%d acknowledged, %d of them sent twice", b.fill, len(again.Acknowledged)), fmt.Sprintf("%d lost, %d doubled", lost, doubled), "0, 0")
	return srv.stop()
}

// rate sends the submissions from..to and prints how fast they were taken.
func (b *bench) rate(srv *server, t *target, connections, from, to int, rate, tail string) error {
	server, driver, err := srv.spent()
	if err != nil {
		return err
	}
	o := t.stream(connections, from, to, nil)
	if o.Err != nil {
		return o.Err
	}
	server2, driver2, err := srv.spent()
	if err != nil {
		return err
	}
	n := time.Duration(to - from)
	line(fmt.Sprintf("%d at %d connections", n, connections), fmt.Sprintf("%.0f/s", o.perSecond()), rate)
	line("    p50 / p95", millis(o.quantile(.5))+" / "+millis(o.quantile(.95)), "")
	line("    p99", millis(o.quantile(.99)), tail)
	line("    slowest", millis(o.quantile(1)), "")
	line("    processor time each: server / driver", fmt.Sprintf("%d µs / %d µs", ((server2-server)/n).Microseconds(), ((driver2-driver)/n).Microseconds()), "")
	return nil
}

// comparisons are what report writers ask most.
var comparisons = []struct{ name, spec string }{
	{"share of the satisfied by county", `{"measure":"satisfied","choices":["4","5"],"by":"county","statistic":"share","kind":"bar"}`},
	{"mean income by town", `{"measure":"income","by":"town","statistic":"mean","kind":"bar"}`},
	{"all levels by county", `{"measure":"satisfied","by":"county","statistic":"share","kind":"percent"}`},
}

// compare times charts' numbers and option as the page asks for them.
func (t *target) compare(ctx context.Context, n int) error {
	heading(fmt.Sprintf("A comparison over %d submissions, over HTTP", n))
	for i, c := range comparisons {
		var spec map[string]any
		if err := json.Unmarshal([]byte(c.spec), &spec); err != nil {
			return err
		}
		spec["source"] = map[string]any{"kind": "submission", "form": t.form}
		raw, err := json.Marshal(spec)
		if err != nil {
			return err
		}
		path := fmt.Sprintf("/p/%s/charts/data?spec=%s", t.project, url.QueryEscape(string(raw)))
		cold, err := t.ask(ctx, path, n)
		if err != nil {
			return err
		}
		if i == 0 {
			line("the first after the submissions came", millis(cold), "")
		}
		var warm []time.Duration
		for range 21 {
			took, err := t.ask(ctx, path, n)
			if err != nil {
				return err
			}
			warm = append(warm, took)
		}
		slices.Sort(warm)
		line(c.name+", warm: median", millis(warm[len(warm)/2]), "≤ 50 ms")
		line("    slowest of 21", millis(warm[len(warm)-1]), "")
	}
	return nil
}

// ask times one comparison and sees that it counts all submissions.
func (t *target) ask(ctx context.Context, path string, n int) (time.Duration, error) {
	begin := time.Now()
	raw, err := t.get(ctx, path)
	took := time.Since(begin)
	if err != nil {
		return 0, err
	}
	var data struct {
		Result struct {
			N int `json:"n"`
		} `json:"result"`
		Problem string `json:"problem"`
	}
	if err := json.Unmarshal(raw, &data); err != nil {
		return 0, err
	}
	if data.Problem != "" || data.Result.N != n {
		return 0, fmt.Errorf("a comparison of %d of %d submissions: %s", data.Result.N, n, data.Problem)
	}
	return took, nil
}
