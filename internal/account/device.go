package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
)

// DeviceLength is how long a browser shows who signed in on it.
const DeviceLength = 400 * 24 * time.Hour

const (
	maxDevices  = 8 // people who share one browser
	deviceNonce = 12
	deviceMAC   = 24
)

// Remember adds to what a browser shows of itself that the login signed in on it. It proves that
// and no more: nobody is signed in by it, and it names nobody.
func (s *Service) Remember(ctx context.Context, devices, login string) (string, error) {
	known, err := s.device(ctx, devices, login)
	if err != nil || known != "" {
		return devices, err
	}
	raw := make([]byte, deviceNonce*3/4)
	rand.Read(raw)
	nonce := base64.RawURLEncoding.EncodeToString(raw)
	secret, err := s.Secret(ctx)
	all := []string{nonce + deviceProof(secret, login, nonce)}
	if devices != "" {
		all = append(all, strings.Split(devices, ".")...)
	}
	return strings.Join(all[:min(len(all), maxDevices)], "."), err
}

// device gives what tells this browser from the login's others; "" when the login did not sign in
// on it before.
func (s *Service) device(ctx context.Context, devices, login string) (string, error) {
	if devices == "" || len(devices) > maxDevices*(deviceNonce+deviceMAC+1) {
		return "", nil
	}
	secret, err := s.Secret(ctx)
	if err != nil {
		return "", err
	}
	for device := range strings.SplitSeq(devices, ".") {
		if len(device) != deviceNonce+deviceMAC {
			continue
		}
		nonce, proof := device[:deviceNonce], device[deviceNonce:]
		if hmac.Equal([]byte(proof), []byte(deviceProof(secret, login, nonce))) {
			return nonce, nil
		}
	}
	return "", nil
}

func deviceProof(secret, login, nonce string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte("device\x00" + login + "\x00" + nonce))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:deviceMAC*3/4])
}
