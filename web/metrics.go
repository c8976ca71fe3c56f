package web

import (
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/VictoriaMetrics/metrics"

	"tianye/internal/account"
)

// MetricsHandler writes what the server counted as Prometheus text, with the process's own figures. It is for a listener
// of the administrator's alone: it asks nobody who they are.
func MetricsHandler(set *metrics.Set) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
		set.WritePrometheus(w)
		metrics.WriteProcessMetrics(w)
	})
}

// gauges are what is asked for when it is read.
func (s *Server) gauges() {
	if s.Metrics == nil {
		return
	}
	s.Metrics.NewGauge("tianye_requests_under_way", func() float64 { return float64(len(s.load.all.places)) })
	s.Metrics.NewGauge("tianye_requests_waiting", func() float64 {
		return float64(s.load.all.waiting.Load() + s.load.pictures.waiting.Load() + s.load.gathers.waiting.Load())
	})
	if s.StoreSize == nil {
		return
	}
	s.Metrics.NewGauge("tianye_store_bytes", func() float64 {
		size, err := s.StoreSize()
		if err != nil {
			s.Log.Error("metrics", "error", err.Error())
		}
		return float64(size)
	})
}

// counted counts a request that was answered. Routes, not paths, name it: paths hold keys.
func (s *Server) counted(route Route, status int, took time.Duration) {
	if s.Metrics == nil {
		return
	}
	path := route.Path
	if path == "" {
		path = "none"
	}
	labels := fmt.Sprintf(`{method=%q,route=%q,status="%d"}`, route.Method, path, status)
	s.Metrics.GetOrCreateCounter("tianye_requests_total" + labels).Inc()
	s.Metrics.GetOrCreateHistogram(fmt.Sprintf(`tianye_request_duration_seconds{route=%q}`, path)).Update(took.Seconds())
	switch {
	case status == http.StatusCreated && (path == "/p/:project/submissions" || route.Verb == account.SendInstance):
		s.Metrics.GetOrCreateCounter("tianye_submissions_accepted_total").Inc()
	case status == http.StatusTooManyRequests || status == http.StatusServiceUnavailable:
		s.Metrics.GetOrCreateCounter(`tianye_refused_total{status="` + strconv.Itoa(status) + `"}`).Inc()
	}
}
