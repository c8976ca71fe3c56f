package instance

import (
	"regexp"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/xpath"
)

// appearanceWords are those that the fill page or other clients know; a number may end some.
var appearanceWords = strings.Fields(`minimal autocomplete search quick compact quickcompact horizontal horizontal-compact likert label list list-nolabel
	consent columns columns-pack columns-flex field-list table-list multiline numbers url masked thousands-sep counter bearing month-year year no-calendar
	signature draw annotate new new-front selfie no-ticks rating picker vertical no-buttons image-map distress analog-scale no-collapse
	comment dn textarea summary randomized hide-input map-compact map-compact-quick map-quick w1 hidden-answer ` + mapWords + calendarWords)

const (
	mapWords      = "map maps placement-map streets terrain satellite "
	calendarWords = "ethiopian coptic islamic bikram-sambat myanmar persian buddhist "
)

var (
	inBrackets   = regexp.MustCompile(`\([^)]*\)?`)
	endingNumber = regexp.MustCompile(`^(columns|compact|quickcompact|w|h)-?\d+$`)
)

// checkAppearances warns of words that look misspelt, and of those that the fill page can do nothing about.
func (c *checker) checkAppearances() {
	for _, f := range c.p.fields {
		at := place{field: f, column: "appearance"}
		if intent := f.def.Body["intent"]; intent != "" && f.def.Parameters["app"] == "" {
			c.doubt(place{field: f, column: "intent"}, "xlsform.otherApp", intent)
		}
		for _, word := range strings.Fields(inBrackets.ReplaceAllString(f.def.Appearance, "")) {
			if doubt := doubtAppearance(word); doubt.Key != "" {
				c.complain(at, true, doubt)
			}
		}
	}
}

// doubtAppearance is what is to be said of a word of an appearance; mostly nothing.
func doubtAppearance(word string) problem.Text {
	switch {
	case strings.HasPrefix(word, "ex:"), strings.HasPrefix(word, "intent:"):
		return problem.Say("xlsform.otherApp", word)
	case strings.HasPrefix(word, "printer"):
		return problem.Say("xlsform.noPrinter", word)
	case strings.Contains(" "+mapWords, " "+word+" "):
		return problem.Say("xlsform.noMap", word)
	case strings.Contains(calendarWords, word+" "):
		return problem.Say("xlsform.noCalendar", word)
	case endingNumber.MatchString(word):
		return problem.Text{}
	}
	best, least := "", 3
	for _, known := range appearanceWords {
		if d := xpath.Distance(strings.ToLower(word), known); word == known {
			return problem.Text{}
		} else if d < least {
			best, least = known, d
		}
	}
	if best == "" || 2*least >= len([]rune(word)) {
		return problem.Text{}
	}
	return problem.Say("xlsform.appearanceNear", word, best)
}
