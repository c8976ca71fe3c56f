package survey

import (
	"strings"

	"tianye/survey/form"
)

// LanguageFor gives the form's language for a page's language ("zh", "en"):
// "中文 (zh)" for zh; the form's default when none fits.
func LanguageFor(d *form.Definition, language string) string {
	for _, l := range d.Languages {
		if strings.Contains(l, "("+language) || strings.EqualFold(l, language) {
			return l
		}
	}
	return d.DefaultLanguage
}

func isLikert(appearance string) bool {
	for _, word := range strings.Fields(appearance) {
		if word == "likert" {
			return true
		}
	}
	return false
}
