// Package id holds the names by which things are known across domains.
package id

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"
)

type (
	// UserID names an account of the whole server.
	UserID string
	// ProjectID names a project; every Store method takes it first.
	ProjectID string
	// FormID names a form, whatever its version.
	FormID string
	// SubmissionID names a submission; see Derived.
	SubmissionID string
	// CaseID names a case.
	CaseID string
	// ChartID names a saved chart.
	ChartID string
	// AssignmentID names a case and form given to an enumerator.
	AssignmentID string
	// LinkID names a public link; see Short.
	LinkID string
	// ExportID names a saved export setting.
	ExportID string
)

// Kind says what an Origin's ID names.
type Kind string

// The kinds of things that a row of a Table can come from.
const (
	KindSubmission Kind = "submission"
	KindCase       Kind = "case"
)

// What else the recycle bin holds.
const (
	KindForm   Kind = "form"
	KindChart  Kind = "chart"
	KindLink   Kind = "link"
	KindExport Kind = "export"
)

// Origin is how one domain names another's things: every row of a Table has one,
// so that every number in a chart leads back to what is behind it.
type Origin struct {
	Kind Kind   `json:"kind"`
	ID   string `json:"id"`
}

// encoding is Crockford's base32 in lower case: no i, l, o, u to misread on a phone.
var encoding = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// New makes an identifier of 26 characters that sorts by the time of its making
// (48 bits of milliseconds, 80 random bits: the layout of a ULID).
func New(now time.Time) string {
	var raw [16]byte
	var millis [8]byte
	binary.BigEndian.PutUint64(millis[:], uint64(now.UnixMilli()))
	copy(raw[:6], millis[2:])
	rand.Read(raw[6:]) // never fails since Go 1.24
	return encoding.EncodeToString(raw[:])
}

// Derived makes the identifier that the same parts always give, so that a thing
// sent twice meets itself (a submission: project, form, instanceID).
func Derived(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return encoding.EncodeToString(sum[:16])
}

// Short makes an unguessable name of 80 random bits, in 16 characters: for addresses that people type.
func Short() string {
	var raw [10]byte
	rand.Read(raw[:])
	return encoding.EncodeToString(raw[:])
}

// ValidShort tells whether text can be what Short gives.
func ValidShort(text string) bool { return len(text) == 16 && inAlphabet(text) }

// Secret makes an unguessable token of 256 bits, in 52 characters.
func Secret() string {
	var raw [32]byte
	rand.Read(raw[:])
	return encoding.EncodeToString(raw[:])
}

// Valid tells whether text can be an identifier: what New and Derived give.
func Valid(text string) bool { return len(text) == 26 && inAlphabet(text) }

func inAlphabet(text string) bool {
	for _, c := range text {
		if !strings.ContainsRune("0123456789abcdefghjkmnpqrstvwxyz", c) {
			return false
		}
	}
	return true
}
