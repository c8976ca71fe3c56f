// Package charts compares: a Spec, the saved description of a comparison, and a
// Table of submissions or cases give a Result, the numbers; the Result gives an
// Option, ECharts' JSON, which the page draws, and charts/render draws on the
// server as SVG and PNG. Every number of a Result knows the rows behind it, so
// that it leads back to the submissions or cases (Evidence).
//
// A Measure is counted, shared out, averaged or added up (Statistic) in the groups of
// By, once for each group of Split. Shares are of the rows with an answer, or of all
// (Base). Quartiles and medians are by linear interpolation, R's type 7; box plots are
// Tukey's; correlations are Pearson's.
package charts
