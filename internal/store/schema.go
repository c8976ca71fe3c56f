package store

import (
	"cmp"

	"tianye/internal/problem"
)

// schemaField is where a body tells the number of its shape; bodies without it are of the first.
const schemaField = "schema"

func (c *Collection) schema() int { return cmp.Or(c.Schema, 1) }

// Schema is the number of a store of these collections: it rises whenever that of one
// of them does. A backend keeps the greatest that it was opened with.
func Schema(collections []*Collection) int {
	number := 1
	for _, c := range collections {
		number += c.schema() - 1
	}
	return number
}

// CheckSchema refuses a store that a newer program has written; its number is 0 when
// none has been kept yet. Backends ask before they write anything.
func CheckSchema(number int, collections []*Collection) error {
	if known := Schema(collections); number > known {
		return newer(number, known)
	}
	return nil
}

func newer(number, known int) error {
	return problem.New(problem.Unavailable, "store.newer", number, known)
}
