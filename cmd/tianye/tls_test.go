package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// issue writes a certificate of a serial number, with its key.
func issue(t *testing.T, folder string, serial int64) (certFile, keyFile string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "tianye"}, NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(folder, "cert.pem"), filepath.Join(folder, "key.pem")
	changed := time.Now().Add(time.Duration(serial) * time.Second)
	for name, block := range map[string]*pem.Block{certFile: {Type: "CERTIFICATE", Bytes: der}, keyFile: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, changed, changed); err != nil { // a file system's clock may be coarse
			t.Fatal(err)
		}
	}
	return certFile, keyFile
}

func TestServeOverTLS(t *testing.T) {
	folder := t.TempDir()
	cert, key := issue(t, folder, 1)
	address, _, stop, ended := started(t, "serve", "--listen", "127.0.0.1:0", "--data", t.TempDir(), "--tls-cert", cert, "--tls-key", key)
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}}
	resp, err := client.Get("https://" + address + "/sign-in")
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.ProtoMajor != 2 || resp.StatusCode != http.StatusOK || resp.Header.Get("Strict-Transport-Security") != "" || resp.TLS.PeerCertificates[0].SerialNumber.Int64() != 1 {
		t.Errorf("%s %s %v", resp.Proto, resp.Status, resp.Header)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestRenewedCertificate: files that changed are read again, at most once a second; what is
// wrong with them is told of once, and the former certificate serves.
func TestRenewedCertificate(t *testing.T) {
	folder := t.TempDir()
	cert, key := issue(t, folder, 1)
	var log strings.Builder
	clock := time.Now()
	c, err := readCertificate(cert, key, slog.New(slog.NewTextHandler(&log, nil)), func() time.Time { return clock })
	if err != nil {
		t.Fatal(err)
	}
	serves := func(serial int64, lines int) {
		t.Helper()
		for range 3 {
			pair, err := c.config().GetCertificate(nil)
			if err != nil || pair.Leaf.SerialNumber.Int64() != serial || strings.Count(log.String(), "\n") != lines {
				t.Fatalf("%v: certificate %v, not %d; the log: %s", err, pair.Leaf.SerialNumber, serial, log.String())
			}
			clock = clock.Add(time.Millisecond)
		}
	}
	serves(1, 0)
	issue(t, folder, 2)
	serves(1, 0) // not looked at yet
	next := func() { clock = clock.Add(time.Second) }
	next()
	serves(2, 0)
	for range 2 {
		if err := os.WriteFile(cert, []byte("half a file"), 0o600); err != nil {
			t.Fatal(err)
		}
		next()
		serves(2, 1)
		if _, err := readCertificate(cert, key, slog.New(slog.DiscardHandler), time.Now); err == nil {
			t.Error("a broken certificate is taken at the start")
		}
	}
	if err := os.Remove(cert); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		next()
		serves(2, 2)
	}
	issue(t, folder, 3)
	next()
	serves(3, 3) // good again
}

func TestServeFlags(t *testing.T) {
	for _, args := range [][]string{
		{"--tls-cert", "a.pem"}, {"--base-url", "survey.example.cn"}, {"--base-url", "https://a.cn/path"}, {"--base-url", "ftp://a.cn"}, {"--base-url", "https://u:p@a.cn"},
		{"--trusted-proxy", "10.0.0.0/8,x"}, {"--trusted-proxy", ""},
	} {
		if _, err := parseOptions("serve", "./data", args, io.Discard); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
	for given, want := range map[string]string{"https://survey.example.cn/": "https://survey.example.cn", "HTTPS://Survey.Example.CN:443": "https://survey.example.cn",
		"http://[FD00::1]:80": "http://[fd00::1]", "https://a.cn:8443": "https://a.cn:8443", "http://a.cn:443": "http://a.cn:443"} {
		o, err := parseOptions("serve", "./data", []string{"--base-url", given, "--trusted-proxy", "10.0.0.0/8, ::1,::ffff:10.0.0.0/104,::ffff:192.0.2.1"}, io.Discard)
		if err != nil || o.baseURL != want || fmt.Sprint(o.proxies) != "[10.0.0.0/8 ::1/128 10.0.0.0/8 192.0.2.1/32]" {
			t.Errorf("%+v %v", o, err)
		}
	}
}
