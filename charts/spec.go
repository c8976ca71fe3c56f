package charts

import "tianye/internal/id"

// Kind is how a comparison is drawn.
type Kind string

// The kinds.
const (
	Bar     Kind = "bar"
	Grouped Kind = "grouped" // bars side by side, one a series
	Stacked Kind = "stacked"
	Percent Kind = "percent" // stacked to 100 %
	Line    Kind = "line"
	Radar   Kind = "radar"
	HeatMap Kind = "heatmap"
	BoxPlot Kind = "boxplot"
	Scatter Kind = "scatter"
	Pie     Kind = "pie"
)

// Statistic is what is computed of the measure in each group.
type Statistic string

// The statistics.
const (
	Count  Statistic = "count" // rows that have an answer; of a select, rows a choice
	Share  Statistic = "share" // of rows, 0 to 1; of a select, a choice's share
	Mean   Statistic = "mean"  // of numbers, and of selects whose codes are numbers
	Median Statistic = "median"
	Sum    Statistic = "sum"
)

// Base is what a share is of.
type Base string

// The bases.
const (
	Answered Base = "answered" // rows with an answer
	All      Base = "all"      // all rows of the group
)

// Sort is the order of the groups.
type Sort string

// The orders.
const (
	Natural    Sort = ""          // of the choices, of time, of the alphabet
	Ascending  Sort = "ascending" // by value
	Descending Sort = "descending"
)

// Source says whose rows are compared: a form's submissions (with the attributes of
// their cases joined as "case:NAME"), or the project's cases.
type Source struct {
	Kind id.Kind   `json:"kind"`           // submission or case
	Form id.FormID `json:"form,omitempty"` // of submissions
}

// Spec is our saved description of a chart.
type Spec struct {
	Source     Source    `json:"source"`
	Measure    string    `json:"measure"`            // a variable; "" counts rows
	Choices    []string  `json:"choices,omitempty"`  // of a select: count and share of the rows that chose one of these (满意率), instead of each choice's
	Second     string    `json:"second,omitempty"`   // of a scatter: the variable on the other axis
	By         string    `json:"by,omitempty"`       // the variable whose groups are compared; "" compares the measure's own choices
	Split      string    `json:"split,omitempty"`    // the variable that makes the series; "": one series, or the measure's choices
	Interval   string    `json:"interval,omitempty"` // of a By that is Time: day, week (from Monday), month; "": what suits the span
	Statistic  Statistic `json:"statistic"`
	Base       Base      `json:"base,omitempty"`
	Kind       Kind      `json:"kind"`
	Sort       Sort      `json:"sort,omitempty"`
	Filters    []Filter  `json:"filters,omitempty"`
	All        bool      `json:"all,omitempty"` // of submissions: with those that do not count by the review
	Title      string    `json:"title"`
	SourceLine string    `json:"sourceLine,omitempty"` // "资料来源：…"
	Note       string    `json:"note,omitempty"`
}

// Filter keeps the rows whose variable has one of the values: codes of a
// dictionary, or "from..to" of numbers (3..5, both included; ..5, 3..) and of dates
// (2026-03-01..2026-03-31, both days included).
type Filter struct {
	Variable string   `json:"variable"`
	Values   []string `json:"values"`
}
