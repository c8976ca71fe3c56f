package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/binary"
	"net/http"
	"net/url"
	"strings"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
)

// nonceLife is how long a nonce is good for. A client that comes with an older one is
// given another and asks again. Which were used is not kept (nc is not counted: processes
// share nothing fast enough), and Digest covers no body: who listens in without TLS can until
// then send other content to the same address with the same method.
const nonceLife = 10 * time.Minute

// appUserByLogin finds the app user by Digest (RFC 7616; MD5 as RFC 2617 has it, or SHA-256), or
// by Basic where the connection hides the password.
func (s *Server) appUserByLogin(r *Request, project id.ProjectID) (account.AppUser, error) {
	secret, err := s.Accounts.Secret(r)
	if err != nil {
		return account.AppUser{}, err
	}
	signer := nonceSigner{[]byte(secret), s.Now}
	scheme, rest, _ := strings.Cut(r.GetHeader("Authorization"), " ")
	var u account.AppUser
	var stale bool
	switch {
	case strings.EqualFold(scheme, "Digest"):
		u, stale, err = s.byDigest(r, project, signer, digestFields(rest))
	case strings.EqualFold(scheme, "Basic") && isSecure(r.Request):
		u, err = s.byBasic(r, project)
	case strings.EqualFold(scheme, "Basic"):
		err = problem.New(problem.Unauthenticated, "openrosa.basicNeedsTLS")
	default:
		err = problem.New(problem.Unauthenticated, "openrosa.signIn")
	}
	if problem.Is(err, problem.Unauthenticated) {
		signer.challenge(r, stale)
	}
	return u, err
}

func (s *Server) byBasic(r *Request, project id.ProjectID) (account.AppUser, error) {
	login, password, ok := r.Request.BasicAuth()
	if !ok {
		return account.AppUser{}, problem.New(problem.Unauthenticated, "openrosa.signIn")
	}
	return s.Accounts.AppUserByLogin(r, project, login, r.address(), func(u account.AppUser) bool {
		return subtle.ConstantTimeCompare([]byte(password), []byte(u.Password())) == 1
	})
}

func (s *Server) byDigest(r *Request, project id.ProjectID, signer nonceSigner, d map[string]string) (u account.AppUser, stale bool, err error) {
	algorithm := d["algorithm"]
	if algorithm == "" {
		algorithm = "MD5"
	}
	known := algorithm == "MD5" || algorithm == "SHA-256"
	if !known || d["qop"] != "auth" || d["realm"] != account.Realm || !sameTarget(d["uri"], r.Request) {
		return u, false, problem.New(problem.Unauthenticated, "openrosa.signIn")
	}
	if !signer.fresh(d["nonce"]) {
		return u, true, problem.New(problem.Unauthenticated, "openrosa.signIn")
	}
	u, err = s.Accounts.AppUserByLogin(r, project, d["username"], r.address(), func(u account.AppUser) bool {
		request := account.DigestHash(algorithm, r.Request.Method, d["uri"])
		want := account.DigestHash(algorithm, u.HA1(algorithm), d["nonce"], d["nc"], d["cnonce"], d["qop"], request)
		return subtle.ConstantTimeCompare([]byte(want), []byte(strings.ToLower(d["response"]))) == 1
	})
	return u, false, err
}

// sameTarget tells whether what was signed is what is asked for.
func sameTarget(signed string, r *http.Request) bool {
	if u, err := url.Parse(signed); err == nil && u.IsAbs() {
		signed = u.RequestURI()
	}
	return signed == r.RequestURI
}

// nonceSigner makes nonces that every process knows for the server's own, without keeping them.
type nonceSigner struct {
	secret []byte
	now    func() time.Time
}

func (n nonceSigner) nonce(at time.Time) string {
	raw := binary.BigEndian.AppendUint64(nil, uint64(at.UnixMilli()))
	mac := hmac.New(sha256.New, n.secret)
	mac.Write([]byte("nonce"))
	mac.Write(raw)
	return base64.RawURLEncoding.EncodeToString(mac.Sum(raw)[:8+16])
}

func (n nonceSigner) fresh(nonce string) bool {
	raw, err := base64.RawURLEncoding.DecodeString(nonce)
	if err != nil || len(raw) != 8+16 {
		return false
	}
	made := time.UnixMilli(int64(binary.BigEndian.Uint64(raw)))
	age := n.now().Sub(made)
	return hmac.Equal([]byte(nonce), []byte(n.nonce(made))) && age > -nonceLife && age < nonceLife
}

// challenge asks for a login. MD5 stands first: Collect takes the first that it is offered.
func (n nonceSigner) challenge(r *Request, stale bool) {
	nonce := n.nonce(n.now())
	for _, algorithm := range []string{"MD5", "SHA-256"} {
		line := `Digest realm="` + account.Realm + `", qop="auth", algorithm=` + algorithm + `, nonce="` + nonce + `"`
		if stale {
			line += ", stale=true"
		}
		r.Writer.Header().Add("WWW-Authenticate", line)
	}
	if isSecure(r.Request) {
		r.Writer.Header().Add("WWW-Authenticate", `Basic realm="`+account.Realm+`", charset="UTF-8"`)
	}
}

// digestFields reads name=value and name="value", parted by commas.
func digestFields(text string) map[string]string {
	fields := map[string]string{}
	for text != "" {
		name, rest, found := strings.Cut(strings.TrimLeft(text, " \t,"), "=")
		if !found {
			break
		}
		var value string
		rest = strings.TrimLeft(rest, " \t")
		if strings.HasPrefix(rest, `"`) {
			value, text = unquote(rest[1:])
		} else {
			value, text, _ = strings.Cut(rest, ",")
		}
		fields[strings.ToLower(strings.TrimSpace(name))] = strings.TrimSpace(value)
	}
	return fields
}

// unquote reads to the closing quote and gives what follows it.
func unquote(text string) (value, rest string) {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		switch {
		case text[i] == '"':
			return b.String(), text[i+1:]
		case text[i] == '\\' && i+1 < len(text):
			i++
		}
		b.WriteByte(text[i])
	}
	return b.String(), ""
}
