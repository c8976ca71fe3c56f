package xpath

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEveryFunction finds each function that Parse lets pass in the evaluator, and in a vector that both engines run.
func TestEveryFunction(t *testing.T) {
	files, err := filepath.Glob("../instance/testdata/interviews/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal("no interviews", err)
	}
	var interviews strings.Builder
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		interviews.Write(raw)
	}
	for name := range arities {
		if builtins[name].call == nil {
			t.Errorf("%s() is parsed and cannot be evaluated", name)
		}
		if !strings.Contains(interviews.String(), name+"(") {
			t.Errorf("no vector calls %s()", name)
		}
	}
	for name := range builtins {
		if _, ok := arities[name]; !ok {
			t.Errorf("%s() can be evaluated and is never parsed", name)
		}
	}
}
