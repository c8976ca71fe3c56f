package store

import (
	"context"

	chart "tianye/charts"
	"tianye/internal/id"
)

var charts = &Collection{Name: "charts", History: true}

// Charts keeps saved charts.
type Charts struct{ b Backend }

// NewCharts makes the charts' store on a backend.
func NewCharts(b Backend) *Charts { return &Charts{b} }

var _ chart.Store = (*Charts)(nil)

func chartRevision(c *chart.Saved, revision int64) { c.Revision = revision }

func (s *Charts) CreateChart(ctx context.Context, c chart.Saved) (chart.Saved, error) {
	body, err := encode(charts, c)
	if err != nil {
		return chart.Saved{}, err
	}
	d, err := s.b.Insert(ctx, charts, Document{ID: string(c.ID), Project: string(c.ProjectID), Body: body})
	c.Revision = d.Revision
	return c, err
}

func (s *Charts) Chart(ctx context.Context, project id.ProjectID, c id.ChartID) (chart.Saved, error) {
	return get(ctx, s.b, charts, project, string(c), chartRevision)
}

func (s *Charts) Charts(ctx context.Context, project id.ProjectID) ([]chart.Saved, error) {
	return all(ctx, s.b, charts, project, Query{}, chartRevision)
}

func (s *Charts) ReplaceChart(ctx context.Context, c chart.Saved) (chart.Saved, error) {
	if err := replace(ctx, s.b, charts, c.ProjectID, string(c.ID), c.Revision, c); err != nil {
		return chart.Saved{}, err
	}
	c.Revision++
	return c, nil
}
