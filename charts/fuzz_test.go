package charts_test

import (
	"encoding/json"
	"testing"

	"tianye/charts"
)

// FuzzSpec: whatever a browser sends, a Spec is refused, or computed and made an
// option of.
func FuzzSpec(f *testing.F) {
	for _, s := range kinds() {
		s.Filters = []charts.Filter{{Variable: "score", Values: []string{"3..9"}}, {Variable: "received", Values: []string{"2026-03-01.."}}}
		raw, err := json.Marshal(s)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	data := sample()
	f.Fuzz(func(t *testing.T, raw []byte) {
		var s charts.Spec
		if json.Unmarshal(raw, &s) != nil {
			return
		}
		r, err := charts.Compute(data, charts.Fit(data, s), "zh", zone)
		if err != nil {
			return
		}
		if _, err := json.Marshal(r); err != nil {
			t.Fatal(err)
		}
		option, err := charts.Option(r, charts.Fit(data, s), charts.Look{Language: "en"})
		if err != nil || !json.Valid(option) {
			t.Fatalf("%s: %v", option, err)
		}
	})
}
