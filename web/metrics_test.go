package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/VictoriaMetrics/metrics"

	"tianye/web"
)

// TestMetrics counts by route, never by path: those hold keys.
func TestMetrics(t *testing.T) {
	w := newWorld(t)
	set := metrics.NewSet()
	w.serve(func(c *web.Config) {
		c.Metrics, c.StoreSize = set, func() (int64, error) { return 12345, nil }
	})
	f := w.Publish(visit(t), "visit.xlsx")
	bob := w.As("bob")
	bob.Send(w.Base()+"/submissions", incoming(f, "uuid:1", goodVisit())).Want(t, http.StatusCreated)
	bob.Get(w.Base()+"/members").Want(t, http.StatusForbidden)
	u, c := w.app("吴博的手机")
	c.do("GET", w.URL+"/key/"+u.Key+"/formList", "", nil).Want(t, http.StatusOK)
	rw := httptest.NewRecorder()
	web.MetricsHandler(set).ServeHTTP(rw, httptest.NewRequest("GET", "/metrics", nil))
	text := rw.Body.String()
	for _, want := range []string{
		`tianye_requests_total{method="POST",route="/p/:project/submissions",status="201"} 1`,
		`tianye_requests_total{method="GET",route="/p/:project/members",status="403"} 1`,
		`tianye_requests_total{method="GET",route="/key/:key/formList",status="200"} 1`,
		`tianye_submissions_accepted_total 1`, `tianye_store_bytes 12345`, `tianye_requests_under_way 0`,
		`tianye_request_duration_seconds_count{route="/p/:project/submissions"} 1`, `process_resident_memory_bytes`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, u.Key) || strings.Contains(text, string(w.Project.ID)) {
		t.Error("a key or a project is named")
	}
}
