// Package charts compares: a Spec, the saved description of a comparison, and a
// Table of submissions or cases give a Result, the numbers; the Result gives an
// Option, ECharts' JSON, which the page draws, and charts/render draws on the
// server as SVG and PNG. Every number of a Result knows the rows behind it, so
// that it leads back to the submissions or cases (Evidence).
package charts
