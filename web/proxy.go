package web

import (
	"context"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// overTLS marks the context of a request that reached a trusted proxy over TLS.
type overTLS struct{}

// behindProxies believes X-Forwarded-For and X-Forwarded-Proto when one of the trusted
// proxies sends them: then they tell the client's address and whether it came over TLS.
func behindProxies(trusted []netip.Prefix, next http.Handler) http.Handler {
	if len(trusted) == 0 {
		return next
	}
	isTrusted := func(text string) (netip.Addr, bool) {
		a, err := netip.ParseAddr(strings.TrimSpace(text))
		a = a.Unmap().WithZone("")
		return a, err == nil && slices.ContainsFunc(trusted, func(p netip.Prefix) bool { return p.Contains(a) })
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if err != nil {
			host = r.RemoteAddr
		}
		if _, ok := isTrusted(host); !ok {
			next.ServeHTTP(w, r)
			return
		}
		ctx := r.Context()
		if strings.EqualFold(last(r.Header["X-Forwarded-Proto"]), "https") {
			ctx = context.WithValue(ctx, overTLS{}, true)
		}
		r = r.WithContext(ctx)
		hops := strings.Split(strings.Join(r.Header["X-Forwarded-For"], ","), ",")
		for _, hop := range slices.Backward(hops) { // each proxy appends whom it heard
			a, ok := isTrusted(hop)
			if a.IsValid() {
				r.RemoteAddr = net.JoinHostPort(a.String(), "0")
			}
			if !ok {
				break
			}
		}
		next.ServeHTTP(w, r)
	})
}

// last gives the last of a header's values: what the nearest proxy wrote.
func last(values []string) string {
	all := strings.Join(values, ",")
	return strings.TrimSpace(all[strings.LastIndexByte(all, ',')+1:])
}

// isSecure tells whether nobody between the client and us, or our proxy, can listen.
func isSecure(r *http.Request) bool {
	return r.TLS != nil || r.Context().Value(overTLS{}) != nil
}

// base is the address of the server as others are to use it, without a slash at its end.
func (s *Server) base(r *Request) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	if isSecure(r.Request) {
		return "https://" + r.Request.Host
	}
	return "http://" + r.Request.Host
}
