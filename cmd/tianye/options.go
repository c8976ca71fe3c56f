package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
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

	metrics     string
	adminFactor bool
	backup      schedule

	webhookLocal bool
}

// place adds the flags that say where the store is.
func (o *options) place(flags *flag.FlagSet, data string) {
	flags.StringVar(&o.data, "data", env("TIANYE_DATA", data), "数据目录 / data directory [TIANYE_DATA]")
	flags.StringVar(&o.mongodb, "mongodb-uri", env("TIANYE_MONGODB_URI", ""),
		"用 MongoDB 保存文档，代替数据目录中的 SQLite / keep documents in MongoDB instead of SQLite in the data directory [TIANYE_MONGODB_URI]")
}

// storeName says what keeps the data. An address of MongoDB may hold a password: it is not told.
func (o options) storeName() string {
	if o.mongodb != "" {
		return "MongoDB"
	}
	place, err := filepath.Abs(o.data)
	if err != nil { // the working directory is gone
		place = o.data
	}
	return "SQLite · " + place
}

// storeSize tells the bytes of the embedded store's file and its journal; it is nil with MongoDB.
func (o options) storeSize() func() (int64, error) {
	if o.mongodb != "" {
		return nil
	}
	return func() (size int64, err error) {
		for _, name := range []string{"tianye.db", "tianye.db-wal"} {
			info, err := os.Stat(filepath.Join(o.data, name))
			if err != nil {
				return 0, err
			}
			size += info.Size()
		}
		return size, nil
	}
}

func parseOptions(command, data string, args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("tianye "+command, flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&o.listen, "listen", env("TIANYE_LISTEN", "127.0.0.1:8080"),
		"监听的地址和端口；0.0.0.0:8080 供局域网访问 / address and port to listen on; 0.0.0.0:8080 serves the local network [TIANYE_LISTEN]")
	o.place(flags, data)
	o.backup.flags(flags, command == "serve")
	flags.StringVar(&o.metrics, "metrics-listen", "", "在此地址提供 Prometheus 指标，如 127.0.0.1:9090；不要对外开放 / address and port of Prometheus metrics, such as 127.0.0.1:9090; not for the public")
	flags.BoolVar(&o.adminFactor, "admin-second-factor", false, "管理员必须使用两步验证 / administrators must have a second factor")
	flags.BoolVar(&o.webhookLocal, "webhook-local", false, "允许各项目的 webhook 发往本机地址；默认只能发往其他机器 / let projects' webhooks tell this machine too, not only others")
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
