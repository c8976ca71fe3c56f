package charts

import (
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// Validate checks the Spec against the table that it is for.
func (s Spec) Validate(t *table.Table) error {
	return nil
}

// Compute makes the numbers.
func Compute(t *table.Table, s Spec, language string, location *time.Location) (*Result, error) {
	return nil, problem.New(problem.Invalid, "chart.problem.invalid")
}

// Evidence gives the rows behind a mark.
func (r *Result) Evidence(t *table.Table, category, series string) []id.Origin { return nil }

// Propose gives a sensible Spec of a measure and what it is compared by.
func Propose(t *table.Table, measure, by string) Spec { return Spec{Measure: measure, By: by} }

// Kinds gives those that make sense for what is chosen, the best first.
func Kinds(t *table.Table, s Spec) []Kind { return nil }

// Statistics gives those that make sense of the measure, the best first.
func Statistics(t *table.Table, s Spec) []Statistic { return nil }

// Fit puts a statistic and a kind that make sense in place of those that do not.
func Fit(t *table.Table, s Spec) Spec { return s }
