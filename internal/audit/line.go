package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"tianye/internal/id"
)

// Line is one thing that was done. It never holds answers: it cannot be erased.
type Line struct {
	Seq     int64     // 1 for the first of its chain
	At      int64     // milliseconds since 1970, UTC; where the clock was set back it goes back
	Actor   id.UserID `bson:",omitempty"` // "" when nobody was signed in
	Name    string    `bson:",omitempty"` // of the actor, as it was then
	Role    string    `bson:",omitempty"` // in which it was done
	Address string    `bson:",omitempty"` // of the network, from where
	Action  string    // "members.role"
	Object  string    `bson:",omitempty"` // the id of what it was done to
	Title   string    `bson:",omitempty"` // what people call that
	Before  string    `bson:",omitempty"`
	After   string    `bson:",omitempty"`
	Reason  string    `bson:",omitempty"`
	Hash    string    // SHA-256 in hexadecimal of the former line's Hash and of this line; see sum
}

// first is what stands in the place of the former line's Hash in the first line of a chain. It
// binds the chain to its project.
func first(project id.ProjectID) string {
	sum := sha256.Sum256([]byte("tianye audit 1\x00" + string(project)))
	return hex.EncodeToString(sum[:])
}

// sum gives the Hash of a line that follows one with the Hash former: SHA-256 over former, then Seq
// and At as eight bytes (big-endian), then the texts in the order of the struct, each after its
// length as four bytes.
func (l *Line) sum(former string) string {
	raw := make([]byte, 0, 512)
	raw = append(raw, former...)
	raw = binary.BigEndian.AppendUint64(raw, uint64(l.Seq))
	raw = binary.BigEndian.AppendUint64(raw, uint64(l.At))
	for _, text := range []string{string(l.Actor), l.Name, l.Role, l.Address, l.Action, l.Object, l.Title, l.Before, l.After, l.Reason} {
		raw = binary.BigEndian.AppendUint32(raw, uint32(len(text)))
		raw = append(raw, text...)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// The most characters that the texts of a line may have; what is longer is cut.
const (
	longestWord = 100
	longestText = 500
)

// trimmed gives the line as it can be kept: every store takes its texts, and none is long.
func (l Line) trimmed() Line {
	for _, text := range []*string{(*string)(&l.Actor), &l.Name, &l.Role, &l.Address, &l.Action, &l.Object} {
		*text = cut(*text, longestWord)
	}
	for _, text := range []*string{&l.Title, &l.Before, &l.After, &l.Reason} {
		*text = cut(*text, longestText)
	}
	return l
}

func cut(text string, most int) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "\uFFFD")
	if len(text) <= most || utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most-1]) + "…"
}
