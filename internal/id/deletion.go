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
