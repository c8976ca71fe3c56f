package survey_test

import (
	"fmt"
	"testing"

	"tianye/internal/id"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
	"tianye/survey"
)

// BenchmarkAssignments lists 10,000; half of their cases have answers.
func BenchmarkAssignments(b *testing.B) {
	backend, err := sqlite.Open(b.Context(), b.TempDir(), store.Collections)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { backend.Close() })
	w := newWorld(b, backend)
	f := w.publish(visit(b))
	var wanted []survey.NewAssignment
	for i := range 10_000 {
		c := id.CaseID(id.Derived(fmt.Sprint(i)))
		wanted = append(wanted, survey.NewAssignment{FormID: f.ID, CaseID: c, Enumerator: id.UserID(fmt.Sprint("e", i%60)), Due: w.now.AddDate(0, 0, i%30)})
		if i%2 == 0 {
			w.sendFor(f, bob, c, answers())
		}
	}
	for i := range wanted {
		wanted[i].Again = true
	}
	w.give(wanted...)
	for _, filter := range []survey.AssignmentFilter{{}, {Enumerator: "e7"}} {
		b.Run(string("of "+filter.Enumerator), func(b *testing.B) {
			for b.Loop() {
				if _, err := w.Assignments(b.Context(), quzhou, filter); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
