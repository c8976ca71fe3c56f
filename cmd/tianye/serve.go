package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"tianye/casebase"
	"tianye/charts"
	"tianye/charts/render"
	"tianye/internal/account"
	"tianye/internal/store"
	"tianye/internal/store/mongo"
	"tianye/internal/store/sqlite"
	"tianye/survey"
	"tianye/web"
)

// options are the flags that serve and demo share.
type options struct {
	listen  string // these three may come from the environment
	data    string
	mongodb string
	tlsCert string
	tlsKey  string
	baseURL string
	proxies []netip.Prefix
}

func parseOptions(command, data string, args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("tianye "+command, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.listen, "listen", env("TIANYE_LISTEN", "127.0.0.1:8080"),
		"监听的地址和端口；0.0.0.0:8080 供局域网访问 / address and port to listen on; 0.0.0.0:8080 serves the local network [TIANYE_LISTEN]")
	flags.StringVar(&o.data, "data", env("TIANYE_DATA", data), "数据目录 / data directory [TIANYE_DATA]")
	flags.StringVar(&o.mongodb, "mongodb-uri", env("TIANYE_MONGODB_URI", ""),
		"用 MongoDB 保存文档，代替数据目录中的 SQLite / keep documents in MongoDB instead of SQLite in the data directory [TIANYE_MONGODB_URI]")
	flags.StringVar(&o.tlsCert, "tls-cert", "", "TLS 证书文件（PEM），与 --tls-key 同用；更换后自动生效 / TLS certificate file (PEM), with --tls-key; read again when it changes")
	flags.StringVar(&o.tlsKey, "tls-key", "", "TLS 私钥文件（PEM） / file of the certificate's private key (PEM)")
	flags.Func("base-url", "对外的地址，如 https://survey.example.cn，用于链接和二维码；默认用访问者所用的地址 / address by which others reach the server, for links and QR codes; else that of each request", func(text string) (err error) {
		o.baseURL, err = parseBaseURL(text)
		return err
	})
	flags.Func("trusted-proxy", "可信代理的网段，逗号分隔，如 10.0.0.0/8；只采信它们的 X-Forwarded-For 和 X-Forwarded-Proto / trusted proxies, comma-separated CIDRs; only their X-Forwarded-For and X-Forwarded-Proto count", func(text string) (err error) {
		o.proxies, err = parseProxies(text)
		return err
	})
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%w (tianye %s --help)", err, command)
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unknown argument %q (tianye %s --help)", flags.Arg(0), command)
	}
	if (o.tlsCert == "") != (o.tlsKey == "") {
		return o, fmt.Errorf("--tls-cert 和 --tls-key 要一起给出 / are given together (tianye %s --help)", command)
	}
	return o, nil
}

// parseBaseURL takes the address without a path: pages name each other from the root. It is
// given as browsers write it in Origin: in lower case, without the scheme's own port.
func parseBaseURL(text string) (string, error) {
	u, err := url.Parse(strings.TrimSuffix(text, "/"))
	if err != nil {
		return "", err
	}
	if u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return "", errors.New("要像 / must look like https://survey.example.cn")
	}
	u.Host = strings.ToLower(u.Host)
	if defaultPort := map[string]string{"http": ":80", "https": ":443"}[u.Scheme]; u.Port() != "" {
		u.Host = strings.TrimSuffix(u.Host, defaultPort)
	}
	return u.String(), nil
}

// parseProxies takes addresses and networks. Those of IPv4 written as IPv6 are IPv4's, as
// those of requests are.
func parseProxies(text string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for one := range strings.SplitSeq(text, ",") {
		one = strings.TrimSpace(one)
		if a, err := netip.ParseAddr(one); err == nil {
			a = a.Unmap()
			all = append(all, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(one)
		if err != nil {
			return nil, err
		}
		if p.Addr().Is4In6() && p.Bits() >= 96 {
			p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
		}
		all = append(all, p.Masked())
	}
	return all, nil
}

func env(name, otherwise string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return otherwise
}

// platform is everything wired together.
type platform struct {
	backend  store.Backend
	renderer *render.Renderer
	accounts *account.Service
	surveys  *survey.Service
	cases    *casebase.Service
	charts   *charts.Service
}

func open(ctx context.Context, o options) (*platform, error) {
	var backend store.Backend
	var err error
	if o.mongodb != "" {
		backend, err = mongo.Open(ctx, o.mongodb, store.Collections)
	} else {
		backend, err = sqlite.Open(ctx, o.data, store.Collections)
	}
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = o.data
	}
	renderer := render.New(filepath.Join(cache, "tianye"))
	return &platform{
		backend:  backend,
		renderer: renderer,
		accounts: account.New(store.NewAccounts(backend), now),
		surveys:  survey.New(store.NewSurveys(backend), now),
		cases:    casebase.New(store.NewCases(backend), now),
		charts:   charts.New(store.NewCharts(backend), renderer, now),
	}, nil
}

func (p *platform) close() error {
	return errors.Join(p.renderer.Close(), p.backend.Close())
}

func serve(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions("serve", "./data", args, stderr)
	if err != nil {
		return err
	}
	p, err := open(ctx, o)
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

// listen serves until the context ends; requests in flight finish, or are broken off
// when that takes longer than shutdownPatience.
func (p *platform) listen(ctx context.Context, o options, stdout, stderr io.Writer) error {
	log := slog.New(slog.NewTextHandler(stderr, nil))
	handler, err := web.New(web.Config{Accounts: p.accounts, Surveys: p.surveys, Cases: p.cases, Charts: p.charts, Ping: p.backend.Ping,
		Now: now, Location: location, Log: log, Version: version, BaseURL: o.baseURL, TrustedProxies: o.proxies})
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
	fmt.Fprintf(stdout, "田野已就绪 / ready: %s://%s\n", scheme, listener.Addr())
	failed := make(chan error, 1)
	go func() { failed <- begin() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownPatience)
	defer cancel()
	if err := server.Shutdown(patience); err != nil { // a sender that stands still would keep the store from closing
		return errors.Join(err, server.Close())
	}
	return nil
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
