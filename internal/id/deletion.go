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
