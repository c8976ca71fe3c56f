package web

import (
	"net/http"
	"strings"
)

// policy lets pages load from this server alone, and run no inline script or style.
// Pictures, sounds and films may be blobs: those that are not sent yet, charts that are saved.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; manifest-src 'self'; worker-src 'self'; frame-ancestors 'none'; base-uri 'none'"

// secured sets the headers that every answer has, and refuses changing requests
// that another site's page makes a browser send (Sec-Fetch-Site, Origin). The
// session's own token is checked besides, by handle. Own is the server's address as
// browsers see it, when the one that requests name may be a proxy's for it. Browsers are told
// never to come without TLS only where it says so, on TLS's own port: that holds for all
// ports of the host, and others may serve there.
func secured(next http.Handler, own string) (http.Handler, error) {
	protection := http.NewCrossOriginProtection()
	if own != "" {
		if err := protection.AddTrustedOrigin(own); err != nil {
			return nil, err
		}
	}
	onlyTLS := strings.HasPrefix(own, "https://") && !strings.Contains(strings.TrimPrefix(own, "https://"), ":")
	return protection.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "geolocation=(self), camera=(self), microphone=(self), payment=(), usb=()")
		if onlyTLS && isSecure(r) {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})), nil
}
