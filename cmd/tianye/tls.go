package main

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// certificate is the server's, read again when its files change: whoever renews it
// need not start the server anew.
type certificate struct {
	certFile, keyFile string
	log               *slog.Logger

	mu      sync.Mutex
	read    [2]time.Time // when the files were changed that current was read from, or refused
	current *tls.Certificate
}

func readCertificate(certFile, keyFile string, log *slog.Logger) (*certificate, error) {
	c := &certificate{certFile: certFile, keyFile: keyFile, log: log}
	if err := c.refresh(); err != nil {
		return nil, fmt.Errorf("无法读取证书 / cannot read the certificate: %w", err)
	}
	return c, nil
}

// config serves HTTP/2 and HTTP/1.1 over TLS 1.2 and 1.3.
func (c *certificate) config() *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
		c.mu.Lock()
		defer c.mu.Unlock()
		if err := c.refresh(); err != nil { // half written, perhaps: the old one serves
			c.log.Error("certificate", "error", err.Error())
		}
		return c.current, nil
	}}
}

// refresh reads the files if they changed since they were last read. Files that do not
// make a pair are told of once.
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
		return nil
	}
	c.read = changed
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return err
	}
	c.current = &pair
	return nil
}
