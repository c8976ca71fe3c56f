package internal_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// gateways are the only files that read one thing from a store: what they give is within the scope of
// who asks, or goes no further (what was sent before, compared with what is sent again).
var gateways = []struct {
	call  string
	files []string
}{
	{"store.ReadCase(", []string{"casebase/scope.go"}},
	{"store.InsertCase(", []string{"casebase/service.go"}},
	{"store.ReplaceCase(", []string{"casebase/service.go"}},
	{"store.Submission(", []string{"survey/scope.go", "survey/submit.go", "survey/edition.go"}},
	{"store.StreamSubmissions(", []string{"survey/export.go", "survey/person.go", "survey/retention.go"}}, // the last erases for nobody
	{"store.Chart(", []string{"charts/scope.go"}},
}

func TestOneWayToEachThing(t *testing.T) {
	for _, g := range gateways {
		domain, _, _ := strings.Cut(g.files[0], "/")
		sources, err := filepath.Glob(filepath.Join("..", domain, "*.go"))
		if err != nil || len(sources) == 0 {
			t.Fatal(domain, err)
		}
		var calls []string
		for _, path := range sources {
			source, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(path, "_test.go") && strings.Contains(string(source), "s."+g.call) {
				calls = append(calls, domain+"/"+filepath.Base(path))
			}
		}
		slices.Sort(calls)
		if want := slices.Sorted(slices.Values(g.files)); !slices.Equal(calls, want) {
			t.Errorf("%s is called in %v, not in %v: it reaches around the scope of limited members", g.call, calls, want)
		}
	}
}
