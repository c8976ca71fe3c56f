package demo_test

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"tianye/internal/demo"
)

func cases(t *testing.T) []demo.Case {
	t.Helper()
	list, err := demo.Cases()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func TestFiftyCasesCoverEveryCountyAndField(t *testing.T) {
	list := cases(t)
	if len(list) != 50 {
		t.Errorf("%d cases, want 50", len(list))
	}
	seen := map[string]int{}
	for i, c := range list {
		if number, _, _ := strings.Cut(c.Slug, "-"); number != strconv.Itoa((i+1)/10)+strconv.Itoa((i+1)%10) {
			t.Errorf("%s is number %d", c.Slug, i+1)
		}
		seen[c.County+c.Field]++
		if c.Title == "" || !slices.Contains([]string{"draft", "review", "done"}, c.State) {
			t.Errorf("%s: title %q, state %q", c.Slug, c.Title, c.State)
		}
		for _, name := range []string{"党员人数", "服务人口", "启动年份", "年度经费（万元）"} {
			if v, err := strconv.ParseFloat(c.Attribute(name), 64); err != nil || v < 0 {
				t.Errorf("%s: %s is %q", c.Slug, name, c.Attribute(name))
			}
		}
		if c.Attribute("数据来源") != "演示数据" {
			t.Errorf("%s is not marked as invented", c.Slug)
		}
	}
	for _, county := range demo.Counties {
		for _, field := range demo.Fields {
			if n := seen[county.Chinese+field.Chinese]; n < 1 || n > 4 {
				t.Errorf("%s %s: %d cases", county.Chinese, field.Chinese, n)
			}
		}
	}
}

// han counts the characters of a text that are not white space.
func han(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}

func TestDocumentsDifferInLengthAndShape(t *testing.T) {
	var short, long, headings, lists, tables, quotes int
	for _, c := range cases(t) {
		n := han(c.Markdown)
		if n < 200 || n > 2500 {
			t.Errorf("%s has %d characters", c.Slug, n)
		}
		for _, shape := range []struct {
			has   bool
			count *int
		}{
			{n < 500, &short}, {n > 1300, &long}, {strings.Contains(c.Markdown, "\n## "), &headings},
			{strings.Contains(c.Markdown, "\n- ") || strings.Contains(c.Markdown, "\n1. "), &lists},
			{strings.Contains(c.Markdown, "|---|"), &tables}, {strings.Contains(c.Markdown, "\n> "), &quotes},
		} {
			if shape.has {
				*shape.count++
			}
		}
	}
	if short < 8 || long < 8 || headings < 12 || lists < 8 || tables < 4 || quotes < 8 {
		t.Errorf("%d short, %d long, %d with headings, %d lists, %d tables, %d quotations", short, long, headings, lists, tables, quotes)
	}
}

var sentenceEnd = regexp.MustCompile(`[。！？；\n|]+`)

func TestNoTwoCasesShareASentence(t *testing.T) {
	owner := map[string]string{}
	for _, c := range cases(t) {
		for _, sentence := range sentenceEnd.Split(c.Markdown, -1) {
			sentence = strings.Trim(sentence, " >#*-“”")
			if utf8.RuneCountInString(sentence) <= 20 {
				continue
			}
			if other := owner[sentence]; other != "" && other != c.Slug {
				t.Errorf("%s and %s share %q", other, c.Slug, sentence)
			}
			owner[sentence] = c.Slug
		}
	}
}
