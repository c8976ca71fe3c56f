package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
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
	serial := func() int64 {
		t.Helper()
		client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}}
		resp, err := client.Get("https://" + address + "/sign-in")
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		if resp.ProtoMajor != 2 || resp.StatusCode != http.StatusOK || resp.Header.Get("Strict-Transport-Security") == "" {
			t.Errorf("%s %s", resp.Proto, resp.Status)
		}
		return resp.TLS.PeerCertificates[0].SerialNumber.Int64()
	}
	if got := serial(); got != 1 {
		t.Errorf("certificate %d", got)
	}
	issue(t, folder, 2)
	if got := serial(); got != 2 {
		t.Errorf("after the renewal: certificate %d", got)
	}
	if err := os.WriteFile(cert, []byte("half a file"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := serial(); got != 2 {
		t.Errorf("with a broken file: certificate %d", got)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if _, err := readCertificate(cert, key, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("a broken certificate is taken at the start")
	}
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
	o, err := parseOptions("serve", "./data", []string{"--base-url", "https://survey.example.cn/", "--trusted-proxy", "10.0.0.0/8, ::1"}, io.Discard)
	if err != nil || o.baseURL != "https://survey.example.cn" || len(o.proxies) != 2 || o.proxies[1].Bits() != 128 {
		t.Errorf("%+v %v", o, err)
	}
}
