package internal_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	namedTest = regexp.MustCompile("`((?:Test|Fuzz)[A-Z][A-Za-z0-9]*)`")
	namedFile = regexp.MustCompile("`([a-z]+\\.test\\.ts)`")
	madeTest  = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z][A-Za-z0-9]*)\(`)
)

// TestSecurityNamesRealTests: every test that docs/security.md rests on exists.
func TestSecurityNamesRealTests(t *testing.T) {
	page, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	err = filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git") {
			return fs.SkipDir
		}
		if strings.HasSuffix(path, ".test.ts") {
			there[d.Name()] = true
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		source, err := os.ReadFile(path)
		for _, made := range madeTest.FindAllSubmatch(source, -1) {
			there[string(made[1])] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	named := append(namedTest.FindAllSubmatch(page, -1), namedFile.FindAllSubmatch(page, -1)...)
	if len(named) < 100 {
		t.Fatalf("%d tests are named: the page was not read", len(named))
	}
	for _, name := range named {
		if !there[string(name[1])] {
			t.Errorf("docs/security.md names %s, which there is not", name[1])
		}
	}
}
