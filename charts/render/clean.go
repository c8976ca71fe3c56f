package render

import (
	"regexp"
	"strconv"
	"strings"

	"tianye/internal/problem"
)

var (
	// ECharts writes the angles and quotes of texts as entities, so that what looks
	// like a tag is one.
	tags       = regexp.MustCompile(`<[^>]+>`)
	styleSheet = regexp.MustCompile(`(?s)<style\s*>.*?</style>\n?`)
	// What a living page would need: hover styles, marks for ECharts' own script.
	liveMarks  = regexp.MustCompile(` (?:ecmeta_\w+|pointer-events|class)="[^"]*"`)
	instanceID = regexp.MustCompile(`( id="|href="#|url\(#)zr\d+-`)

	fontSize = regexp.MustCompile(`font-size:([\d.]+)px`)
	ordinate = regexp.MustCompile(` y="(-?[\d.]+)"`)

	outside = regexp.MustCompile(` (?:xlink:)?href="[^#d][^"]*"|url\((?:&quot;|')?https?:`)
)

// centre is how far below a line's middle its baseline lies, in heights of the text.
const centre = 0.36

// clean makes what ECharts writes into a document to keep: the same bytes for the
// same option, well-formed, and read alike by browsers and by Word and WPS.
func clean(svg string) ([]byte, error) {
	svg = strings.Map(allowed, strings.ToValidUTF8(svg, "\uFFFD"))
	svg = styleSheet.ReplaceAllString(svg, "")
	svg = tags.ReplaceAllStringFunc(svg, cleanTag)
	if found := outside.FindString(svg); found != "" {
		return nil, problem.New(problem.Invalid, "render.unsupported", strings.TrimSpace(found))
	}
	return []byte(svg), nil
}

func cleanTag(tag string) string {
	tag = liveMarks.ReplaceAllString(tag, "")
	tag = instanceID.ReplaceAllString(tag, "${1}zr-")
	if strings.HasPrefix(tag, `<text dominant-baseline="central"`) {
		tag = baseline(tag)
	}
	return tag
}

// allowed drops what XML 1.0 has no place for (section 2.2).
func allowed(r rune) rune {
	switch {
	case r == '\t', r == '\n', r == '\r':
		return r
	case r < ' ', r == 0xFFFE, r == 0xFFFF:
		return -1
	}
	return r
}

// baseline says in figures where a vertically centred text stands: Word does not
// know dominant-baseline and would set it half a line too high.
func baseline(tag string) string {
	size := 12.0
	if m := fontSize.FindStringSubmatch(tag); m != nil {
		size, _ = strconv.ParseFloat(m[1], 64)
	}
	y := 0.0
	if m := ordinate.FindStringSubmatch(tag); m != nil {
		y, _ = strconv.ParseFloat(m[1], 64)
		tag = strings.Replace(tag, m[0], "", 1)
	}
	place := strconv.FormatFloat(y+centre*size, 'f', 2, 64)
	return strings.Replace(tag, `dominant-baseline="central"`, `y="`+place+`"`, 1)
}
