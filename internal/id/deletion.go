package id

import "time"

// Deletion says who put a thing into the recycle bin, when and why.
type Deletion struct {
	By  UserID
	At  time.Time
	Why string
}

// BinLength is how long a thing stays in the recycle bin before it is purged for good.
const BinLength = 30 * 24 * time.Hour

// MaxWhy is how long the reason of a deletion may be, in characters.
const MaxWhy = 200

// Until is when the thing is purged.
func (d Deletion) Until() time.Time { return d.At.Add(BinLength) }

// Expired tells whether the thing can no longer be restored. It is purged a while after that, so that
// nobody restores what is just being purged.
func (d Deletion) Expired(now time.Time) bool { return !now.Before(d.Until()) }

// Binned is a thing in the recycle bin, as lists show it.
type Binned struct {
	Kind  Kind
	ID    string
	Title string
	Deletion
}

// BinMark is a place in the order of the recycle bin: the last deleted first. The zero one is the
// beginning.
type BinMark struct {
	At time.Time
	ID string
}

// Before tells whether a thing comes after the place.
func (m BinMark) Before(b Binned) bool {
	if m.At.IsZero() {
		return true
	}
	return b.At.Before(m.At) || b.At.Equal(m.At) && b.ID < m.ID
}

// Mark is the thing's own place.
func (b Binned) Mark() BinMark { return BinMark{b.At, b.ID} }
