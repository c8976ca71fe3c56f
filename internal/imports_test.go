// Package internal_test holds the picture of docs/architecture.md: who may import whom.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// allowed is the picture. A name stands for the folder and all below it; a folder may
// import what is below itself; the longest matching line of a package counts.
var allowed = map[string]string{
	"cmd": "survey casebase charts internal web",
	"web": "survey casebase charts internal/audit internal/backup internal/id internal/account internal/problem internal/table internal/stats internal/message",

	"survey":          "internal/image internal/id internal/account internal/problem internal/table internal/stats internal/ooxml",
	"survey/form":     "survey/xpath",
	"survey/xpath":    "internal/problem",
	"survey/xlsform":  "survey/form survey/xpath survey/instance internal/problem",
	"survey/instance": "survey/form survey/xpath internal/problem",
	"survey/quality":  "survey/form survey/xpath internal/id internal/problem internal/table internal/stats",
	"survey/openrosa": "survey/form survey/xpath survey/instance internal/problem",

	"casebase":           "internal/image internal/id internal/account internal/problem internal/table internal/stats internal/ooxml",
	"casebase/qca":       "",
	"casebase/indicator": "",
	"charts":             "internal/id internal/account internal/problem internal/table internal/stats internal/ooxml",

	"internal/id":      "",
	"internal/problem": "",
	"internal/stats":   "",
	"internal/ooxml":   "",
	"internal/message": "internal/problem",
	"internal/account": "internal/id internal/problem",
	"internal/table":   "internal/id internal/problem",
	"internal/audit":   "internal/id internal/problem",
	"internal/image":   "internal/problem",
	"internal/backup":  "internal/id internal/problem internal/store",

	"internal/store":           "survey casebase charts internal/audit internal/id internal/account internal/problem internal/table",
	"internal/store/sqlite":    "internal/store internal/problem",
	"internal/store/mongo":     "internal/store internal/problem",
	"internal/store/storetest": "internal/store internal/id internal/problem",
	"internal/demo":            "survey casebase charts internal/id internal/account internal/problem internal/table",
	"internal/demo/forms":      "internal/demo",
	"internal/bench":           "survey casebase charts internal/backup internal/store internal/id internal/account internal/problem internal/table",
}

// onlyImporter names the one folder that may import a library.
var onlyImporter = map[string]string{
	"github.com/gin-gonic/gin":             "web",
	"github.com/go-echarts/go-echarts":     "charts",
	"go.mongodb.org/mongo-driver/v2/mongo": "internal/store/mongo",
	"go.mongodb.org/mongo-driver/v2/bson":  "internal/store",
	"modernc.org/sqlite":                   "internal/store/sqlite",
	"modernc.org/quickjs":                  "charts/render",
	"github.com/tetratelabs/wazero":        "charts/render",
}

// outside tells whether an outside test (package x_test) may import a package
// beyond what its folder may: real stores, the demonstration, sentences, workbooks.
func outside(imported string) bool {
	for _, folder := range []string{"internal/store", "internal/backup", "internal/demo", "internal/message", "internal/id", "internal/ooxml/ooxmltest", "charts/render", "survey/xlsform"} {
		if within(imported, folder) {
			return true
		}
	}
	return false
}

func within(folder, root string) bool {
	return folder == root || strings.HasPrefix(folder, root+"/")
}

func rule(folder string) (name, rule string, ok bool) {
	for name = folder; name != "."; name = filepath.Dir(name) {
		if rule, ok = allowed[name]; ok {
			return name, rule, true
		}
	}
	return "", "", false
}

func mayImport(folder, imported string) bool {
	_, list, ok := rule(folder)
	if !ok {
		return false
	}
	if within(imported, folder) {
		return true
	}
	// survey/xlsform is below survey: what survey may, it may only when its own line says so.
	for _, root := range strings.Fields(list) {
		if within(imported, root) {
			return true
		}
	}
	return false
}

func TestImports(t *testing.T) {
	root := ".."
	files := 0
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == "testdata" || d.Name() == ".git" || d.Name() == "ferretdb") {
			return fs.SkipDir
		}
		if d.IsDir() || filepath.Ext(path) != ".go" {
			return nil
		}
		files++
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		name, err := filepath.Rel(root, path)
		if err != nil {
			return err
		}
		checkFile(t, filepath.ToSlash(name), source)
		return nil
	})
	if err != nil || files < 50 {
		t.Fatalf("read %d files: %v", files, err)
	}
}

func checkFile(t *testing.T, name string, source []byte) {
	f, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
	if err != nil {
		t.Fatal(err)
	}
	folder := filepath.ToSlash(filepath.Dir(name))
	outsideTest := strings.HasSuffix(f.Name.Name, "_test")
	if folder == "internal" && outsideTest {
		return
	}
	if _, _, ok := rule(folder); !ok {
		t.Errorf("%s: the picture knows no folder %s", name, folder)
	}
	for _, spec := range f.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			t.Fatal(err)
		}
		if imported, ours := strings.CutPrefix(path, "tianye/"); ours {
			if !mayImport(folder, imported) && !(outsideTest && (outside(imported) || imported == folder)) {
				t.Errorf("%s: %s may not import %s", name, folder, imported)
			}
			continue
		}
		for library, owner := range onlyImporter {
			if within(path, library) && !within(folder, owner) {
				t.Errorf("%s: only %s may import %s", name, owner, library)
			}
		}
	}
}

// TestImportsNotice breaks the picture on purpose.
func TestImportsNotice(t *testing.T) {
	for _, c := range []struct {
		folder, imported string
		want             bool
	}{
		{"survey", "casebase", false}, {"casebase", "charts", false}, {"web", "internal/store", false},
		{"internal/id", "internal/problem", false}, {"survey", "survey/form", true}, {"survey/xlsform", "internal/table", false},
		{"cmd/tianye", "internal/store/mongo", true}, {"charts", "internal/table", true}, {"internal/store/sqlite", "survey", false},
	} {
		if got := mayImport(c.folder, c.imported); got != c.want {
			t.Errorf("%s imports %s: %v, want %v", c.folder, c.imported, got, c.want)
		}
	}
}
