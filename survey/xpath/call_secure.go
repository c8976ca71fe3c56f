package xpath

import (
	"crypto/ed25519"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"strings"
	"unicode/utf8"
)

// secureCalls are the functions of digests, encodings and signatures.
var secureCalls = map[string]function{
	"digest": digest,
	"base64-decode": func(c *Context, a []*Node) Value {
		return Text(readable(decode64(c.text(a[0]))))
	},
	"extract-signed": func(c *Context, a []*Node) Value {
		signed, key := decode64(c.text(a[0])), decode64(c.text(a[1]))
		if len(key) != ed25519.PublicKeySize || len(signed) < ed25519.SignatureSize {
			return Text("")
		}
		signature, message := signed[:ed25519.SignatureSize], signed[ed25519.SignatureSize:]
		if !ed25519.Verify(key, message, signature) {
			return Text("")
		}
		return Text(readable(message))
	},
}

// digest is XForms 1.1's: base64 unless hex is asked for; "" for an algorithm that is none.
func digest(c *Context, a []*Node) Value {
	data := []byte(c.text(a[0]))
	var sum []byte
	switch strings.ToUpper(c.text(a[1])) {
	case "MD5":
		s := md5.Sum(data)
		sum = s[:]
	case "SHA-1":
		s := sha1.Sum(data)
		sum = s[:]
	case "SHA-256":
		s := sha256.Sum256(data)
		sum = s[:]
	case "SHA-384":
		s := sha512.Sum384(data)
		sum = s[:]
	case "SHA-512":
		s := sha512.Sum512(data)
		sum = s[:]
	}
	encoding := "base64"
	if len(a) > 2 {
		encoding = strings.ToLower(c.text(a[2]))
	}
	switch encoding {
	case "base64":
		return Text(base64.StdEncoding.EncodeToString(sum))
	case "hex":
		return Text(hex.EncodeToString(sum))
	}
	return Text("")
}

// decode64 reads base64 with or without padding; white space in it does not matter.
func decode64(s string) []byte {
	s = strings.TrimRight(strings.Join(fields(s), ""), "=")
	data, err := base64.RawStdEncoding.DecodeString(s)
	if err != nil {
		return nil
	}
	return data
}

// readable gives bytes as a text; "" when they are no UTF-8.
func readable(data []byte) string {
	if !utf8.Valid(data) {
		return ""
	}
	return string(data)
}
