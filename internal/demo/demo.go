// Package demo holds the demonstration project "提升组织力——衢州基层党建50例": fifty cases with their documents, four
// forms, the people, their answers and their fieldwork. Names, figures and stories are invented (演示数据).
package demo

import (
	"embed"
	"fmt"
	"io/fs"
	"strings"
)

//go:generate sh -c "cd forms && go run generate.go places.go case.go case_choices.go satisfaction.go revisit.go suggestion.go"

//go:embed cases/*.md forms/*.xlsx texts/*.txt outline.geojson
var files embed.FS

// Title and Description are the project's.
const (
	Title       = "提升组织力——衢州基层党建50例"
	Description = "以衢州六县（市、区）机关、农村、社区、企业、两新组织五个领域的50个基层党建案例为对象，2026年3月至6月实地调研。" +
		"案例、人物与数字均为演示数据。"
)

// The forms' ids: two of the spring, that of the visits after it, and the residents' own.
const (
	CaseForm         = "case"
	SatisfactionForm = "satisfaction"
	RevisitForm      = "revisit"
	SuggestionForm   = "suggestion"
)

var forms = []string{CaseForm, SatisfactionForm, RevisitForm, SuggestionForm}

// Workbook gives the XLSForm of a form.
func Workbook(form string) ([]byte, error) { return files.ReadFile("forms/" + form + ".xlsx") }

// Case is one case of the study, as its file tells it.
type Case struct {
	Slug       string // the file's name without its ending
	Title      string
	County     string // in Chinese, as in Counties
	Town       string
	Field      string // in Chinese, as in Fields
	State      string // draft, review or done
	Attributes []Attribute
	Markdown   string
}

// Attribute is a further line of a case's front matter; any name may appear, units stand in the name.
type Attribute struct{ Name, Value string }

// Attribute gives an attribute's value, "" when the case does not have it.
func (c Case) Attribute(name string) string {
	for _, a := range c.Attributes {
		if a.Name == name {
			return a.Value
		}
	}
	return ""
}

// Cases reads the fifty cases, in the order of their numbers.
func Cases() ([]Case, error) {
	entries, err := fs.ReadDir(files, "cases")
	if err != nil {
		return nil, err
	}
	var cases []Case
	for _, entry := range entries {
		text, err := files.ReadFile("cases/" + entry.Name())
		if err != nil {
			return nil, err
		}
		c, err := parseCase(strings.TrimSuffix(entry.Name(), ".md"), string(text))
		if err != nil {
			return nil, err
		}
		cases = append(cases, c)
	}
	return cases, nil
}

// parseCase splits a file into its front matter ("key: value" lines between two "---") and its Markdown.
func parseCase(slug, text string) (Case, error) {
	c := Case{Slug: slug}
	front, markdown, found := strings.Cut(strings.TrimPrefix(text, "---\n"), "\n---\n")
	if !found || !strings.HasPrefix(text, "---\n") {
		return c, fmt.Errorf("%s: no front matter", slug)
	}
	c.Markdown = strings.TrimSpace(markdown) + "\n"
	for line := range strings.Lines(front) {
		key, value, found := strings.Cut(strings.TrimSpace(line), ": ")
		if !found {
			return c, fmt.Errorf("%s: %q is not of the form key: value", slug, line)
		}
		switch key {
		case "title":
			c.Title = value
		case "county":
			c.County = value
		case "town":
			c.Town = value
		case "field":
			c.Field = value
		case "状态":
			c.State = value
		default:
			c.Attributes = append(c.Attributes, Attribute{key, value})
		}
	}
	return c, nil
}
