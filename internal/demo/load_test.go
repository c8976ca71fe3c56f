package demo_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"tianye/casebase"
	"tianye/charts"
	"tianye/charts/render"
	"tianye/internal/account"
	"tianye/internal/demo"
	"tianye/internal/problem"
	"tianye/internal/store"
	"tianye/internal/store/storetest"
	"tianye/survey"
)

func services(t *testing.T) demo.Services {
	b, clock := storetest.SQLite(t, store.Collections...), &demo.Clock{}
	return demo.Services{Accounts: account.New(store.NewAccounts(b), clock.Now), Surveys: survey.New(store.NewSurveys(b), clock.Now),
		Cases: casebase.New(store.NewCases(b), clock.Now), Charts: charts.New(store.NewCharts(b), render.New(""), clock.Now), Clock: clock}
}

// TestLoadBesidePeople: where people work already, nobody gets a password that is public.
func TestLoadBesidePeople(t *testing.T) {
	s := services(t)
	s.Clock.Set(time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC))
	if _, err := s.Accounts.EnsureAdmin(t.Context()); err != nil {
		t.Fatal(err)
	}
	err := demo.Load(t.Context(), s, func(int, int) {})
	if !problem.Is(err, problem.Conflict) || problem.From(err).Text.Key != "demo.inUse" {
		t.Error(err)
	}
	if users, err := s.Accounts.Users(t.Context()); err != nil || len(users) != 1 {
		t.Error(users, err)
	}
}

// TestLoadGoesOn where it was broken off.
func TestLoadGoesOn(t *testing.T) {
	s := services(t)
	for _, until := range []int{3, 6} {
		ctx, stop := context.WithCancel(t.Context())
		reached := 0
		err := demo.Load(ctx, s, func(done, total int) {
			if reached = done; done == until {
				stop()
			}
		})
		if !errors.Is(err, context.Canceled) || reached != until {
			t.Error(reached, err)
		}
	}
	if users, err := s.Accounts.Users(t.Context()); err != nil || len(users) != len(demo.People) {
		t.Error(len(users), err)
	}
}
