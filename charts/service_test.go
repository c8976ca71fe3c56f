package charts_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"tianye/charts"
	"tianye/charts/render"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/sqlite"
)

const alice, bob = id.UserID("alice"), id.UserID("bob")

// service is on the real embedded store; its clock moves when it is told.
func service(t *testing.T) (*charts.Service, *time.Time) {
	t.Helper()
	backend, err := sqlite.Open(t.Context(), t.TempDir(), store.Collections)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { backend.Close() })
	renderer := render.New("")
	t.Cleanup(func() { renderer.Close() })
	now := time.Date(2026, 7, 1, 9, 0, 0, 0, time.UTC)
	return charts.New(store.NewCharts(backend), renderer, func() time.Time { return now }), &now
}

func titled(title string) charts.Spec {
	return charts.Spec{Source: charts.Source{Kind: id.KindSubmission, Form: "f1"}, Measure: "score", By: "field", Statistic: charts.Mean, Kind: charts.Bar,
		Title: title, Filters: []charts.Filter{{Variable: "gender", Values: []string{"f"}}}, Choices: nil}
}

func save(t *testing.T, s *charts.Service, title string) charts.Saved {
	t.Helper()
	c, err := s.Save(t.Context(), "p1", alice, titled(title), sample())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func order(t *testing.T, s *charts.Service) (titles []string) {
	t.Helper()
	list, err := s.Charts(t.Context(), "p1")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range list {
		titles = append(titles, c.Spec.Title)
	}
	return titles
}

func TestSaving(t *testing.T) {
	s, now := service(t)
	saved := save(t, s, " 各领域评分 ")
	if saved.Revision != 1 || saved.Spec.Title != "各领域评分" || saved.By != alice || !saved.Created.Equal(*now) {
		t.Errorf("%+v", saved)
	}
	if _, err := s.Save(t.Context(), "p1", alice, titled("  "), sample()); !problem.Is(err, problem.Invalid) {
		t.Errorf("without a title: %v", err)
	}
	*now = now.Add(time.Hour)
	spec := titled("各领域的平均分")
	updated, err := s.Update(t.Context(), "p1", bob, saved.ID, saved.Revision, spec, sample())
	if err != nil || updated.Revision != 2 || updated.By != bob || !updated.Updated.Equal(*now) || !updated.Created.Equal(saved.Created) {
		t.Errorf("%+v, %v", updated, err)
	}
	if _, err := s.Update(t.Context(), "p1", alice, saved.ID, saved.Revision, titled("晚了一步"), sample()); !problem.Is(err, problem.Conflict) {
		t.Errorf("from an old revision: %v", err)
	}
	got, err := s.Chart(t.Context(), "p1", saved.ID)
	if err != nil || got.Spec.Title != spec.Title || !slices.Equal(got.Spec.Filters[0].Values, []string{"f"}) || got.Spec.Source.Form != "f1" {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := s.Chart(t.Context(), "p2", saved.ID); !problem.Is(err, problem.NotFound) {
		t.Errorf("from another project: %v", err)
	}
}

func TestOrder(t *testing.T) {
	s, _ := service(t)
	first, _, third := save(t, s, "一"), save(t, s, "二"), save(t, s, "三")
	move := func(c charts.Saved, up bool, want ...string) {
		t.Helper()
		if err := s.Move(t.Context(), "p1", c.ID, up); err != nil {
			t.Fatal(err)
		}
		if got := order(t, s); !slices.Equal(got, want) {
			t.Errorf("%v, want %v", got, want)
		}
	}
	move(third, true, "一", "三", "二")
	move(third, true, "三", "一", "二")
	move(third, true, "三", "一", "二")
	move(first, false, "三", "二", "一")
	move(first, false, "三", "二", "一")
	if err := s.Move(t.Context(), "p2", first.ID, true); !problem.Is(err, problem.NotFound) {
		t.Errorf("in another project: %v", err)
	}
}

func TestDeletingIsUndone(t *testing.T) {
	s, _ := service(t)
	save(t, s, "一")
	second := save(t, s, "二")
	save(t, s, "三")
	if _, err := s.Delete(t.Context(), "p1", "alice", second.ID, "重画"); err != nil {
		t.Fatal(err)
	}
	if binned, err := s.Deleted(t.Context(), "p1"); err != nil || len(binned) != 1 || binned[0].Deleted.By != "alice" || binned[0].Deleted.Why != "重画" {
		t.Errorf("binned %+v, %v", binned, err)
	}
	if got := order(t, s); !slices.Equal(got, []string{"一", "三"}) {
		t.Error(got)
	}
	if _, err := s.Delete(t.Context(), "p1", "alice", second.ID, ""); !problem.Is(err, problem.NotFound) {
		t.Errorf("twice: %v", err)
	}
	for range 2 { // restoring twice is restoring once
		back, err := s.Restore(t.Context(), "p1", second.ID)
		if err != nil || back.Spec.Title != "二" {
			t.Fatalf("%+v, %v", back, err)
		}
		stored, err := s.Chart(t.Context(), "p1", second.ID)
		if err != nil || stored.Revision != back.Revision {
			t.Errorf("revision %d, stored %d, %v", back.Revision, stored.Revision, err)
		}
	}
	if got := order(t, s); !slices.Equal(got, []string{"一", "二", "三"}) {
		t.Error(got)
	}
	if _, err := s.Restore(context.Background(), "p1", "nothing"); !problem.Is(err, problem.NotFound) {
		t.Error(err)
	}
}
