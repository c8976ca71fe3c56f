package internal_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tianye/internal/account"
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
	{"store.Submission(", []string{"survey/scope.go", "survey/edition.go", "survey/mend.go"}}, // who is asked to mend one need not have sent it
	// person.go reads for managers, who are never limited (below); retention.go erases for nobody.
	{"store.StreamSubmissions(", []string{"survey/export.go", "survey/person.go", "survey/retention.go"}},
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

// TestPersonsAreLookedForByManagersOnly: who finds, hands out and erases a person's data does so in the
// whole project. Managers may, whose membership cannot be limited; no token can have their role.
func TestPersonsAreLookedForByManagersOnly(t *testing.T) {
	for _, role := range []account.Role{account.Reviewer, account.Analyst, account.Enumerator, account.Viewer, account.App} {
		if account.Can(role, account.ManagePersonal) {
			t.Errorf("%s, who can be limited, looks for persons in the whole project", role)
		}
	}
	for _, role := range account.TokenRoles {
		if account.Can(role, account.ManagePersonal) {
			t.Errorf("a token of the role %s looks for persons", role)
		}
	}
}
