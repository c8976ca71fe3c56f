package main

import (
	"context"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"time"
)

// settling is longer than a renderer that draws nothing keeps its memory.
const settling = 35 * time.Second

// The demonstration's manager, as its program prints them.
const (
	demoLogin    = "alice"
	demoPassword = "tianye-demo"
)

// demonstration measures start and memory with the demonstration's data.
func (b *bench) demonstration(ctx context.Context) error {
	data, cache := filepath.Join(b.dir, "demo"), "XDG_CACHE_HOME="+filepath.Join(b.dir, "cache")
	begin := time.Now()
	srv, err := b.run(ctx, "demo", data, cache)
	if err != nil {
		return err
	}
	made := time.Since(begin)
	s, err := signIn(ctx, srv.URL, demoLogin, demoPassword)
	if err != nil {
		return err
	}
	resp, home, err := s.send(ctx, http.MethodGet, "/", "", nil) // who has one project is led to it
	if err != nil {
		return err
	}
	project, err := first(inProject, resp.Header.Get("Location")+string(home))
	if err != nil {
		return err
	}
	if err := srv.stop(); err != nil {
		return err
	}
	heading("Start with the demonstration's data")
	line("making the data, once", fmt.Sprintf("%.1f s", made.Seconds()), "")
	if err := b.starts(ctx, data, cache, s, project); err != nil {
		return err
	}
	heading("Memory with the demonstration's data, resident")
	if err := b.picture(ctx, data, cache, s, project, false); err != nil {
		return err
	}
	return b.picture(ctx, data, cache, s, project, true)
}

// starts starts five times and states the medians.
func (b *bench) starts(ctx context.Context, data, cache string, s *session, project string) error {
	var ready, page []time.Duration
	for range 5 {
		srv, err := b.run(ctx, "demo", data, cache)
		if err != nil {
			return err
		}
		s.url = srv.URL
		if _, err := s.get(ctx, "/p/"+project); err != nil {
			return err
		}
		ready, page = append(ready, srv.Ready), append(page, time.Since(srv.begun))
		if err := srv.stop(); err != nil {
			return err
		}
	}
	slices.Sort(ready)
	slices.Sort(page)
	line("from exec to the first answer, median of 5", millis(ready[2]), "< 1 s")
	line("from exec to the project's page, median of 5", millis(page[2]), "< 1 s")
	return nil
}

// picture draws a chart as PNG in a new process. The first time, the compile cache is
// cold; the second time it is warm, and what is left is measured after a while.
func (b *bench) picture(ctx context.Context, data, cache string, s *session, project string, warm bool) error {
	srv, err := b.run(ctx, "demo", data, cache)
	if err != nil {
		return err
	}
	s.url = srv.URL
	page, err := s.get(ctx, "/p/"+project+"/charts")
	if err != nil {
		return err
	}
	chart, err := first(inChart, string(page))
	if err != nil {
		return err
	}
	begin := time.Now()
	if _, err := s.get(ctx, "/p/"+project+"/charts/"+chart+"/picture.png"); err != nil {
		return err
	}
	how, took := "compile cache cold", time.Since(begin)
	if warm {
		how = "compile cache warm"
	}
	_, peak, err := srv.memory()
	if err != nil {
		return err
	}
	line("a chart as PNG, "+how, fmt.Sprintf("%.1f s", took.Seconds()), "")
	line("    peak", megabytes(peak), "")
	if warm {
		select {
		case <-time.After(settling):
		case <-ctx.Done():
			return ctx.Err()
		}
		settled, _, err := srv.memory()
		if err != nil {
			return err
		}
		line(fmt.Sprintf("    settled, %.0f s later", settling.Seconds()), megabytes(settled), "< 200 MB")
	}
	return srv.stop()
}
