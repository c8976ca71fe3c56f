package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"tianye/web"
)

func serve(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions("serve", "./data", args, stderr)
	if err != nil {
		return err
	}
	p, err := open(ctx, o)
	if err == nil {
		err = p.unfinished(ctx)
	}
	if err != nil {
		return err
	}
	password, err := p.accounts.EnsureAdmin(ctx)
	if err != nil {
		return errors.Join(err, p.close())
	}
	if password != "" {
		fmt.Fprintf(stdout, "\n  管理员 / administrator: admin\n  一次性密码，只显示这一次 / one-time password, shown this once: %s\n\n", password)
	}
	return errors.Join(p.listen(ctx, o, stdout, stderr), p.close())
}

// shutdownPatience is how long requests in flight may take after SIGTERM.
const shutdownPatience = 30 * time.Second

// listen serves until the context ends; requests and commands in flight finish, or are broken off
// when that takes longer than shutdownPatience.
func (p *platform) listen(ctx context.Context, o options, stdout, stderr io.Writer) error {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	limitMemory()
	counted, backups, hooks := metrics.NewSet(), p.scheduler(o), p.hooks(o, log)
	handler, err := web.New(web.Config{Accounts: p.accounts, Surveys: p.surveys, Cases: p.cases, Charts: p.charts, Audit: p.audit, Ping: p.backend.Ping,
		Now: now, Location: location, Log: log, Version: version, BaseURL: o.baseURL, TrustedProxies: o.proxies,
		AdminsNeedFactor: o.adminFactor, Metrics: counted, Backups: backups, Hooks: hooks, Store: o.storeName(), StoreSize: o.storeSize()})
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", o.listen)
	if err != nil {
		return fmt.Errorf("无法监听 / cannot listen on %s: %w", o.listen, err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10}
	scheme, begin := "http", func() error { return server.Serve(listener) }
	if o.tlsCert != "" {
		c, err := readCertificate(o.tlsCert, o.tlsKey, log, now)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		server.TLSConfig = c.config()
		scheme, begin = "https", func() error { return server.ServeTLS(listener, "", "") }
	}
	beside, err := p.serveBeside(ctx, o, backups, hooks, counted, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	fmt.Fprintf(stdout, "田野已就绪 / ready: %s://%s\n", scheme, listener.Addr())
	failed := make(chan error, 1)
	go func() { failed <- begin() }()
	select {
	case err = <-failed:
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownPatience)
	defer cancel()
	if err == nil {
		if err = server.Shutdown(patience); err != nil { // a sender that stands still would keep the store from closing
			err = errors.Join(err, server.Close())
		}
	}
	beside.close(patience)
	return err
}

// location is where dates and times on pages and in forms are told: the server's, or
// China's when the server knows none.
var location = func() *time.Location {
	if os.Getenv("TZ") == "" && isUTC() {
		return time.FixedZone("CST", 8*3600)
	}
	return time.Local
}()

func isUTC() bool {
	name, offset := time.Now().Zone()
	return offset == 0 && name == "UTC"
}

func now() time.Time { return time.Now().In(location) }
