package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/backup"
	"tianye/internal/message"
	"tianye/internal/store"
	"tianye/survey"
	"tianye/web"
)

// beside is what a process does besides answering requests: commands, metrics, sweeps.
type beside struct {
	backups  *backup.Scheduler // nil when none are made
	commands *commandServer    // nil without an embedded store, or where no socket can be
	metrics  *http.Server      // nil when nobody asked for it
	cancel   context.CancelFunc
	sweeping sync.WaitGroup
}

// serveBeside begins all of it.
func (p *platform) serveBeside(ctx context.Context, o options, backups *backup.Scheduler, hooks *survey.Hooks, counted *metrics.Set, log *slog.Logger) (*beside, error) {
	b := &beside{backups: backups}
	if o.metrics != "" {
		listener, err := net.Listen("tcp", o.metrics)
		if err != nil {
			return nil, fmt.Errorf("无法监听 / cannot listen on %s: %w", o.metrics, err)
		}
		mux := http.NewServeMux()
		mux.Handle("GET /metrics", web.MetricsHandler(counted))
		b.metrics = &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
		go func() {
			if err := b.metrics.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				log.Error("metrics", "error", err)
			}
		}()
		log.Info("metrics", "address", listener.Addr().String())
	}
	if o.mongodb == "" {
		var err error
		if b.commands, err = p.serveCommands(o.data, log); err != nil {
			log.Warn("no commands while this process serves", "error", err) // the path of the data directory may be too long for a socket
		}
	}
	ctx, b.cancel = context.WithCancel(ctx)
	duties := p.duties(backups)
	b.sweeping.Go(func() { sweepHourly(ctx, duties, log) })
	b.sweeping.Go(func() { p.checkQuality(ctx, log) })
	b.sweeping.Go(func() { hooks.Run(ctx) })
	return b, nil
}

// close ends it when what is under way has ended, or patience has.
func (b *beside) close(patience context.Context) {
	b.cancel()
	if b.commands != nil {
		b.commands.close(patience)
	}
	if b.metrics != nil {
		_ = b.metrics.Close()
	}
	b.sweeping.Wait()
	if b.backups != nil {
		b.backups.Close()
	}
}

// When sweeps run: the first leaves the start alone.
const (
	firstSweep = time.Minute
	sweepEvery = time.Hour
)

// sweepHourly does what is due, until the context ends.
func sweepHourly(ctx context.Context, duties []duty, log *slog.Logger) {
	next := time.NewTimer(firstSweep)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			sweep(ctx, duties, log)
			next.Reset(sweepEvery)
		}
	}
}

// sweep does what is due, one after the other: what fails is logged, and due again the next time.
func sweep(ctx context.Context, duties []duty, log *slog.Logger) {
	for _, duty := range duties {
		func() {
			defer func() {
				if failure := recover(); failure != nil {
					log.Error("sweep", "duty", duty.name, "panic", failure, "stack", string(debug.Stack()))
				}
			}()
			if err := duty.do(ctx); err != nil && ctx.Err() == nil {
				log.Error("sweep", "duty", duty.name, "error", err)
			}
		}()
	}
}

// duty is what a service does from time to time.
type duty struct {
	name string
	do   func(context.Context) error
}

// duties are all of them. Several processes may do them at once on one store.
func (p *platform) duties(backups *backup.Scheduler) []duty {
	bin := store.NewBin(p.backend)
	list := []duty{
		{"recycle bin", func(ctx context.Context) error { return bin.Sweep(ctx, now()) }},
		{"retention", func(ctx context.Context) error {
			projects, err := p.projects(ctx)
			if err != nil {
				return err
			}
			return p.retain(ctx, projects)
		}},
	}
	told := digests{}
	list = append(list, duty{"quality digest", func(ctx context.Context) error { return told.tell(ctx, p, now()) }})
	if backups != nil {
		list = append(list, duty{"backup", backups.Sweep})
	}
	return list
}

// retain erases the personal answers whose day is past, and notes in the audit of how many submissions.
func (p *platform) retain(ctx context.Context, projects []account.Project) error {
	erased, err := p.surveys.Sweep(ctx, projects)
	for project, n := range erased {
		line := audit.Line{Name: "自动", Action: "persons.retention", Object: string(project), After: message.T(message.Chinese, "form.submissionCount", n)}
		err = errors.Join(err, p.audit.Append(context.WithoutCancel(ctx), project, line))
	}
	return err
}

// memoryLimit is where the garbage collector begins to work harder: soft, below the 500 MB that
// a small server may give.
const memoryLimit = 400 << 20

func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
}
