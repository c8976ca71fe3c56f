package message_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"tianye/internal/message"
	"tianye/internal/problem"
)

var (
	place   = regexp.MustCompile(`\{\d+\}`)
	keyRule = regexp.MustCompile(`^[a-z][A-Za-z]*(\.[A-Za-z][A-Za-z0-9]*)+$`)
	// literal is a quoted text that may be a key: "area.name".
	literal = regexp.MustCompile("[\"'`]([a-z][A-Za-z]*(?:\\.[A-Za-z][A-Za-z0-9]*)+)[\"'`]")
	// notKey are literals that look like one: names of files, and of MongoDB's collections.
	notKey = regexp.MustCompile(`\.(css|csv|js|json|mjs|png|svg|tmpl|ts|wasm|xlsx|docx)$|^store\.(blobs|collections)$`)
	// verb is the declaration of a role's verb, which looks like a key wherever it is said.
	verb = regexp.MustCompile(`\bVerb\s+= "([^"]+)"`)
)

// catalogues gives each file's keys in their order.
func catalogues(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob("catalog/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	all := map[string][]string{}
	for _, name := range files {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		decoder := json.NewDecoder(bytes.NewReader(raw))
		for {
			next, err := decoder.Token()
			if err != nil {
				break
			}
			if key, ok := next.(string); ok {
				all[name] = append(all[name], key)
				var entry map[string]string
				if err := decoder.Decode(&entry); err != nil {
					t.Fatalf("%s: %s: %v", name, key, err)
				}
			}
		}
	}
	return all
}

func TestEveryEntryInBothLanguages(t *testing.T) {
	where := map[string]string{}
	for name, keys := range catalogues(t) {
		for _, key := range keys {
			if before, twice := where[key]; twice {
				t.Errorf("%s is in %s and in %s", key, before, name)
			}
			where[key] = name
			if !keyRule.MatchString(key) {
				t.Errorf("%s: %s is no key: area.name", name, key)
			}
		}
	}
	for key, entry := range message.Catalog() {
		if len(entry) != 2 || entry[message.Chinese] == "" || entry[message.English] == "" {
			t.Errorf("%s: %s is not in Chinese and in English: %v", where[key], key, entry)
		}
		zh, en := places(entry[message.Chinese]), places(entry[message.English])
		if !slices.Equal(zh, en) {
			t.Errorf("%s: %s has the places %v in Chinese, %v in English", where[key], key, zh, en)
		}
		for i, p := range zh {
			if p != fmt.Sprintf("{%d}", i) {
				t.Errorf("%s: %s has no place {%d}", where[key], key, i)
				break
			}
		}
	}
}

// places are a sentence's, each once, in their order.
func places(text string) []string {
	return slices.Compact(slices.Sorted(slices.Values(place.FindAllString(text, -1))))
}

// TestEveryKey: each that the program says is in the catalogues, and each that is there is said.
func TestEveryKey(t *testing.T) {
	catalog := message.Catalog()
	areas := map[string]bool{}
	for key := range catalog {
		area, _, _ := strings.Cut(key, ".")
		areas[area] = true
	}
	used, verbs := literals(t)
	for _, key := range slices.Sorted(maps.Keys(used)) {
		area, _, _ := strings.Cut(key, ".")
		isAction := catalog["audit.did."+key] != nil // what the audit calls it
		if areas[area] && catalog[key] == nil && !notKey.MatchString(key) && !verbs[key] && !isAction {
			t.Errorf("%s: %s is in no catalogue", used[key], key)
		}
	}
	where := map[string]string{}
	for name, keys := range catalogues(t) {
		for _, key := range keys {
			where[key] = name
		}
	}
	for _, key := range slices.Sorted(maps.Keys(catalog)) {
		if used[key] == "" {
			t.Errorf("%s: %s is not used", where[key], key)
		}
	}
}

// literals finds what looks like a key in the program's sources, with its place, and the verbs.
func literals(t *testing.T) (found map[string]string, verbs map[string]bool) {
	t.Helper()
	found, verbs = map[string]string{}, map[string]bool{}
	sources(t, func(path string, raw []byte) {
		for number, line := range strings.Split(string(raw), "\n") {
			if match := verb.FindStringSubmatch(line); match != nil {
				verbs[match[1]] = true
				continue
			}
			for _, match := range literal.FindAllStringSubmatch(line, -1) {
				if key := match[1]; found[key] == "" {
					found[key] = fmt.Sprintf("%s:%d", path, number+1)
				}
			}
		}
	}, ".go", ".tmpl", ".ts", ".tsx")
	return found, verbs
}

// sources visits the program's sources of some extensions, tests left out.
func sources(t *testing.T, visit func(path string, raw []byte), extensions ...string) {
	t.Helper()
	root := filepath.Join("..", "..")
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := entry.Name()
		if entry.IsDir() {
			if path != root && (strings.HasPrefix(name, ".") || slices.Contains([]string{"node_modules", "dist", "testdata", "e2e", "docs"}, name)) {
				return fs.SkipDir
			}
			return nil
		}
		if !slices.Contains(extensions, filepath.Ext(name)) || strings.HasSuffix(name, "_test.go") || strings.Contains(name, ".test.") {
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		path, err = filepath.Rel(root, path)
		visit(path, raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// TestEveryPlaceIsFilled: where Go code says a key, as many arguments follow it as its sentence has
// places.
func TestEveryPlaceIsFilled(t *testing.T) {
	catalog := message.Catalog()
	calls := 0
	sources(t, func(path string, raw []byte) {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, raw, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok || call.Ellipsis.IsValid() {
				return true
			}
			for i, arg := range call.Args {
				text, ok := arg.(*ast.BasicLit)
				if !ok || text.Kind != token.STRING {
					continue
				}
				key, _ := strconv.Unquote(text.Value)
				entry, ok := catalog[key]
				if !ok || !slices.Contains([]string{"New", "Say", "With", "T"}, called(call)) {
					continue
				}
				calls++
				if given, wanted := len(call.Args)-i-1, len(places(entry[message.Chinese])); given != wanted {
					t.Errorf("%s: %s has %d places, given %d", set.Position(call.Pos()), key, wanted, given)
				}
			}
			return true
		})
	}, ".go")
	if calls < 100 {
		t.Errorf("found only %d calls", calls)
	}
}

// called is the name of what is called, without its package.
func called(call *ast.CallExpr) string {
	if selector, ok := call.Fun.(*ast.SelectorExpr); ok {
		return selector.Sel.Name
	}
	return ""
}

func TestSprint(t *testing.T) {
	for _, c := range []struct {
		text   problem.Text
		zh, en string
	}{
		{problem.Say("role.viewer"), "观察员", "Viewer"},
		{problem.Say("no.such.key", 1), "no.such.key", "no.such.key"},
		{problem.Text{}, "", ""},
		{problem.Say("account.tooManyTries", 3), "尝试次数过多，请 3 分钟后再试。", "Too many tries. Please wait 3 minutes."},
		{problem.Say("account.tooManyTries", 2.0), "尝试次数过多，请 2 分钟后再试。", "Too many tries. Please wait 2 minutes."},
		{problem.Say("account.tooManyTries"), "尝试次数过多，请 {0} 分钟后再试。", "Too many tries. Please wait {0} minutes."},
		{problem.Say("account.loginTaken", "{0}{1}"), "登录名“{0}{1}”已被使用，请换一个。", "The login “{0}{1}” is taken; please choose another."},
		{problem.Say("account.loginTaken", problem.Say("role.viewer")), "登录名“观察员”已被使用，请换一个。", "The login “Viewer” is taken; please choose another."},
	} {
		if zh, en := message.Sprint(message.Chinese, c.text), message.Sprint(message.English, c.text); zh != c.zh || en != c.en {
			t.Errorf("%v: %q, %q", c.text, zh, en)
		}
	}
	if message.Parse("en") != message.English || message.Parse("fr") != message.Chinese || message.Chinese.Tag() != "zh-CN" || message.English.Tag() != "en" {
		t.Error("languages")
	}
	if area := message.Area(message.English, "role."); len(area) < 6 || area["role.viewer"] != "Viewer" || area["account.loginTaken"] != "" {
		t.Error(area)
	}
}
