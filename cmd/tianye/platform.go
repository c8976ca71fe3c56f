package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"tianye/casebase"
	"tianye/charts"
	"tianye/charts/render"
	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/id"
	"tianye/internal/store"
	"tianye/internal/store/mongo"
	"tianye/internal/store/sqlite"
	"tianye/survey"
)

// platform is everything wired together.
type platform struct {
	backend  store.Backend
	renderer *render.Renderer
	accounts *account.Service
	surveys  *survey.Service
	cases    *casebase.Service
	charts   *charts.Service
	audit    *audit.Service
}

// openStore opens what the options name.
func openStore(ctx context.Context, o options) (store.Backend, error) {
	if o.mongodb != "" {
		return mongo.Open(ctx, o.mongodb, store.Collections)
	}
	return sqlite.Open(ctx, o.data, store.Collections)
}

func open(ctx context.Context, o options) (*platform, error) {
	backend, err := openStore(ctx, o)
	if err != nil {
		return nil, err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = o.data
	}
	renderer := render.New(filepath.Join(cache, "tianye"))
	return &platform{
		backend:  backend,
		renderer: renderer,
		accounts: account.New(store.NewAccounts(backend), now),
		surveys:  survey.New(store.NewSurveys(backend), now),
		cases:    casebase.New(store.NewCases(backend), now),
		charts:   charts.New(store.NewCharts(backend), renderer, now),
		audit:    audit.New(store.NewAudit(backend), now),
	}, nil
}

func (p *platform) close() error {
	p.audit.Close() // what waits is written while the store is open
	return errors.Join(p.renderer.Close(), p.backend.Close())
}

// record notes in the audit what a command did: in a project's chain, or in the server's ("").
func (p *platform) record(ctx context.Context, project id.ProjectID, l audit.Line) error {
	l.Actor, l.Name = account.CommandLine, account.CommandLineName
	return p.audit.Append(context.WithoutCancel(ctx), project, l)
}
