// Package message holds the sentences of the program in its two languages.
// A file of catalog/ is an area; a key begins with its area's name.
package message

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"sync"

	"tianye/internal/problem"
)

// Language is one that the pages speak.
type Language string

// The languages. Chinese is the default.
const (
	Chinese Language = "zh"
	English Language = "en"
)

// Tag is the BCP 47 tag for <html lang>.
func (l Language) Tag() string {
	if l == English {
		return "en"
	}
	return "zh-CN"
}

// Parse gives the language of a cookie or a form value; Chinese for anything unknown.
func Parse(text string) Language {
	if text == string(English) {
		return English
	}
	return Chinese
}

//go:embed catalog/*.json
var files embed.FS

// Entry is one sentence in every language.
type Entry map[Language]string

// Catalog is every entry by its key.
var Catalog = sync.OnceValue(func() map[string]Entry {
	all := map[string]Entry{}
	names, err := fs.Glob(files, "catalog/*.json")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		var area map[string]Entry
		if err := json.Unmarshal(raw, &area); err != nil {
			panic(fmt.Sprintf("message: %s: %v", name, err))
		}
		for key, entry := range area {
			all[key] = entry
		}
	}
	return all
})

// Sprint says a Text in a language. An unknown key is shown as itself, so that a
// page is never empty; a test keeps such keys out.
func Sprint(language Language, text problem.Text) string {
	pattern, ok := Catalog()[text.Key][language]
	if !ok {
		return text.Key
	}
	return fill(language, pattern, text.Args)
}

// T says a key with arguments.
func T(language Language, key string, args ...any) string {
	return Sprint(language, problem.Say(key, args...))
}

func fill(language Language, pattern string, args []any) string {
	if len(args) == 0 || !strings.Contains(pattern, "{") {
		return pattern
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(pattern, '{')
		if open < 0 {
			break
		}
		shut := strings.IndexByte(pattern[open:], '}')
		if shut < 0 {
			break
		}
		place, err := strconv.Atoi(pattern[open+1 : open+shut])
		if err != nil || place < 0 || place >= len(args) {
			b.WriteString(pattern[:open+shut+1])
		} else {
			b.WriteString(pattern[:open])
			b.WriteString(argument(language, args[place]))
		}
		pattern = pattern[open+shut+1:]
	}
	return b.String() + pattern
}

func argument(language Language, arg any) string {
	switch arg := arg.(type) {
	case problem.Text:
		return Sprint(language, arg)
	case float64:
		return strconv.FormatFloat(arg, 'f', -1, 64)
	default:
		return fmt.Sprint(arg)
	}
}

// Area gives the sentences whose keys begin with a prefix, for an island to say.
func Area(language Language, prefix string) map[string]string {
	out := map[string]string{}
	for key, entry := range Catalog() {
		if strings.HasPrefix(key, prefix) {
			out[key] = entry[language]
		}
	}
	return out
}
