package charts

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/charts/render"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
)

// Service holds the rules of saved charts and draws them. Who may do what is the
// caller's to check.
type Service struct {
	store    Store
	renderer *render.Renderer
	clock    func() time.Time
	drawn    drawn
	reach    Reach // nil: nobody tells
}

// New makes the service; now is the clock.
func New(store Store, renderer *render.Renderer, now func() time.Time) *Service {
	return &Service{store: store, renderer: renderer, clock: now}
}

// now is the time as every store keeps it: UTC, in milliseconds.
func (s *Service) now() time.Time { return s.clock().UTC().Truncate(time.Millisecond) }

// check is what a chart that is to be kept must be: valid, and named.
func check(spec Spec, t *table.Table) error {
	if err := spec.Validate(t); err != nil {
		return err
	}
	if spec.Title == "" {
		return problem.New(problem.Invalid, "chart.problem.invalid").With("title", "chart.problem.title")
	}
	return nil
}

// Save keeps a new chart, below the others. The Spec must be valid for the table
// and have a title.
func (s *Service) Save(ctx context.Context, project id.ProjectID, actor id.UserID, spec Spec, t *table.Table) (Saved, error) {
	spec.Title = strings.TrimSpace(spec.Title)
	if err := check(spec, t); err != nil {
		return Saved{}, err
	}
	others, err := s.living(ctx, project)
	if err != nil {
		return Saved{}, err
	}
	now := s.now()
	c := Saved{ID: id.ChartID(id.New(now)), ProjectID: project, Spec: spec, Maker: actor, By: actor, Created: now, Updated: now}
	if len(others) > 0 {
		c.Position = others[len(others)-1].Position + 1
	}
	return s.store.CreateChart(ctx, c)
}

// Update replaces the Spec of a chart. Revision is the one that the actor began
// from; when somebody else has changed the chart since, the error is a Conflict.
func (s *Service) Update(ctx context.Context, project id.ProjectID, actor id.UserID, chart id.ChartID, revision int64, spec Spec, t *table.Table) (Saved, error) {
	spec.Title = strings.TrimSpace(spec.Title)
	if err := check(spec, t); err != nil {
		return Saved{}, err
	}
	c, err := s.changeable(ctx, project, chart)
	if err != nil {
		return Saved{}, err
	}
	if c.Revision != revision {
		return Saved{}, problem.New(problem.Conflict, "chart.problem.changed", c.Spec.Title)
	}
	c.Spec, c.By, c.Updated = spec, actor, s.now()
	return s.store.ReplaceChart(ctx, c)
}

// Chart gives a saved chart, or NotFound; one in the recycle bin is not found.
func (s *Service) Chart(ctx context.Context, project id.ProjectID, chart id.ChartID) (Saved, error) {
	c, err := s.read(ctx, project, chart)
	if err == nil && c.Deleted != nil {
		return Saved{}, problem.New(problem.NotFound, "bin.chartIn", c.Spec.Title)
	}
	return c, err
}

// Charts gives a project's charts from the top of its list down.
func (s *Service) Charts(ctx context.Context, project id.ProjectID) ([]Saved, error) {
	list, err := s.living(ctx, project)
	if err != nil {
		return nil, err
	}
	return s.reached(ctx, list)
}

// living are all charts that are not in the recycle bin, from the top of the list down.
func (s *Service) living(ctx context.Context, project id.ProjectID) ([]Saved, error) {
	list, err := s.store.Charts(ctx, project)
	list = slices.DeleteFunc(list, func(c Saved) bool { return c.Deleted != nil })
	slices.SortFunc(list, func(a, b Saved) int {
		return cmp.Or(cmp.Compare(a.Position, b.Position), cmp.Compare(a.ID, b.ID))
	})
	return list, err
}

// Move puts a chart one place up or down in the list; at the end of the list it stays.
func (s *Service) Move(ctx context.Context, project id.ProjectID, chart id.ChartID, up bool) error {
	if _, err := s.changeable(ctx, project, chart); err != nil {
		return err
	}
	list, err := s.living(ctx, project)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(c Saved) bool { return c.ID == chart })
	to := at + 1
	if up {
		to = at - 1
	}
	if at < 0 || to < 0 || to >= len(list) {
		return nil
	}
	list[at], list[to] = list[to], list[at]
	// Every chart that is not where it should be is written: stopped half-way, the
	// next move sets the rest right.
	for position, c := range list {
		if c.Position == position {
			continue
		}
		c.Position = position
		if _, err := s.store.ReplaceChart(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

// SVG draws a chart with its title, n, source and note lines.
func (s *Service) SVG(ctx context.Context, r *Result, spec Spec, look Look) ([]byte, error) {
	option, err := Option(r, spec, look)
	if err != nil {
		return nil, err
	}
	width, height := Size(r, spec, look)
	return s.drawn.get(ctx, s.renderer, option, width, height)
}

// PNG draws a chart at a resolution of so many dots an inch.
func (s *Service) PNG(ctx context.Context, r *Result, spec Spec, look Look, dpi int) ([]byte, error) {
	option, err := Option(r, spec, look)
	if err != nil {
		return nil, err
	}
	width, height := Size(r, spec, look)
	return s.renderer.PNG(ctx, option, width, height, dpi)
}

func tooLong(text string, most int) bool { return utf8.RuneCountInString(text) > most }
