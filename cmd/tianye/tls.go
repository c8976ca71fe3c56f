package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// certificate is the server's, read again when its files change: whoever renews it
// need not start the server anew.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger
	now               func() time.Time
	current           atomic.Pointer[tls.Certificate]

	mu      sync.Mutex // held by the one handshake that looks at the files; the others go on
	checked time.Time
	read    [2]time.Time // when the files were changed that were last read
	refused error        // why these make no certificate
	told    string       // what was last told of the files; "" when all was well
}

// certificateAge is how old may be what is known of the files.
const certificateAge = time.Second

func readCertificate(certFile, keyFile string, log *slog.Logger, now func() time.Time) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log, now: now, checked: now()}
	if err := c.refresh(); err != nil {
		return nil, fmt.Errorf("无法读取证书 / cannot read the certificate: %w", err)
	}
	return c, nil
}

// config serves HTTP/2 and HTTP/1.1 over TLS 1.2 and 1.3.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		if c.mu.TryLock() {
			c.check()
			c.mu.Unlock()
		}
		return c.current.Load(), nil
	}}
}

// check looks at the files, if nobody just did, and tells of what has become wrong with
// them, or right again; half written, perhaps: the old certificate serves.
func (c *certificate) check() {
	now := c.now()
	if now.Sub(c.checked) < certificateAge {
		return
	}
	c.checked = now
	wrong := ""
	if err := c.refresh(); err != nil {
		wrong = err.Error()
	}
	switch {
	case wrong == c.told:
	case wrong == "":
		c.log.Info("certificate: well again")
	default:
		c.log.Error("certificate", "error", wrong)
	}
	c.told = wrong
}

// refresh reads the files if they changed since they were last read.
func (c *certificate) refresh() error {
	var changed [2]time.Time
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return err
		}
		changed[i] = info.ModTime()
	}
	if changed == c.read {
		return c.refused
	}
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if c.read, c.refused = changed, err; err == nil {
		c.current.Store(&pair)
	}
	return err
}
