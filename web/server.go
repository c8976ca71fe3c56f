// Package web serves the pages. It is the only importer of Gin, and does the
// introductions between the domains.
package web

import (
	"cmp"
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/VictoriaMetrics/metrics"
	"github.com/gin-gonic/gin"
	"github.com/klauspost/compress/gzhttp"

	"tianye/casebase"
	"tianye/charts"
	"tianye/internal/account"
	"tianye/internal/audit"
	"tianye/internal/backup"
	"tianye/survey"
)

// Config is what the server stands on.
type Config struct {
	Accounts *account.Service
	Surveys  *survey.Service
	Cases    *casebase.Service
	Charts   *charts.Service
	Audit    *audit.Service
	Ping     func(context.Context) error // does the store answer?
	Now      func() time.Time
	Location *time.Location // of the dates and times on pages
	Log      *slog.Logger
	Version  string

	Store     string                // what keeps the data, in a few words, for the administrator
	StoreSize func() (int64, error) // bytes of the documents' file; nil where there is none
	Backups   *backup.Scheduler     // nil makes none by itself

	Hooks *survey.Hooks // tells webhooks' receivers; nil tells nobody

	BaseURL        string         // "https://survey.example.cn"; "" takes each request's own
	TrustedProxies []netip.Prefix // whose X-Forwarded-For and X-Forwarded-Proto are believed

	Patience         time.Duration // how long a connection may stand still; 0: a minute
	AdminsNeedFactor bool          // administrators without a second factor can do nothing but set one up
	Metrics          *metrics.Set  // what is counted goes here: see MetricsHandler; nil counts nothing
}

// Server answers requests.
type Server struct {
	Config
	pages    *pages
	assets   *assets
	location *time.Location
	limits   *limits
	load     *load
	refusals refusals
}

// New makes the handler of all routes.
func New(c Config) (http.Handler, error) {
	s := &Server{Config: c, location: c.Location, limits: newLimits(), load: newLoad()}
	var err error
	if s.assets, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = loadPages(); err != nil {
		return nil, err
	}
	s.gauges()
	offerCases(s.Surveys, s.Cases)
	keepCases(s.Surveys, s.Cases)
	s.Surveys.ReachCases(s.Cases.Reach)
	locateCases(s.Surveys, s.Cases)
	s.Surveys.KnowTeam(s.team)
	reachSpecs(s.Charts, s.Surveys, s.Cases)
	gin.SetMode(gin.ReleaseMode)
	engine := gin.New()
	engine.HandleMethodNotAllowed = true
	engine.MaxMultipartMemory = 1 << 20
	engine.UseEscapedPath = true
	engine.UnescapePathValues = true
	if err := engine.SetTrustedProxies(nil); err != nil {
		return nil, err
	}
	for _, route := range Routes {
		engine.Handle(route.Method, route.Path, s.handle(route))
	}
	engine.NoRoute(s.handle(Route{Verb: account.Anyone, Handle: (*Server).noPage}))
	engine.NoMethod(s.handle(Route{Verb: account.Anyone, Handle: (*Server).noPage}))
	compressed, err := gzhttp.NewWrapper(gzhttp.MinSize(smallest), gzhttp.CompressionLevel(5))
	if err != nil {
		return nil, err
	}
	handler, err := secured(compressed(engine), c.BaseURL)
	if err != nil {
		return nil, err
	}
	return steadily(cmp.Or(c.Patience, stillness), behindProxies(c.TrustedProxies, handler)), nil
}
