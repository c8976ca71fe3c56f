package survey

import (
	"tianye/internal/id"
	"tianye/internal/table"
)

// drop takes what is kept of a submission out of a project's tables and lists, whichever form it is of:
// of what was purged only the id is known.
func (k *keptProject) drop(sub id.SubmissionID) {
	for _, f := range k.forms {
		if row, known := f.rows[sub]; known {
			delete(f.rows, sub)
			f.gaps = append(f.gaps, row)
		}
	}
	if k.entities[sub] != nil {
		delete(k.entities, sub)
		clear(k.lists)
	}
}

// closeGaps closes the rows up after drop: tables are copied once, however many were deleted since, and
// reading them costs nothing more than before.
func (k *keptProject) closeGaps() {
	for _, f := range k.forms {
		if len(f.gaps) > 0 {
			f.closeGaps()
		}
	}
}

func (f *keptForm) closeGaps() {
	gap := make([]bool, len(f.origins))
	for _, row := range f.gaps {
		gap[row] = true
	}
	f.gaps = nil
	f.changes, f.altered = f.changes+1, true
	f.marks = without(f.marks, gap)
	f.origins, f.revision, f.repeated = without(f.origins, gap), without(f.revision, gap), without(f.repeated, gap)
	f.meta = without(f.meta, gap)
	for _, c := range f.columns { // copied: tables that were given out keep what they show
		c.data = table.Column{Numbers: without(c.data.Numbers, gap), Codes: without(c.data.Codes, gap), Sets: without(c.data.Sets, gap)}
		c.shared = 0
	}
	for row, origin := range f.origins {
		f.rows[id.SubmissionID(origin.ID)] = row
	}
}

// without gives a copy of a list that leaves the gaps out; nil of nil.
func without[T any](list []T, gap []bool) []T {
	if list == nil {
		return nil
	}
	kept := make([]T, 0, len(list))
	for i, value := range list {
		if !gap[i] {
			kept = append(kept, value)
		}
	}
	return kept
}
