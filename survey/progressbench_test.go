package survey_test

import (
	"context"
	"fmt"
	"strconv"
	"testing"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

// BenchmarkBoard100k reckons the board of 100,000 submissions of 2,000 cases by 60 enumerators, and of 2,000
// assignments.
func BenchmarkBoard100k(b *testing.B) {
	w, form := newHousehold(b)
	const rows, cases = 100_000, 2000
	places := map[id.CaseID]survey.BoardPlace{}
	for i := range cases {
		places[id.CaseID(fmt.Sprint("case", i))] = survey.BoardPlace{Row: fmt.Sprint("县", i%12), Column: fmt.Sprint("领域", i%5)}
	}
	start := time.Date(2026, 3, 2, 9, 0, 0, 0, zone)
	inParallel(b, 32, rows, func(ctx context.Context, i int) error {
		at := start.Add(time.Duration(i) * 100 * time.Second)
		return w.Store.CreateSubmission(ctx, survey.Submission{ID: id.SubmissionID(id.Derived(strconv.Itoa(i))), ProjectID: quzhou, FormID: form, Version: 1,
			CaseID: id.CaseID(fmt.Sprint("case", i%cases)), Submitter: id.UserID(fmt.Sprint("user", i%60)), Started: at.Add(-20 * time.Minute), Ended: at, Received: at,
			Answers: householdAnswers(i), State: survey.ReviewStates[i%5]})
	})
	w.now = start.AddDate(0, 0, 100)
	plan := survey.Plan{FormID: form, ProjectID: quzhou, Rows: "县", Columns: "领域", Basis: survey.ByCase, Each: 40, Start: "2026-03-02", End: "2026-06-30"}
	run := func(b *testing.B, plan survey.Plan, since time.Time) {
		for b.Loop() {
			p, err := w.Progress(b.Context(), quzhou, survey.ProgressQuery{Plan: plan, Places: places, Location: zone, Since: since})
			if err != nil || p.Total.Done == 0 {
				b.Fatal(p.Total, err)
			}
		}
	}
	run(b, plan, time.Time{})
	b.Run("by case", func(b *testing.B) { run(b, plan, time.Time{}) })
	b.Run("a week's report", func(b *testing.B) { run(b, plan, start.AddDate(0, 0, 90)) })
	for i := range cases {
		err := w.Store.CreateAssignment(b.Context(), survey.Assignment{ID: id.AssignmentID(id.New(w.now)), ProjectID: quzhou, FormID: form, CaseID: id.CaseID(fmt.Sprint("case", i)),
			Enumerator: id.UserID(fmt.Sprint("user", i%60)), Made: start, Due: start.AddDate(0, 0, i%100)})
		if err != nil {
			b.Fatal(err)
		}
	}
	plan.Basis = survey.ByAssignment
	b.Run("by assignment", func(b *testing.B) { run(b, plan, time.Time{}) })
}
