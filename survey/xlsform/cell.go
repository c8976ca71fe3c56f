package xlsform

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// shownAs is what a style makes of a number.
type shownAs int

const (
	asNumber   shownAs = iota
	asDate             // a date, a time or both
	asDuration         // hours beyond a day: [h]:mm
)

// durationFormat is a format that begins with hours, minutes or seconds in brackets.
var durationFormat = regexp.MustCompile(`^\[([hH]{1,2}|[mM]{1,2}|[sS]{1,2})\]`)

// readStyles finds out which styles show a cell as a date or time.
func (w *workbook) readStyles(part string) error {
	if part == "" || w.parts[strings.ToLower(part)] == nil {
		return nil
	}
	formats := map[string]string{}
	inCells := false
	return w.scan(part, func(t xmlToken) {
		switch {
		case t.kind == tokenText:
		case t.is("numFmt") && t.kind != tokenClose:
			formats[t.attribute("numFmtId")] = t.attribute("formatCode")
		case t.is("cellXfs"):
			inCells = t.kind == tokenOpen
		case inCells && t.is("xf") && t.kind != tokenClose:
			id := t.attribute("numFmtId")
			code, own := formats[id]
			shown := asNumber
			switch {
			case own && durationFormat.MatchString(code), !own && id == "46":
				shown = asDuration
			case own && isDateFormat(code), !own && isBuiltInDate(id):
				shown = asDate
			}
			w.shown = append(w.shown, shown)
		}
	})
}

// isBuiltInDate knows the built-in dates and times, those of East Asia among them (ECMA-376 part 1, 18.8.30).
func isBuiltInDate(format string) bool {
	id, _ := strconv.Atoi(format)
	return id >= 14 && id <= 22 || id >= 27 && id <= 36 || id >= 45 && id <= 47 || id >= 50 && id <= 58
}

// isDateFormat looks for the letters of days and times outside quotes, colours and escapes,
// in the format of positive numbers.
func isDateFormat(format string) bool {
	quoted, bracketed, escaped := false, false, false
	for _, c := range strings.ToLower(format) {
		switch {
		case escaped:
			escaped = false
		case c == '\\' || c == '_' || c == '*':
			escaped = true
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ';':
			return false
		case c == '[':
			bracketed = true
		case c == ']':
			bracketed = false
		case !bracketed && strings.ContainsRune("ymdhs", c):
			return true
		}
	}
	return false
}

// number writes a stored number: whole ones without a fraction, others with the digits that tell them apart.
func number(stored string) string {
	if !strings.ContainsAny(stored, ".eE") {
		return whole(stored)
	}
	n, err := strconv.ParseFloat(stored, 64)
	switch size := math.Abs(n); {
	case err != nil:
		return stored
	case n == math.Trunc(n):
		return strconv.FormatFloat(n, 'f', 0, 64)
	case size < 1e-4 || size >= 1e16:
		return strconv.FormatFloat(n, 'e', -1, 64)
	}
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// whole writes a whole number without leading zeros.
func whole(stored string) string {
	digits, negative := strings.CutPrefix(stored, "-")
	short := strings.TrimLeft(digits, "0")
	switch {
	case strings.Trim(digits, "0123456789") != "" || digits == "":
		return stored
	case short == "":
		return "0"
	case negative:
		return "-" + short
	}
	return short
}

// date writes a stored count of days as spreadsheets mean it: a time below one day, else a date and time.
func (w *workbook) date(stored string) string {
	days, err := strconv.ParseFloat(stored, 64)
	if err != nil || math.IsNaN(days) || days < -693_593 || days > 2_958_465 { // the years 1 to 9999
		return stored
	}
	day, fraction := math.Floor(days), days-math.Floor(days)
	moment := time.Duration(math.RoundToEven(fraction*86_400_000)) * time.Millisecond
	if days >= 0 && days < 1 && moment < 24*time.Hour {
		return clock(time.Time{}.Add(moment), "15:04:05")
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	if w.date1904 {
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	} else if days > 0 && days < 60 {
		day++ // Excel believes in 29 February 1900
	}
	return clock(epoch.AddDate(0, 0, int(day)).Add(moment), "2006-01-02 15:04:05")
}

// duration writes a stored count of days as days and hours: "1 day, 6:00:00".
func duration(stored string) string {
	days, err := strconv.ParseFloat(stored, 64)
	if err != nil || math.IsNaN(days) || math.Abs(days) > 1e6 {
		return stored
	}
	whole := math.Floor(days)
	moment := time.Duration(math.RoundToEven((days-whole)*86_400_000)) * time.Millisecond
	text := fmt.Sprintf("%d:%02d:%02d", int(moment.Hours()), int(moment.Minutes())%60, int(moment.Seconds())%60)
	if below := moment % time.Second; below != 0 {
		text += fmt.Sprintf(".%06d", below.Microseconds())
	}
	switch {
	case whole == 1 || whole == -1:
		return fmt.Sprintf("%d day, %s", int(whole), text)
	case whole != 0:
		return fmt.Sprintf("%d days, %s", int(whole), text)
	}
	return text
}

// clock writes a moment, with six digits below the second where it has any.
func clock(t time.Time, layout string) string {
	if t.Nanosecond() != 0 {
		layout += ".000000"
	}
	return t.Format(layout)
}

// isoDate writes a cell that holds a date in ISO 8601 like other dates.
func isoDate(stored string) string {
	for _, layout := range []string{"2006-01-02T15:04:05", "2006-01-02T15:04:05Z07:00"} {
		if t, err := time.Parse(layout, stored); err == nil {
			return clock(t, "2006-01-02 15:04:05")
		}
	}
	return stored
}

// trim takes away what cannot be seen at the ends of a cell, and makes plain spaces of
// those that do not break.
func trim(s string) string {
	s = strings.TrimSpace(s)
	if strings.Contains(s, "\u00a0") {
		s = strings.ReplaceAll(s, "\u00a0", " ")
	}
	return s
}

// single makes one space of several.
func single(s string) string {
	for strings.Contains(s, "  ") {
		s = strings.ReplaceAll(s, "  ", " ")
	}
	return s
}
